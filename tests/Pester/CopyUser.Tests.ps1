# Copying users from one service to another: what arrives, what is left alone, and that no one is created twice.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/BetterAuth.psm1" -Force
    $reason = Get-BetterAuthSkipReason
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force

    # The users with an address, by address: deleted ones have one, too.
    function Get-Everyone([string] $Connection) {
        $users = @(Get-ToriiUser -Connection $Connection)
        $users | Where-Object { $_.Email -and $_.Email -ne 'admin@example.test' } | Sort-Object Email -Culture ''
    }
    # What a copy must keep, as text.
    function Format-Copied($User, [string[]] $Property) { ConvertTo-Json -Compress -Depth 9 @($User | ForEach-Object { $u = $_; , @($Property | ForEach-Object { $u.$_ }) }) }
    function Get-Verbose([scriptblock] $Script) { @(& $Script 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] } | ForEach-Object Message) -match '^(Create|Update|Complete|Skip)\w* ' }
}

Describe 'Copying between environments of torii' {
    BeforeEach {
        $from = Start-TestEmulator -Users 12 -Seed 7 -Contract 0.0.13 -Name from
        $to = Start-TestEmulator -Users 0 -Contract 0.0.13 -Name to -Additional
        $people = @(Get-Everyone from)
        $live = @($people | Where-Object Status -NE deleted)
    }
    AfterEach { Stop-TestEmulator }

    It 'copies the fields, the metadata and the bans, and keeps the id' {
        $live[0] | Block-ToriiUser
        $live[1] | Set-ToriiUser -Locale da -UnsafeMetadata @{ theme = 'dark' }
        $live[1] | Update-ToriiMetadata -Public @{ plan = @{ tier = 2 } } -Private @{ note = 'vip' }
        $run = Invoke-Watched { Get-Everyone from | Where-Object Status -NE deleted | Copy-ToriiUser -To to } $to
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -BeNullOrEmpty
        $before = Get-Everyone from | Where-Object Status -NE deleted
        $after = Get-Everyone to
        $fields = 'Email', 'Name', 'FirstName', 'LastName', 'Locale', 'Status', 'PublicMetadata', 'UnsafeMetadata'
        Format-Copied $after $fields | Should -BeExactly (Format-Copied $before $fields)
        $after.PrivateMetadata.copiedFrom.userId | Should -Be $before.UserId
        $copy = $after | Where-Object Email -EQ $live[1].Email
        $copy.PrivateMetadata.note | Should -Be vip
        $after | ForEach-Object { $_.PrivateMetadata.copiedFrom.ContainsKey('isUnfinished') | Should -BeFalse }
    }

    It 'reports once what is not copied' {
        $warnings = @($live | Copy-ToriiUser -To to 3>&1)
        @($warnings -like 'Passwords, sessions and second factors are not copied.*') | Should -HaveCount 1
    }

    It 'creates no one a second time' {
        $live | Copy-ToriiUser -To to -WarningAction SilentlyContinue
        $run = Invoke-Watched { $live | Copy-ToriiUser -To to -PassThru } $to
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations | Should -BeNullOrEmpty
        $run.Output | Should -BeNullOrEmpty
        @(Get-Everyone to) | Should -HaveCount $live.Count
    }

    It 'takes rows of a CSV file and objects of another session' {
        $live | Select-Object -First 2 | Export-Csv "$TestDrive/users.csv"
        Import-Csv "$TestDrive/users.csv" | Copy-ToriiUser -Connection from -To to -WarningAction SilentlyContinue
        [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($live[2])) | Copy-ToriiUser -Connection from -To to -WarningAction SilentlyContinue
        (Get-Everyone to).Email | Should -Be ($live[0..2].Email | Sort-Object -Culture '')
    }

    It 'leaves an existing user alone, and updates one with -Update' {
        $existing = New-ToriiUser -Email $live[0].Email -FirstName Other -Connection to
        $run = Invoke-Watched { $live[0] | Copy-ToriiUser -To to } $to
        $run.Mutations | Should -BeNullOrEmpty
        "$($run.Warnings)" | Should -BeLike '*1 user is skipped, because the email address exists in to. -Update*'
        $updated = $live[0] | Copy-ToriiUser -To to -Update -PassThru -WarningAction SilentlyContinue
        $updated.UserId | Should -Be $existing.UserId
        $updated.FirstName | Should -Be $live[0].FirstName
        $updated.PrivateMetadata.copiedFrom.userId | Should -Be $live[0].UserId
    }

    It 'recognizes a copy whose address differs by the id of its original' {
        $origin = @{ copiedFrom = @{ service = 'torii'; address = "$($from.ApiUrl)"; userId = $live[0].UserId } }
        $copy = New-ToriiUser -Email earlier@example.com -PrivateMetadata $origin -Connection to
        $run = Invoke-Watched { $live[0] | Copy-ToriiUser -To to } $to
        $run.Mutations | Should -BeNullOrEmpty
        "$($run.Warnings)" | Should -BeLike '*was copied before with another email address (earlier@example.com), which is kept*'

        New-ToriiUser -Email $live[0].Email -Connection to | Out-Null
        $run = Invoke-Watched { $live[0] | Copy-ToriiUser -To to -Update } $to
        Assert-ToriiError $run.Errors[0] Torii.AmbiguousMatch InvalidResult "*a copy of the user ($($copy.UserId)) with another email address*"
        $run.Mutations | Should -BeNullOrEmpty
    }

    It 'does not create a user again whose copy was deleted' {
        $live[0] | Copy-ToriiUser -To to -PassThru -WarningAction SilentlyContinue | Remove-ToriiUser -Force
        $run = Invoke-Watched { $live[0] | Copy-ToriiUser -To to -Update } $to
        $run.Mutations | Should -BeNullOrEmpty
        "$($run.Warnings)" | Should -BeLike '*1 user is skipped, because a copy was deleted in to*'
    }

    It 'bans before everything else, and completes a copy that was interrupted: <Operation>' -ForEach @(
        @{ Operation = 'banUser' }
        @{ Operation = 'updateUser' }
        @{ Operation = 'updateUserMetadata' }
    ) {
        $live[0] | Set-ToriiUser -Locale da
        $live[0] | Block-ToriiUser
        Add-Fault @{ operation = $Operation; kind = 'status'; status = 500; times = 1 } $to
        $run = Invoke-Watched { $live[0] | Copy-ToriiUser -To to } $to
        $run.Errors | Should -HaveCount 1
        (Get-Everyone to).PrivateMetadata.copiedFrom.isUnfinished | Should -BeTrue
        if ($Operation -ne 'banUser') { (Get-Everyone to).Status | Should -Be banned }

        Get-Verbose { $live[0] | Copy-ToriiUser -To to -Verbose -WarningAction SilentlyContinue } | Should -BeLike 'Complete the interrupted copy*'
        $copy = @(Get-Everyone to)
        $copy | Should -HaveCount 1
        $copy.Status, $copy.Locale | Should -Be banned, da
        $copy.PrivateMetadata.copiedFrom.ContainsKey('isUnfinished') | Should -BeFalse
        Get-Verbose { $live[0] | Copy-ToriiUser -To to -Verbose -WarningAction SilentlyContinue } | Should -BeLike 'Skip user, copied before*'
    }

    It 'warns of a user who is banned in the source only, and bans with -Update' {
        $live[0] | Copy-ToriiUser -To to -WarningAction SilentlyContinue
        $live[0] | Block-ToriiUser
        $run = Invoke-Watched { $live[0] | Copy-ToriiUser -To to } $to
        $run.Mutations | Should -BeNullOrEmpty
        "$($run.Warnings)" | Should -BeLike '*is banned in the source and not in the destination*'
        ($live[0] | Copy-ToriiUser -To to -Update -PassThru -WarningAction SilentlyContinue).Status | Should -Be banned
        $live[0] | Unblock-ToriiUser
        ($live[0] | Copy-ToriiUser -To to -Update -PassThru -WarningAction SilentlyContinue).Status | Should -Be banned -Because 'a ban is never lifted by a copy'
    }

    It 'shows each mapped user with -WhatIf and sends no change' {
        $null = New-ToriiUser -Email $live[0].Email -Connection to
        $run = Invoke-Recorded {
            param($from, $to)
            Connect-Torii -SecretKey $from.Key -ApiUrl $from.Url -Name from
            Connect-Torii -SecretKey $to.Key -ApiUrl $to.Url -Name to
            Get-ToriiUser -Connection from -Status active, banned -First 3 | Copy-ToriiUser -To to -WhatIf
        } @{ from = @{ Key = $from.GetSecretKey(); Url = $from.ApiUrl }; to = @{ Key = $to.GetSecretKey(); Url = $to.ApiUrl } }
        $run.Errors | Should -BeNullOrEmpty
        $shown = @($run.Lines -like '*Create user: {"email":"*"firstName":"*"copiedFrom":*')
        $shown.Count | Should -BeGreaterOrEqual 2
        "$($run.Warnings)" | Should -BeLike '*Passwords*'
        @(Get-Everyone to) | Should -HaveCount 1
    }

    It 'stores what an older contract has' {
        $old = Start-TestEmulator -Users 0 -Contract 0.0.3 -Name old -Additional
        $copy = $live[0] | Copy-ToriiUser -To old -PassThru -WarningVariable warnings -WarningAction SilentlyContinue
        $copy.Name | Should -Be $live[0].Name
        $run = Invoke-Watched { $live[0] | Copy-ToriiUser -To old } $old
        $run.Mutations | Should -BeNullOrEmpty
        "$($run.Warnings)" | Should -BeLike '*1 user is skipped, because the email address exists*'
    }

    It 'refuses what is not a user to copy: <What>' -ForEach @(
        @{ What = 'a deleted user'; Id = 'InvalidRequest'; Make = { $live[0] | Remove-ToriiUser -Force; $live[0] }; Message = '*The user is deleted, and was not copied*' }
        @{ What = 'a user without an address'; Id = 'InvalidRequest'; Make = { New-ToriiUser -FirstName Nameless -Connection from }; Message = '*has no email address*' }
        @{ What = 'a session'; Id = 'AmbiguousInput'; Make = { $null = Invoke-Api POST /_emulator/sessions @{ userId = $live[0].UserId }; @($live[0] | Get-ToriiSession)[0] }; Message = '*is not accepted in place of its user*' }
        @{ What = 'an unknown id'; Id = 'UserNotFound'; Make = { '01931a73-8b00-7000-8000-000000000000' }; Message = '*' }
    ) {
        $thing = & $Make
        $run = Invoke-Watched { $thing | Copy-ToriiUser -Connection from -To to } $to
        $run.Errors | Should -HaveCount 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike "Torii.$Id,*"
        "$($run.Errors[0])" | Should -BeLike $Message
        $run.Mutations | Should -BeNullOrEmpty
    }

    It 'refuses a destination that is the source, also by another connection' {
        { $live[0] | Copy-ToriiUser -To from -ErrorAction Stop } | Should -Throw -ErrorId 'Torii.NotSupported,*'
        $other = Connect-Torii -SecretKey "$($from.GetSecretKey()) " -ApiUrl "http://localhost:$(([uri]$from.ApiUrl).Port)" -Name twin -PassThru
        $run = Invoke-Watched { $live[0] | Copy-ToriiUser -To twin -Update } $from
        $run.Errors | Should -HaveCount 1
        $run.Mutations | Should -BeNullOrEmpty
        $other.Name | Should -Be twin
    }

    It 'counts against the limit of the destination' {
        Connect-Torii -SecretKey $to.GetSecretKey() -ApiUrl $to.ApiUrl -Name to -MaxAffected 3
        $run = Invoke-Watched { $live | Copy-ToriiUser -To to } $to
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'Torii.TooManyAffected,*'
        $run.Mutations | Should -BeNullOrEmpty
    }

    It 'refuses an unknown destination before it reads' {
        $run = Invoke-Watched { $live[0] | Copy-ToriiUser -To nowhere } $from
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'Torii.NotConnected,*'
        $run.Requests | Should -BeNullOrEmpty
    }
}

Describe 'Copying from and to Better Auth' -Skip:($null -ne $reason) {
    BeforeAll {
        Import-Module "$PSScriptRoot/BetterAuth.psm1" -Force
        # A larger number for a measurement by hand.
        $count = [int]($env:TORII_TEST_COPIES ?? 120)
        $legacy = Start-BetterAuth -Name legacy
        $new = Start-BetterAuth -Name new -Additional
    }
    BeforeEach { $emulator = Start-TestEmulator -Users 0 -Contract 0.0.13 -Name prod }
    AfterEach {
        Stop-ToriiEmulator -Port $emulator.Port -Confirm:$false
        'legacy', 'new' | ForEach-Object { Get-Everyone $_ | Remove-ToriiUser -Force -ThrottleLimit 16 }
    }
    AfterAll {
        Stop-BetterAuth $legacy
        Stop-BetterAuth $new
        Stop-TestEmulator
    }

    It 'copies to torii and back, killed in the middle and started again' {
        $names = { 'Ann-{0} Bo Æble' }, { 'Single{0}' }, { 'Žofie  {0} Ø' }, { 'Otto von {0}' }, { "李 小龙 {0}" }, { "O'Neil ""{0}"" \u00e9" }
        1..$count | ForEach-Object { [pscustomobject]@{ Email = "user$_@example.com"; Name = ((& $names[$_ % $names.Count]) -f $_); EmailVerified = $_ % 3 -eq 0 } } |
            New-ToriiUser -Connection legacy -ThrottleLimit 16 | Out-Null
        Get-ToriiUser -Connection legacy -Email 'user*7@*' | Block-ToriiUser -Reason spam

        # A process of its own, killed when a third of the users has arrived.
        $script = "Import-Module '$(Get-ModulePath)'; `$p = ConvertTo-SecureString '$($legacy.Password)' -AsPlainText -Force; Connect-Torii -BetterAuth '$($legacy.Origin)' -Credential ([pscredential]::new('$($legacy.Email)', `$p)) -Name legacy
Connect-Torii -SecretKey '$($emulator.GetSecretKey())' -ApiUrl '$($emulator.ApiUrl)' -Name prod
Get-ToriiUser -Connection legacy | Where-Object Email -NE admin@example.test | Copy-ToriiUser -To prod"
        $shell = Start-Shell '-Command', $script
        Wait-Until { (Get-JournalEnd) -gt $count -or $shell.HasExited } -TimeoutSec 120
        $shell.Kill()
        $shell.WaitForExit()
        $arrived = @(Get-Everyone prod).Count
        $arrived | Should -BeGreaterThan 0
        $arrived | Should -BeLessThan $count -Because 'the copy was to be interrupted'

        Get-Everyone legacy | Copy-ToriiUser -To prod -WarningAction SilentlyContinue -ErrorVariable failed
        $failed | Should -BeNullOrEmpty
        $before = @(Get-Everyone legacy)
        $copies = @(Get-Everyone prod)
        $known = 'Email', 'Name', 'Status'
        Format-Copied $copies $known | Should -BeExactly (Format-Copied $before $known)
        $copies.PrivateMetadata.copiedFrom.userId | Should -Be $before.UserId

        $copies | Copy-ToriiUser -To new -WarningAction SilentlyContinue -ErrorVariable failed
        $failed | Should -BeNullOrEmpty
        $back = @(Get-Everyone new)
        Format-Copied $back $known | Should -BeExactly (Format-Copied $before $known)
        $back.UserId | Should -Be $copies.UserId

        # Home again: no one is created, whatever the ids.
        $end = Get-BetterAuthJournalEnd $legacy
        $copies | Copy-ToriiUser -To legacy -WarningAction SilentlyContinue -ErrorVariable failed
        $failed | Should -BeNullOrEmpty
        Get-BetterAuthJournal $end $legacy | Where-Object method -EQ POST | Should -BeNullOrEmpty
    }

    It 'keeps the id, the role, the user name and the ban between two servers' {
        $user = New-ToriiUser -Email ann@example.com -Name Ann -UserName ann -Role user, editor -EmailVerified $true -Connection legacy
        $until = [DateTimeOffset]::UtcNow.AddDays(2)
        $user | Block-ToriiUser -Reason spam -Until $until
        $copy = $user | Copy-ToriiUser -To new -PassThru -WarningAction SilentlyContinue
        $known = 'UserId', 'Email', 'Name', 'UserName', 'Role', 'EmailVerified', 'Status', 'BanReason', 'BanExpiresAt'
        Format-Copied $copy $known | Should -BeExactly (Format-Copied (Get-ToriiUser $user.UserId -Connection legacy) $known)
    }

    It 'does not take a ban that is over for one' {
        $user = New-BetterAuthUser ben @{ banned = $true; banReason = 'spam'; banExpires = '2020-01-01T00:00:00.000Z' } $legacy
        ($user.id | Copy-ToriiUser -Connection legacy -To prod -PassThru -WarningAction SilentlyContinue).Status | Should -Be active
    }

    It 'names what torii does not store' {
        $user = New-ToriiUser -Email ann@example.com -Name Ann -UserName ann -EmailVerified $true -Connection legacy
        $warnings = $user | Copy-ToriiUser -To prod 3>&1
        "$warnings" | Should -BeLike '*The destination does not store: EmailVerified, Role, UserName.*'
    }

    It 'never takes a verified address or a name from an existing user' {
        $existing = New-BetterAuthUser ann @{ emailVerified = $true } $new
        $null = New-BetterAuthUser ann @{ emailVerified = $false } $legacy
        $null = Invoke-BetterAuth admin/update-user @{ userId = (Get-ToriiUser -Connection legacy -EmailAddress ann@example.test).UserId; data = @{ name = '' } } $legacy
        Get-ToriiUser -Connection legacy -EmailAddress ann@example.test | Copy-ToriiUser -To new -Update -WarningAction SilentlyContinue -ErrorVariable failed
        $failed | Should -BeNullOrEmpty
        $after = Get-BetterAuthTruth $new | Where-Object id -EQ $existing.id
        $after.name, $after.emailVerified | Should -Be ann, $true
    }

    It 'gives no role and no verified address to a user who may not own the address' {
        $null = New-BetterAuthUser boss @{ emailVerified = $true; role = 'admin' } $legacy
        $squatter = New-BetterAuthUser boss @{} $new
        $warnings = Get-ToriiUser -Connection legacy -EmailAddress boss@example.test | Copy-ToriiUser -To new -Update 3>&1
        $after = Get-BetterAuthTruth $new | Where-Object id -EQ $squatter.id
        $after.role, $after.emailVerified | Should -Be user, $false
        "$warnings" | Should -BeLike '*Role of existing users whose address is not verified*'
    }

    It 'does not take a user with the same short id for a copy' {
        $null = New-BetterAuthUser ann @{ id = '7' } $legacy
        $other = New-BetterAuthUser zoe @{ id = '7' } $new
        $copy = Get-ToriiUser 7 -Connection legacy | Copy-ToriiUser -To new -Update -PassThru -WarningAction SilentlyContinue
        $copy.Email | Should -Be ann@example.test
        $copy.UserId | Should -Not -Be 7
        (Get-BetterAuthTruth $new | Where-Object id -EQ 7).email | Should -Be $other.email
    }

    It 'does not change the role of the account of the connection' {
        $null = New-BetterAuthUser boss @{} $legacy -Email boss@example.com
        $null = New-BetterAuthUser boss @{ role = 'admin'; emailVerified = $true } $new -Email boss@example.com -Password 'boss-password-1'
        Connect-Torii -BetterAuth $new.Origin -Credential (New-Credential boss@example.com boss-password-1) -Name boss
        Get-ToriiUser -Connection legacy -EmailAddress boss@example.com | Copy-ToriiUser -To boss -Update -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'Torii.OwnAccount,*'
        (Get-BetterAuthTruth $new | Where-Object email -EQ boss@example.com).role | Should -Be admin
    }
}
