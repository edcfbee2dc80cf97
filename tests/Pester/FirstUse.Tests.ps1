# What somebody sees who uses the module for the first time: tables, -WhatIf, and positions.
BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $views = Join-Path (Split-Path (Get-ModulePath)) Torii.Format.ps1xml
    $tables = Select-Xml -Path $views -XPath '//View[TableControl]' | ForEach-Object {
        @{ Type = $_.Node.ViewSelectedBy.TypeName | Select-Object -First 1 | ForEach-Object { ($_ -split '#')[0] }; Headers = @($_.Node.TableControl.TableHeaders.TableColumnHeader | ForEach-Object { "$($_.Label)" }) }
    }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 120
    $connect = "Connect-Torii -SecretKey '$($emulator.GetSecretKey())' -ApiUrl $($emulator.ApiUrl) -SkipCheck"
    $null = Invoke-Api POST /api/server/v1/users @{ name = 'Maximiliane Wolfeschlegelsteinhausenbergerdorff-Schwarzenberg'; email = "$('maximiliane.' * 4)wolfeschlegelsteinhausen@bergerdorff.example.com" }
    $users = @(Get-ToriiUser)
    $sessions = @($users | Get-ToriiSession)
    $rendering = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'PlainText'

    # The table as lines: its header, and one line an object.
    function Get-Table($Objects, [int] $Width) {
        $lines = @(($Objects | Format-Table | Out-String -Width $Width) -split '\r?\n' | Where-Object { $_.Trim() })
        $rule = @(0..($lines.Count - 1) | Where-Object { $lines[$_] -match '^\s*-+[\s-]*$' })[0]
        [pscustomobject]@{ Lines = $lines; Header = $lines[$rule - 1]; Rows = @($lines | Select-Object -Skip ($rule + 1)) }
    }
}
AfterAll {
    $PSStyle.OutputRendering = $rendering
    Stop-TestEmulator
}

Describe 'Tables' {
    It 'Every column of <Type> is headed by the name of its property' -ForEach $tables {
        $properties = ($Type -as [type]).GetProperties().Name
        $properties | Should -Not -BeNullOrEmpty
        foreach ($header in $Headers) { $properties | Should -Contain $header }
    }

    It 'A table of sessions has the columns LastUsedAt and IsExpired' {
        $header = (Get-Table $sessions 120).Header -split '\s+'
        $header | Should -Contain LastUsedAt
        $header | Should -Contain IsExpired
    }

    It 'A table of connections has the column RemainingAffected or shows it in the list' {
        $text = (Get-ToriiConnection | Format-Table | Out-String -Width 200) + (Get-ToriiConnection | Format-List | Out-String -Width 200)
        $text | Should -BeLike '*RemainingAffected*'
    }

    It 'A table of users shows UserId, Status, Email and Name at <Width> columns' -ForEach @{ Width = 80 }, @{ Width = 97 }, @{ Width = 120 } {
        $table = Get-Table $users $Width
        ($table.Lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual $Width
        foreach ($name in 'UserId', 'Status', 'Email', 'Name') { $table.Header -split '\s+' | Should -Contain $name }
        $table.Rows | Should -HaveCount $users.Count -Because 'no row wraps'
        $at = @{}
        'Email', 'Name' | ForEach-Object { $at[$_] = [regex]::Match($table.Header, "(?<=\s)$_(?=\s|$)").Index }
        foreach ($user in $users) {
            $line = @($table.Rows | Where-Object { $_.Contains($user.UserId) })
            $line | Should -HaveCount 1
            $line[0] | Should -BeLike "*$($user.Status)*"
            # Columns can be counted where every character is one wide.
            if ("$($user.Name)$($user.Email)" -notmatch '^[\x20-\x7e]*$') { continue }
            foreach ($name in 'Email', 'Name') {
                $value = "$($user.$name)"
                if (-not $value) { continue }
                $shown = "$($line[0])".PadRight($Width).Substring($at[$name])
                $shown.StartsWith($value.Substring(0, [Math]::Min(6, $value.Length)), [StringComparison]::Ordinal) | Should -BeTrue -Because "'$($line[0])' has to show $name '$value'"
            }
        }
    }

    It 'A table of sessions shows every SessionId at 80 columns, one line a session' {
        $some = @($sessions | Where-Object UserId -EQ $sessions[0].UserId)
        $table = Get-Table $some 80
        ($table.Lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
        $table.Rows | Should -HaveCount $some.Count
        foreach ($session in $some) { @($table.Rows | Where-Object { $_.Contains($session.SessionId) }) | Should -HaveCount 1 }
        foreach ($name in 'SessionId', 'LastUsedAt', 'IsExpired') { $table.Header -split '\s+' | Should -Contain $name }
    }

    It 'A table of the first users in a new shell shows its columns' {
        $run = Invoke-Shell "$connect; Get-ToriiUser -First 3 | Format-Table | Out-String -Width 80"
        $run.Errors | Should -BeNullOrEmpty
        foreach ($name in 'UserId', 'Status', 'Email', 'Name') { $run.Output | Should -Match "\b$name\b" }
    }
}

Describe '-WhatIf' {
    BeforeAll {
        $some = @($users | Where-Object { $_.Email -and $_.Status -eq 'active' } | Select-Object -First 3)
        $some | Select-Object UserId, Email, Locale | Export-Csv $TestDrive/rows.csv
    }

    It '<Command> shows the address of each row beside its id, and a total at the end' -ForEach @(
        @{ Command = 'Set-ToriiUser'; More = '-Locale da' }, @{ Command = 'Block-ToriiUser'; More = '' }, @{ Command = 'Unblock-ToriiUser'; More = '' }
        @{ Command = 'Remove-ToriiUser'; More = '-Force' }, @{ Command = 'Revoke-ToriiSession'; More = '' }
    ) {
        $end = Get-JournalEnd
        $run = Invoke-Shell "$connect; Import-Csv '$TestDrive/rows.csv' | $Command $More -WhatIf"
        $run.Errors | Should -BeNullOrEmpty
        Get-Journal $end | Should -BeNullOrEmpty
        $lines = @($run.Output -split '\r?\n' | Where-Object { $_.Trim() })
        foreach ($user in $some) {
            $line = @($lines | Where-Object { $_.Contains($user.UserId) })
            $line | Should -HaveCount 1
            $line[0] | Should -BeLike "What if:*$($user.Email)*"
        }
        $lines | Should -HaveCount 4
        $lines[-1] | Should -Match '\b3\b'
        $some.UserId | ForEach-Object { $lines[-1] | Should -Not -BeLike "*$_*" }
    }

    It 'New-ToriiUser shows the address of each row, and a total at the end' {
        Set-Content $TestDrive/joiners.csv "Email,Name`nwhatif1@example.com,One`nwhatif2@example.com,Two"
        $end = Get-JournalEnd
        $run = Invoke-Shell "$connect; Import-Csv '$TestDrive/joiners.csv' | New-ToriiUser -WhatIf"
        $run.Errors | Should -BeNullOrEmpty
        Get-Journal $end | Should -BeNullOrEmpty
        $lines = @($run.Output -split '\r?\n' | Where-Object { $_.Trim() })
        $lines | Should -HaveCount 3
        $lines[0] | Should -BeLike '*whatif1@example.com*'
        $lines[1] | Should -BeLike '*whatif2@example.com*'
        $lines[2] | Should -Match '\b2\b'
    }

    It 'The total counts the rows that would be sent, not the ones that are refused' {
        $run = Invoke-Shell "$connect; @(Import-Csv '$TestDrive/rows.csv') + [pscustomobject]@{ UserId = '$($some[0].UserId)'; SessionId = '' } | Block-ToriiUser -WhatIf -ErrorAction SilentlyContinue"
        $lines = @($run.Output -split '\r?\n' | Where-Object { $_.Trim() })
        $lines[-1] | Should -Match '\b3\b'
        $lines[-1] | Should -Not -Match '\b4\b'
    }

    It 'The total is no output of the command' {
        $run = Invoke-Watched { Invoke-Apart { param($r, $c) $r | Block-ToriiUser -Connection $c -PassThru -WhatIf } @{ r = @(Import-Csv $TestDrive/rows.csv); c = Get-ToriiConnection default } }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -BeNullOrEmpty
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'A command that changes something shows no total without -WhatIf' {
        $run = Invoke-Shell "$connect; Import-Csv '$TestDrive/rows.csv' | Revoke-ToriiSession"
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.Trim() | Should -BeNullOrEmpty
    }
}

Describe 'Start-ToriiEmulator' {
    It 'Takes no positional argument' {
        $before = @(Get-ToriiEmulator)
        $port = Get-FreePort
        try {
            $run = Invoke-Watched { Start-ToriiEmulator $port }
            $run.EndedBy | Should -Not -BeNullOrEmpty
            $run.EndedBy.FullyQualifiedErrorId | Should -BeLike 'PositionalParameterNotFound,*'
            Test-Port $port | Should -BeFalse
            @(Get-ToriiEmulator) | Should -HaveCount $before.Count
        }
        finally {
            Get-ToriiEmulator | Where-Object Port -EQ $port | ForEach-Object { Stop-ToriiEmulator -Port $_.Port }
        }
    }

    It 'No parameter has a position' {
        (Get-Command Start-ToriiEmulator).ParameterSets.Parameters | Where-Object Position -GE 0 | ForEach-Object Name | Should -BeNullOrEmpty
    }

    It 'Takes the port by name' {
        $port = Get-FreePort
        try { (Start-ToriiEmulator -Port $port -Users 0).Port | Should -Be $port } finally { Stop-ToriiEmulator -Port $port }
    }
}
