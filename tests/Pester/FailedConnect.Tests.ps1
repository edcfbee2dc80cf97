# After a failed Connect-Torii no command reaches an environment that the caller no longer means.
BeforeDiscovery {
    $failures = @(
        @{ Why = 'the service rejects the key'; Get = { @{ SecretKey = 'sk_test_wrongButWellFormed00000009f2c'; ApiUrl = $url } }; Says = '401|key' }
        @{ Why = 'the port refuses'; Get = { @{ SecretKey = $key; ApiUrl = "http://127.0.0.1:$refused" } }; Says = '127\.0\.0\.1' }
        @{ Why = 'the host does not resolve'; Get = { @{ SecretKey = $key; ApiUrl = 'https://no-such-host.invalid' } }; Says = 'no-such-host' }
        @{ Why = 'the service answers HTML'; Get = { Add-Fault @{ operation = 'searchUsers'; kind = 'html'; times = 1 }; @{ SecretKey = $key; ApiUrl = $url } }; Says = 'HTML' }
        @{ Why = 'the service is unavailable'; Get = { Add-Fault @{ operation = 'searchUsers'; kind = 'status'; status = 503; times = 1 }; @{ SecretKey = $key; ApiUrl = $url } }; Says = '503' }
        @{ Why = 'the key is not a secret key'; Get = { @{ SecretKey = 'nonsense-that-is-long'; ApiUrl = $url } }; Says = 'key' }
        @{ Why = 'the key is $null'; Get = { @{ SecretKey = $null; ApiUrl = $url } }; Says = 'key' }
        @{ Why = 'the key is empty'; Get = { @{ SecretKey = ''; ApiUrl = $url } }; Says = 'key' }
        @{ Why = 'the key is blank'; Get = { @{ SecretKey = '  '; ApiUrl = $url } }; Says = 'key' }
        @{ Why = 'the key is an empty SecureString'; Get = { @{ SecretKey = [securestring]::new(); ApiUrl = $url } }; Says = 'key' }
        @{ Why = 'no key is given'; Get = { @{ ApiUrl = $url } }; Says = 'key' }
        @{ Why = 'the address would send the key in the clear'; Get = { @{ SecretKey = $key; ApiUrl = 'http://example.com' } }; Says = 'ApiUrl|example\.com' }
        @{ Why = 'the address is relative'; Get = { @{ SecretKey = $key; ApiUrl = 'api.torii.so' } }; Says = 'ApiUrl|api\.torii\.so' }
        @{ Why = 'the address is empty'; Get = { @{ SecretKey = $key; ApiUrl = '' } }; Says = 'ApiUrl|address' }
        @{ Why = 'the address is $null'; Get = { @{ SecretKey = $key; ApiUrl = $null } }; Says = 'ApiUrl|address' }
        @{ Why = 'the issuer is invalid'; Get = { @{ SecretKey = $key; ApiUrl = $url; Issuer = 'acme' } }; Says = 'ssuer' }
        @{ Why = 'the proxy is invalid'; Get = { @{ SecretKey = $key; ApiUrl = $url; Proxy = 'nowhere' } }; Says = 'roxy' }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 40 -NoConnection
    $key = $emulator.GetSecretKey()
    $url = $emulator.ApiUrl
    $refused = Get-FreePort
    Connect-Torii -SecretKey $key -ApiUrl $url -SkipCheck
    $people = @(Get-ToriiUser -Status active)

    # What a caller runs next, without looking whether connecting worked.
    $next = @(
        @{ Name = 'Get-ToriiUser'; Do = { param($c) Get-ToriiUser -First 1 @c } }
        @{ Name = 'Get-ToriiSession'; Do = { param($c) Get-ToriiSession $people[0].UserId @c } }
        @{ Name = 'New-ToriiUser'; Do = { param($c) New-ToriiUser "next$([guid]::NewGuid().ToString('n'))@example.com" @c } }
        @{ Name = 'Set-ToriiUser'; Do = { param($c) Set-ToriiUser $people[0].UserId -Locale da @c } }
        @{ Name = 'Block-ToriiUser'; Do = { param($c) Block-ToriiUser $people[0].UserId @c } }
        @{ Name = 'Remove-ToriiUser'; Do = { param($c) Remove-ToriiUser $people[0].UserId -Force @c } }
        @{ Name = 'Revoke-ToriiSession'; Do = { param($c) Revoke-ToriiSession $people[0].UserId @c } }
    )

    function Assert-Closed([string] $Name, [string] $Says) {
        $connection = $Name -eq 'default' ? @{} : @{ Connection = $Name }
        foreach ($one in $next) {
            $run = Invoke-Watched { & $one.Do $connection }
            $run.Requests | Should -BeNullOrEmpty -Because "$($one.Name) must not use the earlier connection"
            $run.Output | Should -BeNullOrEmpty
            Assert-ToriiError $run.Errors[0] Torii.NotConnected ConnectionError
            "$($run.Errors[0])" | Should -Match '\b\d{1,2}:\d{2}\b' -Because 'the message says when connecting failed'
            "$($run.Errors[0])" | Should -Match $Says -Because 'the message says why connecting failed'
            $run.Errors[0].Exception.ToString().Contains($key) | Should -BeFalse
        }
        (Get-ToriiConnection).Name | Should -Not -Contain $Name
    }
    function Assert-Open([string] $Name) {
        $connection = $Name -eq 'default' ? @{} : @{ Connection = $Name }
        $run = Invoke-Watched { Get-ToriiUser -First 1 @connection }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -HaveCount 1
    }
}
AfterAll { Stop-TestEmulator }

Describe 'A failed Connect-Torii' {
    BeforeEach {
        Get-ToriiConnection | Disconnect-Torii
        Connect-Torii -SecretKey $key -ApiUrl $url -MaxRetry 0 -SkipCheck
        Connect-Torii -SecretKey $key -ApiUrl $url -Name acme -MaxRetry 0 -SkipCheck
    }
    AfterEach { Clear-Fault }

    It 'Closes the default connection, and only that, when <Why>' -ForEach $failures {
        $arguments = & $Get
        (Invoke-Watched { Connect-Torii @arguments -MaxRetry 0 }).Errors | Should -Not -BeNullOrEmpty
        Assert-Closed default $Says
        Assert-Open acme
    }

    It 'Closes the named connection, and only that, when <Why>' -ForEach $failures {
        $arguments = & $Get
        (Invoke-Watched { Connect-Torii @arguments -Name acme -MaxRetry 0 }).Errors | Should -Not -BeNullOrEmpty
        Assert-Closed acme $Says
        Assert-Open default
    }

    It 'Closes a name whatever its case' {
        $null = Invoke-Watched { Connect-Torii -SecretKey nonsense-that-is-long -ApiUrl $url -Name ACME }
        Assert-Closed acme key
    }

    It 'Is closed for an emulator that has ended' {
        $ended = Start-TestEmulator -Users 0 -NoConnection -Additional
        Stop-ToriiEmulator -Port $ended.Port
        (Invoke-Watched { $ended | Connect-Torii -Name acme -MaxRetry 0 }).Errors | Should -Not -BeNullOrEmpty
        Assert-Closed acme "$($ended.Port)|127\.0\.0\.1|localhost"
        Assert-Open default
    }

    It 'Connects to none of several emulators' {
        $second = Start-TestEmulator -Users 1 -NoConnection -Additional
        try {
            foreach ($name in 'default', 'acme') {
                $seconds = Get-JournalEnd $second
                $run = Invoke-Watched { $emulator, $second | Connect-Torii -Name $name -PassThru }
                Assert-ToriiError $run.EndedBy Torii.AmbiguousInput InvalidArgument '*Several emulators*'
                $run.Output | Should -BeNullOrEmpty
                $run.Requests | Should -BeNullOrEmpty
                Get-Journal $seconds $second | Should -BeNullOrEmpty
                Assert-Closed $name 'emulators'
            }
            # As the error recommends.
            $emulator, $second | ForEach-Object { Connect-Torii -Emulator $_ -Name $_.Port }
            (Get-ToriiConnection $second.Port).ApiUrl | Should -Be $second.ApiUrl
            (Get-ToriiConnection $emulator.Port).ApiUrl | Should -Be $url
        }
        finally {
            Stop-ToriiEmulator -Port $second.Port -Confirm:$false
            $emulator.Port, $second.Port | ForEach-Object { Disconnect-Torii $_ -ErrorAction Ignore }
        }
    }

    It 'Explains itself under a name that was never connected' {
        $null = Invoke-Watched { Connect-Torii -SecretKey nonsense-that-is-long -ApiUrl $url -Name fresh }
        Assert-Closed fresh key
        Assert-Open default
        Assert-Open acme
    }

    It 'Is named by Get-ToriiConnection, too' {
        $null = Invoke-Watched { Connect-Torii -SecretKey nonsense-that-is-long -ApiUrl $url -Name acme }
        Assert-ToriiError (Invoke-Watched { Get-ToriiConnection acme }).Errors[0] Torii.NotConnected ConnectionError '*key*'
    }

    It 'Leaves no way for a <Kind> user of the closed name' -ForEach @(
        @{ Kind = 'live'; Make = { param($u) $u } }
        @{ Kind = 'deserialized'; Make = { param($u) [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($u)) } }
        @{ Kind = 'CSV'; Make = { param($u) $u | ConvertTo-Csv | ConvertFrom-Csv } }
    ) {
        $user = & $Make (Get-ToriiUser $people[1].UserId -Connection acme)
        $null = Invoke-Watched { Connect-Torii -SecretKey nonsense-that-is-long -ApiUrl $url -Name acme }
        $run = Invoke-Watched { $user | Block-ToriiUser }
        $run.Requests | Should -BeNullOrEmpty
        ($run.Errors[0].FullyQualifiedErrorId -split ',')[0] | Should -BeIn 'Torii.NotConnected', 'Torii.ConnectionGone'
        "$($run.Errors[0])" | Should -BeLike "*acme*"
    }

    It 'Is lifted by a successful connect under that name' {
        foreach ($name in 'default', 'acme') {
            $null = Invoke-Watched { Connect-Torii -SecretKey nonsense-that-is-long -ApiUrl $url -Name $name }
            Assert-Closed $name key
            Connect-Torii -SecretKey $key -ApiUrl $url -Name $name -MaxRetry 0
            Assert-Open $name
            Disconnect-Torii $name
            # The earlier failure is over: it is not told again.
            $connection = $name -eq 'default' ? @{} : @{ Connection = $name }
            $run = Invoke-Watched { Get-ToriiUser -First 1 @connection }
            Assert-ToriiError $run.Errors[0] Torii.NotConnected ConnectionError
            "$($run.Errors[0])" | Should -Not -Match '\b\d{1,2}:\d{2}\b'
            Connect-Torii -SecretKey $key -ApiUrl $url -Name $name -MaxRetry 0 -SkipCheck
        }
    }

    It 'Does not close the same name of another runspace' {
        $null = Invoke-Watched { Invoke-Apart { param($u) Connect-Torii -SecretKey nonsense-that-is-long -ApiUrl $u } @{ u = $url } }
        Assert-Open default
    }
}

Describe 'Connect-Torii without pipeline input' {
    BeforeEach {
        Get-ToriiConnection | Disconnect-Torii
        Connect-Torii -SecretKey $key -ApiUrl $url -MaxRetry 0 -SkipCheck
        Connect-Torii -SecretKey $key -ApiUrl $url -Name acme -MaxRetry 0 -SkipCheck
    }

    It 'Fails for <What> and closes the default connection' -ForEach @(
        @{ What = 'an empty list'; Do = { @() | Connect-Torii } }
        @{ What = 'an emulator that was not found'; Do = { Get-ToriiEmulator | Where-Object Port -EQ $refused | Connect-Torii } }
        @{ What = '$null'; Do = { $null | Connect-Torii } }
    ) {
        $run = Invoke-Watched $Do
        $run.Errors | Should -Not -BeNullOrEmpty
        $run.Output | Should -BeNullOrEmpty
        Assert-Closed default '.'
        Assert-Open acme
    }

    It 'Fails for an empty list under a name and closes that name' {
        (Invoke-Watched { @() | Connect-Torii -Name acme }).Errors | Should -Not -BeNullOrEmpty
        Assert-Closed acme '.'
        Assert-Open default
    }

    It 'Ends a script that stops at errors before its next line' {
        $run = Invoke-Watched { $ErrorActionPreference = 'Stop'; @() | Connect-Torii; Block-ToriiUser $people[0].UserId }
        $run.EndedBy | Should -Not -BeNullOrEmpty
        $run.Requests | Should -BeNullOrEmpty
    }
}
