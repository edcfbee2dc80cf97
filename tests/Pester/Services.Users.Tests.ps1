# Users, against each service: one text for all of them. What differs is in Services.psm1.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/BetterAuth.psm1", "$PSScriptRoot/Services.psm1" -Force
    $services = Get-TestService
    $forms = 'live', 'deserialized', 'selected', 'CSV', 'JSON' | ForEach-Object { @{ Form = $_ } }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/BetterAuth.psm1", "$PSScriptRoot/Services.psm1" -Force
    $script:serial = 0
    # Names of users that only one test uses.
    function New-TestName([string] $Prefix, [int] $Count = 1) { 1..$Count | ForEach-Object { '{0}{1:d3}' -f $Prefix, (++$script:serial) } }
    function Get-Status($Ids) { @($Ids | ForEach-Object { (Get-TestUser $_)?.status ?? 'none' }) }
}

Describe 'Users of <Service>' -ForEach $services {
    BeforeAll {
        $s = Start-TestService $_
        if ($s) {
            $plain = @('ann', 'bob', 'cleo', 'dora', 'Ernö', '100% wool', 'under_score', 'underXscore' | ForEach-Object { Add-TestUser $_ -Email "$($_ -replace '[^A-Za-z0-9_]')@find.example" })
            $null = Add-TestUser 'other' -Email 'other@elsewhere.example'
            $null = 'banned1', 'banned2' | Add-TestUser -Banned
        }
    }
    BeforeEach { if ($Reason) { Set-ItResult -Skipped -Because $Reason } }
    AfterEach { Reset-TestService }
    AfterAll { Stop-TestService }

    Context 'Find' {
        It 'Returns every user once over many pages' {
            $run = Invoke-Observed { Get-ToriiUser -PageSize 3 }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.UserId | Sort-Object | Should -Be (Get-TestTruth | ForEach-Object id | Sort-Object)
            $run.Output.ConnectionName | Select-Object -Unique | Should -Be default
            $run.Requests.Count | Should -BeGreaterThan 3
            $run.Mutations | Should -BeNullOrEmpty
        }

        It 'Returns -First users and requests no more than they need' {
            $run = Invoke-Observed { Get-ToriiUser -First 3 }
            $run.Output | Should -HaveCount 3
            $run.Requests | Should -HaveCount 1
        }

        It 'Stops requesting pages when a later command has enough' {
            $run = Invoke-Observed { Get-ToriiUser -PageSize 2 | Select-Object -First 1 }
            $run.Output | Should -HaveCount 1
            $run.Requests.Count | Should -BeLessOrEqual 3
        }

        It 'Finds <Names> with <Filter>' -ForEach @(
            @{ Filter = "-Name ANN"; With = @{ Name = 'ANN' }; Names = 'ann' }
            @{ Filter = "-Name '?ob'"; With = @{ Name = '?ob' }; Names = 'bob' }
            @{ Filter = "-Name '*o*a*'"; With = @{ Name = '*o*a*' }; Names = 'dora' }
            @{ Filter = "-Name ernÖ"; With = @{ Name = 'ernÖ' }; Names = 'Ernö' }
            @{ Filter = "-Name '1*%*'"; With = @{ Name = '1*%*' }; Names = '100% wool' }
            @{ Filter = "-Name '*under_score*'"; With = @{ Name = '*under_score*' }; Names = 'under_score' }
            @{ Filter = "-Email 'under_*'"; With = @{ Email = 'under_*' }; Names = 'under_score' }
            @{ Filter = "-Email 'a%'"; With = @{ Email = 'a%*' }; Names = @() }
            @{ Filter = "-Email '*@ELSEWHERE.example'"; With = @{ Email = '*@ELSEWHERE.example' }; Names = 'other' }
            @{ Filter = '-Status banned'; With = @{ Status = 'banned' }; Names = 'banned1', 'banned2' }
            @{ Filter = '-Status BANNED -Name *2'; With = @{ Status = 'BANNED'; Name = '*2' }; Names = 'banned2' }
            @{ Filter = '-Name b* -Email *@find.example'; With = @{ Name = 'b*'; Email = '*@find.example' }; Names = 'bob' }
            @{ Filter = '-CreatedBefore 2000-01-01'; With = @{ CreatedBefore = '2000-01-01' }; Names = @() }
            @{ Filter = '-CreatedAfter 2000-01-01 -Name cleo'; With = @{ CreatedAfter = '2000-01-01'; Name = 'cleo' }; Names = 'cleo' }
            @{ Filter = '-Name of nobody'; With = @{ Name = 'nobody has it' }; Names = @() }
        ) {
            $run = Invoke-Observed { Get-ToriiUser @With -PageSize 4 }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.Name | Sort-Object | Should -Be $Names
        }

        It 'Counts -First after the filter' {
            @(Get-ToriiUser -Name 'banned*' -First 1) | Should -HaveCount 1
            @(Get-ToriiUser -Name 'banned*' -Status banned -PageSize 1 -First 5).Name | Sort-Object | Should -Be banned1, banned2
        }

        It 'Refuses an empty -<Filter> and sends nothing' -ForEach @{ Filter = 'Name' }, @{ Filter = 'Email' }, @{ Filter = 'EmailAddress' }, @{ Filter = 'Status' } {
            $with = @{ $Filter = ' ' }
            $run = Invoke-Observed { Get-ToriiUser @with }
            Assert-ParameterError $run.EndedBy $Filter
            $run.Requests | Should -BeNullOrEmpty
        }

        It 'Names the statuses for one that does not exist, and sends nothing' {
            $run = Invoke-Observed { Get-ToriiUser -Status asleep }
            Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument "*'asleep'*"
            $run.Requests | Should -BeNullOrEmpty
        }

        It 'Gets a user by exact address, ignoring case, and reports an address that no user has' {
            $run = Invoke-Observed { Get-ToriiUser -EmailAddress 'BOB@find.example', 'nobody@find.example', 'ann@find.example' }
            $run.Output.Name | Should -Be bob, ann
            Assert-ToriiError $run.Errors[0] Torii.UserNotFound ObjectNotFound '*nobody@find.example*'
            $run.Errors | Should -HaveCount 1
        }

        It 'Takes <_> in an exact address for itself' -ForEach 'under?score@find.example', 'underxscor_@find.example', '%@find.example', 'a%n@find.example' {
            # The first stands for a wildcard of PowerShell, the others for patterns of databases.
            $run = Invoke-Observed { Get-ToriiUser -EmailAddress $_ }
            $run.Output | Should -BeNullOrEmpty
            Assert-ToriiError $run.Errors[0] Torii.UserNotFound ObjectNotFound
        }

        It 'Gets users by id in the order of the ids, and reports an unknown id' {
            $run = Invoke-Observed { $plain[2], $s.NoId, $plain[0], $plain[1] | Get-ToriiUser -ThrottleLimit 4 }
            $run.Output.UserId | Should -Be $plain[2, 0, 1]
            Assert-ToriiError $run.Errors[0] Torii.UserNotFound ObjectNotFound "*$($s.NoId)*"
            $run.Errors | Should -HaveCount 1
        }

        It 'Gets users again from <Form> users' -ForEach $forms {
            $rows = Convert-TestObject $Form @(Get-ToriiUser $plain[3, 1])
            ($rows | Get-ToriiUser).UserId | Should -Be $plain[3, 1]
        }
    }

    Context 'Create' {
        It 'Creates a user and writes the user with the connection' {
            $name = New-TestName new
            $run = Invoke-Observed { New-ToriiUser -Email "$name@example.test" -Name $name }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.ConnectionName | Should -Be default
            $stored = Get-TestUser $run.Output.UserId
            $stored.name, $stored.email | Should -Be $name, "$name@example.test"
            $run.Mutations | Should -HaveCount 1
        }

        It 'Creates one user for each row, in the order of the rows' {
            $names = New-TestName row 6
            $rows = $names | ForEach-Object { [pscustomobject]@{ Email = "$_@example.test"; Name = $_ } } | ConvertTo-Csv | ConvertFrom-Csv
            $run = Invoke-Observed { $rows | New-ToriiUser -ThrottleLimit 1 }
            $run.Output.Name | Should -Be $names
            (Get-TestTruth | Where-Object name -In $names).Count | Should -Be 6
        }

        It 'Reports an address that exists, and creates the other rows' {
            $names = New-TestName more 2
            $run = Invoke-Observed { $names[0], 'ann', $names[1] | ForEach-Object { @{ Email = $_ -eq 'ann' ? 'ann@find.example' : "$_@example.test"; Name = $_ } } | ForEach-Object { [pscustomobject]$_ } | New-ToriiUser -ThrottleLimit 1 }
            $run.Output.Name | Should -Be $names
            Assert-ToriiError $run.Errors[0] Torii.Conflict ResourceExists '*ann@find.example*'
            (Get-TestUser $plain[0]).name | Should -Be ann
        }

        It 'Sends nothing with -WhatIf' {
            $run = Invoke-Observed { param($Connection, $Name) New-ToriiUser -Email whatif@example.test -Name $Name -WhatIf -Connection $Connection } @{ Name = 'whatif' }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output | Should -BeNullOrEmpty
            $run.Mutations | Should -BeNullOrEmpty
        }

        It 'Creates nobody when there are more rows than -MaxAffected' {
            $names = New-TestName many 3
            $run = Invoke-Observed { $names | ForEach-Object { [pscustomobject]@{ Email = "$_@example.test"; Name = $_ } } | New-ToriiUser -MaxAffected 2 }
            Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded
            $run.Mutations | Should -BeNullOrEmpty
        }

        It 'Creates one user although the response was lost' {
            Connect-TestService retrying @{ MaxRetry = 2 }
            $name = New-TestName lost
            Add-TestFault -Torii createUser -BetterAuth admin/create-user -Lose
            $run = Invoke-Observed { New-ToriiUser -Email "$name@example.test" -Name $name -Connection retrying }
            $run.Errors | Should -BeNullOrEmpty
            @(Get-TestTruth | Where-Object email -EQ "$name@example.test").id | Should -Be $run.Output.UserId
        }
    }

    Context 'Change' {
        BeforeEach { if (-not $Reason) { $ids = New-TestName set 3 | Add-TestUser } }

        It 'Changes the field that is named, and no other' {
            $before = Get-TestUser $ids[0]
            $run = Invoke-Observed { Set-ToriiUser $ids[0] -Name 'New Name' }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output | Should -BeNullOrEmpty
            $after = Get-TestUser $ids[0]
            $after.name | Should -Be 'New Name'
            $after.name, $after.updatedAt = $before.name, $before.updatedAt
            ConvertTo-Json $after | Should -Be (ConvertTo-Json $before)
        }

        It 'Takes the values of rows from <_>, and an empty cell changes nothing' -ForEach 'CSV', 'JSON' {
            $rows = Convert-TestObject $_ @([pscustomobject]@{ UserId = $ids[0]; Name = 'First' }; [pscustomobject]@{ UserId = $ids[1]; Name = '' }; [pscustomobject]@{ UserId = $ids[2]; Name = 'Third' })
            $run = Invoke-Observed { $rows | Set-ToriiUser -PassThru -ThrottleLimit 1 -WarningAction SilentlyContinue }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.UserId | Should -Be $ids[0, 2]
            (Get-TestUser $ids[0]).name, (Get-TestUser $ids[2]).name | Should -Be First, Third
            (Get-TestUser $ids[1]).name | Should -BeLike 'set*'
        }

        It 'Sets and clears a field' {
            $clearable = @{ $s.Clearable = $s.ClearableValue }
            Set-ToriiUser $ids[0] @clearable
            (Get-TestUser $ids[0]).($s.ClearableMember) | Should -Be $s.ClearableValue
            Set-ToriiUser $ids[0] -Clear $s.Clearable
            (Get-TestUser $ids[0]).($s.ClearableMember) | Should -BeNullOrEmpty
        }

        It 'Reports an unknown user and changes the others' {
            $run = Invoke-Observed { $ids[0], $s.NoId, $ids[1] | Set-ToriiUser -Name Together -PassThru }
            $run.Output.UserId | Sort-Object | Should -Be ($ids[0, 1] | Sort-Object)
            Assert-ToriiError $run.Errors[0] Torii.UserNotFound ObjectNotFound "*$($s.NoId)*"
        }

        It 'Sends nothing with -WhatIf, and nothing for more users than -MaxAffected' {
            $run = Invoke-Observed { param($Connection, $Ids) $Ids | Set-ToriiUser -Name No -WhatIf -PassThru -Connection $Connection } @{ Ids = $ids }
            $run.Output | Should -BeNullOrEmpty
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations | Should -BeNullOrEmpty
            $run = Invoke-Observed { $ids | Set-ToriiUser -Name No -MaxAffected 2 }
            Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded
            $run.Mutations | Should -BeNullOrEmpty
        }
    }

    Context 'Ban' {
        It 'Bans, which ends the sessions, and lifts the ban, of <Form> users' -ForEach $forms {
            $ids = New-TestName ban 2 | Add-TestUser
            Open-TestSession $ids[0] 2
            $rows = Convert-TestObject $Form @(Get-ToriiUser $ids)
            $run = Invoke-Observed { $rows | Block-ToriiUser }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output | Should -BeNullOrEmpty
            Get-Status $ids | Should -Be banned, banned
            Get-TestSessionId $ids[0] | Should -BeNullOrEmpty
            $rows | Unblock-ToriiUser
            Get-Status $ids | Should -Be active, active
        }

        It 'Is no error the second time' {
            $id = New-TestName twice | Add-TestUser
            $run = Invoke-Observed { Block-ToriiUser $id; Block-ToriiUser $id; Unblock-ToriiUser $id; Unblock-ToriiUser $id }
            $run.Errors | Should -BeNullOrEmpty
            Get-Status $id | Should -Be active
        }

        It 'Writes the users as they are then, with -PassThru, in the order of the input' {
            $ids = New-TestName pass 6 | Add-TestUser
            $run = Invoke-Observed { $ids | Block-ToriiUser -PassThru -ThrottleLimit 1 }
            $run.Output.UserId | Should -Be $ids
            $run.Output.Status | Select-Object -Unique | Should -Be banned
            ($ids[0] | Unblock-ToriiUser -PassThru).Status | Should -Be active
        }

        It 'Reports an unknown user and bans the others' {
            $ids = New-TestName known 2 | Add-TestUser
            $run = Invoke-Observed { $ids[0], $s.NoId, $ids[1] | Block-ToriiUser }
            Assert-ToriiError $run.Errors[0] Torii.UserNotFound ObjectNotFound "*$($s.NoId)*"
            $run.Errors | Should -HaveCount 1
            Get-Status $ids | Should -Be banned, banned
        }

        It 'Sends nothing with -WhatIf, and nothing for more users than -MaxAffected' {
            $ids = New-TestName limit 3 | Add-TestUser
            $run = Invoke-Observed { param($Connection, $Ids) $Ids | Block-ToriiUser -WhatIf -PassThru -Connection $Connection } @{ Ids = $ids }
            $run.Output | Should -BeNullOrEmpty
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations | Should -BeNullOrEmpty
            $run = Invoke-Observed { $ids | Block-ToriiUser -MaxAffected 2 }
            Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded
            $run.Mutations | Should -BeNullOrEmpty
        }

        It 'Skips nobody while the users that are read are unblocked' {
            $ids = New-TestName paged 11 | Add-TestUser -Banned
            $run = Invoke-Observed { Get-ToriiUser -Status banned -Name 'paged*' -PageSize 3 | Unblock-ToriiUser }
            $run.Errors | Should -BeNullOrEmpty
            Get-Status $ids | Select-Object -Unique | Should -Be active
        }
    }

    Context 'Delete' {
        It 'Deletes <Form> users' -ForEach $forms {
            $ids = New-TestName gone 2 | Add-TestUser
            $rows = Convert-TestObject $Form @(Get-ToriiUser $ids)
            $run = Invoke-Observed { $rows | Remove-ToriiUser -Force }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output | Should -BeNullOrEmpty
            Get-Status $ids | Should -Be none, none
        }

        It 'Deletes everyone whom a filter finds, although the list becomes shorter' {
            $ids = New-TestName shrink 11 | Add-TestUser
            $run = Invoke-Observed { Get-ToriiUser -Name 'shrink*' -PageSize 3 | Remove-ToriiUser -Force -PassThru }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.UserId | Sort-Object | Should -Be ($ids | Sort-Object)
            Get-Status $ids | Select-Object -Unique | Should -Be none
        }

        It 'Is an error for a user who was deleted before, and for one who does not exist' {
            $id = New-TestName once | Add-TestUser
            Remove-ToriiUser $id -Force
            $run = Invoke-Observed { $id, $s.NoId | Remove-ToriiUser -Force }
            $run.Errors | Should -HaveCount 2
            $run.Errors[1].FullyQualifiedErrorId | Should -BeLike 'Torii.UserNotFound,*'
        }

        It 'Asks unless -Force is given: without an answer nothing is sent' {
            $id = New-TestName asked | Add-TestUser
            $run = Invoke-Observed { param($Connection, $Id) Remove-ToriiUser $Id -Connection $Connection } @{ Id = $id }
            $run.Errors | Should -Not -BeNullOrEmpty
            $run.Mutations | Should -BeNullOrEmpty
            Get-Status $id | Should -Be active
        }

        It 'Sends nothing with -WhatIf, and nothing for more users than -MaxAffected' {
            $ids = New-TestName stay 3 | Add-TestUser
            $run = Invoke-Observed { param($Connection, $Ids) $Ids | Remove-ToriiUser -Force -WhatIf -PassThru -Connection $Connection } @{ Ids = $ids }
            $run.Output | Should -BeNullOrEmpty
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations | Should -BeNullOrEmpty
            $run = Invoke-Observed { $ids | Remove-ToriiUser -Force -MaxAffected 2 }
            Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded
            $run.Mutations | Should -BeNullOrEmpty
        }

        It 'Is done although the response was lost' {
            Connect-TestService retrying @{ MaxRetry = 2 }
            $id = New-TestName unheard | Add-TestUser
            Add-TestFault -Torii deleteUser -BetterAuth admin/remove-user -Lose
            $run = Invoke-Observed { Remove-ToriiUser $id -Force -Connection retrying }
            $run.Errors | Should -BeNullOrEmpty
            Get-Status $id | Should -Be none
        }
    }

    Context 'Connections' {
        BeforeAll { if (-not $Reason) { Connect-TestService second } }

        It 'Objects use the connection that they were read through' {
            $id = New-TestName mine | Add-TestUser
            $user = Get-ToriiUser $id -Connection second
            Get-ToriiConnection default | Disconnect-Torii
            try { $user | Block-ToriiUser } finally { Connect-TestService default }
            Get-Status $id | Should -Be banned
        }

        It 'A value that only another service has is refused before anything is sent: <What>' -ForEach @(
            @{ What = 'a new user'; Torii = { New-ToriiUser -Email no@example.test -Name No -Role admin }; BetterAuth = { New-ToriiUser -Email no@example.test -Name No -Phone 1 } }
            @{ What = 'a row'; Torii = { [pscustomobject]@{ Email = 'no@example.test'; Name = 'No'; UserName = 'x' } | New-ToriiUser }; BetterAuth = { [pscustomobject]@{ Email = 'no@example.test'; Name = 'No'; Address = 'x' } | New-ToriiUser } }
            @{ What = 'a change'; Torii = { Set-ToriiUser $s.NoId -EmailVerified true }; BetterAuth = { Set-ToriiUser $s.NoId -DateOfBirth 2000-01-01 } }
            @{ What = 'a field to clear'; Torii = { Set-ToriiUser $s.NoId -Clear UserName }; BetterAuth = { Set-ToriiUser $s.NoId -ClearLocale } }
            @{ What = 'a filter or metadata'; Torii = { Get-ToriiUser -Role admin }; BetterAuth = { Update-ToriiMetadata -UserId $s.NoId -Public @{ a = 1 } } }
            @{ What = 'a ban or metadata'; Torii = { Block-ToriiUser $s.NoId -Reason spam }; BetterAuth = { New-ToriiUser -Email no@example.test -Name No -PrivateMetadata @{ a = 1 } } }
        ) {
            $run = Invoke-Observed ($s.IsTorii ? $Torii : $BetterAuth)
            Assert-ToriiError $run.Errors[0] Torii.NotSupported NotImplemented "*$Service*No request was sent."
            $run.Requests | Should -BeNullOrEmpty
        }
    }
}
