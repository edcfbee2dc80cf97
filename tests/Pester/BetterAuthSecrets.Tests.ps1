# What must be in no stream, object, error or transcript: passwords, one-time codes and the tokens of sessions, those of
# the connection and those of end-users. One shell does everything that could show them, against real servers.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/BetterAuth.psm1" -Force
    $files = 'output.txt', 'errors.txt', 'transcript.txt', 'text.txt', 'objects.json', 'objects.csv', 'objects.xml', 'errors.json', 'errors.xml', 'all.xml'
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/BetterAuth.psm1" -Force
    $reason = Get-BetterAuthSkipReason
    if ($reason) { return }

    $folder = Join-Path $TestDrive shown
    $null = New-Item $folder -ItemType Directory
    $server = Start-BetterAuth -NoConnection
    $cookies = Start-BetterAuth @{ bearer = $false } -NoConnection -Additional

    # An administrator with a second factor, and an end-user with sessions.
    $null = New-BetterAuthUser careful -Password password-of-careful-7
    $careful = (Get-BetterAuthTruth | Where-Object name -EQ careful).id
    $null = Invoke-BetterAuth admin/set-role @{ userId = $careful; role = 'admin' }
    $session = Open-BetterAuthSession careful@example.test password-of-careful-7
    $enrolment = Invoke-BetterAuth two-factor/enable @{ password = 'password-of-careful-7' } $server $session
    $seed = [regex]::Match($enrolment.totpURI, 'secret=([^&]+)').Groups[1].Value
    $null = Invoke-BetterAuth two-factor/verify-totp @{ code = Get-TotpCode $seed } $server $session
    $null = New-BetterAuthUser joan -Password password-of-joan-77
    1..3 | ForEach-Object { $null = Open-BetterAuthSession joan@example.test password-of-joan-77 }
    $code = Get-TotpCode $seed

    $script = @'
        $VerbosePreference = $DebugPreference = $InformationPreference = $ProgressPreference = 'Continue'
        function ConvertTo-Credential($Name, $Password) { [pscredential]::new($Name, (ConvertTo-SecureString $Password -AsPlainText -Force)) }
        $admin = ConvertTo-Credential admin@example.test $env:ADMIN_PASSWORD
        $null = Start-Transcript "$env:SHOWN/transcript.txt"

        & {
            Connect-Torii -BetterAuth $env:ORIGIN -Credential $admin -MaxRetry 0 -PassThru -Verbose -Debug
            Connect-Torii -BetterAuth $env:ORIGIN -Credential (ConvertTo-Credential careful@example.test $env:CAREFUL_PASSWORD) -TotpCode $env:TOTP_CODE -Name two -PassThru -Verbose -Debug
            Connect-Torii -BetterAuth $env:ORIGIN -SessionToken $env:SESSION_TOKEN -Name token -PassThru -Verbose -Debug
            Connect-Torii -BetterAuth $env:ORIGIN -SessionToken (ConvertTo-SecureString $env:SESSION_TOKEN -AsPlainText -Force) -Name secure -PassThru -Verbose -Debug
            Connect-Torii -BetterAuth $env:COOKIE_ORIGIN -Credential $admin -Name cookies -PassThru -Verbose -Debug
            Test-ToriiConnection -Detailed -Verbose -Debug | Format-List * -Force
            Get-ToriiUser -Connection two -Verbose -Debug
            Get-ToriiUser -Connection cookies -Verbose -Debug | Get-ToriiSession -Verbose -Debug

            $joan = Get-ToriiUser -EmailAddress joan@example.test -Verbose -Debug
            $sessions = @($joan | Get-ToriiSession -Verbose -Debug)
            $sessions; $sessions | Format-List * -Force; $sessions | ConvertTo-Json -Depth 5; $sessions | ConvertTo-Csv; $sessions | Get-Member -Force; $sessions[0].AdditionalProperties
            Get-ToriiUser -EmailAddress admin@example.test | Get-ToriiSession | Format-Custom -Depth 4
            $sessions[0] | Revoke-ToriiSession -WhatIf -Verbose -Debug
            $sessions[0] | Revoke-ToriiSession -PassThru -Verbose -Debug
            $sessions[0] | Revoke-ToriiSession -PassThru -Verbose -Debug
            $joan | New-ToriiImpersonationToken -Force -Verbose -Debug | Format-List * -Force

            New-ToriiUser -Email new@example.test -Name New -Password $env:NEW_PASSWORD -WhatIf -Verbose -Debug
            New-ToriiUser -Email new@example.test -Name New -Password $env:NEW_PASSWORD -Verbose -Debug
            [pscustomobject]@{ Email = 'row@example.test'; Name = 'Row'; Password = $env:NEW_PASSWORD } | New-ToriiUser -Verbose -Debug
            [pscustomobject]@{ Email = 'row@example.test'; Name = 'Row'; Password = $env:NEW_PASSWORD } | New-ToriiUser -Verbose -Debug
            $joan | Set-ToriiUserPassword -Password $env:NEW_PASSWORD -RevokeSession -PassThru -Verbose -Debug
            $joan | Set-ToriiUserPassword -Password $env:SHORT_PASSWORD -Verbose -Debug
            'NobodyHasThisId' | Set-ToriiUserPassword -Password $env:NEW_PASSWORD -Verbose -Debug
            Set-ToriiUser $joan.UserId -UserName x -Verbose -Debug
            $null = Invoke-ToriiRequest /sign-in/email -Method POST -Body @{ email = 'admin@example.test'; password = $env:ADMIN_PASSWORD } -Verbose -Debug
            $null = Invoke-ToriiRequest /admin/revoke-user-session -Method POST -Body @{ sessionToken = $env:SESSION_TOKEN.Split('.')[0] } -WhatIf -Verbose -Debug

            # The session of the connection has ended, and the token is not valid any more.
            Get-ToriiUser -EmailAddress admin@example.test | Revoke-ToriiSession -Connection two -Verbose -Debug
            Get-ToriiUser -First 1 -Verbose -Debug
            Get-ToriiUser -First 1 -Connection token -Verbose -Debug

            foreach ($try in
                { Connect-Torii -Name mistake -BetterAuth $env:ORIGIN -Credential (ConvertTo-Credential admin@example.test "x$env:ADMIN_PASSWORD") -Verbose -Debug },
                { Connect-Torii -Name mistake -BetterAuth $env:ORIGIN -Credential (ConvertTo-Credential $env:ADMIN_PASSWORD $env:ADMIN_PASSWORD) -WarningAction Ignore -ErrorAction Ignore },
                { Connect-Torii -Name mistake -BetterAuth $env:ORIGIN -Credential (ConvertTo-Credential careful $env:CAREFUL_PASSWORD) -TotpCode "$($env:TOTP_CODE)9" -Verbose -Debug },
                { Connect-Torii -Name mistake -BetterAuth $env:ORIGIN -SessionToken "$env:SESSION_TOKEN-x" -Verbose -Debug },
                { Connect-Torii -Name mistake -BetterAuth $env:ORIGIN -SessionToken @{ token = $env:SESSION_TOKEN } -Verbose -Debug },
                { Connect-Torii -Name mistake -BetterAuth $env:ORIGIN -SessionToken $env:SESSION_TOKEN, $env:SESSION_TOKEN -Verbose -Debug },
                { Connect-Torii -Name mistake -BetterAuth $env:ORIGIN -SessionToken $env:SESSION_TOKEN -TokenAlgorithm HS256 -Verbose -Debug },
                { Connect-Torii -Name mistake -BetterAuth http://example.com -SessionToken $env:SESSION_TOKEN -Verbose -Debug },
                { Connect-Torii -Name mistake -BetterAuth http://localhost:1 -MaxRetry 0 -Credential $admin -Verbose -Debug }) {
                try { & $try } catch { $_ }
            }
        } *>&1 | Tee-Object -Variable all

        # Once more with the streams as they are, for the transcript.
        Connect-Torii -BetterAuth $env:ORIGIN -Credential $admin -MaxRetry 0 -PassThru -Verbose -Debug
        Get-ToriiUser -Verbose -Debug | Get-ToriiSession -Verbose -Debug | Format-List *
        Connect-Torii -Name mistake -BetterAuth $env:ORIGIN -SessionToken "$env:SESSION_TOKEN-x" -Verbose -Debug

        $objects = @(Get-ToriiConnection; Get-ToriiUser; Get-ToriiUser | Get-ToriiSession)
        $objects; $objects | Format-List * -Force; $objects | Format-Custom -Depth 3; "$objects"
        foreach ($record in $Error) {
            $record | Format-List * -Force; "$($record.Exception)"; $record.Exception | Select-Object * -ExcludeProperty TargetSite, StackTrace | Format-List * -Force
            $record.TargetObject; $record.InvocationInfo.Line; $record.InvocationInfo.BoundParameters
        }
        Get-ToriiConnection | Disconnect-Torii -Verbose -Debug
        $null = Stop-Transcript

        $objects + $Error + $all | ForEach-Object { "$_" } | Set-Content "$env:SHOWN/text.txt"
        $objects | ConvertTo-Json -Depth 5 -WarningAction Ignore | Set-Content "$env:SHOWN/objects.json"
        $objects | ConvertTo-Csv | Set-Content "$env:SHOWN/objects.csv"
        $objects | Export-Clixml "$env:SHOWN/objects.xml" -Depth 4
        $Error | ForEach-Object { $_.Exception; $_.ErrorDetails; $_.TargetObject } | Where-Object { $_ } | Select-Object * -ExcludeProperty TargetSite, StackTrace, Data, ErrorRecord, CommandInvocation |
            ConvertTo-Json -Depth 4 -WarningAction Ignore | Set-Content "$env:SHOWN/errors.json"
        $Error | Export-Clixml "$env:SHOWN/errors.xml"
        $all | Export-Clixml "$env:SHOWN/all.xml"
'@
    $given = Open-BetterAuthSession $server.Email $server.Password
    $run = Invoke-Shell $script @{
        SHOWN = $folder; ORIGIN = $server.Origin; COOKIE_ORIGIN = $cookies.Origin; ADMIN_PASSWORD = $server.Password; CAREFUL_PASSWORD = 'password-of-careful-7'
        TOTP_CODE = $code; SESSION_TOKEN = $given; NEW_PASSWORD = 'brand-new-secret-9'; SHORT_PASSWORD = 'shrt-9x'
    } -TimeoutSec 120
    Set-Content (Join-Path $folder output.txt) $run.Output
    Set-Content (Join-Path $folder errors.txt) $run.Errors
    $shown = @{}
    Get-ChildItem $folder | ForEach-Object { $shown[$_.Name] = [IO.File]::ReadAllText($_.FullName) }

    $tokens = @($server, $cookies | ForEach-Object { (Send-BetterAuth /_test/tokens $null $_).Body })
    $secrets = @($tokens; $given.Split('.'); $server.Password, 'password-of-careful-7', 'brand-new-secret-9', 'shrt-9x')
    function Get-Surrounding($Text, $Part) {
        $at = $Text.IndexOf($Part, [StringComparison]::Ordinal)
        $Text.Substring([Math]::Max(0, $at - 160), [Math]::Min(160, $at))
    }
}

AfterAll { if (-not $reason) { $server, $cookies | ForEach-Object { Stop-BetterAuth $_ } } }

Describe 'Passwords, one-time codes and session tokens' {
    BeforeEach { if ($reason) { Set-ItResult -Skipped -Because $reason } }

    It 'Are not in <_>' -ForEach $files {
        $shown.Keys | Should -Contain $_
        foreach ($secret in $secrets) {
            # Not even most of one, nor in another form.
            $forms = $secret, [uri]::EscapeDataString($secret), [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($secret))
            if ($secret.Length -ge 32) { $forms += $secret.Substring(4, 20) }
            foreach ($form in $forms) {
                if ($shown[$_].Contains($form)) { throw "A secret comes after: $(Get-Surrounding $shown[$_] $form)" }
            }
        }
        # Six digits of their own, and a token of the jwt plugin, which a response of the server has in a header.
        [regex]::IsMatch($shown[$_], "(?<!\d)$code(?!\d)") | Should -BeFalse
        $shown[$_].Contains('eyJhbGciOi') | Should -BeFalse
    }

    It 'Were looked for where there was something to see' {
        # The connections, joan's sessions, an impersonation, and those of the other client.
        $tokens.Count | Should -BeGreaterThan 10
        $wanted = @{
            'output.txt' = 'VERBOSE: POST /sign-in/email \{email, password\}: 200', 'VERBOSE: POST /two-factor/verify-totp \{code\}: 200', 'DEBUG: POST /sign-in/email body: \{[^\n]*\[redacted\]', 'VERBOSE: POST /sign-out', 'What if: ', 'SessionId', 'Impersonat'
            'transcript.txt' = 'VERBOSE: POST /sign-in/email', 'DEBUG: POST /admin/list-user-sessions', 'SessionId'
            'objects.json' = '"SessionId"', '"ExpiresAt"'
            'errors.xml' = 'Unauthorized', 'InvalidCredential', 'Conflict', 'NotFound', 'InvalidApiUrl', 'ConnectionFailed', 'UserNotFound', 'NotSupported'
        }
        $missing = foreach ($name in $wanted.Keys) { $wanted[$name] | Where-Object { $shown[$name] -notmatch $_ } | ForEach-Object { "${name}: $_" } }
        $missing | Should -BeNullOrEmpty
    }
}
