BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 40
    $nobody = '01931a73-8b00-7000-8000-000000000000'
}
AfterAll { Stop-TestEmulator }

# Item 21.
Describe 'The password of HTTPS_PROXY' {
    BeforeAll {
        # A token that is well-formed up to the point where the issuer's keys are needed.
        $segments = '{"alg":"ES256","kid":"key-1","typ":"JWT"}', '{"iss":"https://issuer.torii.invalid","sub":"s","pid":"p","iat":1,"exp":4102444800}' | ForEach-Object { [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($_)) }
        $token = (@($segments) + [Convert]::ToBase64String([byte[]]::new(64)) | ForEach-Object { $_.TrimEnd('=').Replace('+', '-').Replace('/', '_') }) -join '.'
        $script = @"
`$VerbosePreference = `$DebugPreference = `$InformationPreference = 'Continue'
& {
    try { Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl https://api.torii.invalid -MaxRetry 1 -PassThru -Verbose -Debug } catch { `$_ }
    Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl https://api.torii.invalid -MaxRetry 1 -SkipCheck -PassThru -Verbose -Debug
    try { Get-ToriiUser -First 1 -Verbose -Debug } catch { `$_ }
    try { Get-ToriiUser $nobody -Verbose -Debug } catch { `$_ }
    try { Block-ToriiUser $nobody -Verbose -Debug } catch { `$_ }
    try { Test-ToriiToken $token -Issuer https://issuer.torii.invalid -Verbose -Debug } catch { `$_ }
} *>&1 | Out-String -Width 500
Get-ToriiConnection | Format-List * -Force | Out-String -Width 500
'ids: ' + ((`$Error | ForEach-Object { (`$_.FullyQualifiedErrorId -split ',')[0] } | Sort-Object -Unique) -join ' ')
`$Error | Format-List * -Force | Out-String -Width 500
foreach (`$record in `$Error) {
    for (`$e = `$record.Exception; `$e; `$e = `$e.InnerException) { "`$e"; `$e | Format-List * -Force | Out-String -Width 500; `$e.Data | Out-String -Width 500 }
    `$record.ErrorDetails | Format-List * -Force | Out-String -Width 500
    Get-Error -InputObject `$record | Out-String -Width 500
}
`$Error | ConvertTo-Json -Depth 3 -WarningAction Ignore
"@
        function Invoke-Behind([int] $Port) {
            $proxy = "http://user:s3cr3tpass@127.0.0.1:$Port"
            Invoke-Shell $script (Get-ProxyEnvironment $proxy)
        }
        function Assert-NoPassword($Run) {
            $all = $Run.Output + $Run.Errors
            $all | Should -Match 'ids: .*Torii\.ConnectionFailed'
            $all | Should -Match 'ids: .*Torii\.KeysUnavailable'
            foreach ($form in 's3cr3tpass', [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('user:s3cr3tpass'))) {
                $at = $all.IndexOf($form)
                # By hand, because a failure would print everything.
                if ($at -ge 0) { throw "The password is in: $($all.Substring([Math]::Max(0, $at - 200), [Math]::Min($all.Length - [Math]::Max(0, $at - 200), 300)))" }
            }
        }
    }

    It 'is in no stream and no error when nothing listens on the port of the proxy' {
        Assert-NoPassword (Invoke-Behind (Get-FreePort))
    }

    It 'is in no stream and no error when the proxy answers <_>' -ForEach 407 {
        $proxy = Start-ScriptedServer { param($Request, $State) @{ Status = $State.Status; Headers = @{ 'Proxy-Authenticate' = 'Basic realm="proxy"' } } } @{ Status = $_ }
        try {
            $run = Invoke-Behind $proxy.Port
            @($proxy.Requests.ToArray() | Where-Object Method -EQ CONNECT) | Should -Not -BeNullOrEmpty
            Assert-NoPassword $run
        }
        finally { Stop-ScriptedServer $proxy }
    }
}

# Item 22.
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

# Item 23.
Describe 'A proxy for an address on loopback' {
    AfterEach { Get-ToriiConnection | Where-Object Name -NE default | Disconnect-Torii }

    It 'is refused: <Address>' -ForEach @(@{ Address = '127.0.0.1' }, @{ Address = 'localhost' }, @{ Address = '[::1]' }) {
        $proxy = Start-ScriptedServer { @{ Status = 502 } }
        try {
            $run = Invoke-Watched { Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl "http://${Address}:$($emulator.Port)" -Proxy $proxy.Url -Name other -MaxRetry 0 }
            Assert-ToriiError $run.EndedBy Torii.InvalidProxy InvalidArgument '*proxy*'
            $run.Requests | Should -BeNullOrEmpty
            $proxy.Requests.Count | Should -Be 0
            Get-ToriiConnection | Where-Object Name -EQ other | Should -BeNullOrEmpty
        }
        finally { Stop-ScriptedServer $proxy }
    }

    It 'is refused with -SkipCheck and for an emulator as well: <Kind>' -ForEach @(
        @{ Kind = 'an address'; Act = { Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $emulator.ApiUrl -Proxy http://127.0.0.1:8080 -Name other -SkipCheck } }
        @{ Kind = 'an emulator'; Act = { $emulator | Connect-Torii -Proxy http://127.0.0.1:8080 -Name other -SkipCheck } }
    ) {
        $run = Invoke-Watched { & $Act }
        Assert-ToriiError $run.EndedBy Torii.InvalidProxy InvalidArgument '*proxy*'
        Get-ToriiConnection | Where-Object Name -EQ other | Should -BeNullOrEmpty
    }

    It 'is accepted for https' {
        Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl https://api.torii.invalid -Proxy http://127.0.0.1:8080 -Name other -SkipCheck
        (Get-ToriiConnection other).Proxy | Should -Be 'http://127.0.0.1:8080/'
    }
}

# Item 23.
Describe 'A proxy that refuses' {
    AfterEach { Get-ToriiConnection | Where-Object Name -NE default | Disconnect-Torii }

    It 'is named as the proxy when nothing listens there: -Proxy' {
        $port = Get-FreePort
        $run = Invoke-Watched { Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl https://api.torii.invalid -Proxy "http://127.0.0.1:$port" -MaxRetry 0 -Name other }
        Assert-ToriiError $run.EndedBy Torii.ConnectionFailed ConnectionError '*proxy*'
        "$($run.EndedBy)" | Should -BeLike "*127.0.0.1:$port*"
    }

    It 'is named as the proxy when it answers <_>: -Proxy' -ForEach 403, 407, 502 {
        $proxy = Start-ScriptedServer { param($Request, $State) @{ Status = $State.Status } } @{ Status = $_ }
        try {
            $run = Invoke-Watched { Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl https://api.torii.invalid -Proxy $proxy.Url -MaxRetry 0 -Name other }
            Assert-ToriiError $run.EndedBy Torii.ConnectionFailed ConnectionError '*proxy*'
            "$($run.EndedBy)" | Should -BeLike "*127.0.0.1:$($proxy.Port)*"
        }
        finally { Stop-ScriptedServer $proxy }
    }

    It 'is named as the proxy when nothing listens there: HTTPS_PROXY' {
        $port = Get-FreePort
        $proxy = "http://127.0.0.1:$port"
        $run = Invoke-Shell "try { Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl https://api.torii.invalid -MaxRetry 0 } catch { 'said: ' + `$_ }" (Get-ProxyEnvironment $proxy)
        $run.Output | Should -BeLike "*said: *proxy*"
        $run.Output | Should -BeLike "*said: *127.0.0.1:$port*"
    }
}

# Item 23.
Describe 'The environment of the emulator' {
    It 'has no variable that begins with TORII_' {
        if (-not $IsLinux) { Set-ItResult -Skipped -Because 'it reads /proc'; return }
        $names = 'TORII_SECRET_KEY', 'TORII_API_URL', 'TORII_ISSUER', 'TORII_SOMETHING_ELSE'
        $started = $null
        try {
            $names | ForEach-Object { [Environment]::SetEnvironmentVariable($_, 'sk_live_0123456789abcdef') }
            [Environment]::SetEnvironmentVariable('TORII_API_URL', 'https://api.torii.invalid')
            [Environment]::SetEnvironmentVariable('TORII_ISSUER', 'https://issuer.torii.invalid')
            $started = Start-ToriiEmulator -Users 0
            $variables = [IO.File]::ReadAllText("/proc/$($started.ProcessId)/environ") -split "`0"
            $variables | Where-Object { $_ -like 'PATH=*' } | Should -Not -BeNullOrEmpty
            $variables | Where-Object { $_ -like 'TORII_*' } | Should -BeNullOrEmpty
        }
        finally {
            $names | ForEach-Object { [Environment]::SetEnvironmentVariable($_, [NullString]::Value) }
            if ($started) { Stop-ToriiEmulator -Port $started.Port -Confirm:$false }
        }
    }
}

# Item 23.
Describe 'The password of a row that fails' {
    BeforeAll {
        $user = @(Get-ToriiUser -Status active -First 1)[0].UserId
        # Everything that can be printed of an error record, its exceptions and its target.
        function Get-Everything($Record) {
            $parts = @(
                $Record | Format-List * -Force | Out-String -Width 500
                "$Record"
                $Record.TargetObject | Format-List * -Force | Out-String -Width 500
                $Record.TargetObject | ConvertTo-Json -Depth 4 -WarningAction Ignore
                "$($Record.TargetObject)"
                $Record.CategoryInfo | Format-List * -Force | Out-String -Width 500
                $Record.ErrorDetails | Format-List * -Force | Out-String -Width 500
                $Record.InvocationInfo | Format-List * -Force | Out-String -Width 500
                $Record.InvocationInfo.BoundParameters | Format-List * -Force | Out-String -Width 500
                $Record.InvocationInfo.BoundParameters.Values | ForEach-Object { "$_"; $_ | Format-List * -Force | Out-String -Width 500 }
                Get-Error -InputObject $Record | Out-String -Width 500
                [Management.Automation.PSSerializer]::Serialize($Record.TargetObject, 3)
                for ($e = $Record.Exception; $e; $e = $e.InnerException) { "$e"; $e | Format-List * -Force | Out-String -Width 500 }
            )
            $parts -join "`n"
        }
        $commands = @{
            'Set-ToriiUser' = { $input | Set-ToriiUser -Locale da }
            'Block-ToriiUser' = { $input | Block-ToriiUser }
            'Unblock-ToriiUser' = { $input | Unblock-ToriiUser }
            'Remove-ToriiUser' = { $input | Remove-ToriiUser -Force }
            'Revoke-ToriiSession' = { $input | Revoke-ToriiSession }
        }
    }
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Where-Object Name -NE default | Disconnect-Torii
    }

    It 'is in no part of the error record: <Command>, <What>' -ForEach @(
        foreach ($command in 'Set-ToriiUser', 'Block-ToriiUser', 'Unblock-ToriiUser', 'Remove-ToriiUser', 'Revoke-ToriiSession') {
            @{ Command = $command; What = 'the service refuses'; Cells = @{} }
            @{ Command = $command; What = 'Id and UserId differ'; Cells = @{ Id = '01931a73-8b00-7000-8000-000000000001' } }
            @{ Command = $command; What = 'an empty SessionId'; Cells = @{ SessionId = '' } }
            @{ Command = $command; What = 'a connection that is gone'; Cells = @{ ConnectionName = 'gone' } }
            @{ Command = $command; What = 'an id that is not a UUID'; Cells = @{ UserId = 'not-an-id' } }
            if ($command -eq 'Set-ToriiUser') { @{ Command = $command; What = 'an empty id'; Cells = @{ UserId = '' } } }
            if ($command -eq 'Set-ToriiUser') { @{ Command = $command; What = 'a cell that is refused'; Cells = @{ DateOfBirth = 'garbage' } } }
            if ($command -eq 'Set-ToriiUser') { @{ Command = $command; What = 'a column that nearly matches'; Cells = @{ 'Date of birth' = '1815-12-10' } } }
        }
    ) {
        $values = @{ UserId = $user; Password = 'Xyzzy-plugh-42'; Department = 'Navy' }
        $Cells.Keys | ForEach-Object { $values[$_] = $Cells[$_] }
        $operations = 'updateUser', 'banUser', 'unbanUser', 'deleteUser', 'revokeAllSessions'
        $operations | ForEach-Object { Add-Fault @{ operation = $_; kind = 'status'; status = 403 } }
        $row = [pscustomobject]$values
        $act = $commands[$Command]
        $run = Invoke-Watched { $row | & $act }
        $run.Errors | Should -HaveCount 1
        $everything = Get-Everything $run.Errors[0]
        $at = $everything.IndexOf('Xyzzy')
        if ($at -ge 0) { throw "The password is in $($run.Errors[0].FullyQualifiedErrorId): $($everything.Substring([Math]::Max(0, $at - 150), [Math]::Min($everything.Length - [Math]::Max(0, $at - 150), 200)))" }
        # The row itself is not touched.
        $row.Password | Should -Be 'Xyzzy-plugh-42'
    }

    It 'is in no part of the error record of the command that was ended: <_>' -ForEach 'Set-ToriiUser', 'Block-ToriiUser', 'Unblock-ToriiUser', 'Remove-ToriiUser', 'Revoke-ToriiSession' {
        'updateUser', 'banUser', 'unbanUser', 'deleteUser', 'revokeAllSessions' | ForEach-Object { Add-Fault @{ operation = $_; kind = 'status'; status = 403 } }
        $row = [pscustomobject]@{ UserId = $user; Password = 'Xyzzy-plugh-42' }
        $act = $commands[$_]
        $ended = try { $ErrorActionPreference = 'Stop'; $row | & $act } catch { $_ }
        $ended | Should -BeOfType Management.Automation.ErrorRecord
        (Get-Everything $ended).Contains('Xyzzy') | Should -BeFalse
    }

    It 'Is in no part of the error record where <What>' -ForEach @(
        foreach ($column in 'Kennwort', 'Passwort', 'contraseña', 'Contrasena', 'Mot de passe', 'Wachtwoord', 'adgangskode', 'PASSPHRASE', 'Ｐａｓｓｗｏｒｄ', 'initial_pwd', 'Client-Secret', 'api key', 'RefreshToken') {
            @{ What = "the column is $column"; Column = $column; Make = { 'Xyzzy-plugh-42' } }
        }
        foreach ($column in 'Password', 'Kennwort') {
            @{ What = "$column is a list"; Column = $column; Make = { , @('Xyzzy-plugh-42', 'x') } }
            @{ What = "$column is a nested object"; Column = $column; Make = { [pscustomobject]@{ value = 'Xyzzy-plugh-42' } } }
            @{ What = "$column is a NetworkCredential"; Column = $column; Make = { [Net.NetworkCredential]::new('ada', 'Xyzzy-plugh-42') } }
            @{ What = "$column is a PSCredential"; Column = $column; Make = { [pscredential]::new('ada', (ConvertTo-SecureString 'Xyzzy-plugh-42' -AsPlainText)) } }
        }
        @{ What = 'a nested object has it'; Column = 'Login'; Make = { [pscustomobject]@{ User = 'ada'; Password = 'Xyzzy-plugh-42' } } }
        @{ What = 'a hashtable has it'; Column = 'Login'; Make = { @{ user = 'ada'; deep = @{ pwd = 'Xyzzy-plugh-42' } } } }
        @{ What = 'a list of objects has it'; Column = 'Logins'; Make = { , @('x', @{ token = 'Xyzzy-plugh-42' }) } }
        @{ What = 'a NetworkCredential is in another column'; Column = 'Login'; Make = { [Net.NetworkCredential]::new('ada', 'Xyzzy-plugh-42') } }
        @{ What = 'metadata in JSON has it'; Column = 'PrivateMetadata'; Make = { '{ "crm": { "apiToken": "Xyzzy-plugh-42" } }' } }
    ) {
        $value = & $Make
        foreach ($row in [pscustomobject]@{ UserId = 'not-an-id'; $Column = $value }, @{ UserId = 'not-an-id'; $Column = $value }) {
            foreach ($command in 'Set-ToriiUser', 'Block-ToriiUser', 'Revoke-ToriiSession') {
                $act = $commands[$command]
                $run = Invoke-Watched { $row | & $act }
                $run.Errors | Should -HaveCount 1
                Get-Everything $run.Errors[0] | Should -Not -BeLike '*Xyzzy*'
                $run.Errors[0].TargetObject.UserId | Should -Be 'not-an-id'
            }
        }
    }

    It 'Is sent when the target of the error is piped again: <What>' -ForEach @(
        @{ What = 'text'; Password = 'Xyzzy-plugh-42'; Metadata = $null }
        @{ What = 'within metadata'; Password = $null; Metadata = @{ plan = 'pro'; crm = @{ apiToken = 'Xyzzy-plugh-42' } } }
        @{ What = 'within metadata in JSON'; Password = $null; Metadata = '{"plan":"pro","crm":{"apiToken":"Xyzzy-plugh-42"}}' }
    ) {
        $newest = Start-TestEmulator -Users 1 -Name newest -Additional -Contract 0.0.12
        try {
            Add-Fault @{ operation = 'createUser'; kind = 'status'; status = 403; times = 1 } $newest
            $row = [pscustomobject]@{ Email = 'again@example.com'; Password = $Password; PrivateMetadata = $Metadata }
            $first = Invoke-Watched { $row | New-ToriiUser -Connection newest } $newest
            $again = Invoke-Watched { $first.Errors[0].TargetObject | New-ToriiUser -Connection newest } $newest
            $again.Errors | Should -BeNullOrEmpty
            $again.Mutations.body | Should -BeExactly $first.Mutations.body
            # The journal of the emulator masks passwords.
            if ($Metadata) { $again.Mutations.body | Should -BeLike '*"plan":"pro"*' }
        }
        finally {
            Disconnect-Torii newest
            Stop-ToriiEmulator -Port $newest.Port -Confirm:$false
        }
    }
}

# Item 24.
Describe 'After Disconnect-Torii' {
    BeforeEach {
        $saved = Connect-Emulator $emulator saved
        $users = @(Get-ToriiUser -Connection saved -Status active -First 2)
        $session = (Invoke-Api POST /_emulator/sessions @{ userId = $users[0].UserId }).sessionId
        $sessions = @(Get-ToriiSession $users[0].UserId -Connection saved)
    }
    AfterEach { Get-ToriiConnection | Where-Object Name -NE default | Disconnect-Torii }

    It 'the connection object is refused and nothing is sent: <Command>' -ForEach @(
        @{ Command = 'Get-ToriiUser'; Act = { Get-ToriiUser -First 1 -Connection $saved } }
        @{ Command = 'Get-ToriiUser by id'; Act = { Get-ToriiUser $users[0].UserId -Connection $saved } }
        @{ Command = 'Get-ToriiUser -EmailAddress'; Act = { Get-ToriiUser -EmailAddress ada@example.com -Connection $saved } }
        @{ Command = 'Get-ToriiSession'; Act = { Get-ToriiSession $users[0].UserId -Connection $saved } }
        @{ Command = 'New-ToriiUser'; Act = { New-ToriiUser gone@example.com -Connection $saved } }
        @{ Command = 'Set-ToriiUser'; Act = { Set-ToriiUser $users[0].UserId -Locale da -Connection $saved } }
        @{ Command = 'Block-ToriiUser'; Act = { Block-ToriiUser $users[0].UserId -Connection $saved } }
        @{ Command = 'Unblock-ToriiUser'; Act = { Unblock-ToriiUser $users[0].UserId -Connection $saved } }
        @{ Command = 'Remove-ToriiUser'; Act = { Remove-ToriiUser $users[0].UserId -Force -Connection $saved } }
        @{ Command = 'Revoke-ToriiSession'; Act = { Revoke-ToriiSession $users[0].UserId -Connection $saved } }
        @{ Command = 'Block-ToriiUser with an object'; Act = { $users[0] | Block-ToriiUser -Connection $saved } }
        @{ Command = 'Block-ToriiUser -WhatIf'; Act = { $users[0] | Block-ToriiUser -Connection $saved -WhatIf } }
    ) {
        Disconnect-Torii saved
        $run = Invoke-Watched { & $Act }
        $run.Requests | Should -BeNullOrEmpty
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.ConnectionGone ObjectNotFound '*saved*'
    }

    It 'the connection object is refused although another connection of that name was made' {
        Disconnect-Torii saved
        Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl $emulator.ApiUrl -Name saved -SkipCheck
        $run = Invoke-Watched { Get-ToriiUser -First 1 -Connection $saved }
        $run.Requests | Should -BeNullOrEmpty
        Assert-ToriiError $run.Errors[0] Torii.ConnectionGone ObjectNotFound
    }

    It 'objects that were read through it are refused and nothing is sent: <Command>' -ForEach @(
        @{ Command = 'Get-ToriiUser'; Act = { $users | Get-ToriiUser }; Count = 2 }
        @{ Command = 'Get-ToriiSession'; Act = { $users | Get-ToriiSession }; Count = 2 }
        @{ Command = 'Set-ToriiUser'; Act = { $users | Set-ToriiUser -Locale da }; Count = 2 }
        @{ Command = 'Block-ToriiUser'; Act = { $users | Block-ToriiUser }; Count = 2 }
        @{ Command = 'Remove-ToriiUser'; Act = { $users | Remove-ToriiUser -Force }; Count = 2 }
        @{ Command = 'Revoke-ToriiSession'; Act = { $sessions[0] | Revoke-ToriiSession }; Count = 1 }
    ) {
        Disconnect-Torii saved
        $run = Invoke-Watched { & $Act }
        $run.Requests | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount $Count
        $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.ConnectionGone ObjectNotFound '*saved*' }
    }

    It 'and a connection with the same name and key, objects work again' {
        Disconnect-Torii saved
        $null = Connect-Emulator $emulator saved
        $run = Invoke-Watched { $users | Block-ToriiUser; $users | Unblock-ToriiUser; $sessions[0] | Revoke-ToriiSession }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations | Should -HaveCount 5
    }

    It 'other connections are not affected' {
        $another = Connect-Emulator $emulator another
        Disconnect-Torii saved
        (Invoke-Watched { Get-ToriiUser -First 1 -Connection $another }).Errors | Should -BeNullOrEmpty
        (Invoke-Watched { Get-ToriiUser -First 1 }).Errors | Should -BeNullOrEmpty
    }
}
