BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 60
    $people = @(Get-ToriiUser -Status active)
    $nobody = '01931a73-8b00-7000-8000-000000000000'
    function Get-SaidOf($Requests, $UserId) { @(Get-Body @($Requests | Where-Object userId -EQ $UserId)) }
}
AfterAll { Stop-TestEmulator }

Describe 'Set-ToriiUser, from rows' {
    AfterEach { Clear-Fault }

    Context 'changes from a CSV file' {
        It 'sends the cells that are not empty, row by row' {
            $ids = $people[0..2].UserId
            Set-Content $TestDrive/changes.csv "UserId,Phone,Locale,Address,Clear,Remark`n$($ids[0]),+45 1,da,,,x`n$($ids[1]),,,`"Here 1, 1000 There`",Phone,`n$($ids[2]),,en,,`"Phone,Address`",y"
            $run = Invoke-Watched { Import-Csv $TestDrive/changes.csv | Set-ToriiUser -PassThru }
            $run.Errors | Should -BeNullOrEmpty
            @($run.Output.UserId | Sort-Object) | Should -Be @($ids | Sort-Object)
            ($run.Mutations | Where-Object userId -EQ $ids[0]).body | Should -BeExactly '{"phone":"+45 1","locale":"da"}'
            ($run.Mutations | Where-Object userId -EQ $ids[1]).body | Should -BeExactly '{"address":"Here 1, 1000 There","phone":null}'
            ($run.Mutations | Where-Object userId -EQ $ids[2]).body | Should -BeExactly '{"locale":"en","phone":null,"address":null}'
        }

        It 'P1: never sends one row''s values for the next row' {
            $rows = @(
                [pscustomobject]@{ UserId = $people[0].UserId; Phone = '1'; Locale = 'da'; Address = 'Here'; DateOfBirth = '1815-12-10'; Name = 'One'; Clear = '' }
                [pscustomobject]@{ UserId = $people[1].UserId; Locale = 'en' }
                [pscustomobject]@{ UserId = $people[2].UserId; Clear = 'Phone' }
                [pscustomobject]@{ UserId = $people[3].UserId; Locale = 'da'; Phone = '' }
                [pscustomobject]@{ UserId = $people[4].UserId }
                $people[5]
            )
            foreach ($throttle in 1, 8) {
                $run = Invoke-Watched { $rows | Set-ToriiUser -ThrottleLimit $throttle }
                $run.Errors | Should -BeNullOrEmpty
                ($run.Mutations | Where-Object userId -EQ $people[1].UserId).body | Should -BeExactly '{"locale":"en"}'
                ($run.Mutations | Where-Object userId -EQ $people[2].UserId).body | Should -BeExactly '{"phone":null}'
                ($run.Mutations | Where-Object userId -EQ $people[3].UserId).body | Should -BeExactly '{"locale":"da"}'
                $run.Mutations | Should -HaveCount 4
                $run.Warnings | Should -HaveCount 2
            }
        }

        It 'Refuses a row of which only the key is used, names its other columns, and goes on' {
            $rows = @(
                [pscustomobject]@{ UserId = $people[0].UserId; Fone = '1'; Email = 'new@example.com' }
                [pscustomobject]@{ UserId = $people[1].UserId; Phone = '1' }
                $people[2] | Select-Object UserId, ConnectionName, Status
            )
            $run = Invoke-Watched { $rows | Set-ToriiUser }
            $run.Mutations.userId | Should -Be $people[1].UserId
            $run.Warnings | Should -BeNullOrEmpty
            $run.Errors | Should -HaveCount 2
            $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.InvalidRequest InvalidArgument }
            $run.Errors | Where-Object { "$_" -like "*$($people[0].UserId)*row 1*Fone, Email*" } | Should -HaveCount 1
            $run.Errors | Where-Object { "$_" -like "*$($people[2].UserId)*row 3*Status*" } | Should -HaveCount 1
            $run.Errors[0].ErrorDetails.RecommendedAction | Should -BeLike '*Phone*Clear*'
            # With a value on the command line the rows only say for whom it is.
            (Invoke-Watched { $rows[0, 2] | Set-ToriiUser -Locale da }).Mutations | Should -HaveCount 2
        }

        It 'P1: gives what is on the command line to every row, the last one included' {
            $rows = $people[0..3] | ForEach-Object { [pscustomobject]@{ UserId = $_.UserId; Locale = 'en' } }
            $rows[1].Locale = ''
            $run = Invoke-Watched { $rows | Set-ToriiUser -Phone '+45 1' -ClearAddress }
            @(Get-SaidOf $run.Mutations $people[1].UserId)[0].Keys | Sort-Object | Should -Be 'address', 'phone'
            foreach ($i in 0, 2, 3) { @(Get-SaidOf $run.Mutations $people[$i].UserId)[0].Keys | Sort-Object | Should -Be 'address', 'locale', 'phone' }
        }

        It 'P3: takes a cell that does not parse for an error of that row, sends nothing of it, and the others go on' {
            $rows = @(
                [pscustomobject]@{ UserId = $people[0].UserId; Locale = 'da'; DateOfBirth = '' }
                [pscustomobject]@{ UserId = $people[1].UserId; Locale = 'da'; DateOfBirth = 'garbage' }
                [pscustomobject]@{ UserId = $people[2].UserId; Locale = 'da'; DateOfBirth = '03/04/2004' }
                [pscustomobject]@{ UserId = $people[3].UserId; Locale = 'da'; Clear = 'Fone' }
                [pscustomobject]@{ UserId = $people[4].UserId; Locale = 'da'; UnsafeMetadata = 'not json' }
                [pscustomobject]@{ UserId = 'no id'; Locale = 'da' }
                [pscustomobject]@{ UserId = $people[6].UserId; Locale = 'da'; DateOfBirth = '2004-03-04' }
            )
            $run = Invoke-Watched { $rows | Set-ToriiUser }
            @($run.Mutations.userId | Sort-Object) | Should -Be @($people[0, 6].UserId | Sort-Object)
            $run.Errors | Should -HaveCount 5
            $texts = $run.Errors | ForEach-Object { "$_" }
            $texts | Where-Object { $_ -like '*DateOfBirth*' } | Should -HaveCount 2
            $texts | Where-Object { $_ -like "*'Fone'*" } | Should -HaveCount 1
            $texts | Where-Object { $_ -like '*UnsafeMetadata*' } | Should -HaveCount 1
            $texts | Where-Object { $_ -like "*'no id' is not a user id*" } | Should -HaveCount 1
        }

        It 'P4: runs a script block for each row' {
            $rows = $people[0..2] | ForEach-Object { [pscustomobject]@{ Key = $_.UserId; Mobile = "+45 $($people.IndexOf($_))0"; Born = '1901-02-03' } }
            $run = Invoke-Watched { $rows | Set-ToriiUser -UserId { $_.Key } -Phone { $_.Mobile } -DateOfBirth { $_.Born } }
            $run.Errors | Should -BeNullOrEmpty
            foreach ($i in 0..2) { ($run.Mutations | Where-Object userId -EQ $people[$i].UserId).body | Should -BeExactly "{`"phone`":`"+45 ${i}0`",`"dateOfBirth`":`"1901-02-03`"}" }
        }

        It 'P4: takes a script block that gives nothing for an error of that row that names the switch' {
            $rows = [pscustomobject]@{ UserId = $people[0].UserId; Mobile = '' }, [pscustomobject]@{ UserId = $people[1].UserId; Mobile = '+45 1' }
            $run = Invoke-Watched { $rows | Set-ToriiUser -Phone { $_.Mobile } }
            $run.Mutations.userId | Should -Be $people[1].UserId
            Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument
            $run.Errors[0].ErrorDetails.RecommendedAction | Should -BeLike '*-ClearPhone*'
        }
    }

    Context 'there and back' {
        It 'Users are unchanged after <Kind>' -ForEach @(
            @{ Kind = 'Export-Csv'; Do = { $args[0] | Export-Csv $args[1]; Import-Csv $args[1] } }
            @{ Kind = 'Export-Clixml'; Do = { $args[0] | Export-Clixml $args[1]; Import-Clixml $args[1] } }
            @{ Kind = 'ConvertTo-Json'; Do = { ($args[0] | ConvertTo-Json -Depth 5 -EnumsAsStrings -AsArray) -replace '(?m)^\s+"ConnectionName".*$', '"ConnectionName": "default",' | ConvertFrom-Json } }
        ) {
            $before = @(Get-Truth | Where-Object status -EQ active | Select-Object -First 25)
            $users = @(Get-ToriiUser $before.id)
            $back = @(& $Do $users $TestDrive/users.file)
            $back | Should -HaveCount 25
            $run = Invoke-Watched { $back | Set-ToriiUser -PassThru }
            $run.Errors | Should -BeNullOrEmpty
            @($run.Output.UserId | Sort-Object) | Should -Be @($before.id | Sort-Object)
            ConvertTo-Json @(Get-Truth | Where-Object id -In $before.id) | Should -BeExactly (ConvertTo-Json $before)
        }

        It 'changes just the column that was edited' {
            Get-ToriiUser $people[0..4].UserId | Select-Object UserId, Locale | Export-Csv $TestDrive/locale.csv
            (Get-Content $TestDrive/locale.csv -Raw) -replace '(?m),.*$', ',"da"' -replace '"UserId","da"', '"UserId","Locale"' | Set-Content $TestDrive/locale.csv
            $run = Invoke-Watched { Import-Csv $TestDrive/locale.csv | Set-ToriiUser }
            $run.Errors | Should -BeNullOrEmpty
            @($run.Mutations.body | Sort-Object -Unique) | Should -BeExactly '{"locale":"da"}'
            $run.Mutations | Should -HaveCount 5
        }
    }

    Context 'many rows' {
        It 'Results and errors keep the order of the rows with -ThrottleLimit 1' {
            foreach ($i in 0, 3, 7) { Add-Fault @{ operation = 'updateUser'; kind = 'slow'; delayMs = 250 - 30 * $i; userId = $people[$i].UserId } }
            $rows = 0..11 | ForEach-Object { [pscustomobject]@{ UserId = $_ % 5 -eq 2 ? $nobody : $people[$_].UserId; DateOfBirth = $_ % 5 -eq 4 ? 'garbage' : ''; Phone = "+45 $_" } }
            $order = $rows | Set-ToriiUser -PassThru -ThrottleLimit 1 2>&1 | ForEach-Object {
                $_ -is [Management.Automation.ErrorRecord] ? "error $(@($rows.Phone).IndexOf($_.TargetObject.Phone))" : "user $(@($rows.UserId).IndexOf($_.UserId))"
            }
            $order | Should -Be 'user 0', 'user 1', 'error 2', 'user 3', 'error 4', 'user 5', 'user 6', 'error 7', 'user 8', 'error 9', 'user 10', 'user 11'
        }

        It 'keeps the order of two rows for one target, which never run at once, while others do' {
            Add-Fault @{ operation = 'updateUser'; kind = 'slow'; delayMs = 40 }
            $rows = foreach ($round in 1..5) { foreach ($person in $people[0..2]) { [pscustomobject]@{ UserId = $round % 2 ? $person.UserId : $person.UserId.ToUpper(); Phone = "+45 $round" } } }
            $run = Invoke-Watched { $rows | Set-ToriiUser -ThrottleLimit 16 }
            $run.Errors | Should -BeNullOrEmpty
            foreach ($person in $people[0..2]) {
                $mine = @($run.Mutations | Where-Object { $_.path -like "*$($person.UserId)" })
                (Get-Body $mine).phone | Should -Be '+45 1', '+45 2', '+45 3', '+45 4', '+45 5'
                Measure-Overlap $mine | Should -Be 1
            }
            Measure-Overlap $run.Mutations | Should -BeGreaterThan 1
        }

        It 'sends nothing new after the first error with -ErrorAction Stop, be it the server''s or a cell''s: <What>' -ForEach @(
            @{ What = 'nobody'; Bad = { @{ UserId = $args[0]; Locale = 'da' } }; Sent = 3 }
            @{ What = 'a bad cell'; Bad = { @{ UserId = $args[1]; DateOfBirth = 'garbage' } }; Sent = 2 }
            @{ What = 'value and clear'; Bad = { @{ UserId = $args[1]; Phone = '1'; Clear = 'Phone' } }; Sent = 2 }
        ) {
            $rows = @(0, 1 | ForEach-Object { [pscustomobject]@{ UserId = $people[$_].UserId; Locale = 'da' } }) + [pscustomobject](& $Bad $nobody $people[2].UserId) +
                @(3..30 | ForEach-Object { [pscustomobject]@{ UserId = $people[$_].UserId; Locale = 'da' } })
            $run = Invoke-Watched { $rows | Set-ToriiUser -ThrottleLimit 1 -PassThru -ErrorAction Stop }
            $run.EndedBy | Should -Not -BeNullOrEmpty
            $run.Mutations | Should -HaveCount $Sent
            $run.Output.UserId | Should -Be $people[0, 1].UserId
        }

        It 'tells of all that was under way when a bad cell ends it with -ErrorAction Stop' {
            Add-Fault @{ operation = 'updateUser'; kind = 'slow'; delayMs = 200 }
            $rows = @(0..3 | ForEach-Object { [pscustomobject]@{ UserId = $people[$_].UserId; Locale = 'da'; DateOfBirth = '' } }) + [pscustomobject]@{ UserId = $people[4].UserId; DateOfBirth = 'garbage' } +
                @(5..30 | ForEach-Object { [pscustomobject]@{ UserId = $people[$_].UserId; Locale = 'da' } })
            $run = Invoke-Watched { $rows | Set-ToriiUser -PassThru -ErrorAction Stop }
            Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument '*DateOfBirth*'
            # Eight at once; what is sent is told.
            $run.Mutations.Count | Should -BeLessOrEqual 9
            @($run.Output.UserId | Sort-Object) | Should -Be @($run.Mutations.userId | Sort-Object)
        }
    }
}

Describe 'Rows of contract 0.0.12' {
    BeforeAll { $newest = Start-TestEmulator -Users 12 -Contract 0.0.12 -Name newest -Additional }
    AfterAll {
        Disconnect-Torii newest
        Stop-ToriiEmulator -Port $newest.Port
    }

    It 'with name parts do not send the full name that the service derives from them' {
        $rows = @(Get-ToriiUser -Connection newest -First 2 | ConvertTo-Csv | ConvertFrom-Csv)
        $rows[0].FirstName = 'Augusta'
        $before = Get-JournalEnd $newest
        $changed = @($rows[0] | Set-ToriiUser -PassThru)
        $changed.FirstName | Should -Be Augusta
        (Get-Journal $before $newest | Select-Mutation).body | Should -Not -BeLike '*"name"*'
    }
}
