BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $folder = Join-Path $TestDrive shown
    $null = New-Item $folder -ItemType Directory

    # One shell does everything that could show the key, in every way in which a shell can show something.
    $script = @'
        $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
        $emulator = Start-ToriiEmulator -Users 20
        $key = $emulator.GetSecretKey()
        [IO.File]::WriteAllText("$env:SHOWN/../key.txt", $key)
        function Add-Fault($rule) { $null = Invoke-RestMethod "$($emulator.ApiUrl)_emulator/faults" -Method Post -Headers @{ Authorization = "Bearer $key" } -ContentType application/json -Body ($rule | ConvertTo-Json) -Verbose:$false -Debug:$false }
        $null = Start-Transcript "$env:SHOWN/transcript.txt"

        & {
            Connect-Torii -SecretKey $key -ApiUrl $emulator.ApiUrl -MaxRetry 0 -PassThru -Verbose -Debug
            Connect-Torii -SecretKey (ConvertTo-SecureString $key -AsPlainText) -ApiUrl $emulator.ApiUrl -Name secure -Verbose -Debug
            $emulator | Connect-Torii -Name emulator -PassThru -Verbose -Debug
            $env:TORII_SECRET_KEY = $key
            Connect-Torii -ApiUrl $emulator.ApiUrl -Name environment -Verbose -Debug
            $users = Get-ToriiUser -Status active -Name *a* -Verbose -Debug
            $users | Get-ToriiSession -Verbose -Debug | Select-Object -First 2
            $users[0] | Revoke-ToriiSession -PassThru -Verbose -Debug
            $users[0] | Revoke-ToriiSession -WhatIf -Verbose -Debug

            # Answers that repeat what was sent, as a proxy or a debugging server may.
            foreach ($status in 400, 401, 403, 404, 409, 429, 500, 503) {
                Add-Fault @{ operation = '*'; kind = 'status'; status = $status; times = 1; body = "{`"detail`":`"Bearer $key is not welcome`",`"code`":`"$key`",`"supportId`":`"$key`",`"secretKey`":`"$key`"}" }
                Get-ToriiUser -First 1 -Verbose -Debug
            }
            Add-Fault @{ operation = '*'; kind = 'status'; status = 418; times = 1; body = "Authorization: Bearer $key`n" * 3000 }
            $users[0] | Revoke-ToriiSession -Verbose -Debug
            Add-Fault @{ operation = '*'; kind = 'html'; times = 1; body = "<html>$key</html>" }
            Get-ToriiUser -First 1 -Verbose -Debug
            Add-Fault @{ operation = '*'; kind = 'wrongShape'; times = 1; body = "[`"$key`"]" }
            Get-ToriiUser -First 1 -Verbose -Debug
            Add-Fault @{ operation = '*'; kind = 'truncate'; times = 1 }
            Get-ToriiUser -First 1 -Verbose -Debug

            # Mistakes with a key in hand; a failed Connect-Torii closes the connection of that name.
            foreach ($try in
                { Connect-Torii -Name mistake -SecretKey "x$key" -ApiUrl $emulator.ApiUrl -Verbose -Debug },
                { Connect-Torii -Name mistake -SecretKey @{ key = $key } -Verbose -Debug },
                { Connect-Torii -Name mistake -SecretKey $key, $key -Verbose -Debug },
                { Connect-Torii -Name mistake -SecretKey ([pscustomobject]@{ Key = $key }) -Verbose -Debug },
                { Connect-Torii -Name mistake -SecretKey $key -ApiUrl http://example.com -Verbose -Debug },
                { Connect-Torii -Name mistake -SecretKey $key -ApiUrl http://localhost:1 -MaxRetry 0 -Verbose -Debug },
                { Connect-Torii -Name mistake -SecretKey $key.Replace('test', 'live') -ApiUrl $emulator.ApiUrl -Verbose -Debug }) {
                try { & $try } catch { $_ }
            }
        } *>&1 | Tee-Object -Variable all

        # Once more with the streams as they are, for the transcript.
        Get-ToriiUser -First 1 -Verbose -Debug
        Connect-Torii -Name mistake -SecretKey $key -ApiUrl http://localhost:1 -MaxRetry 0 -Verbose -Debug

        $objects = @($emulator; Get-ToriiConnection)
        $objects; $objects | Format-List * -Force; $objects | Format-Table * -Force; $objects | Format-Custom -Depth 3; "$objects"; $objects | Get-Member -Force
        foreach ($record in $Error) {
            $record | Format-List * -Force; "$($record.Exception)"; $record.Exception | Select-Object * -ExcludeProperty TargetSite, StackTrace | Format-List * -Force
            $record.TargetObject; $record.InvocationInfo.Line; $record.InvocationInfo.BoundParameters
        }
        $null = Stop-Transcript

        $objects + $Error + $all | ForEach-Object { "$_" } | Set-Content "$env:SHOWN/text.txt"
        $objects | ConvertTo-Json -Depth 5 | Set-Content "$env:SHOWN/objects.json"
        Get-ToriiConnection | Export-Csv "$env:SHOWN/objects.csv"
        $objects | Export-Clixml "$env:SHOWN/objects.xml" -Depth 4
        $Error | ForEach-Object { $_.Exception; $_.ErrorDetails; $_.TargetObject } | Where-Object { $_ } | Select-Object * -ExcludeProperty TargetSite, StackTrace, Data, ErrorRecord, CommandInvocation |
            ConvertTo-Json -Depth 4 -WarningAction Ignore | Set-Content "$env:SHOWN/errors.json"
        $Error | Export-Clixml "$env:SHOWN/errors.xml"
        $all | Export-Clixml "$env:SHOWN/all.xml"
'@
    $run = Invoke-Shell $script @{ SHOWN = $folder }
    Set-Content (Join-Path $folder output.txt) $run.Output
    Set-Content (Join-Path $folder errors.txt) $run.Errors
    $key = Get-Content (Join-Path $TestDrive key.txt)
    $shown = @{}
    Get-ChildItem $folder | ForEach-Object { $shown[$_.Name] = [IO.File]::ReadAllText($_.FullName) }
    function Get-Surrounding($Text, $Part) {
        $at = $Text.IndexOf($Part)
        if ($at -ge 0) { $Text.Substring([Math]::Max(0, $at - 120), [Math]::Min(120, $at)) }
    }
}

Describe 'The secret key' {
    It 'is not in <_>' -ForEach 'output.txt', 'errors.txt', 'transcript.txt', 'text.txt', 'objects.json', 'objects.csv', 'objects.xml', 'errors.json', 'errors.xml', 'all.xml' {
        $shown.Keys | Should -Contain $_
        # Not even most of it, nor in the usual disguise.
        $forms = $key, $key.Substring(8), $key.Substring(12, 16), [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($key)).Substring(0, 40)
        foreach ($form in $forms) { $shown[$_].Contains($form) | Should -BeFalse -Because "nobody is to read $(Get-Surrounding $shown[$_] $form)" }
    }

    It 'was looked for where there was something to see' {
        # By hand, because a failure would print megabytes.
        $wanted = @{
            'output.txt' = 'VERBOSE: POST /api/server/v1/users/search[^\n]* 200', 'DEBUG: POST /api/server/v1/users/search[^\n]*\{\}', '"statuses":\["active"\]', 'What if: '
            'transcript.txt' = 'VERBOSE: POST /api', 'DEBUG: POST /api', 'What if: '
            'errors.xml' = 'InvalidRequest', 'Unauthorized', 'Forbidden', 'ServiceUnavailable', 'TooManyRequests', 'InvalidResponse', 'InvalidSecretKey', 'InvalidApiUrl', 'ConnectionFailed'
            'errors.json' = 'is not welcome', '"SupportId": *"\[redacted\]"', '"ResponseBody": *"[^"]'
        }
        $hint = [regex]::Escape("sk_test_…$($key.Substring($key.Length - 4))")
        foreach ($name in 'output.txt', 'transcript.txt', 'objects.json', 'objects.csv', 'objects.xml') { $wanted[$name] = @($wanted[$name]) + $hint }
        $missing = foreach ($name in $wanted.Keys) { $wanted[$name] | Where-Object { $_ -and $shown[$name] -notmatch $_ } | ForEach-Object { "${name}: $_" } }
        $missing | Should -BeNullOrEmpty
    }

    It 'keeps the body of an answer bounded' {
        $bodies = (Import-Clixml (Join-Path $folder errors.xml)).Exception.ResponseBody | Where-Object { $_ }
        $bodies | Should -Not -BeNullOrEmpty
        ($bodies | Measure-Object Length -Maximum).Maximum | Should -BeGreaterThan 4000
        ($bodies | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 4096
    }

    It 'is to be had from an emulator by asking for it' {
        $emulator = Start-ToriiEmulator -Users 0
        try { $emulator.GetSecretKey() | Should -Match '^sk_test_\w{8,}$' } finally { $emulator | Stop-ToriiEmulator }
    }
}
