# Runs each example of the help pages against an emulator. An example that shows an error has one; any other has none.
BeforeDiscovery {
    $pages = foreach ($page in Get-ChildItem "$PSScriptRoot/../../docs/cmdlets" -Filter *-*.md) {
        $examples = foreach ($match in [regex]::Matches((Get-Content $page -Raw), '(?ms)^### Example (\d+): (.+?)$(.+?)(?=^### Example|^## )')) {
            $body = $match.Groups[3].Value
            $output = [regex]::Match($body, '(?ms)^```output\s*\n(.+?)^```').Groups[1].Value
            @{
                Number = $match.Groups[1].Value
                Title = $match.Groups[2].Value.Trim()
                Code = [regex]::Match($body, '(?ms)^```powershell\s*\n(.+?)^```').Groups[1].Value
                ShowsError = $output -match '(?m)^[A-Z][a-z]+-Torii\w*: |^  Recommendation: '
            }
        }
        # Pages about what newer contracts add say nothing of a contract; the others show the default one.
        $isNewer = $page.BaseName -match 'Organization|Membership|Invitation|Impersonation|Metadata|AllowedOrigin|Request$'
        @{ Page = $page.BaseName; Contract = $isNewer ? '0.0.13' : '0.0.3'; Examples = @($examples) }
    }
}

BeforeAll { Import-Module "$PSScriptRoot/Support.psm1" -Force }

Describe 'The help of <Page>' -ForEach $pages {
    BeforeAll {
        $script:chosen = $null
        $paths = $env:PSModulePath
        $env:PSModulePath = [IO.Path]::GetFullPath("$PSScriptRoot/../../out") + [IO.Path]::PathSeparator + $paths
        # The examples of a page follow one another in one shell.
        $shell = New-Apart {
            param($Contract, $Folder)
            function Get-Secret { ConvertTo-SecureString (Get-ToriiEmulator)[0].GetSecretKey() -AsPlainText }
            function Read-Host { ConvertTo-SecureString 'correct horse battery' -AsPlainText }
            function Connect-Example {
                $running = @(Get-ToriiEmulator)
                if (-not $running) { $running = @(Start-ToriiEmulator -Users 1000 -Contract $Contract) }
                $env:TORII_API_URL = $running[0].ApiUrl
                foreach ($name in 'default', 'staging') {
                    if ((Get-ToriiConnection | Where-Object Name -EQ $name).ApiUrl -notin $running.ApiUrl) { $running[0] | Connect-Torii -Name $name }
                }
                $script:ErrorActionPreference = 'Continue'
                $script:userId ??= (Get-ToriiUser -Status active -First 1).UserId
                # The connection to an address that does not exist, and the files, that pages show.
                $null = Connect-Torii -Name nowhere -SecretKey (Get-Secret) -ApiUrl https://api.nowhere.invalid -MaxRetry 0 -SkipCheck
                [pscustomobject]@{ Origin = 'https://file.example.com' } | Export-Csv (Join-Path $Folder origins.csv)
                [pscustomobject]@{ Host = 'site.example.com' } | Export-Csv (Join-Path $Folder sites.csv)
                $script:token ??= Get-ToriiUser -Status active -First 1 | New-ToriiEmulatorToken
                $running[0].Port
            }
        } @{ Contract = $Contract; Folder = "$TestDrive" }
        $null = $shell.Invoke()
    }
    AfterAll {
        $null = $shell.Commands.Clear(), $shell.AddScript('Get-ToriiEmulator | Stop-ToriiEmulator; Get-ToriiConnection | Disconnect-Torii').Invoke()
        $shell.Runspace.Dispose()
        $env:TORII_API_URL = $null
        $env:PSModulePath = $paths
    }

    It 'runs example <Number>, <Title>, as it is shown' -ForEach $Examples {
        $Code | Should -Not -BeNullOrEmpty
        $shell.Commands.Clear()
        $port = $shell.AddScript('Connect-Example').Invoke()[-1]
        # An example that starts an emulator on a port of its own gets a free one; the later ones mean that one.
        if ($Code -match 'Start-ToriiEmulator.* -Port') { $script:chosen = Get-FreePort }
        if ($script:chosen) { $port = $script:chosen }
        $shell.Streams.Error | Should -BeNullOrEmpty -Because 'the example has an emulator'
        $shell.Commands.Clear()
        $ended = $null
        try { $null = $shell.AddScript("Set-Location '$TestDrive'`n" + ($Code -replace '\b(41\d{3}|4010)\b', $port)).Invoke() } catch { $ended = $_.Exception.InnerException }
        $errors = @($shell.Streams.Error.ReadAll()) + @($ended) | Where-Object { $_ } | ForEach-Object { "$_" }
        $shell.Streams.ClearStreams()
        if ($ShowsError) { $errors | Should -Not -BeNullOrEmpty } else { $errors | Should -BeNullOrEmpty }
    }
}
