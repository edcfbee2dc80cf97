# A command acts on the user that the caller means, or on no user at all.
BeforeDiscovery {
    $mutators = @(
        @{ Command = 'Set-ToriiUser'; Change = @{ Locale = 'da' } }
        @{ Command = 'Block-ToriiUser'; Change = @{} }
        @{ Command = 'Unblock-ToriiUser'; Change = @{} }
        @{ Command = 'Remove-ToriiUser'; Change = @{} }
        @{ Command = 'Revoke-ToriiSession'; Change = @{} }
    )
    $records = foreach ($mutator in $mutators) { foreach ($kind in 'live', 'deserialized', 'selected', 'CSV', 'JSON') { $mutator + @{ Kind = $kind } } }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 800
    $people = [Collections.Generic.Queue[object]]::new(@(Get-ToriiUser -Status active))
    $nobody = '01931a73-8b00-7000-8000-000000000000'

    function Convert-Object($Kind, $Object) {
        switch ($Kind) {
            'live' { $Object }
            'deserialized' { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($Object)) }
            'selected' { $Object | Select-Object * }
            'CSV' { $Object | ConvertTo-Csv | ConvertFrom-Csv }
            'JSON' { $Object | ConvertTo-Json -Depth 5 | ConvertFrom-Json }
        }
    }
    function Assert-NothingDone($Run, [string] $Because = 'the target is ambiguous') {
        $Run.Requests | Should -BeNullOrEmpty -Because $Because
        $Run.Output | Should -BeNullOrEmpty
    }
}
AfterAll { Stop-TestEmulator }

Describe 'A piped user and another -UserId' {
    BeforeEach {
        $ada = $people.Dequeue()
        $lada = $people.Dequeue()
        $change = $Change + @{ Confirm = $false }
    }

    It '<Command> refuses a <Kind> user beside the id of another user' -ForEach $records {
        $record = Convert-Object $Kind $ada
        $run = Invoke-Watched { $record | & $Command -UserId $lada.UserId @change -PassThru }
        Assert-NothingDone $run
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
        $run.Errors[0].TargetObject.UserId | Should -Be $ada.UserId
    }

    It '<Command> refuses a <Kind> user beside a script block that returns another id' -ForEach $records {
        $record = Convert-Object $Kind $ada
        $record | Add-Member -NotePropertyName Manager -NotePropertyValue $lada.UserId
        $run = Invoke-Watched { $record | & $Command -UserId { $_.Manager } @change -PassThru }
        Assert-NothingDone $run
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
        $run.Errors[0].TargetObject.UserId | Should -Be $ada.UserId
    }

    It '<Command> acts once on a <Kind> user beside the same id in upper case' -ForEach $records {
        $record = Convert-Object $Kind $ada
        $run = Invoke-Watched { $record | & $Command -UserId $ada.UserId.ToUpperInvariant() @change }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations | Should -HaveCount 1
        $run.Mutations[0].path | Should -BeLike "*/users/$($ada.UserId)*"
    }

    It '<Command> refuses a piped user beside another user object' -ForEach $mutators {
        $run = Invoke-Watched { $ada | & $Command -UserId $lada @change }
        Assert-NothingDone $run
        Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
    }

    It '<Command> refuses a piped id beside another id' -ForEach $mutators {
        $run = Invoke-Watched { $ada.UserId | & $Command -UserId $lada.UserId @change }
        Assert-NothingDone $run
        Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
    }

    It '<Command> refuses a piped user beside a list that also holds another id' -ForEach $mutators {
        $run = Invoke-Watched { $ada | & $Command -UserId $ada.UserId, $lada.UserId @change }
        Assert-NothingDone $run
        Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
    }

    It '<Command> refuses only the record whose id differs' -ForEach $mutators {
        $run = Invoke-Watched { $ada, $lada | & $Command -UserId $lada.UserId @change }
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
        $run.Errors[0].TargetObject.UserId | Should -Be $ada.UserId
        $run.Mutations | Should -HaveCount 1
        $run.Mutations[0].path | Should -BeLike "*/users/$($lada.UserId)*"
    }
}

Describe 'A piped user of one connection and the id of a user of another' {
    BeforeAll {
        $other = Start-TestEmulator -Users 60 -Seed 7 -Name other -Additional
        $theirs = [Collections.Generic.Queue[object]]::new(@(Get-ToriiUser -Connection other -Status active))
    }
    BeforeEach {
        $mine = $people.Dequeue()
        $their = $theirs.Dequeue()
        $end = Get-JournalEnd $other
        $change = $Change + @{ Confirm = $false }
    }
    AfterAll {
        Disconnect-Torii other
        Stop-ToriiEmulator -Port $other.Port
    }

    It '<Command> sends nothing to either connection' -ForEach $mutators {
        foreach ($run in (Invoke-Watched { $mine | & $Command -UserId $their.UserId @change }), (Invoke-Watched { $their | & $Command -UserId $mine.UserId @change })) {
            Assert-NothingDone $run
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
        }
        Get-Journal $end $other | Should -BeNullOrEmpty
    }

    It '<Command> uses the connection that each row names beside a script block' -ForEach $mutators {
        $rows = @(
            [pscustomobject]@{ Group = 'a'; Member = $their.UserId; ConnectionName = 'other' }
            [pscustomobject]@{ Group = 'b'; Member = $mine.UserId }
        )
        foreach ($order in @(0, 1), @(1, 0)) {
            $end = Get-JournalEnd $other
            $run = Invoke-Watched { $rows[$order] | & $Command -UserId { $_.Member } @change -ThrottleLimit 1 }
            $run.Mutations.userId | Should -Be $mine.UserId
            @(Get-Journal $end $other | Select-Mutation).userId | Should -Be $their.UserId
            # The second round of a deletion is refused by the service, and by the service alone.
            if ($Command -ne 'Remove-ToriiUser') { $run.Errors | Should -BeNullOrEmpty }
        }
    }

    It '<Command> uses the connection of the user that a script block returns' -ForEach $mutators {
        $rows = [pscustomobject]@{ Group = 'a'; Member = $their }, [pscustomobject]@{ Group = 'b'; Member = $mine }
        $run = Invoke-Watched { $rows | & $Command -UserId { $_.Member } @change -ThrottleLimit 1 }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations.userId | Should -Be $mine.UserId
        @(Get-Journal $end $other | Select-Mutation).userId | Should -Be $their.UserId
    }
}

Describe 'Rows without a user id of their own' {
    It '<Command> acts on the id that the script block returns for each row' -ForEach $mutators {
        $change = $Change + @{ Confirm = $false }
        $members = 1..3 | ForEach-Object { $people.Dequeue() }
        $rows = $members | ForEach-Object { [pscustomobject]@{ Group = 'staff'; Member = $_.UserId } }
        $run = Invoke-Watched { $rows | & $Command -UserId { $_.Member } @change -ThrottleLimit 1 }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations.userId | Should -Be $members.UserId
    }

    It '<Command> reports each failed row with its own TargetObject and its own id' -ForEach $mutators {
        $change = $Change + @{ Confirm = $false }
        $ids = 0..2 | ForEach-Object { "01931a73-8b00-7000-8000-00000000000$_" }
        $rows = $ids | ForEach-Object { [pscustomobject]@{ Group = "group of $_"; Member = $_ } }
        $run = Invoke-Watched { $rows | & $Command -UserId { $_.Member } @change -ThrottleLimit 1 }
        $run.Errors | Should -HaveCount 3
        foreach ($i in 0..2) {
            $run.Errors[$i].TargetObject.Group | Should -Be "group of $($ids[$i])"
            "$($run.Errors[$i])" | Should -BeLike "*$($ids[$i])*"
            $ids | Where-Object { $_ -ne $ids[$i] } | ForEach-Object { "$($run.Errors[$i])" | Should -Not -BeLike "*$_*" }
        }
    }

    It '<Command> -WhatIf labels no row with the address of another row' -ForEach ($mutators | Where-Object Command -In 'Block-ToriiUser', 'Remove-ToriiUser', 'Revoke-ToriiSession') {
        $with, $without = $people.Dequeue(), $people.Dequeue()
        $run = Invoke-Shell @"
Connect-Torii -SecretKey '$($emulator.GetSecretKey())' -ApiUrl $($emulator.ApiUrl) -SkipCheck
`$user = Get-ToriiUser $($with.UserId)
[pscustomobject]@{ Member = `$user }, [pscustomobject]@{ Member = '$($without.UserId)' }, [pscustomobject]@{ Member = `$user } | $Command -UserId { `$_.Member } -WhatIf
"@
        $lines = @($run.Output -split '\r?\n' | Where-Object { $_ -like '*What if:*' })
        @($lines | Where-Object { $_.Contains($with.UserId) }) | Should -HaveCount 2
        $line = @($lines | Where-Object { $_.Contains($without.UserId) })
        $line | Should -HaveCount 1
        $line[0].Contains("$($with.Email)$($with.Name)") | Should -BeFalse
        foreach ($label in $with.Email, $with.Name, $with.UserId | Where-Object { $_ }) { $line[0].Contains($label) | Should -BeFalse }
    }
}

Describe 'A session row without a readable SessionId' {
    BeforeAll {
        $commands = @(
            @{ Name = 'Set-ToriiUser'; Change = @{ Locale = 'da' } }
            @{ Name = 'Block-ToriiUser'; Change = @{} }
            @{ Name = 'Unblock-ToriiUser'; Change = @{} }
            @{ Name = 'Remove-ToriiUser'; Change = @{} }
            @{ Name = 'Revoke-ToriiSession'; Change = @{} }
        )
        function Open-Session($User) {
            1..2 | ForEach-Object { $null = Invoke-Api POST /_emulator/sessions @{ userId = $User.UserId } }
            @($User | Get-ToriiSession)[0]
        }
        # The columns of a session, with SessionId under another name; without it where the name is empty.
        function Get-SessionCell($Session, [string] $Column, [string[]] $Others = @('IpAddress', 'UserAgent', 'CreatedAt', 'LastUsedAt', 'ExpiresAt', 'EnvironmentId', 'ConnectionName')) {
            $cells = [ordered]@{ UserId = $Session.UserId }
            if ($Column) { $cells[$Column] = $Session.SessionId }
            foreach ($name in $Others) { $cells[$name] = $Session.$name }
            $cells
        }
        function New-SessionRow($Kind, $Session, [string] $Column, [string[]] $Others = @('IpAddress', 'UserAgent', 'CreatedAt', 'LastUsedAt', 'ExpiresAt', 'EnvironmentId', 'ConnectionName')) {
            $cells = Get-SessionCell $Session $Column $Others
            switch ($Kind) {
                'Import-Csv' { [pscustomobject]$cells | Export-Csv $TestDrive/sessions.csv; Import-Csv $TestDrive/sessions.csv }
                'Select-Object' {
                    $select = @('UserId') + @(if ($Column) { @{ Name = $Column; Expression = { $_.SessionId } } }) + $Others
                    $Session | Select-Object $select
                }
                'ConvertFrom-Json' { [pscustomobject]$cells | ConvertTo-Json | ConvertFrom-Json }
                'deserialized' { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize([pscustomobject]$cells)) }
                'hashtable' { [hashtable]$cells }
                'ordered' { $cells }
            }
        }
        function Assert-SessionRowRefused($Row, $What) {
            foreach ($one in $commands) {
                $name, $change = $one.Name, $one.Change
                $run = Invoke-Watched { , $Row | & $name @change -Confirm:$false }
                $run.Requests | Should -BeNullOrEmpty -Because "$name must not act on the user of a session row ($What)"
                $run.Errors | Should -HaveCount 1 -Because "$name reports the row ($What)"
                Assert-ToriiError $run.Errors[0] Torii.AmbiguousInput InvalidArgument
            }
        }
    }

    It 'A session row from <Kind> whose column is <Shown> is refused by every cmdlet that changes something' -ForEach @(
        foreach ($kind in 'Import-Csv', 'Select-Object', 'ConvertFrom-Json', 'deserialized', 'hashtable', 'ordered') {
            foreach ($column in 'Session Id', 'session_id', 'SessionId ', ' SessionId', 'SESSION-ID', '') { @{ Kind = $kind; Column = $column; Shown = $column ? "'$column'" : 'dropped' } }
        }
    ) {
        $session = Open-Session $people.Dequeue()
        $row = New-SessionRow $Kind $session $Column
        if ($Column) { @($row -is [Collections.IDictionary] ? $row.Keys : $row.PSObject.Properties.Name) | Should -Contain $Column }
        Assert-SessionRowRefused $row "$Kind, $Shown"
    }

    It 'A row from <Kind> with a UserId and <Column> is the rest of a session and refused' -ForEach @(
        foreach ($kind in 'Import-Csv', 'ConvertFrom-Json', 'deserialized', 'hashtable') {
            foreach ($column in 'IpAddress', 'UserAgent', 'LastUsedAt', 'ExpiresAt') { @{ Kind = $kind; Column = $column } }
        }
    ) {
        $session = Open-Session $people.Dequeue()
        Assert-SessionRowRefused (New-SessionRow $Kind $session '' @($Column)) "$Kind, $Column"
    }

    It 'A session-only column is recognized when its cell is empty' {
        $user = $people.Dequeue()
        foreach ($column in 'IpAddress', 'UserAgent', 'LastUsedAt', 'ExpiresAt') {
            Assert-SessionRowRefused ("UserId,$column`n$($user.UserId)," | ConvertFrom-Csv) "an empty $column"
        }
    }

    It 'Refusing a session row leaves the sessions and the user alone' {
        $user = $people.Dequeue()
        $session = Open-Session $user
        $before = (Invoke-Api GET "/api/server/v1/users/$($user.UserId)/sessions").id
        Invoke-Watched { New-SessionRow Import-Csv $session 'Session Id' | Revoke-ToriiSession } | Out-Null
        (Invoke-Api GET "/api/server/v1/users/$($user.UserId)/sessions").id | Should -Be $before
    }

    It 'A row with a readable SessionId still revokes that session only, from <_>' -ForEach 'Import-Csv', 'ConvertFrom-Json', 'deserialized' {
        $session = Open-Session $people.Dequeue()
        $row = New-SessionRow $_ $session 'SessionId'
        $run = Invoke-Watched { $row | Revoke-ToriiSession }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations.path | Should -Be "/api/server/v1/users/$($session.UserId)/sessions/$($session.SessionId)"
    }

    It 'A user row without a session column still stands for its user' {
        $user = $people.Dequeue()
        foreach ($one in $commands | Where-Object Name -NE Remove-ToriiUser) {
            $name, $change = $one.Name, $one.Change
            $run = Invoke-Watched { $user | Select-Object UserId, Email, Status, CreatedAt, UpdatedAt | ConvertTo-Csv | ConvertFrom-Csv | & $name @change -Confirm:$false }
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations.userId | Should -Be $user.UserId
        }
    }
}

Describe 'A saved user whose connection name now stands for another environment' {
    BeforeAll {
        $before = Start-TestEmulator -Users 60 -Seed 7 -Name b -Additional
        $after = Start-TestEmulator -Users 60 -Seed 8 -NoConnection -Additional
        $saved = [Collections.Generic.Queue[object]]::new(@(Get-ToriiUser -Connection b -Status active))
        Connect-Torii -SecretKey $after.GetSecretKey() -ApiUrl $after.ApiUrl -Name b -MaxRetry 0
    }
    AfterAll {
        Disconnect-Torii b
        $before, $after | ForEach-Object { Stop-ToriiEmulator -Port $_.Port }
    }

    It '<Command> sends nothing for a <Kind> user to either environment' -ForEach ($records | Where-Object Kind -In 'deserialized', 'CSV', 'selected') {
        $before.EnvironmentId | Should -Not -Be $after.EnvironmentId
        $record = Convert-Object $Kind $saved.Dequeue()
        $record.ConnectionName | Should -Be b
        $change = $Change + @{ Confirm = $false }
        foreach ($more in @{}, @{ Connection = 'b' }) {
            $ends = (Get-JournalEnd $before), (Get-JournalEnd $after)
            $run = Invoke-Watched { $record | & $Command @change @more }
            Get-Journal $ends[0] $before | Should -BeNullOrEmpty
            Get-Journal $ends[1] $after | Should -BeNullOrEmpty
            Assert-NothingDone $run
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] Torii.ConnectionMismatch InvalidArgument
        }
    }

    It '<Command> acts on a saved user after the name was connected to the same environment again' -ForEach $mutators {
        $again = Start-TestEmulator -Users 20 -Seed 9 -Name c -Additional
        try {
            $user = @(Get-ToriiUser -Connection c -Status active)[0]
            $record = Convert-Object CSV $user
            Connect-Torii -SecretKey $again.GetSecretKey() -ApiUrl $again.ApiUrl -Name c -MaxRetry 0
            $change = $Change + @{ Confirm = $false }
            $run = Invoke-Watched { $record | & $Command @change } $again
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations.userId | Should -Be $user.UserId
        }
        finally {
            Disconnect-Torii c
            Stop-ToriiEmulator -Port $again.Port
        }
    }
}
