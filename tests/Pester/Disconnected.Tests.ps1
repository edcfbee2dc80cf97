BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 40
}
AfterAll { Stop-TestEmulator }

Describe 'After Disconnect-Torii' {
    BeforeEach {
        $saved = Connect-Emulator $emulator saved
        $users = @(Get-ToriiUser -Connection saved -Status active -First 2)
        $session = (Invoke-Api POST /_emulator/sessions @{ userId = $users[0].UserId }).sessionId
        $sessions = @(Get-ToriiSession $users[0].UserId -Connection saved)
    }
    AfterEach { Get-ToriiConnection | Where-Object Name -NE default | Disconnect-Torii }

    It 'the connection object is refused and nothing is sent: <Command>' -ForEach @(
        @{ Command = 'Get-ToriiUser'; Act = { Get-ToriiUser -First 1 -Connection $saved } }
        @{ Command = 'Get-ToriiUser by id'; Act = { Get-ToriiUser $users[0].UserId -Connection $saved } }
        @{ Command = 'Get-ToriiUser -EmailAddress'; Act = { Get-ToriiUser -EmailAddress ada@example.com -Connection $saved } }
        @{ Command = 'Get-ToriiSession'; Act = { Get-ToriiSession $users[0].UserId -Connection $saved } }
        @{ Command = 'New-ToriiUser'; Act = { New-ToriiUser gone@example.com -Connection $saved } }
        @{ Command = 'Set-ToriiUser'; Act = { Set-ToriiUser $users[0].UserId -Locale da -Connection $saved } }
        @{ Command = 'Block-ToriiUser'; Act = { Block-ToriiUser $users[0].UserId -Connection $saved } }
        @{ Command = 'Unblock-ToriiUser'; Act = { Unblock-ToriiUser $users[0].UserId -Connection $saved } }
        @{ Command = 'Remove-ToriiUser'; Act = { Remove-ToriiUser $users[0].UserId -Force -Connection $saved } }
        @{ Command = 'Revoke-ToriiSession'; Act = { Revoke-ToriiSession $users[0].UserId -Connection $saved } }
        @{ Command = 'Block-ToriiUser with an object'; Act = { $users[0] | Block-ToriiUser -Connection $saved } }
        @{ Command = 'Block-ToriiUser -WhatIf'; Act = { $users[0] | Block-ToriiUser -Connection $saved -WhatIf } }
    ) {
        Disconnect-Torii saved
        $run = Invoke-Watched { & $Act }
        $run.Requests | Should -BeNullOrEmpty
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.ConnectionGone ObjectNotFound '*saved*'
    }

    It 'the connection object is refused although another connection of that name was made' {
        Disconnect-Torii saved
        Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl $emulator.ApiUrl -Name saved -SkipCheck
        $run = Invoke-Watched { Get-ToriiUser -First 1 -Connection $saved }
        $run.Requests | Should -BeNullOrEmpty
        Assert-ToriiError $run.Errors[0] Torii.ConnectionGone ObjectNotFound
    }

    It 'objects that were read through it are refused and nothing is sent: <Command>' -ForEach @(
        @{ Command = 'Get-ToriiUser'; Act = { $users | Get-ToriiUser }; Count = 2 }
        @{ Command = 'Get-ToriiSession'; Act = { $users | Get-ToriiSession }; Count = 2 }
        @{ Command = 'Set-ToriiUser'; Act = { $users | Set-ToriiUser -Locale da }; Count = 2 }
        @{ Command = 'Block-ToriiUser'; Act = { $users | Block-ToriiUser }; Count = 2 }
        @{ Command = 'Remove-ToriiUser'; Act = { $users | Remove-ToriiUser -Force }; Count = 2 }
        @{ Command = 'Revoke-ToriiSession'; Act = { $sessions[0] | Revoke-ToriiSession }; Count = 1 }
    ) {
        Disconnect-Torii saved
        $run = Invoke-Watched { & $Act }
        $run.Requests | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount $Count
        $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.ConnectionGone ObjectNotFound '*saved*' }
    }

    It 'and a connection with the same name and key, objects work again' {
        Disconnect-Torii saved
        $null = Connect-Emulator $emulator saved
        $run = Invoke-Watched { $users | Block-ToriiUser; $users | Unblock-ToriiUser; $sessions[0] | Revoke-ToriiSession }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations | Should -HaveCount 5
    }

    It 'other connections are not affected' {
        $another = Connect-Emulator $emulator another
        Disconnect-Torii saved
        (Invoke-Watched { Get-ToriiUser -First 1 -Connection $another }).Errors | Should -BeNullOrEmpty
        (Invoke-Watched { Get-ToriiUser -First 1 }).Errors | Should -BeNullOrEmpty
    }
}
