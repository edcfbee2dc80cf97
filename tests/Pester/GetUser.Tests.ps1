BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    # The first eight people are the same in every seed: Ada, Lada and Vlada, whose addresses contain each other, and so on.
    $users = 60
    $null = Start-TestEmulator -Users $users
    $everybody = @(Get-ToriiUser)
}
AfterAll { Stop-TestEmulator }

Describe 'Get-ToriiUser' {
    AfterEach { Clear-Fault }

    Context 'by name and address' {
        It 'takes -<Parameter> <Value> to the letter, in any case' -ForEach @(
            @{ Parameter = 'Email'; Value = 'ada@example.com'; Expected = 'ada@example.com' }
            @{ Parameter = 'Email'; Value = 'ADA@Example.com'; Expected = 'ada@example.com' }
            @{ Parameter = 'Email'; Value = 'grace.hopper@example.com'; Expected = 'Grace.Hopper@Example.COM' }
            @{ Parameter = 'Email'; Value = 'da@example.com'; Expected = @() }
            @{ Parameter = 'Name'; Value = 'ADA LOVELACE'; Expected = 'ada@example.com' }
            @{ Parameter = 'Name'; Value = 'Ada'; Expected = @() }
            @{ Parameter = 'Name'; Value = "ADÉLAÏDE D'ÉTÉ"; Expected = 'ADELAIDE@example.net' }
        ) {
            $filter = @{ $Parameter = $Value }
            @(Get-ToriiUser @filter).Email | Should -Be $Expected
        }

        It 'takes -<Parameter> <Value> as a wildcard, in any case, and sends <Literal>' -ForEach @(
            @{ Parameter = 'Email'; Value = '*da@example.com'; Literal = 'da@example.com' }
            @{ Parameter = 'Email'; Value = '?ada@EXAMPLE.com'; Literal = 'ada@EXAMPLE.com' }
            @{ Parameter = 'Email'; Value = '[lv]*da@example.com'; Literal = 'da@example.com' }
            @{ Parameter = 'Email'; Value = 'a*@example.*'; Literal = '@example.' }
            @{ Parameter = 'Email'; Value = '*example.com*'; Literal = 'example.com' }
            @{ Parameter = 'Name'; Value = 'ada*'; Literal = 'ada' }
            @{ Parameter = 'Name'; Value = '*NOVOTN?'; Literal = 'NOVOTN' }
            @{ Parameter = 'Name'; Value = "adé* d'*"; Literal = 'adé' }
        ) {
            $filter = @{ $Parameter = $Value }
            $run = Invoke-Watched { Get-ToriiUser @filter }
            # What PowerShell itself makes of the wildcard is what a person expects.
            $expected = @($everybody | Where-Object { $_.$Parameter -like $Value })
            $expected | Should -Not -BeNullOrEmpty
            $expected.Count | Should -BeLessThan $users
            $run.Output.UserId | Should -Be $expected.UserId
            (ConvertFrom-Json $run.Requests[0].body).$Parameter | Should -Be $Literal
        }

        It 'A wildcard without a letter or digit is refused: -<Parameter> <Value>' -ForEach @(
            foreach ($parameter in 'Name', 'Email') { foreach ($value in '*', '??', '* *', '[a-z]*', '*@*.*') { @{ Parameter = $parameter; Value = $value } } }
        ) {
            $filter = @{ $Parameter = $Value }
            $run = Invoke-Watched { Get-ToriiUser @filter }
            Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument "*$Parameter*"
            $run.EndedBy.ErrorDetails.RecommendedAction | Should -BeLike "*letter or digit*-$Parameter*"
            $run.Requests | Should -BeNullOrEmpty
        }

        It 'takes an escaped wildcard character for itself' {
            $created = Invoke-Api POST /api/server/v1/users @{ name = 'Star*Name'; email = 'star@example.com' }
            try {
                (Get-ToriiUser -Name 'star`*name').UserId | Should -Be $created.id
                Get-ToriiUser -Name 'st`*name' | Should -BeNullOrEmpty
            }
            finally { Invoke-Api DELETE "/api/server/v1/users/$($created.id)" }
        }

        It 'finds those without a name by asking for null, and those without an address likewise' {
            $run = Invoke-Watched { Get-ToriiUser -WithoutName }
            $run.Requests[0].body | Should -Be '{"name":null}'
            $run.Output.UserId | Should -Be @($everybody | Where-Object { -not $_.Name }).UserId
            $run.Output.Count | Should -BeGreaterThan 1
            $run = Invoke-Watched { Get-ToriiUser -WithoutEmail }
            $run.Requests[0].body | Should -Be '{"email":null}'
            $run.Output.UserId | Should -Be @($everybody | Where-Object { -not $_.Email }).UserId
            $run.Output.Count | Should -BeGreaterThan 1
        }

        It 'sends no null that nobody asked for' {
            (Invoke-Watched { Get-ToriiUser -First 1 }).Requests[0].body | Should -Be '{}'
        }

        It 'refuses a name together with -WithoutName before anything is sent' {
            $run = Invoke-Watched { Get-ToriiUser -Name Ada -WithoutName }
            Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument
            $run.Requests | Should -BeNullOrEmpty
        }
    }

    Context 'by status and date' {
        It 'finds any of the statuses, in any case' {
            @(Get-ToriiUser -Status BANNED).UserId | Should -Be @($everybody | Where-Object Status -EQ banned).UserId
            @(Get-ToriiUser -Status active, Banned).UserId | Should -Be $everybody.UserId
        }

        It 'takes both bounds of a time as inclusive, to the microsecond' {
            $from, $to = $everybody[10], $everybody[20]
            @(Get-ToriiUser -CreatedAfter $from.CreatedAt -CreatedBefore $to.CreatedAt).UserId | Should -Be $everybody[10..20].UserId
            @(Get-ToriiUser -CreatedAfter $from.CreatedAt.AddTicks(1) -CreatedBefore $to.CreatedAt.AddTicks(-1)).UserId | Should -Be $everybody[11..19].UserId
        }

        It 'joins filters by and' {
            @(Get-ToriiUser -Status active -Email '*@example.com' -CreatedBefore $everybody[30].CreatedAt).UserId |
                Should -Be @($everybody[0..30] | Where-Object { $_.Status -eq 'active' -and $_.Email -like '*@example.com' }).UserId
        }
    }

    Context 'paging' {
        It 'uses <Requests> requests for <Found> users in pages of <PageSize>' -ForEach @(
            @{ PageSize = 1000; Found = 60; Requests = 1 }, @{ PageSize = 60; Found = 60; Requests = 1 }, @{ PageSize = 59; Found = 60; Requests = 2 }
            @{ PageSize = 20; Found = 60; Requests = 3 }, @{ PageSize = 7; Found = 60; Requests = 9 }, @{ PageSize = 1; Found = 60; Requests = 60 }
        ) {
            $run = Invoke-Watched { Get-ToriiUser -PageSize $PageSize }
            $run.Requests | Should -HaveCount $Requests
            $run.Requests.path | Should -BeLike "*limit=$PageSize*"
            $run.Output.UserId | Should -Be $everybody.UserId
        }

        It 'asks for 100 a page by default' {
            (Invoke-Watched { Get-ToriiUser }).Requests.path | Should -Be '/api/server/v1/users/search?limit=100'
        }

        It 'gives -First <First> in pages of <PageSize> by asking for <Limits>' -ForEach @(
            @{ First = 5; PageSize = 100; Limits = , 5 }, @{ First = 20; PageSize = 20; Limits = , 20 }, @{ First = 45; PageSize = 20; Limits = 20, 20, 5 }
            @{ First = 1; PageSize = 1; Limits = , 1 }, @{ First = 1000; PageSize = 50; Limits = 50, 50 }
        ) {
            $run = Invoke-Watched { Get-ToriiUser -First $First -PageSize $PageSize }
            $run.Output.UserId | Should -Be ($everybody | Select-Object -First $First).UserId
            $run.Requests | ForEach-Object { [int]($_.path -replace '.*limit=(\d+).*', '$1') } | Should -Be $Limits
        }

        It '-First with a filter that is applied here asks for full pages' {
            $run = Invoke-Watched { Get-ToriiUser -Email 'vlada@example.com' -First 2 }
            $run.Output.Email | Should -Be vlada@example.com
            $run.Requests.path | Should -BeLike '*limit=100'
        }

        It 'sends at most two requests for Select-Object -First 1' {
            $run = Invoke-Watched { Get-ToriiUser -PageSize 1 | Select-Object -First 1 }
            $run.Output.UserId | Should -Be $everybody[0].UserId
            $run.Requests.Count | Should -BeLessOrEqual 2
        }

        It 'does not wait for the page that Select-Object -First does not want (S1)' {
            Add-Fault @{ operation = 'searchUsers'; kind = 'slow'; delayMs = 20000; skip = 1 }
            $run = Invoke-Watched { Get-ToriiUser -PageSize 10 | Select-Object -First 10 }
            $run.Output | Should -HaveCount 10
            $run.ElapsedMs | Should -BeLessThan 5000
        }

        It 'emits the first page while the second is still under way' {
            Add-Fault @{ operation = 'searchUsers'; kind = 'slow'; delayMs = 1500; skip = 1; times = 1 }
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $times = Get-ToriiUser -PageSize 30 | ForEach-Object { $watch.ElapsedMilliseconds }
            $times | Should -HaveCount $users
            $times[30] - $times[29] | Should -BeGreaterThan 500
        }

        It 'fetches the next page while the current one is being used, and no further one' {
            $start = Get-JournalEnd
            $sent = Get-ToriiUser -PageSize 10 | ForEach-Object {
                if ($_.UserId -eq $everybody[0].UserId) { Wait-Until { (Get-JournalEnd) -ge $start + 2 } }
                if ($_.UserId -eq $everybody[9].UserId) { (Get-JournalEnd) - $start }
            }
            $sent | Should -Be 2
        }

        It 'holds no more than a few pages, however many there are' {
            $large = Start-TestEmulator -Users 10000 -Name large -Additional
            $used = { param($n) Get-ToriiUser -Connection large -First $n | ForEach-Object { $i = 0 } { $i++; if ($i -eq $n) { [GC]::GetTotalMemory($true) } } }
            $null = & $used 500
            $few, $many = (& $used 500), (& $used 10000)
            Disconnect-Torii large
            Stop-ToriiEmulator -Port $large.Port
            # 9,500 users more would be some 10 MB if they were kept.
            $many - $few | Should -BeLessThan 2MB
        }
    }

    Context 'a walk while other hands are at work' {
        It 'gives each user once when each is banned as it comes, which changes what is paged over' {
            $own = Start-TestEmulator -Users 50 -Name own -Additional
            $active = @(Get-ToriiUser -Status active -Connection own).UserId
            $walked = Get-ToriiUser -Status active -Connection own -PageSize 7 | ForEach-Object {
                $null = Invoke-Api POST "/api/server/v1/users/$($_.UserId)/ban" $null $own
                $_.UserId
            }
            $walked | Should -Be $active
            Get-ToriiUser -Status active -Connection own | Should -BeNullOrEmpty
            Disconnect-Torii own
            Stop-ToriiEmulator -Port $own.Port
        }

        It 'gives everybody who stays exactly once while others are created and deleted' {
            $own = Start-TestEmulator -Users 50 -Name own -Additional
            $before = @(Get-ToriiUser -Connection own).UserId
            $doomed = $before[4, 9, 20, 48]
            $created = [Collections.Generic.List[string]]::new()
            $walked = Get-ToriiUser -Connection own -PageSize 5 | ForEach-Object {
                if ($_.UserId -eq $before[10]) {
                    $doomed | ForEach-Object { Invoke-Api DELETE "/api/server/v1/users/$_" $null $own }
                    1..3 | ForEach-Object { $created.Add((Invoke-Api POST /api/server/v1/users @{ name = "New $_" } $own).id) }
                }
                $_.UserId
            }
            ($walked | Group-Object | Where-Object Count -GT 1) | Should -BeNullOrEmpty
            @($walked | Where-Object { $_ -notin $doomed -and $_ -notin $created }) | Should -Be @($before | Where-Object { $_ -notin $doomed })
            $walked | Should -Contain $created[0]
            Disconnect-Torii own
            Stop-ToriiEmulator -Port $own.Port
        }
    }

    Context 'a walk that breaks off' {
        It 'gives what it has, says which cursor goes on, and that cursor brings exactly the rest' {
            Add-Fault @{ operation = 'searchUsers'; kind = 'status'; status = 503; skip = 2; times = 1 }
            $run = Invoke-Watched { Get-ToriiUser -PageSize 20 }
            $run.Output.UserId | Should -Be $everybody[0..39].UserId
            Assert-ToriiError $run.Errors[0] Torii.ServiceUnavailable ResourceUnavailable '*not complete*'
            $cursor = $run.Errors[0].Exception.Cursor
            $run.Errors[0].ErrorDetails.RecommendedAction | Should -BeLike "*-Cursor '$cursor'*"
            @(Get-ToriiUser -PageSize 20 -Cursor $cursor).UserId | Should -Be $everybody[40..59].UserId
        }

        It 'stops at a cursor that repeats, after two requests, with nobody twice, and nobody lost once it goes on' {
            Add-Fault @{ operation = 'searchUsers'; kind = 'repeatCursor' }
            # With an end of its own, or a walk that does not stop would not fail but go on for ever.
            $run = Invoke-Watched { Get-ToriiUser -PageSize 20 | Select-Object -First 200 }
            Clear-Fault
            $run.Requests | Should -HaveCount 2
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] Torii.CursorRepeated InvalidResult '*not complete*'
            $cursor = $run.Errors[0].Exception.Cursor
            $run.Errors[0].ErrorDetails.RecommendedAction | Should -BeLike "*-Cursor '$cursor'*"
            @($run.Output; Get-ToriiUser -PageSize 20 -Cursor $cursor).UserId | Should -Be $everybody.UserId
        }

        It 'minds a cursor that repeats also when nothing more is wanted, because the page may be an earlier one' {
            Add-Fault @{ operation = 'searchUsers'; kind = 'repeatCursor' }
            $run = Invoke-Watched { Get-ToriiUser -PageSize 20 -First 40 }
            $run.Output | Should -HaveCount 20
            Assert-ToriiError $run.Errors[0] Torii.CursorRepeated InvalidResult
        }
    }

    Context 'a server that ignores a filter' {
        It 'is found out for <Filter>, before anybody is emitted' -ForEach @(
            @{ Filter = 'Name'; Arguments = @{ Name = 'Vlada*' } }
            @{ Filter = 'Email'; Arguments = @{ Email = 'vlada@example.com' } }
            @{ Filter = 'Status'; Arguments = @{ Status = 'banned' } }
            @{ Filter = 'WithoutName'; Arguments = @{ WithoutName = $true } }
            @{ Filter = 'CreatedAfter'; Arguments = @{ CreatedAfter = '2024-06-01' } }
            @{ Filter = 'CreatedBefore'; Arguments = @{ CreatedBefore = '2023-06-01' } }
        ) {
            Add-Fault @{ operation = 'searchUsers'; kind = 'ignoreFilter' }
            $run = Invoke-Watched { Get-ToriiUser @Arguments }
            $run.Output | Should -BeNullOrEmpty
            Assert-ToriiError $run.Errors[0] Torii.FilterIgnored InvalidResult
            $run.Requests | Should -HaveCount 1
        }

        It 'is found out on a later page too, and the walk ends there' {
            # The first page is full of banned people although the server ignores the filter from the second on.
            Add-Fault @{ operation = 'searchUsers'; kind = 'ignoreFilter'; skip = 1 }
            $run = Invoke-Watched { Get-ToriiUser -Status banned -PageSize 2 }
            $run.Output.UserId | Should -Be @($everybody | Where-Object Status -EQ banned)[0, 1].UserId
            Assert-ToriiError $run.Errors[0] Torii.FilterIgnored InvalidResult
        }

        It 'revokes nobody on the strength of such an answer' {
            Add-Fault @{ operation = 'searchUsers'; kind = 'ignoreFilter' }
            (Invoke-Watched { Get-ToriiUser -Status banned | Revoke-ToriiSession }).Mutations | Should -BeNullOrEmpty
        }

        It 'leaves out everybody with an address where -WithoutEmail is ignored, as newer contracts do' {
            Add-Fault @{ operation = 'searchUsers'; kind = 'ignoreFilter' }
            @(Get-ToriiUser -WithoutEmail).UserId | Should -Be @($everybody | Where-Object { -not $_.Email }).UserId
        }
    }

    Context 'by id' {
        It 'gives the users in the order of the ids, from the pipeline and as an argument' {
            $ids = $everybody[30, 3, 17].UserId
            ($ids | Get-ToriiUser).UserId | Should -Be $ids
            (Get-ToriiUser -UserId $ids).UserId | Should -Be $ids
            ($everybody[30, 3, 17] | Get-ToriiUser).UserId | Should -Be $ids
            ($ids | ForEach-Object { [pscustomobject]@{ UserId = $_; Note = 'a row' } } | Get-ToriiUser).UserId | Should -Be $ids
        }

        It 'goes on after one that is not there, and names it' {
            $nobody = '01931a73-8b00-7000-8000-000000000000'
            $run = Invoke-Watched { $everybody[0].UserId, $nobody, $everybody[1].UserId | Get-ToriiUser }
            $run.Output.UserId | Should -Be $everybody[0, 1].UserId
            Assert-ToriiError $run.Errors[0] Torii.UserNotFound ObjectNotFound
            $run.Errors[0].TargetObject | Should -Be $nobody
            $run.Errors[0].Exception.StatusCode, $run.Errors[0].Exception.Code | Should -Be 404, 'user_not_found'
            $run.Errors[0].Exception.SupportId | Should -Not -BeNullOrEmpty
        }

        It 'refuses a user of another environment' {
            $foreign = (Invoke-Api GET /_emulator/foreign).userId
            Assert-ToriiError (Invoke-Watched { Get-ToriiUser $foreign }).Errors[0] Torii.Forbidden PermissionDenied
        }
    }

    Context 'nothing means nothing' {
        It 'takes a blank -<Parameter> for a mistake and sends nothing' -ForEach @('Name', 'Email', 'Status', 'CreatedAfter', 'CreatedBefore', 'Cursor', 'UserId' | ForEach-Object { @{ Parameter = $_ } }) {
            foreach ($blank in $null, '', '  ', @(), @('')) {
                $filter = @{ $Parameter = $blank }
                $run = Invoke-Watched { Get-ToriiUser @filter -ErrorAction SilentlyContinue }
                Assert-ParameterError $run.EndedBy $Parameter
                $run.Requests | Should -BeNullOrEmpty
            }
        }

        It 'sends nothing for an empty pipeline, nor for nulls and blanks in it' {
            (Invoke-Watched { @() | Get-ToriiUser }).Requests | Should -BeNullOrEmpty
            $run = Invoke-Watched { $null, '', ' ' | Get-ToriiUser }
            $run.Requests | Should -BeNullOrEmpty
            $run.Output | Should -BeNullOrEmpty
            $run.Errors | Should -HaveCount 3
        }

        It 'sends nothing for a row without a user' {
            $run = Invoke-Watched { [pscustomobject]@{ Email = 'ada@example.com'; Name = 'Ada' } | Get-ToriiUser }
            $run.Requests | Should -BeNullOrEmpty
            $run.Errors | Should -HaveCount 1
        }
    }

    Context 'what comes out' {
        It 'has times in UTC, and the id under both its names' {
            $everybody[0].CreatedAt.Offset, $everybody[0].UpdatedAt.Offset | Should -Be ([timespan]::Zero), ([timespan]::Zero)
            $everybody[0].Id | Should -Be $everybody[0].UserId
        }

        It 'names the fields it filters by with -Verbose, and shows their values with -Debug alone' {
            $verbose = Get-ToriiUser -Email ada@example.com -First 1 -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] }
            "$verbose" | Should -BeLike '*POST /api/server/v1/users/search*{email}*'
            "$verbose" | Should -Not -BeLike '*ada@*'
            $debug = Get-ToriiUser -Email ada@example.com -First 1 -Debug 5>&1 | Where-Object { $_ -is [Management.Automation.DebugRecord] }
            "$debug" | Should -BeLike '*{"email":"ada@example.com"}*'
        }

        It 'keeps members that the server added later, through Export-Clixml too' {
            $later = '{"items":[{"id":"01931a73-8b00-7000-8000-000000000001","environmentId":"01931a73-8b00-7000-8000-000000000002","status":"active",' +
                '"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z","favourite":{"colour":"green","digits":[1,2]}}],"nextCursor":null}'
            Add-Fault @{ operation = 'searchUsers'; kind = 'wrongShape'; body = $later }
            $user = Get-ToriiUser
            $user.AdditionalProperties['favourite']['colour'] | Should -Be green
            $user | Export-Clixml $TestDrive/later.xml
            (Import-Clixml $TestDrive/later.xml).AdditionalProperties['favourite']['digits'] | Should -Be 1, 2
        }

        It 'survives Export-Clixml and Export-Csv with its id' {
            $everybody[0..2] | Export-Clixml -Path $TestDrive/users.xml
            (Import-Clixml $TestDrive/users.xml | Get-ToriiUser).UserId | Should -Be $everybody[0..2].UserId
            $everybody[0..2] | Export-Csv $TestDrive/users.csv
            (Import-Csv $TestDrive/users.csv | Get-ToriiUser).UserId | Should -Be $everybody[0..2].UserId
        }
    }
}
