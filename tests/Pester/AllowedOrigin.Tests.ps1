# The allowed origins: a list that can only be replaced, without an ETag.

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 5 -Contract 0.0.12
    $path = '/api/server/v1/allowed-origins'
    $a, $b, $c = 'https://a.example.com', 'https://b.example.com', 'https://c.example.com'
    function Set-List([string[]] $Origins) { $null = Invoke-Api PUT $path @{ origins = $Origins } }
    function Get-List { @((Invoke-Api GET $path).origins) }
    # A server with the list in its state; $State.OnPut runs after a replacement and can change the list again.
    function Start-OriginServer([string[]] $Origins) {
        Start-ScriptedServer -State @{ List = $Origins; Puts = 0; After = @{} } {
            param($Request, $State)
            if ($Request.Method -eq 'PUT') {
                $State.Puts++
                $State.List = @((ConvertFrom-Json $Request.Body).origins)
                $answer = ConvertTo-Json @{ origins = $State.List } -Compress
                if ($State.Other) { $State.List = $State.Other; $State.Other = $null }
                if ($State.Loses -gt 0) { $State.Loses--; return @{ Close = $true } }
                return @{ Body = $answer }
            }
            @{ Body = ConvertTo-Json @{ origins = @($State.List) } -Compress }
        }
    }
}
AfterAll { Stop-TestEmulator }

Describe 'Get-ToriiAllowedOrigin' {
    BeforeAll { Set-List $a, 'capacitor://localhost', 'https://[::1]:3000' }

    It 'returns the list in the order of the service, with the connection' {
        $origins = @(Get-ToriiAllowedOrigin)
        $origins.Origin | Should -Be $a, 'capacitor://localhost', 'https://[::1]:3000'
        $origins[0] | Should -BeOfType Torii.ToriiAllowedOrigin
        $origins.ConnectionName | Should -Be default, default, default
    }

    It 'returns the origins that are named, in any certain spelling, or by a wildcard' {
        (Get-ToriiAllowedOrigin HTTPS://A.example.com:443/).Origin | Should -Be $a
        (Get-ToriiAllowedOrigin '*://LOCALHOST').Origin | Should -Be capacitor://localhost
        (Get-ToriiAllowedOrigin 'https://[::1]:3000').Origin | Should -Be 'https://[::1]:3000'
        Get-ToriiAllowedOrigin '*.nowhere' | Should -BeNullOrEmpty
    }

    It 'reports an origin that is not in the list' {
        $run = Invoke-Watched { Get-ToriiAllowedOrigin $b, $a }
        $run.Output.Origin | Should -Be $a
        Assert-ToriiError $run.Errors[0] Torii.OriginNotFound ObjectNotFound "$b*"
    }

    It 'fits 80 columns' {
        Set-List "https://$('long.' * 20)example.com", $b
        $lines = (Get-ToriiAllowedOrigin | Out-String -Width 80) -split '\r?\n'
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
        @($lines | Where-Object { $_ -like "$b*default" }) | Should -HaveCount 1
    }
}

Describe 'A change of the allowed origins' {
    BeforeEach { Set-List $a, $b }
    AfterEach { Clear-Fault }

    It 'of several origins is one read, one replacement and one read' {
        $run = Invoke-Watched { $c, [pscustomobject]@{ Origin = 'HTTPS://D.example.com/' }, 'https://d.example.com:443', [uri]'app://e' | Add-ToriiAllowedOrigin -PassThru }
        $run.Errors | Should -BeNullOrEmpty
        $run.Requests.method | Should -Be GET, PUT, GET
        $run.Output.Origin | Should -Be $c, https://d.example.com, app://e
        Get-List | Should -Be $a, $b, $c, https://d.example.com, app://e
    }

    It 'that changes nothing sends no replacement' {
        $run = Invoke-Watched { Add-ToriiAllowedOrigin $b, HTTPS://A.example.com:443 -PassThru; Set-ToriiAllowedOrigin $b, $a; Remove-ToriiAllowedOrigin $c -Force -ErrorAction SilentlyContinue }
        $run.Mutations | Should -BeNullOrEmpty
        $run.Output.Origin | Should -Be $a, $b
    }

    It 'by Set removes what is not named, and writes the list with -PassThru' {
        $run = Invoke-Watched { Set-ToriiAllowedOrigin $c, $b -PassThru }
        $run.Requests.method | Should -Be GET, PUT, GET
        $run.Output.Origin | Should -Be $c, $b
        Get-List | Should -Be $c, $b
    }

    It 'by Remove leaves the others, and reports an origin that is not in the list' {
        $run = Invoke-Watched { Remove-ToriiAllowedOrigin $c, $b -Force -PassThru }
        Assert-ToriiError $run.Errors[0] Torii.OriginNotFound ObjectNotFound "$c*"
        $run.Errors | Should -HaveCount 1
        $run.Output.Origin | Should -Be $b
        Get-List | Should -Be $a
    }

    It 'removes the last origin only with -AllowEmpty' {
        $run = Invoke-Watched { Get-ToriiAllowedOrigin | Remove-ToriiAllowedOrigin -Force }
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*2 would be removed*'
        $run.Mutations | Should -BeNullOrEmpty
        Get-ToriiAllowedOrigin | Remove-ToriiAllowedOrigin -Force -AllowEmpty
        Get-List | Should -BeNullOrEmpty
    }

    It 'is refused on the command line for <Origin>, before any request' -ForEach @(
        @{ Origin = 'app.example.com' }
        @{ Origin = 'https://*.example.com' }
        @{ Origin = 'https://a.example.com/path' }
        @{ Origin = 'https://a.example.com?x=1' }
        @{ Origin = 'https://ada:hunter2@a.example.com' }
        @{ Origin = ' ' }
        @{ Origin = @() }
        @{ Origin = $null }
    ) {
        foreach ($command in 'Add', 'Set', 'Remove') {
            $run = Invoke-Watched { & "$command-ToriiAllowedOrigin" -Origin $Origin -Confirm:$false }
            Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument
            $run.Requests | Should -BeNullOrEmpty
            (Get-ErrorText $run.EndedBy) | Should -Not -BeLike '*hunter2*'
        }
    }

    It 'by Add and Remove skips a wrong row and goes on' {
        $rows = [pscustomobject]@{ Origin = "$c/path" }, [pscustomobject]@{ Origin = $c }
        $run = Invoke-Watched { $rows | Add-ToriiAllowedOrigin }
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*row 1*has a path*This row was skipped.'
        Get-List | Should -Be $a, $b, $c
    }

    It 'by Set with <What> among the input is refused as a whole' -ForEach @(
        @{ What = 'a wrong origin'; Wrong = 'https://a.example.com/path' }
        @{ What = 'null'; Wrong = $null }
        @{ What = 'an empty list'; Wrong = , @() }
        @{ What = 'a row with an empty cell'; Wrong = [pscustomobject]@{ Origin = '' } }
        @{ What = 'a row of something else'; Wrong = [pscustomobject]@{ Colour = 'green' } }
    ) {
        $run = Invoke-Watched { & { $c; Write-Output $Wrong -NoEnumerate; $a } | Set-ToriiAllowedOrigin }
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*No origin is set.'
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'refuses pipeline input beside -Origin' {
        $run = Invoke-Watched { Get-ToriiAllowedOrigin | Remove-ToriiAllowedOrigin -Origin $a -Force }
        $run.Errors.Exception.ErrorId | Should -Be Torii.AmbiguousInput, Torii.AmbiguousInput
        $run.Mutations | Should -BeNullOrEmpty
    }

    It 'takes an origin from a script block' {
        [pscustomobject]@{ Host = 'c.example.com' } | Add-ToriiAllowedOrigin -Origin { "https://$($_.Host)" }
        Get-List | Should -Be $a, $b, $c
    }

    It 'keeps and removes entries of another form that the list has' {
        $server = Start-OriginServer 'https://*.example.com', $a, "https://x`e[2J.example.com"
        try {
            $connection = Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl $server.Url -Name scripted -MaxRetry 0 -SkipCheck -PassThru
            Add-ToriiAllowedOrigin $b -Connection $connection
            $server.State.List | Should -Be 'https://*.example.com', $a, "https://x`e[2J.example.com", $b
            Get-ToriiAllowedOrigin -Connection $connection | Where-Object Origin -NotIn $a, $b | Remove-ToriiAllowedOrigin -Force
            $server.State.List | Should -Be $a, $b
        }
        finally { Stop-ScriptedServer $server }
    }

    It 'survives a CSV file' {
        Get-ToriiAllowedOrigin | Export-Csv $TestDrive/origins.csv
        Set-List $c
        Import-Csv $TestDrive/origins.csv | Set-ToriiAllowedOrigin
        Get-List | Should -Be $a, $b
        Import-Csv $TestDrive/origins.csv | Select-Object -First 1 | Remove-ToriiAllowedOrigin -Force
        Get-List | Should -Be $b
    }

    It 'shows the difference with -WhatIf, as lines, and sends no replacement' {
        $connection = Get-ToriiConnection default
        $run = Invoke-Watched { Invoke-Recorded { param($Connection, $Origins) Set-ToriiAllowedOrigin $Origins -Connection $Connection -WhatIf } @{ Connection = $connection; Origins = $c, $a } }
        $run.Mutations | Should -BeNullOrEmpty
        $run.Output[0].Lines -join "`n" | Should -Be "write: What if: Set allowed origins in default (test, 127.0.0.1:$($emulator.Port)):`n+ $c`n- $b`nwrite: What if: 2 targets in total; no change was made."
    }

    It 'asks once, with every line, also where several origins are removed' {
        $connection = Get-ToriiConnection default
        Set-List $a, $b, $c
        $run = Invoke-Watched { Invoke-Recorded { param($Connection, $Origins) $ConfirmPreference = 'High'; $Origins | Remove-ToriiAllowedOrigin -Connection $Connection } @{ Connection = $connection; Origins = $a, $b } }
        $prompts = @($run.Output[0].Lines -like 'prompt: *')
        $prompts | Should -HaveCount 1
        $prompts[0] | Should -BeLike "*- $a*- $b*"
        Get-List | Should -Be $c
    }

    It 'counts the origins that it changes for -MaxAffected and for the budget of the connection' {
        $run = Invoke-Watched { Set-ToriiAllowedOrigin $c, $a -MaxAffected 1 }
        Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded "More than 1 target (-MaxAffected); no change was sent.*+ $c*- $b*"
        $run.Mutations | Should -BeNullOrEmpty
        $connection = Connect-Emulator $emulator careful @{ MaxAffected = 3 }
        Set-ToriiAllowedOrigin $c, $a -Connection $connection -MaxAffected 2
        $connection.RemainingAffected | Should -Be 1
        $run = Invoke-Watched { Set-ToriiAllowedOrigin $b, $a -Connection $connection }
        Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded
        Get-List | Should -Be $c, $a
        $connection.RemainingAffected | Should -Be 1
    }

    It 'is made through the connection that the objects were read through' {
        $second = Start-TestEmulator -Users 5 -Contract 0.0.12 -Name second -Additional
        try {
            $there = Get-ToriiAllowedOrigin -Connection second | Select-Object -First 1
            $run = Invoke-Watched { $there, $a | Remove-ToriiAllowedOrigin -Force }
            $run.Errors | Should -BeNullOrEmpty
            Get-List | Should -Be $b
            (Invoke-Api GET $path $null $second).origins | Should -Not -Contain $there.Origin
            $run = Invoke-Watched { Get-ToriiAllowedOrigin -Connection second | Set-ToriiAllowedOrigin -Connection default }
            Assert-ToriiError $run.Errors[0] Torii.ConnectionMismatch InvalidArgument '*No origin is set.'
            $run.Mutations | Should -BeNullOrEmpty
        }
        finally { Stop-ToriiEmulator -Port $second.Port }
    }

    It 'through two connections to one environment is one change' {
        $other = Connect-Emulator $emulator other
        $origins = @(Get-ToriiAllowedOrigin $a) + @(Get-ToriiAllowedOrigin $b -Connection other)
        $run = Invoke-Watched { $origins | Remove-ToriiAllowedOrigin -Force -AllowEmpty }
        $run.Requests.method | Should -Be GET, PUT, GET
        Get-List | Should -BeNullOrEmpty
    }

    It 'that another client overwrites is an error with both lists' {
        $server = Start-OriginServer $a
        try {
            $connection = Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl $server.Url -Name scripted -MaxRetry 0 -SkipCheck -PassThru
            $server.State.Other = $c
            $run = Invoke-Watched { Add-ToriiAllowedOrigin $b -Connection $connection -PassThru }
            Assert-ToriiError $run.Errors[0] Torii.ConcurrentChange InvalidResult "*Expected: $a, $b. Found: $c.*"
            $run.Output | Should -BeNullOrEmpty
            $run.Errors[0].Exception.Expected | Should -Be $a, $b
            $run.Errors[0].Exception.Found | Should -Be $c
            $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeTrue
        }
        finally { Stop-ScriptedServer $server }
    }

    It 'whose response is lost is not sent again over the change of another client' {
        $server = Start-OriginServer $a
        try {
            $connection = Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl $server.Url -Name scripted -MaxRetry 3 -SkipCheck -PassThru
            $server.State.Loses = 1
            $server.State.Other = $a, $c
            $run = Invoke-Watched { Add-ToriiAllowedOrigin $b -Connection $connection }
            Assert-ToriiError $run.Errors[0] Torii.ConcurrentChange InvalidResult
            $server.State.Puts | Should -Be 1
            $server.State.List | Should -Be $a, $c
        }
        finally { Stop-ScriptedServer $server }
    }

    It 'whose response is lost succeeds where the list shows it' {
        Add-Fault @{ operation = 'setAllowedOrigins'; kind = 'resetAfter'; times = 1 }
        $run = Invoke-Watched { Add-ToriiAllowedOrigin $c }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations | Should -HaveCount 1
    }

    It 'that the service ignores is an error' {
        Add-Fault @{ operation = 'setAllowedOrigins'; kind = 'wrongShape'; body = (ConvertTo-Json @{ origins = $a, $b } -Compress) }
        $run = Invoke-Watched { Add-ToriiAllowedOrigin $c }
        Assert-ToriiError $run.Errors[0] Torii.FieldNotApplied InvalidResult "*$c is missing*"
    }
}

Describe 'A server without allowed origins' {
    BeforeAll { $old = Start-TestEmulator -Users 5 -Contract 0.0.3 -Name old -Additional }

    It 'is Torii.NotSupported for <_>, and not a missing origin' -ForEach 'Get', 'Add', 'Set', 'Remove' {
        $run = Invoke-Watched { if ($_ -eq 'Get') { Get-ToriiAllowedOrigin -Connection old } else { & "$_-ToriiAllowedOrigin" $a -Connection old -Confirm:$false } } $old
        Assert-ToriiError $run.Errors[0] Torii.NotSupported NotImplemented '*no allowed origins*0.0.12*'
        $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeFalse
        $run.Mutations | Should -BeNullOrEmpty
    }
}
