BeforeAll { . "$PSScriptRoot/TokenFixtures.ps1" }
AfterAll {
    Stop-ToriiEmulator -Confirm:$false
    Get-ToriiConnection | Disconnect-Torii
    Clear-ToriiSigningKey
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
