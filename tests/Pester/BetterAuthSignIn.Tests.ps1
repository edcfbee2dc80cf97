# Signing in to a real Better Auth server: which sessions exist there, and when they end.

BeforeDiscovery { Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/BetterAuth.psm1" -Force }

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/BetterAuth.psm1" -Force
    $reason = Get-BetterAuthSkipReason
    if (-not $reason) {
        $server = Start-BetterAuth -NoConnection
        $adminId = (Get-BetterAuthTruth).id
    }

    # The sessions that the module has at the server.
    function Get-OwnSession([string] $UserId = $adminId, $On = $server) {
        @((Invoke-BetterAuth admin/list-user-sessions @{ userId = $UserId } $On).sessions | Where-Object userAgent -Like 'torii-powershell*')
    }
    # A further administrator.
    function New-Administrator([string] $Name, [hashtable] $Data = @{}) {
        $id = (New-BetterAuthUser $Name $Data -Password "password-of-$Name").id
        $null = Invoke-BetterAuth admin/set-role @{ userId = $id; role = 'admin' }
        $id
    }
    function Get-SignIn([long] $After) { @(Get-BetterAuthJournal $After | Where-Object operation -Like 'sign-in/*') }
    # Runs Connect-Torii without retries.
    function Connect-Plain([hashtable] $With, $To = $server) { Connect-Torii -BetterAuth $To.Origin -MaxRetry 0 @With }
}

Describe 'Signing in to Better Auth' {
    BeforeEach { if ($reason) { Set-ItResult -Skipped -Because $reason } }
    AfterEach {
        if ($reason) { return }
        Get-ToriiConnection | Disconnect-Torii
        Clear-BetterAuth
    }
    AfterAll { if (-not $reason) { Stop-BetterAuth $server } }

    Context 'With a credential' {
        It 'Takes <What>, and shows the account, the address and the expiry' -ForEach @(
            @{ What = 'an email address'; Login = 'admin@example.test' }
            @{ What = 'an email address in capitals'; Login = 'ADMIN@EXAMPLE.TEST' }
            @{ What = 'a user name'; Login = 'admin' }
        ) {
            $connection = Connect-Plain @{ Credential = New-Credential $Login $server.Password; PassThru = $true }
            $connection.Service | Should -Be 'Better Auth'
            $connection.ApiUrl | Should -Be "$($server.Origin)/api/auth"
            $connection.KeyHint | Should -Be $Login
            $connection.ExpiresAt | Should -BeGreaterThan ([DateTimeOffset]::UtcNow.AddDays(6))
            $connection.ExpiresAt | Should -Be ([DateTimeOffset](Get-OwnSession).expiresAt)
            (Get-ToriiUser -EmailAddress admin@example.test).UserId | Should -Be $adminId
        }

        It 'Is an error with <What>, and leaves no session and no connection' -ForEach @(
            @{ What = 'a wrong password'; Login = 'admin@example.test'; Password = 'wrong-password' }
            @{ What = 'an unknown address'; Login = 'nobody@example.test'; Password = 'wrong-password' }
            @{ What = 'an unknown user name'; Login = 'nobody'; Password = 'wrong-password' }
        ) {
            $run = Invoke-Watched { Connect-Plain @{ Credential = New-Credential $Login $Password } } $null
            Assert-ToriiError $run.EndedBy Torii.Unauthorized AuthenticationError
            Get-ToriiConnection | Should -BeNullOrEmpty
            Get-OwnSession | Should -BeNullOrEmpty
        }

        It 'Closes the earlier connection of the name, and its session, when it fails' {
            Connect-BetterAuth $server
            { Connect-Plain @{ Credential = New-Credential admin@example.test wrong-password } } | Should -Throw
            Get-ToriiConnection | Should -BeNullOrEmpty
            { Get-ToriiUser -ErrorAction Stop } | Should -Throw -ErrorId 'Torii.NotConnected,*'
            Wait-Until { -not (Get-OwnSession) }
        }

        It 'Refuses an account without the admin role, and ends its session' {
            $id = (New-BetterAuthUser plain -Password password-of-plain).id
            $run = Invoke-Watched { Connect-Plain @{ Credential = New-Credential plain@example.test password-of-plain } } $null
            Assert-ToriiError $run.EndedBy Torii.Forbidden PermissionDenied '*plain@example.test*administrator*'
            Get-ToriiConnection | Should -BeNullOrEmpty
            Get-OwnSession $id | Should -BeNullOrEmpty
        }

        It 'Refuses a banned account' {
            $id = New-Administrator outlaw
            $null = Invoke-BetterAuth admin/ban-user @{ userId = $id }
            $run = Invoke-Watched { Connect-Plain @{ Credential = New-Credential outlaw@example.test password-of-outlaw } } $null
            Assert-ToriiError $run.EndedBy Torii.Unauthorized AuthenticationError '*banned*'
            Get-ToriiConnection | Should -BeNullOrEmpty
        }

        It 'Sends nothing with -SkipCheck before the first command' {
            $before = Get-BetterAuthJournalEnd
            Connect-BetterAuth $server -With @{ SkipCheck = $true }
            Get-BetterAuthJournal $before | Should -BeNullOrEmpty
            (Get-ToriiConnection).ExpiresAt | Should -BeNullOrEmpty
            $null = Get-ToriiUser -First 1
            Get-SignIn $before | Should -HaveCount 1
            (Get-ToriiConnection).ExpiresAt | Should -Not -BeNullOrEmpty
        }

        It 'Does not send a password over http to another machine' {
            $run = Invoke-Watched { Connect-Torii -BetterAuth http://auth.example.com -Credential $server.Credential } $null
            Assert-ToriiError $run.EndedBy Torii.InvalidApiUrl InvalidArgument
        }
    }

    Context 'With two-factor authentication' {
        BeforeAll {
            if (-not $reason) {
                $null = New-Administrator cautious @{ username = 'cautious' }
                $session = Open-BetterAuthSession cautious@example.test password-of-cautious
                $uri = (Invoke-BetterAuth two-factor/enable @{ password = 'password-of-cautious' } $server $session).totpURI
                $secret = [regex]::Match($uri, 'secret=([^&]+)').Groups[1].Value
                $null = Invoke-BetterAuth two-factor/verify-totp @{ code = Get-TotpCode $secret } $server $session
                $cautiousId = (Get-BetterAuthTruth | Where-Object name -EQ cautious).id
                $null = Invoke-BetterAuth admin/revoke-user-sessions @{ userId = $cautiousId }
            }
        }

        It 'Takes the code of an authenticator app, by <_>' -ForEach 'cautious@example.test', 'cautious' {
            Connect-Plain @{ Credential = New-Credential $_ password-of-cautious; TotpCode = Get-TotpCode $secret }
            (Get-ToriiUser -First 1).UserId | Should -Not -BeNullOrEmpty
            Get-OwnSession $cautiousId | Should -HaveCount 1
        }

        It 'Is an error <What>, and leaves no session and no connection' -ForEach @(
            @{ What = 'without a code'; With = @{}; Id = 'Torii.InvalidCredential' }
            @{ What = 'with a wrong code'; With = @{ TotpCode = '000000' }; Id = 'Torii.Unauthorized' }
        ) {
            $run = Invoke-Watched { Connect-Plain ($With + @{ Credential = New-Credential cautious password-of-cautious }) } $null
            Assert-ToriiError $run.EndedBy $Id
            Get-ToriiConnection | Should -BeNullOrEmpty
            Get-OwnSession $cautiousId | Should -BeNullOrEmpty
        }

        It 'Cannot sign in again when the session has ended: the code is valid once' {
            Connect-Plain @{ Credential = New-Credential cautious password-of-cautious; TotpCode = Get-TotpCode $secret }
            Set-BetterAuthExpired $cautiousId
            $before = Get-BetterAuthJournalEnd
            $run = Invoke-Watched { Get-ToriiUser } $null
            Assert-ToriiError $run.Errors[0] Torii.Unauthorized AuthenticationError
            Get-SignIn $before | Should -BeNullOrEmpty
        }
    }

    Context 'With a session token' {
        It 'Takes <_>, and leaves the session open when it disconnects' -ForEach 'text', 'a SecureString', 'a token without its signature' {
            $token = Open-BetterAuthSession $server.Email $server.Password
            $given = switch ($_) { 'text' { $token } 'a SecureString' { ConvertTo-SecureString $token -AsPlainText -Force } default { $token.Split('.')[0] } }
            Connect-Plain @{ SessionToken = $given }
            (Get-ToriiUser -First 1).UserId | Should -Not -BeNullOrEmpty
            (Get-ToriiConnection).ExpiresAt | Should -BeGreaterThan ([DateTimeOffset]::UtcNow.AddDays(6))
            Disconnect-Torii
            (Invoke-BetterAuth get-session $null $server $token).user.id | Should -Be $adminId
        }

        It 'Is an error with a token that is not valid' {
            $run = Invoke-Watched { Connect-Plain @{ SessionToken = 'not-a-token-of-this-server' } } $null
            Assert-ToriiError $run.EndedBy Torii.Unauthorized AuthenticationError
            Get-ToriiConnection | Should -BeNullOrEmpty
        }

        It 'Is an error when the session has <_>: there is nothing to sign in with' -ForEach 'expired', 'been revoked' {
            $id = New-Administrator "temp$($_.Length)"
            $token = Open-BetterAuthSession "temp$($_.Length)@example.test" "password-of-temp$($_.Length)"
            Connect-Plain @{ SessionToken = $token }
            if ($_ -eq 'expired') { Set-BetterAuthExpired $id } else { $null = Invoke-BetterAuth admin/revoke-user-sessions @{ userId = $id } }
            $before = Get-BetterAuthJournalEnd
            $run = Invoke-Watched { Get-ToriiUser } $null
            Assert-ToriiError $run.Errors[0] Torii.Unauthorized AuthenticationError
            Get-SignIn $before | Should -BeNullOrEmpty
        }
    }

    Context 'When the session ends' {
        BeforeAll { if (-not $reason) { $worker = New-Administrator worker } }
        BeforeEach { if (-not $reason) { Connect-Plain @{ Credential = New-Credential worker@example.test password-of-worker } } }

        It 'Signs in again after it has <_>' -ForEach 'expired', 'been revoked' {
            if ($_ -eq 'expired') { Set-BetterAuthExpired $worker } else { $null = Invoke-BetterAuth admin/revoke-user-sessions @{ userId = $worker } }
            $before = Get-BetterAuthJournalEnd
            $run = Invoke-Watched { Get-ToriiUser -EmailAddress admin@example.test } $null
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.UserId | Should -Be $adminId
            Get-SignIn $before | Should -HaveCount 1
            (Get-ToriiConnection).ExpiresAt | Should -BeGreaterThan ([DateTimeOffset]::UtcNow.AddDays(6))
        }

        It 'Signs in once for many requests at the same time, and each of them succeeds' {
            $users = 1..12 | ForEach-Object { (New-BetterAuthUser "side$_").id }
            $null = Invoke-BetterAuth admin/revoke-user-sessions @{ userId = $worker }
            $before = Get-BetterAuthJournalEnd
            $run = Invoke-Watched { $users | Block-ToriiUser -ThrottleLimit 8 } $null
            $run.Errors | Should -BeNullOrEmpty
            @($users | Where-Object { (Get-BetterAuthTruth | Where-Object banned).id -notcontains $_ }) | Should -BeNullOrEmpty
            Get-SignIn $before | Should -HaveCount 1
            Get-OwnSession $worker | Should -HaveCount 1
        }

        It 'Is an error when the password has changed since' {
            $null = Invoke-BetterAuth admin/set-user-password @{ userId = $worker; newPassword = 'another-password' }
            $null = Invoke-BetterAuth admin/revoke-user-sessions @{ userId = $worker }
            $run = Invoke-Watched { Get-ToriiUser } $null
            $null = Invoke-BetterAuth admin/set-user-password @{ userId = $worker; newPassword = 'password-of-worker' }
            Assert-ToriiError $run.Errors[0] Torii.Unauthorized AuthenticationError
        }
    }

    Context 'When the connection ends' {
        It 'Disconnect-Torii ends its session at the server, and no other' {
            Connect-BetterAuth $server one
            Connect-BetterAuth $server two
            Get-OwnSession | Should -HaveCount 2
            Disconnect-Torii one
            Get-OwnSession | Should -HaveCount 1
            (Get-ToriiUser -First 1 -Connection two).UserId | Should -Not -BeNullOrEmpty
            Disconnect-Torii two
            Get-OwnSession | Should -BeNullOrEmpty
            # The session of the other client.
            (Invoke-BetterAuth get-session).user.id | Should -Be $adminId
        }

        It 'A connection that is replaced ends its session' {
            Connect-BetterAuth $server
            $first = (Get-OwnSession).id
            Connect-BetterAuth $server
            $second = Get-OwnSession
            $second | Should -HaveCount 1
            $second.id | Should -Not -Be $first
        }

        It 'Closes the connection with a warning when the server does not confirm the end of the session' {
            Connect-BetterAuth $server
            Add-BetterAuthFault @{ path = 'sign-out'; lose = $true }
            $run = Invoke-Watched { Disconnect-Torii } $null
            Get-ToriiConnection | Should -BeNullOrEmpty
            $run.Errors | Should -BeNullOrEmpty
            "$($run.Warnings)" | Should -BeLike "*'default'*not ended at the service*"
        }
    }
}

Describe 'A Better Auth server' {
    BeforeEach { if ($reason) { Set-ItResult -Skipped -Because $reason } }
    AfterEach { if (-not $reason) { Stop-BetterAuth $other } }

    It 'Without the bearer plugin gets the session as a cookie, for changes too' {
        $other = Start-BetterAuth @{ bearer = $false } -Name other -Additional
        $user = New-ToriiUser -Email joan@example.test -Name Joan -Connection other
        $user | Block-ToriiUser
        (Get-ToriiUser -Status banned -Connection other).UserId | Should -Be $user.UserId
        $admin = Get-ToriiUser -EmailAddress admin@example.test -Connection other
        $own = $admin | Get-ToriiSession | Where-Object UserAgent -Like torii-powershell*
        $own | Should -HaveCount 1
        Connect-BetterAuth $other third
        Disconnect-Torii other
        ($admin.UserId | Get-ToriiSession -Connection third).SessionId | Should -Not -Contain $own.SessionId
    }

    It 'That takes only signed tokens gets the signed token' {
        $other = Start-BetterAuth @{ signed = $true } -Name other -Additional
        (Get-ToriiUser -Connection other).Email | Should -Be admin@example.test
        Connect-BetterAuth $other token @{ SessionToken = $other.Session }
        (Get-ToriiUser -Connection token).Email | Should -Be admin@example.test
    }

    It 'Without a plugin is an error that names the plugin, when it is needed' {
        $other = Start-BetterAuth @{ without = @('organization', 'username', 'api-key', 'jwt') } -Name other -Additional
        $admin = (Get-ToriiUser -Connection other).UserId
        $run = Invoke-Watched { Get-ToriiOrganization -Connection other; Get-ToriiInvitation -Connection other; Set-ToriiUser $admin -UserName boss -Connection other } $null
        $run.Errors | Should -HaveCount 3
        Assert-ToriiError $run.Errors[0] Torii.NotSupported NotImplemented '*organization plugin*'
        Assert-ToriiError $run.Errors[1] Torii.NotSupported NotImplemented '*organization plugin*'
        Assert-ToriiError $run.Errors[2] Torii.NotSupported NotImplemented '*username plugin*'
        $run = Invoke-Watched { Connect-Torii -BetterAuth $other.Origin -Credential (New-Credential admin $other.Password) -Name name } $null
        Assert-ToriiError $run.EndedBy Torii.NotSupported NotImplemented '*username plugin*'
    }

    It 'Without the admin plugin is refused by Connect-Torii, which leaves no session' {
        $other = Start-BetterAuth @{ without = @('admin') } -NoConnection -Additional
        $run = Invoke-Watched { Connect-BetterAuth $other other } $null
        Assert-ToriiError $run.EndedBy Torii.NotSupported NotImplemented '*admin plugin*'
        Get-ToriiConnection | Should -BeNullOrEmpty
        @(Invoke-BetterAuth list-sessions $null $other | Where-Object userAgent -Like torii-powershell*) | Should -BeNullOrEmpty
    }
}
