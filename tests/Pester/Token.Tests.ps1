BeforeAll {
    $module = [IO.Path]::GetFullPath("$PSScriptRoot/../../out/Torii/Torii.psd1")
    'TORII_SECRET_KEY', 'TORII_API_URL', 'TORII_ISSUER' | ForEach-Object { [Environment]::SetEnvironmentVariable($_, [NullString]::Value) }
    Import-Module $module
    Get-ToriiConnection | Disconnect-Torii
    $emulator = Start-ToriiEmulator -Users 20
    $emulator | Connect-Torii
    $user = @(Get-ToriiUser -Status active -First 1)[0]
    $good = $user | New-ToriiEmulatorToken -ExpiresInSec 3600
    $jwks = Invoke-RestMethod "$($emulator.Issuer)/_torii/.well-known/jwks.json"
    # A token that is good in form and by a stranger's key.
    $forged = New-ToriiEmulatorToken $user.UserId -OtherKey -KeyId $jwks.keys[0].kid

    function Get-KeyRequestCount { @((Invoke-RestMethod "$($emulator.ApiUrl)_emulator/journal?after=0" -Headers @{ Authorization = "Bearer $($emulator.GetSecretKey())" }).entries | Where-Object operation -EQ jwks).Count }
    # Every stream of a script as text, and the errors that it left.
    function Get-Everything([scriptblock] $Script) {
        $before = $global:Error.Count
        $all = & $Script *>&1
        $all | ForEach-Object { "$_"; $_ | Format-List * -Force | Out-String -Width 4096; try { ConvertTo-Json $_ -Depth 4 -WarningAction Ignore } catch { } }
        $global:Error | Select-Object -First ($global:Error.Count - $before) | ForEach-Object { Get-Error -InputObject $_ | Out-String -Width 4096 }
    }
    function Get-Reason([scriptblock] $Script) { try { $null = & $Script } catch { ($_.FullyQualifiedErrorId -split ',')[0] } }
}
AfterAll {
    Stop-ToriiEmulator -Confirm:$false
    Get-ToriiConnection | Disconnect-Torii
    Clear-ToriiSigningKey
}

Describe 'Test-ToriiToken' {
    It 'returns one Boolean for each pipeline object, in order, and nothing else' {
        $answers = @($good, $forged, '', $null, 'x', $good | Test-ToriiToken)
        $answers | Should -Be $true, $false, $false, $false, $false, $true
        $answers | ForEach-Object { $_ | Should -BeOfType [bool] }
        @(@() | Test-ToriiToken).Count | Should -Be 0
    }

    It 'takes a SecureString' {
        Test-ToriiToken (ConvertTo-SecureString $good -AsPlainText) | Should -BeTrue
        (ConvertTo-SecureString $forged -AsPlainText) | Test-ToriiToken | Should -BeFalse
    }

    It 'writes the reason of a refusal with -Verbose' {
        $said = Test-ToriiToken $forged -Verbose 4>&1
        "$said" | Should -BeLike '*Torii.TokenSignature*'
    }

    It 'reports an object that is not a token as an error without a result' {
        Get-Reason { Test-ToriiToken 42 -ErrorAction Stop } | Should -Be Torii.InvalidTokenInput
        @(42, $good | Test-ToriiToken -ErrorAction SilentlyContinue) | Should -Be @($true)
    }

    It 'uses -Issuer instead of the connection''s issuer and compares it exactly' {
        Test-ToriiToken $good -Issuer $emulator.Issuer | Should -BeTrue
        Test-ToriiToken $good -Issuer "$($emulator.Issuer)/" | Should -BeTrue
        Test-ToriiToken $good -Issuer https://acme.torii.so -Jwks $jwks | Should -BeFalse
        Test-ToriiToken $good -Issuer "$($emulator.Issuer)/x" -Jwks $jwks | Should -BeFalse
        Get-Reason { Test-ToriiToken $good -Issuer http://acme.torii.so -ErrorAction Stop } | Should -Be Torii.InvalidIssuer
    }

    It 'needs an issuer' {
        $ps = [powershell]::Create().AddScript('param($m, $t) Import-Module $m; try { Test-ToriiToken $t } catch { $_.FullyQualifiedErrorId }').AddArgument($module).AddArgument($good)
        $ps.Invoke() | Should -BeLike 'Torii.NotConnected,*'
        $ps.Dispose()
    }

    It 'checks the audience only with -Audience' {
        $web = New-ToriiEmulatorToken $user.UserId -Claim @{ aud = 'web', 'api' }
        Test-ToriiToken $web | Should -BeTrue
        Test-ToriiToken $web -Audience api, other | Should -BeTrue
        Test-ToriiToken $web -Audience API | Should -BeFalse
        Test-ToriiToken $good -Audience api | Should -BeFalse
    }

    It 'allows the clock skew' {
        $old = New-ToriiEmulatorToken $user.UserId -ExpiresInSec -5
        Test-ToriiToken $old | Should -BeTrue
        Test-ToriiToken $old -ClockSkewSec 0 | Should -BeFalse
        Test-ToriiToken (New-ToriiEmulatorToken $user.UserId -ExpiresInSec -60) -ClockSkewSec 300 | Should -BeTrue
    }

    It 'works in parallel with -Connection' {
        $connection = Get-ToriiConnection
        $answers = 1..8 | ForEach-Object -Parallel { Import-Module $using:module; Test-ToriiToken $using:good -Connection $using:connection } -ThrottleLimit 4
        $answers | Should -Be (@($true) * 8)
    }
}

Describe 'Help' {
    It 'states that a banned user''s token stays valid until it expires' {
        $help = Get-Help Test-ToriiToken -Full | Out-String -Width 4096
        $help | Should -BeLike '*banned*stays valid until it expires*'
        (Get-Help Test-ToriiToken).Synopsis | Should -BeLike '*banned*'
    }

    It 'a banned user''s token stays valid until it expires' {
        $banned = @(Get-ToriiUser -Status active -First 1)[0]
        $token = $banned | New-ToriiEmulatorToken
        $banned | Block-ToriiUser -Confirm:$false
        Test-ToriiToken $token | Should -BeTrue
        $banned | Unblock-ToriiUser -Confirm:$false
    }

    It 'documents the defaults that <_> has' -ForEach 'Test-ToriiToken', 'ConvertFrom-ToriiToken', 'New-ToriiEmulatorToken', 'Get-ToriiSigningKey', 'Clear-ToriiSigningKey' {
        $page = Get-Content "$PSScriptRoot/../../docs/cmdlets/$_.md" -Raw
        $documented = [regex]::Matches($page, '(?ms)^### -(\w+)$.*?^DefaultValue: ''?([^\r\n'']*)')
        $documented.Count | Should -BeGreaterThan 0
        $command = (Get-Command $_).ImplementingType::new()
        foreach ($match in $documented) {
            $name = $match.Groups[1].Value
            if ($name -in 'WhatIf', 'Confirm') { continue }
            # A switch that is off and a parameter without a value are documented as False and as empty.
            "-$name $($command.$name)" | Should -Be "-$name $($match.Groups[2].Value)"
        }
        $command.Dispose()
    }
}

Describe 'One token for each argument' {
    It 'an array as an argument is an error, so a condition is never true by its length: <Kind>' -ForEach @(
        @{ Kind = 'two strings that are not tokens'; Make = { , @('x', 'y') } }
        @{ Kind = 'two valid tokens'; Make = { , @($good, $good) } }
        @{ Kind = 'a valid and a forged token'; Make = { , @($good, $forged) } }
        @{ Kind = 'nulls'; Make = { , @($null, $null) } }
        @{ Kind = 'a nested array'; Make = { , @(, @($good, $forged)) } }
        @{ Kind = 'arrays of one each'; Make = { , @(@($good), @($forged)) } }
        @{ Kind = 'a List[string]'; Make = { , [Collections.Generic.List[string]]@($good, $forged) } }
        @{ Kind = 'an ArrayList'; Make = { , [Collections.ArrayList]@($good, $forged) } }
        @{ Kind = 'a HashSet'; Make = { , [Collections.Generic.HashSet[string]][string[]]@($good, $forged) } }
        @{ Kind = 'a wrapped array'; Make = { $a = [psobject]::AsPSObject(@($good, $forged)); $a.PSObject.Properties.Add([psnoteproperty]::new('Note', 1)); , $a } }
        @{ Kind = 'SecureStrings'; Make = { , @((ConvertTo-SecureString $good -AsPlainText), (ConvertTo-SecureString $forged -AsPlainText)) } }
        @{ Kind = 'characters'; Make = { , $good.ToCharArray() } }
        @{ Kind = 'an array that contains itself'; Make = { $a = [object[]]::new(1); $a[0] = $a; , $a } }
        @{ Kind = 'a hashtable'; Make = { @{ a = $good } } }
        @{ Kind = 'an array of a hashtable'; Make = { , @(@{ Authorization = "Bearer $good" }) } }
    ) {
        $token = & $Make
        (& { if (Test-ToriiToken $token -ErrorAction SilentlyContinue) { 'let in' } }) | Should -BeNullOrEmpty
        foreach ($run in { Test-ToriiToken $token }, { Test-ToriiToken -Token $token }, { , $token | Test-ToriiToken }, { ConvertFrom-ToriiToken $token }, { , $token | ConvertFrom-ToriiToken }, { ConvertFrom-ToriiToken $token -Unverified }) {
            $output = & $run -ErrorAction SilentlyContinue 2>&1
            @($output).Count | Should -Be 1
            $output.FullyQualifiedErrorId | Should -BeLike 'Torii.InvalidTokenInput,*'
            $output.TargetObject | Should -BeNullOrEmpty
        }
    }

    It 'an array of one token stands for the token' {
        Test-ToriiToken @($good) | Should -BeTrue
        Test-ToriiToken @(, @($good)) | Should -BeTrue
        Test-ToriiToken @($forged) | Should -BeFalse
        , @($good) | Test-ToriiToken | Should -BeTrue
        (ConvertFrom-ToriiToken ([Collections.Generic.List[string]]@($good))).UserId | Should -Be $user.UserId
    }

    It 'an empty array is a missing token' {
        Test-ToriiToken @() | Should -BeFalse
        Test-ToriiToken @(, @()) | Should -BeFalse
        Test-ToriiToken @($null) | Should -BeFalse
        Get-Reason { ConvertFrom-ToriiToken @() -ErrorAction Stop } | Should -Be Torii.TokenMissing
    }

    It 'an error of one pipeline object does not affect the others' {
        @($good, @('x', 'y'), $forged | Test-ToriiToken -ErrorAction SilentlyContinue) | Should -Be $true, $false
    }
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

Describe 'ConvertFrom-ToriiToken' {
    It 'returns the verified claims' {
        $token = ConvertFrom-ToriiToken $good
        $token | Should -BeOfType ([Torii.ToriiToken])
        $token.Verified | Should -BeTrue
        $token.UserId | Should -Be $user.UserId
        $token.EnvironmentId | Should -Be $emulator.EnvironmentId
        $token.Issuer | Should -Be $emulator.Issuer
        ($token.ExpiresAt - $token.IssuedAt).TotalSeconds | Should -Be 3600
        $token.ExpiresAt | Should -BeOfType [DateTimeOffset]
        $token.Claims.exp | Should -BeOfType [long]
        $token.SessionId | Should -Not -BeNullOrEmpty
        $token.SessionId | Should -Be $token.Claims.sid
        $token.ConnectionName | Should -Be default
    }

    It 'has a SessionId that is null without a sid' {
        $token = ConvertFrom-ToriiToken (New-ToriiEmulatorToken $user.UserId -Claim @{ sid = $null })
        $token.PSObject.Properties['SessionId'] | Should -Not -BeNullOrEmpty
        $token.SessionId | Should -Be $null
        (ConvertFrom-ToriiToken (New-ToriiEmulatorToken $user.UserId -Claim @{ sid = 7 })).SessionId | Should -Be $null
    }

    It 'reads flags by the strictest rule' {
        $flags = ConvertFrom-ToriiToken (New-ToriiEmulatorToken $user.UserId -Claim @{ email_verified = 'true'; profile_complete = $false; impersonating = $true; locale = 'da'; o = @{ id = 'org_1' } })
        $flags.EmailVerified, $flags.ProfileComplete, $flags.Impersonating | Should -Be $false, $false, $true
        $flags.Locale, $flags.OrganizationId | Should -Be 'da', 'org_1'
        (ConvertFrom-ToriiToken (New-ToriiEmulatorToken $user.UserId -Claim @{ profile_complete = $null })).ProfileComplete | Should -BeTrue
    }

    It 'reports the reason as the error id: <Reason>' -ForEach @(
        @{ Reason = 'TokenMissing'; Make = { '' } }
        @{ Reason = 'TokenMalformed'; Make = { 'a.b.c' } }
        @{ Reason = 'TokenAlgorithm'; Make = { 'eyJhbGciOiJub25lIn0.e30.' } }
        @{ Reason = 'TokenHeader'; Make = { 'eyJhbGciOiJFUzI1NiJ9.e30.AAAA' } }
        @{ Reason = 'TokenUnknownKey'; Make = { New-ToriiEmulatorToken $user.UserId -OtherKey } }
        @{ Reason = 'TokenSignature'; Make = { $forged } }
        @{ Reason = 'TokenClaims'; Make = { New-ToriiEmulatorToken $user.UserId -Claim @{ sub = $null } } }
        @{ Reason = 'TokenClaims'; Make = { New-ToriiEmulatorToken $user.UserId -Claim @{ sub = 42 } } }
        @{ Reason = 'TokenClaims'; Make = { New-ToriiEmulatorToken $user.UserId -Claim @{ exp = $null } } }
        @{ Reason = 'TokenIssuer'; Make = { New-ToriiEmulatorToken $user.UserId -Claim @{ iss = 'https://evil.example' } } }
        @{ Reason = 'TokenExpired'; Make = { New-ToriiEmulatorToken $user.UserId -ExpiresInSec -31 } }
        @{ Reason = 'TokenNotYetValid'; Make = { New-ToriiEmulatorToken $user.UserId -ExpiresInSec 3600 -Claim @{ nbf = [DateTimeOffset]::UtcNow.AddMinutes(5) } } }
    ) {
        $token = & $Make
        $null = ConvertFrom-ToriiToken $token -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.Count | Should -Be 1
        ($problem[0].FullyQualifiedErrorId -split ',')[0] | Should -Be "Torii.$Reason"
        $problem[0].CategoryInfo.Category | Should -Be AuthenticationError
        $problem[0].TargetObject | Should -BeNullOrEmpty
        $problem[0].ErrorDetails.RecommendedAction | Should -Match '^\S.*[.?]$'
    }

    It 'reports another audience' {
        Get-Reason { ConvertFrom-ToriiToken $good -Audience api -ErrorAction Stop } | Should -Be Torii.TokenAudience
    }

    It 'continues after a token that is not valid' {
        @($forged, $good | ConvertFrom-ToriiToken -ErrorAction SilentlyContinue).UserId | Should -Be $user.UserId
    }

    It 'leads to its user through the connection whose issuer it has' {
        (ConvertFrom-ToriiToken $good | Get-ToriiUser).UserId | Should -Be $user.UserId
        $token = ConvertFrom-ToriiToken $good
        Start-ToriiEmulator -Users 1 | Connect-Torii -Name other
        $null = $token | Get-ToriiUser -Connection other -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'Torii.ConnectionMismatch,*'
        Disconnect-Torii other
    }

    It 'stands for its session, so a cmdlet that changes users refuses it' {
        $null = Set-ToriiUser $user.UserId -Locale en
        $token = New-ToriiEmulatorToken $user.UserId -Claim @{ locale = 'da' } | ConvertFrom-ToriiToken
        Get-Reason { $token | Set-ToriiUser -Phone '+45 12345678' -ErrorAction Stop } | Should -Be Torii.AmbiguousInput
        Set-ToriiUser $token.UserId -Phone '+45 12345678'
        $now = Get-ToriiUser $user.UserId
        $now.Locale, $now.Phone | Should -Be en, '+45 12345678'
    }

    It 'survives Export-Clixml' {
        $file = Join-Path $TestDrive token.xml
        ConvertFrom-ToriiToken $good | Export-Clixml $file
        $copy = Import-Clixml $file
        $copy.PSObject.TypeNames[0] | Should -Be Deserialized.Torii.ToriiToken
        $copy.UserId | Should -Be $user.UserId
        $copy.Claims.iss | Should -Be $emulator.Issuer
        (Get-Content $file -Raw).Contains($good.Split('.')[2]) | Should -BeFalse
    }

    Context '-Unverified' {
        It 'reads a token without validating it, sends no request, and returns another type' {
            $before = Get-KeyRequestCount
            $read = ConvertFrom-ToriiToken $forged -Unverified
            $read | Should -BeOfType ([Torii.ToriiUnverifiedToken])
            $read | Should -Not -BeOfType ([Torii.ToriiToken])
            $read.Verified | Should -BeFalse
            $read.Claims.sub | Should -Be $user.UserId
            $read.Header.alg | Should -Be ES256
            "$read" | Should -BeLike '*UNVERIFIED*'
            ($read | Format-List | Out-String) | Should -BeLike '*anybody can have written this*'
            'UserId', 'SessionId', 'Id' | ForEach-Object { $read.PSObject.Properties[$_] | Should -BeNullOrEmpty }
            (Get-KeyRequestCount) - $before | Should -Be 0
        }

        It 'is not accepted by cmdlets for users and sessions' {
            { ConvertFrom-ToriiToken $good -Unverified | Get-ToriiUser -ErrorAction Stop } | Should -Throw
            { ConvertFrom-ToriiToken $good -Unverified | Revoke-ToriiSession -WhatIf -ErrorAction Stop } | Should -Throw
        }

        It 'needs no connection' {
            $ps = [powershell]::Create().AddScript('param($m, $t) Import-Module $m; (ConvertFrom-ToriiToken $t -Unverified).Claims.sub').AddArgument($module).AddArgument($good)
            $ps.Invoke() | Should -Be $user.UserId
            $ps.Dispose()
        }
    }
}

Describe 'Headers of a request' {
    It 'as <Kind>' -ForEach @(
        @{ Kind = 'a hashtable'; Make = { @{ Authorization = "Bearer $good" } } }
        @{ Kind = 'a hashtable in another case'; Make = { @{ 'X-Other' = 'y'; aUTHORIZATION = "bEARER   $good " } } }
        @{ Kind = 'a hashtable of lists'; Make = { @{ Authorization = @("Bearer $good") } } }
        @{ Kind = 'a list with the same value twice'; Make = { @{ Authorization = @("Bearer $good", "Bearer $good ", $null) } } }
        @{ Kind = 'an ordered dictionary'; Make = { [ordered]@{ authorization = "Bearer $good" } } }
        @{ Kind = 'Dictionary[string,string]'; Make = { $d = [Collections.Generic.Dictionary[string, string]]::new(); $d['authorization'] = "Bearer $good"; , $d } }
        @{ Kind = 'Dictionary[string,string[]]'; Make = { $d = [Collections.Generic.Dictionary[string, string[]]]::new(); $d['AUTHORIZATION'] = , "Bearer $good"; , $d } }
        @{ Kind = 'WebHeaderCollection'; Make = { $h = [Net.WebHeaderCollection]::new(); $h.Add('authorization', "Bearer $good"); , $h } }
        @{ Kind = 'NameValueCollection'; Make = { $h = [Collections.Specialized.NameValueCollection]::new([StringComparer]::Ordinal); $h.Add('authorization', "Bearer $good"); , $h } }
        @{ Kind = 'HttpRequestHeaders'; Make = { $m = [Net.Http.HttpRequestMessage]::new(); $m.Headers.Add('Authorization', "Bearer $good"); , $m.Headers } }
        @{ Kind = 'pairs'; Make = { , @([Collections.Generic.KeyValuePair[string, string]]::new('authorization', "Bearer $good")) } }
    ) {
        $headers = & $Make
        Test-ToriiToken -Headers $headers | Should -BeTrue
        (ConvertFrom-ToriiToken -Headers $headers).UserId | Should -Be $user.UserId
    }

    It 'in another header with -HeaderName' {
        Test-ToriiToken -Headers @{ 'X-Torii-Token' = "Bearer $good" } -HeaderName x-torii-token | Should -BeTrue
        Test-ToriiToken -Headers @{ 'X-Torii-Token' = "Bearer $good" } | Should -BeFalse
    }

    It 'without a token: <Kind>' -ForEach @(
        @{ Kind = 'empty'; Headers = @{} }
        @{ Kind = 'another header'; Headers = @{ Cookie = 'a=b' } }
        @{ Kind = 'null'; Headers = @{ Authorization = $null } }
        @{ Kind = 'an empty list'; Headers = @{ Authorization = @() } }
        @{ Kind = 'Basic'; Headers = @{ Authorization = 'Basic dXNlcjpwYXNz' } }
        @{ Kind = 'the word alone'; Headers = @{ Authorization = 'Bearer' } }
        @{ Kind = 'the word and blanks'; Headers = @{ Authorization = 'Bearer   ' } }
        @{ Kind = 'no blank between'; Headers = @{ Authorization = 'Bearereyx.y.z' } }
        @{ Kind = 'the token without the word'; Headers = @{ Authorization = 'eyJ.e30.AA' } }
    ) {
        Test-ToriiToken -Headers $Headers | Should -BeFalse
        Get-Reason { ConvertFrom-ToriiToken -Headers $Headers -ErrorAction Stop } | Should -Be Torii.TokenMissing
    }

    It 'with values that differ are an error without a result: <Kind>' -ForEach @(
        @{ Kind = 'a list'; Make = { @{ Authorization = @("Bearer $good", 'Bearer x') } } }
        @{ Kind = 'a list, the other way round'; Make = { @{ Authorization = @('Bearer x', "Bearer $good") } } }
        @{ Kind = 'a list with an empty value'; Make = { @{ Authorization = @("Bearer $good", '') } } }
        @{ Kind = 'a nested list'; Make = { @{ Authorization = @(, @("Bearer $good", 'Bearer x')) } } }
        @{ Kind = 'a wrapped list'; Make = { @{ Authorization = [psobject]::AsPSObject(@("Bearer $good", "Bearer $forged")) } } }
        @{ Kind = 'a list that contains itself'; Make = { $list = [Collections.ArrayList]::new(); $null = $list.Add($list); @{ Authorization = $list } } }
        @{ Kind = 'names that differ in case'; Make = { $h = [hashtable]::new([StringComparer]::Ordinal); $h['Authorization'] = "Bearer $good"; $h['authorization'] = 'Bearer x'; $h } }
        @{ Kind = 'Dictionary[string,string] with two names'; Make = { $d = [Collections.Generic.Dictionary[string, string]]::new(); $d['authorization'] = "Bearer $good"; $d['Authorization'] = "Bearer $forged"; , $d } }
        @{ Kind = 'NameValueCollection with two names'; Make = { $h = [Collections.Specialized.NameValueCollection]::new([StringComparer]::Ordinal); $h.Add('authorization', "Bearer $good"); $h.Add('AUTHORIZATION', 'Bearer x'); , $h } }
        @{ Kind = 'NameValueCollection with two values'; Make = { $h = [Collections.Specialized.NameValueCollection]::new(); $h.Add('authorization', "Bearer $good"); $h.Add('authorization', 'Bearer x'); , $h } }
        @{ Kind = 'HttpRequestHeaders'; Make = { $m = [Net.Http.HttpRequestMessage]::new(); $null = $m.Headers.TryAddWithoutValidation('Authorization', [string[]]("Bearer $good", 'Bearer x')); , $m.Headers } }
        @{ Kind = 'pairs'; Make = { , @([Collections.Generic.KeyValuePair[string, string]]::new('authorization', "Bearer $good"), [Collections.Generic.KeyValuePair[string, string]]::new('Authorization', 'Bearer x')) } }
    ) {
        $headers = & $Make
        $result = Test-ToriiToken -Headers $headers -ErrorAction SilentlyContinue -ErrorVariable problem
        $result | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'Torii.InvalidHeaders,*'
        Get-Reason { ConvertFrom-ToriiToken -Headers $headers -ErrorAction Stop } | Should -Be Torii.InvalidHeaders
    }

    It 'must be headers of one request' {
        Get-Reason { Test-ToriiToken -Headers @(@{ Authorization = "Bearer $good" }, @{ Authorization = "Bearer $good" }) -ErrorAction Stop } | Should -Be Torii.InvalidHeaders
        Get-Reason { Test-ToriiToken -Headers @(, @{ Authorization = "Bearer $good" }) -ErrorAction Stop } | Should -Be Torii.InvalidHeaders
        Get-Reason { Test-ToriiToken -Headers @(, [ordered]@{ Key = 'Authorization'; Value = "Bearer $good" }) -ErrorAction Stop } | Should -Be Torii.InvalidHeaders
        Get-Reason { Test-ToriiToken -Headers @($null) -ErrorAction Stop } | Should -Be Torii.InvalidHeaders
        Test-ToriiToken -Headers @() | Should -BeFalse
    }

    It 'must be headers' {
        Get-Reason { Test-ToriiToken -Headers 'Authorization: Bearer x' -ErrorAction Stop } | Should -Be Torii.InvalidHeaders
        Get-Reason { Test-ToriiToken -Headers 42 -ErrorAction Stop } | Should -Be Torii.InvalidHeaders
        Get-Reason { Test-ToriiToken -Headers @(1, 2) -ErrorAction Stop } | Should -Be Torii.InvalidHeaders
    }
}

Describe 'A token is a secret' {
    It 'that no stream, error, warning or transcript contains' {
        $secrets = $good, $forged | ForEach-Object { $_.Split('.')[1, 2] }
        $transcript = Join-Path $TestDrive transcript.txt
        $null = Start-Transcript $transcript
        try {
            $text = Get-Everything {
                Test-ToriiToken $good, $forged -Verbose -Debug -ErrorAction Continue
                $good, $forged | Test-ToriiToken -Verbose -Debug
                ConvertFrom-ToriiToken $good, $forged -ErrorAction Continue
                Test-ToriiToken -Headers @{ Authorization = "Bearer $good", "Bearer $forged" } -Verbose -ErrorAction Continue
                $forged, "$forged." | ConvertFrom-ToriiToken -Verbose -Debug -ErrorAction Continue
                ConvertFrom-ToriiToken $good -Verbose
                Test-ToriiToken $good -Issuer http://127.0.0.1:9 -Verbose -ErrorAction Continue
                ConvertFrom-ToriiToken -Headers @{ Authorization = "Bearer $forged" } -Verbose -ErrorAction Continue
                Test-ToriiToken -Headers "Bearer $good" -ErrorAction Continue
                , @($good) | ForEach-Object { Test-ToriiToken (, $_) -ErrorAction Continue }
            } | Out-String
        }
        finally { $null = Stop-Transcript }
        $text += Get-Content $transcript -Raw
        $text | Should -BeLike '*Torii.TokenSignature*'
        foreach ($secret in $secrets) { $text.Contains($secret) | Should -BeFalse }
    }
}

Describe 'New-ToriiEmulatorToken' {
    It 'creates tokens for users from the pipeline, in order' {
        $two = @(Get-ToriiUser -First 2)
        @($two | New-ToriiEmulatorToken | ConvertFrom-ToriiToken).UserId | Should -Be $two.UserId
    }

    It 'sets claims of every type and removes those that are null' {
        $claims = (ConvertFrom-ToriiToken (New-ToriiEmulatorToken $user.UserId -Claim @{ text = 'ø'; number = 7; flag = $true; list = 1, 'a'; object = @{ a = @{ b = 1 } }; sid = $null })).Claims
        $claims.text, $claims.number, $claims.flag | Should -Be 'ø', 7, $true
        $claims.list | Should -Be 1, 'a'
        $claims.object.a.b | Should -Be 1
        $claims.ContainsKey('sid') | Should -BeFalse
    }

    It 'reports a user that does not exist' {
        Get-Reason { New-ToriiEmulatorToken 01931a73-8b00-7000-8000-000000000000 -ErrorAction Stop } | Should -Be Torii.UserNotFound
    }

    It 'needs no connection when one emulator runs or is specified' {
        $ps = [powershell]::Create().AddScript('param($m, $u, $e) Import-Module $m; New-ToriiEmulatorToken $u -Emulator $e').AddArgument($module).AddArgument($user.UserId).AddArgument($emulator)
        Test-ToriiToken ($ps.Invoke()[0]) | Should -BeTrue
        $ps.Dispose()
    }

    It 'sends no request to an address that is not a loopback address' {
        Connect-Torii sk_test_abcdefghijklmnop -ApiUrl https://api.example.invalid -SkipCheck -Name far
        Get-Reason { New-ToriiEmulatorToken $user.UserId -Connection far -ErrorAction Stop } | Should -Be Torii.NotAnEmulator
        Disconnect-Torii far
    }
}
