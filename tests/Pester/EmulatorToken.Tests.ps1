BeforeAll { . "$PSScriptRoot/TokenFixtures.ps1" }
AfterAll {
    Stop-ToriiEmulator -Confirm:$false
    Get-ToriiConnection | Disconnect-Torii
    Clear-ToriiSigningKey
}

Describe 'New-ToriiEmulatorToken' {
    It 'creates tokens for users from the pipeline, in order' {
        $two = @(Get-ToriiUser -First 2)
        @($two | New-ToriiEmulatorToken | ConvertFrom-ToriiToken).UserId | Should -Be $two.UserId
    }

    It 'sets claims of every type and removes those that are null' {
        $claims = (ConvertFrom-ToriiToken (New-ToriiEmulatorToken $user.UserId -Claim @{ text = 'ø'; number = 7; flag = $true; list = 1, 'a'; object = @{ a = @{ b = 1 } }; sid = $null })).Claims
        $claims.text, $claims.number, $claims.flag | Should -Be 'ø', 7, $true
        $claims.list | Should -Be 1, 'a'
        $claims.object.a.b | Should -Be 1
        $claims.ContainsKey('sid') | Should -BeFalse
    }

    It 'reports a user that does not exist' {
        Get-Reason { New-ToriiEmulatorToken 01931a73-8b00-7000-8000-000000000000 -ErrorAction Stop } | Should -Be Torii.UserNotFound
    }

    It 'needs no connection when one emulator runs or is specified' {
        $ps = [powershell]::Create().AddScript('param($m, $u, $e) Import-Module $m; New-ToriiEmulatorToken $u -Emulator $e').AddArgument($module).AddArgument($user.UserId).AddArgument($emulator)
        Test-ToriiToken ($ps.Invoke()[0]) | Should -BeTrue
        $ps.Dispose()
    }

    It 'sends no request to an address that is not a loopback address' {
        Connect-Torii sk_test_abcdefghijklmnop -ApiUrl https://api.example.invalid -SkipCheck -Name far
        Get-Reason { New-ToriiEmulatorToken $user.UserId -Connection far -ErrorAction Stop } | Should -Be Torii.NotAnEmulator
        Disconnect-Torii far
    }
}
