# Get-ToriiUser finds the users that are meant: neither everybody by mistake, nor a look-alike.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
}
AfterAll { Stop-TestEmulator }

Describe 'A wildcard that matches everybody' {
    BeforeAll {
        $emulator = Start-TestEmulator -Users 60
        $everybody = @(Get-ToriiUser)
        $d = ''
        $unset = $null
    }
    AfterAll { Stop-TestEmulator }

    It '-<Parameter> ''<Pattern>'' is refused and sends nothing' -ForEach @(
        foreach ($parameter in 'Email', 'Name') { foreach ($pattern in '**', '*', '***', '?', '??', '*?*', '*@*', '[a-z]*', '*[a-z]*', '[!x]*') { @{ Parameter = $parameter; Pattern = $pattern } } }
    ) {
        $filter = @{ $Parameter = $Pattern }
        $run = Invoke-Watched { Get-ToriiUser @filter }
        $run.Requests | Should -BeNullOrEmpty
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument "*-$Parameter*"
    }

    It '-Email ''<Pattern>'' finds the users that it matches' -ForEach @{ Pattern = 'a*' }, @{ Pattern = '*@example.com' }, @{ Pattern = 'ada@*' }, @{ Pattern = '*lada*' } {
        $run = Invoke-Watched { Get-ToriiUser -Email $Pattern }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.UserId | Should -Be @($everybody | Where-Object { $_.Email -like $Pattern }).UserId
        $run.Output | Should -Not -BeNullOrEmpty
    }

    It '-Name ''<Pattern>'' finds the users that it matches' -ForEach @{ Pattern = 'a*' }, @{ Pattern = '*ada*' } {
        $run = Invoke-Watched { Get-ToriiUser -Name $Pattern }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.UserId | Should -Be @($everybody | Where-Object { $_.Name -like $Pattern }).UserId
        $run.Output | Should -Not -BeNullOrEmpty
    }

    It '-<Parameter> ''<Pattern>'' is a malformed wildcard and refused' -ForEach @(
        foreach ($parameter in 'Email', 'Name') { foreach ($pattern in 'Ada [admin', 'ada[', '*ada[a-', 'a[]') { @{ Parameter = $parameter; Pattern = $pattern } } }
    ) {
        $filter = @{ $Parameter = $Pattern }
        $run = Invoke-Watched { Get-ToriiUser @filter }
        $run.Requests | Should -BeNullOrEmpty
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 1
        $run.Errors[0].Exception | Should -Not -BeOfType Management.Automation.WildcardPatternException
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument "*-$Parameter*"
    }

    # The last one: where it fails, there is nobody left.
    It '-<Parameter> with an empty variable between wildcards reaches no user' -ForEach @{ Parameter = 'Email' }, @{ Parameter = 'Name' } {
        foreach ($pattern in "*$d*", "*$unset*", "*@$d*") {
            $filter = @{ $Parameter = $pattern }
            foreach ($run in (Invoke-Watched { Get-ToriiUser @filter | Remove-ToriiUser -Force }), (Invoke-Watched { Get-ToriiUser @filter -Status active, banned | Block-ToriiUser })) {
                $run.Requests | Should -BeNullOrEmpty
                Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument
            }
        }
        @(Get-Truth | Where-Object status -EQ deleted) | Should -BeNullOrEmpty
    }
}

Describe 'An exact address in contract <Contract>' -ForEach @{ Contract = '0.0.3' }, @{ Contract = '0.0.12' } {
    BeforeAll {
        $emulator = Start-TestEmulator -Users 20 -Contract $Contract
        $script:serial = 0
        # A user as the service answers with one.
        function New-Answer([string] $Email, [string] $Status = 'active', [string] $Name = 'Somebody') {
            $id = '0193{0:x4}-8b00-7000-8000-{1:x12}' -f (Get-Random 65535), (++$script:serial)
            $user = [ordered]@{
                id = $id; environmentId = $emulator.EnvironmentId; status = $Status; email = $Email; name = $Name; createdAt = '2024-01-01T00:00:00Z'; updatedAt = '2024-01-02T00:00:00Z'
                deletedAt = $Status -eq 'deleted' ? '2024-01-02T00:00:00Z' : $null
            }
            if ($Contract -eq '0.0.12') { 'publicMetadata', 'privateMetadata', 'unsafeMetadata' | ForEach-Object { $user[$_] = @{} } }
            $user
        }
        # What every search is answered with: the emulator holds no two users of one address.
        function Set-Answer([object[]] $Users) {
            Clear-Fault
            Add-Fault @{ operation = 'searchUsers'; kind = 'wrongShape'; body = (ConvertTo-Json @{ items = $Users; nextCursor = $null; hasMore = $false } -Depth 5 -Compress) }
        }
        function New-Address { "exact$([guid]::NewGuid().ToString('n'))@example.com" }
        # One address and many addresses go different ways to the service.
        $ways = @(
            @{ Name = 'one address'; Do = { param($a) Get-ToriiUser -EmailAddress $a } }
            @{ Name = 'many addresses'; Do = { param($a) Get-ToriiUser -EmailAddress $a, 'exact-nobody@example.com', 'exact-none@example.com' } }
        )
        function Get-ErrorOf($Run, $Address) { @($Run.Errors | Where-Object { "$($_.TargetObject)" -eq $Address }) }
    }
    BeforeEach { Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $emulator.ApiUrl -MaxRetry 0 -SkipCheck }
    AfterEach { Clear-Fault }
    AfterAll { Stop-TestEmulator }

    It 'Two users who match <Way> are Torii.AmbiguousMatch and neither is returned' -ForEach @{ Way = 'one address'; Index = 0 }, @{ Way = 'many addresses'; Index = 1 } {
        $address = New-Address
        foreach ($second in $address, $address.ToUpperInvariant()) {
            Set-Answer (New-Answer $address), (New-Answer $second)
            $run = Invoke-Watched { & $ways[$Index].Do $address }
            $run.Output | Should -BeNullOrEmpty
            $problem = Get-ErrorOf $run $address
            $problem | Should -HaveCount 1
            Assert-ToriiError $problem[0] Torii.AmbiguousMatch InvalidResult "*$address*"
        }
    }

    It 'Two users who match, one of them banned, are ambiguous as well for <Way>' -ForEach @{ Way = 'one address'; Index = 0 }, @{ Way = 'many addresses'; Index = 1 } {
        $address = New-Address
        Set-Answer (New-Answer $address banned), (New-Answer $address)
        $run = Invoke-Watched { & $ways[$Index].Do $address | Remove-ToriiUser -Force }
        $run.Mutations | Should -BeNullOrEmpty
        $problem = Get-ErrorOf $run $address
        $problem | Should -HaveCount 1
        Assert-ToriiError $problem[0] Torii.AmbiguousMatch InvalidResult
    }

    It 'A deleted namesake does not count for <Way>' -ForEach @{ Way = 'one address'; Index = 0 }, @{ Way = 'many addresses'; Index = 1 } {
        $address = New-Address
        $live, $gone = (New-Answer $address), (New-Answer $address deleted)
        foreach ($answer in @($gone, $live), @($live, $gone), @($gone, (New-Answer $address deleted), $live)) {
            Set-Answer $answer
            $run = Invoke-Watched { & $ways[$Index].Do $address }
            $run.Output.UserId | Should -Be $live.id
            Get-ErrorOf $run $address | Should -BeNullOrEmpty
        }
    }

    It 'Only a deleted user is Torii.UserNotFound and the message says deleted, for <Way>' -ForEach @{ Way = 'one address'; Index = 0 }, @{ Way = 'many addresses'; Index = 1 } {
        $address = New-Address
        Set-Answer (New-Answer $address deleted)
        $run = Invoke-Watched { & $ways[$Index].Do $address }
        $run.Output | Should -BeNullOrEmpty
        $problem = Get-ErrorOf $run $address
        $problem | Should -HaveCount 1
        Assert-ToriiError $problem[0] Torii.UserNotFound ObjectNotFound "*$address*"
        "$($problem[0])" | Should -BeLike '*deleted*'
    }

    It 'A deleted user whom the service leaves out of searches is reported as deleted, for <Way>' -ForEach @{ Way = 'one address'; Index = 0 }, @{ Way = 'many addresses'; Index = 1 } {
        $address = New-Address
        $id = (Invoke-Api POST /api/server/v1/users @{ email = $address }).id
        Invoke-Api DELETE "/api/server/v1/users/$id"
        $run = Invoke-Watched { & $ways[$Index].Do $address }
        $run.Output | Should -BeNullOrEmpty
        $problem = Get-ErrorOf $run $address
        $problem | Should -HaveCount 1
        Assert-ToriiError $problem[0] Torii.UserNotFound ObjectNotFound
        "$($problem[0])" | Should -BeLike '*deleted*'
    }

    It 'An address is found again after its first owner was deleted, for <Way>' -ForEach @{ Way = 'one address'; Index = 0 }, @{ Way = 'many addresses'; Index = 1 } {
        $address = New-Address
        $first = (Invoke-Api POST /api/server/v1/users @{ email = $address }).id
        Invoke-Api DELETE "/api/server/v1/users/$first"
        $second = (Invoke-Api POST /api/server/v1/users @{ email = $address.ToUpperInvariant() }).id
        $run = Invoke-Watched { & $ways[$Index].Do $address }
        $run.Output.UserId | Should -Be $second
        Get-ErrorOf $run $address | Should -BeNullOrEmpty
    }

    It 'An address that differs by <What> is not a match, for one address and for many' -ForEach @(
        @{ What = 'a Kelvin sign'; Like = "$([char]0x212A)im" }
        @{ What = 'a full-width letter'; Like = "$([char]0xFF4B)im" }
        @{ What = 'a full-width capital letter'; Like = "$([char]0xFF2B)im" }
        @{ What = 'a Cyrillic letter'; Like = "k$([char]0x0456)m" }
        @{ What = 'a dotless i'; Like = "k$([char]0x0131)m" }
        @{ What = 'a combining accent'; Like = "ki$([char]0x0301)m" }
        @{ What = 'a zero-width space'; Like = "ki$([char]0x200B)m" }
        @{ What = 'a blank in front'; Like = ' kim' }
    ) {
        $tail = "$([guid]::NewGuid().ToString('n'))@example.com"
        $address = "kim$tail"
        foreach ($way in $ways) {
            Set-Answer (New-Answer "$Like$tail")
            $run = Invoke-Watched { & $way.Do $address }
            $run.Output | Should -BeNullOrEmpty -Because $way.Name
            $problem = Get-ErrorOf $run $address
            $problem | Should -HaveCount 1
            # A service that answers with somebody else either found nobody, or ignored the filter.
            ($problem[0].FullyQualifiedErrorId -split ',')[0] | Should -BeIn 'Torii.UserNotFound', 'Torii.FilterIgnored'
        }
    }

    It 'A Kelvin-sign look-alike whom the service finds is Torii.UserNotFound, and the real user is found beside it' {
        $tail = "$([guid]::NewGuid().ToString('n'))@example.com"
        $real = New-Answer "kim$tail"
        foreach ($way in $ways) {
            Set-Answer (New-Answer "$([char]0x212A)im$tail")
            $problem = Get-ErrorOf (Invoke-Watched { & $way.Do "kim$tail" }) "kim$tail"
            ($problem[0].FullyQualifiedErrorId -split ',')[0] | Should -Be Torii.UserNotFound -Because $way.Name
            Set-Answer (New-Answer "$([char]0x212A)im$tail"), $real
            $run = Invoke-Watched { & $way.Do "kim$tail" }
            $run.Output.UserId | Should -Be $real.id -Because $way.Name
        }
    }

    It 'A different case is a match, for one address and for many' {
        $address = New-Address
        $id = (Invoke-Api POST /api/server/v1/users @{ email = $address.ToUpperInvariant() }).id
        foreach ($way in $ways) { (Invoke-Watched { & $way.Do $address }).Output.UserId | Should -Be $id }
    }
}

Describe 'A search by -Email and -Name' {
    BeforeAll {
        $emulator = Start-TestEmulator -Users 5
        # What every search is answered with: a service that finds look-alikes too.
        function Set-Answer([hashtable[]] $Users) {
            $items = $Users | ForEach-Object { @{ id = "01931a73-8b00-7000-8000-$([guid]::NewGuid().ToString('n').Substring(20))"; environmentId = $emulator.EnvironmentId; status = 'active'; createdAt = '2024-01-01T00:00:00Z'; updatedAt = '2024-01-02T00:00:00Z' } + $_ }
            Clear-Fault
            Add-Fault @{ operation = 'searchUsers'; kind = 'wrongShape'; body = (ConvertTo-Json @{ items = @($items); nextCursor = $null; hasMore = $false } -Depth 5 -Compress) }
        }
    }
    AfterAll { Stop-TestEmulator }

    It 'Does not take <What> for the letter in -Email <Pattern>' -ForEach @(
        foreach ($pattern in 'kims@example.com', '*kims*', 'KIMS@*', '[k]ims@*') {
            @{ Pattern = $pattern; What = 'a Kelvin sign'; Like = "$([char]0x212A)ims@example.com" }
            @{ Pattern = $pattern; What = 'a full-width letter'; Like = "$([char]0xFF4B)ims@example.com" }
            @{ Pattern = $pattern; What = 'a letter and a zero-width space'; Like = "k$([char]0x200B)ims@example.com" }
            @{ Pattern = $pattern; What = 'a long s'; Like = "kim$([char]0x017F)@example.com" }
        }
    ) {
        Set-Answer @{ email = $Like }, @{ email = 'Kims@Example.com' }
        $found = @((Invoke-Watched { Get-ToriiUser -Email $Pattern }).Output.Email)
        $found | Should -HaveCount 1
        [string]::Equals($found[0], 'Kims@Example.com', 'Ordinal') | Should -BeTrue
    }

    It 'Takes a composed and a decomposed letter for the same in -Name <Pattern>' -ForEach @(
        foreach ($a in "$([char]0xC5)sa", "A$([char]0x30A)sa") { foreach ($pattern in $a, "$a*", "*$($a.ToLowerInvariant())*") { @{ Pattern = $pattern } } }
    ) {
        Set-Answer @{ name = "$([char]0xC5)sa Berg" }, @{ name = "A$([char]0x30A)sa Berg" }, @{ name = "$([char]0xC5)sa" }, @{ name = "A$([char]0x30A)sa" }, @{ name = 'Asa' }
        @((Invoke-Watched { Get-ToriiUser -Name $Pattern }).Output) | Should -HaveCount ($Pattern.Contains('*') ? 4 : 2)
    }
}
