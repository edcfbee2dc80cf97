BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 200
    $people = @(Get-ToriiUser -Status active)
    $nobody = '01931a73-8b00-7000-8000-000000000000'
}
AfterAll { Stop-TestEmulator }

Describe 'Many at once' {
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Where-Object Name -NE default | Disconnect-Torii
    }

    Context 'the main job' {
        It 'ends every session of every banned user, and nobody else''s' {
            $before = Get-EmulatorStatistic
            $before.bannedUsersWithAliveSessions | Should -BeGreaterThan 0
            Get-ToriiUser -Status banned | Revoke-ToriiSession
            $after = Get-EmulatorStatistic
            $after.aliveSessionsOfBannedUsers | Should -Be 0
            $after.aliveSessions | Should -Be ($before.aliveSessions - $before.aliveSessionsOfBannedUsers)
        }

        It 'does so for 20,000 users in a shell without a terminal, with no question asked (S3)' {
            $run = Invoke-Shell 'Start-ToriiEmulator -Users 20000 | Connect-Torii; @(Get-ToriiUser -Status banned | Get-ToriiSession).Count -gt 0
                Get-ToriiUser -Status banned | Revoke-ToriiSession; (Get-ToriiUser -Status banned | Get-ToriiSession).Count'
            $run.Output -split '\s+' | Where-Object { $_ } | Should -Be 'True', '0'
            $run.Errors | Should -BeNullOrEmpty
        }
    }

    Context '-WhatIf' {
        It 'names the person, the id and the environment' {
            $run = Invoke-Shell "Connect-Torii -SecretKey '$($emulator.GetSecretKey())' -ApiUrl $($emulator.ApiUrl); Get-ToriiUser $($people[0].UserId) | Revoke-ToriiSession -WhatIf"
            $run.Output | Should -BeLike "*What if:*$($people[0].Email)*$($people[0].UserId)*(test,*"
        }

        It 'is honoured as a preference as well' {
            $with = @{ Users = $people[0..9]; Connection = Get-ToriiConnection default }
            $run = Invoke-Watched { Invoke-Apart { param($Users, $Connection) $WhatIfPreference = $true; $Users | Revoke-ToriiSession -Connection $Connection } $with }
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations | Should -BeNullOrEmpty
        }
    }

    Context '-MaxAffected' {
        It 'The error names the limit and the first five targets' {
            $text = "$((Invoke-Watched { $people[0..20] | Revoke-ToriiSession -MaxAffected 9 }).EndedBy)"
            $text | Should -BeLike 'More than 9 targets (-MaxAffected); no request was sent. The first: *'
            0..4 | ForEach-Object { $text | Should -BeLike "*$($people[$_].UserId)*" }
            $text | Should -Not -BeLike "*$($people[5].UserId)*"
        }

        It 'takes no more from the pipeline than it needs to know' {
            $taken = [Collections.Generic.List[int]]::new()
            $run = Invoke-Watched { 0..50 | ForEach-Object { $taken.Add($_); $people[$_] } | Revoke-ToriiSession -MaxAffected 3 }
            $run.Mutations | Should -BeNullOrEmpty
            $taken | Should -HaveCount 4
        }

        It 'counts what is given as an argument, and sessions, likewise' {
            (Invoke-Watched { Revoke-ToriiSession $people[0..3].UserId -MaxAffected 3 }).Mutations | Should -BeNullOrEmpty
            $sessions = @($people | Get-ToriiSession | Select-Object -First 4)
            $run = Invoke-Watched { $sessions | Revoke-ToriiSession -MaxAffected 3 }
            $run.Mutations | Should -BeNullOrEmpty
            Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded
        }

        It 'Once a target of a limited connection is held, targets of another connection are held too: <Order>' -ForEach @(
            @{ Order = 0, 10, 11, 1, 2; Sent = @() }, @{ Order = 0, 1, 2, 10, 11; Sent = @() }, @{ Order = 10, 11, 0, 12, 1, 2; Sent = 10, 11 }
        ) {
            Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $emulator.ApiUrl -Name careful -MaxAffected 2
            $mine = @(Get-ToriiUser -Connection careful -First 3)
            $run = Invoke-Watched { $Order | ForEach-Object { $_ -lt 10 ? $mine[$_] : $people[$_] } | Revoke-ToriiSession -PassThru }
            Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded ($Sent ? '*; 2 targets of another connection had been sent, and no further request was sent. The first: *' : '*; no request was sent. The first: *')
            0..2 | ForEach-Object { "$($run.EndedBy)" | Should -BeLike "*$($mine[$_].UserId)*" }
            "$($run.EndedBy)" | Should -Not -BeLike "*$($people[12].UserId)*"
            # What was sent before is reported.
            @($run.Mutations.userId | Sort-Object) | Should -Be @($people[$Sent].UserId | Where-Object { $_ } | Sort-Object)
            @($run.Output.UserId | Sort-Object) | Should -Be @($people[$Sent].UserId | Where-Object { $_ } | Sort-Object)
            (Get-ToriiConnection careful).RemainingAffected | Should -Be 2
        }

        It 'Targets of a limited and of another connection are all sent within the limit, in their order one by one' {
            Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $emulator.ApiUrl -Name careful -MaxAffected 2
            $mine = @(Get-ToriiUser -Connection careful -First 2)
            $targets = $people[10], $mine[0], $people[11], $mine[1], $people[12]
            $run = Invoke-Watched { $targets | Revoke-ToriiSession -ThrottleLimit 1 }
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations.userId | Should -Be $targets.UserId
            (Get-ToriiConnection careful).RemainingAffected | Should -Be 0
        }

        It 'A budget that another command uses up meanwhile stops the targets of all connections, and takes from none' {
            'one', 'two' | ForEach-Object { Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $emulator.ApiUrl -Name $_ -MaxAffected 2 }
            $one, $two = 'one', 'two' | ForEach-Object { Get-ToriiUser $people[10].UserId -Connection $_ }
            $run = Invoke-Watched { & { $one; $two; $people[11, 12].UserId | Revoke-ToriiSession -Connection two } | Revoke-ToriiSession }
            Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded "*'two'*no request was sent. The first: *$($two.UserId)*"
            @($run.Mutations.userId | Sort-Object) | Should -Be @($people[11, 12].UserId | Sort-Object)
            'one', 'two' | ForEach-Object { (Get-ToriiConnection $_).RemainingAffected } | Should -Be 2, 0
        }
    }

    Context 'Select-Object -First' {
        It 'ends a bulk run: what was under way is all that was sent (S2)' {
            Add-Fault @{ operation = 'revokeAllSessions'; kind = 'slow'; delayMs = 30; skip = 1 }
            $run = Invoke-Watched { $people | Revoke-ToriiSession -PassThru -ThrottleLimit 4 | Select-Object -First 1 }
            $run.Output.UserId | Should -BeIn $people[0..3].UserId
            # What was on its way may still come in; then nothing more, and a few times the throttle in all.
            [Threading.Thread]::Sleep(200)
            $sent = @(Get-Journal ($run.Requests[0].sequence - 1))
            $sent.Count | Should -BeLessThan 20
            $sent.userId | Where-Object { $_ -notin $people[0..19].UserId } | Should -BeNullOrEmpty
            [Threading.Thread]::Sleep(300)
            (Get-JournalEnd) | Should -Be $sent[-1].sequence
        }
    }

    Context '-ErrorAction Stop' {
        It 'sends nothing new after the first error, one by one' {
            $run = Invoke-Watched { @($people[0, 1].UserId; $nobody; $people[2..30].UserId) | Revoke-ToriiSession -ThrottleLimit 1 -ErrorAction Stop }
            $run.Mutations.userId | Should -Be @($people[0, 1].UserId; $nobody)
            Assert-ToriiError $run.EndedBy Torii.Forbidden PermissionDenied
        }

        It 'sends nothing new after the first error, side by side, and tells of all that was under way' {
            # All but the one that fails, so that none is done before that.
            $people[0..10] | ForEach-Object { Add-Fault @{ operation = 'revokeAllSessions'; kind = 'slow'; delayMs = 1000; userId = $_.UserId } }
            $run = Invoke-Watched { @($nobody; $people[0..60].UserId) | Revoke-ToriiSession -ErrorAction Stop }
            # Eight at once, and one more may take the place of the one that fails.
            $run.Mutations.Count | Should -BeLessOrEqual 9
            Assert-ToriiError $run.EndedBy Torii.Forbidden PermissionDenied
            $run.Warnings | Should -HaveCount ($run.Mutations.Count - 1)
            foreach ($sent in $run.Mutations | Where-Object userId -NE $nobody) { "$($run.Warnings)" | Should -BeLike "*$($sent.userId)*" }
        }

        It 'Says how far it came when another command ends the pipeline while the outcomes are reported' {
            Add-Fault @{ operation = 'revokeAllSessions'; kind = 'slow'; delayMs = 500; userId = $nobody }
            $people[0..2] | ForEach-Object { Add-Fault @{ operation = 'revokeAllSessions'; kind = 'slow'; delayMs = 1500; userId = $_.UserId } }
            $run = Invoke-Recorded { param($Ids, $Connection) $Ids | Revoke-ToriiSession -Connection $Connection -ThrottleLimit 4 -PassThru -ErrorAction Stop | ForEach-Object { throw 'enough' } } @{
                Ids = @($nobody; $people[0..9].UserId); Connection = Get-ToriiConnection default
            }
            "$($run.EndedBy)" | Should -Be enough
            # One outcome was written; the targets that were not started do not count as written.
            @($run.Lines | Where-Object { $_ -like 'warning: Revoke-ToriiSession was stopped: 3 done, 1 failed, 0 interrupted, 7 not started*' }) | Should -HaveCount 1 -Because "$($run.Lines)"
        }

        It 'is honoured as a preference as well' {
            $run = Invoke-Watched { $ErrorActionPreference = 'Stop'; @($nobody; $people[0..30].UserId) | Revoke-ToriiSession -ThrottleLimit 1 }
            $run.Mutations.userId | Should -Be $nobody
        }

        It 'holds for reading too' {
            $run = Invoke-Watched { @($people[0].UserId; $nobody; $people[2..30].UserId) | Get-ToriiUser -ThrottleLimit 1 -ErrorAction Stop }
            # Beside the request for all of them at once, which this generation of the service does not know.
            ($run.Requests | Where-Object operation -EQ getUser).userId | Should -Be @($people[0].UserId; $nobody)
            $run.Output.UserId | Should -Be $people[0].UserId
        }

        It 'is not what happens otherwise: the rest goes on' {
            $run = Invoke-Watched { @($nobody; $people[0..30].UserId) | Revoke-ToriiSession }
            $run.Mutations | Should -HaveCount 32
            $run.Errors | Should -HaveCount 1
        }
    }

    Context 'objects remember their connection' {
        BeforeAll {
            $other = Start-TestEmulator -Users 20 -Seed 7 -Name other -Additional
            $key = $other.GetSecretKey()
            $theirs = @(Get-ToriiUser -Connection other -First 3)
        }
        BeforeEach { Connect-Torii -SecretKey $key -ApiUrl $other.ApiUrl -Name other -MaxRetry 0 -SkipCheck }

        It 'and are worked on there when they come <Kind>' -ForEach @(
            @{ Kind = 'down the pipeline'; Do = { $args[0] | Revoke-ToriiSession } }
            @{ Kind = 'out of a CSV file'; Do = { $args[0] | ConvertTo-Csv | ConvertFrom-Csv | Revoke-ToriiSession } }
            @{ Kind = 'as a list in one piece'; Do = { , $args[0] | Revoke-ToriiSession } }
            @{ Kind = 'as an argument'; Do = { Revoke-ToriiSession $args[0] } }
        ) {
            $end = Get-JournalEnd $other
            $run = Invoke-Watched { & $Do $theirs }
            # The default connection is another tenant and none of their business.
            $run.Mutations | Should -BeNullOrEmpty
            $run.Errors | Should -BeNullOrEmpty
            @(Get-Journal $end $other | Select-Mutation).userId | Sort-Object | Should -Be @($theirs.UserId | Sort-Object)
        }

        It 'and give it on to what is read by them' {
            $null = Invoke-Api POST /_emulator/sessions @{ userId = $theirs[1].UserId } $other
            $user = $theirs[0] | Get-ToriiUser
            $user.ConnectionName | Should -Be other
            @($theirs | Get-ToriiSession).ConnectionName | Sort-Object -Unique | Should -Be other
        }

        It 'and refuse a -Connection that contradicts when they are arguments, too' {
            $run = Invoke-Watched { Revoke-ToriiSession $theirs -Connection default }
            $run.Errors | Should -HaveCount 3
            $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.ConnectionMismatch InvalidArgument }
            $run.Mutations | Should -BeNullOrEmpty
        }

        It 'and refuse a -Connection that contradicts, each on its own' {
            $end = Get-JournalEnd $other
            $run = Invoke-Watched { $theirs[0], $people[0], $theirs[1] | Revoke-ToriiSession -Connection default }
            $run.Errors | Should -HaveCount 2
            $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.ConnectionMismatch InvalidArgument '*other*default*' }
            $run.Mutations.userId | Should -Be $people[0].UserId
            Get-Journal $end $other | Should -BeNullOrEmpty
        }

        It 'and take a -Connection that agrees, whatever its name' {
            $end = Get-JournalEnd $other
            $same = Connect-Torii -SecretKey $key -ApiUrl $other.ApiUrl -Name another -SkipCheck -PassThru
            (Invoke-Watched { $theirs[0] | Revoke-ToriiSession -Connection $same }).Errors | Should -BeNullOrEmpty
            @(Get-Journal $end $other | Select-Mutation) | Should -HaveCount 1
        }

        It 'and are an error when it is gone, not a case for the default' {
            Disconnect-Torii other
            $run = Invoke-Watched { $theirs[0], $people[0] | Revoke-ToriiSession }
            Assert-ToriiError $run.Errors[0] Torii.ConnectionGone ObjectNotFound '*other*'
            $run.Mutations.userId | Should -Be $people[0].UserId
        }

        It 'and are an error when the name stands for another tenant now' {
            Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $emulator.ApiUrl -Name other -SkipCheck
            $run = Invoke-Watched { $theirs[0] | Revoke-ToriiSession }
            Assert-ToriiError $run.Errors[0] Torii.ConnectionGone ObjectNotFound
            $run.Mutations | Should -BeNullOrEmpty
        }

        It 'and still work after the same connection was made anew' {
            $end = Get-JournalEnd $other
            Connect-Torii -SecretKey $key -ApiUrl $other.ApiUrl -Name other -SkipCheck
            (Invoke-Watched { $theirs[0] | Revoke-ToriiSession }).Errors | Should -BeNullOrEmpty
            @(Get-Journal $end $other | Select-Mutation) | Should -HaveCount 1
        }
    }
}
