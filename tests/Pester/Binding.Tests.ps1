BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 250 -NoConnection
    $modern = Start-TestEmulator -Users 700 -Contract 0.0.12 -NoConnection -Additional
}
AfterAll { Stop-TestEmulator }

Describe 'Reading and binding' {
    BeforeEach { $null = Connect-Emulator $emulator default }
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Disconnect-Torii
    }

    It 'does not ask for pages of one when names are filtered here: <_>' -ForEach 'z*', 'm*', '*er', 'ada*' {
        $pattern = $_
        $null = Connect-Emulator $modern modern
        $expected = @(Get-ToriiUser -Name $pattern -Connection modern)
        $expected | Should -Not -BeNullOrEmpty
        $run = Invoke-Watched { Get-ToriiUser -Name $pattern -First 1 -Connection modern } $modern
        $run.Output.UserId | Should -Be $expected[0].UserId
        $run.Requests.path | Should -Not -Match '[?&]limit=1(&|$)'
        $run.Requests.Count | Should -BeLessOrEqual 3
    }

    It 'names the user and the member of a lone surrogate, and does not suspect a proxy: <What>' -ForEach @(
        @{ What = 'a search'; Act = { Get-ToriiUser -Connection fake } }
        @{ What = 'a look-up by id'; Act = { Get-ToriiUser 01931a73-8b00-7000-8000-0000000000bb -Connection fake } }
        @{ What = 'a change'; Act = { Set-ToriiUser 01931a73-8b00-7000-8000-0000000000bb -Locale da -Connection fake } }
    ) {
        $server = Start-ScriptedServer {
            param($Request, $State)
            @{ Body = $Request.Path -like '*/search*' ? "{`"items`":[$($State.Good),$($State.Bad)],`"nextCursor`":null,`"hasMore`":false}" : $State.Bad }
        } @{ Good = New-UserJson; Bad = (New-UserJson @{ id = '01931a73-8b00-7000-8000-0000000000bb'; name = '@' }).Replace('"@"', '"\ud800"') }
        try {
            Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl $server.Url -Name fake -MaxRetry 0 -SkipCheck
            $run = Invoke-Watched { & $Act }
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] Torii.InvalidResponse InvalidResult
            $text = "$($run.Errors[0]) $($run.Errors[0].ErrorDetails.RecommendedAction)"
            $text | Should -Match '\bname\b'
            $text | Should -Match '01931a73-8b00-7000-8000-0000000000bb|\[1\]'
            $text | Should -Not -Match 'proxy|sign-in page'
        }
        finally { Stop-ScriptedServer $server }
    }

    It 'runs a script block for -SessionId of each row' {
        $user = @(Get-ToriiUser -Status active -First 1)[0].UserId
        $sessions = 1..3 | ForEach-Object { (Invoke-Api POST /_emulator/sessions @{ userId = $user }).sessionId }
        $rows = $sessions[0, 1] | ForEach-Object { [pscustomobject]@{ Who = $user; Session = $_ } }
        $run = Invoke-Watched { $rows | Revoke-ToriiSession -UserId { $_.Who } -SessionId { $_.Session } }
        $run.Errors | Should -BeNullOrEmpty
        @($run.Mutations.path | Sort-Object) | Should -Be @($sessions[0, 1] | ForEach-Object { "/api/server/v1/users/$user/sessions/$_" } | Sort-Object)
    }

    It 'never revokes every session because a script block for -SessionId returned nothing: <What>' -ForEach @(
        @{ What = 'null'; Value = $null }, @{ What = 'an empty string'; Value = '' }, @{ What = 'a blank'; Value = ' ' }
    ) {
        $user = @(Get-ToriiUser -Status active -First 1)[0].UserId
        $session = (Invoke-Api POST /_emulator/sessions @{ userId = $user }).sessionId
        $rows = [pscustomobject]@{ Who = $user; Session = $Value }, [pscustomobject]@{ Who = $user; Session = $session }
        $run = Invoke-Watched { $rows | Revoke-ToriiSession -UserId { $_.Who } -SessionId { $_.Session } }
        $run.Mutations.path | Should -Be "/api/server/v1/users/$user/sessions/$session"
        $run.Errors | Should -HaveCount 1
    }

    It 'sends any -Cursor as it is: <_>' -ForEach 'opaque', 'YWJj+/==', 'a b&c=d#e%20', '01931a73-8b00-7000-8000-000000000000', 'ø' {
        $server = Start-ScriptedServer { param($Request, $State) @{ Body = '{"items":[],"nextCursor":null,"hasMore":false}' } }
        try {
            Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl $server.Url -Name fake -MaxRetry 0 -SkipCheck
            $cursor = $_
            $run = Invoke-Watched { Get-ToriiUser -Cursor $cursor -Connection fake }
            $run.Errors | Should -BeNullOrEmpty
            $server.Requests.ToArray() | Should -HaveCount 1
            $server.Requests.ToArray()[0].Path -match '[?&]cursor=([^&]*)' | Should -BeTrue
            [uri]::UnescapeDataString($Matches[1]) | Should -BeExactly $cursor
        }
        finally { Stop-ScriptedServer $server }
    }

    It 'refuses an empty -Cursor' {
        foreach ($cursor in '', ' ', $null) {
            $run = Invoke-Watched { Get-ToriiUser -Cursor $cursor }
            $run.Requests | Should -BeNullOrEmpty
            Assert-ParameterError $run.EndedBy Cursor
        }
    }

    It 'has no -PassThru on New-ToriiUser, which always returns the user' {
        (Get-Command New-ToriiUser).Parameters.Keys | Should -Not -Contain PassThru
        New-ToriiUser "$([guid]::NewGuid())@example.com" | Should -BeOfType Torii.ToriiUser
    }

    It 'has no -ThrottleLimit for a search, and has it for look-ups' {
        @((Get-Command Get-ToriiUser).Parameters['ThrottleLimit'].ParameterSets.Keys | Sort-Object) | Should -Be EmailAddress, Id, Organization
        $run = Invoke-Watched { Get-ToriiUser -Status banned -ThrottleLimit 4 }
        $run.EndedBy.Exception | Should -BeOfType Management.Automation.ParameterBindingException
        $run.Requests | Should -BeNullOrEmpty
        $run = Invoke-Watched { Get-ToriiUser -EmailAddress ada@example.com -ThrottleLimit 4 }
        $run.Errors | Should -BeNullOrEmpty
    }
}
