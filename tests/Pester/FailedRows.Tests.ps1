# A row that failed can be sent again as it is, and its password is shown nowhere.
BeforeDiscovery {
    $mutators = @(
        @{ Command = 'Set-ToriiUser'; Operation = 'updateUser'; Cells = @{ Locale = 'da' } }
        @{ Command = 'Block-ToriiUser'; Operation = 'banUser'; Cells = @{} }
        @{ Command = 'Unblock-ToriiUser'; Operation = 'unbanUser'; Cells = @{} }
        @{ Command = 'Remove-ToriiUser'; Operation = 'deleteUser'; Cells = @{} }
        @{ Command = 'Revoke-ToriiSession'; Operation = 'revokeAllSessions'; Cells = @{} }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 120
    $people = [Collections.Generic.Queue[object]]::new(@(Get-ToriiUser -Status active))
    $nobody = '01931a73-8b00-7000-8000-000000000000'

    # Unlike anything else that is ever shown.
    function New-Password { "Pw-$([guid]::NewGuid().ToString('n'))" }
    function New-Address { "failed$([guid]::NewGuid().ToString('n'))@example.com" }
    # Rows as a file gives them.
    function Import-Row([object[]] $Rows, $Kind = 'CSV') {
        switch ($Kind) {
            'CSV' { $Rows | Export-Csv $TestDrive/rows.csv; Import-Csv $TestDrive/rows.csv }
            'JSON' { $Rows | ConvertTo-Json -AsArray | ConvertFrom-Json }
            'custom' { $Rows }
        }
    }
    # Every ordinary way to look at errors.
    function Get-ShownText([object[]] $Records, [switch] $Deep) {
        $Records | Export-Clixml $TestDrive/failed.xml
        @(
            $Records | Format-List * -Force | Out-String -Width 4096
            # Five levels of an error are megabytes of the engine's own types: once is enough.
            $Records | ConvertTo-Json -Depth 3 -WarningAction Ignore
            if ($Deep) { $Records[0] | ConvertTo-Json -Depth 5 -WarningAction Ignore; Get-Error -InputObject $Records[0] | Out-String -Width 4096 }
            Get-Content $TestDrive/failed.xml -Raw
            foreach ($record in $Records) {
                "$record", "$($record.Exception)"
                $record | Out-String -Width 4096
                $record.Exception | Format-List * -Force | Out-String -Width 4096
                $record.TargetObject | Format-List * -Force | Out-String -Width 4096
                $record.TargetObject | ConvertTo-Json -Depth 5 -WarningAction Ignore
                $record.TargetObject | ConvertTo-Csv
                $record.CategoryInfo | Format-List * -Force | Out-String -Width 4096
                $record.InvocationInfo | Format-List * -Force | Out-String -Width 4096
                foreach ($bound in $record.InvocationInfo.BoundParameters) {
                    $bound | Format-List * -Force | Out-String -Width 4096
                    $bound.Values | ForEach-Object { "$_"; $_ | Format-List * -Force | Out-String -Width 4096 }
                    $bound | ConvertTo-Json -Depth 5 -WarningAction Ignore
                }
            }
            $global:Error[0] | Out-String -Width 4096
        ) -join "`n"
    }
    function Assert-Hidden([object[]] $Records, [string[]] $Passwords, [switch] $Deep) {
        $text = Get-ShownText $Records -Deep:$Deep
        foreach ($password in $Passwords) {
            $at = $text.IndexOf($password, [StringComparison]::OrdinalIgnoreCase)
            $around = $at -lt 0 ? '' : $text.Substring([Math]::Max(0, $at - 160), 160 + $password.Length)
            $around | Should -BeNullOrEmpty -Because 'an error must not show the password'
        }
    }
}
AfterAll { Stop-TestEmulator }

Describe 'New-ToriiUser with rows that fail' {
    AfterEach { Clear-Fault }

    It 'Creates the accounts with their passwords when the TargetObject of the errors is piped again, for <Kind> rows' -ForEach @{ Kind = 'CSV' }, @{ Kind = 'JSON' }, @{ Kind = 'custom' } {
        $wanted = 1..3 | ForEach-Object { [pscustomobject]@{ Email = New-Address; Password = New-Password; Name = "Row $_"; DateOfBirth = '1990-01-0' + $_; Department = "D$_" } }
        $rows = @(Import-Row $wanted $Kind)
        Add-Fault @{ operation = 'createUser'; kind = 'status'; status = 402 }
        $rows | New-ToriiUser -ThrottleLimit 1 -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed | Should -HaveCount 3
        Clear-Fault

        $failed.TargetObject | ForEach-Object { $_.Password | Should -BeOfType securestring }
        $failed.TargetObject.Department | Should -Be 'D1', 'D2', 'D3'
        $run = Invoke-Watched { $failed.TargetObject | New-ToriiUser -ThrottleLimit 1 }
        $run.Errors | Should -BeNullOrEmpty
        $bodies = Get-Body $run.Mutations
        $bodies.email | Should -Be $wanted.Email
        $bodies.password | Should -BeExactly $wanted.Password
        $bodies.name | Should -BeExactly $wanted.Name
        $bodies.dateOfBirth | Should -BeExactly $wanted.DateOfBirth
        # The caller's own rows are the caller's.
        $rows.Password | Should -BeExactly $wanted.Password
        Assert-Hidden $failed $wanted.Password -Deep:($Kind -eq 'CSV')
    }

    It 'Shows the password nowhere after <What>' -ForEach @(
        @{ What = 'a conflict'; Cells = { @{ Email = 'ada@example.com' } } }
        @{ What = 'an address that is refused'; Cells = { @{ Email = 'no-address' } } }
        @{ What = 'a cell that does not parse'; Cells = { @{ Email = (New-Address); DateOfBirth = 'garbage' } } }
        @{ What = 'metadata that does not parse'; Cells = { @{ Email = (New-Address); PublicMetadata = '{broken' } } }
        @{ What = 'a lost answer'; Cells = { Add-Fault @{ operation = 'createUser'; kind = 'reset'; times = 1 }; @{ Email = (New-Address) } } }
        @{ What = 'an answer that is HTML'; Cells = { Add-Fault @{ operation = 'createUser'; kind = 'html'; times = 1 }; @{ Email = (New-Address) } } }
    ) {
        $password = New-Password
        $row = Import-Row ([pscustomobject]((& $Cells) + @{ Password = $password }))
        $row | New-ToriiUser -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed | Should -HaveCount 1
        $failed[0].TargetObject.Password | Should -BeOfType securestring
        Assert-Hidden $failed $password
    }

    It 'Shows a weak password nowhere' {
        $row = [pscustomobject]@{ Email = New-Address; Password = 'qZ7#x' }
        $row | New-ToriiUser -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed | Should -HaveCount 1
        Assert-Hidden $failed 'qZ7#x'
    }

    It 'Shows the password nowhere when the error ends the command' {
        $password = New-Password
        $rows = Import-Row @([pscustomobject]@{ Email = 'ada@example.com'; Password = $password }, [pscustomobject]@{ Email = New-Address; Password = New-Password })
        $caught = try { $rows | New-ToriiUser -ErrorAction Stop -ThrottleLimit 1 } catch { $_ }
        ($caught.FullyQualifiedErrorId -split ',')[0] | Should -Be Torii.Conflict
        Assert-Hidden $caught @($password, $rows[1].Password)
    }

    It 'Keeps a SecureString in a row, and sends it when the row is piped again' {
        $password = New-Password
        $row = [pscustomobject]@{ Email = New-Address; Password = ConvertTo-SecureString $password -AsPlainText }
        Add-Fault @{ operation = 'createUser'; kind = 'status'; status = 402; times = 1 }
        $row | New-ToriiUser -ErrorVariable failed -ErrorAction SilentlyContinue
        $run = Invoke-Watched { $failed.TargetObject | New-ToriiUser }
        $run.Errors | Should -BeNullOrEmpty
        @(Get-Body $run.Mutations)[0].password | Should -BeExactly $password
        Assert-Hidden $failed $password
    }

    It 'Sends no password for a row that has none, when it is piped again' {
        $rows = Import-Row @([pscustomobject]@{ Email = New-Address; Password = New-Password }, [pscustomobject]@{ Email = New-Address; Password = '' })
        Add-Fault @{ operation = 'createUser'; kind = 'status'; status = 402 }
        $rows | New-ToriiUser -ThrottleLimit 1 -ErrorVariable failed -ErrorAction SilentlyContinue
        Clear-Fault
        $run = Invoke-Watched { $failed.TargetObject | New-ToriiUser -ThrottleLimit 1 }
        $run.Errors | Should -BeNullOrEmpty
        $bodies = @(Get-Body $run.Mutations)
        $bodies[0].password | Should -BeExactly $rows[0].Password
        $bodies[1].ContainsKey('password') | Should -BeFalse
    }
}

Describe 'Rows that fail while the command still runs' {
    BeforeAll {
        # What a later command of the pipeline can see of an error: the parameters of the failed command are still bound.
        function Show-Running([scriptblock] $Script) {
            $seen = & $Script 2>&1 | ForEach-Object {
                if ($_ -isnot [Management.Automation.ErrorRecord]) { return }
                'error'
                $_ | Format-List * -Force | Out-String -Width 4096
                foreach ($value in @($_.InvocationInfo.BoundParameters.Values)) {
                    "$value"
                    $value | Format-List * -Force | Out-String -Width 4096
                    $value | ConvertTo-Json -Depth 5 -WarningAction Ignore
                }
            }
            $seen -join "`n"
        }
    }

    It 'New-ToriiUser shows the password in no bound parameter after <What>' -ForEach @{ What = 'a conflict'; Born = '' }, @{ What = 'a cell that does not parse'; Born = 'garbage' } {
        $rows = Import-Row @(1..3 | ForEach-Object { [pscustomobject]@{ Email = 'ada@example.com'; Password = New-Password; DateOfBirth = $Born } })
        $text = Show-Running { $rows | New-ToriiUser -ThrottleLimit 1 }
        @($text -split "`n" -eq 'error') | Should -HaveCount 3
        foreach ($row in $rows) { $text.Contains($row.Password) | Should -BeFalse }
    }

    It '<Command> shows the password in no bound parameter after <What>' -ForEach @(
        foreach ($mutator in $mutators) { $mutator + @{ What = 'a user that does not exist'; More = @{} }; $mutator + @{ What = 'an ambiguous row'; More = @{ SessionId = '' } } }
    ) {
        $rows = Import-Row @(1..3 | ForEach-Object { [pscustomobject](@{ UserId = $nobody; Password = New-Password } + $Cells + $More) })
        $text = Show-Running { $rows | & $Command -Confirm:$false -ThrottleLimit 1 }
        @($text -split "`n" -eq 'error') | Should -HaveCount 3
        foreach ($row in $rows) { $text.Contains($row.Password) | Should -BeFalse }
    }
}

Describe 'Other cmdlets with rows that carry a password and fail' {
    AfterEach { Clear-Fault }

    It '<Command> keeps the password as a SecureString, shows it nowhere, and acts when the row is piped again' -ForEach $mutators {
        $user = $people.Dequeue()
        $password = New-Password
        $row = Import-Row ([pscustomobject](@{ UserId = $user.UserId; Email = $user.Email; Password = $password } + $Cells))
        Add-Fault @{ operation = $Operation; kind = 'status'; status = 402 }
        $row | & $Command -Confirm:$false -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed | Should -HaveCount 1
        Clear-Fault
        $failed[0].TargetObject.UserId | Should -Be $user.UserId
        $failed[0].TargetObject.Password | Should -BeOfType securestring
        Assert-Hidden $failed $password -Deep:($Command -eq 'Set-ToriiUser')
        $run = Invoke-Watched { $failed.TargetObject | & $Command -Confirm:$false }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations.userId | Should -Be $user.UserId
        "$($run.Mutations.body)" | Should -Not -Match 'assword'
    }

    It '<Command> shows the password of a row nowhere when <What>' -ForEach @(
        foreach ($mutator in $mutators) {
            $mutator + @{ What = 'its user does not exist'; Row = { @{ UserId = $nobody } } }
            $mutator + @{ What = 'its user id is not an id'; Row = { @{ UserId = 'nonsense' } } }
            $mutator + @{ What = 'it is ambiguous'; Row = { @{ UserId = $people.Peek().UserId; IpAddress = '127.0.0.1'; SessionId = '' } } }
            $mutator + @{ What = 'it has no user id'; Row = { @{ Email = 'ada@example.com' } } }
            $mutator + @{ What = 'its connection is gone'; Row = { @{ UserId = $people.Peek().UserId; ConnectionName = 'gone' } } }
        }
    ) {
        $password = New-Password
        $record = Import-Row ([pscustomobject]((& $Row) + @{ Password = $password } + $Cells))
        $run = Invoke-Watched { $record | & $Command -Confirm:$false }
        $run.Errors | Should -HaveCount 1
        Assert-Hidden $run.Errors $password
    }

    It 'Set-ToriiUser shows the password of a row nowhere when a cell does not parse' {
        $password = New-Password
        $record = Import-Row ([pscustomobject]@{ UserId = $people.Peek().UserId; DateOfBirth = 'garbage'; Password = $password })
        $run = Invoke-Watched { $record | Set-ToriiUser }
        $run.Requests | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 1
        $run.Errors[0].TargetObject.Password | Should -BeOfType securestring
        Assert-Hidden $run.Errors $password
    }
}
