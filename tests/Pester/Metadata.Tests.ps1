BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 60 -Contract 0.0.13
    $people = @(Get-ToriiUser -Status active)
    $organizations = @(Get-ToriiOrganization)
    $memberships = @($organizations[0] | Get-ToriiMembership)
    $invitations = @(Get-ToriiInvitation -Status PENDING)
    $script:serial = 0

    # A user without metadata of an earlier test.
    function New-Person { New-ToriiUser "bag$((++$script:serial))@example.com" }
    # What the service has, without any of this module's conversions.
    function Get-Bag([string] $UserId, [string] $Bag = 'publicMetadata') {
        $message = [Net.Http.HttpRequestMessage]::new('GET', [uri]::new($emulator.ApiUrl, "/api/server/v1/users/$UserId"))
        $message.Headers.Authorization = [Net.Http.Headers.AuthenticationHeaderValue]::new('Bearer', $emulator.GetSecretKey())
        $text = [IO.StreamReader]::new([Net.Http.HttpClient]::new().Send($message).Content.ReadAsStream()).ReadToEnd()
        [Text.Json.JsonDocument]::Parse($text, [Text.Json.JsonDocumentOptions]@{ MaxDepth = 2000 }).RootElement.GetProperty($Bag).GetRawText()
    }
    # The body of the only request that changed something.
    function Get-SentBody($Run) { $Run.Mutations | Should -HaveCount 1; $Run.Mutations[0].body }
}
AfterAll { Stop-TestEmulator }

Describe 'Metadata' {
    BeforeAll {
        $everything = '{"plan":{"tier":"pro"},"n":[9007199254740993,9223372036854775808,123456789012345678901234567890123,0.10,1.0,1,1e400,-0.5],"d":["2026-05-16T09:30:00Z","2026-05-16"],' +
            '"empty":[],"emptyObject":{},"one":["x"],"in":[[1],[[]],{},null,[{"k":[]}]],"s":"\u00e9 \ud83d\ude00 \u65e5","Plan":1,"a.b":2,"a b":3,"":4,"Count":5,"Keys":6,"Values":7,"Item":8,"Length":9,"t":true}'
        $everything = [Text.Json.JsonDocument]::Parse($everything).RootElement.GetRawText() -replace '\\u00e9', 'é' -replace '\\ud83d\\ude00', '😀' -replace '\\u65e5', '日'
        $person = New-Person
        $person | Update-ToriiMetadata -Public $everything -Private @{ billing = @{ customer = 'cus_1' } }
        $user = Get-ToriiUser $person.UserId
    }

    It 'arrives as it was written' {
        # One spelling of what can be escaped or not.
        [Text.Json.Nodes.JsonNode]::Parse((Get-Bag $person.UserId)).ToJsonString() | Should -BeExactly ([Text.Json.Nodes.JsonNode]::Parse($everything).ToJsonString())
    }

    It 'reads as people expect' {
        $bag = $user.PublicMetadata
        $bag.plan.tier | Should -BeExactly pro
        $user.PrivateMetadata.billing.customer | Should -BeExactly cus_1
        $bag.n[0] | Should -Be 9007199254740993
        $bag.n[0] | Should -BeOfType long
        $bag.n[1] | Should -BeOfType decimal
        $bag.n[3] | Should -Be 0.1
        "$($bag.n[6])" | Should -BeExactly 1e400
        $bag.d | Should -BeOfType string
        , $bag.one | Should -BeOfType object[]
        $bag.one.Count | Should -Be 1
        , $bag.empty | Should -BeOfType object[]
        $bag.empty.Count | Should -Be 0
        $bag.in[1][0].Count | Should -Be 0
        $bag.s | Should -BeExactly 'é 😀 日'
        $bag.missing | Should -BeNullOrEmpty
    }

    It 'has a member of any name before a property of the dictionary' {
        $bag = $user.PublicMetadata
        $bag.plan | Should -BeOfType Torii.ToriiMetadata
        $bag.Plan | Should -Be 1
        $bag['Count'], $bag.Count, $bag.Keys, $bag.Values, $bag.Item, $bag.Length | Should -Be 5, 5, 6, 7, 8, 9
        $bag.'a.b', $bag.'a b', $bag[''] | Should -Be 2, 3, 4
        # Without such a member, the properties of the dictionary are there.
        $bag.plan.Count | Should -Be 1
        $bag.plan.Keys | Should -Be tier
    }

    It 'is one object in a pipeline, and its pairs are enumerated on demand' {
        @($user.PublicMetadata).Count | Should -Be 1
        @($user.PublicMetadata | ForEach-Object { $_ })[0] | Should -Be $user.PublicMetadata
        @($user.PublicMetadata.ForEach({ $_ })).Count | Should -Be 1
        @($user.PublicMetadata.GetEnumerator() | ForEach-Object Key) | Should -Contain 'a.b'
        ($user.PublicMetadata.plan | ConvertTo-Json -Compress) | Should -BeExactly '{"tier":"pro"}'
    }

    It 'goes back unchanged <How>' -ForEach @(
        @{ How = 'as the object that was read'; Convert = { $_.PublicMetadata } }
        @{ How = 'as its text'; Convert = { "$($_.PublicMetadata)" } }
        @{ How = 'from a CSV file'; Convert = { $_ | Export-Csv $TestDrive/one.csv; (Import-Csv $TestDrive/one.csv).PublicMetadata } }
        @{ How = 'from a CLIXML file'; Convert = { $_ | Export-Clixml $TestDrive/one.xml; (Import-Clixml $TestDrive/one.xml).PublicMetadata } }
        @{ How = 'through a hashtable for each bag'; Convert = { $copy = [Torii.ToriiMetadata]::new(); foreach ($pair in $_.PublicMetadata.GetEnumerator()) { $copy[$pair.Key] = $pair.Value }; $copy } }
    ) {
        $value = $user | ForEach-Object $Convert
        $other = New-Person
        $run = Invoke-Watched { $other | Update-ToriiMetadata -Public $value }
        $run.Errors | Should -BeNullOrEmpty
        $expected = [Text.Json.Nodes.JsonNode]::Parse($everything)
        $stored = [Text.Json.Nodes.JsonNode]::Parse((Get-Bag $other.UserId))
        # Clixml does not keep the order of keys; numbers are compared by their digits.
        [Text.Json.Nodes.JsonNode]::DeepEquals($stored, $expected) | Should -BeTrue -Because "$stored"
        $stored['n'].ToJsonString() | Should -BeExactly $expected['n'].ToJsonString()
    }

    It 'keeps arrays of one element, single values and nested arrays in what a person types' {
        $other = New-Person
        $tags = $user.PublicMetadata.one
        $run = Invoke-Watched { $other | Update-ToriiMetadata -Public @{ a = @('x'); b = 'x'; c = @(, @(1)); d = $tags; e = @(); f = , $null; g = [Collections.Generic.List[int]]@(1); h = 'a', 'b' } }
        $run.Errors | Should -BeNullOrEmpty
        $sent = ConvertFrom-Json (Get-SentBody $run) -AsHashtable
        ($sent.publicMetadata.GetEnumerator() | Sort-Object Key | ForEach-Object { "$($_.Key)=$(ConvertTo-Json $_.Value -Compress)" }) -join ' ' |
            Should -BeExactly 'a=["x"] b="x" c=[[1]] d=["x"] e=[] f=[null] g=[1] h=["a","b"]'
    }

    It 'is written from <What>' -ForEach @(
        @{ What = 'a hashtable'; Value = { @{ a = @{ b = 1 } } }; Json = '{"a":{"b":1}}' }
        @{ What = 'an ordered dictionary'; Value = { [ordered]@{ z = 1; a = 2 } }; Json = '{"z":1,"a":2}' }
        @{ What = 'a dictionary whose keys differ in case'; Value = { $d = [Collections.Specialized.OrderedDictionary]::new(); $d.Add('Plan', 1); $d.Add('plan', 2); $d }; Json = '{"Plan":1,"plan":2}' }
        @{ What = 'a custom object'; Value = { [pscustomobject]@{ a = [pscustomobject]@{ b = 1 }; c = @([pscustomobject]@{ d = 2 }) } }; Json = '{"a":{"b":1},"c":[{"d":2}]}' }
        @{ What = 'JSON text'; Value = { '{"Plan":0.10,"plan":1e400}' }; Json = '{"Plan":0.10,"plan":1e400}' }
        @{ What = 'a parsed object'; Value = { '{"Plan":{"a":1},"plan":2}' | ConvertFrom-Json -AsHashtable }; Json = '{"Plan":{"a":1},"plan":2}' }
        @{ What = 'dates'; Value = { [ordered]@{ a = [datetime]::new(2026, 5, 16, 9, 30, 0, [DateTimeKind]::Utc); b = [datetimeoffset]'2026-05-16T09:30:00+02:00'; c = [DateOnly]'2026-05-16' } }; Json = '{"a":"2026-05-16T09:30:00Z","b":"2026-05-16T09:30:00+02:00","c":"2026-05-16"}' }
        @{ What = 'a date of Get-Date'; Value = { @{ a = Get-Date '2026-05-16T09:30:00Z' -AsUTC } }; Json = '{"a":"2026-05-16T09:30:00Z"}' }
        @{ What = 'numbers of every type'; Value = { [ordered]@{ a = [int]1; b = 1.5; c = 1.10d; d = [ulong]::MaxValue; e = [bigint]::Pow(10, 30); f = [byte]7; g = 0x10 } }; Json = '{"a":1,"b":1.5,"c":1.10,"d":18446744073709551615,"e":1000000000000000000000000000000,"f":7,"g":16}' }
        @{ What = 'a switch, a character and an enumeration'; Value = { [ordered]@{ a = [switch]$true; b = [char]'x'; c = [DayOfWeek]::Friday } }; Json = '{"a":true,"b":"x","c":"Friday"}' }
        @{ What = 'a command that wrote nothing'; Value = { @{ a = (& { }) } }; Json = '{"a":null}' }
        @{ What = 'a key that is a number'; Value = { @{ 7 = 'x' } }; Json = '{"7":"x"}' }
    ) {
        $value = & $Value
        $run = Invoke-Watched { $people[0] | Update-ToriiMetadata -Unsafe $value }
        $run.Errors | Should -BeNullOrEmpty
        Get-SentBody $run | Should -BeExactly "{`"unsafeMetadata`":$Json}"
    }

    It 'is refused before any request where it is <What>' -ForEach @(
        @{ What = 'text that is not JSON'; Value = { 'plan=pro' }; Like = '*not valid JSON*' }
        @{ What = 'a JSON array'; Value = { '[1]' }; Like = '*neither a dictionary nor a JSON object*' }
        @{ What = 'JSON with a comment'; Value = { '{"a":1} // x' }; Like = '*not valid JSON*' }
        @{ What = 'JSON with a trailing comma'; Value = { '{"a":1,}' }; Like = '*not valid JSON*' }
        @{ What = 'JSON with a key twice'; Value = { '{"a":1,"b":{"c":1,"c":2}}' }; Like = "*the key 'c' appears twice*" }
        @{ What = 'a dictionary with a key as number and as text'; Value = { $h = @{}; $h.Add(1, 'a'); $h.Add('1', 'b'); $h }; Like = "*the key '1' appears twice*" }
        @{ What = 'a number'; Value = { 17 }; Like = '*neither a dictionary nor a JSON object*' }
        @{ What = 'an array'; Value = { , @(@{ a = 1 }) }; Like = '*neither a dictionary nor a JSON object*' }
        @{ What = 'a user'; Value = { $people[0] }; Like = '*neither a dictionary nor a JSON object*' }
        @{ What = 'a SecureString within'; Value = { @{ a = [securestring]::new() } }; Like = '*SecureString has no JSON form*' }
        @{ What = 'not a number'; Value = { @{ a = [double]::NaN } }; Like = '*NaN*' }
        @{ What = 'half of a surrogate pair'; Value = { @{ a = "$([char]0xD800)" } }; Like = '*not valid Unicode*' }
        @{ What = 'a hashtable that contains itself'; Value = { $h = @{}; $h.again = $h; $h.twice = $h; $h }; Like = '*64 levels*' }
        @{ What = 'a list that contains itself'; Value = { $l = [Collections.ArrayList]::new(); $null = $l.Add($l); @{ l = $l } }; Like = '*64 levels*' }
        @{ What = '65 levels deep'; Value = { $v = 1; 1..65 | ForEach-Object { $v = @{ a = $v } }; $v }; Like = '*64 levels*' }
        @{ What = 'JSON of 65 levels'; Value = { '{"a":' + '[' * 64 + ']' * 64 + '}' }; Like = '*64 levels*' }
        @{ What = 'an object of 65 levels'; Value = { $v = 1; 1..65 | ForEach-Object { $v = [pscustomobject]@{ a = $v } }; $v }; Like = '*64 levels*' }
        @{ What = 'a deserialized structure'; Value = { [datetimeoffset]::Now | Export-Clixml $TestDrive/b.xml; @{ a = Import-Clixml $TestDrive/b.xml } }; Like = '*a deserialized DateTimeOffset has no JSON form*' }
        @{ What = 'a deserialized object'; Value = { $people[0] | Export-Clixml $TestDrive/u.xml; @{ a = Import-Clixml $TestDrive/u.xml } }; Like = '*a deserialized ToriiUser has no JSON form*' }
        @{ What = 'empty'; Value = { '' }; Like = '*-Private is empty*' }
        @{ What = 'null'; Value = { $null }; Like = '*-Private is empty*' }
        @{ What = 'an object without keys'; Value = { @{} }; Like = '*no metadata to set or to delete*' }
    ) {
        $value = & $Value
        $run = Invoke-Watched { $people[0], $people[1] | Update-ToriiMetadata -Private $value }
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument $Like
        "$($run.EndedBy)" | Should -BeLike '*No request was sent.'
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'is sent 64 levels deep, and comes back' {
        $other = New-Person
        $value = 'innermost'
        1..64 | ForEach-Object { $value = @{ a = $value } }
        $run = Invoke-Watched { $other | Update-ToriiMetadata -Public $value -PassThru }
        $run.Errors | Should -BeNullOrEmpty
        "$($run.Output[0].PublicMetadata)" | Should -BeExactly (Get-Bag $other.UserId)
        $again = Invoke-Watched { $other | Update-ToriiMetadata -Public $run.Output[0].PublicMetadata }
        $again.Errors | Should -BeNullOrEmpty
        Get-SentBody $again | Should -BeExactly $run.Mutations[0].body
    }

    It 'of an end-user, however deep, hides no user from the list, and is not sent in part' {
        $other = New-Person
        $deep = '{"unsafeMetadata":{"a":' + '[' * 900 + ']' * 900 + '}}'
        $message = [Net.Http.HttpRequestMessage]::new('PATCH', [uri]::new($emulator.ApiUrl, "/api/server/v1/users/$($other.UserId)/metadata"))
        $message.Headers.Authorization = [Net.Http.Headers.AuthenticationHeaderValue]::new('Bearer', $emulator.GetSecretKey())
        $message.Content = [Net.Http.StringContent]::new($deep, [Text.Encoding]::UTF8, 'application/json')
        [Net.Http.HttpClient]::new().Send($message).EnsureSuccessStatusCode()
        $found = @(Get-ToriiUser) | Where-Object UserId -EQ $other.UserId
        "$($found.UnsafeMetadata)" | Should -BeExactly (Get-Bag $other.UserId unsafeMetadata)
        $run = Invoke-Watched { $found | Update-ToriiMetadata -Unsafe $found.UnsafeMetadata }
        Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument '*64 levels*'
        $run.Requests | Should -BeNullOrEmpty
        $other | Remove-ToriiUser -Force
    }
}

Describe 'Update-ToriiMetadata' {
    AfterEach { Clear-Fault }

    Context 'the target' {
        It 'is <What>' -ForEach @(
            @{ What = 'a user'; Target = { $people[1] }; Operation = 'updateUserMetadata'; Type = 'ToriiUser' }
            @{ What = 'a row of a user'; Target = { [pscustomobject]@{ UserId = $people[1].UserId; Email = 'x' } }; Operation = 'updateUserMetadata'; Type = 'ToriiUser' }
            @{ What = 'an organization'; Target = { $organizations[0] }; Operation = 'updateOrganizationMetadata'; Type = 'ToriiOrganization' }
            @{ What = 'a membership'; Target = { $memberships[0] }; Operation = 'updateMemberMetadata'; Type = 'ToriiMembership' }
            @{ What = 'an invitation'; Target = { $invitations[0] }; Operation = 'updateInvitationMetadata'; Type = 'ToriiInvitation' }
            @{ What = 'a hashtable'; Target = { @{ OrganizationId = $organizations[0].OrganizationId } }; Operation = 'updateOrganizationMetadata'; Type = 'ToriiOrganization' }
            @{ What = 'a reference'; Target = { [Torii.ToriiInvitationReference]::new($invitations[0].InvitationId) }; Operation = 'updateInvitationMetadata'; Type = 'ToriiInvitation' }
        ) {
            $target = & $Target
            $stamp = ++$script:serial
            $run = Invoke-Watched { $target | Update-ToriiMetadata -Public @{ stamp = $stamp } -PassThru }
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations.operation | Should -Be $Operation
            $run.Output | Should -HaveCount 1
            $run.Output[0] | Should -BeOfType "Torii.$Type"
            $run.Output[0].PublicMetadata.stamp | Should -Be $stamp
            $run.Output[0].ConnectionName | Should -Be default
        }

        It 'is the same after Export-Csv, Export-Clixml and Select-Object: <What>' -ForEach @(
            @{ What = 'a user'; Target = { $people[2] }; Operation = 'updateUserMetadata' }
            @{ What = 'an organization'; Target = { $organizations[1] }; Operation = 'updateOrganizationMetadata' }
            @{ What = 'a membership'; Target = { $memberships[1] }; Operation = 'updateMemberMetadata' }
            @{ What = 'an invitation'; Target = { $invitations[1] }; Operation = 'updateInvitationMetadata' }
        ) {
            $target = & $Target
            $expected = (Invoke-Watched { $target | Update-ToriiMetadata -Public @{ live = $true } }).Mutations[0].path
            $target | Export-Csv $TestDrive/target.csv
            $target | Export-Clixml $TestDrive/target.xml
            foreach ($row in (Import-Csv $TestDrive/target.csv), (Import-Clixml $TestDrive/target.xml), ($target | Select-Object *)) {
                $run = Invoke-Watched { $row | Update-ToriiMetadata -Public @{ row = $true } }
                $run.Errors | Should -BeNullOrEmpty
                $run.Mutations.operation | Should -Be $Operation
                $run.Mutations[0].path | Should -BeExactly $expected
                # The values of the row are those of the day on which it was exported.
                Get-SentBody $run | Should -BeExactly '{"publicMetadata":{"row":true}}'
            }
        }

        It 'is named by <What>' -ForEach @(
            @{ What = '-UserId'; Arguments = { @{ UserId = $people[3].UserId, $people[4].UserId } }; Operation = 'updateUserMetadata'; Count = 2 }
            @{ What = '-UserId with an object'; Arguments = { @{ UserId = $people[3] } }; Operation = 'updateUserMetadata'; Count = 1 }
            @{ What = '-OrganizationId'; Arguments = { @{ OrganizationId = $organizations[0].OrganizationId, $organizations[1].OrganizationId } }; Operation = 'updateOrganizationMetadata'; Count = 2 }
            @{ What = '-OrganizationId with -UserId'; Arguments = { @{ OrganizationId = $organizations[0]; UserId = $memberships[0].UserId, $memberships[1].UserId } }; Operation = 'updateMemberMetadata'; Count = 2 }
            @{ What = '-InvitationId'; Arguments = { @{ InvitationId = $invitations[0].InvitationId } }; Operation = 'updateInvitationMetadata'; Count = 1 }
            @{ What = '-InputObject'; Arguments = { @{ InputObject = $people[3], $people[4] } }; Operation = 'updateUserMetadata'; Count = 2 }
        ) {
            $arguments = & $Arguments
            $run = Invoke-Watched { Update-ToriiMetadata @arguments -Private @{ named = $true } -PassThru }
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations | Should -HaveCount $Count
            $run.Mutations.operation | Should -Be (@($Operation) * $Count)
            $run.Output.PrivateMetadata.named | Should -Be (@($true) * $Count)
        }

        It 'is refused where it is <What>' -ForEach @(
            @{ What = 'an id'; Target = { $people[0].UserId }; Id = 'AmbiguousInput'; Like = '*An id alone does not tell what it names*' }
            @{ What = 'a session'; Target = { $people | Get-ToriiSession | Select-Object -First 1 }; Id = 'AmbiguousInput'; Like = '*session*' }
            @{ What = 'a row of a session'; Target = { $people | Get-ToriiSession | Select-Object -First 1 | Select-Object * }; Id = 'AmbiguousInput'; Like = '*session*' }
            @{ What = 'a session without its SessionId'; Target = { $people | Get-ToriiSession | Select-Object -First 1 UserId, IpAddress }; Id = 'AmbiguousInput'; Like = '*' }
            @{ What = 'a token'; Target = { New-ToriiEmulatorToken -UserId $people[0].UserId | Test-Token }; Id = 'AmbiguousInput'; Like = '*' }
            @{ What = 'a membership that lost its organization'; Target = { $memberships[0] | Select-Object UserId, Role, JoinedAt }; Id = 'AmbiguousInput'; Like = '*membership*' }
            @{ What = 'a membership whose OrganizationId is empty'; Target = { [pscustomobject]@{ UserId = $people[0].UserId; OrganizationId = '' } }; Id = 'AmbiguousInput'; Like = '*OrganizationId is empty*' }
            @{ What = 'an invitation and a user'; Target = { [pscustomobject]@{ UserId = $people[0].UserId; InvitationId = $invitations[0].InvitationId } }; Id = 'AmbiguousInput'; Like = '*' }
            @{ What = 'an object of another kind'; Target = { Get-ToriiConnection }; Id = 'InvalidId'; Like = '*does not name*' }
            @{ What = 'a row of another kind'; Target = { [pscustomobject]@{ Colour = 'green' } }; Id = 'InvalidId'; Like = '*does not name*' }
        ) {
            function Test-Token { process { ConvertFrom-ToriiToken $_ -Issuer $emulator.Issuer } }
            $target = & $Target
            $run = Invoke-Watched { $target, $people[5] | Update-ToriiMetadata -Public @{ a = 1 } }
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] "Torii.$Id" InvalidArgument $Like
            $run.EndedBy | Should -BeNullOrEmpty
            # The one after it is updated.
            $run.Mutations.userId | Should -Be $people[5].UserId
        }

        It 'is not a membership in place of its user or its organization, nor a session in place of its user' {
            foreach ($arguments in @{ UserId = $memberships[0] }, @{ OrganizationId = $memberships[0] }, @{ UserId = ($people | Get-ToriiSession | Select-Object -First 1) }) {
                $run = Invoke-Watched { Update-ToriiMetadata @arguments -Public @{ a = 1 } }
                Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument '*is not accepted in place of its*'
                $run.Requests | Should -BeNullOrEmpty
            }
        }

        It 'is not guessed from a piped object beside an id' {
            foreach ($arguments in @{ UserId = $people[1].UserId }, @{ OrganizationId = $organizations[0].OrganizationId }, @{ InvitationId = $invitations[0].InvitationId }) {
                $run = Invoke-Watched { $people[0] | Update-ToriiMetadata @arguments -Public @{ a = 1 } }
                $run.Errors | Should -HaveCount 1
                $run.Requests | Should -BeNullOrEmpty
            }
        }

        It 'is one organization where members are named' {
            $run = Invoke-Watched { Update-ToriiMetadata -OrganizationId $organizations[0, 1].OrganizationId -UserId $people[0].UserId -Public @{ a = 1 } }
            Assert-ToriiError $run.EndedBy Torii.AmbiguousInput InvalidArgument '*-OrganizationId names 2 organizations*'
            $run.Requests | Should -BeNullOrEmpty
        }

        It 'is no membership of a user and an organization of two connections' {
            Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $emulator.ApiUrl -Name other -SkipCheck
            $user = Get-ToriiUser $memberships[0].UserId -Connection other
            $run = Invoke-Watched { Update-ToriiMetadata -OrganizationId $organizations[0] -UserId $user -Public @{ a = 1 } }
            Assert-ToriiError $run.Errors[0] Torii.ConnectionMismatch InvalidArgument "*through the connection 'other', and the organization through 'default'*"
            $run.Requests | Should -BeNullOrEmpty
            Disconnect-Torii other
        }

        It 'that does not exist is an error of its kind' {
            $nobody = '01931a73-8b00-7000-8000-000000000000'
            foreach ($case in @(
                    @{ Arguments = @{ UserId = $nobody }; Id = 'UserNotFound' }
                    @{ Arguments = @{ OrganizationId = $nobody }; Id = 'OrganizationNotFound' }
                    @{ Arguments = @{ OrganizationId = $organizations[0].OrganizationId; UserId = $nobody }; Id = 'OrganizationNotFound' }
                    @{ Arguments = @{ InvitationId = $nobody }; Id = 'InvitationNotFound' }
                )) {
                $arguments = $case.Arguments
                $run = Invoke-Watched { Update-ToriiMetadata @arguments -Public @{ a = 1 } }
                $run.Errors | Should -HaveCount 1
                Assert-ToriiError $run.Errors[0] "Torii.$($case.Id)" ObjectNotFound
            }
        }

        It 'that is an invitation which is not pending is a conflict' {
            $revoked = Get-ToriiInvitation -Status REVOKED -First 1
            $run = Invoke-Watched { $revoked | Update-ToriiMetadata -Public @{ a = 1 } }
            Assert-ToriiError $run.Errors[0] Torii.Conflict ResourceExists
        }
    }

    Context 'the values' {
        It 'merge at every level, and null deletes a key' {
            $person = New-Person
            $person | Update-ToriiMetadata -Public @{ plan = @{ tier = 'free'; seats = 3 }; tags = 'a', 'b'; old = 1 } -Private @{ kept = 1 }
            $run = Invoke-Watched { $person | Update-ToriiMetadata -Public @{ plan = @{ tier = 'pro' }; tags = @('c'); old = $null } -PassThru }
            $run.Errors | Should -BeNullOrEmpty
            $expected = [Text.Json.Nodes.JsonNode]::Parse('{"plan":{"tier":"pro","seats":3},"tags":["c"]}')
            [Text.Json.Nodes.JsonNode]::DeepEquals([Text.Json.Nodes.JsonNode]::Parse("$($run.Output[0].PublicMetadata)"), $expected) | Should -BeTrue
            "$($run.Output[0].PrivateMetadata)" | Should -BeExactly '{"kept":1}'
        }

        It 'are sent for each bag that is named, and for no other' {
            $run = Invoke-Watched { $people[6] | Update-ToriiMetadata -Public @{ a = 1 } -Private '{"b":2}' -Unsafe ([pscustomobject]@{ c = 3 }) }
            Get-SentBody $run | Should -BeExactly '{"publicMetadata":{"a":1},"privateMetadata":{"b":2},"unsafeMetadata":{"c":3}}'
            $run = Invoke-Watched { $organizations[0] | Update-ToriiMetadata -Private @{ b = 2 } }
            Get-SentBody $run | Should -BeExactly '{"privateMetadata":{"b":2}}'
        }

        It 'are computed for each record by a script block' {
            $rows = foreach ($n in 7, 8) { [pscustomobject]@{ UserId = $people[$n].UserId; Plan = "plan$n"; Seats = "$n" } }
            $run = Invoke-Watched { $rows | Update-ToriiMetadata -Public { @{ plan = $_.Plan; seats = [int]$_.Seats } } -ThrottleLimit 1 }
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations.userId | Should -Be $people[7, 8].UserId
            foreach ($n in 7, 8) { (Get-ToriiUser $people[$n].UserId).PublicMetadata.plan | Should -BeExactly "plan$n" }
            (Get-ToriiUser $people[8].UserId).PublicMetadata.seats | Should -BeOfType long
        }

        It 'of a script block are errors of their record' {
            $rows = foreach ($n in 7, 8, 9) { [pscustomobject]@{ UserId = $people[$n].UserId; Json = @{ 7 = '{"a":1}'; 8 = '{broken'; 9 = '' }[$n] } }
            $run = Invoke-Watched { $rows | Update-ToriiMetadata -Public { $_.Json } }
            $run.Errors | Should -HaveCount 2
            $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.InvalidRequest InvalidArgument '*This row was skipped.' }
            $run.Mutations.userId | Should -Be $people[7].UserId
        }

        It 'are missing: an error of the command line' {
            foreach ($run in (Invoke-Watched { $people[0] | Update-ToriiMetadata }), (Invoke-Watched { Update-ToriiMetadata -UserId $people[0].UserId }), (Invoke-Watched { $people[0] | Update-ToriiMetadata -Public @{} -Private @{} })) {
                Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument '*no metadata to set or to delete. No request was sent.'
                $run.Requests | Should -BeNullOrEmpty
            }
        }

        It 'are those of the command line: a column that looks like one is an error of its row' -ForEach @(
            @{ Column = 'Public' }, @{ Column = 'private' }, @{ Column = 'Unsafe' }, @{ Column = 'RemoveKey' }
        ) {
            $row = [pscustomobject]@{ UserId = $people[0].UserId; $Column = '{"a":1}' }
            $empty = [pscustomobject]@{ UserId = $people[1].UserId; $Column = '' }
            $other = @{ ($Column -eq 'Public' ? 'Private' : 'Public') = @{ b = 2 } }
            $run = Invoke-Watched { $row, $empty | Update-ToriiMetadata @other }
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument "*The column $Column is not used*"
            $run.Errors[0].ErrorDetails.RecommendedAction | Should -BeLike "*-$Column { `$_.$Column }*"
            $run.Mutations.userId | Should -Be $people[1].UserId
        }

        It 'of -Unsafe are for users only' {
            foreach ($target in $organizations[0], $memberships[0], $invitations[0]) {
                $run = Invoke-Watched { $target | Update-ToriiMetadata -Public @{ a = 1 } -Unsafe @{ b = 1 } }
                $run.Errors | Should -HaveCount 1
                Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*Only a user has unsafe metadata*'
                $run.Requests | Should -BeNullOrEmpty
            }
        }

        It 'for one target are sent one after the other, in their order' {
            $person = New-Person
            Add-Fault @{ operation = 'updateUserMetadata'; kind = 'slow'; delayMs = 20; times = 5 }
            $rows = 1..20 | ForEach-Object { [pscustomobject]@{ UserId = ($_ % 2 ? $person.UserId : $person.UserId.ToUpperInvariant()); N = $_ } }
            $run = Invoke-Watched { $rows | Update-ToriiMetadata -Public { @{ last = $_.N; "k$($_.N)" = $_.N } } -ThrottleLimit 16 }
            $run.Errors | Should -BeNullOrEmpty
            Measure-Overlap $run.Mutations | Should -Be 1
            (Get-ToriiUser $person.UserId).PublicMetadata.last | Should -Be 20
        }
    }

    Context '-RemoveKey' {
        BeforeEach {
            $person = New-Person
            $person | Update-ToriiMetadata -Public '{"plan":{"tier":"pro","seats":3},"a.b":1,"x":1}' -Private '{"plan":{"tier":"pro"}}'
        }

        It 'deletes <Path>' -ForEach @(
            @{ Path = 'Public:plan.tier'; Left = '{"plan":{"seats":3},"a.b":1,"x":1}' }
            @{ Path = 'public:plan'; Left = '{"a.b":1,"x":1}' }
            @{ Path = 'Public:a\.b'; Left = '{"plan":{"tier":"pro","seats":3},"x":1}' }
            @{ Path = @('Public:x', 'Public:plan.tier', 'Public:plan.seats'); Left = '{"plan":{},"a.b":1}' }
            @{ Path = 'Public:never.was'; Left = '{"plan":{"tier":"pro","seats":3},"a.b":1,"x":1,"never":{}}' }
        ) {
            $run = Invoke-Watched { Update-ToriiMetadata -UserId $person.UserId -RemoveKey $Path }
            $run.Errors | Should -BeNullOrEmpty
            Get-Bag $person.UserId | Should -BeExactly $Left
            Get-Bag $person.UserId privateMetadata | Should -BeExactly '{"plan":{"tier":"pro"}}'
        }

        It 'belongs to the one bag that is named' {
            $run = Invoke-Watched { $person | Update-ToriiMetadata -Private @{ a = 1 } -RemoveKey plan.tier }
            Get-SentBody $run | Should -BeExactly '{"privateMetadata":{"a":1,"plan":{"tier":null}}}'
            $run = Invoke-Watched { $person | Update-ToriiMetadata -Public @{} -RemoveKey x }
            Get-SentBody $run | Should -BeExactly '{"publicMetadata":{"x":null}}'
        }

        It 'is computed for each record by a script block' {
            $run = Invoke-Watched { [pscustomobject]@{ UserId = $person.UserId; Key = 'Public:x' } | Update-ToriiMetadata -RemoveKey { $_.Key } }
            Get-SentBody $run | Should -BeExactly '{"publicMetadata":{"x":null}}'
        }

        It 'is refused where it <What>' -ForEach @(
            @{ What = 'can belong to several bags'; Arguments = @{ RemoveKey = 'plan.tier' }; Like = '*can belong to Public or Private or Unsafe*' }
            @{ What = 'can belong to one of two bags'; Arguments = @{ RemoveKey = 'plan'; Public = @{ a = 1 }; Unsafe = @{ a = 1 } }; Like = '*can belong to Public or Unsafe*' }
            @{ What = 'names a bag that does not exist'; Arguments = @{ RemoveKey = 'Secret:plan' }; Like = "*names the bag 'Secret'*" }
            @{ What = 'is set too'; Arguments = @{ Public = @{ plan = @{ tier = 'x' } }; RemoveKey = 'plan.tier' }; Like = '*is removed, and it or a key around it or within it is set or removed too*' }
            @{ What = 'is around a key that is set'; Arguments = @{ Public = @{ plan = @{ tier = 'x' } }; RemoveKey = 'plan' }; Like = '*is removed, and*' }
            @{ What = 'is within a key that is set'; Arguments = @{ Public = @{ plan = 'x' }; RemoveKey = 'plan.tier' }; Like = '*is removed, and*' }
            @{ What = 'has an empty key'; Arguments = @{ RemoveKey = 'Public:plan..tier' }; Like = '*a key in it is empty*' }
            @{ What = 'is not text'; Arguments = @{ Public = @{ a = 1 }; RemoveKey = @{ a = 1 } }; Like = '*not the path of a key*' }
        ) {
            $run = Invoke-Watched { $person | Update-ToriiMetadata @Arguments }
            Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument $Like
            $run.Requests | Should -BeNullOrEmpty
        }
    }

    Context 'the size' {
        It 'is a warning where what is sent alone is too large, and the detail of the refusal an error' {
            foreach ($case in @(
                    @{ Target = $people[10]; Arguments = @{ Public = @{ a = 'x' * 4100 }; Private = @{ a = 'x' * 4100 } }; Warn = '*publicMetadata, privateMetadata is 8,216 bytes*8,192 bytes*' }
                    @{ Target = $organizations[0]; Arguments = @{ Private = @{ a = 'é' * 4100 } }; Warn = '*privateMetadata is 8,208 bytes*' }
                    @{ Target = $memberships[0]; Arguments = @{ Public = @{ a = 'x' * 9000 } }; Warn = '*publicMetadata is 9,008 bytes*' }
                    @{ Target = $invitations[0]; Arguments = @{ Public = @{ a = 'x' * 9000 } }; Warn = '*publicMetadata is 9,008 bytes*' }
                )) {
                $arguments = $case.Arguments
                $run = Invoke-Watched { $case.Target | Update-ToriiMetadata @arguments }
                $run.Warnings | Should -HaveCount 1
                "$($run.Warnings)" | Should -BeLike $case.Warn
                $run.Mutations | Should -HaveCount 1
                Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*metadata_too_large*The change was not made*'
            }
        }

        It 'is measured by the service: what is sent alone may fit and the result may not' {
            $person = New-Person
            $person | Update-ToriiMetadata -Public @{ a = 'x' * 5000 }
            $run = Invoke-Watched { $person | Update-ToriiMetadata -Private @{ a = 'x' * 5000 } }
            $run.Warnings | Should -BeNullOrEmpty
            Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*metadata_too_large*'
            # Each bag of an organization has its own budget.
            $run = Invoke-Watched { $organizations[0] | Update-ToriiMetadata -Public @{ a = 'x' * 5000 } -Private @{ a = 'x' * 5000 } }
            $run.Errors | Should -BeNullOrEmpty
            $run.Warnings | Should -BeNullOrEmpty
        }

        It 'is warned of once for many targets' {
            $run = Invoke-Watched { $people[10..14] | Update-ToriiMetadata -Public @{ a = 'x' * 9000 } }
            $run.Warnings | Should -HaveCount 1
            $run.Errors | Should -HaveCount 5
        }
    }

    Context 'what is said' {
        It 'with -WhatIf is the request, and nothing is sent' {
            $connection = Get-ToriiConnection default
            $run = Invoke-Watched {
                Invoke-Recorded { param($Id, $Connection) Update-ToriiMetadata -UserId $Id -Private @{ crm = 'acct_1' } -RemoveKey plan.tier -Connection $Connection -WhatIf } @{
                    Id = $people[0].UserId; Connection = $connection
                }
            }
            $run.Requests | Should -BeNullOrEmpty
            $run.Output[0].Errors | Should -BeNullOrEmpty
            $run.Output[0].Lines -join "`n" | Should -BeLike "*Update user metadata: {`"privateMetadata`":{`"crm`":`"acct_1`",`"plan`":{`"tier`":null}}}*$($people[0].UserId)*1 target in total*"
        }

        It 'with -Verbose is the names of the keys, never their values' {
            $text = & { $people[0] | Update-ToriiMetadata -Private @{ crm = 'acct_secret_17' } -Public @{ plan = @{ tier = 'inner_17' } } -Verbose } 4>&1 | Out-String -Width 500
            $text | Should -BeLike '*Update user metadata (Public: plan; Private: crm)*'
            $text | Should -Not -BeLike '*acct_secret_17*'
            $text | Should -Not -BeLike '*inner_17*'
        }

        It 'in an error record holds no metadata' {
            Add-Fault @{ operation = 'updateUserMetadata'; kind = 'status'; status = 402 }
            $value = @{ crm = 'acct_secret_17' }
            $run = Invoke-Watched { $people[0] | Update-ToriiMetadata -Private $value }
            $record = $run.Errors[0]
            Assert-ToriiError $record Torii.QuotaExceeded QuotaExceeded
            $record, $record.Exception, $record.InvocationInfo, $record.InvocationInfo.BoundParameters | ForEach-Object { $_ | Format-List * -Force; ConvertTo-Json $_ -Depth 4 -WarningAction Ignore } | Out-String -Width 500 |
                Should -Not -BeLike '*acct_secret_17*'
        }

        It 'of a bag that the server accepted and did not store is an error, and the object comes all the same' {
            foreach ($case in @(
                    @{ Operation = 'updateUserMetadata'; Target = $people[0] }, @{ Operation = 'updateOrganizationMetadata'; Target = $organizations[0] }
                    @{ Operation = 'updateMemberMetadata'; Target = $memberships[0] }, @{ Operation = 'updateInvitationMetadata'; Target = $invitations[0] }
                )) {
                Add-Fault @{ operation = $case.Operation; kind = 'ignoreFilter'; fields = @('privateMetadata') }
                $run = Invoke-Watched { $case.Target | Update-ToriiMetadata -Public @{ seen = $true } -Private @{ lost = [guid]::NewGuid() } }
                Clear-Fault
                $run.Errors | Should -HaveCount 1
                Assert-ToriiError $run.Errors[0] Torii.FieldNotApplied InvalidResult '*did not store: privateMetadata.*'
                $run.Output | Should -HaveCount 1
                $run.Output[0].PublicMetadata.seen | Should -BeTrue
            }
        }
    }
}

Describe 'Update-ToriiMetadata on contract <Contract>' -ForEach @(
    @{ Contract = '0.0.3'; Lacks = @{ User = 'metadata operations'; Organization = 'organizations'; Membership = 'organizations'; Invitation = 'invitations' } }
    @{ Contract = '0.0.12'; Lacks = @{ Invitation = 'metadata of invitations' } }
) {
    BeforeAll {
        $older = Start-TestEmulator -Users 20 -Contract $Contract -Name older -Additional
        $id = (Get-ToriiUser -First 1 -Connection older).UserId
        $targets = @{
            User = @{ UserId = $id }
            Organization = @{ OrganizationId = '01931a73-8b00-7000-8000-000000000000' }
            Membership = @{ OrganizationId = '01931a73-8b00-7000-8000-000000000000'; UserId = $id }
            Invitation = @{ InvitationId = '01931a73-8b00-7000-8000-000000000000' }
        }
        if ($Contract -ne '0.0.3') {
            $targets.Organization.OrganizationId = $targets.Membership.OrganizationId = (Get-ToriiOrganization -First 1 -Connection older).OrganizationId
            $targets.Membership.UserId = (Get-ToriiMembership -Organization $targets.Organization.OrganizationId -Connection older)[0].UserId
            $targets.Invitation.InvitationId = (Get-ToriiInvitation -Status PENDING -First 1 -Connection older).InvitationId
        }
    }
    AfterAll { $older | Stop-ToriiEmulator }

    It 'says what the server lacks, or does it: <_>' -ForEach User, Organization, Membership, Invitation {
        $arguments = $targets[$_]
        $run = Invoke-Watched { Update-ToriiMetadata @arguments -Public @{ a = 1 } -Connection older -PassThru } $older
        if ($Lacks[$_]) {
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] Torii.NotSupported NotImplemented "*This server has no $($Lacks[$_]) (torii server API*"
            $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeFalse
        }
        else {
            $run.Errors | Should -BeNullOrEmpty
            $run.Output[0].PublicMetadata.a | Should -Be 1
        }
    }
}

Describe 'New-ToriiUser' {
    AfterEach { Clear-Fault }

    It 'stores the three bags of the command line' {
        $run = Invoke-Watched { New-ToriiUser bags@example.com -PublicMetadata @{ plan = @{ tier = 'pro' } } -PrivateMetadata '{"n":9007199254740993,"d":0.10}' -UnsafeMetadata ([pscustomobject]@{ step = @(1) }) }
        $run.Errors | Should -BeNullOrEmpty
        $id = $run.Output[0].UserId
        Get-Bag $id | Should -BeExactly '{"plan":{"tier":"pro"}}'
        Get-Bag $id privateMetadata | Should -BeExactly '{"n":9007199254740993,"d":0.10}'
        Get-Bag $id unsafeMetadata | Should -BeExactly '{"step":[1]}'
        $run.Output[0].PublicMetadata.plan.tier | Should -BeExactly pro
    }

    It 'stores the three bags of the rows of a file' {
        $rows = 'Email,PublicMetadata,PrivateMetadata,UnsafeMetadata', 'row1@example.com,"{""plan"":""pro""}","{""n"":1.50}","{""a"":[]}"', 'row2@example.com,,,' | ConvertFrom-Csv
        $run = Invoke-Watched { $rows | New-ToriiUser -ThrottleLimit 1 }
        $run.Errors | Should -BeNullOrEmpty
        Get-Bag $run.Output[0].UserId | Should -BeExactly '{"plan":"pro"}'
        Get-Bag $run.Output[0].UserId privateMetadata | Should -BeExactly '{"n":1.50}'
        Get-Bag $run.Output[0].UserId unsafeMetadata | Should -BeExactly '{"a":[]}'
        'publicMetadata', 'privateMetadata', 'unsafeMetadata' | ForEach-Object { Get-Bag $run.Output[1].UserId $_ | Should -BeExactly '{}' }
    }

    It 'takes the metadata of an exported user' {
        $person = New-Person
        $person | Update-ToriiMetadata -Public '{"plan":{"tier":"pro"},"n":[0.10,1e400]}'
        Get-ToriiUser $person.UserId | Select-Object PublicMetadata, @{ Name = 'Email'; Expression = { 'copy@example.com' } } | Export-Csv $TestDrive/copy.csv
        $copy = Import-Csv $TestDrive/copy.csv | New-ToriiUser
        Get-Bag $copy.UserId | Should -BeExactly '{"plan":{"tier":"pro"},"n":[0.10,1e400]}'
    }

    It 'reports a bag that the server did not store: <_>' -ForEach PublicMetadata, PrivateMetadata, UnsafeMetadata {
        $member = $_.Substring(0, 1).ToLower() + $_.Substring(1)
        Add-Fault @{ operation = 'createUser'; kind = 'ignoreFilter'; fields = @($member) }
        $bags = @{ PublicMetadata = @{ a = 1 }; PrivateMetadata = @{ a = 1 }; UnsafeMetadata = @{ a = 1 } }
        $run = Invoke-Watched { New-ToriiUser "lost$_@example.com" @bags }
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.FieldNotApplied InvalidResult "*did not store: $member.*"
        $run.Output[0] | Should -BeOfType Torii.ToriiUser
    }

    It 'warns of metadata that alone is too large, and refuses a wrong value before any request' {
        $run = Invoke-Watched { New-ToriiUser large@example.com -PublicMetadata @{ a = 'x' * 9000 } }
        $run.Warnings | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*metadata_too_large*'
        $run = Invoke-Watched { New-ToriiUser large@example.com -PublicMetadata '{"a":1,"a":2}' }
        Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument '*appears twice*'
        $run.Requests | Should -BeNullOrEmpty
    }
}
