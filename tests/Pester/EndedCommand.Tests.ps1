BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 250 -NoConnection
    # The cmdlets that change a user, by operation.
    $changes = @{
        updateUser = { $input | Set-ToriiUser -Locale da -PassThru }
        banUser = { $input | Block-ToriiUser -PassThru }
        unbanUser = { $input | Unblock-ToriiUser -PassThru }
        revokeAllSessions = { $input | Revoke-ToriiSession -PassThru }
        deleteUser = { $input | Remove-ToriiUser -Force -PassThru }
    }
}
AfterAll { Stop-TestEmulator }

Describe 'An error that ends a command keeps the outcomes of what was sent before it' {
    BeforeEach { $null = Connect-Emulator $emulator }
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Disconnect-Torii
    }
    BeforeDiscovery {
        $operations = @(
            @{ Operation = 'updateUser'; Command = 'Set-ToriiUser' }, @{ Operation = 'banUser'; Command = 'Block-ToriiUser' }, @{ Operation = 'unbanUser'; Command = 'Unblock-ToriiUser' }
            @{ Operation = 'revokeAllSessions'; Command = 'Revoke-ToriiSession' }, @{ Operation = 'deleteUser'; Command = 'Remove-ToriiUser' }
        )
    }

    It '<Command>: a bare id without a default connection comes after eight users with a connection' -ForEach $operations {
        $users = @(Get-ToriiUser -Connection main -Status active -First 8)
        $spare = @(Get-ToriiUser -Connection main -Status banned -First 1)[0].UserId
        Add-Fault @{ operation = $Operation; kind = 'status'; status = 403; userId = $users[3].UserId }
        # All of them are under way when the id arrives.
        Add-Fault @{ operation = $Operation; kind = 'slow'; delayMs = 200 }
        $change = $changes[$Operation]
        $run = Invoke-Watched { @($users) + $spare | & $change }
        Assert-ToriiError $run.EndedBy Torii.NotConnected ConnectionError
        $run.Mutations.userId | Should -Not -Contain $spare
        @($run.Mutations.userId | Sort-Object) | Should -Be @($users.UserId | Sort-Object)
        @($run.Output.UserId | Sort-Object) | Should -Be @($users[0, 1, 2, 4, 5, 6, 7].UserId | Sort-Object)
        $run.Errors | Should -HaveCount 2
        Assert-ToriiError $run.Errors[0] Torii.Forbidden PermissionDenied
        $run.Errors[0].TargetObject.UserId | Should -Be $users[3].UserId
        "$($run.Errors) $($run.Warnings)" | Should -Not -Match 'may have been'
    }

    It 'reports exactly what was sent, whatever the throttle limit: <_>' -ForEach 1, 2, 16 {
        $users = @(Get-ToriiUser -Connection main -Status active -First 8)
        $spare = @(Get-ToriiUser -Connection main -Status banned -First 1)[0].UserId
        Add-Fault @{ operation = 'updateUser'; kind = 'slow'; delayMs = 50 }
        $run = Invoke-Watched { @($users) + $spare | Set-ToriiUser -Locale en -PassThru -ThrottleLimit $_ }
        Assert-ToriiError $run.EndedBy Torii.NotConnected ConnectionError
        $run.Output | Should -Not -BeNullOrEmpty
        @($run.Output.UserId | Sort-Object) | Should -Be @($run.Mutations.userId | Sort-Object)
    }

    It '<Command>: the limit of a second connection is exceeded after eight users of the first' -ForEach $operations {
        $users = @(Get-ToriiUser -Connection main -Status active -First 11)
        $null = Connect-Emulator $emulator careful @{ MaxAffected = 2 }
        $careful = @($users[8..10].UserId | Get-ToriiUser -Connection careful)
        Add-Fault @{ operation = $Operation; kind = 'status'; status = 403; userId = $users[3].UserId }
        Add-Fault @{ operation = $Operation; kind = 'slow'; delayMs = 200 }
        $change = $changes[$Operation]
        $run = Invoke-Watched { @($users[0..7]) + $careful | & $change }
        Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded
        $run.Mutations.userId | Where-Object { $_ -in $careful.UserId } | Should -BeNullOrEmpty
        @($run.Mutations.userId | Sort-Object) | Should -Be @($users[0..7].UserId | Sort-Object)
        @($run.Output.UserId | Sort-Object) | Should -Be @($users[0, 1, 2, 4, 5, 6, 7].UserId | Sort-Object)
        $run.Errors | Should -HaveCount 2
        Assert-ToriiError $run.Errors[0] Torii.Forbidden PermissionDenied
        "$($run.Errors) $($run.Warnings)" | Should -Not -Match 'may have been'
    }

    It 'Get-ToriiSession: a bare id without a default connection comes after eight users with a connection' {
        $users = @(Get-ToriiUser -Connection main -Status active -First 8)
        $users | ForEach-Object { $null = Invoke-Api POST /_emulator/sessions @{ userId = $_.UserId } }
        Add-Fault @{ operation = 'listSessions'; kind = 'slow'; delayMs = 200 }
        $run = Invoke-Watched { @($users) + $users[0].UserId | Get-ToriiSession }
        Assert-ToriiError $run.EndedBy Torii.NotConnected ConnectionError
        @($run.Output.UserId | Sort-Object -Unique) | Should -Be @($users.UserId | Sort-Object)
    }
}

Describe 'A dead connection ends the command' {
    BeforeAll {
        $ids = @((Get-Truth) | Where-Object status -EQ active | Select-Object -First 100).id
        $commands = @{
            'Set-ToriiUser' = { $input | Set-ToriiUser -Locale da -Connection $args[0] -ThrottleLimit $args[1] }
            'Block-ToriiUser' = { $input | Block-ToriiUser -Connection $args[0] -ThrottleLimit $args[1] }
            'Unblock-ToriiUser' = { $input | Unblock-ToriiUser -Connection $args[0] -ThrottleLimit $args[1] }
            'Revoke-ToriiSession' = { $input | Revoke-ToriiSession -Connection $args[0] -ThrottleLimit $args[1] }
            'Remove-ToriiUser' = { $input | Remove-ToriiUser -Force -Connection $args[0] -ThrottleLimit $args[1] }
            'New-ToriiUser' = { $input | ForEach-Object { [pscustomobject]@{ Email = "$_@dead.example" } } | New-ToriiUser -Connection $args[0] -ThrottleLimit $args[1] }
            'Get-ToriiSession' = { $input | Get-ToriiSession -Connection $args[0] -ThrottleLimit $args[1] }
            'Get-ToriiUser' = { $input | Get-ToriiUser -Connection $args[0] -ThrottleLimit $args[1] }
            'Get-ToriiUser -EmailAddress' = { Get-ToriiUser -EmailAddress @($input | ForEach-Object { "$_@dead.example" }) -Connection $args[0] -ThrottleLimit $args[1] }
        }
    }
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Disconnect-Torii
    }
    BeforeDiscovery {
        $names = 'Set-ToriiUser', 'Block-ToriiUser', 'Unblock-ToriiUser', 'Revoke-ToriiSession', 'Remove-ToriiUser', 'New-ToriiUser', 'Get-ToriiSession', 'Get-ToriiUser', 'Get-ToriiUser -EmailAddress'
        $cases = foreach ($name in $names) { foreach ($throttle in 1, 8) { @{ Command = $name; Throttle = $throttle } } }
    }

    It '<Command>: the first 401 ends the command, with -ThrottleLimit <Throttle>' -ForEach $cases {
        $bad = Connect-Emulator $emulator rejected @{ SecretKey = 'sk_test_rejected0123456789abcdef' }
        $command = $commands[$Command]
        $run = Invoke-Watched { $ids | & $command $bad $Throttle }
        $run.EndedBy | Should -Not -BeNullOrEmpty
        Assert-ToriiError $run.EndedBy Torii.Unauthorized AuthenticationError
        $run.Output | Should -BeNullOrEmpty
        $run.Requests.Count | Should -BeGreaterThan 0
        $run.Requests.Count | Should -BeLessOrEqual $Throttle
        $run.Errors.Count | Should -BeLessOrEqual $Throttle
    }

    It 'reports what was done before the key was rejected' {
        $main = Connect-Emulator $emulator
        Add-Fault @{ operation = 'updateUser'; kind = 'status'; status = 401; skip = 20 }
        $run = Invoke-Watched { $ids | Set-ToriiUser -Locale da -PassThru -Connection $main }
        $run.EndedBy | Should -Not -BeNullOrEmpty
        Assert-ToriiError $run.EndedBy Torii.Unauthorized AuthenticationError
        @($run.Output.UserId | Sort-Object) | Should -Be @($run.Mutations | Where-Object status -EQ 200 | ForEach-Object userId | Sort-Object)
        $run.Output | Should -HaveCount 20
        $run.Mutations.Count | Should -BeLessOrEqual 28
    }

    It '<Command>: a server that is gone ends the command, with -ThrottleLimit <Throttle>' -ForEach ($cases | Where-Object { $_.Throttle -ne 1 -and $_.Command -notlike 'Get-ToriiUser*' }) {
        $gone = Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl "http://127.0.0.1:$(Get-FreePort)" -Name gone -MaxRetry 0 -SkipCheck -PassThru
        $command = $commands[$Command]
        $run = Invoke-Watched { $ids | & $command $gone $Throttle }
        $run.EndedBy | Should -Not -BeNullOrEmpty
        Assert-ToriiError $run.EndedBy Torii.ConnectionFailed ConnectionError
        $run.Errors.Count | Should -BeLessOrEqual (2 * $Throttle)
    }

    It 'ends in the middle of a run when the server stops, and reports what was done' {
        $mortal = Start-TestEmulator -Users 150 -NoConnection -Additional -LatencyMs 20
        $through = Connect-Emulator $mortal mortal
        $its = @((Get-Truth $mortal).id | Select-Object -First 100)
        $run = Invoke-Watched {
            $done = 0
            $its | Block-ToriiUser -PassThru -Connection $through -ThrottleLimit 4 | ForEach-Object {
                if (++$done -eq 20) { $mortal | Stop-ToriiEmulator -Confirm:$false }
                $_
            }
        } $null
        $run.EndedBy | Should -Not -BeNullOrEmpty
        Assert-ToriiError $run.EndedBy Torii.ConnectionFailed ConnectionError
        $run.Output.Count | Should -BeGreaterOrEqual 20
        $run.Errors.Count | Should -BeLessOrEqual 12
    }

    It 'but one unlucky user does not: <Kind>, with -ThrottleLimit <Throttle>' -ForEach @(
        foreach ($throttle in 1, 8) {
            @{ Kind = 'a broken connection'; Fault = @{ kind = 'reset' }; Id = 'Torii.ConnectionFailed'; Throttle = $throttle }
            @{ Kind = 'status 503'; Fault = @{ kind = 'status'; status = 503 }; Id = 'Torii.ServiceUnavailable'; Throttle = $throttle }
            @{ Kind = 'status 403'; Fault = @{ kind = 'status'; status = 403 }; Id = 'Torii.Forbidden'; Throttle = $throttle }
        }
    ) {
        $main = Connect-Emulator $emulator
        Add-Fault ($Fault + @{ operation = 'updateUser'; userId = $ids[5] })
        $run = Invoke-Watched { $ids[0..39] | Set-ToriiUser -Locale en -PassThru -Connection $main -ThrottleLimit $Throttle }
        $run.EndedBy | Should -BeNullOrEmpty
        $run.Output | Should -HaveCount 39
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] $Id
        $run.Mutations | Should -HaveCount 40
    }

    It 'and neither do connection failures with successes between them' {
        $main = Connect-Emulator $emulator
        0..9 | ForEach-Object { Add-Fault @{ operation = 'updateUser'; kind = 'reset'; userId = $ids[4 * $_] } }
        $run = Invoke-Watched { $ids[0..39] | Set-ToriiUser -Locale da -PassThru -Connection $main -ThrottleLimit 8 }
        $run.EndedBy | Should -BeNullOrEmpty
        $run.Output | Should -HaveCount 30
        $run.Errors | Should -HaveCount 10
    }
}
