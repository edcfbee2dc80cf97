BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 40
    $nobody = '01931a73-8b00-7000-8000-000000000000'
}
AfterAll { Stop-TestEmulator }

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
