BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 60
    $people = @(Get-ToriiUser -Status active)
    $nobody = '01931a73-8b00-7000-8000-000000000000'

    # Signs a user in so many times, and gives the sessions as the cmdlet shows them.
    function Open-Session($User, [int] $Count = 1) {
        $ids = 1..$Count | ForEach-Object { (Invoke-Api POST /_emulator/sessions @{ userId = $User.UserId }).sessionId }
        @($User | Get-ToriiSession | Where-Object SessionId -In $ids)
    }
    function Get-SessionId($User) { @((Invoke-Api GET "/api/server/v1/users/$($User.UserId)/sessions").id) }
    # The ways in which an object comes back into a session: one table for users and sessions.
    function Convert-Object($Kind, $Objects) {
        switch ($Kind) {
            'live' { $Objects }
            'deserialized' { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize(@($Objects))) }
            'selected' { $Objects | Select-Object * }
            'selected by id' { $Objects | Select-Object UserId, SessionId, ConnectionName | Select-Object -ExcludeProperty $(if ($Objects[0].PSObject.Properties['SessionId']) { 'none' } else { 'SessionId' }) }
            'CSV' { $Objects | ConvertTo-Csv | ConvertFrom-Csv }
            'JSON' { $Objects | ConvertTo-Json -Depth 5 | ConvertFrom-Json }
        }
    }
}
AfterAll { Stop-TestEmulator }

Describe 'Sessions' {
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Where-Object Name -NE default | Disconnect-Torii
    }

    Context 'Get-ToriiSession' {
        It 'shows a user''s live sessions, the latest used first, by one request a user' {
            $null = Open-Session $people[0] 2
            $run = Invoke-Watched { $people[0, 1] | Get-ToriiSession }
            $run.Requests.path | Sort-Object | Should -Be @($people[0, 1] | ForEach-Object { "/api/server/v1/users/$($_.UserId)/sessions" })
            $mine = @($run.Output | Where-Object UserId -EQ $people[0].UserId)
            $mine.Count | Should -BeGreaterOrEqual 2
            $mine.LastUsedAt | Should -Be @($mine.LastUsedAt | Sort-Object -Descending)
        }

        It 'Get-ToriiSession returns the sessions of the user of a session' {
            $session = (Open-Session $people[4])[0]
            $run = Invoke-Watched { Get-ToriiSession $session }
            $run.Errors | Should -BeNullOrEmpty
            $run.Requests.path | Should -Be "/api/server/v1/users/$($people[4].UserId)/sessions"
            $run.Output.SessionId | Should -Contain $session.SessionId
        }
    }

    Context 'B1: a row that has a SessionId touches that session only' {
        # Other forms: Services.Sessions.Tests.ps1.
        It 'ends one of three sessions when it comes <Kind>' -ForEach @('live', 'selected by id' | ForEach-Object { @{ Kind = $_ } }) {
            $opened = Open-Session $people[5] 3
            $before = Get-SessionId $people[5]
            $run = Invoke-Watched { Convert-Object $Kind @($opened[1]) | Revoke-ToriiSession }
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations.path | Should -Be "/api/server/v1/users/$($people[5].UserId)/sessions/$($opened[1].SessionId)"
            Get-SessionId $people[5] | Should -Be @($before | Where-Object { $_ -ne $opened[1].SessionId })
        }

        It 'ends exactly the rows that are left in an edited CSV file' {
            $chosen = $people[6..9]
            $chosen | ForEach-Object { $null = Open-Session $_ 2 }
            $all = @($chosen | Get-ToriiSession)
            $all | Export-Csv $TestDrive/sessions.csv
            $rows = @(Import-Csv $TestDrive/sessions.csv)
            $doomed = @($rows | Where-Object { $rows.IndexOf($_) % 2 })
            $doomed | Export-Csv $TestDrive/edited.csv
            $run = Invoke-Watched { Import-Csv $TestDrive/edited.csv | Revoke-ToriiSession }
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations.operation | Sort-Object -Unique | Should -Be revokeSession
            @($chosen | Get-ToriiSession).SessionId | Should -Be @($all | Where-Object SessionId -NotIn $doomed.SessionId).SessionId
        }

        It 'An ambiguous row is skipped: <What>' -ForEach @(
            @{ What = 'an empty SessionId'; Make = { param($s) [pscustomobject]@{ UserId = $s.UserId; SessionId = '' } } }
            @{ What = 'a blank SessionId in a CSV file'; Make = { param($s) "UserId,SessionId`n$($s.UserId), " | ConvertFrom-Csv } }
            @{ What = 'a session without its SessionId'; Make = { param($s) $s | Select-Object UserId, UserAgent } }
            @{ What = 'a deserialized session whose SessionId was emptied'; Make = { param($s) $d = Convert-Object deserialized @($s); $d[0].SessionId = ''; $d } }
            @{ What = 'the raw answer, whose id is the session''s'; Make = { param($s) [pscustomobject]@{ id = $s.SessionId; userId = $s.UserId } } }
            @{ What = 'another order of the same'; Make = { param($s) [pscustomobject]@{ userId = $s.UserId; id = $s.SessionId } } }
        ) {
            $session = (Open-Session $people[10] 2)[0]
            $rows = @(& $Make $session)
            $run = Invoke-Watched { $rows | Revoke-ToriiSession }
            $run.Mutations | Should -BeNullOrEmpty
            Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument '*This row was skipped.'
        }

        It 'goes on with the rows that are clear' {
            $session = (Open-Session $people[10] 2)[0]
            $run = Invoke-Watched { [pscustomobject]@{ UserId = $session.UserId; SessionId = '' }, $session | Revoke-ToriiSession }
            $run.Errors | Should -HaveCount 1
            $run.Mutations.path | Should -BeLike "*/$($session.SessionId)"
        }

        It 'refuses a session id that is no UUID, for that row alone' {
            $session = (Open-Session $people[10])[0]
            $run = Invoke-Watched { [pscustomobject]@{ UserId = $session.UserId; SessionId = '../..' }, $session | Revoke-ToriiSession }
            Assert-ToriiError $run.Errors[0] Torii.InvalidId InvalidArgument
            $run.Mutations.path | Should -BeLike "*/$($session.SessionId)"
        }
    }

    Context 'B2: a session as an argument never stands for its user' {
        It 'A <Kind> session as -UserId revokes that session only' -ForEach @('live', 'deserialized', 'selected', 'CSV' | ForEach-Object { @{ Kind = $_ } }) {
            foreach ($others in @(), @($people[0].UserId)) {
                $session = (Open-Session $people[11] 2)[0]
                $object = @(Convert-Object $Kind @($session))[0]
                $run = Invoke-Watched { Revoke-ToriiSession -UserId @($others; $object) }
                $run.Errors | Should -BeNullOrEmpty
                @($run.Mutations.path | Sort-Object) | Should -Be @(
                    @("/api/server/v1/users/$($people[11].UserId)/sessions/$($session.SessionId)"
                        $others | ForEach-Object { "/api/server/v1/users/$_/sessions" }) | Sort-Object)
            }
        }

        It 'ends one session by -UserId and -SessionId, and refuses a blank -SessionId instead of ending all' {
            $opened = Open-Session $people[12] 2
            $run = Invoke-Watched { Revoke-ToriiSession -UserId $people[12].UserId -SessionId $opened[0].SessionId }
            $run.Mutations.path | Should -BeLike "*/sessions/$($opened[0].SessionId)"
            foreach ($blank in $null, '', '  ') {
                foreach ($run in (Invoke-Watched { Revoke-ToriiSession -UserId $people[12].UserId -SessionId $blank }), (Invoke-Watched { $people[12, 13] | Revoke-ToriiSession -SessionId $blank })) {
                    $run.Errors | Should -HaveCount 1
                    Assert-ToriiError $run.EndedBy Torii.InvalidId InvalidArgument '*-SessionId is empty*'
                    $run.Requests | Should -BeNullOrEmpty
                }
            }
        }

        It 'refuses one session for several users' {
            $session = (Open-Session $people[12])[0]
            $run = Invoke-Watched { Revoke-ToriiSession -UserId $people[12, 13].UserId -SessionId $session.SessionId }
            Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
            $run.Mutations | Should -BeNullOrEmpty
        }
    }

    Context 'A script block for -SessionId' {
        It 'Revokes the session that it returns for a row <What>' -ForEach @(
            @{ What = 'with the session in a column of another name'; Make = { param($s) [pscustomobject]@{ UserId = $s.UserId; Session = $s.SessionId } }; Script = { $_.Session } }
            @{ What = 'that is the response of the service'; Make = { param($s) [pscustomobject]@{ id = $s.SessionId; userId = $s.UserId } }; Script = { $_.id } }
            @{ What = 'selected from a session'; Make = { param($s) $s | Select-Object UserId, IpAddress, @{ Name = 'Sid'; Expression = { $_.SessionId } } }; Script = { $_.Sid } }
            @{ What = 'with an empty SessionId'; Make = { param($s) [pscustomobject]@{ UserId = $s.UserId; SessionId = ''; Other = $s.SessionId } }; Script = { $_.Other } }
        ) {
            $opened = Open-Session $people[17] 3
            $rows = $opened[0, 1] | ForEach-Object { & $Make $_ }
            $run = Invoke-Watched { $rows | Revoke-ToriiSession -SessionId $Script }
            $run.Errors | Should -BeNullOrEmpty
            @($run.Mutations.path | Sort-Object) | Should -Be @($opened[0, 1] | ForEach-Object { "/api/server/v1/users/$($_.UserId)/sessions/$($_.SessionId)" } | Sort-Object)
        }

        It 'That returns <What> is an error of its row' -ForEach @{ What = 'nothing'; Value = $null }, @{ What = 'blank text'; Value = ' ' } {
            $opened = Open-Session $people[18] 2
            $rows = [pscustomobject]@{ UserId = $opened[0].UserId; Session = $Value }, [pscustomobject]@{ UserId = $opened[1].UserId; Session = $opened[1].SessionId }
            $run = Invoke-Watched { $rows | Revoke-ToriiSession -SessionId { $_.Session } }
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] Torii.InvalidId InvalidArgument '*row 1*empty*'
            $run.Mutations.path | Should -Be "/api/server/v1/users/$($opened[1].UserId)/sessions/$($opened[1].SessionId)"
        }

        It 'Is needed for a row that may name another session: an id does not replace it' {
            $opened = Open-Session $people[18] 2
            $run = Invoke-Watched { [pscustomobject]@{ UserId = $opened[0].UserId; Session = $opened[0].SessionId } | Revoke-ToriiSession -SessionId $opened[1].SessionId }
            Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
            $run.Mutations | Should -BeNullOrEmpty
        }
    }

    Context 'Revoke-ToriiSession for users' {
        It 'ends every session by one request a user when the user comes <Kind>' -ForEach @('live', 'selected by id' | ForEach-Object { @{ Kind = $_ } }) {
            $null = Open-Session $people[14] 3
            $run = Invoke-Watched { Convert-Object $Kind @($people[14]) | Revoke-ToriiSession }
            $run.Errors | Should -BeNullOrEmpty
            $run.Requests.path | Should -Be "/api/server/v1/users/$($people[14].UserId)/sessions"
            Get-SessionId $people[14] | Should -BeNullOrEmpty
        }

        It 'takes ids from the pipeline, as arguments, and users as arguments' {
            (Invoke-Watched { $people[15].UserId, $people[16].UserId | Revoke-ToriiSession }).Mutations.userId | Sort-Object | Should -Be $people[15, 16].UserId
            (Invoke-Watched { Revoke-ToriiSession $people[15, 16].UserId }).Mutations.userId | Sort-Object | Should -Be $people[15, 16].UserId
            (Invoke-Watched { Revoke-ToriiSession $people[15, 16] }).Mutations.userId | Sort-Object | Should -Be $people[15, 16].UserId
            $list = [Collections.Generic.List[object]]$people[15, 16]
            (Invoke-Watched { Revoke-ToriiSession $list }).Mutations.userId | Sort-Object | Should -Be $people[15, 16].UserId
        }

        It 'sends nothing for a user without an id' {
            $run = Invoke-Watched { $people[15] | Select-Object Name, Email | Revoke-ToriiSession }
            $run.Errors | Should -HaveCount 1
            $run.Mutations | Should -BeNullOrEmpty
        }

        It 'emits nothing, and with -PassThru what came in, if it was done' {
            (Invoke-Watched { $people[17] | Revoke-ToriiSession }).Output | Should -BeNullOrEmpty
            $run = Invoke-Watched { $people[17].UserId, $nobody, $people[18].UserId | Revoke-ToriiSession -PassThru -ThrottleLimit 1 }
            $run.Output | Should -Be $people[17, 18].UserId
            $session = (Open-Session $people[17])[0]
            [object]::ReferenceEquals((Revoke-ToriiSession -InputObject $session -UserId $session.UserId -SessionId $session.SessionId -PassThru), $session) | Should -BeTrue
            @($people[17, 18] | Revoke-ToriiSession -PassThru | Get-ToriiSession) | Should -BeNullOrEmpty
            # A list in one piece comes out one by one, or what follows would act on the list once for each of them.
            @(, $people[17, 18] | Revoke-ToriiSession -PassThru -ThrottleLimit 1).UserId | Should -Be $people[17, 18].UserId
            @(, $people[17, 18].UserId | Revoke-ToriiSession -PassThru -ThrottleLimit 1) | Should -Be $people[17, 18].UserId
        }

        It 'Results and errors keep the order of the input with -ThrottleLimit 1' {
            $input12 = @($people[20..25].UserId[0..2]; $nobody; $people[20..25].UserId[3..5])
            Add-Fault @{ operation = 'revokeAllSessions'; kind = 'slow'; delayMs = 300; userId = $input12[0] }
            Add-Fault @{ operation = 'revokeAllSessions'; kind = 'slow'; delayMs = 150; userId = $input12[4] }
            $order = $input12 | Revoke-ToriiSession -PassThru -ThrottleLimit 1 2>&1 | ForEach-Object { $_ -is [Management.Automation.ErrorRecord] ? $_.TargetObject : $_ }
            $order | Should -Be $input12
        }

        It 'At most 8 requests are under way without -ThrottleLimit' {
            Add-Fault @{ operation = 'revokeAllSessions'; kind = 'slow'; delayMs = 250 }
            $run = Invoke-Watched { $people[20..43] | Revoke-ToriiSession }
            $run.Mutations | Should -HaveCount 24
            Measure-Overlap $run.Mutations | Should -Be 8
        }

        It 'never has two requests for one user under way' {
            Add-Fault @{ operation = '*'; kind = 'slow'; delayMs = 150 }
            $run = Invoke-Watched { 1..4 | ForEach-Object { $people[20], $people[21] } | Revoke-ToriiSession }
            $run.Mutations | Should -HaveCount 8
            Measure-Overlap @($run.Mutations | Where-Object userId -EQ $people[20].UserId) | Should -Be 1
            Measure-Overlap $run.Mutations | Should -Be 2
        }

        It 'Each request is reported once with -Verbose' {
            $told = 1..30 | ForEach-Object { @(Revoke-ToriiSession $people[$_ % 40].UserId -Verbose 4>&1 | Where-Object { "$_" -match 'DELETE .* 204 ' }).Count }
            $told | Sort-Object -Unique | Should -Be 1
        }

        It 'may be repeated without harm' {
            (Invoke-Watched { $people[20], $people[20] | Revoke-ToriiSession }).Errors | Should -BeNullOrEmpty
        }
    }
}
