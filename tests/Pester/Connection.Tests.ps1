BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 20 -NoConnection
    $key = $emulator.GetSecretKey()
    $url = $emulator.ApiUrl
}
AfterAll { Stop-TestEmulator }

Describe 'Connections' {
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Disconnect-Torii
        'TORII_SECRET_KEY', 'TORII_API_URL', 'TORII_ISSUER' | ForEach-Object { Remove-Item "env:$_" -ErrorAction Ignore }
    }

    Context 'Connect-Torii' {
        It 'takes the key as <Kind>' -ForEach @(
            @{ Kind = 'text'; Make = { param($k) $k } }
            @{ Kind = 'a SecureString'; Make = { param($k) ConvertTo-SecureString $k -AsPlainText } }
            @{ Kind = 'a line of a file, line break and all'; Make = { param($k) " $k`r`n" } }
        ) {
            Connect-Torii -SecretKey (& $Make $key) -ApiUrl $url
            @(Get-ToriiUser -First 1).Count | Should -Be 1
        }

        It 'emits nothing, and the connection with -PassThru' {
            (Invoke-Watched { Connect-Torii -SecretKey $key -ApiUrl $url }).Output | Should -BeNullOrEmpty
            Connect-Torii -SecretKey $key -ApiUrl $url -PassThru | Should -BeOfType Torii.ToriiConnection
        }

        It 'proves the key by a single request for a single user' {
            $run = Invoke-Watched { Connect-Torii -SecretKey $key -ApiUrl $url }
            $run.Requests.path | Should -Be '/api/server/v1/users/search?limit=1'
        }

        It 'sends nothing with -SkipCheck' {
            $run = Invoke-Watched { Connect-Torii -SecretKey $key -ApiUrl $url -SkipCheck }
            $run.Errors | Should -BeNullOrEmpty
            $run.Requests | Should -BeNullOrEmpty
            Get-ToriiConnection | Should -HaveCount 1
        }

        It 'takes an emulator from the pipeline, issuer and all' {
            $emulator | Connect-Torii
            $connection = Get-ToriiConnection
            $connection.ApiUrl | Should -Be $emulator.ApiUrl
            $connection.Issuer | Should -Be $emulator.Issuer
        }

        It 'refuses <Key> as a key before anything is sent' -ForEach @(
            @{ Key = 'pk_test_0123456789abcdef' }, @{ Key = 'sk_prod_0123456789abcdef' }, @{ Key = 'sk_test_' }, @{ Key = 'SK_TEST_0123456789abcdef' }
            @{ Key = "sk_test_01234567`r`nX-Injected: 1" }, @{ Key = 'Bearer sk_test_0123456789abcdef' }
        ) {
            $run = Invoke-Watched { Connect-Torii -SecretKey $Key -ApiUrl $url }
            $run.EndedBy | Should -Not -BeNullOrEmpty
            Assert-ToriiError $run.EndedBy Torii.InvalidSecretKey InvalidArgument '*sk_test_*sk_live_*'
            if ($Key.Length -gt 10) { $run.EndedBy.Exception.ToString() | Should -Not -BeLike "*$Key*" }
            $run.Requests | Should -BeNullOrEmpty
        }

        It 'refuses <Address> as an address, because it <Why>' -ForEach @(
            @{ Address = 'http://api.torii.so'; Why = 'would send the key in the clear' }
            @{ Address = 'http://127.0.0.1.example.com'; Why = 'only looks like loopback' }
            @{ Address = 'ftp://api.torii.so'; Why = 'is no web address' }
            @{ Address = 'api.torii.so'; Why = 'is not absolute' }
            @{ Address = ''; Why = 'is empty' }
            @{ Address = 'https://user:password@api.torii.so'; Why = 'carries a password' }
            @{ Address = 'https://api.torii.so/?tenant=1'; Why = 'has a query' }
        ) {
            $run = Invoke-Watched { Connect-Torii -SecretKey $key -ApiUrl $Address }
            Assert-ToriiError $run.EndedBy Torii.InvalidApiUrl InvalidArgument '*API address*'
            "$($run.EndedBy)" | Should -Not -BeLike '*password@*'
            Get-ToriiConnection | Should -BeNullOrEmpty
        }

        It 'takes http for <Address>, which is loopback' -ForEach @(@{ Address = 'http://localhost' }, @{ Address = 'http://127.0.0.1' }, @{ Address = 'http://[::1]' }) {
            Connect-Torii -SecretKey $key -ApiUrl "${Address}:$($emulator.Port)" -SkipCheck
            (Get-ToriiConnection).ApiUrl.Host | Should -BeIn 'localhost', '127.0.0.1', '[::1]'
        }

        # That a failure closes the connection of that name: FailedConnect.Tests.ps1.
        It 'Refuses <What>' -ForEach @(
            @{ What = 'a key that the service rejects'; Arguments = @{ SecretKey = 'sk_test_notTheRightOne0000000000' }; Id = 'Torii.Unauthorized' }
            @{ What = 'an issuer that is not an address'; Arguments = @{ Issuer = 'acme' }; Id = 'Torii.InvalidIssuer' }
            @{ What = 'a proxy that is not an address'; Arguments = @{ Proxy = 'nowhere' }; Id = 'Torii.InvalidProxy' }
            @{ What = 'a proxy with another scheme'; Arguments = @{ Proxy = 'ftp://127.0.0.1' }; Id = 'Torii.InvalidProxy' }
            @{ What = 'a proxy with a password'; Arguments = @{ Proxy = 'http://me:secret@127.0.0.1:1' }; Id = 'Torii.InvalidProxy' }
        ) {
            $all = @{ SecretKey = 'sk_test_notTheRightOne0000000000'; ApiUrl = $url; MaxRetry = 0 } + @{}
            $Arguments.GetEnumerator() | ForEach-Object { $all[$_.Key] = $_.Value }
            $run = Invoke-Watched { Connect-Torii @all }
            Assert-ToriiError $run.EndedBy $Id
            "$($run.EndedBy)" | Should -Not -BeLike '*secret@*'
            Get-ToriiConnection | Should -BeNullOrEmpty
        }

        It 'falls back to the environment for key, address and issuer' {
            $env:TORII_SECRET_KEY = "$key`n"
            $env:TORII_API_URL = $url
            $env:TORII_ISSUER = 'https://acme.torii.so'
            $connection = Connect-Torii -PassThru
            $connection.ApiUrl | Should -Be $url
            $connection.Issuer | Should -Be 'https://acme.torii.so'
            @(Get-ToriiUser -First 1).Count | Should -Be 1
        }

        It 'prefers what is given to the environment' {
            $env:TORII_SECRET_KEY = 'sk_live_ofAnotherTenant000000000'
            $env:TORII_API_URL = 'https://elsewhere.invalid'
            $env:TORII_ISSUER = 'https://elsewhere.invalid'
            $connection = Connect-Torii -SecretKey $key -ApiUrl $url -Issuer https://acme.torii.so -PassThru
            $connection.Environment | Should -Be test
            $connection.ApiUrl | Should -Be $url
            $connection.Issuer | Should -Be 'https://acme.torii.so'
        }

        It 'does not mix an emulator with the environment' {
            $env:TORII_SECRET_KEY = 'sk_live_ofAnotherTenant000000000'
            $env:TORII_API_URL = 'https://elsewhere.invalid'
            $env:TORII_ISSUER = 'https://elsewhere.invalid'
            $connection = $emulator | Connect-Torii -PassThru
            $connection.Environment, "$($connection.ApiUrl)", $connection.Issuer | Should -Be 'test', "$url", $emulator.Issuer
        }

        It 'holds the environment to the same rules as parameters' {
            $env:TORII_SECRET_KEY = $key
            $env:TORII_API_URL = 'http://example.com'
            Assert-ToriiError (Invoke-Watched { Connect-Torii }).EndedBy Torii.InvalidApiUrl InvalidArgument '*TORII_API_URL*'
        }

        It 'refuses a blank <Variable>' -ForEach @(
            foreach ($blank in ' ', "`t`r`n") {
                @{ Variable = 'TORII_SECRET_KEY'; Blank = $blank; Id = 'Torii.InvalidSecretKey'; With = @{} }
                @{ Variable = 'TORII_API_URL'; Blank = $blank; Id = 'Torii.InvalidApiUrl'; With = @{ SecretKey = 'sk_live_0123456789abcdef' } }
                @{ Variable = 'TORII_ISSUER'; Blank = $blank; Id = 'Torii.InvalidIssuer'; With = @{ SecretKey = 'sk_live_0123456789abcdef' } }
            }
        ) {
            # The default of a variable that was not filled in may be another environment.
            [Environment]::SetEnvironmentVariable($Variable, $Blank)
            $run = Invoke-Watched { Connect-Torii @With -SkipCheck }
            Assert-ToriiError $run.EndedBy $Id InvalidArgument "*$Variable is empty*"
            $run.EndedBy.ErrorDetails.RecommendedAction | Should -BeLike "*$Variable*"
            Get-ToriiConnection | Should -BeNullOrEmpty
        }

        It 'refuses an empty TORII_API_URL of its process' -Skip:$IsWindows {
            # A container or a workflow sets an undefined value so. Windows has no empty variables.
            $run = Invoke-Shell 'try { Connect-Torii -SecretKey sk_live_0123456789abcdef -SkipCheck } catch { "$_" }; @(Get-ToriiConnection).Count' @{ TORII_API_URL = '' }
            $run.Output.Trim() -split '\r?\n' | Should -Be 'The environment variable TORII_API_URL is empty.', '0'
        }

        It 'does not look at a blank variable where the parameter is given' {
            'TORII_SECRET_KEY', 'TORII_API_URL', 'TORII_ISSUER' | ForEach-Object { [Environment]::SetEnvironmentVariable($_, ' ') }
            (Connect-Torii -SecretKey $key -ApiUrl $url -Issuer https://acme.torii.so -PassThru).ApiUrl | Should -Be $url
            ($emulator | Connect-Torii -PassThru).ApiUrl | Should -Be $url
        }

        It 'says where to get a key from when there is none' {
            $run = Invoke-Watched { Connect-Torii }
            Assert-ToriiError $run.EndedBy Torii.InvalidSecretKey InvalidArgument
            $run.EndedBy.ErrorDetails.RecommendedAction | Should -BeLike '*TORII_SECRET_KEY*'
        }

        It 'goes to the official address unless told, and shows that' {
            (Connect-Torii -SecretKey sk_live_0123456789abcdef -SkipCheck -PassThru).ApiUrl | Should -Be 'https://api.torii.so/'
        }

        It 'Sends requests for https through -Proxy' {
            # A tunnel comes first: CONNECT to the host of the address, without the key.
            $proxy = Start-ScriptedServer { @{ Status = 502 } }
            try {
                $run = Invoke-Watched { Connect-Torii -SecretKey $key -ApiUrl https://api.example.invalid -Proxy $proxy.Url -MaxRetry 0 }
                Assert-ToriiError $run.EndedBy Torii.ConnectionFailed ConnectionError '*proxy*'
                $request = @($proxy.Requests)[0]
                "$($request.Method) $($request.Path)" | Should -Be 'CONNECT api.example.invalid:443'
                "$($request.Headers.Values)".Contains($key) | Should -BeFalse
            }
            finally { Stop-ScriptedServer $proxy }
        }

        It 'gives up an attempt after -TimeoutSec' {
            Add-Fault @{ operation = 'searchUsers'; kind = 'slow'; delayMs = 20000 }
            $run = Invoke-Watched { Connect-Torii -SecretKey $key -ApiUrl $url -TimeoutSec 1 -MaxRetry 0 }
            Assert-ToriiError $run.EndedBy Torii.Timeout OperationTimeout '*1 s*'
            $run.ElapsedMs | Should -BeLessThan 5000
        }

        It 'tries again as often as -MaxRetry says, and no more' -ForEach @(@{ Retries = 0 }, @{ Retries = 3 }) {
            Add-Fault @{ operation = 'searchUsers'; kind = 'status'; status = 503; retryAfter = '0' }
            $run = Invoke-Watched { Connect-Torii -SecretKey $key -ApiUrl $url -MaxRetry $Retries }
            $run.Requests | Should -HaveCount ($Retries + 1)
            Assert-ToriiError $run.EndedBy Torii.ServiceUnavailable ResourceUnavailable
        }
    }

    Context 'Get-ToriiConnection' {
        It 'shows name, address, issuer, environment and a hint of the key' {
            Connect-Torii -SecretKey sk_live_0123456789abcdef9f2c -ApiUrl $url -Issuer https://acme.torii.so -Name eu -SkipCheck
            $connection = Get-ToriiConnection
            $connection.Name, "$($connection.ApiUrl)", $connection.Issuer, $connection.Environment, $connection.KeyHint |
                Should -Be 'eu', "$url", 'https://acme.torii.so', 'live', 'sk_live_…9f2c'
        }

        It 'gives no hint of a key so short that the hint would be most of it' {
            (Connect-Torii -SecretKey sk_test_abcdef -ApiUrl $url -SkipCheck -PassThru).KeyHint | Should -Be 'sk_test_…'
        }

        It 'finds by name and wildcard in any case, and says when a name is not there' {
            'eu-test', 'eu-live', 'us' | ForEach-Object { Connect-Torii -SecretKey $key -ApiUrl $url -Name $_ -SkipCheck }
            (Get-ToriiConnection EU-*).Name | Should -Be 'eu-live', 'eu-test'
            (Get-ToriiConnection US).Name | Should -Be 'us'
            Get-ToriiConnection x* | Should -BeNullOrEmpty
            Assert-ToriiError (Invoke-Watched { Get-ToriiConnection mars }).Errors[0] Torii.NotConnected ConnectionError "*'mars'*"
        }
    }

    Context 'Named connections' {
        It 'are used by name in any case, and by object' {
            Connect-Torii -SecretKey $key -ApiUrl $url -Name Acme
            @(Get-ToriiUser -First 1 -Connection acme).Count | Should -Be 1
            @(Get-ToriiUser -First 1 -Connection (Get-ToriiConnection Acme)).Count | Should -Be 1
        }

        It 'are never taken for the default' {
            Connect-Torii -SecretKey $key -ApiUrl $url -Name acme
            $run = Invoke-Watched { Get-ToriiUser -First 1 }
            Assert-ToriiError $run.EndedBy Torii.NotConnected ConnectionError '*acme*'
            $run.Requests | Should -BeNullOrEmpty
        }

        It 'are completed at the prompt' {
            'acme', 'acme two', 'other' | ForEach-Object { Connect-Torii -SecretKey $key -ApiUrl $url -Name $_ -SkipCheck }
            $line = 'Get-ToriiUser -Connection ac'
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'acme', "'acme two'"
        }

        It 'are forgotten one by one' {
            'one', 'two' | ForEach-Object { Connect-Torii -SecretKey $key -ApiUrl $url -Name $_ -SkipCheck }
            $run = Invoke-Watched { Disconnect-Torii one }
            $run.Requests | Should -BeNullOrEmpty
            (Get-ToriiConnection).Name | Should -Be two
            Assert-ToriiError (Invoke-Watched { Disconnect-Torii one }).Errors[0] Torii.NotConnected ConnectionError "*'one'*"
        }
    }

    Context 'A connection belongs to its runspace (C1)' {
        It 'is no default in another runspace' {
            Connect-Torii -SecretKey $key -ApiUrl $url
            $module = Get-ModulePath
            $run = Invoke-Watched { 1 | ForEach-Object -Parallel { Import-Module $using:module; @(Get-ToriiConnection).Count; Get-ToriiUser -First 1 } }
            $run.Output | Should -Be 0
            Assert-ToriiError $run.Errors[0] Torii.NotConnected ConnectionError
            $run.Requests | Should -BeNullOrEmpty
        }

        It 'does not replace the default here when another runspace connects' {
            $mine = Connect-Torii -SecretKey $key -ApiUrl $url -PassThru
            $module = Get-ModulePath
            1 | ForEach-Object -Parallel { Import-Module $using:module; Connect-Torii -SecretKey sk_live_0123456789abcdef -ApiUrl $using:url -SkipCheck }
            [object]::ReferenceEquals((Get-ToriiConnection), $mine) | Should -BeTrue
        }

        It 'works in another runspace as -Connection $using:connection, whatever that runspace connected to' {
            $connection = Connect-Torii -SecretKey $key -ApiUrl $url -PassThru
            $module = Get-ModulePath
            $found = 1..4 | ForEach-Object -Parallel {
                Import-Module $using:module
                Connect-Torii -SecretKey sk_live_0123456789abcdef -ApiUrl http://localhost:1 -SkipCheck
                Get-ToriiUser -First 1 -Connection $using:connection
            } -ThrottleLimit 2
            $found | Should -HaveCount 4
        }

        It 'is one and the same inside and outside of a function' {
            function Connect-Here { Connect-Torii -SecretKey $key -ApiUrl $url -Name inner }
            Connect-Here
            (Get-ToriiConnection).Name | Should -Be inner
        }

        It 'is refused with its own message as the dead copy that Start-Job gets' {
            $connection = Connect-Torii -SecretKey $key -ApiUrl $url -PassThru
            $module = Get-ModulePath
            $run = Invoke-Watched { Start-Job { Import-Module $using:module; Get-ToriiUser -First 1 -Connection $using:connection } | Receive-Job -Wait -AutoRemoveJob }
            $run.Output | Should -BeNullOrEmpty
            "$($run.Errors[0])" | Should -BeLike '*copy from another process*Connect-Torii*'
            $run.Requests | Should -BeNullOrEmpty
        }
    }
}
