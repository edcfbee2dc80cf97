BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 60
    $people = @(Get-ToriiUser -Status active)
    function New-Address { "row$([guid]::NewGuid().ToString('n'))@example.com" }

    # An argument is refused by the parameter binder or by the cmdlet; both end the command.
    function Assert-RefusedArgument($Record, $Parameter) {
        $Record | Should -Not -BeNullOrEmpty -Because 'the argument must end the command'
        if ($Record.Exception -is [Management.Automation.ParameterBindingException]) { Assert-ParameterError $Record $Parameter }
        else { Assert-ToriiError $Record Torii.InvalidRequest InvalidArgument "*$Parameter*" }
    }
}
AfterAll { Stop-TestEmulator }

Describe 'New-ToriiUser -Password' {
    BeforeDiscovery {
        $refused = @(
            @{ Kind = 'a PSCredential'; Make = { [pscredential]::new('ada', (ConvertTo-SecureString 'Xyzzy-73519264' -AsPlainText -Force)) }; Secret = 'Xyzzy|73519264' }
            @{ Kind = 'an array of strings'; Make = { 'Xyzzy-73519264', 'Plugh-73519264' }; Secret = 'Xyzzy|Plugh|73519264' }
            @{ Kind = 'an array of one string'; Make = { , @('Xyzzy-73519264') }; Secret = 'Xyzzy|73519264' }
            @{ Kind = 'a hashtable'; Make = { @{ Value = 'Xyzzy-73519264' } }; Secret = 'Xyzzy|73519264' }
            @{ Kind = 'an object'; Make = { [pscustomobject]@{ Value = 'Xyzzy-73519264' } }; Secret = 'Xyzzy|73519264' }
            @{ Kind = 'an integer'; Make = { 73519264 }; Secret = '73519264' }
            @{ Kind = 'a long integer'; Make = { 7351926473519264 }; Secret = '73519264' }
            @{ Kind = 'a decimal number'; Make = { 73519264.5 }; Secret = '73519264' }
            @{ Kind = 'a boolean'; Make = { $true }; Secret = '\b[Tt]rue\b' }
        )
    }

    It 'refuses <Kind> as an argument, sends nothing and does not repeat the value' -ForEach $refused {
        $value = & $Make
        $run = Invoke-Watched { New-ToriiUser (New-Address) -Name Ada -Password $value }
        $run.Mutations | Should -HaveCount 0
        $run.Output | Should -HaveCount 0
        Assert-RefusedArgument $run.EndedBy Password
        Get-ErrorText $run.EndedBy | Should -Not -Match $Secret
    }

    It 'refuses <Kind> in a row, sends nothing for that row, does not repeat the value, and the other rows go on' -ForEach $refused {
        $value = & $Make
        $rows = 1..3 | ForEach-Object { [pscustomobject]@{ Email = New-Address; Name = 'Ada'; Password = 'correct horse' } }
        $rows[1].Password = $value
        $run = Invoke-Watched { $rows | New-ToriiUser }
        $run.EndedBy | Should -BeNullOrEmpty
        @((Get-Body $run.Mutations).email | Sort-Object) | Should -Be @($rows[0, 2].Email | Sort-Object)
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*Password*'
        Get-ErrorText $run.Errors[0] | Should -Not -Match $Secret
    }

    It 'ends the command when the argument is refused, whatever the number of rows' {
        $rows = 1..3 | ForEach-Object { [pscustomobject]@{ Email = New-Address } }
        $run = Invoke-Watched { $rows | New-ToriiUser -Password 73519264 }
        Assert-RefusedArgument $run.EndedBy Password
        $run.Errors | Should -HaveCount 1
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'recommends quotation marks for a number that is not quoted, as <Kind>' -ForEach @(
        @{ Kind = 'an argument'; Act = { New-ToriiUser (New-Address) -Password 73519264 } }
        @{ Kind = 'a cell'; Act = { [pscustomobject]@{ Email = New-Address; Password = 73519264 } | New-ToriiUser } }
    ) {
        $run = Invoke-Watched { & $Act }
        $run.Requests | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 1
        Get-ErrorText $run.Errors[0] | Should -Match 'quot'
        Get-ErrorText $run.Errors[0] | Should -Not -Match '73519264'
    }

    It 'accepts <Kind> in a row and sends it unchanged' -ForEach @(
        @{ Kind = 'a string'; Make = { '73519264' } }
        @{ Kind = 'a SecureString'; Make = { ConvertTo-SecureString '73519264' -AsPlainText -Force } }
    ) {
        $row = [pscustomobject]@{ Email = New-Address; Password = & $Make }
        $run = Invoke-Watched { $row | New-ToriiUser }
        $run.Errors | Should -BeNullOrEmpty
        @(Get-Body $run.Mutations)[0].password | Should -BeExactly '73519264'
    }

    It 'treats DBNull as empty: an error as an argument' {
        $run = Invoke-Watched { New-ToriiUser (New-Address) -Password ([DBNull]::Value) }
        $run.Requests | Should -BeNullOrEmpty
        Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument '*-Password is empty*'
    }

    It 'treats DBNull as empty: not sent from a row' {
        $run = Invoke-Watched { [pscustomobject]@{ Email = New-Address; Password = [DBNull]::Value } | New-ToriiUser }
        $run.Errors | Should -BeNullOrEmpty
        @(Get-Body $run.Mutations)[0].Keys | Should -Be email
    }

    It 'is an error without an address, as <Kind>' -ForEach @(
        @{ Kind = 'arguments'; Act = { New-ToriiUser -Name Ada -Password 'correct horse' } }
        @{ Kind = 'a row without the column'; Act = { [pscustomobject]@{ Name = 'Ada'; Password = 'correct horse' } | New-ToriiUser } }
        @{ Kind = 'a row with an empty cell'; Act = { [pscustomobject]@{ Email = ''; Name = 'Ada'; Password = 'correct horse' } | New-ToriiUser } }
    ) {
        $run = Invoke-Watched { & $Act }
        $run.Requests | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument
        Get-ErrorText $run.Errors[0] | Should -Not -Match 'correct horse'
    }

    It 'is an error of that row without an address, and the other rows go on' {
        $rows = @(
            [pscustomobject]@{ Email = New-Address; Password = 'correct horse' }
            [pscustomobject]@{ Email = ' '; Password = 'correct horse' }
            [pscustomobject]@{ Email = New-Address; Password = 'correct horse' }
        )
        $run = Invoke-Watched { $rows | New-ToriiUser }
        $run.Mutations | Should -HaveCount 2
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument
    }
}

Describe 'Cells of <Command> rows' -ForEach @(
    @{ Command = 'New-ToriiUser'; Texts = 'Email', 'Name', 'FirstName', 'LastName', 'Phone', 'Address'; Key = { @{ Email = New-Address } }; Act = { $input | New-ToriiUser } }
    @{ Command = 'Set-ToriiUser'; Texts = 'Name', 'FirstName', 'LastName', 'Phone', 'Locale', 'Address'; Key = { @{ UserId = $people[$args[0]].UserId } }; Act = { $input | Set-ToriiUser } }
) {
    BeforeAll {
        # A row that identifies its user, with more cells.
        function New-Row([int] $Index, [hashtable] $Cells) {
            $values = & $Key $Index
            $Cells.Keys | ForEach-Object { $values[$_] = $Cells[$_] }
            [pscustomobject]$values
        }
    }

    It 'refuse <Kind> in each text field, and nothing is sent for that row' -ForEach @(
        @{ Kind = 'an array'; Make = { , @('one', 'two') } }
        @{ Kind = 'an array of one'; Make = { , @('one') } }
        @{ Kind = 'a hashtable'; Make = { @{ street = 'Main Street 1' } } }
        @{ Kind = 'a nested object'; Make = { [pscustomobject]@{ street = 'Main Street 1' } } }
    ) {
        # One run each, so that a failure names the field.
        $problems = foreach ($field in $Texts) {
            $value = & $Make
            $rows = (New-Row 0 @{ $field = $value }), (New-Row 1 @{ Name = 'Good' })
            $run = Invoke-Watched { $rows | & $Act }
            $said = @($run.Errors | ForEach-Object { "$($_.FullyQualifiedErrorId -replace ',.*'): $_" })
            $sent = @(Get-Body $run.Mutations)
            if ($said.Count -ne 1 -or $said[0] -notlike "Torii.InvalidRequest:*$field*") { "${field}: errors: $($said -join ' | ')" }
            if ($sent.Count -ne 1 -or $sent[0].name -ne 'Good') { "${field}: sent $(@($run.Mutations.body) -join ' | ')" }
        }
        $problems | Should -BeNullOrEmpty
    }

    It 'refuse <Kind> as a date of birth' -ForEach @(
        @{ Kind = 'an array'; Make = { , @('1815-12-10', '1815-12-11') } }
        @{ Kind = 'an array of one'; Make = { , @('1815-12-10') } }
        @{ Kind = 'a hashtable'; Make = { @{ day = '1815-12-10' } } }
    ) {
        $row = New-Row 0 @{ DateOfBirth = & $Make }
        $run = Invoke-Watched { $row | & $Act }
        $run.Mutations | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*DateOfBirth*'
    }

    It 'refuse an object nested in JSON' {
        $key = & $Key 2
        $json = ConvertTo-Json ($key + @{ address = @{ street = 'Main Street 1'; city = 'Here' } })
        $run = Invoke-Watched { $json | ConvertFrom-Json | & $Act }
        $run.Mutations | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*Address*'
    }

    It 'are empty when they are DBNull' {
        $cells = @{ DateOfBirth = [DBNull]::Value; UnsafeMetadata = [DBNull]::Value }
        $Texts | Where-Object { $_ -notin 'Email', 'Name' } | ForEach-Object { $cells[$_] = [DBNull]::Value }
        $row = New-Row 3 ($cells + @{ Name = 'Good' })
        $run = Invoke-Watched { $row | & $Act }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations | Should -HaveCount 1
        @(@(Get-Body $run.Mutations)[0].Keys | Where-Object { $_ -ne 'email' }) | Should -Be name
    }

    It 'are empty when a database returned them as NULL' {
        $key = & $Key 4
        $table = [Data.DataTable]::new()
        foreach ($column in @($key.Keys) + 'Name', 'Phone', 'DateOfBirth') { $null = $table.Columns.Add($column, $column -eq 'DateOfBirth' ? [DateTime] : [string]) }
        $row = $table.NewRow()
        $key.Keys | ForEach-Object { $row[$_] = $key[$_] }
        $row.Name = 'Good'
        $table.Rows.Add($row)
        $run = Invoke-Watched { $table.Rows | & $Act }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations | Should -HaveCount 1
        @(@(Get-Body $run.Mutations)[0].Keys | Where-Object { $_ -ne 'email' }) | Should -Be name
    }

    It 'ignore columns that match no parameter: <_>' -ForEach 'Department', 'Notes', 'Employee No', 'Nickname', 'Manager' {
        $row = New-Row 5 @{ Name = 'Good'; $_ = 'whatever' }
        $run = Invoke-Watched { $row | & $Act }
        $run.Errors | Should -BeNullOrEmpty
        $run.Warnings | Should -BeNullOrEmpty
        @(@(Get-Body $run.Mutations)[0].Keys | Where-Object { $_ -ne 'email' }) | Should -Be name
    }
}

Describe 'A column that nearly matches a parameter' {
    It 'is an error of that row of New-ToriiUser: ''<Column>'' for <Parameter>' -ForEach @(
        @{ Column = 'E-mail'; Parameter = 'Email'; Value = 'near@example.com' }
        @{ Column = 'e_mail'; Parameter = 'Email'; Value = 'near@example.com' }
        @{ Column = 'first_name'; Parameter = 'FirstName'; Value = 'Ada' }
        @{ Column = 'Last name'; Parameter = 'LastName'; Value = 'Lovelace' }
        @{ Column = 'Date of birth'; Parameter = 'DateOfBirth'; Value = '1815-12-10' }
        @{ Column = 'Pass word'; Parameter = 'Password'; Value = 'Xyzzy-plugh-42' }
        @{ Column = 'Phone '; Parameter = 'Phone'; Value = '+45 1' }
        @{ Column = 'public-metadata'; Parameter = 'PublicMetadata'; Value = '{"a":1}' }
    ) {
        $good = New-Address
        $cells = [ordered]@{ Name = 'Ada' }
        if ($Parameter -ne 'Email') { $cells.Email = New-Address }
        $cells[$Column] = $Value
        $rows = [pscustomobject]$cells, [pscustomobject]@{ Email = $good }
        $run = Invoke-Watched { $rows | New-ToriiUser }
        $run.EndedBy | Should -BeNullOrEmpty
        $run.Mutations | Should -HaveCount 1
        @(Get-Body $run.Mutations)[0].email | Should -Be $good
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument
        Get-ErrorText $run.Errors[0] | Should -MatchExactly "\b$Parameter\b"
        Get-ErrorText $run.Errors[0] | Should -Not -Match Xyzzy
    }

    It 'is an error of that row of Set-ToriiUser: ''<Column>'' for <Parameter>' -ForEach @(
        @{ Column = 'first_name'; Parameter = 'FirstName'; Value = 'Ada' }
        @{ Column = 'Date of birth'; Parameter = 'DateOfBirth'; Value = '1815-12-10' }
        @{ Column = 'Phone '; Parameter = 'Phone'; Value = '+45 1' }
        @{ Column = 'loc_ale'; Parameter = 'Locale'; Value = 'da' }
        @{ Column = 'unsafe metadata'; Parameter = 'UnsafeMetadata'; Value = '{"a":1}' }
    ) {
        $rows = [pscustomobject]@{ UserId = $people[10].UserId; Name = 'Ada'; $Column = $Value }, [pscustomobject]@{ UserId = $people[11].UserId; Name = 'Good' }
        $run = Invoke-Watched { $rows | Set-ToriiUser }
        $run.EndedBy | Should -BeNullOrEmpty
        $run.Mutations.userId | Should -Be $people[11].UserId
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument
        Get-ErrorText $run.Errors[0] | Should -MatchExactly "\b$Parameter\b"
    }

    It 'is found in a CSV file as well, for every row of it' {
        Set-Content $TestDrive/near.csv "Email,first_name,Department`n$(New-Address),Ada,Sums`n$(New-Address),Grace,Navy"
        $run = Invoke-Watched { Import-Csv $TestDrive/near.csv | New-ToriiUser }
        $run.Mutations | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 2
        $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.InvalidRequest InvalidArgument }
        Get-ErrorText $run.Errors[0] | Should -MatchExactly '\bFirstName\b'
    }
}

# What the module itself returns has members that are no parameters, and none of them is a mistake.
Describe 'Users with all their members' {
    BeforeAll {
        $copies = Start-TestEmulator -Users 0 -Name copies -Additional
        $chosen = @($people | Where-Object { $_.Email -and $_.Name } | Select-Object -Skip 20 -First 4)
    }
    BeforeEach { @(Get-Truth $copies | Where-Object status -EQ active) | ForEach-Object { $null = Invoke-Api DELETE "/api/server/v1/users/$($_.id)" $null $copies } }
    BeforeDiscovery {
        $kinds = @(
            @{ Kind = 'live'; Make = { $args[0] } }
            @{ Kind = 'selected'; Make = { $args[0] | Select-Object * } }
            @{ Kind = 'deserialized'; Make = { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($args[0])) } }
            @{ Kind = 'CSV'; Make = { $args[0] | ConvertTo-Csv | ConvertFrom-Csv } }
        )
    }

    It 'are copied by New-ToriiUser: <Kind>' -ForEach $kinds {
        $given = @(& $Make $chosen)
        $run = Invoke-Watched { $given | New-ToriiUser -Connection copies } $copies
        $run.Errors | Should -BeNullOrEmpty
        @((Get-Body $run.Mutations).email | Sort-Object) | Should -Be @($chosen.Email | Sort-Object)
        @((Get-Body $run.Mutations).name | Sort-Object) | Should -Be @($chosen.Name | Sort-Object)
    }

    It 'are taken by Set-ToriiUser: <Kind>' -ForEach $kinds {
        $given = @(& $Make $chosen)
        $run = Invoke-Watched { $given | Set-ToriiUser -Locale da -PassThru }
        $run.Errors | Should -BeNullOrEmpty
        @($run.Output.UserId | Sort-Object) | Should -Be @($chosen.UserId | Sort-Object)
    }
}
