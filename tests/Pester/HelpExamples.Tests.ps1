# Runs each example of the help pages against an emulator, and those with the connection legacy against a real Better Auth
# server. An example that shows an error has one; any other has none.
BeforeDiscovery {
    $pages = foreach ($page in Get-ChildItem "$PSScriptRoot/../../docs/cmdlets" -Filter *-*.md) {
        $examples = foreach ($match in [regex]::Matches((Get-Content $page -Raw), '(?ms)^### Example (\d+): (.+?)$(.+?)(?=^### Example|^## )')) {
            $body = $match.Groups[3].Value
            $code = [regex]::Match($body, '(?ms)^```powershell\s*\n(.+?)^```').Groups[1].Value
            $output = [regex]::Match($body, '(?ms)^```output\s*\n(.+?)^```').Groups[1].Value
            @{
                Number = $match.Groups[1].Value
                Title = $match.Groups[2].Value.Trim()
                Code = $code
                # A variable of an earlier example of the page can hold what was read from the server.
                TakesBetterAuth = $code -match 'legacy|-BetterAuth' -or ($page.BaseName -match '^Copy-|UserPassword$')
                ShowsError = $output -match '(?m)^[A-Z][a-z]+-Torii\w*: |^  Recommendation: '
            }
        }
        # Pages about what newer contracts add say nothing of a contract; the others show the default one.
        $isNewer = $page.BaseName -match 'Organization|Membership|Invitation|Impersonation|Metadata|AllowedOrigin|Request$|^Copy-'
        @{ Page = $page.BaseName; Contract = $isNewer ? '0.0.13' : '0.0.3'; Examples = @($examples) }
    }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/BetterAuth.psm1" -Force
    $withoutBetterAuth = Get-BetterAuthSkipReason
}

Describe 'The help of <Page>' -ForEach $pages {
    BeforeAll {
        $script:chosen = $null
        $server = $null
        if (-not $withoutBetterAuth -and $Examples.TakesBetterAuth -contains $true) {
            $server = Start-BetterAuth -NoConnection
            foreach ($person in @(
                    @{ Name = 'Ann Smith'; Email = 'ann@example.com'; Password = 'correct horse battery'; Data = @{ username = 'ann' } }
                    @{ Name = 'Bob Jones'; Email = 'bob@example.com'; Data = @{ banned = $true; banReason = 'Chargeback' } }
                    @{ Name = 'Eve Torres'; Email = 'eve@example.com'; Data = @{ role = 'user,editor'; emailVerified = $true } }
                    @{ Name = 'Ada King'; Email = 'ada@example.com'; Data = @{ emailVerified = $true } }
                )) { $null = New-BetterAuthUser @person }
            $null = Invoke-BetterAuth organization/create @{ name = 'Nordlys A/S'; slug = 'nordlys' }
            $null = Open-BetterAuthSession ann@example.com 'correct horse battery'
        }
        $paths = $env:PSModulePath
        $env:PSModulePath = [IO.Path]::GetFullPath("$PSScriptRoot/../../out") + [IO.Path]::PathSeparator + $paths
        # The examples of a page follow one another in one shell.
        $shell = New-Apart {
            param($Contract, $Folder, $Server)
            function Get-Secret($Name) { ConvertTo-SecureString ($Name -eq 'legacy-session' ? $Server.Session : (Get-ToriiEmulator)[0].GetSecretKey()) -AsPlainText }
            function Get-Credential { $Server.Credential }
            function Read-Host { ConvertTo-SecureString 'correct horse battery' -AsPlainText }
            function Connect-Example($Names, [switch] $TakesBetterAuth) {
                $running = @(Get-ToriiEmulator)
                if (-not $running) { $running = @(Start-ToriiEmulator -Users 1000 -Contract $Contract) }
                $env:TORII_API_URL = $running[0].ApiUrl
                foreach ($name in $Names) {
                    if ((Get-ToriiConnection | Where-Object Name -EQ $name).ApiUrl -notin $running.ApiUrl) { $running[0] | Connect-Torii -Name $name }
                }
                if ($TakesBetterAuth -and (Get-ToriiConnection).Name -notcontains 'legacy') { Connect-Torii -BetterAuth $Server.Origin -Credential $Server.Credential -Name legacy }
                $script:ErrorActionPreference = 'Continue'
                $script:userId ??= (Get-ToriiUser -Status active -First 1).UserId
                # The connection to an address that does not exist, and the files, that pages show.
                $null = Connect-Torii -Name nowhere -SecretKey (Get-Secret) -ApiUrl https://api.nowhere.invalid -MaxRetry 0 -SkipCheck
                [pscustomobject]@{ Origin = 'https://file.example.com' } | Export-Csv (Join-Path $Folder origins.csv)
                [pscustomobject]@{ Host = 'site.example.com' } | Export-Csv (Join-Path $Folder sites.csv)
                $script:token ??= Get-ToriiUser -Status active -First 1 | New-ToriiEmulatorToken
                $running[0].Port
            }
        } @{ Contract = $Contract; Folder = "$TestDrive"; Server = $server }
        $null = $shell.Invoke()
    }
    AfterAll {
        $null = $shell.Commands.Clear(), $shell.AddScript('Get-ToriiEmulator | Stop-ToriiEmulator; Get-ToriiConnection | Disconnect-Torii').Invoke()
        $shell.Runspace.Dispose()
        Stop-BetterAuth $server
        $env:TORII_API_URL = $null
        $env:PSModulePath = $paths
    }

    It 'runs example <Number>, <Title>, as it is shown' -ForEach $Examples {
        $Code | Should -Not -BeNullOrEmpty
        if ($TakesBetterAuth -and $withoutBetterAuth) { Set-ItResult -Skipped -Because $withoutBetterAuth; return }
        $shell.Commands.Clear()
        $names = @('default', 'staging') + @(if ($Code -match '\bprod\b') { 'prod' })
        $port = $shell.AddScript('param($Names, $TakesBetterAuth) Connect-Example $Names -TakesBetterAuth:$TakesBetterAuth').AddArgument($names).AddArgument($TakesBetterAuth).Invoke()[-1]
        # An example that starts an emulator on a port of its own gets a free one; the later ones mean that one.
        if ($Code -match 'Start-ToriiEmulator.* -Port') { $script:chosen = Get-FreePort }
        if ($script:chosen) { $port = $script:chosen }
        $Code = $Code -replace '\b(41\d{3}|4010)\b', $port
        if ($TakesBetterAuth) { $Code = $Code.Replace('https://app.example.com', $server.Origin) }
        $shell.Streams.Error | Should -BeNullOrEmpty -Because 'the example has an emulator'
        $shell.Commands.Clear()
        $ended = $null
        try { $null = $shell.AddScript("Set-Location '$TestDrive'`n" + $Code).Invoke() } catch { $ended = $_.Exception.InnerException }
        $errors = @($shell.Streams.Error.ReadAll()) + @($ended) | Where-Object { $_ } | ForEach-Object { "$_" }
        $shell.Streams.ClearStreams()
        if ($ShowsError) { $errors | Should -Not -BeNullOrEmpty } else { $errors | Should -BeNullOrEmpty }
    }
}
