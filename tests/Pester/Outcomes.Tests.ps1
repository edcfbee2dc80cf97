BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 250 -NoConnection
    $modern = Start-TestEmulator -Users 700 -Contract 0.0.12 -NoConnection -Additional
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

# Item 13.
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

# Item 14.
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

# Item 15.
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

# Item 16.
Describe 'A Retry-After of 2147483647' {
    BeforeAll {
        $ids = @((Get-Truth) | Where-Object status -EQ active | Select-Object -First 10).id
        # Runs a script for five seconds at most: a command may wait for two minutes before it tries again.
        function Invoke-Bounded([scriptblock] $Script, [hashtable] $With) {
            $shell = New-Apart $Script $With
            try {
                $running = $shell.BeginInvoke()
                $ended = $running.AsyncWaitHandle.WaitOne(5000)
                if (-not $ended) { $shell.Stop() }
                $output = @()
                $thrown = $null
                if ($ended) { try { $output = @($shell.EndInvoke($running)) } catch { $thrown = $_.Exception.InnerException.ErrorRecord } }
                [pscustomobject]@{
                    Ended = $ended; Output = $output; Errors = @($shell.Streams.Error) + @($thrown | Where-Object { $_ })
                    Messages = @($shell.Streams.Verbose) + @($shell.Streams.Warning) | ForEach-Object Message
                }
            }
            finally {
                $shell.Runspace.Dispose()
                $shell.Dispose()
            }
        }
        # No text asks for more than the two minutes that are waited at most.
        function Assert-ShortWait([string[]] $Text) {
            foreach ($line in $Text) {
                $line | Should -Not -Match '214748'
                @([regex]::Matches($line, '(\d[\d,.]*) ?s(ec(ond)?s?)?\b') | ForEach-Object { [double]($_.Groups[1].Value -replace ',') } | Where-Object { $_ -gt 121 }) | Should -BeNullOrEmpty
            }
        }
    }
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Disconnect-Torii
    }

    It 'on status <_> does not make the connection useless, and a new connection lifts it' -ForEach 429, 503 {
        $main = Connect-Emulator $emulator
        Add-Fault @{ operation = '*'; kind = 'status'; status = $_; retryAfter = '2147483647'; times = 1 }
        $first = Invoke-Watched { Get-ToriiUser -First 1 -Connection $main }
        $first.Errors | Should -HaveCount 1
        $second = Invoke-Bounded { param($Connection) Get-ToriiUser -First 1 -Connection $Connection -Verbose } @{ Connection = $main }
        # The next command goes through, or waits for two minutes at most, or says how to lift the wait.
        if ($second.Errors) {
            Get-ErrorText $second.Errors[0] | Should -Match 'Connect-Torii'
            Assert-ShortWait (Get-ErrorText $second.Errors[0])
        }
        elseif ($second.Ended) { $second.Output | Should -HaveCount 1 }
        else {
            $second.Messages | Where-Object { $_ -match '\bwait|hold|held|delay' } | Should -Not -BeNullOrEmpty
            Assert-ShortWait $second.Messages
        }
        $null = Connect-Emulator $emulator
        $third = Invoke-Watched { Get-ToriiUser -First 1 -Connection main }
        $third.Errors | Should -BeNullOrEmpty
        $third.Output | Should -HaveCount 1
        $third.ElapsedMs | Should -BeLessThan 3000
    }

    It 'on status <_> in a bulk run is an error that says how to lift it' -ForEach 429, 503 {
        $main = Connect-Emulator $emulator
        Add-Fault @{ operation = 'updateUser'; kind = 'status'; status = $_; retryAfter = '2147483647'; times = 1 }
        $run = Invoke-Bounded { param($Connection, $Ids) $Ids | Set-ToriiUser -Locale da -Connection $Connection -ThrottleLimit 1 -Verbose } @{ Connection = $main; Ids = $ids }
        $run.Errors | Should -Not -BeNullOrEmpty
        # What was not sent because of the wait.
        foreach ($held in $run.Errors | Select-Object -Skip 1) {
            Get-ErrorText $held | Should -Match 'Connect-Torii'
            Assert-ShortWait (Get-ErrorText $held)
        }
        if (-not $run.Ended) { Assert-ShortWait $run.Messages }
    }

    It 'of 1 second is kept, and the next command works after it' {
        $main = Connect-Emulator $emulator
        Add-Fault @{ operation = '*'; kind = 'status'; status = 429; retryAfter = '1'; times = 1 }
        $null = Invoke-Watched { Get-ToriiUser -First 1 -Connection $main }
        $second = Invoke-Watched { Get-ToriiUser -First 1 -Connection $main }
        $second.Errors | Should -BeNullOrEmpty
        $second.ElapsedMs | Should -BeGreaterThan 500
    }
}

# Item 17.
Describe 'One status 400 for a batch look-up' {
    BeforeAll {
        $all = @((Get-Truth $modern) | Where-Object status -EQ active)
        $ids = $all.id
        $addresses = @($all | Where-Object email).email
    }
    BeforeEach { $main = Connect-Emulator $modern }
    AfterEach {
        Clear-Fault $modern
        Get-ToriiConnection | Disconnect-Torii
    }

    It 'costs the requests of that batch alone, and the next 300 ids need 3: batch <_>' -ForEach 1, 2, 3 {
        Add-Fault @{ operation = 'searchUsers'; kind = 'status'; status = 400; times = 1; skip = $_ - 1 } $modern
        $run = Invoke-Watched { $ids[0..299] | Get-ToriiUser -Connection $main } $modern
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.UserId | Should -Be $ids[0..299]
        @($run.Requests | Where-Object fault) | Should -HaveCount 1
        # The other two batches, the one that failed, and one more each for its users at most.
        @($run.Requests | Where-Object operation -EQ getUser).Count | Should -BeLessOrEqual 100
        @($run.Requests | Where-Object operation -EQ searchUsers).Count | Should -BeLessOrEqual 4

        $next = Invoke-Watched { $ids[300..599] | Get-ToriiUser -Connection $main } $modern
        $next.Output.UserId | Should -Be $ids[300..599]
        @($next.Requests.operation) | Should -Be searchUsers, searchUsers, searchUsers
    }

    It 'costs the requests of that batch alone for addresses as well' {
        Add-Fault @{ operation = 'searchUsers'; kind = 'status'; status = 400; times = 1 } $modern
        $run = Invoke-Watched { Get-ToriiUser -EmailAddress $addresses[0..299] -Connection $main } $modern
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.Email | Should -Be $addresses[0..299]
        $run.Requests.Count | Should -BeLessOrEqual 103

        $next = Invoke-Watched { Get-ToriiUser -EmailAddress $addresses[0..299] -Connection $main } $modern
        $next.Requests | Should -HaveCount 3
    }
}

# Item 18.
Describe 'Requests for one user' {
    BeforeAll {
        $slow = Start-TestEmulator -Users 20 -LatencyMs 50 -NoConnection -Additional
        $user = @((Get-Truth $slow) | Where-Object status -EQ active)[0].id
    }
    BeforeEach { $through = Connect-Emulator $slow slow }
    AfterEach { Get-ToriiConnection | Disconnect-Torii }

    It 'revoke 64 of their sessions side by side' {
        $rows = 1..64 | ForEach-Object { [pscustomobject]@{ UserId = $user; SessionId = (Invoke-Api POST /_emulator/sessions @{ userId = $user } $slow).sessionId } }
        $run = Invoke-Watched { $rows | Revoke-ToriiSession -Connection $through -ThrottleLimit 16 } $slow
        $run.Errors | Should -BeNullOrEmpty
        @($run.Mutations.operation | Sort-Object -Unique) | Should -Be revokeSession
        @($run.Mutations | ForEach-Object { ($_.path -split '/')[-1] } | Sort-Object) | Should -Be @($rows.SessionId | Sort-Object)
        $overlap = Measure-Overlap $run.Mutations
        $overlap | Should -BeGreaterThan 8
        $overlap | Should -BeLessOrEqual 16
    }

    It 'never change the user side by side: <Command>' -ForEach @(
        @{ Command = 'Set-ToriiUser'; Act = { 1..6 | ForEach-Object { [pscustomobject]@{ UserId = $args[0]; Phone = "+45 $_" } } | Set-ToriiUser -Connection $args[1] -ThrottleLimit 16 } }
        @{ Command = 'Block-ToriiUser'; Act = { 1..6 | ForEach-Object { $args[0] } | Block-ToriiUser -Connection $args[1] -ThrottleLimit 16 } }
        @{ Command = 'Revoke-ToriiSession for all sessions'; Act = { 1..6 | ForEach-Object { $args[0] } | Revoke-ToriiSession -Connection $args[1] -ThrottleLimit 16 } }
    ) {
        $id = $user
        $run = Invoke-Watched { & ([scriptblock]::Create("$Act".Replace('$args[0]', '$id').Replace('$args[1]', '$through'))) } $slow
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations | Should -HaveCount 6
        Measure-Overlap $run.Mutations | Should -Be 1
    }
}

# Item 19.
Describe 'Reading and binding' {
    BeforeEach { $null = Connect-Emulator $emulator default }
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Disconnect-Torii
    }

    It 'does not ask for pages of one when names are filtered here: <_>' -ForEach 'z*', 'm*', '*er', 'ada*' {
        $pattern = $_
        $null = Connect-Emulator $modern modern
        $expected = @(Get-ToriiUser -Name $pattern -Connection modern)
        $expected | Should -Not -BeNullOrEmpty
        $run = Invoke-Watched { Get-ToriiUser -Name $pattern -First 1 -Connection modern } $modern
        $run.Output.UserId | Should -Be $expected[0].UserId
        $run.Requests.path | Should -Not -Match '[?&]limit=1(&|$)'
        $run.Requests.Count | Should -BeLessOrEqual 3
    }

    It 'names the user and the member of a lone surrogate, and does not suspect a proxy: <What>' -ForEach @(
        @{ What = 'a search'; Act = { Get-ToriiUser -Connection fake } }
        @{ What = 'a look-up by id'; Act = { Get-ToriiUser 01931a73-8b00-7000-8000-0000000000bb -Connection fake } }
        @{ What = 'a change'; Act = { Set-ToriiUser 01931a73-8b00-7000-8000-0000000000bb -Locale da -Connection fake } }
    ) {
        $server = Start-ScriptedServer {
            param($Request, $State)
            @{ Body = $Request.Path -like '*/search*' ? "{`"items`":[$($State.Good),$($State.Bad)],`"nextCursor`":null,`"hasMore`":false}" : $State.Bad }
        } @{ Good = New-UserJson; Bad = (New-UserJson @{ id = '01931a73-8b00-7000-8000-0000000000bb'; name = '@' }).Replace('"@"', '"\ud800"') }
        try {
            Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl $server.Url -Name fake -MaxRetry 0 -SkipCheck
            $run = Invoke-Watched { & $Act }
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] Torii.InvalidResponse InvalidResult
            $text = "$($run.Errors[0]) $($run.Errors[0].ErrorDetails.RecommendedAction)"
            $text | Should -Match '\bname\b'
            $text | Should -Match '01931a73-8b00-7000-8000-0000000000bb|\[1\]'
            $text | Should -Not -Match 'proxy|sign-in page'
        }
        finally { Stop-ScriptedServer $server }
    }

    It 'runs a script block for -SessionId of each row' {
        $user = @(Get-ToriiUser -Status active -First 1)[0].UserId
        $sessions = 1..3 | ForEach-Object { (Invoke-Api POST /_emulator/sessions @{ userId = $user }).sessionId }
        $rows = $sessions[0, 1] | ForEach-Object { [pscustomobject]@{ Who = $user; Session = $_ } }
        $run = Invoke-Watched { $rows | Revoke-ToriiSession -UserId { $_.Who } -SessionId { $_.Session } }
        $run.Errors | Should -BeNullOrEmpty
        @($run.Mutations.path | Sort-Object) | Should -Be @($sessions[0, 1] | ForEach-Object { "/api/server/v1/users/$user/sessions/$_" } | Sort-Object)
    }

    It 'never revokes every session because a script block for -SessionId returned nothing: <What>' -ForEach @(
        @{ What = 'null'; Value = $null }, @{ What = 'an empty string'; Value = '' }, @{ What = 'a blank'; Value = ' ' }
    ) {
        $user = @(Get-ToriiUser -Status active -First 1)[0].UserId
        $session = (Invoke-Api POST /_emulator/sessions @{ userId = $user }).sessionId
        $rows = [pscustomobject]@{ Who = $user; Session = $Value }, [pscustomobject]@{ Who = $user; Session = $session }
        $run = Invoke-Watched { $rows | Revoke-ToriiSession -UserId { $_.Who } -SessionId { $_.Session } }
        $run.Mutations.path | Should -Be "/api/server/v1/users/$user/sessions/$session"
        $run.Errors | Should -HaveCount 1
    }

    It 'sends any -Cursor as it is: <_>' -ForEach 'opaque', 'YWJj+/==', 'a b&c=d#e%20', '01931a73-8b00-7000-8000-000000000000', 'ø' {
        $server = Start-ScriptedServer { param($Request, $State) @{ Body = '{"items":[],"nextCursor":null,"hasMore":false}' } }
        try {
            Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl $server.Url -Name fake -MaxRetry 0 -SkipCheck
            $cursor = $_
            $run = Invoke-Watched { Get-ToriiUser -Cursor $cursor -Connection fake }
            $run.Errors | Should -BeNullOrEmpty
            $server.Requests.ToArray() | Should -HaveCount 1
            $server.Requests.ToArray()[0].Path -match '[?&]cursor=([^&]*)' | Should -BeTrue
            [uri]::UnescapeDataString($Matches[1]) | Should -BeExactly $cursor
        }
        finally { Stop-ScriptedServer $server }
    }

    It 'refuses an empty -Cursor' {
        foreach ($cursor in '', ' ', $null) {
            $run = Invoke-Watched { Get-ToriiUser -Cursor $cursor }
            $run.Requests | Should -BeNullOrEmpty
            Assert-ParameterError $run.EndedBy Cursor
        }
    }

    It 'has no -PassThru on New-ToriiUser, which always returns the user' {
        (Get-Command New-ToriiUser).Parameters.Keys | Should -Not -Contain PassThru
        New-ToriiUser "$([guid]::NewGuid())@example.com" | Should -BeOfType Torii.ToriiUser
    }

    It 'has no -ThrottleLimit for a search, and has it for look-ups' {
        @((Get-Command Get-ToriiUser).Parameters['ThrottleLimit'].ParameterSets.Keys | Sort-Object) | Should -Be EmailAddress, Id
        $run = Invoke-Watched { Get-ToriiUser -Status banned -ThrottleLimit 4 }
        $run.EndedBy.Exception | Should -BeOfType Management.Automation.ParameterBindingException
        $run.Requests | Should -BeNullOrEmpty
        $run = Invoke-Watched { Get-ToriiUser -EmailAddress ada@example.com -ThrottleLimit 4 }
        $run.Errors | Should -BeNullOrEmpty
    }
}

# Item 20.
Describe 'A web page with status 200 in place of the response' {
    BeforeEach { $patient = Connect-Emulator $emulator default @{ MaxRetry = 2 } }
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Disconnect-Torii
    }

    It 'is retried, and the change is made: <Operation>' -ForEach @(
        @{ Operation = 'updateUser'; Act = { Set-ToriiUser $args[0] -Phone '+45 20' }; Status = 200; Holds = { $args[0].phone -eq '+45 20' } }
        @{ Operation = 'banUser'; Act = { Block-ToriiUser $args[0] }; Status = 200; Holds = { $args[0].status -eq 'banned' } }
        @{ Operation = 'unbanUser'; Prepare = { $null = Invoke-Api POST "/api/server/v1/users/$($args[0])/ban" }; Act = { Unblock-ToriiUser $args[0] }; Status = 200; Holds = { $args[0].status -eq 'active' } }
        @{ Operation = 'revokeAllSessions'; Act = { Revoke-ToriiSession $args[0] }; Status = 204; Holds = { $args[1] -eq 0 } }
        @{ Operation = 'revokeSession'; Act = { Revoke-ToriiSession $args[0] $args[1] }; Status = 204; Holds = { $args[1] -eq 0 } }
        @{ Operation = 'deleteUser'; Act = { Remove-ToriiUser $args[0] -Force }; Status = 204; Holds = { $args[0].status -eq 'deleted' } }
    ) {
        $user = (Invoke-Api POST /api/server/v1/users @{ name = 'Ada' }).id
        if ($Prepare) { & $Prepare $user }
        $session = (Invoke-Api POST /_emulator/sessions @{ userId = $user }).sessionId
        Add-Fault @{ operation = $Operation; kind = 'html'; times = 1 }
        $run = Invoke-Watched { & $Act $user $session }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations.operation | Should -Be $Operation, $Operation
        $run.Mutations.executed | Should -Be $false, $true
        $run.Mutations[1].status | Should -Be $Status
        $after = Invoke-Api GET "/api/server/v1/users/$user"
        $sessions = $after.status -eq 'deleted' ? 0 : @(Invoke-Api GET "/api/server/v1/users/$user/sessions").Count
        & $Holds $after $sessions | Should -BeTrue
    }

    It 'is an error after the last retry, and says that the change may have been made' {
        $user = (Invoke-Api POST /api/server/v1/users @{ name = 'Ada' }).id
        Add-Fault @{ operation = 'banUser'; kind = 'html' }
        $run = Invoke-Watched { Block-ToriiUser $user }
        $run.Mutations | Should -HaveCount 3
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.InvalidResponse InvalidResult
        $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeTrue
    }
}
