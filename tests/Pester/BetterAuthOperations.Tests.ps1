# Holds docs/better-auth.md: each operation has one answer, and the answers are true. Against a real server, each cmdlet sends
# the operation that its row names, each example does what it shows, and no secret is displayed.
BeforeDiscovery {
    Import-Module "$PSScriptRoot/BetterAuthPage.psm1" -Force
    $text = Get-BetterAuthPage
    $facts = Import-PowerShellDataFile "$PSScriptRoot/BetterAuthOperations.psd1"
    $rows = @('Founding', 'Newer' | ForEach-Object { Get-PageOperation $text $_ })

    # What each cmdlet row names, in the order of the row. $user and $invitation are new; ann is a member of $organization.
    $calls = @{
        'GET /get-session' = { Connect-Torii -BetterAuth $server.Origin -SessionToken $server.Session -Name driven }
        'POST /sign-out' = { Connect-BetterAuth -Name driven; Disconnect-Torii driven }
        'POST /sign-in/email' = { Connect-Torii -BetterAuth $server.Origin -Credential $server.Credential -Name driven }
        'POST /sign-in/username' = { Connect-Torii -BetterAuth $server.Origin -Credential (New-Credential admin $server.Password) -Name driven }
        'POST /two-factor/verify-totp' = { Connect-Torii -BetterAuth $server.Origin -Credential (New-Credential $careful.email careful-password) -TotpCode (Get-TotpCode $totpSecret) -Name driven }
        'POST /forget-password' = { $user | Send-ToriiPasswordReset }
        'POST /request-password-reset' = { $user | Send-ToriiPasswordReset -RedirectUrl "$($server.Origin)/reset" }
        'POST /send-verification-email' = { $user | Send-ToriiVerificationEmail -RedirectUrl "$($server.Origin)/verified" }
        'POST /change-password' = { $user | Set-ToriiUserPassword -Password another-password }
        'POST /admin/set-role' = { $user | Set-ToriiUser -Role user, editor }
        'POST /admin/create-user' = { New-ToriiUser -Email "new$unique@example.test" -Name New -Password password-of-new -Role user -UserName "new$unique" -EmailVerified $true }
        'GET /admin/list-users' = {
            Get-ToriiUser -EmailAddress $user.Email
        }, {
            Get-ToriiUser -Name '*a*' -Email '*@e*' -Status active, banned -Role user -CreatedAfter 2020-01-01 -CreatedBefore 2099-01-01 -First 3 -PageSize 2
        }
        'POST /admin/list-user-sessions' = { $user | Get-ToriiSession }
        'POST /admin/unban-user' = { $user | Unblock-ToriiUser }
        'POST /admin/ban-user' = { $user | Block-ToriiUser -Reason Spam -Until ([DateTimeOffset]::UtcNow.AddDays(1)) }
        'POST /admin/impersonate-user' = { New-ToriiImpersonationToken -UserId $user.UserId -Force }
        'POST /admin/revoke-user-session' = { $null = Open-BetterAuthSession $user.Email password-of-driven; Revoke-ToriiSession $user.UserId -SessionId ($user | Get-ToriiSession).SessionId }
        'POST /admin/revoke-user-sessions' = { $user | Revoke-ToriiSession }, { $user | Set-ToriiUserPassword -Password another-password -RevokeSession }
        'POST /admin/remove-user' = { $user | Remove-ToriiUser -Force }
        'POST /admin/set-user-password' = { $user | Set-ToriiUserPassword -Password another-password }
        'GET /organization/get-full-organization' = { Get-ToriiOrganization -OrganizationId $organizationId }
        'GET /organization/get-organization' = { Get-ToriiOrganization -OrganizationId $organizationId }
        'GET /organization/list' = { Get-ToriiOrganization -Name 'Org *' -First 2 }
        'POST /organization/invite-member' = { New-ToriiInvitation -Email "guest$unique@example.test" -OrganizationId $organizationId -Role member }, { Send-ToriiInvitation $invitation.id }
        'POST /organization/cancel-invitation' = { Revoke-ToriiInvitation $invitation.id }
        'GET /organization/list-invitations' = { Get-ToriiInvitation -InvitationId $invitation.id; Get-ToriiInvitation -Status pending -Search invited }
        'POST /is-username-available' = { $user | Set-ToriiUser -UserName "free$unique" }
        'GET /admin/get-user' = { Get-ToriiUser -UserId $user.UserId }
        'POST /admin/update-user' = { $user | Set-ToriiUser -Name Renamed -Role user -UserName "other$unique" -EmailVerified $true; $user | Set-ToriiUser -ClearUserName }
        'GET /organization/list-members' = { Get-ToriiMembership -Organization $organizationId }, { Get-ToriiMembership -UserId $ann.id }, { Get-ToriiUser -Organization $organizationId }
        'GET /jwks' = { Test-ToriiToken -Token $jwt }, { ConvertFrom-ToriiToken -Token $jwt }
    }
    $driven = foreach ($row in $rows | Where-Object Answer -CEQ cmdlet) {
        $commands = @(Get-PageCommand $row.Details)
        for ($i = 0; $i -lt $commands.Count; $i++) {
            $row + @{ Command = "$($commands[$i].Name) $($commands[$i].Parameters)".Trim(); Name = $commands[$i].Name; Parameters = $commands[$i].Parameters; Call = @($calls[$row.Operation])[$i] }
        }
    }

    # What another client sees after each block of an example; $Output is what the block displayed.
    $checks = @{
        'check-the-server' = { $Output | Should -BeTrue }
        'check-the-permissions-of-the-account' = {
            $Output | Should -BeTrue
            (Invoke-BetterAuth admin/has-permission @{ permissions = $permissions }).success | Should -BeTrue
        }
        'check-the-permissions-in-an-organization' = {
            $Output | Should -BeTrue
            $body.permissions = @{ member = @('own') }
            (Invoke-BetterAuth organization/has-permission $body).success | Should -BeFalse
        }
        'create-an-api-key' = {
            $stored = (Invoke-BetterAuth api-key/list).apiKeys | Where-Object id -EQ $Output
            $stored.name | Should -Be nightly
            [Math]::Round(([datetime]$stored.expiresAt - [datetime]$stored.createdAt).TotalDays, 3) | Should -Be 30
            $kept['nightly-key'] | Should -BeOfType securestring
            $kept['nightly-key'] | ConvertFrom-SecureString -AsPlainText | Should -BeLike "$($stored.start)*"
            $created.PSObject.Properties.Name | Should -Not -Contain key
        }
        'list-the-api-keys' = { $Output.id | Sort-Object | Should -Be ((Invoke-BetterAuth api-key/list).apiKeys.id | Sort-Object) }
        'read-an-api-key' = { $Output.name | Should -Be $key.name; $Output.enabled | Should -BeTrue }
        'disable-an-api-key' = { $Output | Should -BeFalse; (Invoke-BetterAuth "api-key/get?id=$keyId").enabled | Should -BeFalse }
        'delete-an-api-key' = { $Output | Should -BeTrue; (Invoke-BetterAuth api-key/list).apiKeys.id | Should -Not -Contain $keyId }
        'list-the-sessions-of-the-account' = { $Output.id | Sort-Object | Should -Be ((Invoke-BetterAuth list-sessions).id | Sort-Object); $Output.id | Should -Contain $sessionId }
        'revoke-a-session-of-the-account' = { $Output | Should -BeTrue; @((Invoke-BetterAuth list-sessions).id).Count | Should -Be ($sessions.Count - 1); (Invoke-BetterAuth list-sessions).id | Should -Not -Contain $sessionId }
        'revoke-the-other-sessions-of-the-account' = {
            $Output | Should -BeTrue
            Invoke-BetterAuth get-session | Should -BeNullOrEmpty
            (Get-BetterAuthJournal (Get-BetterAuthJournalEnd | ForEach-Object { $null = Get-ToriiUser -First 1; $_ })).operation | Should -Not -Contain sign-in/email
        }
        'revoke-all-sessions-of-the-account' = {
            $Output | Should -BeTrue
            Invoke-BetterAuth get-session | Should -BeNullOrEmpty
            (Get-BetterAuthJournal (Get-BetterAuthJournalEnd | ForEach-Object { $null = Get-ToriiUser -First 1; $_ })).operation | Should -Contain sign-in/email
        }
        'get-a-token-of-the-account' = { $Output | Should -BeTrue; (ConvertFrom-ToriiToken $token).UserId | Should -Be $adminId }
        'change-fields-that-have-no-parameter' = {
            $Output.email | Should -Be new@example.com
            $stored = Invoke-BetterAuth "admin/get-user?id=$userId"
            $stored.email | Should -Be new@example.com
            $stored.emailVerified | Should -BeFalse
            $stored.image | Should -BeNullOrEmpty
            $null = Invoke-BetterAuth admin/update-user @{ userId = $userId; data = @{ email = $ann.email; emailVerified = $true; twoFactorEnabled = $true } }
        }, {
            $Output | Should -BeFalse
            (Invoke-BetterAuth "admin/get-user?id=$userId").twoFactorEnabled | Should -BeFalse
        }
        'check-that-a-slug-is-free' = {
            $Output | Should -BeTrue
            $null = Invoke-BetterAuth organization/update @{ organizationId = $organizationId; data = @{ slug = $slug } }
            . ([scriptblock]::Create($Code[0])) | Should -BeFalse
            $null = Invoke-BetterAuth organization/delete @{ organizationId = $organizationId }
        }
        'create-an-organization' = {
            $stored = Invoke-BetterAuth "organization/get-full-organization?organizationId=$Output"
            $stored.name | Should -Be 'Nordlys A/S'
            (ConvertFrom-Json $stored.metadata).tier | Should -Be gold
            $stored.members.role | Should -Be owner
        }
        'change-an-organization' = {
            $stored = Invoke-BetterAuth "organization/get-full-organization?organizationId=$organizationId"
            $stored.name | Should -Be 'Nordlys Group'
            (ConvertFrom-Json $stored.metadata).tier | Should -Be gold
            (ConvertFrom-Json $stored.metadata).seats | Should -Be 5 -Because 'the other metadata is kept'
        }
        'delete-an-organization' = { $Output | Should -Be $organizationId; (Invoke-BetterAuth organization/list).id | Should -Not -Contain $organizationId }
        'change-the-role-of-a-member' = { $Output | Should -Be admin; (Get-OrganizationMember $ann.id).role | Should -Be admin }
        'remove-a-member' = { $Output | Should -Be $ann.id; Get-OrganizationMember $ann.id | Should -BeNullOrEmpty; Get-OrganizationMember $adminId | Should -Not -BeNullOrEmpty }
        'leave-an-organization' = { $Output | Should -Be $organizationId; (Invoke-BetterAuth organization/list).id | Should -Not -Contain $organizationId }
    }
    $examples = foreach ($example in Get-PageExample $text) {
        $linked = @($rows | Where-Object { $_.Answer -ceq 'request' -and (Get-PageLink $_.Details) -ceq $example.Anchor } | ForEach-Object Operation)
        $example + @{ Operations = $linked; Checks = @($checks[$example.Anchor]) }
    }

    # What needs each plugin; an example stands for the requests that are linked.
    $needs = @{
        'Connect-Torii' = { Connect-BetterAuth $server }
        'Connect-Torii -Credential' = { Connect-Torii -BetterAuth $server.Origin -Credential (New-Credential admin $server.Password) -Name driven -MaxRetry 0 }
        'Set-ToriiUser -UserName' = { Get-ToriiUser -First 1 | Set-ToriiUser -UserName other -Force }
        'New-ToriiUser -UserName' = { New-ToriiUser "new$(New-Guid)@example.test" -Name New -UserName other }
        'Get-ToriiOrganization' = { Get-ToriiOrganization }
        'Get-ToriiMembership' = { Get-ToriiUser -First 1 | Get-ToriiMembership }
        'Get-ToriiInvitation' = { Get-ToriiInvitation }
        'Test-ToriiToken' = { Test-ToriiToken $foreign }
        'ConvertFrom-ToriiToken' = { ConvertFrom-ToriiToken $foreign }
        'create-an-api-key' = [scriptblock]::Create((Get-PageExample $text | Where-Object Anchor -EQ create-an-api-key).Code[0])
    }
    $plugins = Get-PageRow (Get-PageSection $text Plugins) | Group-Object { $_[0] } | ForEach-Object {
        $uses = foreach ($cells in $_.Group) {
            $errorId = $cells[2].Trim('`')
            $names = @(Get-PageCommand $cells[1] | ForEach-Object { (@($_.Name) + @($_.Parameters | ForEach-Object { "-$_" })) -join ' ' }) + @(Get-PageLink $cells[1])
            foreach ($name in $names) { @{ Use = $name; Call = $needs[$name]; ErrorId = $errorId } }
        }
        @{ Plugin = $_.Name; Uses = @($uses) }
    }
    $withErrors = @($plugins | Where-Object { $_.Uses.Count })
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/BetterAuth.psm1", "$PSScriptRoot/BetterAuthPage.psm1" -Force
    $facts = Import-PowerShellDataFile "$PSScriptRoot/BetterAuthOperations.psd1"
    $text = Get-BetterAuthPage
    $reason = Get-BetterAuthSkipReason
    $seen = [Collections.Generic.List[object]]::new()
    $kept = @{}

    function Set-Secret($Name, $Value) { $kept[$Name] = $Value }
    function Get-OrganizationMember([string] $UserId) { (Invoke-BetterAuth "organization/list-members?organizationId=$organizationId").members | Where-Object userId -EQ $UserId }

    # The requests of a script as operations with their status.
    function Watch([scriptblock] $Script) {
        $before = Get-BetterAuthJournalEnd
        $run = Invoke-Watched $Script
        $requests = @(Get-BetterAuthJournal $before | ForEach-Object { [pscustomobject]@{ Operation = "$($_.method) /$($_.operation)"; Status = $_.status } })
        $requests | ForEach-Object { $seen.Add($_.Operation) }
        $run | Add-Member Sent $requests -PassThru
    }

    # The status of a request without a session; -1 for an operation that the server does not have.
    $anonymous = [Net.Http.HttpClient]::new([Net.Http.SocketsHttpHandler]@{ UseCookies = $false; AllowAutoRedirect = $false })
    function Get-OperationStatus([string] $Operation) {
        $method, $path = $Operation.Split(' ')
        $message = [Net.Http.HttpRequestMessage]::new($method, "$($server.Origin)/api/auth$($path -replace '\{\w+\}', 'x')")
        if ($method -eq 'POST') { $message.Content = [Net.Http.StringContent]::new('{}', [Text.Encoding]::UTF8, 'application/json') }
        $answer = $anonymous.Send($message)
        $isEmpty = -not [IO.StreamReader]::new($answer.Content.ReadAsStream()).ReadToEnd()
        $answer.StatusCode -eq 404 -and $isEmpty ? -1 : [int]$answer.StatusCode
    }

    if (-not $reason) {
        $server = Start-BetterAuth
        $adminId = (Invoke-BetterAuth get-session).user.id
        $ann = New-BetterAuthUser ann @{ emailVerified = $true } -Password password-of-ann
        $bob = New-BetterAuthUser bob @{ emailVerified = $true } -Password password-of-bob
        $annSession = Open-BetterAuthSession $ann.email password-of-ann
        $bobSession = Open-BetterAuthSession $bob.email password-of-bob
        $careful = New-BetterAuthUser careful -Password careful-password
        $null = Invoke-BetterAuth admin/set-role @{ userId = $careful.id; role = 'admin' }
        $session = Open-BetterAuthSession $careful.email careful-password
        $totpSecret = [regex]::Match((Invoke-BetterAuth two-factor/enable @{ password = 'careful-password' } -Session $session).totpURI, 'secret=([^&]+)').Groups[1].Value
        $null = Invoke-BetterAuth two-factor/verify-totp @{ code = Get-TotpCode $totpSecret } -Session $session
    }
}
AfterAll {
    Get-ToriiConnection | Disconnect-Torii
    Stop-BetterAuth
}

Describe 'The page about Better Auth' {
    It 'answers each of the 78 operations, and each of the 17 of newer versions, once' {
        $facts.Founding | Sort-Object -Unique | Should -HaveCount 78
        $facts.Newer | Sort-Object -Unique | Should -HaveCount 17
        $facts.Newer | Where-Object { $_ -in $facts.Founding } | Should -BeNullOrEmpty
        Find-PageProblem $text $facts | Should -BeNullOrEmpty
    }

    It 'is not accepted with <Mistake>' -ForEach @(
        @{ Mistake = 'a missing row'; Pattern = '\| `POST /admin/ban-user` .*\n'; By = ''; Finding = 'there is no row for POST /admin/ban-user' }
        @{ Mistake = 'a wrong path'; Pattern = '`GET /api-key/list`'; By = '`GET /api-key/list-keys`'; Finding = 'GET /api-key/list-keys is not one of these operations' }
        @{ Mistake = 'a wrong method'; Pattern = '`GET /ok`'; By = '`POST /ok`'; Finding = 'there is no row for GET /ok' }
        @{ Mistake = 'an operation twice'; Pattern = '(\| `GET /ok` .*\n)'; By = '$1$1'; Finding = 'there are 2 rows for GET /ok' }
        @{ Mistake = 'a newer operation among the others'; Pattern = '(\| `GET /ok` .*\n)'; By = '$1| `GET /jwks` | browser | It belongs to the browser of a person. |' + "`n"; Finding = 'GET /jwks is not one of these operations' }
        @{ Mistake = 'an unknown answer'; Pattern = '(`POST /admin/unban-user` \|) cmdlet'; By = '$1 both'; Finding = "POST /admin/unban-user: 'both' is none of the three answers" }
        @{ Mistake = 'no answer'; Pattern = '(`POST /admin/unban-user` \|) cmdlet'; By = '$1 '; Finding = "POST /admin/unban-user: '' is none of the three answers" }
        @{ Mistake = 'an unknown cmdlet'; Pattern = '`Unblock-ToriiUser`'; By = '`Restore-ToriiUser`'; Finding = 'POST /admin/unban-user: there is no cmdlet Restore-ToriiUser' }
        @{ Mistake = 'an unknown parameter'; Pattern = '`Block-ToriiUser -Reason'; By = '`Block-ToriiUser -Cause'; Finding = 'POST /admin/ban-user: Block-ToriiUser has no parameter Cause' }
        @{ Mistake = 'a cmdlet answer without a cmdlet'; Pattern = '`Unblock-ToriiUser` \|'; By = 'lift the ban |'; Finding = 'POST /admin/unban-user: it names no cmdlet' }
        @{ Mistake = 'another operation that does not exist'; Pattern = 'sends `POST /admin/update-user`'; By = 'sends `POST /admin/change-user`'; Finding = 'POST /admin/set-role: POST /admin/change-user, which is sent, is not an operation' }
        @{ Mistake = 'a request without an example'; Pattern = '\[Delete an API key\]\(#delete-an-api-key\)'; By = 'Delete an API key'; Finding = 'POST /api-key/delete: it is not one example' }
        @{ Mistake = 'a link to nothing'; Pattern = '\(#delete-an-api-key\)'; By = '(#remove-an-api-key)'; Finding = 'there is no example #remove-an-api-key' }
        @{ Mistake = 'the example of another operation'; Pattern = '\(#delete-an-api-key\)'; By = '(#disable-an-api-key)'; Finding = 'POST /api-key/delete: its example does not send it' }
        @{ Mistake = 'an example with another method'; Pattern = '(Invoke-ToriiRequest /api-key/delete -Method) POST'; By = '$1 DELETE'; Finding = 'POST /api-key/delete: its example has not the method POST' }
        @{ Mistake = 'a cmdlet beside an example'; Pattern = '(\(#delete-an-api-key\))'; By = '$1 or `Remove-ToriiUser`'; Finding = 'POST /api-key/delete: it is not one example' }
        @{ Mistake = 'no reason'; Pattern = '(`GET /error` \| browser \|) .* \|'; By = '$1 - |'; Finding = 'GET /error: it has no reason' }
    ) {
        $changed = [regex]::Replace($text, $Pattern, $By)
        $changed | Should -Not -Be $text
        Find-PageProblem $changed $facts | Should -Contain $Finding
    }

    It 'has a test for each cmdlet, each example and each plugin that it names' -ForEach @(
        @{ Driven = $driven; Calls = $calls; Examples = $examples; Checks = $checks; Plugins = $plugins; Needs = $needs }
    ) {
        $Driven | Where-Object { -not $_.Call } | ForEach-Object { "$($_.Operation): $($_.Command)" } | Should -BeNullOrEmpty
        $Calls.Keys | Where-Object { @($Calls[$_]).Count -ne @($Driven | Where-Object Operation -CEQ $_).Count } | Should -BeNullOrEmpty
        $Examples | Where-Object { -not $_.Code -or $_.Code.Count -ne $_.Checks.Count -or -not $_.Checks[0] } | ForEach-Object Title | Should -BeNullOrEmpty
        $Checks.Keys | Sort-Object | Should -Be ($Examples.Anchor | Sort-Object)
        $Plugins.Uses | Where-Object { -not $_.Call } | ForEach-Object Use | Should -BeNullOrEmpty
        $Plugins.Uses.Use | Sort-Object | Should -Be ($Needs.Keys | Sort-Object)
    }
}

Describe 'A real server' {
    BeforeEach { if ($reason) { Set-ItResult -Skipped -Because $reason } }

    It 'has each operation except those that the page calls replaced' {
        # The server of the tests has no passkey plugin.
        $missing = $facts.Founding + $facts.Newer | Where-Object { $_ -notlike '* /passkey/*' -and (Get-OperationStatus $_) -eq -1 }
        $missing | Should -Be 'POST /forget-password'
        Get-OperationStatus 'POST /admin/no-such-operation' | Should -Be -1
    }
}

Describe 'Operation <Operation>: <Command>' -ForEach $driven {
    BeforeEach { if ($reason) { Set-ItResult -Skipped -Because $reason } }

    It 'is sent by the cmdlet, with the parameters of the page, and succeeds' {
        $unique = (New-Guid).ToString('n').Substring(0, 12)
        $user = Get-ToriiUser (New-BetterAuthUser "driven$unique" -Password password-of-driven).id
        $organizationId = (Invoke-BetterAuth organization/create @{ name = "Org $unique"; slug = $unique; keepCurrentActiveOrganization = $true }).id
        $invitation = Invoke-BetterAuth organization/invite-member @{ organizationId = $organizationId; email = "invited$unique@example.test"; role = 'member' }
        $jwt = (Invoke-BetterAuth token).token
        Clear-ToriiSigningKey -Confirm:$false

        $run = Watch $Call

        $run.Errors | Should -BeNullOrEmpty
        $run.Sent | Where-Object Operation -CEQ $Sent | ForEach-Object Status | Sort-Object -Unique | Should -Be 200 -Because "it sent $($run.Sent.Operation -join ', ')"
        $used = $Call.Ast.FindAll({ param($node) $node -is [Management.Automation.Language.CommandAst] -and $node.GetCommandName() -eq $Name }, $true)
        $used | Should -Not -BeNullOrEmpty
        $given = $used.CommandElements | Where-Object { $_ -is [Management.Automation.Language.CommandParameterAst] } | ForEach-Object ParameterName
        $Parameters | Where-Object { $_ -notin $given } | Should -BeNullOrEmpty -Because 'the call uses each parameter of the row'
    }
}

Describe 'The example "<Title>"' -ForEach $examples {
    BeforeEach { if ($reason) { Set-ItResult -Skipped -Because $reason } }

    It 'does what it shows, and displays no secret' {
        $ErrorActionPreference = 'Stop'
        # An example before may have ended the session of the other client.
        if (-not (Invoke-BetterAuth get-session)) { $server.Session = Open-BetterAuthSession $server.Email $server.Password }
        $unique = (New-Guid).ToString('n').Substring(0, 12)
        $organizationId = (Invoke-BetterAuth organization/create @{ name = "Org $unique"; slug = $unique; metadata = @{ seats = 5 }; keepCurrentActiveOrganization = $true }).id
        foreach ($member in @{ Email = $ann.email; Role = 'member'; Session = $annSession }, @{ Email = $bob.email; Role = 'owner'; Session = $bobSession }) {
            $invited = Invoke-BetterAuth organization/invite-member @{ organizationId = $organizationId; email = $member.Email; role = $member.Role }
            $null = Invoke-BetterAuth organization/accept-invitation @{ invitationId = $invited.id } -Session $member.Session
        }
        $userId = $ann.id
        $key = Invoke-BetterAuth api-key/create @{ name = "key $unique".Substring(0, 10) }
        $keyId = $key.id
        $sessionId = (Invoke-BetterAuth get-session -Session (Open-BetterAuthSession $server.Email $server.Password)).session.id
        $sessions = @((Invoke-BetterAuth list-sessions).id)
        $secrets = @($key.key) + @((Invoke-BetterAuth list-sessions).token)

        $sent = for ($i = 0; $i -lt $Code.Count; $i++) {
            $block = [scriptblock]::Create($Code[$i])
            $before = Get-BetterAuthJournalEnd
            $shown = @(. $block 2>&1 3>&1 4>&1 5>&1 6>&1)
            Get-BetterAuthJournal $before
            $Output = @($shown)
            . $Checks[$i]
            $display = ($shown | Format-List * | Out-String -Width 4000) + ($shown | ConvertTo-Json -Depth 8 -WarningAction Ignore) + ($shown | Out-String -Width 4000)
            $new = @($kept.Values) + @($token) | Where-Object { $_ -is [securestring] } | ForEach-Object { ConvertFrom-SecureString $_ -AsPlainText }
            $secrets + $new | Where-Object { $_ -and $display.Contains($_) } | Should -BeNullOrEmpty -Because 'no secret is displayed'
        }

        $done = $sent | Where-Object status -EQ 200 | ForEach-Object { "$($_.method) /$($_.operation)" }
        $sent | ForEach-Object { $seen.Add("$($_.method) /$($_.operation)") }
        $Operations | Where-Object { $_ -cnotin $done } | Should -BeNullOrEmpty -Because "it sent $($done -join ', ')"
    }
}

Describe 'The operations of the browser' {
    BeforeEach { if ($reason) { Set-ItResult -Skipped -Because $reason } }

    It 'are sent by no cmdlet and by no example' -ForEach @(@{ Browser = $rows | Where-Object Answer -CEQ browser | ForEach-Object Operation }) {
        $seen.Count | Should -BeGreaterThan 50
        $seen | Where-Object { $_ -cin $Browser } | Sort-Object -Unique | Should -BeNullOrEmpty
    }
}

Describe 'A server without the <Plugin> plugin' -ForEach $withErrors {
    BeforeAll {
        $foreign = 'eyJhbGciOiJFUzI1NiIsImtpZCI6ImEiLCJ0eXAiOiJKV1QifQ.eyJzdWIiOiJhIn0.c2ln'
        Clear-ToriiSigningKey -Confirm:$false
        if (-not $reason) {
            $server = Start-BetterAuth @{ without = @($Plugin) } -Additional -NoConnection
            if ($Plugin -ne 'admin') { Connect-BetterAuth $server }
        }
    }
    BeforeEach { if ($reason) { Set-ItResult -Skipped -Because $reason } }
    AfterAll { if (-not $reason) { Stop-BetterAuth $server } }

    It 'answers <Use> with <ErrorId>' -ForEach $Uses {
        $run = Invoke-Watched { $ErrorActionPreference = 'Stop'; . $Call }
        $run.Errors | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] } | Should -Be $ErrorId
        if ($ErrorId -in 'Torii.NotSupported', 'Torii.NotFound') { "$($run.Errors[0])" | Should -BeLike "* $Plugin plugin*" }
    }
}

Describe 'A server without the bearer plugin' {
    BeforeEach { if ($reason) { Set-ItResult -Skipped -Because $reason } }

    It 'gets the session as a cookie' {
        $plain = Start-BetterAuth @{ bearer = $false } -Additional -Name plain
        try {
            $user = New-ToriiUser "cookie@example.test" -Name Cookie -Connection plain
            (Invoke-ToriiRequest /admin/set-role -Method POST -Body @{ userId = $user.UserId; role = 'editor' } -Connection plain).user.role | Should -Be editor
        }
        finally { Stop-BetterAuth $plain }
    }
}
