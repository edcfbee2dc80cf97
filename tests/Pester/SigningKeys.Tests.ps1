BeforeAll { . "$PSScriptRoot/TokenFixtures.ps1" }
AfterAll {
    Stop-ToriiEmulator -Confirm:$false
    Get-ToriiConnection | Disconnect-Torii
    Clear-ToriiSigningKey
}

Describe 'Keys of an issuer' {
    BeforeEach { Clear-ToriiSigningKey }

    It 'are fetched once' {
        $before = Get-KeyRequestCount
        1..50 | ForEach-Object { $good } | Test-ToriiToken | Should -Not -Contain $false
        Test-ToriiToken $good | Should -BeTrue
        (Get-KeyRequestCount) - $before | Should -Be 1
    }

    It 'are fetched once for many unknown keys' {
        $before = Get-KeyRequestCount
        1..20 | ForEach-Object { New-ToriiEmulatorToken $user.UserId -KeyId "attack $_" } | Test-ToriiToken | Should -Not -Contain $true
        (Get-KeyRequestCount) - $before | Should -Be 1
    }

    It 'are fetched again after a key rotation, and old tokens stay valid' {
        Test-ToriiToken $good | Should -BeTrue
        $new = New-ToriiEmulatorToken $user.UserId -RotateKey
        $new, $good | Test-ToriiToken | Should -Be $true, $true
        @(Get-ToriiSigningKey $emulator.Issuer).Count | Should -Be 2
    }

    It 'that are not available are an error without a result' {
        $run = Test-ToriiToken $good -Issuer http://127.0.0.1:9 -ErrorAction SilentlyContinue -ErrorVariable problem
        $run | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'Torii.KeysUnavailable,*'
        $problem[0].CategoryInfo.Category | Should -Be ResourceUnavailable
        $problem[0].TargetObject | Should -BeNullOrEmpty
        Get-Reason { ConvertFrom-ToriiToken $good -Issuer http://127.0.0.1:9 -ErrorAction Stop } | Should -Be Torii.KeysUnavailable
    }

    It 'can be interrupted while the issuer does not respond' {
        $silent = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $silent.Start()
        $ps = [powershell]::Create().AddScript('param($m, $t, $i) Import-Module $m; Test-ToriiToken $t -Issuer $i').AddArgument($module).AddArgument($good).AddArgument("http://127.0.0.1:$($silent.LocalEndpoint.Port)")
        try {
            $null = $ps.BeginInvoke()
            while (-not $silent.Pending()) { [Threading.Thread]::Sleep(10) }
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $ps.Stop()
            $watch.ElapsedMilliseconds | Should -BeLessThan 1000
        }
        finally { $ps.Dispose(); $silent.Stop() }
    }

    It 'can be listed and removed, and -WhatIf removes none' {
        Get-ToriiSigningKey | Should -BeNullOrEmpty
        $null = Test-ToriiToken $good
        $key = Get-ToriiSigningKey | Where-Object KeyId -EQ $jwks.keys[0].kid
        $key.Issuer | Should -Be $emulator.Issuer
        $key.Algorithm | Should -Be ES256
        @(Get-ToriiSigningKey 'http://127*').Count | Should -BeGreaterThan 0
        Get-ToriiSigningKey https://acme.torii.so | Should -BeNullOrEmpty
        Clear-ToriiSigningKey -WhatIf
        Clear-ToriiSigningKey https://acme.torii.so
        Get-ToriiSigningKey | Should -Not -BeNullOrEmpty
        $key | Clear-ToriiSigningKey
        Get-ToriiSigningKey | Should -BeNullOrEmpty
    }

    It 'can be specified, and then no request is sent' {
        $all = Invoke-RestMethod "$($emulator.Issuer)/_torii/.well-known/jwks.json"
        $null = Test-ToriiToken $good
        $cached = Get-ToriiSigningKey
        $file = Join-Path $TestDrive jwks.json
        $all | ConvertTo-Json -Depth 5 | Set-Content $file -Encoding utf8BOM
        Clear-ToriiSigningKey
        $before = Get-KeyRequestCount
        $good, $forged | Test-ToriiToken -JwksPath $file | Should -Be $true, $false
        Test-ToriiToken $good -Jwks (Get-Content $file -Raw) | Should -BeTrue
        Test-ToriiToken $good -Jwks (Get-Content $file) | Should -BeTrue
        Test-ToriiToken $good -Jwks $all | Should -BeTrue
        Test-ToriiToken $good -Jwks (Get-Content $file -Raw | ConvertFrom-Json -AsHashtable) | Should -BeTrue
        Test-ToriiToken $good -Jwks $cached | Should -BeTrue
        Test-ToriiToken $good -Jwks '{"keys":[]}' | Should -BeFalse
        (Get-KeyRequestCount) - $before | Should -Be 0
        Get-ToriiSigningKey | Should -BeNullOrEmpty
        Get-Reason { Test-ToriiToken $good -Jwks 'x' -ErrorAction Stop } | Should -Be Torii.InvalidJwks
        Get-Reason { Test-ToriiToken $good -JwksPath "$TestDrive/none" -ErrorAction Stop } | Should -Be Torii.InvalidJwks
        Get-Reason { Test-ToriiToken $good -Jwks $all -JwksPath $file -ErrorAction Stop } | Should -Be Torii.AmbiguousInput
    }

    It 'that Get-ToriiSigningKey returns for one issuer are not used for another' {
        $null = Test-ToriiToken $good
        $foreign = New-ToriiEmulatorToken $user.UserId -Claim @{ iss = 'https://acme.torii.so' }
        Test-ToriiToken $foreign -Issuer https://acme.torii.so -Jwks (Get-ToriiSigningKey) | Should -BeFalse
        Get-Reason { ConvertFrom-ToriiToken $foreign -Issuer https://acme.torii.so -Jwks (Get-ToriiSigningKey) -ErrorAction Stop } | Should -Be Torii.TokenUnknownKey
    }
}
