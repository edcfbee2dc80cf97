# Tokens of end-users that the jwt plugin of a real Better Auth server signs. The algorithm is that of the connection,
# never the one that a token names.

BeforeDiscovery { Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/BetterAuth.psm1" -Force }

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/BetterAuth.psm1" -Force
    $reason = Get-BetterAuthSkipReason
    $tokens = @{}
    # A token of an end-user, as an application gets it.
    function New-EndUserToken($On) {
        $null = New-BetterAuthUser joan -Server $On -Password password-of-joan
        (Invoke-BetterAuth token $null $On (Open-BetterAuthSession joan@example.test password-of-joan $On)).token
    }
    # The token with another header, or other claims, and its signature.
    function Edit-Token([string] $Token, [int] $Part, [hashtable] $Values) {
        $parts = $Token.Split('.')
        $text = $parts[$Part].Replace('-', '+').Replace('_', '/')
        $content = ConvertFrom-Json ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($text.PadRight([Math]::Ceiling($text.Length / 4) * 4, '=')))) -AsHashtable
        $Values.Keys | ForEach-Object { $content[$_] = $Values[$_] }
        $parts[$Part] = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes((ConvertTo-Json $content -Compress))).TrimEnd('=').Replace('+', '-').Replace('/', '_')
        $parts -join '.'
    }
}

Describe 'Tokens of Better Auth that are signed with <Algorithm>' -ForEach @(
    @{ Algorithm = 'ES256'; Other = 'RS256' }, @{ Algorithm = 'RS256'; Other = 'PS256' }, @{ Algorithm = 'PS256'; Other = 'RS256' }
) {
    BeforeAll {
        if (-not $reason) {
            $server = Start-BetterAuth @{ jwtAlgorithm = $Algorithm } -With @{ TokenAlgorithm = $Algorithm }
            $token = $tokens[$Algorithm] = New-EndUserToken $server
        }
    }
    BeforeEach { if ($reason) { Set-ItResult -Skipped -Because $reason } }
    AfterAll { if (-not $reason) { Clear-ToriiSigningKey -Confirm:$false; Stop-BetterAuth } }

    It 'Are valid, and their claims are those of the user' {
        Test-ToriiToken $token | Should -BeTrue
        $claims = ConvertFrom-ToriiToken $token
        $claims.UserId | Should -Be (Get-ToriiUser -EmailAddress joan@example.test).UserId
        $claims.Issuer | Should -Be $server.Origin
        $claims.ExpiresAt | Should -BeGreaterThan ([DateTimeOffset]::UtcNow)
    }

    It 'Lead to their user, through the connection' {
        (ConvertFrom-ToriiToken $token | Get-ToriiUser).Email | Should -Be joan@example.test
    }

    It 'Are valid with the issuer named, and not for another issuer or another audience' {
        $keys = Invoke-BetterAuth jwks
        Test-ToriiToken $token -Issuer $server.Origin -Connection default -Jwks $keys | Should -BeTrue
        Test-ToriiToken $token -Issuer https://other.example -Connection default -Jwks $keys | Should -BeFalse
        Connect-BetterAuth -Name elsewhere -With @{ TokenAlgorithm = $Algorithm; Issuer = 'https://other.example' }
        (Get-ToriiConnection elsewhere).Issuer | Should -Be https://other.example
        Test-ToriiToken $token -Connection elsewhere -Jwks $keys | Should -BeFalse
        Test-ToriiToken $token -Audience another | Should -BeFalse
    }

    It 'Are not valid when <What> was changed' -ForEach @(
        @{ What = 'a claim'; Id = 'Torii.TokenSignature'; Part = 1; Values = @{ role = 'admin' } }
        @{ What = 'the expiry'; Id = 'Torii.TokenSignature'; Part = 1; Values = @{ exp = 4102444800 } }
        @{ What = 'the algorithm, to none'; Id = 'Torii.TokenAlgorithm'; Part = 0; Values = @{ alg = 'none' } }
        @{ What = 'the algorithm, to HS256'; Id = 'Torii.TokenAlgorithm'; Part = 0; Values = @{ alg = 'HS256' } }
        @{ What = 'the algorithm, to another of the three'; Id = 'Torii.TokenAlgorithm'; Part = 0; Values = @{ alg = '<Other>' } }
    ) {
        if ($Values.alg -eq '<Other>') { $Values.alg = $Other }
        $forged = Edit-Token $token $Part $Values
        Test-ToriiToken $forged | Should -BeFalse
        { ConvertFrom-ToriiToken $forged -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
    }

    It 'Are not valid on a connection with -TokenAlgorithm <Other>' {
        Connect-BetterAuth -Name other -With @{ TokenAlgorithm = $Other }
        Test-ToriiToken $token -Connection other | Should -BeFalse
        { ConvertFrom-ToriiToken $token -Connection other -ErrorAction Stop } | Should -Throw -ErrorId 'Torii.TokenAlgorithm,*'
    }
}

Describe 'Tokens of another Better Auth server' {
    BeforeAll { if (-not $reason) { $server = Start-BetterAuth @{ jwtAlgorithm = 'EdDSA' } } }
    BeforeEach { if ($reason) { Set-ItResult -Skipped -Because $reason } }
    AfterAll { if (-not $reason) { Stop-BetterAuth } }

    It 'Are not valid, although the algorithm is right' {
        $tokens.ES256 | Should -Not -BeNullOrEmpty
        { ConvertFrom-ToriiToken $tokens.ES256 -ErrorAction Stop } | Should -Throw -ErrorId 'Torii.TokenUnknownKey,*'
    }

    It 'Are not supported when they are signed with EdDSA, and Connect-Torii says what to configure' {
        $run = Invoke-Watched { Connect-BetterAuth $server other @{ TokenAlgorithm = 'EdDSA' } } $null
        Assert-ToriiError $run.EndedBy Torii.NotSupported NotImplemented '*EdDSA*ES256, RS256 or PS256*'
        $token = New-EndUserToken $server
        Test-ToriiToken $token | Should -BeFalse
        { ConvertFrom-ToriiToken $token -ErrorAction Stop } | Should -Throw -ErrorId 'Torii.TokenAlgorithm,*'
    }

    It 'Cannot be verified where the server has no jwt plugin, and the error names it' {
        $bare = Start-BetterAuth @{ without = @('jwt') } -Name bare -Additional
        $run = Invoke-Watched { Test-ToriiToken $tokens.ES256 -Connection bare } $null
        Stop-BetterAuth $bare
        Assert-ToriiError $run.Errors[0] Torii.KeysUnavailable ResourceUnavailable '*status 404*'
        $run.Errors[0].ErrorDetails.RecommendedAction | Should -BeLike '*jwt plugin*'
    }
}
