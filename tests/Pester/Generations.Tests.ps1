BeforeAll { Import-Module "$PSScriptRoot/Support.psm1" -Force }
AfterAll { Stop-TestEmulator }

Describe 'Contract <Contract>' -ForEach @(
    @{ Contract = '0.0.2'; Known = @{ Name = 'N'; Phone = '+45 1'; Address = 'A'; DateOfBirth = '1815-12-10' }; Unknown = @{ FirstName = 'F'; LastName = 'L'; UnsafeMetadata = @{ a = 1 } } }
    @{ Contract = '0.0.3'; Known = @{ Name = 'N'; Phone = '+45 1'; Address = 'A'; DateOfBirth = '1815-12-10' }; Unknown = @{ FirstName = 'F'; LastName = 'L'; UnsafeMetadata = @{ a = 1 } } }
    @{ Contract = '0.0.12'; Known = @{ FirstName = 'F'; LastName = 'L'; UnsafeMetadata = @{ a = 1 } }; Unknown = @{ Name = 'N'; Phone = '+45 1'; Address = 'A'; DateOfBirth = '1815-12-10' } }
) {
    BeforeAll {
        $emulator = Start-TestEmulator -Users 260 -Contract $Contract
        $people = @(Get-ToriiUser -Status active)
        $hasSelectors = $Contract -eq '0.0.12'
        $nobody = '01931a73-8b00-7000-8000-000000000000'
    }
    AfterAll { Stop-TestEmulator }
    AfterEach { Clear-Fault }

    It 'plays the whole life of a user without any word about generations' {
        $run = Invoke-Watched {
            $user = New-ToriiUser life@example.com -Password 'correct horse' @Known
            $user | Set-ToriiUser -Locale da
            $user | Set-ToriiUser @Known
            $user | Set-ToriiUser -ClearLocale
            $user | Block-ToriiUser -PassThru
            $user | Unblock-ToriiUser -PassThru
            $user | Revoke-ToriiSession
            $user | Remove-ToriiUser -Force
        }
        $run.Errors | Should -BeNullOrEmpty
        $run.Warnings | Should -BeNullOrEmpty
        $run.Output.Status | Should -Be banned, active
        $run.Output[1].Locale | Should -BeNullOrEmpty
        (Get-Truth | Where-Object email -EQ life@example.com).status | Should -Be deleted
    }

    It 'is told of each field that it ignores, by New- and Set-ToriiUser, and the user comes all the same' {
        foreach ($field in $Unknown.Keys) {
            $one = @{ $field = $Unknown[$field] }
            $wire = $field.Substring(0, 1).ToLower() + $field.Substring(1)
            foreach ($run in @(
                    Invoke-Watched { $people[0] | Set-ToriiUser -Locale da @one -PassThru }
                    Invoke-Watched { $people[0] | Set-ToriiUser -Locale da @one }
                    Invoke-Watched { $people[0] | Set-ToriiUser -Locale da @one -ErrorAction Stop }
                    Invoke-Watched { New-ToriiUser "$wire$([guid]::NewGuid().ToString('n'))@example.com" @one }
                )) {
                $run.Errors | Should -HaveCount 1
                Assert-ToriiError $run.Errors[0] Torii.FieldNotApplied InvalidResult "*did not store: $wire. *"
                $run.Mutations.status | Should -BeIn 200, 201
                $run.Output | Should -HaveCount 1
                $run.Output[0] | Should -BeOfType Torii.ToriiUser
            }
        }
        (Get-ToriiUser $people[0].UserId).Locale | Should -Be da
    }

    It 'is told of all of them at once, in rows as well, and the rows after it go on' {
        $rows = foreach ($person in $people[1, 2]) { [pscustomobject]($Unknown + @{ UserId = $person.UserId; Locale = 'en' }) }
        $run = Invoke-Watched { $rows | Set-ToriiUser }
        $run.Errors | Should -HaveCount 2
        foreach ($field in $Unknown.Keys) { "$($run.Errors[0])" | Should -Match "store: .*\b$field" }
        $run.Mutations | Should -HaveCount 2
    }

    It 'is told of a field that it cannot clear' {
        foreach ($field in $Unknown.Keys | Where-Object { $_ -ne 'UnsafeMetadata' }) {
            $run = Invoke-Watched { Set-ToriiUser ($people | Where-Object Name)[3].UserId -Clear $field }
            Assert-ToriiError $run.Errors[0] Torii.FieldNotApplied
        }
    }

    It 'gets <Count> ids in the order of the pipeline' -ForEach @(@{ Count = 1 }, @{ Count = 2 }, @{ Count = 100 }, @{ Count = 101 }, @{ Count = 203 }) {
        $wanted = @(Get-Random -InputObject $people -Count $Count -SetSeed 5)
        $run = Invoke-Watched { $wanted.UserId | Get-ToriiUser }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.UserId | Should -Be $wanted.UserId
        if ($hasSelectors) { $run.Requests | Should -HaveCount ([Math]::Ceiling($Count / 100)) }
        else { $run.Requests.Count | Should -BeIn $Count, ($Count + 1) }
    }

    It 'gets addresses, in any case, in their order' {
        $wanted = @($people | Where-Object Email | Get-Random -Count 120 -SetSeed 7)
        $run = Invoke-Watched { Get-ToriiUser -EmailAddress $wanted.Email.ToUpperInvariant() }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.UserId | Should -Be $wanted.UserId
        if ($hasSelectors) { $run.Requests | Should -HaveCount 2 } else { $run.Requests.Count | Should -BeIn 120, 121 }
    }

    It 'says of each who is not there that it is not, and gives the others' {
        $run = Invoke-Watched { $people[0].UserId, $nobody, $people[1].UserId, '01931a73-8b00-7000-8000-000000000001' | Get-ToriiUser }
        $run.Output.UserId | Should -Be $people[0, 1].UserId
        $run.Errors | Should -HaveCount 2
        $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.UserNotFound ObjectNotFound }
        $run.Errors.TargetObject | Should -Be $nobody, '01931a73-8b00-7000-8000-000000000001'

        $run = Invoke-Watched { Get-ToriiUser -EmailAddress nobody@example.org, ada@example.com }
        $run.Output.Email | Should -Be ada@example.com
        Assert-ToriiError $run.Errors[0] Torii.UserNotFound ObjectNotFound '*nobody@example.org*'
    }

    It '-WithoutEmail finds who has no address and nobody else' {
        $expected = @(Get-Truth | Where-Object { $_.status -ne 'deleted' -and -not $_.email })
        $expected.Count | Should -BeGreaterThan 2
        (Get-ToriiUser -WithoutEmail).UserId | Should -Be $expected.id
    }

    It '-WithoutEmail | Remove-ToriiUser -Force deletes nobody who has an address' {
        $before = @(Get-Truth | Where-Object status -NE deleted)
        $run = Invoke-Watched { Get-ToriiUser -WithoutEmail | Remove-ToriiUser -Force }
        $run.Errors | Should -BeNullOrEmpty
        $alive = @(Get-Truth | Where-Object status -NE deleted)
        $alive.id | Should -Be @($before | Where-Object email).id
        $run.Mutations | Should -HaveCount ($before.Count - $alive.Count)
        $run.Mutations.Count | Should -BeGreaterThan 2
    }

    It 'Finds no user by another spelling of the domain: <Wanted>' -ForEach @(
        @{ Wanted = 'ada@bücher.example'; Stored = 'ada@xn--bcher-kva.example' }
        @{ Wanted = 'ada@xn--bcher-kva.example'; Stored = 'ada@bücher.example' }
    ) {
        $answer = Invoke-Api GET "/api/server/v1/users/$($people[0].UserId)"
        $answer.email = $Stored
        Add-Fault @{ operation = 'searchUsers'; kind = 'wrongShape'; body = (ConvertTo-Json @{ items = @($answer); nextCursor = $null; hasMore = $false } -Depth 6) }
        $run = Invoke-Watched { Get-ToriiUser -EmailAddress $Wanted }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.UserNotFound ObjectNotFound "*$Wanted*"
    }

    It 'Reports no ignored filter for <What>' -ForEach @(
        @{ What = 'another case'; Filter = @{ Name = 'ADA*' }; User = @{ name = 'Ada Lovelace' }; Finds = 1 }
        @{ What = 'accents that the server overlooks'; Filter = @{ Name = 'Zoe*' }; User = @{ name = 'Zoë Brontë' }; Finds = 0 }
        @{ What = 'accents that the filter has'; Filter = @{ Name = 'Zoë*' }; User = @{ name = 'Zoe Bronte' }; Finds = 0 }
        @{ What = 'another Unicode form'; Filter = @{ Name = "Zoe$([char]0x308)*" }; User = @{ name = 'Zoë Brontë' }; Finds = 1 }
        @{ What = 'an address in another case'; Filter = @{ EmailAddress = 'Ada@EXAMPLE.com' }; User = @{ email = 'ada@example.com' }; Finds = 1 }
        @{ What = 'a status in capitals'; Filter = @{ Status = 'active' }; User = @{ status = 'ACTIVE' }; Finds = 1 }
    ) {
        $answer = Invoke-Api GET "/api/server/v1/users/$($people[0].UserId)"
        foreach ($member in $User.Keys) { $answer.$member = $User[$member] }
        Add-Fault @{ operation = 'searchUsers'; kind = 'wrongShape'; body = (ConvertTo-Json @{ items = @($answer); nextCursor = $null; hasMore = $false } -Depth 6) }
        $run = Invoke-Watched { Get-ToriiUser @Filter }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -HaveCount $Finds
    }
}

Describe 'Metadata, from contract 0.0.12' {
    BeforeAll {
        $null = Start-TestEmulator -Users 5 -Contract 0.0.12
        $user = New-ToriiUser meta@example.com -FirstName Ada -PublicMetadata @{ plan = 'pro' } -PrivateMetadata '{"crm":{"id":7}}' -UnsafeMetadata @{ a = @{ b = 1; c = @(1, 'two', $null) }; d = $true; deep = @{ er = @{ est = @{ of = 'all' } } } }
    }
    AfterAll { Stop-TestEmulator }

    It 'is stored as it was given' {
        $user.PublicMetadata['plan'] | Should -Be pro
        $user.PrivateMetadata['crm']['id'] | Should -Be 7
        $user.UnsafeMetadata['a']['c'] | Should -Be 1, 'two', $null
    }

    It 'is merged deeply, and a key that is null is deleted' {
        $run = Invoke-Watched { $user | Set-ToriiUser -UnsafeMetadata @{ a = @{ b = $null; e = 2.5 }; d = $null } -PassThru }
        $run.Errors | Should -BeNullOrEmpty
        $bag = $run.Output[0].UnsafeMetadata
        @($bag.Keys | Sort-Object) | Should -Be 'a', 'deep'
        "$($bag['a'])" | Should -Be '{"c":[1,"two",null],"e":2.5}'
        "$($bag['deep'])" | Should -Be '{"er":{"est":{"of":"all"}}}'
        $run.Mutations.body | Should -BeLike '*"d":null*'
    }

    It 'takes a hashtable, a custom object and JSON in a row for the same' {
        foreach ($bag in @{ x = @{ y = 1 } }, [pscustomobject]@{ x = [pscustomobject]@{ y = 1 } }, '{"x":{"y":1}}') {
            $run = Invoke-Watched { [pscustomobject]@{ UserId = $user.UserId; UnsafeMetadata = $bag } | Set-ToriiUser }
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations.body | Should -Be '{"unsafeMetadata":{"x":{"y":1}}}'
        }
    }

    It 'and users with it stay as they are through <Kind>' -ForEach @(
        @{ Kind = 'Export-Csv'; Do = { $args[0] | Export-Csv $args[1]; Import-Csv $args[1] } }
        @{ Kind = 'Export-Clixml'; Do = { $args[0] | Export-Clixml $args[1]; Import-Clixml $args[1] } }
    ) {
        $before = Get-Truth | Select-Object * -ExcludeProperty updatedAt
        $back = & $Do @(Get-ToriiUser) $TestDrive/meta.file
        $run = Invoke-Watched { $back | Set-ToriiUser }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations | Should -HaveCount $before.Count
        ConvertTo-Json (Get-Truth | Select-Object * -ExcludeProperty updatedAt) -Depth 9 | Should -BeExactly (ConvertTo-Json $before -Depth 9)
    }
}

Describe 'What contract <Contract> lacks' -ForEach @(
    @{ Contract = '0.0.2' }
    @{ Contract = '0.0.3' }
) {
    BeforeAll {
        Start-TestEmulator -Users 20 -Contract $Contract
        $user, $actor = Get-ToriiUser -Status active -First 2
        $id = '01931a73-8b00-7000-8000-000000000000'
    }
    AfterAll { Stop-TestEmulator }

    It '<Name> is Torii.NotSupported, and nothing is changed' -ForEach @(
        @{ Name = 'Get-ToriiOrganization'; Lacks = 'organizations'; Call = { Get-ToriiOrganization } }
        @{ Name = 'Get-ToriiOrganization -Name'; Lacks = 'organizations'; Call = { Get-ToriiOrganization -Name acme } }
        @{ Name = 'Get-ToriiOrganization -OrganizationId'; Lacks = 'organizations'; Call = { Get-ToriiOrganization -OrganizationId $id } }
        @{ Name = 'Get-ToriiUser | Get-ToriiOrganization'; Lacks = 'organizations'; Call = { $user | Get-ToriiOrganization } }
        @{ Name = 'Get-ToriiMembership -Organization'; Lacks = 'organizations'; Call = { Get-ToriiMembership -Organization $id } }
        @{ Name = 'Get-ToriiUser | Get-ToriiMembership'; Lacks = 'organizations'; Call = { $user | Get-ToriiMembership } }
        @{ Name = 'Get-ToriiUser -Organization'; Lacks = 'organizations'; Call = { Get-ToriiUser -Organization acme } }
        @{ Name = 'Update-ToriiMetadata of a user'; Lacks = 'metadata operations'; Call = { $user | Update-ToriiMetadata -Public @{ a = 1 } } }
        @{ Name = 'Update-ToriiMetadata of an organization'; Lacks = 'organizations'; Call = { Update-ToriiMetadata -OrganizationId $id -Public @{ a = 1 } } }
        @{ Name = 'Update-ToriiMetadata of a membership'; Lacks = 'organizations'; Call = { Update-ToriiMetadata -OrganizationId $id -UserId $user.UserId -Public @{ a = 1 } } }
        @{ Name = 'Update-ToriiMetadata of an invitation'; Lacks = '*invitations'; Call = { Update-ToriiMetadata -InvitationId $id -Public @{ a = 1 } } }
        @{ Name = 'Get-ToriiInvitation'; Lacks = 'invitations'; Call = { Get-ToriiInvitation } }
        @{ Name = 'Get-ToriiInvitation -InvitationId'; Lacks = 'invitations'; Call = { Get-ToriiInvitation -InvitationId $id } }
        @{ Name = 'New-ToriiInvitation'; Lacks = 'invitations'; Call = { New-ToriiInvitation a@example.com } }
        @{ Name = 'Send-ToriiInvitation'; Lacks = 'invitations'; Call = { Send-ToriiInvitation $id } }
        @{ Name = 'Revoke-ToriiInvitation'; Lacks = 'invitations'; Call = { Revoke-ToriiInvitation $id } }
        @{ Name = 'New-ToriiImpersonationToken'; Lacks = 'impersonation tokens'; Call = { New-ToriiImpersonationToken -UserId $user.UserId -ActorUserId $actor.UserId -Reason 'Ticket 1' -Force } }
        @{ Name = 'Get-ToriiAllowedOrigin'; Lacks = 'allowed origins'; Call = { Get-ToriiAllowedOrigin } }
        @{ Name = 'Add-ToriiAllowedOrigin'; Lacks = 'allowed origins'; Call = { Add-ToriiAllowedOrigin https://app.example.com } }
        @{ Name = 'Remove-ToriiAllowedOrigin'; Lacks = 'allowed origins'; Call = { Remove-ToriiAllowedOrigin https://app.example.com -Confirm:$false } }
        @{ Name = 'Set-ToriiAllowedOrigin'; Lacks = 'allowed origins'; Call = { Set-ToriiAllowedOrigin https://app.example.com -Confirm:$false } }
    ) {
        $run = Invoke-Watched $Call
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.NotSupported NotImplemented "*This server has no $Lacks (torii server API 0.0.* or newer)*"
        $run.Mutations | Where-Object { $_.status -lt 300 } | Should -BeNullOrEmpty
    }

    It 'a user who does not exist is not mistaken for a missing operation' {
        $run = Invoke-Watched { Update-ToriiMetadata -UserId $id -Public @{ a = 1 } }
        Assert-ToriiError $run.Errors[0] Torii.UserNotFound
    }
}

Describe 'What contract 0.0.12 has' {
    BeforeAll {
        Start-TestEmulator -Users 20 -Contract 0.0.12
        $id = '01931a73-8b00-7000-8000-000000000000'
    }
    AfterAll { Stop-TestEmulator }

    It '<Name> of an unknown id is <Expected>, not a missing operation' -ForEach @(
        @{ Name = 'Get-ToriiOrganization'; Expected = 'Torii.OrganizationNotFound'; Call = { Get-ToriiOrganization -OrganizationId $id } }
        @{ Name = 'Get-ToriiMembership'; Expected = 'Torii.OrganizationNotFound'; Call = { Get-ToriiMembership -Organization $id } }
        @{ Name = 'Update-ToriiMetadata'; Expected = 'Torii.OrganizationNotFound'; Call = { Update-ToriiMetadata -OrganizationId $id -Public @{ a = 1 } } }
        @{ Name = 'Get-ToriiInvitation'; Expected = 'Torii.InvitationNotFound'; Call = { Get-ToriiInvitation -InvitationId $id } }
        @{ Name = 'Send-ToriiInvitation'; Expected = 'Torii.InvitationNotFound'; Call = { Send-ToriiInvitation $id } }
        @{ Name = 'Revoke-ToriiInvitation'; Expected = 'Torii.InvitationNotFound'; Call = { Revoke-ToriiInvitation $id } }
    ) {
        Assert-ToriiError (Invoke-Watched $Call).Errors[0] $Expected ObjectNotFound
    }

    It 'lacks the metadata of invitations only, and says so for an invitation that exists' {
        $invitation = New-ToriiInvitation guest@example.com
        $run = Invoke-Watched { $invitation | Update-ToriiMetadata -Public @{ a = 1 } }
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.NotSupported NotImplemented '*metadata of invitations (torii server API 0.0.13 or newer)*'
    }
}
