BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 40
}
AfterAll { Stop-TestEmulator }

Describe 'Control characters in the name of an end-user' {
    BeforeAll {
        # Colours, a window title, line breaks, the C1 form of CSI, a bell, and a right-to-left override.
        $evil = "Mallory`e[5;41m`e]0;pwned`a`r`nINJECTED`u{9b}7m`u{202e}gnp`u{2066}`u{2028}`b."
        $connection = Get-ToriiConnection default
        $ids = 1..3 | ForEach-Object { (Invoke-Api POST /api/server/v1/users @{ name = $evil; email = "mallory$_@example.com" }).id }
        $unnamed = 1..2 | ForEach-Object { (Invoke-Api POST /api/server/v1/users @{ name = $evil }).id }

        function Get-Mallory { @($unnamed | Get-ToriiUser) + @($ids | Get-ToriiUser) }

        # One line of text: no control, format or separator character that a terminal acts on.
        function Assert-Clean([string[]] $Text) {
            foreach ($line in $Text) {
                $found = @($line.ToCharArray() | Where-Object { [char]::IsControl($_) -or $_ -in 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069, 0x200e, 0x200f })
                if ($found) { throw "Raw characters $(@($found | ForEach-Object { 'U+{0:X4}' -f [int]$_ } | Select-Object -Unique) -join ', ') in: $($line -replace '\p{C}', '?')" }
            }
        }
        function Assert-Shows([string[]] $Text) { "$Text" | Should -BeLike '*Mallory*' -Because 'otherwise the test proves nothing' }
        $with = @{ Connection = $connection; Users = Get-Mallory }
    }
    AfterEach { Clear-Fault }

    It 'stay in the object that is returned' {
        (Get-ToriiUser $ids[0]).Name | Should -BeExactly $evil
    }

    It 'are not in the text of -WhatIf: <Command>' -ForEach @(
        @{ Command = 'Block-ToriiUser'; Act = { param($Connection, $Users) $Users | Block-ToriiUser -Connection $Connection -WhatIf } }
        @{ Command = 'Unblock-ToriiUser'; Act = { param($Connection, $Users) $Users | Unblock-ToriiUser -Connection $Connection -WhatIf } }
        @{ Command = 'Revoke-ToriiSession'; Act = { param($Connection, $Users) $Users | Revoke-ToriiSession -Connection $Connection -WhatIf } }
        @{ Command = 'Remove-ToriiUser'; Act = { param($Connection, $Users) $Users | Remove-ToriiUser -Connection $Connection -WhatIf } }
        @{ Command = 'Set-ToriiUser'; Act = { param($Connection, $Users) $Users | Set-ToriiUser -Locale da -Connection $Connection -WhatIf } }
        @{ Command = 'Set-ToriiUser with the name as the value'; Act = { param($Connection, $Users) Set-ToriiUser $Users[0].UserId -Name $Users[0].Name -Connection $Connection -WhatIf } }
        @{ Command = 'New-ToriiUser with the name as the value'; Act = { param($Connection, $Users) New-ToriiUser -Name $Users[0].Name -Connection $Connection -WhatIf } }
    ) {
        $run = Invoke-Recorded $Act $with
        $run.Errors | Should -BeNullOrEmpty
        $shown = @($run.Lines | Where-Object { $_ -like 'write: What if*' })
        Assert-Shows $shown
        Assert-Clean $run.Lines
    }

    It 'are not in a confirmation prompt: <Command>' -ForEach @(
        @{ Command = 'Block-ToriiUser'; Act = { param($Connection, $Users) $Users | Block-ToriiUser -Connection $Connection -Confirm } }
        @{ Command = 'Unblock-ToriiUser'; Act = { param($Connection, $Users) $Users | Unblock-ToriiUser -Connection $Connection -Confirm } }
        @{ Command = 'Revoke-ToriiSession'; Act = { param($Connection, $Users) $Users | Revoke-ToriiSession -Connection $Connection -Confirm } }
    ) {
        $run = Invoke-Recorded $Act $with
        $run.Errors | Should -BeNullOrEmpty
        $prompts = @($run.Lines | Where-Object { $_ -like 'prompt:*' })
        $prompts | Should -HaveCount 5
        Assert-Shows $prompts
        # The engine puts its question on a line of its own.
        Assert-Clean ($prompts -replace '^prompt: [^?]*\?\r?\n')
    }

    It 'are not in verbose messages' {
        $run = Invoke-Recorded { param($Connection, $Users) $Users | Unblock-ToriiUser -Connection $Connection -Verbose } $with
        Assert-Shows $run.Verbose
        Assert-Clean $run.Verbose
        Assert-Clean $run.Lines
    }

    It 'are not in the warning about a user without a change' {
        $run = Invoke-Recorded { param($Connection, $Users) $Users | Set-ToriiUser -Connection $Connection } $with
        Assert-Shows $run.Warnings
        Assert-Clean $run.Warnings
        Assert-Clean $run.Lines
    }

    It 'are not in the warnings about what was under way with -ErrorAction Stop' {
        Add-Fault @{ operation = 'unbanUser'; kind = 'status'; status = 403; userId = $unnamed[0]; delayMs = 100 }
        Add-Fault @{ operation = 'unbanUser'; kind = 'slow'; delayMs = 400 }
        $run = Invoke-Recorded { param($Connection, $Users) $Users | Unblock-ToriiUser -Connection $Connection -ErrorAction Stop } $with
        $run.EndedBy | Should -Not -BeNullOrEmpty
        Assert-Clean $run.Warnings
        Assert-Clean $run.Lines
        $run.Errors | ForEach-Object { Assert-Clean ((Get-ErrorText $_) -split "`n") }
    }

    It 'are not in errors: <What>' -ForEach @(
        @{ What = 'more users than -MaxAffected'; Act = { param($Connection, $Users) $Users | Block-ToriiUser -Connection $Connection -MaxAffected 2 }; Shows = $true }
        @{ What = 'another connection than that of the user'; Act = { param($Connection, $Users) Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl http://127.0.0.1:1 -Name other -SkipCheck; $Users | Block-ToriiUser -Connection other }; Shows = $true }
        @{ What = 'a connection that is gone'; Act = { param($Connection, $Users) $Users | Block-ToriiUser }; Shows = $true }
        @{ What = 'a failed request'; Act = { param($Connection, $Users) $Users | ForEach-Object { $_.UserId = '01931a73-8b00-7000-8000-000000000000'; $_ } | Block-ToriiUser -Connection $Connection } }
        @{ What = 'a cell that is refused'; Act = { param($Connection, $Users) [pscustomobject]@{ UserId = $Users[0].UserId; DateOfBirth = $Users[0].Name } | Set-ToriiUser -Connection $Connection }; Shows = $true }
        @{ What = 'a field to clear that does not exist'; Act = { param($Connection, $Users) [pscustomobject]@{ UserId = $Users[0].UserId; Clear = $Users[0].Name } | Set-ToriiUser -Connection $Connection } }
    ) {
        $run = Invoke-Recorded $Act @{ Connection = $connection; Users = Get-Mallory }
        $run.Errors | Should -Not -BeNullOrEmpty
        # As the host shows them.
        $texts = @($run.Errors | ForEach-Object { "$_"; "$($_.ErrorDetails.RecommendedAction)"; $_.Exception.Message })
        if ($Shows) { Assert-Shows $texts }
        Assert-Clean $texts
    }

    It 'are not in progress' {
        Add-Fault @{ operation = 'banUser'; kind = 'slow'; delayMs = 700 }
        $run = Invoke-Recorded { param($Connection, $Users) $Users[0..2] | Block-ToriiUser -Connection $Connection -ThrottleLimit 1 } $with
        $progress = @($run.Lines | Where-Object { $_ -like 'progress:*' }) + $run.Progress
        $progress | Should -Not -BeNullOrEmpty
        Assert-Clean $progress
    }

    It 'are not in the default <View> of <Kind> users' -ForEach @(
        foreach ($kind in 'live', 'deserialized') {
            @{ View = 'view'; Kind = $kind; Format = { $args[0] } }
            @{ View = 'table'; Kind = $kind; Format = { $args[0] | Format-Table } }
            @{ View = 'list'; Kind = $kind; Format = { $args[0] | Format-List } }
        }
    ) {
        $users = Get-Mallory
        if ($Kind -eq 'deserialized') { $users = @([Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($users))) }
        $rendering = $PSStyle.OutputRendering
        try {
            # Nothing is removed by the engine.
            $PSStyle.OutputRendering = 'Ansi'
            $text = & $Format $users | Out-String -Width 300
        }
        finally { $PSStyle.OutputRendering = $rendering }
        Assert-Shows $text
        $text | Should -Not -Match '(?m)^\s*INJECTED'
        # The engine's own colours of headers and labels are SGR sequences.
        $text.Contains("`e[5;41m") | Should -BeFalse
        $lines = $text -replace "`e\[[\d;]*m" -split '\r?\n'
        Assert-Clean $lines
    }
}
