# Users, passwords and emails as only Better Auth has them, and what happens to requests on the way to a real server:
# its rate limiter, lost time, Ctrl+C. What all services have in common: Services.*.Tests.ps1.

BeforeDiscovery { Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/BetterAuth.psm1" -Force }

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/BetterAuth.psm1" -Force
    $reason = Get-BetterAuthSkipReason
    if (-not $reason) {
        $server = Start-BetterAuth
        $admin = Get-ToriiUser -EmailAddress admin@example.test
    }
    $script:serial = 0
    function New-Id([int] $Count = 1, [hashtable] $Data = @{}) { 1..$Count | ForEach-Object { (New-BetterAuthUser "user$((++$script:serial))" $Data).id } }
    function Get-Stored([string] $Id) { Invoke-BetterAuth "admin/get-user?id=$Id" }
    # Requests that change something, since the one numbered $After; connecting tries an invalid api-key/create.
    function Get-Change([long] $After) { @(Get-BetterAuthJournal $After | Where-Object { $_.method -eq 'POST' -and $_.operation -notin 'admin/list-user-sessions', 'is-username-available', 'api-key/create' -and $_.operation -notlike 'sign-in/*' }) }
}

AfterAll { if (-not $reason) { Stop-BetterAuth } }

Describe 'Users of Better Auth' {
    BeforeEach { if ($reason) { Set-ItResult -Skipped -Because $reason } else { $before = Get-BetterAuthJournalEnd } }
    AfterEach { if (-not $reason) { Clear-BetterAuth } }

    Context 'The account of the connection' {
        It 'Is not <What>, by <By>, and nothing is sent' -ForEach @(
            foreach ($by in 'id', 'user', 'row') {
                @{ What = 'banned'; By = $by; Do = { $target | Block-ToriiUser } }
                @{ What = 'deleted'; By = $by; Do = { $target | Remove-ToriiUser -Confirm:$false } }
                @{ What = 'given another role'; By = $by; Do = { $target | Select-Object UserId | Set-ToriiUser -Role user } }
            }
        ) {
            $target = switch ($By) { 'id' { [pscustomobject]@{ UserId = $admin.UserId } } 'user' { $admin } 'row' { $admin | ConvertTo-Csv | ConvertFrom-Csv } }
            $run = Invoke-Watched $Do $null
            Assert-ToriiError $run.Errors[0] Torii.OwnAccount InvalidOperation "*$($admin.UserId)*"
            Get-Change $before | Should -BeNullOrEmpty
            (Get-Stored $admin.UserId).role | Should -Be admin
        }

        It 'Is left out of a bulk change with an error, and the others are changed' {
            $others = New-Id 2 @{ role = 'admin' }
            $run = Invoke-Watched { Get-ToriiUser -Role admin | Block-ToriiUser } $null
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] Torii.OwnAccount InvalidOperation
            $others | ForEach-Object { (Get-Stored $_).banned | Should -BeTrue }
            (Get-Stored $admin.UserId).banned | Should -BeFalse
        }

        It 'Is changed with -Force' {
            $null = New-BetterAuthUser second -Password password-of-second
            $id = (Get-BetterAuthTruth | Where-Object name -EQ second).id
            $null = Invoke-BetterAuth admin/set-role @{ userId = $id; role = 'admin' }
            Connect-BetterAuth $server second @{ Credential = New-Credential second@example.test password-of-second }
            Set-ToriiUser $id -Role user -Connection second -Force
            (Get-Stored $id).role | Should -Be user
            $run = Invoke-Watched { Get-ToriiUser -Connection second } $null
            Assert-ToriiError $run.Errors[0] Torii.Forbidden PermissionDenied
        }

        It 'Changes its own name without -Force' {
            Set-ToriiUser $admin.UserId -Name 'The Admin'
            (Get-Stored $admin.UserId).name | Should -Be 'The Admin'
        }
    }

    Context 'Bans' {
        It 'Have a reason and an end' {
            $id = New-Id
            $until = [DateTimeOffset]::UtcNow.AddDays(3)
            $run = Invoke-Watched { Block-ToriiUser $id -Reason 'spam & more' -Until $until -PassThru } $null
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.BanReason | Should -Be 'spam & more'
            ($run.Output.BanExpiresAt - $until).TotalSeconds | Should -BeGreaterOrEqual 0
            ($run.Output.BanExpiresAt - $until).TotalSeconds | Should -BeLessThan 5
            (Get-Stored $id).banReason | Should -Be 'spam & more'
            Unblock-ToriiUser $id
            (Get-Stored $id).banReason | Should -BeNullOrEmpty
        }

        It 'Are refused with an end in the past, which would be a ban for ever' {
            $id = New-Id
            $before = Get-BetterAuthJournalEnd
            $run = Invoke-Watched { Block-ToriiUser $id -Until 2020-01-01 } $null
            Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*past*'
            Get-Change $before | Should -BeNullOrEmpty
        }
    }

    Context 'Fields' {
        It 'Creates a user with roles, a user name, a verified address and a password, who can sign in' {
            $user = New-ToriiUser -Email Rosa@example.test -Name Rosa -Role user, editor -UserName rosa -EmailVerified true -Password (ConvertTo-SecureString password-of-rosa -AsPlainText -Force)
            $stored = Get-Stored $user.UserId
            $stored.email, $stored.role, $stored.username, $stored.emailVerified | Should -Be rosa@example.test, 'user,editor', rosa, $true
            (Send-BetterAuth /api/auth/sign-in/username @{ username = 'rosa'; password = 'password-of-rosa' } -Session '').Status | Should -Be 200
            # One of several roles, never a part of its name.
            (Get-ToriiUser -Role editor).UserId | Should -Be $user.UserId
            Get-ToriiUser -Role edit | Should -BeNullOrEmpty
        }

        It 'Reports a user name that is taken, and changes nothing' {
            $null = New-ToriiUser -Email first@example.test -Name First -UserName wanted
            $id = New-Id
            $run = Invoke-Watched { Set-ToriiUser $id -UserName WANTED -Name Changed } $null
            Assert-ToriiError $run.Errors[0] Torii.Conflict ResourceExists '*WANTED*'
            (Get-Stored $id).username | Should -BeNullOrEmpty
            (Get-Stored $id).name | Should -BeLike 'user*'
        }

        It 'Takes rows with the columns of Better Auth' {
            $rows = "Email,Name,Role,UserName,EmailVerified`nrow1@example.test,Row One,user,rowone,TRUE`nrow2@example.test,Row Two,`"user,editor`",,false" | ConvertFrom-Csv
            $run = Invoke-Watched { $rows | New-ToriiUser -ThrottleLimit 1 } $null
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.Role | Should -Be user, 'user,editor'
            $run.Output.EmailVerified | Should -Be $true, $false
            $run.Output.UserName | Should -Be rowone, $null
        }

        It 'Refuses to clear what the server cannot be without' {
            $id = New-Id
            $before = Get-BetterAuthJournalEnd
            $run = Invoke-Watched { Set-ToriiUser $id -Clear Name } $null
            $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'Torii.InvalidRequest,*'
            Get-Change $before | Should -BeNullOrEmpty
        }
    }

    Context 'Passwords and emails' {
        BeforeAll { if (-not $reason) { $id = (New-BetterAuthUser pia -Password password-of-pia).id } }

        It 'Sets a password, and leaves the sessions open unless -RevokeSession is given' {
            $session = Open-BetterAuthSession pia@example.test password-of-pia
            Set-ToriiUserPassword $id (ConvertTo-SecureString second-password -AsPlainText -Force)
            (Invoke-BetterAuth get-session $null $server $session).user.id | Should -Be $id
            Set-ToriiUserPassword $id third-password -RevokeSession
            Invoke-BetterAuth get-session $null $server $session | Should -BeNullOrEmpty
            Open-BetterAuthSession pia@example.test third-password | Should -Not -BeNullOrEmpty
            { Open-BetterAuthSession pia@example.test second-password } | Should -Throw
        }

        It 'Reports a password that the server refuses, and does not repeat it' {
            $run = Invoke-Watched { Set-ToriiUserPassword $id short-1 } $null
            Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument
            "$($run.Errors[0])$($run.Errors[0].Exception)" | Should -Not -BeLike '*short-1*'
        }

        It 'Sends the emails for a new password and for a verification to the address of the user' {
            Send-ToriiPasswordReset $id
            Send-ToriiVerificationEmail $id
            (Get-BetterAuthMail | Where-Object to -EQ pia@example.test).kind | Should -Be password, verification
        }

        It 'Reports users who do not exist, about whom the server is silent' {
            $run = Invoke-Watched { $nobody = 'NobodyHasThisId'; $nobody | Send-ToriiPasswordReset; $nobody | Send-ToriiVerificationEmail; $nobody | Set-ToriiUserPassword -Password long-enough-1 } $null
            $run.Errors | Should -HaveCount 3
            $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.UserNotFound ObjectNotFound }
        }

        It 'Sends no email for a verified address, and nothing with -WhatIf' {
            $verified = New-Id 1 @{ emailVerified = $true }
            $before = Get-BetterAuthJournalEnd
            $run = Invoke-Watched { Send-ToriiVerificationEmail $verified } $null
            Assert-ToriiError $run.Errors[0] Torii.Conflict ResourceExists '*verified*'
            $null = Invoke-Apart { param($Connection, $Id) Send-ToriiPasswordReset $Id -WhatIf -Connection $Connection; Set-ToriiUserPassword $Id another-password -WhatIf -Connection $Connection } @{ Connection = Get-ToriiConnection default; Id = $id }
            Get-Change $before | Should -BeNullOrEmpty
        }
    }

    It 'Become members of an organization with the role of their invitation, when they accept it' {
        $organization = (Invoke-BetterAuth organization/create @{ name = 'Team'; slug = 'team' }).id
        $id = (New-BetterAuthUser joan -Password password-of-joan).id
        $invitation = New-ToriiInvitation joan@example.test -OrganizationId $organization -Role admin
        (Get-BetterAuthMail | Where-Object kind -EQ invitation).to | Should -Be joan@example.test
        $null = Invoke-BetterAuth organization/accept-invitation @{ invitationId = $invitation.InvitationId } -Session (Open-BetterAuthSession joan@example.test password-of-joan)
        (Get-ToriiInvitation $invitation.InvitationId).Status | Should -Be accepted
        $membership = Get-ToriiMembership -UserId $id
        $membership.OrganizationId, $membership.Role | Should -Be $organization, 'admin'
        (Get-ToriiUser -Organization Team).UserId | Should -Contain $id
        $run = Invoke-Watched { $invitation | Revoke-ToriiInvitation } $null
        Assert-ToriiError $run.Errors[0] Torii.Conflict ResourceExists '*accepted*'
    }

    It 'Shows expired sessions as expired' {
        $id = (New-BetterAuthUser old -Password password-of-old).id
        $null = Open-BetterAuthSession old@example.test password-of-old
        Set-BetterAuthExpired $id
        ($id | Get-ToriiSession).IsExpired | Should -BeTrue
    }

    It 'Says that a deletion is for good' {
        $id = New-Id
        $before = Get-BetterAuthJournalEnd
        $lines = (Invoke-Shell "`$c = Connect-Torii -BetterAuth $($server.Origin) -SessionToken '$($server.Session)' -PassThru; Remove-ToriiUser $id -WhatIf").Output
        $lines | Should -BeLike "*Delete user for good*$id*"
        (Get-Stored $id).id | Should -Be $id
        Get-Change $before | Should -BeNullOrEmpty
    }
}

Describe 'Requests to Better Auth' {
    BeforeAll { if (-not $reason) { Connect-BetterAuth $server patient @{ MaxRetry = 4 } } }
    BeforeEach { if ($reason) { Set-ItResult -Skipped -Because $reason } else { $ids = New-Id 6; $before = Get-BetterAuthJournalEnd } }
    AfterEach { if (-not $reason) { Clear-BetterAuth } }

    It 'Wait as long as X-Retry-After says, and reads succeed' {
        Add-BetterAuthLimit admin/get-user 4
        $run = Invoke-Watched { $ids | Get-ToriiUser -ThrottleLimit 1 -Connection patient } $null
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.UserId | Should -Be $ids
        $sent = @(Get-BetterAuthJournal $before)
        $refused = @($sent | Where-Object status -EQ 429)
        $refused | Should -HaveCount 1
        # The whole connection waits for the second that the server asks for.
        @($sent | Where-Object { $_.arrivedMs -gt $refused[0].doneMs -and $_.arrivedMs -lt $refused[0].doneMs + 900 }) | Should -BeNullOrEmpty
    }

    It 'Are repeated after a 429, also side by side, and each change is made once' {
        Add-BetterAuthLimit admin/ban-user 4
        $run = Invoke-Watched { $ids | Block-ToriiUser -Connection patient } $null
        $run.Errors | Should -BeNullOrEmpty
        $ids | ForEach-Object { (Get-Stored $_).banned | Should -BeTrue }
        $bans = @(Get-BetterAuthJournal $before | Where-Object operation -EQ admin/ban-user)
        @($bans | Where-Object status -EQ 200) | Should -HaveCount 6
        @($bans | Where-Object status -EQ 429) | Should -Not -BeNullOrEmpty
    }

    It 'Are not repeated with -MaxRetry 0, and the error says how long to wait' {
        Add-BetterAuthLimit admin/get-user 1
        $run = Invoke-Watched { $ids[0, 1] | Get-ToriiUser -ThrottleLimit 1 } $null
        $run.Output.UserId | Should -Be $ids[0]
        Assert-ToriiError $run.Errors[0] Torii.TooManyRequests LimitsExceeded '*429*wait 1 s*'
    }

    It 'Wait for the limit of signing in as well' {
        Add-BetterAuthLimit sign-in/email 1
        Connect-BetterAuth $server limited1 @{ MaxRetry = 2 }
        Connect-BetterAuth $server limited2 @{ MaxRetry = 2 }
        @(Get-BetterAuthJournal $before | Where-Object operation -EQ sign-in/email).status | Should -Contain 429
        (Get-ToriiUser -First 1 -Connection limited2).UserId | Should -Not -BeNullOrEmpty
        'limited1', 'limited2' | ForEach-Object { Disconnect-Torii $_ }
    }

    It 'Are not sent after Ctrl+C in the wait before another attempt' {
        Add-BetterAuthLimit admin/get-user 1 60
        $stop = Measure-Stop { param($Connection, $Ids) $Ids | Get-ToriiUser -Connection $Connection -ThrottleLimit 1 } @{ Connection = Get-ToriiConnection patient; Ids = $ids } -Once {
            (Get-BetterAuthJournal $before).status -contains 429
        }
        $stop.ElapsedMs | Should -BeLessThan 1000
        $stop.State | Should -Be Stopped
        $stop.Errors | Should -BeNullOrEmpty
        @(Get-BetterAuthJournal $before) | Should -HaveCount 2
        # The wait of a connection outlives its command.
        Clear-BetterAuth
        Connect-BetterAuth $server patient @{ MaxRetry = 4 }
    }

    It 'End on Ctrl+C in the middle of a bulk change, and the rest is not touched' {
        Add-BetterAuthFault @{ path = 'admin/remove-user'; skip = 2; delayMs = 60000 }
        $stop = Measure-Stop { param($Connection, $Ids) $Ids | Remove-ToriiUser -Force -Connection $Connection } @{ Connection = Get-ToriiConnection default; Ids = $ids } -Once {
            @(Get-BetterAuthJournal $before | Where-Object { $_.operation -eq 'admin/remove-user' }).Count -eq 3
        }
        $stop.ElapsedMs | Should -BeLessThan 1000
        $stop.State | Should -Be Stopped
        Wait-Until { -not (Get-BetterAuthJournal $before | Where-Object { $null -eq $_.doneMs }) }
        (Get-BetterAuthTruth).id | Where-Object { $_ -in $ids } | Should -HaveCount 4
    }

    It 'End on Ctrl+C while Connect-Torii signs in, and no session is left' {
        $known = @((Invoke-BetterAuth admin/list-user-sessions @{ userId = $admin.UserId }).sessions)
        Add-BetterAuthFault @{ path = 'sign-in/email'; delayMs = 60000 }
        $stop = Measure-Stop { param($Origin, $Credential) Connect-Torii -BetterAuth $Origin -Credential $Credential } @{ Origin = $server.Origin; Credential = $server.Credential } -Once {
            (Get-BetterAuthJournal $before).operation -contains 'sign-in/email'
        }
        $stop.ElapsedMs | Should -BeLessThan 1000
        $stop.State | Should -Be Stopped
        @((Invoke-BetterAuth admin/list-user-sessions @{ userId = $admin.UserId }).sessions) | Should -HaveCount $known.Count
    }

    It 'Time out, and the error says so' {
        Connect-BetterAuth $server hasty @{ TimeoutSec = 1 }
        Add-BetterAuthFault @{ path = 'admin/get-user'; delayMs = 60000 }
        $run = Invoke-Watched { Get-ToriiUser $ids[0] -Connection hasty } $null
        Assert-ToriiError $run.Errors[0] Torii.Timeout OperationTimeout
    }

    It 'Are not sent through a connection of another account or service than that of an object' {
        $emulator = Start-TestEmulator -Users 3 -Name torii
        try {
            $theirs = Get-ToriiUser -First 1 -Connection torii
            $ours = Get-ToriiUser $ids[0]
            $before = Get-BetterAuthJournalEnd
            $run = Invoke-Watched { $theirs | Block-ToriiUser -Connection default; $ours | Block-ToriiUser -Connection torii; $ours | ConvertTo-Csv | ConvertFrom-Csv | Remove-ToriiUser -Force -Connection torii } $emulator
            $run.Errors | Should -HaveCount 3
            $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.ConnectionMismatch InvalidArgument }
            $run.Mutations | Should -BeNullOrEmpty
            Get-BetterAuthJournal $before | Should -BeNullOrEmpty
            # Without -Connection each goes where it came from.
            $ours, $theirs | Block-ToriiUser
            (Get-Stored $ids[0]).banned | Should -BeTrue
            (Get-Truth $emulator | Where-Object id -EQ $theirs.UserId).status | Should -Be banned
        }
        finally {
            Stop-ToriiEmulator $emulator.Port -Confirm:$false
            Disconnect-Torii torii
        }
    }
}
