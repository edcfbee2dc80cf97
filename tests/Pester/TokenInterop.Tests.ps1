BeforeAll {
    $module = [IO.Path]::GetFullPath("$PSScriptRoot/../../out/Torii/Torii.psd1")
    $corpus = [IO.Path]::GetFullPath("$PSScriptRoot/../Torii.Client.Tests/Tokens/Corpus")
    $examples = [IO.Path]::GetFullPath("$PSScriptRoot/../../examples")
    'TORII_SECRET_KEY', 'TORII_API_URL', 'TORII_ISSUER' | ForEach-Object { [Environment]::SetEnvironmentVariable($_, [NullString]::Value) }
    Import-Module $module

    function Get-Reason([scriptblock] $Script) { try { $null = & $Script } catch { ($_.FullyQualifiedErrorId -split ',')[0] } }
    function Expand-Entry($Entry) { if ($Entry.parts) { -join ($Entry.parts | ForEach-Object { $_[0] * $_[1] }) } else { $Entry.token } }
    # A pwsh of its own, the module not loaded.
    function Invoke-Pwsh([string] $Script) {
        $file = Join-Path $TestDrive "$([guid]::NewGuid().ToString('n')).ps1"
        Set-Content $file "`$ErrorActionPreference = 'Stop'`n$Script"
        $text = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -File $file 2>&1 | Out-String
        [pscustomobject]@{ Text = $text.Trim(); ExitCode = $LASTEXITCODE }
    }
}
AfterAll { Clear-ToriiSigningKey }

Describe 'The hostile corpus through the cmdlet' {
    It 'is refused with the expected reasons' {
        $entries = @(Get-Content "$corpus/hostile.json" -Raw | ConvertFrom-Json) | Where-Object { -not $_.rules -and $_.name -ne 'lone surrogate' }
        $entries.Count | Should -BeGreaterThan 450
        $tokens = @($entries | ForEach-Object { Expand-Entry $_ })
        $answers = @($tokens | Test-ToriiToken -Issuer https://acme.torii.so -JwksPath "$corpus/jwks.json")
        $answers.Count | Should -Be $entries.Count
        $answers | Should -Not -Contain $true
        $reasons = @($tokens | ForEach-Object { try { ConvertFrom-ToriiToken $_ -Issuer https://acme.torii.so -JwksPath "$corpus/jwks.json" -ErrorAction Stop } catch { ($_.FullyQualifiedErrorId -split ',')[0] } })
        $wrong = @(for ($i = 0; $i -lt $entries.Count; $i++) { if ($reasons[$i] -ne $entries[$i].reason) { "$($entries[$i].name): $($reasons[$i])" } })
        # By the system's clock, a token that is not valid yet in the corpus may have become valid.
        $wrong | Where-Object { $_ -notlike '*Torii.TokenExpired' } | Should -BeNullOrEmpty
    }

    It 'contains valid tokens, which are accepted' {
        $entries = @(Get-Content "$corpus/good.json" -Raw | ConvertFrom-Json | Where-Object { -not $_.rules })
        @($entries | ForEach-Object { Expand-Entry $_ } | Test-ToriiToken -Issuer https://acme.torii.so -JwksPath "$corpus/jwks.json") | Should -Not -Contain $false
    }

    It 'contains signed tokens nested 20,000 deep, which do not crash a shell' {
        $shell = Invoke-Pwsh @"
Import-Module '$module'
`$tokens = Get-Content '$corpus/deep.json' -Raw | ConvertFrom-Json | ForEach-Object { -join (`$_.parts | ForEach-Object { `$_[0] * `$_[1] }) }
`$tokens | Test-ToriiToken -Issuer https://acme.torii.so -JwksPath '$corpus/jwks.json'
`$tokens | ForEach-Object { try { ConvertFrom-ToriiToken `$_ -Unverified } catch { (`$_.FullyQualifiedErrorId -split ',')[0] } }
"@
        $shell.ExitCode | Should -Be 0
        $shell.Text -split '\r?\n' | Should -Be 'False', 'False', 'Torii.TokenMalformed', 'Torii.TokenMalformed'
    }
}

Describe 'With other modules in the session' {
    It 'another version of the library that is already loaded does not interfere' {
        $packages = (dotnet nuget locals global-packages --list) -replace '^[^:]*:\s*'
        $other = 'Logging', 'Tokens' | ForEach-Object { Join-Path $packages "microsoft.identitymodel.$_".ToLowerInvariant() 5.7.2 lib netstandard2.0 "Microsoft.IdentityModel.$_.dll" }
        if (-not (Test-Path $other[1])) { Set-ItResult -Skipped -Because 'version 5.7.2 of Microsoft.IdentityModel.Tokens is not in the package folder: restore tests/Torii.Client.Tests first' }
        $shell = Invoke-Pwsh @"
Add-Type -Path '$($other -join "', '")'
`$null = [Microsoft.IdentityModel.Tokens.JsonWebKeySet]::new('{"keys":[]}')
Import-Module '$module'
`$good = Get-Content '$corpus/good.json' -Raw | ConvertFrom-Json
`$good[0].token, "`$(`$good[0].token)A" | Test-ToriiToken -Issuer https://acme.torii.so -JwksPath '$corpus/jwks.json'
[AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { `$_.GetName().Name -eq 'Microsoft.IdentityModel.Tokens' } | ForEach-Object { `$_.GetName().Version.ToString(3) }
"@
        $shell.Text -split '\r?\n' | Should -Be 'True', 'False', '5.7.2', '8.16.0'
    }

    It 'accepts tokens that jose signed and refuses its invalid ones' {
        if (-not (Get-Command node -ErrorAction Ignore)) { Set-ItResult -Skipped -Because 'Node.js was not found on PATH' }
        $folder = [IO.Path]::GetFullPath("$PSScriptRoot/../compat")
        if (-not (Test-Path "$folder/node_modules/jose")) {
            if (-not (Get-Command npm -ErrorAction Ignore)) { Set-ItResult -Skipped -Because 'npm was not found on PATH' }
            Push-Location $folder
            try { $said = npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 2>&1 | Out-String } finally { Pop-Location }
            if ($LASTEXITCODE -ne 0) { Set-ItResult -Skipped -Because "npm could not install jose: $said" }
        }
        $signed = node "$folder/sign.mjs" | ConvertFrom-Json
        $with = @{ Issuer = 'https://acme.torii.so'; Jwks = $signed.jwks }
        @($signed.good | Test-ToriiToken @with) | Should -Be (@($true) * 5)
        foreach ($bad in $signed.bad.PSObject.Properties) {
            Get-Reason { ConvertFrom-ToriiToken $bad.Value @with -ErrorAction Stop } | Should -Be $bad.Name
        }
    }
}

Describe 'Examples' {
    BeforeAll {
        $emulator = Start-ToriiEmulator -Users 1
        $emulator | Connect-Torii -Name tokens
        $user = Get-ToriiUser -Connection tokens -First 1
        $good = New-ToriiEmulatorToken $user.UserId -Emulator $emulator
        $forged = New-ToriiEmulatorToken $user.UserId -Emulator $emulator -OtherKey
        $env:TORII_ISSUER = $emulator.Issuer
        $cases = @{ good = @{ Authorization = "Bearer $good" }; forged = @{ authorization = "Bearer $forged" }; none = @{} }
        function Assert-Answer($Case, $Status, $Body) {
            $Status | Should -Be $(if ($Case -eq 'good') { 200 } else { 401 })
            if ($Case -eq 'good') { $Body.userId, $Body.environmentId | Should -Be $user.UserId, $emulator.EnvironmentId }
            else { $Body.error.code | Should -Be authentication_failed; $Body.error.message | Should -Not -BeNullOrEmpty }
        }
    }
    AfterAll {
        $env:TORII_ISSUER = $null
        Disconnect-Torii tokens
        Stop-ToriiEmulator $emulator.Port -Confirm:$false
    }

    It 'the script returns what the official adapters return: <_>' -ForEach 'good', 'forged', 'none' {
        $answer = & "$examples/verify-token.ps1" -Headers $cases[$_]
        Assert-Answer $_ $answer.status $answer.body
    }

    It 'the Azure Function returns what the official adapters return: <_>' -ForEach 'good', 'forged', 'none' {
        if (-not ('HttpResponseContext' -as [type])) { Add-Type 'public class HttpResponseContext { public object StatusCode { get; set; } public string ContentType { get; set; } public object Body { get; set; } }' }
        $pushed = @{}
        function Push-OutputBinding($Name, $Value) { $pushed[$Name] = $Value }
        $headers = [Collections.Generic.Dictionary[string, string]]::new()
        $cases[$_].GetEnumerator() | ForEach-Object { $headers[$_.Key] = $_.Value }
        & "$examples/azure-function/run.ps1" -Request @{ Headers = $headers } -TriggerMetadata @{}
        Assert-Answer $_ $pushed.Response.StatusCode ($pushed.Response.Body | ConvertFrom-Json)
        Test-Json (Get-Content "$examples/azure-function/function.json" -Raw) | Should -BeTrue
    }

    It 'the Pode route returns what the official adapters return: <_>' -ForEach 'good', 'forged', 'none' {
        $module = New-Module -Name Pode {
            $script:answer = $null
            function Start-PodeServer([scriptblock] $ScriptBlock) { . $ScriptBlock }
            function Import-PodeModule($Name) { }
            function Add-PodeEndpoint($Address, $Port, $Protocol) { }
            function Add-PodeRoute($Method, $Path, [scriptblock] $ScriptBlock) { & $ScriptBlock }
            function Write-PodeJsonResponse($Value, $StatusCode = 200) { $script:answer = @{ Status = $StatusCode; Body = $Value } }
            function Get-PodeStubAnswer { $script:answer }
        } | Import-Module -Global -Force -PassThru
        try {
            $script = (Get-Content "$examples/pode-route.ps1" -Raw) -replace '(?m)^Import-Module Pode$'
            $WebEvent = @{ Request = @{ Headers = $cases[$_] } }
            & ([scriptblock]::Create($script))
            $answer = Get-PodeStubAnswer
            Assert-Answer $_ $answer.Status $answer.Body
        }
        finally { Remove-Module Pode -Force }
    }

    It 'do not blame the caller when the keys are not available' {
        { & "$examples/verify-token.ps1" -Headers $cases.good -Issuer http://127.0.0.1:9 } | Should -Throw -ErrorId 'Torii.KeysUnavailable*'
    }
}
