# Sessions, against each service: one text for all of them. What differs is in Services.psm1.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/BetterAuth.psm1", "$PSScriptRoot/Services.psm1" -Force
    $services = Get-TestService
    $forms = 'live', 'deserialized', 'selected', 'CSV', 'JSON' | ForEach-Object { @{ Form = $_ } }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/BetterAuth.psm1", "$PSScriptRoot/Services.psm1" -Force
}

Describe 'Sessions of <Service>' -ForEach $services {
    BeforeAll {
        $s = Start-TestService $_
        if ($s) {
            $ids = 'ann', 'bob', 'cleo' | Add-TestUser
            $banned = 'banned' | Add-TestUser -Banned
            $many = 1..10 | ForEach-Object { "many$_" } | Add-TestUser
        }
    }
    BeforeEach { if ($Reason) { Set-ItResult -Skipped -Because $Reason } else { $ids[0, 1] | Get-ToriiSession | Revoke-ToriiSession } }
    AfterEach { Reset-TestService }
    AfterAll { Stop-TestService }

    It 'Lists the sessions of each user, the latest use first, with all that identifies them' {
        Open-TestSession $ids[0] 3
        Open-TestSession $ids[1]
        $run = Invoke-Observed { $ids[0, 1, 2] | Get-ToriiSession }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations | Should -BeNullOrEmpty
        $run.Output.UserId | Should -Be $ids[0, 0, 0, 1]
        $run.Output.SessionId | Sort-Object | Should -Be ($ids[0, 1] | ForEach-Object { Get-TestSessionId $_ } | Sort-Object)
        $used = $run.Output[0..2].LastUsedAt
        $used | Should -Be ($used | Sort-Object -Descending)
        $run.Output.IsExpired | Select-Object -Unique | Should -BeFalse
        $run.Output.ConnectionName | Select-Object -Unique | Should -Be default
    }

    It 'Reports an unknown user, and lists the sessions of the others' {
        Open-TestSession $ids[1]
        $run = Invoke-Observed { $ids[0], $s.NoId, $ids[1] | Get-ToriiSession }
        $run.Output.UserId | Should -Be $ids[1]
        Assert-ToriiError $run.Errors[0] $s.NoOwner.Id $s.NoOwner.Category "*$($s.NoId)*"
        $run.Errors[0].TargetObject | Should -Be $s.NoId
        $run.Errors | Should -HaveCount 1
    }

    It 'Revokes one of three sessions when it comes as <Form> session' -ForEach $forms {
        Open-TestSession $ids[0] 3
        $rows = Convert-TestObject $Form @($ids[0] | Get-ToriiSession)
        $run = Invoke-Observed { $rows[1] | Revoke-ToriiSession }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -BeNullOrEmpty
        Get-TestSessionId $ids[0] | Sort-Object | Should -Be ($rows[0, 2].SessionId | Sort-Object)
    }

    It 'Revokes one session by -UserId and -SessionId' {
        Open-TestSession $ids[0] 2
        $kept, $ended = Get-TestSessionId $ids[0]
        Revoke-ToriiSession $ids[0] -SessionId $ended
        Get-TestSessionId $ids[0] | Should -Be $kept
    }

    It 'Does not revoke the session of another user' {
        Open-TestSession $ids[0]
        Open-TestSession $ids[1]
        # torii answers as if it had revoked the session; Better Auth is asked for the sessions of the user first.
        $run = Invoke-Observed { Revoke-ToriiSession $ids[0] -SessionId @(Get-TestSessionId $ids[1])[0] }
        if (-not $s.IsTorii) { Assert-ToriiError $run.Errors[0] Torii.NotFound ObjectNotFound '*No session was revoked.' }
        Get-TestSessionId $ids[0] | Should -HaveCount 1
        Get-TestSessionId $ids[1] | Should -HaveCount 1
    }

    It 'Revokes every session of <Form> users, and of no other user' -ForEach $forms {
        Open-TestSession $ids[0] 2
        Open-TestSession $ids[1]
        $rows = Convert-TestObject $Form @(Get-ToriiUser $ids[0, 2])
        $run = Invoke-Observed { $rows | Revoke-ToriiSession }
        $run.Errors | Should -BeNullOrEmpty
        Get-TestSessionId $ids[0] | Should -BeNullOrEmpty
        Get-TestSessionId $ids[1] | Should -HaveCount 1
    }

    It 'Revokes nothing for a session row that lost its SessionId' {
        Open-TestSession $ids[0] 2
        $rows = @($ids[0] | Get-ToriiSession | Select-Object * -ExcludeProperty SessionId)
        $run = Invoke-Observed { $rows | Revoke-ToriiSession }
        $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.AmbiguousInput InvalidArgument }
        $run.Errors | Should -HaveCount 2
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'Refuses a blank -SessionId instead of revoking every session' {
        Open-TestSession $ids[0] 2
        $run = Invoke-Observed { Revoke-ToriiSession $ids[0] -SessionId ' ' }
        $run.Errors | Should -HaveCount 1
        $run.Requests | Should -BeNullOrEmpty
        Get-TestSessionId $ids[0] | Should -HaveCount 2
    }

    It 'Reports an unknown user, and revokes the sessions of the others' {
        Open-TestSession $ids[0]
        Open-TestSession $ids[1]
        $run = Invoke-Observed { $ids[0], $s.NoId, $ids[1] | Revoke-ToriiSession }
        Assert-ToriiError $run.Errors[0] $s.NoOwner.Id $s.NoOwner.Category "*$($s.NoId)*"
        $run.Errors | Should -HaveCount 1
        $ids[0, 1] | ForEach-Object { Get-TestSessionId $_ } | Should -BeNullOrEmpty
    }

    It 'Revokes the sessions of every banned user who is found' {
        $run = Invoke-Observed { Get-ToriiUser -Status banned | Revoke-ToriiSession -PassThru }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.UserId | Should -Be $banned
    }

    It 'Writes nothing, and with -PassThru the input in its order' {
        Open-TestSession $ids[0] 2
        $sessions = @($ids[0] | Get-ToriiSession)
        Invoke-Observed { $ids[1] | Revoke-ToriiSession } | ForEach-Object Output | Should -BeNullOrEmpty
        ($sessions | Revoke-ToriiSession -PassThru -ThrottleLimit 1).SessionId | Should -Be $sessions.SessionId
    }

    It 'Sends nothing with -WhatIf, and nothing for more targets than -MaxAffected' {
        Open-TestSession $ids[0] 3
        $run = Invoke-Observed { param($Connection, $Ids) $Ids | Revoke-ToriiSession -WhatIf -Connection $Connection } @{ Ids = $ids }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations | Should -BeNullOrEmpty
        $run = Invoke-Observed { $ids[0] | Get-ToriiSession | Revoke-ToriiSession -MaxAffected 2 }
        Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded
        $run.Mutations | Should -BeNullOrEmpty
        Get-TestSessionId $ids[0] | Should -HaveCount 3
    }

    It 'Has at most -ThrottleLimit requests under way, and more than one' {
        Add-TestFault -Torii listSessions -BetterAuth admin/list-user-sessions -DelayMs 40 -Times 10
        $run = Invoke-Observed { $many | Get-ToriiSession -ThrottleLimit 4 }
        $run.Errors | Should -BeNullOrEmpty
        Measure-Overlap $run.Requests | Should -BeGreaterThan 1
        Measure-Overlap $run.Requests | Should -BeLessOrEqual 4
    }

    It 'Keeps the order of the users although the first response is the last' {
        $many[0, 1] | ForEach-Object { Open-TestSession $_ }
        Add-TestFault -Torii listSessions -BetterAuth admin/list-user-sessions -DelayMs 300
        ($many[0, 1] | Get-ToriiSession).UserId | Should -Be $many[0, 1]
    }

    It 'Ends within a second on Ctrl+C, and sends nothing more' {
        Add-TestFault -Torii revokeAllSessions -BetterAuth admin/revoke-user-sessions -DelayMs 60000 -Times 100
        $before = Get-TestJournalEnd
        $stop = Measure-Stop { param($Connection, $Ids) $Ids | Revoke-ToriiSession -Connection $Connection -ThrottleLimit 2 } @{ Connection = Get-ToriiConnection default; Ids = $many } -Once {
            @(Get-TestJournal $before | Select-TestMutation).Count -eq 2
        }
        $stop.ElapsedMs | Should -BeLessThan 1000
        $stop.State | Should -Be Stopped
        $stop.Errors | Should -BeNullOrEmpty
        # The connection still works, and nothing came before that.
        (Get-ToriiUser $ids[0]).UserId | Should -Be $ids[0]
        @(Get-TestJournal $before | Select-TestMutation) | Should -HaveCount 2
    }
}
