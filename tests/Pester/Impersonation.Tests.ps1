# Impersonation tokens: requested once, never repeated, and shown nowhere.

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 60 -Contract 0.0.13 -MaxRetry 5
    $user, $actor, $third = Get-ToriiUser -Status active -First 3
    $with = @{ ActorUserId = $actor; Reason = 'Ticket 4821'; Force = $true }
    function Set-Setting([hashtable] $Settings = @{}) { $null = Invoke-Api PUT /_emulator/settings $Settings }
    function Get-PlainText($Secret) { ConvertFrom-SecureString $Secret -AsPlainText }
}
AfterAll { Stop-TestEmulator }

Describe 'New-ToriiImpersonationToken' {
    AfterEach { Clear-Fault; Set-Setting }

    It 'returns the token as a SecureString, with user, actor, reason and expiry' {
        $before = [DateTimeOffset]::UtcNow
        $run = Invoke-Watched { $user | New-ToriiImpersonationToken @with }
        $run.Errors | Should -BeNullOrEmpty
        $token = $run.Output[0]
        $token | Should -BeOfType Torii.ToriiImpersonationToken
        $token.UserId, $token.ActorUserId, $token.Reason, $token.ExpiresInSec | Should -Be $user.UserId, $actor.UserId, 'Ticket 4821', 600
        $token.Token | Should -BeOfType securestring
        Get-PlainText $token.Token | Should -Match '^imp_\w{64}$'
        $token.Url | Should -BeNullOrEmpty
        $token.ConnectionName | Should -Be default
        $token.ExpiresAt | Should -BeGreaterThan $before.AddSeconds(599)
        $token.ExpiresAt | Should -BeLessOrEqual ([DateTimeOffset]::UtcNow.AddSeconds(600))
        $run.Requests | Should -HaveCount 1
        $body = @(Get-Body $run.Requests)[0]
        $body.Keys | Sort-Object | Should -Be actorUserId, reason
    }

    It 'sends lifetime and redirect address, and returns the link' {
        $run = Invoke-Watched { New-ToriiImpersonationToken $user.UserId @with -ExpiresInSec 60 -RedirectUrl 'https://app.example.com/a?b=1#c' }
        $run.Output[0].ExpiresInSec | Should -Be 60
        Get-PlainText $run.Output[0].Url | Should -BeLike "*token=$(Get-PlainText $run.Output[0].Token)"
        $body = @(Get-Body $run.Requests)[0]
        $body.expiresInSeconds, $body.redirectUrl | Should -Be 60, 'https://app.example.com/a?b=1#c'
    }

    It 'returns plain text only with -AsPlainText' {
        $token = New-ToriiImpersonationToken $user @with -RedirectUrl https://app.example.com -AsPlainText
        $token | Should -BeOfType Torii.ToriiPlainImpersonationToken
        $token.Token | Should -Match '^imp_\w{64}$'
        $token.Url | Should -BeLike "http*token=$($token.Token)"
    }

    It 'shows the token in no stream and no rendering' {
        $shown = & {
            $script:token = $user | New-ToriiImpersonationToken @with -RedirectUrl https://app.example.com -Verbose -Debug
            $script:plain = $user | New-ToriiImpersonationToken @with -RedirectUrl https://app.example.com -AsPlainText -Verbose -Debug
        } *>&1 | Out-String -Width 1000
        $shown | Should -BeLike '*impersonation-token*'
        $all = @(
            $shown
            "$token"; "$plain"
            $token, $plain | Out-String -Width 1000
            $token, $plain | Format-Table | Out-String -Width 1000
            $token, $plain | Format-List | Out-String -Width 1000
            $token | Format-List * -Force | Out-String -Width 1000
            ConvertTo-Json $token -Depth 5; ConvertTo-Json $token.Token -Depth 5
            $token | ConvertTo-Csv | Out-String
            Get-ToriiUser -UserId $plain.Token 2>&1 | Out-String -Width 1000
        )
        foreach ($secret in (Get-PlainText $token.Token), (Get-PlainText $token.Url), $plain.Token) { $all | Where-Object { $_.Contains($secret) } | Should -BeNullOrEmpty }
    }

    It 'shows the token in no error, also when the response is not readable' {
        foreach ($body in '{"token":"imp_5ecret5ecret","expiresInSeconds":"x"}', '{"expiresInSeconds":600,"link":"https://e.example/?t=imp_5ecret5ecret"}', '["imp_5ecret5ecret"]') {
            Add-Fault @{ operation = 'mintImpersonationToken'; kind = 'wrongShape'; body = $body; times = 1 }
            $run = Invoke-Watched { $user | New-ToriiImpersonationToken @with -Verbose -Debug 4>&1 5>&1 }
            Assert-ToriiError $run.Errors[0] Torii.OutcomeUnknown InvalidResult
            $record = $run.Errors[0]
            $text = $run.Output, $record, $record.Exception, $record.Exception.InnerException, $record.TargetObject, $record.InvocationInfo.BoundParameters |
                ForEach-Object { "$_"; $_ | Format-List * -Force; ConvertTo-Json $_ -Depth 3 -WarningAction Ignore } | Out-String -Width 1000
            $text.Contains('5ecret') | Should -BeFalse
        }
    }

    It 'is requested once, whatever happens (<Kind> <Status>)' -ForEach @(
        @{ Kind = 'status'; Status = 429; Id = 'Torii.TooManyRequests' }
        @{ Kind = 'status'; Status = 500; Id = 'Torii.OutcomeUnknown' }
        @{ Kind = 'status'; Status = 503; Id = 'Torii.OutcomeUnknown' }
        @{ Kind = 'reset'; Id = 'Torii.OutcomeUnknown' }
        @{ Kind = 'resetAfter'; Id = 'Torii.OutcomeUnknown' }
        @{ Kind = 'truncate'; Id = 'Torii.OutcomeUnknown' }
        @{ Kind = 'html'; Id = 'Torii.OutcomeUnknown' }
        @{ Kind = 'empty'; Id = 'Torii.OutcomeUnknown' }
    ) {
        $rule = @{ operation = 'mintImpersonationToken'; kind = $Kind; times = 1 }
        if ($Status) { $rule.status = $Status }
        Add-Fault $rule
        $run = Invoke-Watched { $user | New-ToriiImpersonationToken @with }
        $run.Output | Should -BeNullOrEmpty
        Assert-ToriiError $run.Errors[0] $Id
        $run.Requests | Should -HaveCount 1
        $run.Errors[0].Exception.MayHaveBeenExecuted | Should -Be ($Id -eq 'Torii.OutcomeUnknown')
        if ($Id -eq 'Torii.OutcomeUnknown') { "$($run.Errors[0].ErrorDetails.RecommendedAction)" | Should -BeLike '*expires by itself*' }
    }

    It 'asks for each user, unless -Force; -WhatIf and -Confirm come before -Force' {
        $connection = Get-ToriiConnection default
        $script = { param($User, $Actor, $Connection, $Switches) $User | New-ToriiImpersonationToken -ActorUserId $Actor -Reason 'Ticket 4821' -Connection $Connection @Switches }
        foreach ($case in @(
                @{ Switches = @{}; Prompts = 2; Requests = 2 }
                @{ Switches = @{ Force = $true }; Prompts = 0; Requests = 2 }
                @{ Switches = @{ Force = $true; Confirm = $true }; Prompts = 2; Requests = 2 }
                @{ Switches = @{ Force = $true; WhatIf = $true }; Prompts = 0; Requests = 0 })) {
            $since = Get-JournalEnd
            $recorded = Invoke-Recorded $script @{ User = $user.UserId, $third.UserId; Actor = $actor.UserId; Connection = $connection; Switches = $case.Switches }
            $recorded.Errors | Should -BeNullOrEmpty
            $prompts = @($recorded.Lines -like 'prompt: *')
            $prompts | Should -HaveCount $case.Prompts
            @(Get-Journal $since | Select-Mutation) | Should -HaveCount $case.Requests
            if ($prompts) { $prompts[0] | Should -BeLike "*on behalf of $($actor.UserId) (Ticket 4821)*$($user.UserId) in default (test, 127.0.0.1:*" }
            if ($case.Switches.WhatIf) { $recorded.Lines -join "`n" | Should -BeLike "*$($user.UserId)*2 targets in total*" }
        }
    }

    It 'requires an actor and a reason' {
        foreach ($arguments in @{}, @{ ActorUserId = $actor }, @{ Reason = 'x' }) {
            $run = Invoke-Watched { New-ToriiImpersonationToken $user @arguments -Force }
            $run.Errors.FullyQualifiedErrorId | Should -Be 'Torii.InvalidRequest,Torii.PowerShell.Commands.NewToriiImpersonationTokenCommand'
            $run.Requests | Should -BeNullOrEmpty
        }
        foreach ($arguments in @{ ActorUserId = $actor; Reason = ' ' }, @{ ActorUserId = $actor; Reason = 'r' * 501 }, @{ ActorUserId = $actor, $third; Reason = 'x' }, @{ ActorUserId = ''; Reason = 'x' }) {
            $run = Invoke-Watched { New-ToriiImpersonationToken $user @arguments -Force }
            $run.EndedBy.Exception | Should -BeOfType Management.Automation.ParameterBindingException
            $run.Requests | Should -BeNullOrEmpty
        }
    }

    It 'refuses a lifetime of <_> seconds' -ForEach 59, 601, 0, -1 {
        $run = Invoke-Watched { New-ToriiImpersonationToken $user @with -ExpiresInSec $_ }
        Assert-ParameterError $run.EndedBy ExpiresInSec
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'refuses <What> as <As>' -ForEach @(
        foreach ($as in 'the user', 'the actor') {
            @{ As = $as; What = 'a session'; Make = { Get-ToriiUser -Status active | Get-ToriiSession | Select-Object -First 1 } }
            @{ As = $as; What = 'a row of a session'; Make = { Get-ToriiUser -Status active | Get-ToriiSession | Select-Object -First 1 -Property UserId, SessionId } }
            @{ As = $as; What = 'a membership'; Make = { @(Get-ToriiOrganization -First 1 | Get-ToriiMembership)[0] } }
            @{ As = $as; What = 'a row of a membership'; Make = { @(Get-ToriiOrganization -First 1 | Get-ToriiMembership)[0] | Select-Object -Property UserId, OrganizationId } }
        }
    ) {
        $object = & $Make
        $null -ne $object | Should -BeTrue
        $run = if ($As -eq 'the user') { Invoke-Watched { $object | New-ToriiImpersonationToken @with } }
        else { Invoke-Watched { $user | New-ToriiImpersonationToken -ActorUserId $object -Reason x -Force } }
        Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
        $run.Mutations | Should -BeNullOrEmpty
    }

    It 'refuses the same person as user and actor' {
        $run = Invoke-Watched { New-ToriiImpersonationToken $actor.UserId.ToUpperInvariant() @with }
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*are the same*'
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'refuses an actor that was read through another connection' {
        $other = Start-TestEmulator -Users 5 -Contract 0.0.13 -Additional -Name other
        try {
            $stranger = Get-ToriiUser -First 1 -Connection other
            $stranger | Export-Csv $TestDrive/stranger.csv
            foreach ($wrong in $stranger, (Import-Csv $TestDrive/stranger.csv)) {
                $run = Invoke-Watched { $user | New-ToriiImpersonationToken -ActorUserId $wrong -Reason x -Force }
                Assert-ToriiError $run.Errors[0] Torii.ConnectionMismatch InvalidArgument '*actor*'
                $run.Mutations | Should -BeNullOrEmpty
            }
        }
        finally { Disconnect-Torii -Name other; Stop-ToriiEmulator -Port $other.Port -Confirm:$false }
    }

    It 'refuses the redirect address <Url>' -ForEach @(@{ Url = 'http://app.example.com' }, @{ Url = '/orders' }, @{ Url = 'https://ada:word@app.example.com' }) {
        $run = Invoke-Watched { New-ToriiImpersonationToken $user @with -RedirectUrl $Url }
        Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument '*-RedirectUrl*'
        "$($run.EndedBy)" | Should -Not -BeLike '*word*'
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'says what to do about <Case>' -ForEach @(
        @{ Case = 'a redirect address that is not allowed'; Arguments = @{ RedirectUrl = 'https://other.example.com' }; Id = 'Torii.InvalidRequest'; Advice = '*Get-ToriiAllowedOrigin*' }
        @{ Case = 'an exhausted quota'; Settings = @{ impersonations = 0 }; Id = 'Torii.QuotaExceeded'; Advice = '*quota*' }
        @{ Case = 'disabled impersonation'; Settings = @{ impersonationDisabled = $true }; Id = 'Torii.Forbidden'; Advice = '*impersonation is enabled*' }
        @{ Case = 'an unknown actor'; Arguments = @{ ActorUserId = '01931a73-8b00-7000-8000-000000000000' }; Id = 'Torii.Forbidden'; Advice = '*both users belong*' }
    ) {
        Set-Setting ($Settings ?? @{})
        $all = $with + @{}
        foreach ($name in $Arguments.Keys) { $all[$name] = $Arguments[$name] }
        $run = Invoke-Watched { New-ToriiImpersonationToken $user @all }
        Assert-ToriiError $run.Errors[0] $Id
        "$($run.Errors[0].ErrorDetails.RecommendedAction)" | Should -BeLike $Advice
        $run.Requests | Should -HaveCount 1
    }

    It 'does not return a token with another lifetime than requested' {
        Add-Fault @{ operation = 'mintImpersonationToken'; kind = 'ignoreFilter'; fields = @('expiresInSeconds') }
        $run = Invoke-Watched { New-ToriiImpersonationToken $user @with -ExpiresInSec 60 }
        $run.Output | Should -BeNullOrEmpty
        Assert-ToriiError $run.Errors[0] Torii.FieldNotApplied InvalidResult '*600 s in place of 60 s*'
    }

    It 'takes users from objects and rows, and leaves the others when one fails' {
        $run = Invoke-Watched { [pscustomobject]@{ UserId = $user.UserId }, [pscustomobject]@{ UserId = 'x' }, [pscustomobject]@{ UserId = $third.UserId } | New-ToriiImpersonationToken @with }
        $run.Output.UserId | Should -Be $user.UserId, $third.UserId
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.InvalidId InvalidArgument "*'x'*row was skipped."
    }

    It 'does not stand for its user in another cmdlet' {
        $token = $user | New-ToriiImpersonationToken @with
        $copy = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($token))
        $token | Export-Csv $TestDrive/token.csv
        foreach ($object in $token, $copy, (Import-Csv $TestDrive/token.csv)) {
            $run = Invoke-Watched { $object | Remove-ToriiUser -Force }
            $run.Errors | Should -HaveCount 1
            $run.Requests | Should -BeNullOrEmpty
        }
    }

    It 'is not supported by a server with contract <Contract>' -ForEach @(@{ Contract = '0.0.2' }, @{ Contract = '0.0.3' }) {
        $old = Start-TestEmulator -Users 5 -Contract $Contract -Additional -Name old
        try {
            $one, $two = Get-ToriiUser -Status active -First 2 -Connection old
            $run = Invoke-Watched { $one | New-ToriiImpersonationToken -ActorUserId $two -Reason x -Force } $old
            Assert-ToriiError $run.Errors[0] Torii.NotSupported NotImplemented '*This server has no impersonation tokens*'
            $run = Invoke-Watched { New-ToriiImpersonationToken 01931a73-8b00-7000-8000-000000000000 -ActorUserId $two.UserId -Reason x -Force -Connection old } $old
            Assert-ToriiError $run.Errors[0] Torii.UserNotFound ObjectNotFound
        }
        finally { Disconnect-Torii -Name old; Stop-ToriiEmulator -Port $old.Port -Confirm:$false }
    }

    It 'works on contract 0.0.12' {
        $server = Start-TestEmulator -Users 5 -Contract 0.0.12 -Additional -Name server
        try {
            $one, $two = Get-ToriiUser -Status active -First 2 -Connection server
            ($one | New-ToriiImpersonationToken -ActorUserId $two -Reason x -Force).Token | Should -BeOfType securestring
        }
        finally { Disconnect-Torii -Name server; Stop-ToriiEmulator -Port $server.Port -Confirm:$false }
    }
}
