BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 250 -NoConnection
}
AfterAll { Stop-TestEmulator }

Describe 'Set-ToriiUser compares the response with the request' {
    BeforeAll {
        # Returns the user that the test put into the state; '@now' is the moment of the response.
        $server = Start-ScriptedServer { param($Request, $State) @{ Body = $State.User.Replace('@now', [DateTime]::UtcNow.ToString('o')) } } @{ User = '{}' }
        $id = '01931a73-8b00-7000-8000-0000000000aa'
    }
    AfterAll { Stop-ScriptedServer $server }
    BeforeEach { $fake = Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl $server.Url -Name fake -MaxRetry 0 -SkipCheck -PassThru }
    AfterEach {
        Get-ToriiConnection | Disconnect-Torii
        Clear-Fault
    }

    It 'and accepts a cleared field that is absent from a response without nulls' {
        $server.State.User = New-UserJson @{ updatedAt = '@now' } -Without phone, deletedAt
        $run = Invoke-Watched { Set-ToriiUser $id -ClearPhone -PassThru -Connection $fake }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.UserId | Should -Be $id
    }

    It 'and reports a cleared field that is absent while the response shows other nulls' {
        $server.State.User = New-UserJson @{ updatedAt = '@now'; address = $null } -Without phone
        $run = Invoke-Watched { Set-ToriiUser $id -ClearPhone -Connection $fake }
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.FieldNotApplied InvalidResult '*phone*'
    }

    It 'and accepts a cleared field that is null in the response' {
        $server.State.User = New-UserJson @{ updatedAt = '@now'; phone = $null }
        (Invoke-Watched { Set-ToriiUser $id -ClearPhone -Connection $fake }).Errors | Should -BeNullOrEmpty
    }

    It 'and reports a cleared field that still has its value' {
        $server.State.User = New-UserJson @{ updatedAt = '@now' }
        Assert-ToriiError (Invoke-Watched { Set-ToriiUser $id -ClearPhone -Connection $fake }).Errors[0] Torii.FieldNotApplied InvalidResult '*phone*'
    }

    It 'and reports a value in <What> when updatedAt is older than the request' -ForEach @(
        @{ What = 'another case'; Sent = @{ Name = 'ADA LOVELACE' }; Field = 'name' }
        @{ What = 'another spacing'; Sent = @{ Name = 'Ada  Lovelace' }; Field = 'name' }
        @{ What = 'another case, in another field'; Sent = @{ Address = 'HERE 1' }; Field = 'address' }
    ) {
        $server.State.User = New-UserJson
        $run = Invoke-Watched { Set-ToriiUser $id @Sent -Connection $fake }
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.FieldNotApplied InvalidResult "*$Field*"
    }

    It 'and accepts a value in <What> when updatedAt has moved' -ForEach @(
        @{ What = 'another case'; Sent = @{ Name = 'ADA LOVELACE' } }
        @{ What = 'another spacing'; Sent = @{ Name = 'Ada  Lovelace' } }
        @{ What = 'another case, in another field'; Sent = @{ Address = 'HERE 1' } }
    ) {
        $server.State.User = New-UserJson @{ updatedAt = '@now' }
        (Invoke-Watched { Set-ToriiUser $id @Sent -Connection $fake }).Errors | Should -BeNullOrEmpty
    }

    It 'and accepts an equal value although updatedAt has not moved' {
        $server.State.User = New-UserJson
        (Invoke-Watched { Set-ToriiUser $id -Name 'Ada Lovelace' -Connection $fake }).Errors | Should -BeNullOrEmpty
    }

    It 'and reports a change of case that the service ignored' {
        Connect-Emulator $emulator
        # Seeded, so not changed for a long time.
        $user = @(Get-ToriiUser -Connection main -Status active | Where-Object Name -CMatch '^[A-Z][a-z]+ [A-Z][a-z]+$')[0]
        Add-Fault @{ operation = 'updateUser'; kind = 'ignoreFilter'; fields = @('name') }
        $run = Invoke-Watched { Set-ToriiUser $user.UserId -Name $user.Name.ToUpperInvariant() -Connection main }
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.FieldNotApplied InvalidResult '*name*'
    }
}
