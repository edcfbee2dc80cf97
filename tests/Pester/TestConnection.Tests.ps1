# Test-ToriiConnection: a Boolean, or one object for each check.

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 5 -Contract 0.0.12
    $checks = 'Proxy', 'NameResolution', 'Tcp', 'Tls', 'Credential', 'ClockSkew', 'IssuerKeys', 'Features'
    # A connection that was not checked.
    function Connect-Unchecked([string] $Name, [uri] $ApiUrl, [hashtable] $With = @{}) { Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl $ApiUrl -Name $Name -MaxRetry 0 -SkipCheck -PassThru @With }
}
AfterAll { Stop-TestEmulator }

Describe 'Test-ToriiConnection' {
    BeforeEach { $null = Connect-Emulator $emulator default }
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Where-Object Name -NE default | Disconnect-Torii
    }

    It 'is $true for a connection that works, with one request that reads' {
        $run = Invoke-Watched { Test-ToriiConnection }
        $run.Output | Should -BeOfType bool
        $run.Output | Should -BeExactly $true
        $run.Requests | Should -HaveCount 1
        $run.Mutations | Should -BeNullOrEmpty
    }

    It 'is $false, without an error or a warning, where <What>' -ForEach @(
        @{ What = 'the key is wrong'; Make = { Connect-Unchecked other $emulator.ApiUrl } }
        @{ What = 'no process listens'; Make = { Connect-Unchecked other "http://127.0.0.1:$(Get-FreePort)" } }
        @{ What = 'the name does not resolve'; Make = { Connect-Unchecked other https://api.nowhere.invalid } }
        @{ What = 'the connection was closed'; Make = { Connect-Unchecked other $emulator.ApiUrl; Disconnect-Torii other } }
        @{ What = 'the service fails'; Make = { Add-Fault @{ kind = 'status'; status = 500 }; Get-ToriiConnection default } }
        @{ What = 'another server answers'; Make = { Add-Fault @{ kind = 'html' }; Get-ToriiConnection default } }
    ) {
        $connection = & $Make
        $run = Invoke-Watched { Test-ToriiConnection $connection }
        $run.Output | Should -BeExactly $false
        $run.Errors | Should -BeNullOrEmpty
        $run.Warnings | Should -BeNullOrEmpty
        $run.Mutations | Should -BeNullOrEmpty
        $reason = @(Test-ToriiConnection $connection -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] })[-1]
        "$reason" | Should -Match "^$($connection.Name): \S.*\.$"
    }

    It 'ends at its time limit' {
        Add-Fault @{ kind = 'slow'; delayMs = 60000 }
        $run = Invoke-Watched { Test-ToriiConnection -TimeoutSec 1 }
        $run.Output | Should -BeExactly $false
        $run.ElapsedMs | Should -BeLessThan 10000
        $slow = Test-ToriiConnection -TimeoutSec 1 -Detailed | Where-Object Check -EQ Credential
        $slow.Status | Should -Be Failed
        $slow.RecommendedAction | Should -BeLike '*-TimeoutSec*'
    }

    It 'tests the connections of the pipeline, by object and by name, each with its own result' {
        $wrong = Connect-Unchecked wrong $emulator.ApiUrl
        (Get-ToriiConnection default), $wrong, 'wrong', 'default' | Test-ToriiConnection | Should -Be $true, $false, $false, $true
    }

    It 'reports a connection that the runspace does not have' {
        $run = Invoke-Watched { 'nowhere', 'default' | Test-ToriiConnection }
        $run.Output | Should -BeExactly $true
        Assert-ToriiError $run.Errors[0] Torii.NotConnected ConnectionError "*'nowhere'*"
        Disconnect-Torii
        $run = Invoke-Watched { Test-ToriiConnection }
        Assert-ToriiError $run.EndedBy Torii.NotConnected ConnectionError
        $run.Output | Should -BeNullOrEmpty
    }

    It '-Detailed writes one object for each check, as it is found' {
        $run = Invoke-Watched { Test-ToriiConnection -Detailed }
        $run.Output.Check | Should -Be $checks
        $run.Output.Status | Should -Be Passed, Skipped, Passed, Skipped, Passed, Passed, Skipped, Passed
        $run.Output | ForEach-Object { $_ | Should -BeOfType Torii.ToriiConnectionCheck; $_.Message | Should -Match '\.$'; $_.RecommendedAction | Should -BeNullOrEmpty; $_.ConnectionName | Should -Be default }
        $run.Output[-1].Message | Should -Be 'Has metadata operations, organizations, invitations, impersonation tokens, allowed origins.'
        $run.Mutations | Should -BeNullOrEmpty
        (Invoke-Watched { Test-ToriiConnection -Detailed | Select-Object -First 1 }).Requests | Should -BeNullOrEmpty
    }

    It '-Detailed names the groups that an old server lacks' {
        $old = Start-TestEmulator -Users 5 -Contract 0.0.3 -Name old -Additional
        try {
            $found = Test-ToriiConnection old -Detailed
            ($found | Where-Object Check -EQ Features).Message | Should -Be 'Lacks metadata operations, organizations, invitations, impersonation tokens, allowed origins.'
        }
        finally { Stop-ToriiEmulator -Port $old.Port }
    }

    It '-Detailed reads the keys of the issuer, and reports one that cannot be read' {
        $emulator | Connect-Torii -Name issuer
        $keys = Test-ToriiConnection issuer -Detailed | Where-Object Check -EQ IssuerKeys
        $keys.Status | Should -Be Passed
        $keys.Message | Should -BeLike "$($emulator.Issuer)*1 key for ES256."
        $null = Connect-Emulator $emulator wrong @{ Issuer = "http://127.0.0.1:$(Get-FreePort)" }
        $found = Test-ToriiConnection wrong -Detailed
        ($found | Where-Object Check -EQ IssuerKeys).Status | Should -Be Failed
        ($found | Where-Object Check -EQ Features).Status | Should -Be Passed
    }

    It '-Detailed names the first cause and what to do, and skips what depends on it: <What>' -ForEach @(
        @{ What = 'the key is wrong'; Cause = 'Credential'; Make = { Connect-Unchecked other $emulator.ApiUrl }; Do = '*Connect-Torii*' }
        @{ What = 'no process listens'; Cause = 'Tcp'; Make = { Connect-Unchecked other "http://127.0.0.1:$(Get-FreePort)" }; Do = '*-ApiUrl*' }
        @{ What = 'the name does not resolve'; Cause = 'NameResolution'; Make = { Connect-Unchecked other https://api.nowhere.invalid }; Do = '*-ApiUrl*' }
        @{ What = 'the server has no TLS'; Cause = 'Tls'; Make = { Connect-Unchecked other "https://127.0.0.1:$($emulator.Port)" }; Do = '*certificate*' }
        @{ What = 'the proxy does not listen'; Cause = 'Tcp'; Make = { Connect-Unchecked other https://api.example.com @{ Proxy = "http://127.0.0.1:$(Get-FreePort)" } }; Do = '*-Proxy*' }
        @{ What = 'the connection was closed'; Cause = 'Connection'; Make = { Connect-Unchecked other $emulator.ApiUrl; Disconnect-Torii other }; Do = '*Connect-Torii*' }
    ) {
        $connection = & $Make
        $run = Invoke-Watched { Test-ToriiConnection $connection -Detailed }
        $run.Errors | Should -BeNullOrEmpty
        $failed = @($run.Output | Where-Object Status -EQ Failed)
        $failed.Check | Should -Be $Cause
        $failed[0].RecommendedAction | Should -BeLike $Do
        $after = @($run.Output)[([array]::IndexOf(@($run.Output.Check), $Cause) + 1)..$run.Output.Count] | Where-Object { $_ -and $_.Check -notin 'IssuerKeys', 'ClockSkew' }
        $after | ForEach-Object { $_.Status | Should -Be Skipped; $_.Message | Should -BeLike "*$Cause*" }
    }

    It '-Detailed warns of a clock that differs' {
        $server = Start-ScriptedServer { @{ Body = '{"items":[],"hasMore":false,"origins":[]}' } }
        $ahead = Start-ScriptedServer { @{ Body = '{"items":[],"hasMore":false,"origins":[]}'; Headers = @{ Date = [DateTime]::UtcNow.AddHours(1).ToString('r') } } }
        try {
            (Test-ToriiConnection (Connect-Unchecked same $server.Url) -Detailed | Where-Object Check -EQ ClockSkew).Status | Should -Be Passed
            $skew = Test-ToriiConnection (Connect-Unchecked ahead $ahead.Url) -Detailed | Where-Object Check -EQ ClockSkew
        }
        finally {
            Stop-ScriptedServer $server
            Stop-ScriptedServer $ahead
        }
        $skew.Status | Should -Be Failed
        $skew.Message | Should -Match '(3599|3600) s behind'
        $skew.RecommendedAction | Should -BeLike '*clock*'
    }

    It '-Detailed shows the key nowhere, also where the service repeats it' {
        $key = $emulator.GetSecretKey()
        Add-Fault @{ kind = 'status'; status = 403; body = "{`"detail`":`"Bearer $key`"}" }
        $text = Test-ToriiConnection -Detailed -Verbose -Debug *>&1 | ForEach-Object { $_ | Format-List * -Force; "$_"; ConvertTo-Json $_ -Depth 3 -WarningAction Ignore } | Out-String -Width 1000
        $text | Should -BeLike '*`[redacted`]*'
        $text.Contains($key) | Should -BeFalse
    }

    It '-Detailed fits 80 columns, with whole words and what to do' {
        $found = Test-ToriiConnection (Connect-Unchecked other "http://127.0.0.1:$(Get-FreePort)") -Detailed
        $text = $found | Out-String -Width 80
        (($text -split '\r?\n') | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
        $flat = $text -replace '\s+', ' '
        $flat | Should -BeLike "*$($found[2].Message) $($found[2].RecommendedAction)*"
        ($found | Export-Csv $TestDrive/checks.csv) ; (Import-Csv $TestDrive/checks.csv).Status | Should -Be $found.Status
    }

    It '-Detailed returns from Ctrl+C within a second' {
        Add-Fault @{ kind = 'slow'; delayMs = 60000 }
        $since = Get-JournalEnd
        $stop = Measure-Stop { param($c) Test-ToriiConnection $c -Detailed -TimeoutSec 300 } @{ c = Get-ToriiConnection default } -Once { (Get-JournalEnd) -gt $since }
        $stop.ElapsedMs | Should -BeLessThan 1000
    }
}
