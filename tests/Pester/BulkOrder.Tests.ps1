BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 150
    $people = @(Get-ToriiUser -Status active)
    $nobody = '01931a73-8b00-7000-8000-000000000000'
}
AfterAll { Stop-TestEmulator }

# S1.
Describe 'A slow user does not delay the report about the others' {
    BeforeAll {
        # Notes when each result and error comes out.
        function Measure-Arrival([scriptblock] $Script) {
            $watch = [Diagnostics.Stopwatch]::StartNew()
            @(& $Script 2>&1 | ForEach-Object {
                    $failed = $_ -is [Management.Automation.ErrorRecord]
                    [pscustomobject]@{ UserId = $failed ? "$($_.TargetObject.UserId ?? $_.TargetObject)" : $_.UserId; Failed = $failed; Ms = $watch.ElapsedMilliseconds }
                })
        }
    }
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Where-Object Name -NE default | Disconnect-Torii
    }
    BeforeDiscovery {
        $operations = @(
            @{ Command = 'Block-ToriiUser'; Operation = 'banUser'; Act = { $chosen | Block-ToriiUser -PassThru -ThrottleLimit 8 -Connection $through } }
            @{ Command = 'Set-ToriiUser'; Operation = 'updateUser'; Act = { $chosen | Set-ToriiUser -Phone '+45 1' -PassThru -ThrottleLimit 8 -Connection $through } }
            @{ Command = 'Revoke-ToriiSession'; Operation = 'revokeAllSessions'; Act = { $chosen | Revoke-ToriiSession -PassThru -ThrottleLimit 8 -Connection $through } }
        )
    }

    It '<Command>: the request of one of 40 takes 3 seconds' -ForEach $operations {
        $chosen = $people[0..39]
        $through = Get-ToriiConnection default
        Add-Fault @{ operation = $Operation; kind = 'slow'; delayMs = 3000; userId = $chosen[2].UserId }
        $arrivals = Measure-Arrival $Act
        $arrivals | Should -HaveCount 40
        $arrivals.Failed | Should -Not -Contain $true
        @($arrivals.UserId | Sort-Object) | Should -Be @($chosen.UserId | Sort-Object)
        $arrivals[-1].UserId | Should -Be $chosen[2].UserId
        $arrivals[-1].Ms - $arrivals[-2].Ms | Should -BeGreaterThan 1000
    }

    It '<Command>: one of 40 waits for its retries' -ForEach $operations {
        $chosen = $people[0..39]
        $through = Connect-Emulator $emulator patient @{ MaxRetry = 5 }
        # At least 2.8 s of waits: 0.25, 0.5, 1 and 2 s, each with a quarter of jitter.
        Add-Fault @{ operation = $Operation; kind = 'status'; status = 503; userId = $chosen[2].UserId; times = 4 }
        $arrivals = Measure-Arrival $Act
        $arrivals | Should -HaveCount 40
        $arrivals.Failed | Should -Not -Contain $true
        $arrivals[-1].UserId | Should -Be $chosen[2].UserId
        $arrivals[-1].Ms - $arrivals[-2].Ms | Should -BeGreaterThan 300
    }

    It 'errors of the others come out before it as well' {
        $chosen = @($people[0..39])
        Add-Fault @{ operation = 'banUser'; kind = 'slow'; delayMs = 3000; userId = $chosen[0].UserId }
        foreach ($i in 10, 20, 39) { Add-Fault @{ operation = 'banUser'; kind = 'status'; status = 403; userId = $chosen[$i].UserId } }
        $arrivals = Measure-Arrival { $chosen | Block-ToriiUser -PassThru -ThrottleLimit 8 }
        $arrivals | Should -HaveCount 40
        @($arrivals | Where-Object Failed | ForEach-Object UserId | Sort-Object) | Should -Be @($chosen[10, 20, 39].UserId | Sort-Object)
        $arrivals[-1].UserId | Should -Be $chosen[0].UserId
        $arrivals[-1].Ms - $arrivals[-2].Ms | Should -BeGreaterThan 1000
    }

    It 'keeps the order of the input for reading' {
        Add-Fault @{ operation = 'getUser'; kind = 'slow'; delayMs = 300; userId = $people[0].UserId }
        ($people[0..19].UserId | Get-ToriiUser).UserId | Should -Be $people[0..19].UserId
    }
}

# S2.
Describe 'The error of a failed change says whether the change may have been made' {
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Where-Object Name -NE default | Disconnect-Torii
    }
    BeforeDiscovery {
        $changes = @(
            @{ Command = 'Set-ToriiUser'; Operation = 'updateUser'; Act = { Set-ToriiUser $id -Phone '+45 2' -Connection $through } }
            @{ Command = 'Block-ToriiUser'; Operation = 'banUser'; Act = { Block-ToriiUser $id -Connection $through } }
            @{ Command = 'Unblock-ToriiUser'; Operation = 'unbanUser'; Act = { Unblock-ToriiUser $id -Connection $through } }
            @{ Command = 'Revoke-ToriiSession'; Operation = 'revokeAllSessions'; Act = { Revoke-ToriiSession $id -Connection $through } }
            @{ Command = 'Remove-ToriiUser'; Operation = 'deleteUser'; Act = { Remove-ToriiUser $id -Force -Connection $through } }
        )
        $maybe = foreach ($change in $changes) {
            $change + @{ What = 'status 503 after it was executed'; Fault = @{ kind = 'status'; status = 503; executes = $true } }
            $change + @{ What = 'a connection that breaks before the response'; Fault = @{ kind = 'resetAfter' } }
            $change + @{ What = 'a web page with status 200'; Fault = @{ kind = 'html' } }
        }
        $never = foreach ($change in $changes) {
            foreach ($status in 429, 404, 400, 401, 403) { $change + @{ What = "status $status"; Fault = @{ kind = 'status'; status = $status } } }
        }
    }
    BeforeEach {
        $through = Get-ToriiConnection default
        $id = (Invoke-Api POST /api/server/v1/users @{ name = 'Ada' }).id
    }

    It 'it may have been made: <Command>, <What>' -ForEach $maybe {
        Add-Fault ($Fault + @{ operation = $Operation })
        $run = Invoke-Watched { & $Act }
        $run.Mutations | Should -HaveCount 1
        $run.Errors | Should -HaveCount 1
        $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeTrue
        "$($run.Errors[0]) $($run.Errors[0].ErrorDetails.RecommendedAction)" | Should -Match '(may|might) (\w+ )?have (\w+ )?been'
    }

    It 'it may have been made: no response within the time limit' {
        $through = Connect-Emulator $emulator hasty @{ TimeoutSec = 1 }
        Add-Fault @{ operation = 'banUser'; kind = 'slow'; delayMs = 3000 }
        $run = Invoke-Watched { Block-ToriiUser $id -Connection $through }
        Assert-ToriiError $run.Errors[0] Torii.Timeout OperationTimeout
        $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeTrue
        "$($run.Errors[0]) $($run.Errors[0].ErrorDetails.RecommendedAction)" | Should -Match '(may|might) (\w+ )?have (\w+ )?been'
    }

    It 'it was not made: <Command>, <What>' -ForEach $never {
        Add-Fault ($Fault + @{ operation = $Operation })
        $run = Invoke-Watched { & $Act }
        $run.Mutations | Should -HaveCount 1
        $run.Errors | Should -HaveCount 1
        $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeOfType bool
        $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeFalse
        "$($run.Errors[0]) $($run.Errors[0].ErrorDetails.RecommendedAction)" | Should -Not -Match '(may|might) (\w+ )?have (\w+ )?been'
    }

    It 'it was not made: <Command>, a refused connection' -ForEach $changes {
        $through = Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl "http://127.0.0.1:$(Get-FreePort)" -Name nowhere -MaxRetry 0 -SkipCheck -PassThru
        $run = Invoke-Watched { & $Act }
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.ConnectionFailed ConnectionError
        $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeOfType bool
        $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeFalse
        "$($run.Errors[0]) $($run.Errors[0].ErrorDetails.RecommendedAction)" | Should -Not -Match '(may|might) (\w+ )?have (\w+ )?been'
    }

    It 'it may have been made when an earlier attempt may have been, whatever the last one was answered' {
        $through = Connect-Emulator $emulator patient @{ MaxRetry = 1 }
        Add-Fault @{ operation = 'banUser'; kind = 'resetAfter'; times = 1 }
        Add-Fault @{ operation = 'banUser'; kind = 'status'; status = 429; times = 1 }
        $run = Invoke-Watched { Block-ToriiUser $id -Connection $through }
        $run.Mutations | Should -HaveCount 2
        Assert-ToriiError $run.Errors[0] Torii.TooManyRequests
        $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeTrue
        "$($run.Errors[0]) $($run.Errors[0].ErrorDetails.RecommendedAction)" | Should -Match '(may|might) (\w+ )?have (\w+ )?been'
    }

    It 'a failed read never changes anything: status <_>' -ForEach 503, 500, 429, 404 {
        Add-Fault @{ operation = 'getUser'; kind = 'status'; status = $_ }
        $run = Invoke-Watched { Get-ToriiUser $id -Connection $through }
        $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeFalse
        "$($run.Errors[0]) $($run.Errors[0].ErrorDetails.RecommendedAction)" | Should -Not -Match '(may|might) (\w+ )?have (\w+ )?been'
    }

    It 'is a public property' {
        [Torii.ToriiException].GetProperty('MayHaveBeenExecuted').GetMethod.IsPublic | Should -BeTrue
    }
}

# S3.
Describe 'One address twice in one New-ToriiUser, with lost responses' {
    BeforeEach { $patient = Connect-Emulator $emulator patient @{ MaxRetry = 5 } }
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Where-Object Name -NE default | Disconnect-Torii
    }

    It 'is one user and a conflict: <What>, <Lost>' -ForEach @(
        foreach ($lost in @{ kind = 'resetAfter' }, @{ kind = 'truncate' }, @{ kind = 'status'; status = 503; executes = $true }) {
            @{ What = 'the same case'; Second = { $args[0] }; Fault = $lost; Lost = $lost.kind }
            @{ What = 'another case'; Second = { $args[0].ToUpperInvariant() }; Fault = $lost; Lost = $lost.kind }
        }
    ) {
        $address = "twice$([guid]::NewGuid().ToString('n'))@example.com"
        $rows = [pscustomobject]@{ Email = $address; Name = 'First' }, [pscustomobject]@{ Email = & $Second $address; Name = 'Second' }
        # The first attempt of the first row, then the first attempt of the second row.
        Add-Fault ($Fault + @{ operation = 'createUser'; times = 1 })
        Add-Fault ($Fault + @{ operation = 'createUser'; times = 1; skip = 1 })
        $run = Invoke-Watched { $rows | New-ToriiUser -Connection $patient }
        @($run.Mutations | Where-Object fault) | Should -HaveCount 2
        @($run.Output.UserId | Sort-Object -Unique) | Should -HaveCount $run.Output.Count -Because 'no user is returned twice'
        $run.Output | Should -HaveCount 1
        $run.Output[0].Name | Should -Be First
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.Conflict ResourceExists
        $run.Errors[0].TargetObject.Name | Should -Be Second
        @(Get-Truth | Where-Object { $_.email -eq $address }) | Should -HaveCount 1
    }

    It 'is one user and a conflict when only the response to the second row is lost' {
        $address = "twice$([guid]::NewGuid().ToString('n'))@example.com"
        Add-Fault @{ operation = 'createUser'; kind = 'resetAfter'; times = 1; skip = 1 }
        $run = Invoke-Watched { 'First', 'Second' | ForEach-Object { [pscustomobject]@{ Email = $address; Name = $_ } } | New-ToriiUser -Connection $patient }
        $run.Output | Should -HaveCount 1
        $run.Output[0].Name | Should -Be First
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.Conflict ResourceExists
    }

    It 'never returns one user twice for ten addresses side by side' {
        $addresses = 1..10 | ForEach-Object { "twice$_$([guid]::NewGuid().ToString('n'))@example.com" }
        $rows = foreach ($round in 'First', 'Second') { foreach ($address in $addresses) { [pscustomobject]@{ Email = $address; Name = $round } } }
        # The first attempts of all rows, or more of some, are lost.
        Add-Fault @{ operation = 'createUser'; kind = 'resetAfter'; times = 10 }
        Add-Fault @{ operation = 'createUser'; kind = 'resetAfter'; times = 10; skip = 10 }
        $run = Invoke-Watched { $rows | New-ToriiUser -Connection $patient -ThrottleLimit 8 }
        @($run.Output.UserId | Sort-Object -Unique) | Should -HaveCount $run.Output.Count -Because 'no user is returned twice'
        $run.Output.Count + $run.Errors.Count | Should -Be 20
        $run.Output | Should -HaveCount 10
        $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.Conflict ResourceExists }
    }

    It 'is not a conflict for an address that is there once' {
        $address = "once$([guid]::NewGuid().ToString('n'))@example.com"
        Add-Fault @{ operation = 'createUser'; kind = 'resetAfter'; times = 1 }
        $run = Invoke-Watched { New-ToriiUser $address -Connection $patient }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.Email | Should -Be $address
    }
}

# S7.
Describe 'Ctrl+C in the middle of a bulk run' {
    BeforeAll {
        # The numbers of the line that sums the run up; null when there is no such line.
        function Find-Summary([string[]] $Lines) {
            foreach ($line in $Lines) {
                $numbers = @{}
                foreach ($word in 'done', 'failed', 'not started') {
                    if ($line -match "(\d+)\s+(?:\w+\s+){0,3}?$word\b" -or $line -match "\b$word\W+(\d+)") { $numbers[$word] = [int]$Matches[1] }
                }
                if ($numbers.Count -eq 3) { return [pscustomobject]@{ Line = $line; Done = $numbers.done; Failed = $numbers.failed; NotStarted = $numbers['not started'] } }
            }
        }
    }
    AfterEach { Clear-Fault }

    It 'tells how many are done, failed and not started: <Command>' -ForEach @(
        @{ Command = 'Block-ToriiUser, ids as an argument'; Operation = 'banUser'; Act = { param($Connection, $Users) Block-ToriiUser $Users.UserId -Connection $Connection -ThrottleLimit 4 }; Total = $true }
        @{ Command = 'Block-ToriiUser, from the pipeline'; Operation = 'banUser'; Act = { param($Connection, $Users) $Users | Block-ToriiUser -Connection $Connection -ThrottleLimit 4 } }
        @{ Command = 'Set-ToriiUser, from the pipeline'; Operation = 'updateUser'; Act = { param($Connection, $Users) $Users | Set-ToriiUser -Locale da -Connection $Connection -ThrottleLimit 4 } }
        @{ Command = 'Revoke-ToriiSession, from the pipeline'; Operation = 'revokeAllSessions'; Act = { param($Connection, $Users) $Users | Revoke-ToriiSession -Connection $Connection -ThrottleLimit 4 } }
        @{ Command = 'Revoke-ToriiSession, with -MaxAffected'; Operation = 'revokeAllSessions'; Act = { param($Connection, $Users) $Users | Revoke-ToriiSession -Connection $Connection -ThrottleLimit 4 -MaxAffected 500 }; Total = $true }
    ) {
        $chosen = $people[0..99]
        Add-Fault @{ operation = $Operation; kind = 'status'; status = 403; userId = $chosen[0].UserId }
        Add-Fault @{ operation = $Operation; kind = 'slow'; delayMs = 150 }
        $since = Get-JournalEnd
        $recorded = New-Recorded $Act @{ Connection = Get-ToriiConnection default; Users = $chosen }
        try {
            $running = $recorded.Shell.BeginInvoke()
            Wait-Until { $running.IsCompleted -or @(Get-Journal $since | Where-Object { $_.status -in 200, 204 }).Count -ge 12 }
            $running.IsCompleted | Should -BeFalse
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $recorded.Shell.Stop()
            $watch.ElapsedMilliseconds | Should -BeLessThan 1000
            $recorded.Shell.InvocationStateInfo.State | Should -Be Stopped
        }
        finally {
            $recorded.Shell.Runspace.Dispose()
            $recorded.Shell.Dispose()
        }
        $lines = @($recorded.Host.Lines.ToArray() | Where-Object { $_ -notlike 'progress:*' })
        $summary = Find-Summary $lines
        $summary | Should -Not -BeNullOrEmpty -Because "one of the lines sums the run up; there are: $($lines -join ' / ')"
        $sent = @(Get-Journal $since | Select-Mutation)
        # What the server had answered twelve times is known to the client but for the last few.
        $summary.Done | Should -BeGreaterOrEqual 8
        $summary.Done | Should -BeLessOrEqual @($sent | Where-Object executed).Count
        $summary.Failed | Should -BeGreaterOrEqual 1
        $summary.Done + $summary.Failed + $summary.NotStarted | Should -BeLessOrEqual 100
        if ($Total) {
            # All targets were known: only those that were under way may be counted elsewhere.
            $summary.NotStarted | Should -BeGreaterOrEqual (96 - $sent.Count)
            $summary.Done + $summary.Failed + $summary.NotStarted | Should -BeGreaterOrEqual 96
        }
    }

    It 'is not told of a run that came to its end' {
        $run = Invoke-Recorded { param($Connection, $Users) $Users | Block-ToriiUser -Connection $Connection } @{ Connection = Get-ToriiConnection default; Users = $people[0..9] }
        $run.Errors | Should -BeNullOrEmpty
        Find-Summary @($run.Lines | Where-Object { $_ -notlike 'progress:*' }) | Should -BeNullOrEmpty
    }
}
