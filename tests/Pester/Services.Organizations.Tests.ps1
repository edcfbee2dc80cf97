# Organizations and memberships, against each service: one text for all of them. What differs is in Services.psm1.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/BetterAuth.psm1", "$PSScriptRoot/Services.psm1" -Force
    $services = Get-TestService -Contract 0.0.12
    $forms = 'live', 'deserialized', 'selected', 'CSV', 'JSON' | ForEach-Object { @{ Form = $_ } }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/BetterAuth.psm1", "$PSScriptRoot/Services.psm1" -Force
}

Describe 'Organizations of <Service>' -ForEach $services {
    BeforeAll {
        $s = Start-TestService $_ -Users 60
        if ($s) {
            $organizations = @(Initialize-TestOrganization)
            # One with a blank in its name, and with several members.
            $large = $organizations | Where-Object Name -EQ 'Nordlys A/S'
            $outsider = @(Get-TestTruth | Where-Object { $_.id -notin $organizations.Members.userId -and $_.status -eq 'active' })[0]?.id ?? (Add-TestUser outsider)
        }
    }
    BeforeEach { if ($Reason) { Set-ItResult -Skipped -Because $Reason } }
    AfterEach { Reset-TestService }
    AfterAll { Stop-TestService }

    Context 'Organizations' {
        It 'Lists every organization with its slug and its connection, and changes nothing' {
            $run = Invoke-Observed { Get-ToriiOrganization -PageSize 1 }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.OrganizationId | Sort-Object | Should -Be ($organizations.OrganizationId | Sort-Object)
            $read = $run.Output | Where-Object OrganizationId -EQ $large.OrganizationId
            $read.Name, $read.Slug, $read.ConnectionName | Should -Be $large.Name, $large.Slug, 'default'
            $run.Mutations | Should -BeNullOrEmpty
        }

        It 'Returns -First organizations' {
            @(Get-ToriiOrganization -First 1) | Should -HaveCount 1
        }

        It 'Finds the organizations that -Name <_> matches' -ForEach 'NORDLYS a/s', 'nordlys*', '*A/S', 'Nordly? *', 'none has it', 'none*' {
            $run = Invoke-Observed { Get-ToriiOrganization $_ }
            $run.Errors | Should -BeNullOrEmpty
            $pattern = $_
            $run.Output.Name | Should -Be ($organizations | Where-Object Name -Like $pattern).Name
        }

        It 'Takes a text without a blank for an id, or for a name where no organization has that id' {
            # Any text can be an id of Better Auth.
            $word = $organizations | Where-Object Name -NotLike '* *' | Select-Object -First 1
            (Get-ToriiOrganization $large.OrganizationId).Name | Should -Be $large.Name
            if ($word) {
                (Get-ToriiOrganization $word.Name.ToUpperInvariant()).OrganizationId | Should -Be $word.OrganizationId
                (Get-ToriiMembership $word.Name).UserId | Sort-Object | Should -Be ($word.Members.userId | Sort-Object)
            }
        }

        It 'Gets organizations by id in the order of the ids, and reports an unknown id' {
            $wanted = $large.OrganizationId, $s.NoId, $organizations[0].OrganizationId
            $run = Invoke-Observed { Get-ToriiOrganization -OrganizationId $wanted }
            $run.Output.OrganizationId | Should -Be $wanted[0, 2]
            Assert-ToriiError $run.Errors[0] Torii.OrganizationNotFound ObjectNotFound "*$($s.NoId)*"
            $run.Errors | Should -HaveCount 1
        }

        It 'Gets organizations again from <Form> organizations' -ForEach $forms {
            $rows = Convert-TestObject $Form @(Get-ToriiOrganization)
            ($rows | Get-ToriiOrganization).OrganizationId | Should -Be $rows.OrganizationId
        }

        It 'Gets the organization of memberships once' {
            $run = Invoke-Observed { Get-ToriiMembership $large.OrganizationId | Get-ToriiOrganization }
            $run.Output.OrganizationId | Should -Be $large.OrganizationId
        }
    }

    Context 'Memberships' {
        It 'Lists the members of an organization by <By>, with their roles' -ForEach @(
            @{ By = 'id'; Get = { Get-ToriiMembership $large.OrganizationId } }
            @{ By = 'exact name'; Get = { Get-ToriiMembership 'nordlys A/S' } }
            @{ By = 'pipeline'; Get = { Get-ToriiOrganization Nordlys* | Get-ToriiMembership } }
            @{ By = 'row'; Get = { Get-ToriiOrganization Nordlys* | ConvertTo-Json | ConvertFrom-Json | Get-ToriiMembership } }
        ) {
            $run = Invoke-Observed $Get
            $run.Errors | Should -BeNullOrEmpty
            $run.Output | ForEach-Object { "$($_.UserId) $($_.Role)" } | Sort-Object | Should -Be ($large.Members | ForEach-Object { "$($_.userId) $($_.role)" } | Sort-Object)
            $run.Output.OrganizationId | Select-Object -Unique | Should -Be $large.OrganizationId
            $run.Mutations | Should -BeNullOrEmpty
        }

        It 'Reports an organization that does not exist, by id and by name' {
            $run = Invoke-Observed { Get-ToriiMembership $s.NoId; Get-ToriiMembership 'None of them' }
            $run.Output | Should -BeNullOrEmpty
            $run.Errors | Should -HaveCount 2
            $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.OrganizationNotFound ObjectNotFound }
        }

        It 'Lists the memberships of users, none for an outsider, and reports an unknown user' {
            $member = $large.Members[0].userId
            $run = Invoke-Observed { Get-ToriiMembership -UserId $member, $outsider, $s.NoId }
            $run.Output.OrganizationId | Sort-Object | Should -Be ($organizations | Where-Object { $_.Members.userId -contains $member } | ForEach-Object OrganizationId | Sort-Object)
            $run.Output.OrganizationName | Should -Contain $organizations.Where({ $_.Members.userId -contains $member })[0].Name
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] $s.NoOwner.Id $s.NoOwner.Category "*$($s.NoId)*"
        }

        It 'Gets the users of an organization, filtered here' {
            (Get-ToriiUser -Organization $large.Name).UserId | Sort-Object | Should -Be ($large.Members.userId | Sort-Object)
            $one = Get-TestUser $large.Members[0].userId
            (Get-ToriiUser -Organization $large.OrganizationId -Name $one.name).UserId | Should -Be $one.id
            @(Get-ToriiUser -Organization $large.Name -First 2) | Should -HaveCount 2
        }

        It 'Does not take a <Form> membership for its user in a change' -ForEach $forms {
            $rows = Convert-TestObject $Form @(@(Get-ToriiMembership $large.OrganizationId)[0])
            $run = Invoke-Observed { $rows | Block-ToriiUser; $rows | Remove-ToriiUser -Force }
            $run.Errors | Should -HaveCount 2
            $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.AmbiguousInput InvalidArgument }
            $run.Requests | Should -BeNullOrEmpty
        }

        It 'Ends within a second on Ctrl+C' {
            Add-TestFault -Torii listMembers -BetterAuth organization/list-members -DelayMs 60000 -Times 10
            $before = Get-TestJournalEnd
            $stop = Measure-Stop { param($Connection, $Id) Get-ToriiMembership $Id -Connection $Connection } @{ Connection = Get-ToriiConnection default; Id = $large.OrganizationId } -Once {
                @(Get-TestJournal $before | Where-Object { $_.path -like '*members*' }).Count -gt 0
            }
            $stop.ElapsedMs | Should -BeLessThan 1000
            $stop.State | Should -Be Stopped
            $stop.Errors | Should -BeNullOrEmpty
        }
    }
}
