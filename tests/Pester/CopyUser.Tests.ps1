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
    # A user at torii that no other test knows.
    function New-Person([hashtable] $Fields = @{}, [string] $Connection = 'from') {
        $script:people++
        $names = @{ Email = "person$script:people@example.com" }
        if (-not $Fields.ContainsKey('FirstName') -and -not $Fields.ContainsKey('LastName')) { $names += @{ FirstName = "Ann$script:people"; LastName = 'Berg' } }
        New-ToriiUser @names @Fields -Connection $Connection
    }
    # Those of the destination with the addresses of some users; deleted ones are not among them.
    function Get-Copy($User, [string] $Connection = 'to') { @(Get-ToriiUser -Connection $Connection | Where-Object Email -In @($User.Email) | Sort-Object Email -Culture '') }
    function Get-Origin($User, $Emulator, [hashtable] $Other = @{}) {
        $origin = @{ service = 'torii'; address = "$($Emulator.ApiUrl)"; userId = $User.UserId; createdAt = $User.CreatedAt.ToString('o') }
        $Other.Keys | ForEach-Object { $origin[$_] = $Other[$_] }
        @{ copiedFrom = $origin }
    }
    $script:people = 0
    function Get-Verbose([scriptblock] $Script) { @(& $Script 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] } | ForEach-Object Message) -match '^(Create|Update|Complete|Skip)\w* ' }
}

Describe 'Copying between environments of torii' {
    BeforeAll {
        $from = Start-TestEmulator -Users 0 -Contract 0.0.13 -Name from
        $to = Start-TestEmulator -Users 0 -Contract 0.0.13 -Name to -Additional
        $old = Start-TestEmulator -Users 0 -Contract 0.0.3 -Name old -Additional
    }
    AfterEach { $from, $to, $old | ForEach-Object { Clear-Fault $_ } }
    AfterAll { Stop-TestEmulator }

    It 'copies the fields, the metadata and the bans, and keeps the id' {
        $deep = 1; 1..20 | ForEach-Object { $deep = @{ a = $deep; b = @() } }
        $live = @(
            New-Person @{ PublicMetadata = @{ plan = @{ tier = 2 } }; PrivateMetadata = @{ note = 'vip' }; UnsafeMetadata = @{ theme = 'dark' } }
            New-Person @{ FirstName = "`u{5d0}`u{5d1} `u{202b}x  y"; LastName = "`u{1f469}`u{200d}`u{1f4bb}" }
            New-Person @{ FirstName = 'x' * 500 }
            New-Person @{ LastName = 'Only' }
            New-Person @{ PublicMetadata = '{"n":12345678901234567890.1234567890123456789,"i":123456789012345678901234567890,"e":1E400,"z":-0.0,"d":"2026-01-02T03:04:05Z","s":" a ","l":[null,{"k":null}],"":1,"A":1,"a":2}'; UnsafeMetadata = @{ deep = $deep } }
        )
        $live[0] | Block-ToriiUser
        $live[1] | Set-ToriiUser -Locale da
        $run = Invoke-Watched { $live | Copy-ToriiUser -To to } $to
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -BeNullOrEmpty
        @($run.Warnings -like 'Passwords, sessions and second factors are not copied.*') | Should -HaveCount 1
        $before = Get-Copy $live from
        $after = Get-Copy $live
        $fields = 'Email', 'Name', 'FirstName', 'LastName', 'Locale', 'Status'
        Format-Copied $after $fields | Should -BeExactly (Format-Copied $before $fields)
        foreach ($bag in 'PublicMetadata', 'UnsafeMetadata') { "$($after.$bag)" | Should -BeExactly "$($before.$bag)" }
        $after.PrivateMetadata.copiedFrom.userId | Should -Be $before.UserId
        $after[0].PrivateMetadata.note | Should -Be vip
        $after | ForEach-Object { $_.PrivateMetadata.copiedFrom.ContainsKey('isUnfinished') | Should -BeFalse }
    }

    It 'skips a user whose address another client took before the creation' {
        $user = New-Person
        # The response of the search by the address is the old one when it arrives.
        Add-Fault @{ operation = 'searchUsers'; kind = 'slow'; delayMs = 2000; times = 1 } $to
        $end = Get-JournalEnd $to
        $shell = New-Apart { param($User, $From, $To) $User | Copy-ToriiUser -Connection $From -To $To } @{ User = $user.UserId; From = Get-ToriiConnection from; To = Get-ToriiConnection to }
        $running = $shell.BeginInvoke()
        Wait-Until { (Get-Journal $end $to).operation -contains 'searchUsers' }
        $null = Invoke-Api POST /api/server/v1/users @{ email = $user.Email } $to
        $null = $shell.EndInvoke($running)
        $shell.Streams.Error | Should -BeNullOrEmpty
        (Get-Journal $end $to | Where-Object operation -EQ createUser).status | Sort-Object | Should -Be 201, 409
        "$($shell.Streams.Warning)" | Should -BeLike '*1 user is skipped, because the email address exists in to*'
        $shell.Runspace.Dispose()
        $shell.Dispose()
    }

    It 'creates no one a second time, also one who is named twice' {
        $live = New-Person
        $live, $live | Copy-ToriiUser -To to -WarningAction SilentlyContinue -ErrorVariable failed
        $failed | Should -BeNullOrEmpty
        $run = Invoke-Watched { $live, $live | Copy-ToriiUser -To to -PassThru } $to
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations | Should -BeNullOrEmpty
        $run.Output | Should -BeNullOrEmpty
        Get-Copy $live | Should -HaveCount 1
    }

    It 'takes rows of a CSV file and objects of another session' {
        $live = New-Person; $other = New-Person
        $live | Export-Csv "$TestDrive/users.csv"
        Import-Csv "$TestDrive/users.csv" | Copy-ToriiUser -Connection from -To to -WarningAction SilentlyContinue
        [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($other)) | Copy-ToriiUser -Connection from -To to -WarningAction SilentlyContinue
        Get-Copy $live, $other | Should -HaveCount 2
    }

    It 'leaves an existing user alone, and updates one with -Update, the name as a whole' {
        $live = New-Person @{ FirstName = 'Madonna'; PrivateMetadata = @{ plan = 'gold' } }
        $existing = New-ToriiUser -Email $live.Email.ToUpperInvariant() -FirstName Other -LastName Person -Connection to
        $run = Invoke-Watched { $live | Copy-ToriiUser -To to } $to
        $run.Mutations | Should -BeNullOrEmpty
        "$($run.Warnings)" | Should -BeLike '*1 user is skipped, because the email address exists in to. -Update*'
        $updated = $live | Copy-ToriiUser -To to -Update -PassThru -WarningAction SilentlyContinue -WarningVariable warnings
        $updated.UserId | Should -Be $existing.UserId
        $updated.Name | Should -BeExactly Madonna
        # Anyone may have registered with the address.
        $updated.PrivateMetadata.Keys | Should -BeNullOrEmpty
        "$warnings" | Should -BeLike '*PrivateMetadata of existing users whose address is not verified*'
    }

    It 'recognizes a copy whose address differs by the id of its original' {
        $live = New-Person
        $copy = New-Person @{ PrivateMetadata = Get-Origin $live $from } to
        $run = Invoke-Watched { $live | Copy-ToriiUser -To to } $to
        $run.Mutations | Should -BeNullOrEmpty
        "$($run.Warnings)" | Should -BeLike "*was copied before with another email address ($($copy.Email)), which is kept*"

        New-ToriiUser -Email $live.Email -Connection to | Out-Null
        $run = Invoke-Watched { $live | Copy-ToriiUser -To to -Update } $to
        Assert-ToriiError $run.Errors[0] Torii.AmbiguousMatch InvalidResult "*$($copy.UserId)*"
        $run.Mutations | Should -BeNullOrEmpty
    }

    It 'takes no user for the copy because of <What>' -ForEach @(
        @{ What = 'metadata that the end-user wrote'; Make = { @{ UnsafeMetadata = Get-Origin $live $from } } }
        @{ What = 'public metadata'; Make = { @{ PublicMetadata = Get-Origin $live $from } } }
        @{ What = 'the id of another service'; Make = { @{ PrivateMetadata = Get-Origin $live $from @{ address = "$($from.ApiUrl)".Replace('http:', 'https:') } } } }
        @{ What = 'another path'; Make = { @{ PrivateMetadata = Get-Origin $live $from @{ address = "$($from.ApiUrl)api/auth" } } } }
        @{ What = 'an id that was given to another user before'; Make = { @{ PrivateMetadata = Get-Origin $live $from @{ createdAt = '2020-01-01T00:00:00Z' } } } }
        @{ What = 'metadata of another shape'; Make = { @{ PrivateMetadata = @{ copiedFrom = @($live.UserId) } } } }
    ) {
        $live = New-Person
        $live | Block-ToriiUser
        $fields = & $Make
        $other = New-Person $fields to
        $copy = $live | Copy-ToriiUser -To to -Update -PassThru -WarningAction SilentlyContinue
        $copy.Email | Should -Be $live.Email
        $after = Get-ToriiUser $other.UserId -Connection to
        $after.Status, $after.Name, $after.UpdatedAt | Should -Be active, $other.Name, $other.UpdatedAt
    }

    It 'updates no user who may be the copy of somebody else: <What>' -ForEach @(
        @{ What = 'the address was given to another user of the source'; Make = { New-ToriiUser -Email $live.Email -PrivateMetadata (Get-Origin (New-Person) $from) -Connection to } }
        @{ What = 'two users have the same origin'; Make = { 1..2 | ForEach-Object { New-Person @{ PrivateMetadata = Get-Origin $live $from } to } } }
    ) {
        $live = New-Person
        $live | Block-ToriiUser
        & $Make | Out-Null
        $run = Invoke-Watched { $live | Copy-ToriiUser -To to -Update } $to
        Assert-ToriiError $run.Errors[0] Torii.AmbiguousMatch InvalidResult
        $run.Mutations | Should -BeNullOrEmpty
    }

    It 'copies a user who came from another environment at the address' {
        $foreign = (Invoke-Api GET /_emulator/foreign $null $to).userId
        $live = New-Person @{ PrivateMetadata = Get-Origin ([pscustomobject]@{ UserId = $foreign; CreatedAt = [DateTimeOffset]::UtcNow }) $to }
        ($live | Copy-ToriiUser -To to -PassThru -WarningAction SilentlyContinue).PrivateMetadata.copiedFrom.userId | Should -Be $live.UserId
    }

    It 'does not create a user again whose copy was deleted' {
        $live = New-Person
        $live | Copy-ToriiUser -To to -PassThru -WarningAction SilentlyContinue | Remove-ToriiUser -Force
        $run = Invoke-Watched { $live | Copy-ToriiUser -To to -Update } $to
        $run.Mutations | Should -BeNullOrEmpty
        "$($run.Warnings)" | Should -BeLike '*1 user is skipped, because a copy was deleted in to*'
    }

    It 'bans before everything else, and completes a copy that was interrupted: <Operation>, <Kind>' -ForEach @(
        foreach ($operation in 'createUser', 'banUser', 'updateUser', 'updateUserMetadata') {
            # Not executed, executed without a response, and executed with an unreadable one.
            foreach ($kind in 'reset', 'resetAfter', 'truncate') { @{ Operation = $operation; Kind = $kind } }
        }
    ) {
        $live = New-Person
        $live | Set-ToriiUser -Locale da
        $live | Block-ToriiUser
        Add-Fault @{ operation = $Operation; kind = $Kind; times = 1 } $to
        $run = Invoke-Watched { $live | Copy-ToriiUser -To to } $to
        # A creation without a response is found by the address.
        if ($Operation -ne 'createUser' -or $Kind -eq 'reset') { $run.Errors | Should -HaveCount 1 }
        $half = Get-Copy $live
        if ($half -and $half.Status -ne 'banned') {
            $half.PrivateMetadata.copiedFrom.isUnfinished | Should -BeTrue
            "$($run.Errors)" | Should -BeLike "*User $($half.UserId) is in the destination; not completed: ban user, update user, update metadata.*"
        }

        $null = Get-Verbose { $live | Copy-ToriiUser -To to -Verbose -WarningAction SilentlyContinue }
        $copy = Get-Copy $live
        $copy | Should -HaveCount 1
        $copy.Status, $copy.Locale | Should -Be banned, da
        $copy.PrivateMetadata.copiedFrom.ContainsKey('isUnfinished') | Should -BeFalse
        Get-Verbose { $live | Copy-ToriiUser -To to -Verbose -WarningAction SilentlyContinue } | Should -BeLike 'Skip user, copied before*'
    }

    It 'bans also the user who was created without a value' {
        $live = New-Person @{ PublicMetadata = @{ a = 1 } }
        $live | Block-ToriiUser
        Add-Fault @{ operation = 'createUser'; kind = 'ignoreFilter'; fields = @('privateMetadata'); times = 1 } $to
        $run = Invoke-Watched { $live | Copy-ToriiUser -To to } $to
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'Torii.FieldNotApplied,*'
        (Get-Copy $live).Status | Should -Be banned
    }

    It 'names what is not completed also where the error ends the command' {
        $live = New-Person
        $live | Block-ToriiUser
        Add-Fault @{ operation = 'banUser'; kind = 'status'; status = 401; times = 1 } $to
        $run = Invoke-Watched { $live | Copy-ToriiUser -To to } $to
        Assert-ToriiError $run.EndedBy Torii.Unauthorized '' "*User $((Get-Copy $live).UserId) is in the destination; not completed: ban user, update metadata. The command ends*"
    }

    It 'says that a banned user is active where an older contract cannot tell a copy' {
        $live = New-Person
        $live | Block-ToriiUser
        Add-Fault @{ operation = 'banUser'; kind = 'reset'; times = 1 } $old
        (Invoke-Watched { $live | Copy-ToriiUser -To old } $old).Errors | Should -HaveCount 1
        "$((Invoke-Watched { $live | Copy-ToriiUser -To old } $old).Warnings)" | Should -BeLike '*is banned in the source and not in the destination*'
    }

    It 'creates no one when the copies cannot be listed' {
        $live = New-Person
        $null = 1..3 | ForEach-Object { New-Person @{} to }
        Add-Fault @{ operation = 'searchUsers'; kind = 'status'; status = 500; skip = 2; times = 20 } $to
        $run = Invoke-Watched { $live | Copy-ToriiUser -To to } $to
        $run.Errors | Should -HaveCount 1
        "$($run.Errors[0])" | Should -BeLike '*were read to find earlier copies; no change was made.'
        $run.Errors[0].ErrorDetails.RecommendedAction | Should -Not -BeLike '*-Cursor*'
        $run.Mutations | Should -BeNullOrEmpty
    }

    It 'warns of a user who is banned in the source only, and bans with -Update' {
        $live = New-Person
        $live | Copy-ToriiUser -To to -WarningAction SilentlyContinue
        $live | Block-ToriiUser
        $run = Invoke-Watched { $live | Copy-ToriiUser -To to } $to
        $run.Mutations | Should -BeNullOrEmpty
        "$($run.Warnings)" | Should -BeLike '*is banned in the source and not in the destination*'
        ($live | Copy-ToriiUser -To to -Update -PassThru -WarningAction SilentlyContinue).Status | Should -Be banned
        $live | Unblock-ToriiUser
        ($live | Copy-ToriiUser -To to -Update -PassThru -WarningAction SilentlyContinue).Status | Should -Be banned -Because 'a ban is never lifted by a copy'
    }

    It 'shows with -WhatIf exactly what is done then, and sends no change: <What>' -ForEach @(
        @{ What = 'new users'; Arguments = @{}; Existing = { } }
        @{ What = 'updates'; Arguments = @{ Update = $true }; Existing = { $live[0, 1] | Copy-ToriiUser -To to -WarningAction SilentlyContinue; Get-Copy $live | Unblock-ToriiUser } }
        @{ What = 'one who exists'; Arguments = @{}; Existing = { $null = New-ToriiUser -Email $live[0].Email -Connection to } }
        @{ What = 'an unfinished copy'; Arguments = @{}; Existing = {
                Add-Fault @{ operation = 'banUser'; kind = 'reset'; times = 1 } $to
                $live[0] | Copy-ToriiUser -To to -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
            } }
    ) {
        $live = @(New-Person @{ PublicMetadata = @{ a = 'b' } }; New-Person; New-Person)
        $live[0] | Set-ToriiUser -Locale da
        $live[0] | Block-ToriiUser
        & $Existing
        $run = Invoke-Recorded {
            param($from, $to, $ids, $arguments)
            $ids | Copy-ToriiUser -Connection $from -To $to @arguments -WhatIf
        } @{ from = Get-ToriiConnection from; to = Get-ToriiConnection to; ids = $live.UserId + @($Arguments.Update ? @() : $live[2].UserId); arguments = $Arguments }
        $run.Errors | Should -BeNullOrEmpty
        "$($run.Warnings)" | Should -BeLike '*Passwords*'

        $names = @{ createUser = 'Create user'; banUser = 'Ban user'; updateUser = 'Update user'; updateUserMetadata = 'Update metadata' }
        $real = foreach ($user in $live) {
            $sent = (Invoke-Watched { $user | Copy-ToriiUser -To to @Arguments -WarningAction SilentlyContinue } $to).Mutations
            if ($sent) { @($sent | ForEach-Object { $names[$_.operation] + $(if ($_.body) { ": $($_.body)" }) }) -join ', ' }
        }
        $shown = @($run.Lines -match '^write: What if: Performing')
        @($shown | ForEach-Object { $_ -replace '^.*?operation "(?:Complete the interrupted copy of user )?(.*)" on target .*$', '$1' }) | Should -Be $real
        @($run.Lines -like "*What if: $($real.Count) targets in total*") | Should -HaveCount 1
    }

    It 'shows no metadata without -WhatIf and -Debug, which shows requests' {
        $live = New-Person @{ PrivateMetadata = @{ note = 'hush-4711' }; PublicMetadata = @{ note = 'hush-4711' } }
        $live | Set-ToriiUser -Locale da
        $live | Block-ToriiUser
        Add-Fault @{ operation = 'updateUser'; kind = 'status'; status = 400; times = 1 } $to
        $VerbosePreference = 'Continue'
        $all = 1..3 | ForEach-Object { $live | Copy-ToriiUser -To to -Update:($_ -eq 3) *>&1 } | ForEach-Object { "$_"; if ($_ -is [Management.Automation.ErrorRecord]) { Get-ErrorText $_ } }
        "$all" | Should -BeLike '*not completed: update user, update metadata*'
        "$all" | Should -Not -BeLike '*hush*'
    }

    It 'stops at once while the copies are listed' {
        1..3 | ForEach-Object { New-Person @{} to } | Out-Null
        $live = New-Person
        Add-Fault @{ operation = 'searchUsers'; kind = 'slow'; delayMs = 60000; skip = 2 } $to
        $before = Get-JournalEnd $to
        $stop = Measure-Stop { param($From, $To, $Id) $Id | Copy-ToriiUser -Connection $From -To $To } @{ From = Get-ToriiConnection from; To = Get-ToriiConnection to; Id = $live.UserId } {
            @(Get-Journal $before $to | Where-Object operation -EQ searchUsers).Count -gt 2
        }
        $stop.ElapsedMs | Should -BeLessThan 1000
        @(Get-Journal $before $to | Select-Mutation) | Should -BeNullOrEmpty
    }

    It 'counts with -WhatIf against -MaxAffected as without it' {
        $live = 1..2 | ForEach-Object { New-Person }
        $live | Copy-ToriiUser -To to -WarningAction SilentlyContinue
        $run = Invoke-Watched { $live | Copy-ToriiUser -To to -MaxAffected 1 -WhatIf } $to
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'Torii.TooManyAffected,*'
    }

    It 'stores what an older contract has, in both directions' {
        $live = New-Person
        $copy = $live | Copy-ToriiUser -To old -PassThru -WarningAction SilentlyContinue
        $copy.Name | Should -Be $live.Name
        $run = Invoke-Watched { $live | Copy-ToriiUser -To old } $old
        $run.Mutations | Should -BeNullOrEmpty
        "$($run.Warnings)" | Should -BeLike '*1 user is skipped, because the email address exists*'

        $all = New-ToriiUser -Email "old$($live.Email)" -Name 'Ann  Maria Berg' -Phone '+45 12345678' -Address 'Here 1' -DateOfBirth 1815-12-10 -Connection old
        $twin = Start-TestEmulator -Users 0 -Contract 0.0.2 -Name twin -Additional
        $copy = $all | Copy-ToriiUser -To twin -PassThru -WarningAction SilentlyContinue
        Format-Copied $copy Name, Phone, Address, DateOfBirth, Email | Should -BeExactly (Format-Copied $all Name, Phone, Address, DateOfBirth, Email)
        $newer = $all | Copy-ToriiUser -To to -PassThru -WarningAction SilentlyContinue -WarningVariable warnings
        $newer.Name | Should -BeExactly $all.Name
        "$warnings" | Should -BeLike '*does not store: Address, DateOfBirth, Phone.*'
        Stop-ToriiEmulator -Port $twin.Port -Confirm:$false
    }

    It 'warns of metadata that may be too large, and says that it was' {
        $live = New-Person @{ PrivateMetadata = @{ text = 'x' * 8100 } }
        $run = Invoke-Recorded { param($from, $to, $id) $id | Copy-ToriiUser -Connection $from -To $to -WhatIf } @{ from = Get-ToriiConnection from; to = Get-ToriiConnection to; id = $live.UserId }
        "$($run.Warnings)" | Should -BeLike "*$($live.UserId)*8,192 bytes*"
        $run = Invoke-Watched { $live | Copy-ToriiUser -To to } $to
        $run.Errors | Should -HaveCount 1
        Get-Copy $live | Should -BeNullOrEmpty
    }

    It 'refuses what is not a user to copy: <What>' -ForEach @(
        @{ What = 'a deleted user'; Id = 'InvalidRequest'; Make = { $live | Remove-ToriiUser -Force; $live }; Message = '*The user is deleted, and was not copied*' }
        @{ What = 'a user without an address'; Id = 'InvalidRequest'; Make = { New-ToriiUser -FirstName Nameless -Connection from }; Message = '*has no email address*' }
        @{ What = 'a session'; Id = 'AmbiguousInput'; Make = { $null = Invoke-Api POST /_emulator/sessions @{ userId = $live.UserId }; @($live | Get-ToriiSession)[0] }; Message = '*is not accepted in place of its user*' }
        @{ What = 'an unknown id'; Id = 'UserNotFound'; Make = { '01931a73-8b00-7000-8000-000000000000' }; Message = '*' }
        @{ What = 'a user of another connection'; Id = 'ConnectionMismatch'; Make = { New-Person @{} to }; Message = '*' }
    ) {
        $live = New-Person
        $thing = & $Make
        $run = Invoke-Watched { $thing | Copy-ToriiUser -Connection from -To to } $to
        $run.Errors | Should -HaveCount 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike "Torii.$Id,*"
        "$($run.Errors[0])" | Should -BeLike $Message
        $run.Mutations | Should -BeNullOrEmpty
    }

    It 'refuses a destination that is the source, also by another connection' {
        $live = New-Person
        { $live | Copy-ToriiUser -To from -ErrorAction Stop } | Should -Throw -ErrorId 'Torii.NotSupported,*'
        $other = Connect-Torii -SecretKey "$($from.GetSecretKey()) " -ApiUrl "http://localhost:$(([uri]$from.ApiUrl).Port)" -Name twin -PassThru
        $run = Invoke-Watched { $live | Copy-ToriiUser -To twin -Update } $from
        $run.Errors | Should -HaveCount 1
        $run.Mutations | Should -BeNullOrEmpty
        $other.Name | Should -Be twin
    }

    It 'counts against the limit of the destination' {
        $live = 1..4 | ForEach-Object { New-Person }
        Connect-Torii -SecretKey $to.GetSecretKey() -ApiUrl $to.ApiUrl -Name limited -MaxAffected 3
        $run = Invoke-Watched { $live | Copy-ToriiUser -To limited } $to
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'Torii.TooManyAffected,*'
        $run.Mutations | Should -BeNullOrEmpty
    }

    It 'refuses an unknown destination before it reads' {
        $live = New-Person
        $run = Invoke-Watched { $live | Copy-ToriiUser -To nowhere } $from
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
        $emulator = Start-TestEmulator -Users 0 -Contract 0.0.13 -Name prod
    }
    AfterEach { $legacy, $new | ForEach-Object { Clear-BetterAuth $_ } }
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
        'legacy', 'new' | ForEach-Object { Get-Everyone $_ | Remove-ToriiUser -Force -ThrottleLimit 16 }
    }

    It 'keeps the id, the role, the user name and the ban between two servers' {
        $user = New-ToriiUser -Email keep@example.com -Name Ann -UserName keep -Role user, editor -EmailVerified $true -Connection legacy
        $until = [DateTimeOffset]::UtcNow.AddDays(2)
        $user | Block-ToriiUser -Reason spam -Until $until
        $copy = $user | Copy-ToriiUser -To new -PassThru -WarningAction SilentlyContinue
        $known = 'UserId', 'Email', 'Name', 'UserName', 'Role', 'EmailVerified', 'Status', 'BanReason', 'BanExpiresAt'
        Format-Copied $copy $known | Should -BeExactly (Format-Copied (Get-ToriiUser $user.UserId -Connection legacy) $known)
    }

    It 'copies to a server that makes other ids: <Ids>' -ForEach @(@{ Ids = 'serial'; Id = '^\d+$' }, @{ Ids = 'uuid'; Id = '^[-0-9a-f]{36}$' }) {
        $other = Start-BetterAuth @{ ids = $Ids } -Name other -Additional
        $user = New-BetterAuthUser "to$Ids" @{} $legacy
        $run = Invoke-Watched { $user.id | Copy-ToriiUser -Connection legacy -To other -PassThru } $null
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.UserId | Should -Match $Id
        "$($run.Warnings)" | Should -BeLike '*does not store: UserId.*'
        # The id is not looked up where a database may take it for another one.
        Get-BetterAuthJournal 0 $other | Where-Object path -Like "*$($user.id)*" | Should -BeNullOrEmpty
        # Those of torii are UUIDs of version 7, which Better Auth does not know.
        (New-Person @{} prod | Copy-ToriiUser -To other -PassThru -WarningAction SilentlyContinue).UserId | Should -Match $Id
        $older = New-BetterAuthUser "old$Ids" @{ id = "$([guid]::NewGuid())" } $legacy
        ($older.id | Copy-ToriiUser -Connection legacy -To other -PassThru -WarningAction SilentlyContinue).UserId | Should -Match ($Ids -eq 'uuid' ? $older.id : $Id)
        Stop-BetterAuth $other
    }

    It 'does not take a ban that is over for one, and extends one that ends sooner' {
        $user = New-BetterAuthUser ben @{ banned = $true; banReason = 'spam'; banExpires = '2020-01-01T00:00:00.000Z' } $legacy
        ($user.id | Copy-ToriiUser -Connection legacy -To prod -PassThru -WarningAction SilentlyContinue).Status | Should -Be active

        $user = New-BetterAuthUser longer @{ banned = $true; banReason = '' } $legacy
        $null = New-BetterAuthUser longer @{ banned = $true; banExpires = [DateTimeOffset]::UtcNow.AddDays(1).ToString('o') } $new
        "$($user.id | Copy-ToriiUser -Connection legacy -To new 3>&1)" | Should -BeLike '*is banned longer in the source than in the destination*'
        $copy = $user.id | Copy-ToriiUser -Connection legacy -To new -Update -PassThru -WarningAction SilentlyContinue
        $copy.Status, $copy.BanExpiresAt | Should -Be banned, $null
    }

    It 'names what torii does not store' {
        $user = New-ToriiUser -Email named@example.com -Name Ann -UserName named -EmailVerified $true -Connection legacy
        $null = Invoke-BetterAuth admin/update-user @{ userId = $user.UserId; data = @{ image = 'https://example.com/a.png' } } $legacy
        $warnings = $user | Copy-ToriiUser -To prod 3>&1
        "$warnings" | Should -BeLike '*The destination does not store: EmailVerified, Role, UserName, displayUsername, image.*'
    }

    It 'never takes a verified address or a name from an existing user' {
        $existing = New-BetterAuthUser ann @{ emailVerified = $true } $new
        $user = New-BetterAuthUser ann @{ emailVerified = $false } $legacy
        $null = Invoke-BetterAuth admin/update-user @{ userId = $user.id; data = @{ name = '' } } $legacy
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

    It 'gives no role and no verified address to the original of a user, who may not own the address' {
        $squatter = New-BetterAuthUser original @{} $legacy
        $squatter.id | Copy-ToriiUser -Connection legacy -To new -WarningAction SilentlyContinue
        $null = Invoke-BetterAuth admin/update-user @{ userId = $squatter.id; data = @{ emailVerified = $true; role = 'admin' } } $new
        $squatter.id | Copy-ToriiUser -Connection new -To legacy -Update -WarningAction SilentlyContinue -ErrorVariable failed
        $failed | Should -BeNullOrEmpty
        $after = Get-BetterAuthTruth $legacy | Where-Object id -EQ $squatter.id
        $after.role, $after.emailVerified | Should -Be user, $false
    }

    It 'does not take a user with the same short id for a copy' {
        $null = New-BetterAuthUser short @{ id = '7' } $legacy
        $other = New-BetterAuthUser zoe @{ id = '7' } $new
        $copy = Get-ToriiUser 7 -Connection legacy | Copy-ToriiUser -To new -Update -PassThru -WarningAction SilentlyContinue
        $copy.Email | Should -Be short@example.test
        $copy.UserId | Should -Not -Be 7
        (Get-BetterAuthTruth $new | Where-Object id -EQ 7).email | Should -Be $other.email
    }

    It 'takes no user for the copy whose id was given to another user since' {
        $null = New-BetterAuthUser first @{ id = '8' } $legacy
        $copy = '8' | Copy-ToriiUser -Connection legacy -To prod -PassThru -WarningAction SilentlyContinue
        Remove-ToriiUser 8 -Connection legacy -Force
        $second = New-BetterAuthUser second @{ id = '8'; banned = $true } $legacy
        $new8 = '8' | Copy-ToriiUser -Connection legacy -To prod -Update -PassThru -WarningAction SilentlyContinue
        $new8.Email, $new8.Status | Should -Be $second.email, banned
        # And in the other direction: the original of the copy is gone.
        $copy | Block-ToriiUser
        $back = $copy | Copy-ToriiUser -To legacy -Update -PassThru -WarningAction SilentlyContinue
        $back.Email, $back.UserId | Should -Be $copy.Email, $copy.UserId
        (Get-ToriiUser 8 -Connection legacy).Email | Should -Be $second.email
    }

    It 'updates no copy of another user whose address was given away' {
        $first = New-BetterAuthUser given @{} $legacy
        $first.id | Copy-ToriiUser -Connection legacy -To new -WarningAction SilentlyContinue
        $null = Invoke-BetterAuth admin/update-user @{ userId = $first.id; data = @{ email = 'moved@example.test' } } $legacy
        $second = New-BetterAuthUser given @{ banned = $true } $legacy
        $run = Invoke-Watched { $second.id | Copy-ToriiUser -Connection legacy -To new -Update } $null
        Assert-ToriiError $run.Errors[0] Torii.AmbiguousMatch InvalidResult "*is a copy of another user of the source ($($first.id))*"
        (Get-BetterAuthTruth $new | Where-Object id -EQ $first.id).banned | Should -BeFalse
    }

    It 'skips the second of two users with one address who are copied at the same time' {
        1..3 | ForEach-Object { foreach ($server in $legacy, $new) { $null = New-BetterAuthUser "both$_" @{} $server } }
        $users = 'legacy', 'new' | ForEach-Object { Get-ToriiUser -Connection $_ -Email both*@example.test }
        Add-Fault @{ operation = 'createUser'; kind = 'slow'; delayMs = 200; times = 6 } $emulator
        $run = Invoke-Watched { $users | Copy-ToriiUser -To prod } $emulator
        $run.Errors | Should -BeNullOrEmpty
        "$($run.Warnings)" | Should -BeLike '*3 users are skipped, because the email address exists in prod*'
    }

    It 'finds the original at torii of a user with another address by now' {
        $person = New-Person @{} prod
        $person | Copy-ToriiUser -To new -WarningAction SilentlyContinue
        $null = Invoke-BetterAuth admin/update-user @{ userId = $person.UserId; data = @{ email = 'renamed@example.test' } } $new
        $run = Invoke-Watched { $person.UserId | Copy-ToriiUser -Connection new -To prod } $emulator
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations | Should -BeNullOrEmpty
        "$($run.Warnings)" | Should -BeLike '*was copied before with another email address*'
    }

    It 'creates no one twice at Better Auth whose creation had no response: <Fault>' -ForEach @(
        @{ Fault = 'executed'; Rule = @{ path = 'admin/create-user'; lose = $true } }
        @{ Fault = 'a taken user name'; Rule = $null }
    ) {
        if ($Rule) {
            $user = New-BetterAuthUser lost @{ banned = $true; role = 'user,editor' } $legacy
            Add-BetterAuthFault $Rule $new
            $run = Invoke-Watched { $user.id | Copy-ToriiUser -Connection legacy -To new -PassThru } $null
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.Status, $run.Output.Role | Should -Be banned, 'user,editor'
        }
        else {
            $null = New-BetterAuthUser holder @{ username = 'taken' } $new
            $user = New-BetterAuthUser wants @{ username = 'taken' } $legacy
            $run = Invoke-Watched { $user.id | Copy-ToriiUser -Connection legacy -To new } $null
            $run.Errors | Should -HaveCount 1
            Get-BetterAuthTruth $new | Where-Object email -EQ wants@example.test | Should -BeNullOrEmpty
        }
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
