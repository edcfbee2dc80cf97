# Organizations, memberships and the users of an organization, against contract 0.0.12; the last block against a server
# that has none of them.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    # With so many users the first organizations have more members than a page.
    $emulator = Start-TestEmulator -Users 2000 -Contract 0.0.12
    $api = '/api/server/v1'
    function Get-TrueList([string] $Path) {
        $cursor = ''
        do {
            $page = Invoke-Api GET "$api/${Path}?limit=100$($cursor ? "&cursor=$cursor" : '')"
            $page.items
            $cursor = $page.nextCursor
        } while ($cursor)
    }
    $organizations = @(Get-TrueList organizations)
    $nordlys = $organizations | Where-Object name -EQ 'Nordlys A/S'
    $members = @(Get-TrueList "organizations/$($nordlys.id)/members")
    $ada = Get-ToriiUser -EmailAddress ada@example.com
    $nobody = '01931a73-8b00-7000-8000-000000000000'
}
AfterAll { Stop-TestEmulator }

Describe 'Get-ToriiOrganization' {
    AfterEach { Clear-Fault }

    It 'returns every organization, page by page, with all its properties' {
        $run = Invoke-Watched { Get-ToriiOrganization -PageSize 10 }
        $run.Output.OrganizationId | Should -Be $organizations.id
        $run.Requests | Should -HaveCount ([Math]::Ceiling($organizations.Count / 10))
        $read = $run.Output | Where-Object Name -EQ $nordlys.name
        $read.Slug | Should -Be $nordlys.slug
        $read.RoleSetId | Should -Be $nordlys.roleSetId
        "$($read.PublicMetadata)" | Should -Be (ConvertTo-Json $nordlys.publicMetadata -Compress)
        $read.CreatedAt | Should -Be ([datetimeoffset]$nordlys.createdAt)
        $read.ConnectionName | Should -Be default
        $read.EnvironmentId | Should -Be $ada.EnvironmentId
    }

    It 'finds -Name <Value> and sends <Literal>' -ForEach @(
        @{ Value = 'NORDLYS a/s'; Literal = 'NORDLYS%20a%2Fs' }
        @{ Value = 'nordlys*'; Literal = 'nordlys' }
        @{ Value = '*A/S'; Literal = 'A%2FS' }
        @{ Value = '?affé*'; Literal = 'aff%C3%A9' }
        @{ Value = 'Nordlys'; Literal = 'Nordlys' }
    ) {
        $run = Invoke-Watched { Get-ToriiOrganization $Value }
        $run.Errors | Should -BeNullOrEmpty
        # What PowerShell makes of the wildcard is what a person expects.
        $run.Output.OrganizationId | Should -Be @($organizations | Where-Object name -Like $Value).id
        $run.Requests | Should -HaveCount 1
        $run.Requests[0].path | Should -BeLike "*name=$Literal&*"
    }

    It 'returns -First organizations and requests no more' {
        $run = Invoke-Watched { Get-ToriiOrganization -First 3 }
        $run.Output.OrganizationId | Should -Be $organizations[0..2].id
        $run.Requests | Should -HaveCount 1
        $run.Requests[0].path | Should -BeLike '*limit=3'
    }

    It 'refuses a wildcard without a letter or digit, and text that is not Unicode' {
        foreach ($name in @{ Value = '*'; Like = '*letter or digit*' }, @{ Value = "lone$([char]0xd800)surrogate"; Like = '*not valid Unicode*' }) {
            $run = Invoke-Watched { Get-ToriiOrganization -Name $name.Value }
            Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument $name.Like
            $run.Requests | Should -BeNullOrEmpty
        }
    }

    It 'passes nothing on when the service ignores -Name' {
        Add-Fault @{ operation = 'listOrganizations'; kind = 'ignoreFilter' }
        $run = Invoke-Watched { Get-ToriiOrganization kranen* }
        Assert-ToriiError $run.Errors[0] Torii.FilterIgnored InvalidResult "*organization*whose name does not contain 'kranen'*"
        $run.Output | Should -BeNullOrEmpty
    }

    It 'takes an id as its first argument for the organization with that id' {
        $run = Invoke-Watched { Get-ToriiOrganization $nordlys.id.ToUpper() }
        $run.Output.Name | Should -Be $nordlys.name
        $run.Requests.operation | Should -Be getOrganization
    }

    It 'refuses an organization as the text of -Name' {
        $organization = Get-ToriiOrganization -First 1
        $run = Invoke-Watched { Get-ToriiOrganization $organization }
        Assert-ParameterError $run.EndedBy Name '*is not a text*'
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'gets organizations by id in the order of the ids, and an unknown one is one error' {
        $ids = $organizations[5, 1, 3].id
        $run = Invoke-Watched { Get-ToriiOrganization -OrganizationId $ids[0], $nobody, $ids[1], $ids[2] }
        $run.Output.OrganizationId | Should -Be $ids
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.OrganizationNotFound ObjectNotFound "*$nobody*"
        $run.Errors[0].TargetObject | Should -Be $nobody
    }

    It 'takes ids, organizations and rows from the pipeline' {
        $some = @(Get-ToriiOrganization -First 3)
        ($some.OrganizationId | Get-ToriiOrganization).OrganizationId | Should -Be $some.OrganizationId
        ($some | Get-ToriiOrganization).OrganizationId | Should -Be $some.OrganizationId
        ($some | Select-Object OrganizationId | Get-ToriiOrganization).OrganizationId | Should -Be $some.OrganizationId
        $some | Export-Csv $TestDrive/organizations.csv
        $run = Invoke-Watched { Import-Csv $TestDrive/organizations.csv | Get-ToriiOrganization }
        $run.Errors | Should -BeNullOrEmpty
        ConvertTo-Json $run.Output | Should -Be (ConvertTo-Json $some)
    }

    It 'returns the organization of memberships once' {
        $memberships = @(Get-ToriiMembership $nordlys.id)[0..4]
        $run = Invoke-Watched { $memberships | Get-ToriiOrganization }
        $run.Output.OrganizationId | Should -Be $nordlys.id
        $run.Requests | Should -HaveCount 1
    }

    It 'returns the organizations of users, each once' {
        $users = @($ada; Get-ToriiUser -First 30)
        $expected = @(Get-TrueList "users/$($ada.UserId)/organizations").organizationId
        $expected.Count | Should -Be $organizations.Count -Because 'Ada is a member of every organization'
        $run = Invoke-Watched { $users | Get-ToriiOrganization }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.OrganizationId | Sort-Object | Should -Be ($expected | Sort-Object)
        @($run.Requests | Where-Object operation -EQ getOrganization) | Should -HaveCount $expected.Count
    }

    It 'stops requesting when a later command has enough' {
        $run = Invoke-Watched { $ada | Get-ToriiOrganization | Select-Object -First 1 }
        $run.Output | Should -HaveCount 1
        $run.Requests.Count | Should -BeLessOrEqual 3
    }

    It 'refuses <What> and sends nothing' -ForEach @(
        @{ What = 'a row that names no resource'; Row = @{ Colour = 'green' }; Id = 'Torii.InvalidId' }
        @{ What = 'a row whose id is a name'; Row = @{ OrganizationId = 'Nordlys A/S' }; Id = 'Torii.InvalidId' }
        @{ What = 'a row with an empty id'; Row = @{ OrganizationId = ''; UserId = '01931a73-8b00-7000-8000-000000000000' }; Id = 'Torii.AmbiguousInput' }
        @{ What = 'a row with another spelling of the column'; Row = @{ organization_id = '01931a73-8b00-7000-8000-000000000000' }; Id = 'Torii.AmbiguousInput' }
        @{ What = 'a membership row without its organization'; Row = @{ UserId = '01931a73-8b00-7000-8000-000000000000'; JoinedAt = '2026-05-16' }; Id = 'Torii.AmbiguousInput' }
        @{ What = 'an invitation row'; Row = @{ InvitationId = '01931a73-8b00-7000-8000-000000000000' }; Id = 'Torii.InvalidId' }
    ) {
        $run = Invoke-Watched { [pscustomobject]$Row | Get-ToriiOrganization }
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] $Id InvalidArgument '*This row was skipped.'
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'refuses a piped organization beside the id of another, and takes an id that a script block computes' {
        $run = Invoke-Watched { Get-ToriiOrganization -First 1 | Get-ToriiOrganization -OrganizationId $nobody }
        Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument "*$nobody*"
        $run.Requests.operation | Should -Be listOrganizations
        ([pscustomobject]@{ Tenant = $nordlys.id } | Get-ToriiOrganization -OrganizationId { $_.Tenant }).Name | Should -Be $nordlys.name
    }
}

Describe 'Get-ToriiMembership' {
    AfterEach { Clear-Fault }

    It 'returns the members of an organization by <How>' -ForEach @(
        @{ How = 'id'; Get = { Get-ToriiMembership $nordlys.id } }
        @{ How = 'name'; Get = { Get-ToriiMembership -Organization 'nordlys a/s' } }
        @{ How = 'object'; Get = { Get-ToriiMembership -Organization (Get-ToriiOrganization $nordlys.name) } }
        @{ How = 'object from the pipeline'; Get = { Get-ToriiOrganization $nordlys.name | Get-ToriiMembership } }
        @{ How = 'CSV row'; Get = { Get-ToriiOrganization $nordlys.name | ConvertTo-Csv | ConvertFrom-Csv | Get-ToriiMembership } }
    ) {
        $found = @(& $Get)
        $found.UserId | Should -Be $members.userId
        $found.Role | Should -Be $members.role
        $found[0].OrganizationId | Should -Be $nordlys.id
        $found[0].JoinedAt | Should -Be ([datetimeoffset]$members[0].joinedAt)
        $found[0].EnvironmentId | Should -Be $ada.EnvironmentId
        $found[0].OrganizationName | Should -Be ($How -in 'id', 'CSV row' ? $null : $nordlys.name)
    }

    It 'returns the members of several organizations in the order of the arguments' {
        $other = $organizations[9]
        $run = Invoke-Watched { Get-ToriiMembership $other.id, $nobody, $nordlys.name }
        $run.Output.UserId | Should -Be (@(Get-TrueList "organizations/$($other.id)/members").userId + $members.userId)
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.OrganizationNotFound ObjectNotFound "*$nobody*"
    }

    It 'reports a name that no organization has' {
        # A part of a name is not a name.
        foreach ($name in 'nordlys', '*', 'no such organization', "lone$([char]0xd800)surrogate") {
            $run = Invoke-Watched { Get-ToriiMembership $name }
            Assert-ToriiError $run.Errors[0] Torii.OrganizationNotFound ObjectNotFound "No organization is named '$($name.Replace([char]0xd800, [char]0xfffd))'."
            $run.Errors[0].TargetObject | Should -Be $name
            $run.Output | Should -BeNullOrEmpty
        }
    }

    It 'reports a name that several organizations have, with their ids, and chooses none' {
        $json = '{{"id":"{0}","name":"{1}","createdAt":"2026-05-16T09:30:00Z","publicMetadata":{{}},"privateMetadata":{{}}}}'
        $ids = '01931a75-2000-7000-8000-000000000001', '01931a75-2000-7000-8000-000000000002'
        $server = Start-ScriptedServer { param($Request, $State) @{ Body = $State.Page } } @{ Page = "{`"items`":[$($json -f $ids[0], 'Acme'),$($json -f $ids[1], 'ACME')],`"hasMore`":false}" }
        try {
            Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $server.Url -Name scripted -MaxRetry 0 -SkipCheck
            $run = Invoke-Watched { Get-ToriiMembership acme -Connection scripted }
            Assert-ToriiError $run.Errors[0] Torii.AmbiguousMatch InvalidResult "2 organizations are named 'acme': $($ids[0]), $($ids[1])."
            $run.Errors[0].ErrorDetails.RecommendedAction | Should -Be 'Choose one by its id.'
            @($server.Requests.ToArray()) | Should -HaveCount 1
        }
        finally {
            Disconnect-Torii scripted
            Stop-ScriptedServer $server
        }
    }

    It 'returns the memberships of users in input order, each with its organization' {
        $users = @(Get-ToriiUser -First 20)
        $run = Invoke-Watched { $users | Get-ToriiMembership }
        $run.Errors | Should -BeNullOrEmpty
        $expected = foreach ($user in $users) { Get-TrueList "users/$($user.UserId)/organizations" | ForEach-Object { "$($user.UserId) $($_.organizationId) $($_.name)" } }
        $run.Output | ForEach-Object { "$($_.UserId) $($_.OrganizationId) $($_.OrganizationName)" } | Should -Be $expected
        (Get-ToriiMembership -UserId $ada.UserId).OrganizationId | Should -Be $organizations.id
    }

    It 'reads a piped membership, and a row of one, again and nothing else' {
        $some = @(Get-ToriiMembership $nordlys.name)[0..2]
        ConvertTo-Json @($some | Get-ToriiMembership) | Should -Be (ConvertTo-Json $some)
        $some | Export-Csv $TestDrive/memberships.csv
        $run = Invoke-Watched { Import-Csv $TestDrive/memberships.csv | Get-ToriiMembership }
        $run.Errors | Should -BeNullOrEmpty
        ConvertTo-Json $run.Output | Should -Be (ConvertTo-Json $some)
        $run.Requests.operation | Should -Be (, 'listUserOrganizations' * 3)
    }

    It 'reports a membership that does not exist any more' {
        $stranger = Get-ToriiUser -First 50 | Where-Object UserId -NotIn $members.userId | Select-Object -First 1
        $row = [pscustomobject]@{ UserId = $stranger.UserId; OrganizationId = $nordlys.id }
        $run = Invoke-Watched { $row | Get-ToriiMembership }
        Assert-ToriiError $run.Errors[0] Torii.OrganizationNotFound ObjectNotFound "*User $($stranger.UserId) is not a member of organization $($nordlys.id).*"
        $run.Output | Should -BeNullOrEmpty
    }

    It 'refuses a text from the pipeline, which may be either id' {
        $run = Invoke-Watched { $nordlys.id, $ada.UserId | Get-ToriiMembership }
        $run.Errors | Should -HaveCount 2
        $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.AmbiguousInput InvalidArgument '*No request was sent for it.' }
        $run.Errors[0].ErrorDetails.RecommendedAction | Should -Be 'Specify -UserId or -Organization.'
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'reports an unknown user and returns the memberships of the others' {
        $run = Invoke-Watched { Get-ToriiMembership -UserId $nobody, $ada.UserId }
        Assert-ToriiError $run.Errors[0] Torii.Forbidden PermissionDenied "*$nobody*"
        $run.Output.OrganizationId | Should -Be $organizations.id
    }

    It 'refuses a piped user beside the id of another' {
        $run = Invoke-Watched { $ada | Get-ToriiMembership -UserId $nobody }
        Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'writes a list while it is read, and stops reading when a later command has enough' {
        $run = Invoke-Watched { Get-ToriiMembership $nordlys.id | Select-Object -First 1 }
        $run.Output | Should -HaveCount 1
        $run.Requests.Count | Should -BeLessOrEqual 2
        Add-Fault @{ operation = 'listMembers'; kind = 'status'; status = 500; skip = 1 }
        $run = Invoke-Watched { Get-ToriiMembership $nordlys.id }
        $run.Output.UserId | Should -Be $members[0..99].userId
        Assert-ToriiError $run.Errors[0] Torii.ServiceUnavailable ResourceUnavailable "*$($nordlys.id)*The list is not complete.*"
    }

    It 'sends nothing after the first error with -ErrorAction Stop' {
        # The request that tells an unknown id from a server without organizations: the other list has begun by then.
        Add-Fault @{ operation = 'listOrganizations'; kind = 'slow'; delayMs = 1000 }
        $run = Invoke-Watched { Get-ToriiMembership $nobody, $nordlys.id -ErrorAction Stop }
        Assert-ToriiError $run.EndedBy Torii.OrganizationNotFound ObjectNotFound
        $run.Output.UserId | Should -Be $members[0..99].userId
        "$($run.Warnings)" | Should -BeLike "*$($nordlys.id)*may not be complete*"
    }
}

Describe 'Get-ToriiUser -Organization' {
    AfterEach { Clear-Fault }

    It 'returns the members as users, in their order, looked up in batches' {
        $run = Invoke-Watched { Get-ToriiUser -Organization $nordlys.name }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.UserId | Should -Be $members.userId
        $run.Output[0] | Should -BeOfType Torii.ToriiUser
        $run.Output[0].ConnectionName | Should -Be default
        @($run.Requests | Group-Object operation | ForEach-Object { "$($_.Name) $($_.Count)" } | Sort-Object) | Should -Be 'listMembers 2', 'listOrganizations 1', 'searchUsers 2'
        # No answer shows the organizations of a user, so the filter of the service could not be checked.
        $run.Requests.body -join '' | Should -Not -Match 'organizationId'
    }

    It 'applies -<Filter> to the members' -ForEach @(
        @{ Filter = 'Status'; Value = 'banned'; Holds = { $_.Status -eq 'banned' } }
        @{ Filter = 'Email'; Value = '*@example.com'; Holds = { $_.Email -like '*@example.com' } }
        @{ Filter = 'Name'; Value = 'a*'; Holds = { $_.Name -like 'a*' } }
        @{ Filter = 'WithoutEmail'; Value = $true; Holds = { -not $_.Email } }
        @{ Filter = 'CreatedAfter'; Value = '2024-06-01'; Holds = { $_.CreatedAt -ge [datetimeoffset]'2024-06-01T00:00:00Z' } }
        @{ Filter = 'CreatedBefore'; Value = '2024-06-01'; Holds = { $_.CreatedAt -le [datetimeoffset]'2024-06-01T00:00:00Z' } }
    ) {
        $all = @(Get-ToriiUser -UserId $members.userId)
        $expected = @($all | Where-Object $Holds)
        $expected.Count | Should -BeGreaterThan 0
        $expected.Count | Should -BeLessThan $all.Count
        $filter = @{ $Filter = $Value }
        @(Get-ToriiUser -Organization $nordlys.id @filter).UserId | Should -Be $expected.UserId
        (Get-ToriiUser -Organization $nordlys.id @filter -First 1).UserId | Should -Be $expected[0].UserId
    }

    It 'checks its filters before a request' {
        $run = Invoke-Watched { Get-ToriiUser -Organization $nordlys.id -Status asleep }
        Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument "*'asleep'*"
        $run.Requests | Should -BeNullOrEmpty
        $run = Invoke-Watched { Get-ToriiUser -Organization $nordlys.id -Name '*' }
        Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument '*letter or digit*'
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'returns -First users and reads few more' {
        $run = Invoke-Watched { Get-ToriiUser -Organization $nordlys.id -First 3 }
        $run.Output.UserId | Should -Be $members[0..2].userId
        $run.Requests.path | Where-Object { $_ -like '*/members?*' } | Select-Object -First 1 | Should -BeLike '*limit=3'
        $run = Invoke-Watched { Get-ToriiUser -Organization $nordlys.id -First 120 }
        $run.Output.UserId | Should -Be $members[0..119].userId
    }

    It 'stops requesting when a later command has enough' {
        $run = Invoke-Watched { Get-ToriiUser -Organization $nordlys.id | Select-Object -First 1 }
        $run.Output.UserId | Should -Be $members[0].userId
        @($run.Requests | Where-Object operation -EQ searchUsers) | Should -HaveCount 1
    }

    It 'reports a member who is no longer found, unless a status leaves deleted users out' {
        $small = $organizations | Where-Object { $_.id -ne $nordlys.id -and @(Get-TrueList "organizations/$($_.id)/members").Count -lt 20 } | Select-Object -First 1
        $few = @(Get-TrueList "organizations/$($small.id)/members")
        # The batch and the request for the one user both miss the member.
        Add-Fault @{ operation = 'searchUsers'; kind = 'wrongShape'; body = '{"items":[],"hasMore":false}' }
        Add-Fault @{ operation = 'getUser'; userId = $few[0].userId; kind = 'status'; status = 404 }
        foreach ($filter in @{}, @{ Status = 'deleted' }) {
            $run = Invoke-Watched { Get-ToriiUser -Organization $small.id @filter }
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] Torii.UserNotFound ObjectNotFound "*$($few[0].userId)*"
            $run.Errors[0].TargetObject | Should -BeOfType Torii.ToriiMembership
            $run.Errors[0].TargetObject.UserId | Should -Be $few[0].userId
        }
        $run = Invoke-Watched { Get-ToriiUser -Organization $small.id -Status active, banned }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.UserId | Should -Be $few[1..$few.Count].userId
    }

    It 'returns the members of piped organizations and the user of piped memberships' {
        $two = @(Get-ToriiOrganization -OrganizationId $organizations[7, 8].id)
        $expected = $two | ForEach-Object { @(Get-TrueList "organizations/$($_.OrganizationId)/members").userId }
        ($two | Get-ToriiUser).UserId | Should -Be $expected
        ($two | Get-ToriiMembership | Get-ToriiUser).UserId | Should -Be $expected
        $stored = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($two))
        ($stored | Get-ToriiUser).UserId | Should -Be $expected
        # In the order of the input, also beside users.
        ($ada, $two[0], $ada | Get-ToriiUser).UserId | Should -Be (@($ada.UserId) + @(Get-TrueList "organizations/$($two[0].OrganizationId)/members").userId + $ada.UserId)
    }

    It 'does not take a row with the id of an organization for its members' {
        $row = [pscustomobject]@{ OrganizationId = $nordlys.id; Email = 'ada@example.com' }
        $run = Invoke-Watched { $row | Get-ToriiUser }
        Assert-ToriiError $run.Errors[0] Torii.InvalidId InvalidArgument '*no UserId*This row was skipped.'
        $run.Requests | Should -BeNullOrEmpty
    }

    It '<Command> does not take an organization for its members, or a membership for its user' -ForEach @(
        @{ Command = 'Block-ToriiUser' }, @{ Command = 'Unblock-ToriiUser' }, @{ Command = 'Remove-ToriiUser' }, @{ Command = 'Revoke-ToriiSession' }
    ) {
        $organization = Get-ToriiOrganization $nordlys.name
        $membership = @(Get-ToriiMembership $nordlys.name)[0]
        $run = Invoke-Watched { $organization, $membership | & $Command -Confirm:$false }
        $run.Errors | Should -HaveCount 2
        Assert-ToriiError $run.Errors[0] Torii.InvalidId InvalidArgument
        Assert-ToriiError $run.Errors[1] Torii.AmbiguousInput InvalidArgument
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'takes one organization' {
        Assert-ParameterError (Invoke-Watched { Get-ToriiUser -Organization $organizations[0].id, $organizations[1].id }).EndedBy Organization '*Pass one organization*'
    }
}

Describe 'Organizations of two connections' {
    BeforeAll {
        $second = Start-TestEmulator -Users 40 -Seed 7 -Contract 0.0.12 -Name second -Additional
        # No answer about organizations names the environment: the connection learns it from a user.
        $null = Get-ToriiUser -First 1 -Connection second
        $theirs = @(Get-ToriiOrganization -Connection second)
    }

    It '<Command> reads an object and a row through the connection that they were read through' -ForEach @(
        @{ Command = 'Get-ToriiOrganization' }, @{ Command = 'Get-ToriiMembership' }, @{ Command = 'Get-ToriiUser' }
    ) {
        $inputs = if ($Command -eq 'Get-ToriiUser') { , @($theirs[0]) } else { @($theirs[0]), @($theirs[0] | ConvertTo-Csv | ConvertFrom-Csv) }
        foreach ($piped in $inputs) {
            $here = Get-JournalEnd
            $run = Invoke-Watched { $piped | & $Command } $second
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.Count | Should -BeGreaterThan 0
            $run.Output.ConnectionName | Select-Object -Unique | Should -Be second
            Get-Journal $here | Should -BeNullOrEmpty
        }
    }

    It 'refuses an organization of one connection for another' {
        $run = Invoke-Watched { $theirs[0] | Get-ToriiMembership -Connection default }
        Assert-ToriiError $run.Errors[0] Torii.ConnectionMismatch InvalidArgument
        $run.Requests | Should -BeNullOrEmpty
        $run = Invoke-Watched { Get-ToriiUser -Organization $theirs[0] -Connection default }
        Assert-ToriiError $run.Errors[0] Torii.ConnectionMismatch InvalidArgument
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'refuses a row of another environment' {
        $row = $theirs[0] | Select-Object OrganizationId, EnvironmentId
        $run = Invoke-Watched { $row | Get-ToriiOrganization }
        Assert-ToriiError $run.Errors[0] Torii.ConnectionMismatch InvalidArgument '*environment*'
        $run.Requests | Should -BeNullOrEmpty
    }
}

Describe 'Completion of organizations' {
    BeforeAll { function Complete([string] $Line) { @((TabExpansion2 $Line $Line.Length).CompletionMatches | Where-Object ResultType -EQ ParameterValue).CompletionText } }
    AfterEach { Clear-Fault }

    It 'completes names, quoted' {
        Complete 'Get-ToriiOrganization -Name nord' | Should -Be "'Nordlys A/S'"
        Complete "Get-ToriiMembership -Organization 'kra" | Should -Be "'Kranen & Co.'"
        Complete 'Get-ToriiUser -Organization "acme ex' | Should -Be "'ACME Example GmbH'"
        Complete 'Get-ToriiMembership caf' | Should -Be "'Café Ærø'"
    }

    It 'completes the ids of -OrganizationId by name and by id' {
        Complete 'Get-ToriiOrganization -OrganizationId nord' | Should -Be $nordlys.id
        Complete "Get-ToriiOrganization -OrganizationId $($nordlys.id.Substring(0, 30))" | Should -Contain $nordlys.id
    }

    It 'sends one request for one page' {
        $run = Invoke-Watched { Complete 'Get-ToriiOrganization -Name ' }
        $run.Output.Count | Should -BeGreaterThan 5
        $run.Requests | Should -HaveCount 1
    }

    It 'escapes what a name must not be taken for, and leaves out a name with control characters' {
        $names = "O'Neil ’n’ *Sons* [1]", 'plain', "evil`n; Remove-Item"
        $items = foreach ($name in $names) { @{ id = "01931a75-2000-7000-8000-00000000000$((++$script:n))"; name = $name; createdAt = '2026-05-16T09:30:00Z'; publicMetadata = @{}; privateMetadata = @{} } }
        $server = Start-ScriptedServer { param($Request, $State) @{ Body = $State.Page } } @{ Page = ConvertTo-Json @{ items = $items; hasMore = $false } -Depth 4 -Compress }
        try {
            Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $server.Url -Name scripted -MaxRetry 0 -SkipCheck
            $exact = Complete 'Get-ToriiMembership -Connection scripted -Organization '
            $exact | ForEach-Object { Invoke-Expression "Write-Output $_" } | Sort-Object | Should -Be ($names[0, 1] | Sort-Object)
            $patterns = Complete 'Get-ToriiOrganization -Connection scripted -Name '
            $patterns | Should -HaveCount 2
            # The completed command finds the organization, and not one whose name the wildcard would match.
            Invoke-Expression "Get-ToriiOrganization -Connection scripted -Name $($patterns | Where-Object { $_ -like '*Neil*' }) -ErrorAction SilentlyContinue -ErrorVariable failed" | Should -BeNullOrEmpty
            $failed[0].FullyQualifiedErrorId | Should -BeLike 'Torii.FilterIgnored*'
            "$(@($server.Requests.ToArray())[-1].Path)" | Should -BeLike '*name=O%27Neil%20%E2%80%99n%E2%80%99%20%2ASons%2A%20%5B1%5D&*'
        }
        finally {
            Disconnect-Torii scripted
            Stop-ScriptedServer $server
        }
    }

    It 'completes nothing, silently and soon, when <What>' -ForEach @(
        @{ What = 'the service fails'; Fault = @{ operation = 'listOrganizations'; kind = 'status'; status = 500 } }
        @{ What = 'the key is rejected'; Fault = @{ operation = 'listOrganizations'; kind = 'status'; status = 401 } }
        @{ What = 'the service is slow'; Fault = @{ operation = 'listOrganizations'; kind = 'slow'; delayMs = 30000 } }
    ) {
        Add-Fault $Fault
        $before = $Error.Count
        $run = Invoke-Watched { Complete 'Get-ToriiOrganization -Name nord' }
        $run.Output | Should -BeNullOrEmpty
        $run.ElapsedMs | Should -BeLessThan 5000
        $Error.Count | Should -Be $before
    }

    It 'completes nothing for a connection that does not exist' {
        Complete 'Get-ToriiOrganization -Connection nowhere -Name nord' | Should -BeNullOrEmpty
    }
}

Describe 'A server without organizations' {
    BeforeAll { $old = Start-TestEmulator -Users 10 -Contract 0.0.3 -Name old -Additional }

    It '<What> is not supported' -ForEach @(
        @{ What = 'a search for organizations'; Script = { Get-ToriiOrganization -Connection old } }
        @{ What = 'an organization by id'; Script = { Get-ToriiOrganization -OrganizationId $nobody -Connection old } }
        @{ What = 'the organizations of a user'; Script = { Get-ToriiUser -First 1 -Connection old | Get-ToriiOrganization } }
        @{ What = 'the members of an organization by id'; Script = { Get-ToriiMembership $nobody -Connection old } }
        @{ What = 'the members of an organization by name'; Script = { Get-ToriiMembership acme -Connection old } }
        @{ What = 'the memberships of a user'; Script = { Get-ToriiUser -First 1 -Connection old | Get-ToriiMembership } }
        @{ What = 'the memberships of an unknown user'; Script = { Get-ToriiMembership -UserId $nobody -Connection old } }
        @{ What = 'the users of an organization'; Script = { Get-ToriiUser -Organization $nobody -Connection old } }
    ) {
        $run = Invoke-Watched $Script $old
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.NotSupported NotImplemented '*This server has no organizations (torii server API 0.0.12 or newer).'
        $run.Errors[0].ErrorDetails.RecommendedAction | Should -Be 'Use a connection to a newer server.'
    }
}
