BeforeAll { . "$PSScriptRoot/TokenFixtures.ps1" }
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
