# Requests that have no cmdlet: to the connection's host only, with the manners of the other cmdlets.

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 60 -Contract 0.0.12
    $people = [Collections.Generic.Queue[object]]::new(@(Get-ToriiUser -Status active))
    function Get-UserPath { "/api/server/v1/users/$($people.Dequeue().UserId)" }
}
AfterAll { Stop-TestEmulator }

Describe 'Invoke-ToriiRequest' {
    AfterEach { Clear-Fault }

    Context 'that reads' {
        It 'returns an object as it is, texts that look like dates included' {
            $user = Get-ToriiUser -First 1
            $raw = Invoke-ToriiRequest "/api/server/v1/users/$($user.UserId)"
            $raw | Should -BeOfType Management.Automation.PSCustomObject
            $raw.id | Should -Be $user.UserId
            $raw.createdAt | Should -BeOfType string
            $raw.createdAt | Should -BeLike '????-??-??T*Z'
        }

        It 'takes an address below that of the connection' {
            (Invoke-ToriiRequest "$($emulator.ApiUrl)api/server/v1/allowed-origins").origins | Should -Contain https://app.example.com
        }

        It 'follows the cursor with -Paginate, also of a search, and keeps the other parameters' {
            $all = @(Invoke-Api POST '/api/server/v1/users/search?limit=1000' @{ statuses = @('active') }).items.id
            $run = Invoke-Watched { Invoke-ToriiRequest '/api/server/v1/users/search?limit=20' -Method POST -Body @{ statuses = @('active') } -Paginate }
            $run.Output.id | Should -Be $all
            $run.Requests.path | Should -BeLike '*limit=20*'
            $run.Requests.Count | Should -Be ([Math]::Ceiling($all.Count / 20))
            @($run.Requests.body | Sort-Object -Unique) | Should -Be '{"statuses":["active"]}'
        }

        It 'stops at Select-Object -First' {
            (Invoke-Watched { Invoke-ToriiRequest '/api/server/v1/users/search?limit=1' -Method POST -Paginate | Select-Object -First 1 }).Requests.Count | Should -BeIn 1, 2
        }

        It 'says at which cursor a list that broke off continues' {
            Add-Fault @{ operation = 'searchUsers'; kind = 'status'; status = 403; skip = 1 }
            $run = Invoke-Watched { Invoke-ToriiRequest '/api/server/v1/users/search?limit=1' -Method POST -Paginate }
            $run.Output | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] Torii.Forbidden PermissionDenied '*it continues at cursor=*'
            $run.Errors[0].ErrorDetails.RecommendedAction | Should -Not -BeLike '*-Cursor*'
        }

        It 'is sent with -WhatIf and does not prompt' {
            $connection = Get-ToriiConnection default
            $run = Invoke-Watched { Invoke-Recorded { param($c) Invoke-ToriiRequest /api/server/v1/allowed-origins -Connection $c -WhatIf; Invoke-ToriiRequest /api/server/v1/users/search -Method post -Connection $c -Confirm -Body '{}' } @{ c = $connection } }
            $run.Requests.operation | Should -Be listAllowedOrigins, searchUsers
            $run.Output[0].Lines | Should -BeNullOrEmpty
        }

        It 'uses nothing of a budget up' {
            $connection = Connect-Emulator $emulator careful @{ MaxAffected = 1 }
            $null = Invoke-ToriiRequest /api/server/v1/users/search -Method POST -Connection $connection
            $connection.RemainingAffected | Should -Be 1
        }
    }

    Context 'with any JSON' {
        BeforeAll {
            $server = Start-ScriptedServer -State @{ Body = '{}'; Type = 'application/json'; Status = 200 } { param($Request, $State) @{ Body = $State.Body; Type = $State.Type; Status = $State.Status } }
            $connection = Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl $server.Url -Name scripted -MaxRetry 0 -SkipCheck -PassThru
            function Read-Json($Json) { $server.State.Body = $Json; Invoke-ToriiRequest /x -Connection $connection }
        }
        AfterAll { Stop-ScriptedServer $server }
        BeforeEach { $server.State.Type = 'application/json'; $server.State.Status = 200 }

        It 'returns <Json> exactly, as a <Type>' -ForEach @(
            @{ Json = '9223372036854775807'; Type = [long] }
            @{ Json = '9223372036854775808'; Type = [decimal] }
            @{ Json = '123456789012345678901234567890'; Type = [bigint] }
            @{ Json = '0.1'; Type = [decimal] }
            @{ Json = '0.10'; Type = [decimal] }
            @{ Json = '0.12345678901234567890123'; Type = [decimal] }
        ) {
            $value = (Read-Json "{`"n`":$Json}").n
            $value | Should -BeOfType $Type
            [Convert]::ToString($value, [cultureinfo]::InvariantCulture) | Should -Be $Json
            $null = Invoke-ToriiRequest /x -Method PUT -Body @{ n = $value } -Connection $connection
            $server.Requests.ToArray()[-1].Body | Should -Be "{`"n`":$Json}"
        }

        It 'writes the elements of an array one by one, and keeps inner arrays' {
            $items = @(Read-Json '[1,[2,3],null,{"a":[]}]')
            $items.Count | Should -Be 4
            $items[1] | Should -Be 2, 3
            , $items[3].a | Should -BeOfType object[]
            @(Read-Json '[]').Count | Should -Be 0
            @(Read-Json 'null').Count | Should -Be 0
        }

        It 'keeps members whose names differ in case only, or are empty' {
            $bag = Read-Json '{"a":1,"A":{"b":2}}'
            $bag['a'] | Should -Be 1
            $bag['A'].b | Should -Be 2
            (Read-Json '{"":1}')[''] | Should -Be 1
        }

        It 'returns text as a string and nothing for no content' {
            $server.State.Type = 'text/plain'
            Read-Json 'a,b' | Should -Be 'a,b'
            $server.State.Status = 204
            @(Read-Json '').Count | Should -Be 0
        }

        It 'refuses the page of a proxy, and says that a change may have been made' {
            $server.State.Type = 'text/html'
            $server.State.Body = '<html></html>'
            $run = Invoke-Watched { Invoke-ToriiRequest /x -Method DELETE -Connection $connection }
            Assert-ToriiError $run.Errors[0] Torii.InvalidResponse InvalidResult '*HTML*'
            $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeTrue
        }
    }

    Context 'that changes something' {
        It 'sends a hashtable, a custom object and JSON text alike' {
            foreach ($body in @{ locale = 'da' }, [pscustomobject]@{ locale = 'da' }, ' { "locale" : "da" } ') {
                $path = Get-UserPath
                $run = Invoke-Watched { Invoke-ToriiRequest $path -Method PATCH -Body $body }
                $run.Errors | Should -BeNullOrEmpty
                $run.Requests.body | Should -Be '{"locale":"da"}'
                $run.Output.locale | Should -Be da
            }
        }

        It 'shows a secret of the body or the path in no stream and no error' {
            $word = 'Xyzzy-plugh-42'
            Add-Fault @{ kind = 'status'; status = 402 }
            $path = "$(Get-UserPath)?token=$word"
            foreach ($body in @{ password = $word; inner = @{ accessToken = $word } }, "{`"p\u0061ssword`":`"$word`"}") {
                $recorded = Invoke-Recorded { param($p, $b, $c) Invoke-ToriiRequest $p -Method PATCH -Body $b -Connection $c -WhatIf; Invoke-ToriiRequest $p -Method PATCH -Body $b -Connection $c -Verbose -Debug } @{ p = $path; b = $body; c = Get-ToriiConnection default }
                $recorded.Lines -join "`n" | Should -BeLike '*`[redacted`]*'
                $record = $recorded.Errors[0]
                Assert-ToriiError $record Torii.QuotaExceeded QuotaExceeded
                $bound = $record.InvocationInfo.BoundParameters
                $text = ($recorded.Lines -join "`n"), $recorded.Verbose, "$record", $record.TargetObject, ($record.Exception | Format-List * -Force | Out-String), "$($bound['Body'])", (ConvertTo-Json $bound['Body'] -WarningAction Ignore) | Out-String
                $text.Contains($word) | Should -BeFalse
            }
        }

        It 'repeats <Method> after a server error: <Repeats>' -ForEach @(
            @{ Method = 'PUT'; Repeats = $true }
            @{ Method = 'DELETE'; Repeats = $true }
            @{ Method = 'POST'; Repeats = $false }
            @{ Method = 'PATCH'; Repeats = $false }
        ) {
            $patient = Connect-Emulator $emulator patient @{ MaxRetry = 2 }
            Add-Fault @{ kind = 'status'; status = 503; retryAfter = '0' }
            $run = Invoke-Watched { Invoke-ToriiRequest /api/server/v1/allowed-origins -Method $Method -Connection $patient }
            $run.Requests | Should -HaveCount ($Repeats ? 3 : 1)
            Assert-ToriiError $run.Errors[0] Torii.ServiceUnavailable ResourceUnavailable '*The change may have been made.'
            $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeTrue
        }

        It 'reports the status, the code and the support id of the service' {
            $run = Invoke-Watched { Invoke-ToriiRequest /api/server/v1/users/01931a73-8b00-7000-8000-000000000000/ban -Method POST }
            Assert-ToriiError $run.Errors[0] Torii.NotFound ObjectNotFound 'POST /api/server/v1/users/*404*'
            $run.Errors[0].Exception | ForEach-Object { $_.StatusCode, $_.Code } | Should -Be 404, user_not_found
            $run.Errors[0].Exception.SupportId | Should -Not -BeNullOrEmpty
            $run.Errors[0].TargetObject | Should -Be /api/server/v1/users/01931a73-8b00-7000-8000-000000000000/ban
        }

        It 'counts each path of the pipeline for -MaxAffected and the budget' {
            $paths = 1..3 | ForEach-Object { "$(Get-UserPath)/ban" }
            $run = Invoke-Watched { $paths | Invoke-ToriiRequest -Method POST -MaxAffected 2 }
            Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded
            $run.Requests | Should -BeNullOrEmpty
            $connection = Connect-Emulator $emulator careful @{ MaxAffected = 3 }
            $run = Invoke-Watched { $paths[0, 1] | Invoke-ToriiRequest -Method POST -MaxAffected 2 -Connection $connection }
            $run.Output.status | Should -Be banned, banned
            $connection.RemainingAffected | Should -Be 1
        }

        It 'sends one after the other, in the order of the input, and goes on after an error' {
            $paths = (Get-UserPath), '/api/server/v1/nowhere', (Get-UserPath) | ForEach-Object { "$_/ban" }
            $run = Invoke-Watched { $paths | Invoke-ToriiRequest -Method POST }
            $run.Requests.path | Should -Be $paths
            Measure-Overlap $run.Requests | Should -Be 1
            $run.Output | Should -HaveCount 2
            $run.Errors.TargetObject | Should -Be $paths[1]
        }
    }

    Context 'refuses before any request' {
        It 'the path <Path>' -ForEach @(
            @{ Path = 'api/server/v1/users' }
            @{ Path = '//evil.example.com/x' }
            @{ Path = 'https://evil.example.com/x' }
            @{ Path = 'http://127.0.0.1:1/x' }
            @{ Path = '/\evil.example.com' }
            @{ Path = '/api/../_emulator/stats' }
            @{ Path = '/api/%2e%2e/_emulator/stats' }
            @{ Path = '/a#b' }
            @{ Path = '/a b' }
            @{ Path = "/a`r`nHost: evil" }
        ) {
            $run = Invoke-Watched { Invoke-ToriiRequest $Path }
            Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument '*No request was sent.'
            $run.Requests | Should -BeNullOrEmpty
            $run = Invoke-Watched { $Path, '/api/server/v1/allowed-origins' | Invoke-ToriiRequest }
            $run.Errors | Should -HaveCount 1
            $run.Output.origins | Should -Not -BeNullOrEmpty
        }

        It 'a user, a row, and a body that is not JSON' {
            $user = Get-ToriiUser -First 1
            foreach ($try in { $user | Invoke-ToriiRequest }, { [pscustomobject]@{ Path = '/x' } | Invoke-ToriiRequest }, { Invoke-ToriiRequest /x -Method POST -Body 'a=b' }, { Invoke-ToriiRequest /x -Method POST -Body $user }, { Invoke-ToriiRequest /x -Body '{}' }, { Invoke-ToriiRequest /x -Method POST -Paginate }) {
                $run = Invoke-Watched $try
                $run.Errors | Should -HaveCount 1
                Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument
                $run.Requests | Should -BeNullOrEmpty
            }
        }
    }

    It 'sends the key to no other host, also where the service redirects' {
        $other = Start-ScriptedServer { @{ Body = '{}' } }
        $server = Start-ScriptedServer -State @{ To = $other.Url } { param($Request, $State) @{ Status = 307; Headers = @{ Location = "$($State.To)/x" } } }
        try {
            $connection = Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl $server.Url -Name scripted -MaxRetry 0 -SkipCheck -PassThru
            $run = Invoke-Watched { Invoke-ToriiRequest /x -Connection $connection; Invoke-ToriiRequest "$($other.Url)/x" -Connection $connection }
            Assert-ToriiError $run.Errors[0] Torii.Redirected ResourceUnavailable
            Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument
            $other.Requests.Count | Should -Be 0
        }
        finally {
            Stop-ScriptedServer $server
            Stop-ScriptedServer $other
        }
    }
}
