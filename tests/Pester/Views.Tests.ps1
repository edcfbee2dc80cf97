BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 120
    Connect-Torii -SecretKey sk_live_0123456789abcdef9f2c -ApiUrl https://api.with-a-rather-long-name.eu-north-1.example.com/base -Issuer https://issuer.with-a-rather-long-name.example.com -Name 'a name as people give it' -MaxAffected 1000 -SkipCheck
    Connect-Torii -BetterAuth https://app.example.com -Credential ([pscredential]::new('administrator@example.com', (ConvertTo-SecureString 'a-password' -AsPlainText))) -Name legacy -SkipCheck
    $long = Invoke-Api POST /api/server/v1/users @{ name = 'Maximiliane Wolfeschlegelsteinhausenbergerdorff-Schwarzenberg'; email = "$('maximiliane.' * 4)wolfeschlegelsteinhausen@bergerdorff.example.com" }
    $users = @(Get-ToriiUser)
    $sessions = @($users | Get-ToriiSession)
    $connections = @(Get-ToriiConnection)
    $rendering = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'PlainText'
}
AfterAll {
    $PSStyle.OutputRendering = $rendering
    Stop-TestEmulator
}

Describe 'Views of organizations and memberships' {
    BeforeAll {
        $null = Start-TestEmulator -Users 60 -Contract 0.0.12 -Name newest -Additional
        $organizations = @(Get-ToriiOrganization -Connection newest)
        $organizations[0].Name = $organizations[0].Slug = 'Wolfeschlegelsteinhausenbergerdorff & Schwarzenberg KGaA'
        $ofOrganization = @($organizations[0] | Get-ToriiMembership)
        $ofUser = @(Get-ToriiUser -First 1 -Connection newest | Get-ToriiMembership)
    }

    It 'of <What> fit 80 columns, one line each, and show the ids whole' -ForEach @(
        @{ What = 'organizations'; Get = { $organizations }; Ids = 'OrganizationId'; Headers = 'OrganizationId', 'Name', 'Slug', 'CreatedAt' }
        @{ What = 'the members of an organization'; Get = { $ofOrganization }; Ids = 'OrganizationId', 'UserId'; Headers = 'UserId', 'Role', 'RoleName', 'JoinedAt' }
        @{ What = 'the memberships of a user'; Get = { $ofUser }; Ids = 'UserId', 'OrganizationId'; Headers = 'OrganizationId', 'Role', 'OrganizationName' }
    ) {
        $objects = @(& $Get)
        $objects.Count | Should -BeGreaterThan 1
        $stored = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($objects))
        $text = $objects | Out-String -Width 80
        ($stored | Out-String -Width 80) | Should -Be $text
        $lines = $text -split '\r?\n'
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
        $lines | Should -Contain ($lines | Where-Object { ($_.Trim() -split '\s+' -join ' ') -eq ($Headers -join ' ') } | Select-Object -First 1)
        foreach ($object in $objects) { foreach ($id in $Ids) { $text.Contains($object.$id) | Should -BeTrue } }
        # One line for each, beside the name of the group, the headers and their rule, and blank lines.
        @($lines | Where-Object { $_ -match '[0-9a-f]{12}' -and $_ -notmatch '^   \w+Id: ' }) | Should -HaveCount $objects.Count
    }

    It 'list everything that <What> has' -ForEach @(
        @{ What = 'an organization'; Get = { $organizations[0] } }
        @{ What = 'a membership'; Get = { $ofUser[0] } }
    ) {
        $object = & $Get
        $text = $object | Format-List | Out-String -Width 200
        foreach ($property in $object.PSObject.Properties | Where-Object { $null -ne $_.Value -and $_.Name -notin 'Id', 'AdditionalProperties' }) {
            $text | Should -Match "(?m)^$($property.Name)\s+:"
        }
    }

    It 'show no control character of a name' {
        $organizations[1].Name = "evil$([char]27)[31m`nname"
        ($organizations[1], ($organizations[1] | Format-List) | Out-String).Contains([char]27) | Should -BeFalse
    }
}

Describe 'Views' {
    It 'load without an error' {
        $run = Invoke-Shell '$Error.Count; "Torii.ToriiUser", "Torii.ToriiSession", "Torii.ToriiConnection", "Torii.ToriiEmulator" | ForEach-Object { @(Get-FormatData $_).Count -gt 0 }'
        $run.Output.Trim() -split '\s+' | Should -Be '0', 'True', 'True', 'True', 'True'
        Update-FormatData -PrependPath (Join-Path (Split-Path (Get-ModulePath)) Torii.Format.ps1xml) -ErrorAction Stop
    }

    It 'of <What> fit <Width> columns, one line each, and show the ids whole' -ForEach @(
        foreach ($width in 80, 97, 120) {
            @{ Width = $width; What = 'users'; Get = { $users }; Ids = 'UserId' }
            @{ Width = $width; What = 'sessions'; Get = { $sessions }; Ids = 'SessionId', 'UserId' }
            @{ Width = $width; What = 'connections'; Get = { $connections }; Ids = 'Name' }
            @{ Width = $width; What = 'emulators'; Get = { $emulator }; Ids = 'Port', 'ProcessId', 'ApiUrl' }
        }
    ) {
        $objects = @(& $Get)
        $objects.Count | Should -BeGreaterThan 0
        $text = $objects | Out-String -Width $Width
        $lines = $text -split '\r?\n'
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual $Width
        foreach ($object in $objects) {
            foreach ($id in $Ids) { if (-not $text.Contains("$($object.$id)")) { throw "The table does not show $id $($object.$id) whole." } }
        }
        # A table, not a list; the longest of names does not break it.
        @($lines | Where-Object { $_ -match ' : ' }) | Should -BeNullOrEmpty
        @($lines | Where-Object { $_ -match [regex]::Escape("$($objects[-1].(@($Ids)[0]))") }) | Should -HaveCount 1
        # One line of headers and one of dashes for each group, and a line for each object.
        $groups = @($lines | Where-Object { $_ -match '^-+( +-+)+ *$' }).Count
        @($lines | Where-Object { $_.Trim() -and $_ -notmatch '^ +UserId: ' }) | Should -HaveCount ($objects.Count + 2 * $groups)
    }

    It 'of connections show the service, the environment and the account of each at 80 columns' {
        $lines = ($connections | Out-String -Width 80) -split '\r?\n'
        $lines | Should -Contain ($lines | Where-Object { ($_.Trim() -split '\s+' -join ' ') -eq 'Name Service Environment KeyHint ApiUrl' })
        @($lines -match '^legacy .*\bBetter Auth +administrator@example\.c… https') | Should -HaveCount 1
        @($lines -match '^default .*\btorii +test +sk_test_') | Should -HaveCount 1
        @($lines -match '^a name.*\btorii +live +sk_live_') | Should -HaveCount 1
    }

    It 'list no property that only another service has' {
        $text = Get-ToriiConnection legacy | Format-List | Out-String -Width 80
        $text | Should -Match '(?m)^Service +: Better Auth\r?$'
        $text | Should -Not -Match '(?m)^Environment'
        $user = [Torii.ToriiUser]@{
            UserId = 'WLEFZsTv9hiPqOYmkien4W894Ur9kOr6'; Name = 'Ann'; Email = 'ann@example.com'; EmailVerified = $false; Status = 'banned'; Role = 'user,editor'; UserName = 'ann'
            BanReason = "Spam$([char]27)[31m"; BanExpiresAt = [DateTimeOffset]::new(2030, 1, 2, 3, 4, 5, 0); CreatedAt = [DateTimeOffset]::new(2026, 1, 2, 3, 4, 5, 0)
        }
        $text = $user | Format-List | Out-String -Width 80
        foreach ($line in 'EmailVerified +: False', 'BanReason +: Spam.*', 'BanExpiresAt +: 2030-01-02T03:04:05Z', 'Role +: user,editor', 'UserName +: ann') { $text | Should -Match "(?m)^$line\r?$" }
        $text | Should -Not -Match '(?m)^(EmailVerifiedAt|Phone|Locale|Address|DateOfBirth|EnvironmentId|PublicMetadata)\b'
        $text.Contains([char]27) | Should -BeFalse
        $user = $users | Where-Object Email -EQ 'ada@example.com'
        $user | Format-List | Out-String | Should -Not -Match '(?m)^(EmailVerified|BanReason|BanExpiresAt|Role|UserName) '
    }

    It 'of sessions mark one that has expired' {
        $ended = [Torii.ToriiSession]@{ SessionId = 'ended'; UserId = 'u'; ExpiresAt = [DateTimeOffset]::UtcNow.AddDays(-1) }
        $open = [Torii.ToriiSession]@{ SessionId = 'open'; UserId = 'u'; ExpiresAt = [DateTimeOffset]::UtcNow.AddDays(1) }
        $text = $ended, $open | Out-String -Width 80
        $text | Should -Match '(?m)^ended .* True '
        $text | Should -Match '(?m)^open .* False '
    }

    It 'of users show most of an email address at 80 columns' {
        $user = $users | Where-Object UserId -EQ $long.id
        $text = $users | Out-String -Width 80
        $text | Should -BeLike "*$($user.UserId) $($user.Email.Substring(0, 25))… $($user.Status)*"
        $ada = $users | Where-Object Email -EQ 'ada@example.com'
        $text | Should -Match "(?m)^$($ada.UserId) ada@example\.com +$($ada.Status) +Ada L"
    }

    It 'of sessions name the user above the sessions' {
        $some = @($sessions | Where-Object UserId -EQ $sessions[0].UserId)
        $text = $some | Out-String -Width 120
        $text | Should -BeLike "*UserId: $($some[0].UserId)*$($some[0].SessionId)*"
    }

    It 'show what matters of a user in a table: status, name and address' {
        $user = $users | Where-Object Email -EQ 'ada@example.com'
        $line = ($user | Out-String -Width 120) -split '\r?\n' | Where-Object { $_ -match $user.UserId }
        foreach ($part in $user.Status, $user.Name, $user.Email) { $line | Should -BeLike "*$part*" }
    }

    It 'list everything that a <_> has' -ForEach 'user', 'session', 'connection' {
        $object = @{ user = $users[0]; session = $sessions[0]; connection = $connections[0] }[$_]
        $text = $object | Format-List | Out-String -Width 200
        # The id has two names in a user, and what is empty need not be shown.
        foreach ($property in $object.PSObject.Properties | Where-Object { $null -ne $_.Value -and $_.Name -notin 'Id', 'AdditionalProperties' }) {
            $text | Should -Match "(?m)^$($property.Name)\s+:"
        }
    }

    It 'show objects from a file as they show live ones' {
        $copy = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($users[0]))
        ($copy | Format-Table | Out-String -Width 120) | Should -Be ($users[0] | Format-Table | Out-String -Width 120)
        $copy = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($sessions[0]))
        ($copy | Format-Table | Out-String -Width 120) | Should -Be ($sessions[0] | Format-Table | Out-String -Width 120)
    }

    It 'put no colour where none is wanted' {
        $banned = $users | Where-Object Status -EQ banned | Select-Object -First 1
        ($banned | Out-String -Width 120).Contains([char]27) | Should -BeFalse
    }
}
