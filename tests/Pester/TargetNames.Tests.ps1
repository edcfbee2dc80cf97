# An error about a target says which target: address or name, id, and the number of its row.
BeforeDiscovery {
    $mutators = @(
        @{ Command = 'Set-ToriiUser'; Cells = @{ Locale = 'da' } }
        @{ Command = 'Block-ToriiUser'; Cells = @{} }
        @{ Command = 'Unblock-ToriiUser'; Cells = @{} }
        @{ Command = 'Remove-ToriiUser'; Cells = @{} }
        @{ Command = 'Revoke-ToriiSession'; Cells = @{} }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 400
    $people = [Collections.Generic.Queue[object]]::new(@(Get-ToriiUser -Status active | Where-Object Email))
    $nobody = '01931a73-8b00-7000-8000-000000000000'
    $foreign = (Invoke-Api GET /_emulator/foreign).userId
    function Get-Person([int] $Count = 1) { 1..$Count | ForEach-Object { $people.Dequeue() } }
    function New-Address { "named$([guid]::NewGuid().ToString('n'))@example.com" }
    function Assert-Names($Record, [string[]] $Labels, [int] $Row) {
        foreach ($label in $Labels) { "$Record".Contains($label, [StringComparison]::OrdinalIgnoreCase) | Should -BeTrue -Because "'$Record' has to name $label" }
        if ($Row) { "$Record" | Should -Match "\brow $Row\b" } else { "$Record" | Should -Not -Match '\brow \d' }
        # Who reads the exception alone reads the same.
        foreach ($label in $Labels) { $Record.Exception.Message | Should -BeLike "*$label*" }
    }
}
AfterAll { Stop-TestEmulator }

Describe 'Errors of rows' {
    AfterEach { Clear-Fault }

    It 'Set-ToriiUser names and skips one bad row of twenty: <What>' -ForEach @(
        @{ What = 'a date that does not parse'; Column = 'DateOfBirth'; Value = '31/12/1999' }
        @{ What = 'an unknown field to clear'; Column = 'Clear'; Value = 'Fone' }
        @{ What = 'a field to set and to clear'; Column = 'Clear'; Value = 'Phone' }
    ) {
        $users = @(Get-Person 20)
        $rows = foreach ($user in $users) { [pscustomobject]@{ UserId = $user.UserId; Email = $user.Email; Phone = '+45 1'; DateOfBirth = ''; Clear = '' } }
        $rows[2].$Column = $Value
        $run = Invoke-Watched { $rows | ConvertTo-Csv | ConvertFrom-Csv | Set-ToriiUser }
        $run.Mutations | Should -HaveCount 19
        @($run.Mutations.userId | Sort-Object) | Should -Be @($users | Where-Object UserId -NE $users[2].UserId | ForEach-Object UserId | Sort-Object)
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument
        Assert-Names $run.Errors[0] $users[2].Email, $users[2].UserId 3
        "$($run.Errors[0])" | Should -Match 'skipped'
        "$($run.Errors[0])" | Should -Not -Match 'nothing was sent|no request was sent' -Because 'the other rows are sent'
    }

    It 'New-ToriiUser names and skips one bad row of twenty' {
        $rows = 1..20 | ForEach-Object { [pscustomobject]@{ Email = New-Address; Name = "Person $_"; DateOfBirth = '' } }
        $rows[2].DateOfBirth = 'garbage'
        $run = Invoke-Watched { $rows | ConvertTo-Csv | ConvertFrom-Csv | New-ToriiUser -ThrottleLimit 1 }
        $run.Mutations | Should -HaveCount 19
        $run.Output.Email | Should -Be @($rows.Email | Where-Object { $_ -ne $rows[2].Email })
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument
        Assert-Names $run.Errors[0] $rows[2].Email 3
        "$($run.Errors[0])" | Should -Match 'skipped'
    }

    It 'New-ToriiUser names the row of <What>' -ForEach @(
        @{ What = 'a weak password'; Id = 'Torii.InvalidRequest'; Bad = { @{ Email = (New-Address); Password = 'short' } } }
        @{ What = 'a conflict'; Id = 'Torii.Conflict'; Bad = { @{ Email = 'ada@example.com'; Password = 'long enough 1' } } }
        @{ What = 'an invalid address'; Id = 'Torii.InvalidRequest'; Bad = { @{ Email = 'not-an-address'; Password = 'long enough 1' } } }
    ) {
        $bad = & $Bad
        $rows = @(1..2 | ForEach-Object { [pscustomobject]@{ Email = New-Address; Password = 'long enough 1' } }) + [pscustomobject]$bad + [pscustomobject]@{ Email = New-Address; Password = '' }
        $run = Invoke-Watched { $rows | New-ToriiUser }
        $run.Output | Should -HaveCount 3
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] $Id
        Assert-Names $run.Errors[0] $bad.Email 3
        if ($bad.Password -eq 'short') { "$($run.Errors[0])" | Should -Not -BeLike '*short*' }
    }

    It 'New-ToriiUser names a row without an address by its name' {
        $rows = [pscustomobject]@{ Email = New-Address; Name = 'First'; DateOfBirth = '' }, [pscustomobject]@{ Email = ''; Name = 'Grace Hopper'; DateOfBirth = 'garbage' }
        $run = Invoke-Watched { $rows | New-ToriiUser }
        Assert-Names $run.Errors[0] 'Grace Hopper' 2
    }

    It '<Command> names the row of <What>' -ForEach @(
        foreach ($mutator in $mutators) {
            $mutator + @{ What = 'an unknown user'; Who = { $nobody } }
            $mutator + @{ What = 'a forbidden user'; Who = { $foreign } }
        }
    ) {
        $users = @(Get-Person 3)
        $id = & $Who
        $rows = @($users | ForEach-Object { [pscustomobject](@{ UserId = $_.UserId; Email = $_.Email } + $Cells) })
        $rows[1].UserId = $id
        $rows[1].Email = 'somebody@example.org'
        $run = Invoke-Watched { $rows | & $Command -Confirm:$false }
        $run.Mutations | Should -HaveCount 3
        $run.Errors | Should -HaveCount 1
        ($run.Errors[0].FullyQualifiedErrorId -split ',')[0] | Should -BeIn 'Torii.UserNotFound', 'Torii.Forbidden'
        Assert-ToriiError $run.Errors[0] ($run.Errors[0].FullyQualifiedErrorId -split ',')[0]
        Assert-Names $run.Errors[0] $id, 'somebody@example.org' 2
    }

    It '<Command> names the row of <What> and skips it' -ForEach @(
        foreach ($mutator in $mutators) {
            $mutator + @{ What = 'an id that is not a UUID'; Bad = { param($u) @{ UserId = 'nonsense'; Email = $u.Email } }; Labels = { param($u) 'nonsense', $u.Email } }
            $mutator + @{ What = 'an empty id'; Bad = { param($u) @{ UserId = ''; Email = $u.Email } }; Labels = { param($u) $u.Email } }
            $mutator + @{ What = 'a session id that was emptied'; Bad = { param($u) @{ UserId = $u.UserId; Email = $u.Email; SessionId = '' } }; Labels = { param($u) $u.UserId, $u.Email } }
            $mutator + @{ What = 'a connection that does not exist'; Bad = { param($u) @{ UserId = $u.UserId; Email = $u.Email; ConnectionName = 'gone' } }; Labels = { param($u) $u.UserId, $u.Email } }
        }
    ) {
        $users = @(Get-Person 4)
        $rows = @($users | ForEach-Object { [pscustomobject](@{ UserId = $_.UserId; Email = $_.Email } + $Cells) })
        $rows[2] = [pscustomobject]((& $Bad $users[2]) + $Cells)
        $run = Invoke-Watched { $rows | & $Command -Confirm:$false }
        @($run.Mutations.userId | Sort-Object) | Should -Be @($users[0, 1, 3].UserId | Sort-Object)
        $run.Errors | Should -HaveCount 1
        Assert-Names $run.Errors[0] (& $Labels $users[2]) 3
        "$($run.Errors[0])" | Should -Match 'skipped'
    }
}

Describe 'Errors of users and ids' {
    AfterEach { Clear-Fault }

    It '<Command> names a user object by address and id' -ForEach $mutators {
        $user = Get-Person
        $change = $Command -eq 'Set-ToriiUser' ? @{ Locale = 'da' } : @{}
        Add-Fault @{ operation = '*'; kind = 'status'; status = 403 }
        foreach ($run in (Invoke-Watched { $user | & $Command @change -Confirm:$false }), (Invoke-Watched { & $Command $user @change -Confirm:$false })) {
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] Torii.Forbidden PermissionDenied
            Assert-Names $run.Errors[0] $user.Email, $user.UserId
        }
    }

    It '<Command> names an id' -ForEach $mutators {
        $change = $Command -eq 'Set-ToriiUser' ? @{ Locale = 'da' } : @{}
        $other = '01931a73-8b00-7000-8000-000000000001'
        $run = Invoke-Watched { & $Command $nobody, $other @change -Confirm:$false -ThrottleLimit 1 }
        $run.Errors | Should -HaveCount 2
        Assert-Names $run.Errors[0] $nobody
        Assert-Names $run.Errors[1] $other
        "$($run.Errors[0])" | Should -Not -BeLike "*$other*"
    }

    It 'Names the user whatever goes wrong: <What>' -ForEach @(
        @{ What = 'HTML'; Fault = @{ kind = 'html' } }
        @{ What = 'an empty answer'; Fault = @{ kind = 'empty' } }
        @{ What = 'JSON of another shape'; Fault = @{ kind = 'wrongShape' } }
        @{ What = 'a reset connection'; Fault = @{ kind = 'reset' } }
        foreach ($status in 400, 402, 403, 404, 409, 418, 429, 500, 503) { @{ What = "status $status"; Fault = @{ kind = 'status'; status = $status; retryAfter = '0' } } }
    ) {
        $users = @(Get-Person 2)
        Add-Fault ($Fault + @{ operation = 'banUser' })
        $run = Invoke-Watched { $users | Block-ToriiUser -ThrottleLimit 1 }
        $run.Errors | Should -HaveCount 2
        foreach ($i in 0, 1) { Assert-Names $run.Errors[$i] $users[$i].Email, $users[$i].UserId }
    }

    It 'Set-ToriiUser names the user of a value that the service refuses, and of one that it does not store' {
        $user = Get-Person
        $refused = Invoke-Watched { $user | Set-ToriiUser -Locale xx }
        Assert-ToriiError $refused.Errors[0] Torii.InvalidRequest InvalidArgument
        Assert-Names $refused.Errors[0] $user.Email, $user.UserId
        $lost = Invoke-Watched { $user | Set-ToriiUser -FirstName Ada }
        Assert-ToriiError $lost.Errors[0] Torii.FieldNotApplied
        Assert-Names $lost.Errors[0] $user.Email, $user.UserId
    }

    It 'Set-ToriiUser names the user of a value that is refused before it is sent' {
        $user = Get-Person
        $run = Invoke-Watched { $user | Set-ToriiUser -DateOfBirth '31/12/1999' }
        $run.Requests | Should -BeNullOrEmpty
        Assert-Names $run.Errors[0] $user.Email, $user.UserId
        $run = Invoke-Watched { Set-ToriiUser $user.UserId -DateOfBirth '31/12/1999' }
        Assert-Names $run.Errors[0] $user.UserId
    }

    It 'New-ToriiUser names the address of <What>' -ForEach @(
        @{ What = 'a conflict'; Arguments = @{ Email = 'lada@example.com' }; Id = 'Torii.Conflict' }
        @{ What = 'a weak password'; Arguments = @{ Email = 'weak-password@example.com'; Password = 'short' }; Id = 'Torii.InvalidRequest' }
        @{ What = 'a bad date'; Arguments = @{ Email = 'bad-date@example.com'; DateOfBirth = 'garbage' }; Id = 'Torii.InvalidRequest' }
    ) {
        $run = Invoke-Watched { New-ToriiUser @Arguments }
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] $Id
        Assert-Names $run.Errors[0] $Arguments.Email
    }

    It '<Command> names the id that it could not read' -ForEach @{ Command = 'Get-ToriiUser' }, @{ Command = 'Get-ToriiSession' } {
        foreach ($id in $nobody, $foreign) {
            $run = Invoke-Watched { & $Command $id }
            $run.Errors | Should -HaveCount 1
            Assert-Names $run.Errors[0] $id
        }
    }

    It 'Revoke-ToriiSession names the session and the user' {
        $user = Get-Person
        $session = '01931a74-8b00-7000-8000-00000000000a'
        $run = Invoke-Watched { Revoke-ToriiSession $user.UserId -SessionId $session }
        $run.Errors | Should -HaveCount 1
        Assert-Names $run.Errors[0] $session, $user.UserId
    }
}
