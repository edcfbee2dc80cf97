BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 40
}
AfterAll { Stop-TestEmulator }

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

Describe 'A password in the place of -UserId' {
    It 'is in no message, and changes nobody: <Name>' -ForEach @(
        @{ Name = 'beside a piped user'; Script = { Get-ToriiUser -First 1 | Set-ToriiUserPassword $args[0] } }
        @{ Name = 'alone'; Script = { Set-ToriiUserPassword $args[0] } }
    ) {
        $run = Invoke-Watched { & $Script 'xyzzy-plugh-42' }
        Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument 'There is a value for -UserId and none for -Password. No request was sent.'
        $run.Mutations | Should -BeNullOrEmpty
        foreach ($text in "$($run.Errors)", "$($run.EndedBy.Exception)", ($run.EndedBy.ErrorDetails | Format-List * -Force | Out-String -Width 500)) { $text.Contains('xyzzy') | Should -BeFalse }
    }
}
