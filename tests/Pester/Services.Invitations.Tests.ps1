# Invitations, against each service: one text for all of them. What differs is in Services.psm1.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/BetterAuth.psm1", "$PSScriptRoot/Services.psm1" -Force
    $services = Get-TestService -Contract 0.0.12
    $forms = 'live', 'deserialized', 'selected', 'CSV', 'JSON' | ForEach-Object { @{ Form = $_ } }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/BetterAuth.psm1", "$PSScriptRoot/Services.psm1" -Force
    $script:serial = 0
    function New-Address([int] $Count = 1) { 1..$Count | ForEach-Object { 'guest{0:d3}@example.test' -f (++$script:serial) } }
    function Get-Stored { Get-TestInvitation $to }
}

Describe 'Invitations of <Service>' -ForEach $services {
    BeforeAll {
        $s = Start-TestService $_
        if ($s) {
            # To torii an invitation is to the environment; to Better Auth it is to an organization and has a role.
            $to = $s.IsTorii ? @{} : @{ OrganizationId = @(Initialize-TestOrganization)[0].OrganizationId; Role = 'member' }
            $pending = $s.IsTorii ? 'PENDING' : 'pending'
            $ended = $s.IsTorii ? 'REVOKED' : 'canceled'
        }
    }
    BeforeEach { if ($Reason) { Set-ItResult -Skipped -Because $Reason } }
    AfterEach { Reset-TestService }
    AfterAll { Stop-TestService }

    Context 'Create' {
        It 'Invites an address and writes the invitation' {
            $address = New-Address
            $run = Invoke-Observed { New-ToriiInvitation $address @to }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output | Should -BeOfType Torii.ToriiInvitation
            $run.Output.Email, $run.Output.Status, $run.Output.ConnectionName | Should -Be $address, $pending, 'default'
            $run.Output.ExpiresAt | Should -BeGreaterThan ([DateTimeOffset]::UtcNow)
            @(Get-Stored | Where-Object email -EQ $address).id | Should -Be $run.Output.InvitationId
            $run.Mutations | Should -HaveCount 1
        }

        It 'Invites one address for each row from <_>, in the order of the rows' -ForEach 'CSV', 'JSON' {
            $addresses = New-Address 4
            $rows = Convert-TestObject $_ @($addresses | ForEach-Object { [pscustomobject](@{ Email = $_ } + $to) })
            $run = Invoke-Observed { $rows | New-ToriiInvitation -ThrottleLimit 1 }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.Email | Should -Be $addresses
            @(Get-Stored | Where-Object email -In $addresses) | Should -HaveCount 4
        }

        It 'Reports a row without an address, and invites the others' {
            $addresses = New-Address 2
            $run = Invoke-Observed { $addresses[0], '', $addresses[1] | ForEach-Object { [pscustomobject](@{ Email = $_ } + $to) } | New-ToriiInvitation }
            $run.Output.Email | Sort-Object | Should -Be $addresses
            Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument
            $run.Errors | Should -HaveCount 1
        }

        It 'Sends nothing with -WhatIf, and nothing for more rows than -MaxAffected' {
            $run = Invoke-Observed { param($Connection, $To) New-ToriiInvitation what@example.test @To -WhatIf -Connection $Connection } @{ To = $to }
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations | Should -BeNullOrEmpty
            $run = Invoke-Observed { New-Address 3 | ForEach-Object { [pscustomobject](@{ Email = $_ } + $to) } | New-ToriiInvitation -MaxAffected 2 }
            Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded
            $run.Mutations | Should -BeNullOrEmpty
        }

        It 'Invites once although the response was lost' {
            Connect-TestService retrying @{ MaxRetry = 2 }
            $address = New-Address
            Add-TestFault -Torii createInvitation -BetterAuth organization/invite-member -Lose
            $run = Invoke-Observed { New-ToriiInvitation $address @to -Connection retrying }
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations | Should -HaveCount 1
            @(Get-Stored | Where-Object email -EQ $address).id | Should -Be $run.Output.InvitationId
        }

        It 'Refuses <What> of another service before anything is sent' -ForEach @(
            @{ What = 'a field'; Torii = @{ Role = 'member' }; BetterAuth = @{ ExpiresInDays = 3 } }
            @{ What = 'a further field'; Torii = @{ OrganizationId = '01931a73-8b00-7000-8000-000000000000' }; BetterAuth = @{ PublicMetadata = @{ a = 1 } } }
        ) {
            $other = $to + ($s.IsTorii ? $Torii : $BetterAuth)
            $run = Invoke-Observed { New-ToriiInvitation other@example.test @other }
            Assert-ToriiError $run.Errors[0] Torii.NotSupported NotImplemented "*$Service*No request was sent."
            $run.Requests | Should -BeNullOrEmpty
        }
    }

    Context 'Read' {
        BeforeAll {
            if (-not $Reason) {
                $some = @(New-Address 3 | ForEach-Object { New-ToriiInvitation $_ @to })
                $some[2] | Revoke-ToriiInvitation
            }
        }

        It 'Lists every invitation, and -First of them' {
            $run = Invoke-Observed { Get-ToriiInvitation -PageSize 2 }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.InvitationId | Sort-Object | Should -Be (Get-Stored | ForEach-Object id | Sort-Object)
            @(Get-ToriiInvitation -First 2) | Should -HaveCount 2
        }

        It 'Filters by status, ignoring case, and by a part of the address' {
            (Get-ToriiInvitation -Status $ended).InvitationId | Should -Contain $some[2].InvitationId
            (Get-ToriiInvitation -Status $pending.ToUpperInvariant()).InvitationId | Should -Not -Contain $some[2].InvitationId
            (Get-ToriiInvitation -Search $some[1].Email.ToUpperInvariant()).InvitationId | Should -Be $some[1].InvitationId
        }

        It 'Names the statuses for one that does not exist, and sends nothing' {
            $run = Invoke-Observed { Get-ToriiInvitation -Status open }
            Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument "*'open'*No request was sent."
            "$($run.EndedBy.ErrorDetails.RecommendedAction)" | Should -BeLike "*$pending*"
            $run.Requests | Should -BeNullOrEmpty
        }

        It 'Gets invitations by id in the order of the ids, and reports an unknown id' {
            $wanted = $some[2].InvitationId, $s.NoId, $some[0].InvitationId
            $run = Invoke-Observed { Get-ToriiInvitation $wanted }
            $run.Output.InvitationId | Should -Be $wanted[0, 2]
            Assert-ToriiError $run.Errors[0] Torii.InvitationNotFound ObjectNotFound "*$($s.NoId)*"
            $run.Errors | Should -HaveCount 1
        }
    }

    Context 'Resend and revoke' {
        It 'Sends the email of <Form> invitations again, which stay the same invitations' -ForEach $forms {
            $rows = Convert-TestObject $Form @(New-Address 2 | ForEach-Object { New-ToriiInvitation $_ @to })
            $count = @(Get-Stored).Count
            $run = Invoke-Observed { $rows | Send-ToriiInvitation -PassThru -ThrottleLimit 1 }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.InvitationId | Should -Be $rows.InvitationId
            @(Get-Stored) | Should -HaveCount $count
        }

        It 'Revokes <Form> invitations, and no other' -ForEach $forms {
            $rows = Convert-TestObject $Form @(New-Address 3 | ForEach-Object { New-ToriiInvitation $_ @to })
            $run = Invoke-Observed { $rows[0, 2] | Revoke-ToriiInvitation }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output | Should -BeNullOrEmpty
            $stored = Get-Stored
            $rows.InvitationId | ForEach-Object { $id = $_; ($stored | Where-Object id -EQ $id).status } | Should -Be $ended, $pending, $ended
        }

        It 'Is an error for an invitation that is not pending' {
            $invitation = New-ToriiInvitation (New-Address) @to
            $invitation | Revoke-ToriiInvitation
            $run = Invoke-Observed { $invitation | Revoke-ToriiInvitation; $invitation | Send-ToriiInvitation }
            $run.Errors | Should -HaveCount 2
            $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.Conflict ResourceExists }
        }

        It 'Reports an unknown id, and revokes the others' {
            $ids = @(New-Address 2 | ForEach-Object { New-ToriiInvitation $_ @to }).InvitationId
            $run = Invoke-Observed { $ids[0], $s.NoId, $ids[1] | Revoke-ToriiInvitation }
            Assert-ToriiError $run.Errors[0] Torii.InvitationNotFound ObjectNotFound "*$($s.NoId)*"
            $run.Errors | Should -HaveCount 1
            (Get-Stored | Where-Object id -In $ids).status | Should -Be $ended, $ended
        }

        It 'Sends nothing with -WhatIf, and nothing for more invitations than -MaxAffected' {
            $invitations = @(New-Address 3 | ForEach-Object { New-ToriiInvitation $_ @to })
            $run = Invoke-Observed { param($Connection, $Ids) $Ids | Revoke-ToriiInvitation -WhatIf -Connection $Connection; $Ids | Send-ToriiInvitation -WhatIf -Connection $Connection } @{ Ids = $invitations.InvitationId }
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations | Should -BeNullOrEmpty
            $run = Invoke-Observed { $invitations | Revoke-ToriiInvitation -MaxAffected 2 }
            Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded
            $run.Mutations | Should -BeNullOrEmpty
        }
    }
}
