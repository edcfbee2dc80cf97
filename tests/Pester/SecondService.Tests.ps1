# The cmdlets against a service that is not torii: other ids, offset paging, other errors, no environments.

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $assembly = "$PSScriptRoot/../SecondService/bin/Release/net8.0/Torii.SecondService.dll"
    if (-not (Test-Path $assembly)) { throw "There is no $assembly. Build Torii.slnx first." }
    Add-Type -Path $assembly
    function Select-Change($Service, [int] $After) { @($Service.Requests | Select-Object -Skip $After | Where-Object { $_ -notlike 'GET *' }) }
}

AfterAll { Get-ToriiConnection | Disconnect-Torii }

Describe 'A second service' {
    BeforeEach { $service = [Torii.SecondService.PeopleService]::Connect('default', 25) }

    It 'is shown as a connection without an environment' {
        $connection = Get-ToriiConnection default
        $connection.Service | Should -Be People
        $connection.Environment | Should -BeNullOrEmpty
        $connection.EnvironmentId | Should -BeNullOrEmpty
        "$($connection | Format-List | Out-String)" | Should -Not -BeLike '*people-token*'
    }

    It 'pages users by offset' {
        @(Get-ToriiUser -PageSize 10).UserId | Should -Be (1..25 | ForEach-Object { "usr_$_" })
        @($service.Requests) | Should -HaveCount 3
    }

    It 'returns the users that a filter names' {
        (Get-ToriiUser -Email 'person7@*').UserId | Should -Be usr_7
        (Get-ToriiUser -Name 'Person 1*' -First 3).UserId | Should -Be usr_1, usr_10, usr_11
        (Get-ToriiUser -EmailAddress PERSON3@example.com).UserId | Should -Be usr_3
    }

    It 'checks ids by its own syntax and sends nothing for another' {
        $before = $service.Requests.Count
        { Get-ToriiUser 01931a73-8b00-7000-8000-000000000000 -ErrorAction Stop } | Should -Throw -ErrorId 'Torii.InvalidId,*'
        'usr_', 'ses_1', 'usr_1/logins' | Remove-ToriiUser -Force -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be (, 'Torii.InvalidId,Torii.PowerShell.Commands.RemoveToriiUserCommand' * 3)
        $service.Requests.Count | Should -Be $before
    }

    It 'has its own statuses' {
        { Get-ToriiUser -Status banned -ErrorAction Stop } | Should -Throw -ErrorId 'Torii.InvalidRequest,*'
        Block-ToriiUser usr_2
        (Get-ToriiUser -Status suspended).UserId | Should -Be usr_2
        (TabExpansion2 'Get-ToriiUser -Status s').CompletionMatches.CompletionText | Should -Be suspended
    }

    It 'says that it does not support a filter, and sends nothing' {
        $before = $service.Requests.Count
        { Get-ToriiUser -CreatedAfter 2026-01-01 -ErrorAction Stop } | Should -Throw -ErrorId 'Torii.NotSupported,*'
        $service.Requests.Count | Should -Be $before
    }

    It 'has no organizations, and the error names the service' {
        $before = $service.Requests.Count
        foreach ($script in { Get-ToriiOrganization }, { Get-ToriiMembership acme }, { Get-ToriiMembership -UserId usr_1 }, { Get-ToriiUser -Organization acme }) {
            $run = Invoke-Watched $script $null
            Assert-ToriiError $run.Errors[0] Torii.NotSupported NotImplemented '*The service People has no organizations.*'
            $run.Errors | Should -HaveCount 1
        }
        (TabExpansion2 'Get-ToriiOrganization -Name a').CompletionMatches | Should -BeNullOrEmpty
        $service.Requests.Count | Should -Be $before
    }

    It 'creates, changes, bans, unbans and deletes users' {
        $user = New-ToriiUser -Email new@example.com -Name New -Password 'correct horse'
        $user.UserId | Should -Be usr_26
        ($user | Set-ToriiUser -Name Newer -PassThru).Name | Should -Be Newer
        ($user | Block-ToriiUser -PassThru).Status | Should -Be suspended
        ($user | Unblock-ToriiUser -PassThru).Status | Should -Be active
        $user | Remove-ToriiUser -Force
        { Get-ToriiUser $user.UserId -ErrorAction Stop } | Should -Throw -ErrorId 'Torii.UserNotFound,*'
    }

    It 'reports its own errors' {
        $failed = $null
        New-ToriiUser -Email person1@example.com -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'Torii.Conflict,*'
        "$($failed[0])" | Should -BeLike '*somebody has that address*'
        $failed[0].Exception.Code | Should -Be TAKEN
    }

    It 'lists and revokes sessions: one, and all of a user' {
        $sessions = @(Get-ToriiSession usr_1, usr_2)
        $sessions.SessionId | Should -Be ses_1, ses_2, ses_3, ses_4
        $sessions[0] | Revoke-ToriiSession
        (Get-ToriiSession usr_1).SessionId | Should -Be ses_2
        Get-ToriiUser usr_2 | Revoke-ToriiSession
        Get-ToriiSession usr_2 | Should -BeNullOrEmpty
        Select-Change $service 0 | Should -Be 'DELETE /logins/ses_1', 'DELETE /people/usr_2/logins'
    }

    It 'takes rows of a CSV file' {
        Get-ToriiUser -First 3 | Export-Csv "$TestDrive/users.csv"
        Import-Csv "$TestDrive/users.csv" | Block-ToriiUser
        (Get-ToriiUser -Status suspended).UserId | Should -Be usr_1, usr_2, usr_3
        Get-ToriiSession usr_4 | Export-Csv "$TestDrive/sessions.csv"
        Import-Csv "$TestDrive/sessions.csv" | Select-Object -First 1 | Revoke-ToriiSession
        (Get-ToriiSession usr_4).SessionId | Should -Be ses_8
    }

    It 'takes requests that have no cmdlet, and decides itself which ones read' {
        (Invoke-ToriiRequest /people/usr_1).email | Should -Be person1@example.com
        Invoke-ToriiRequest /people/search -Method POST -WhatIf
        Select-Change $service 0 | Should -BeNullOrEmpty
        { Invoke-ToriiRequest https://api.torii.so/people } | Should -Throw -ErrorId 'Torii.InvalidRequest,*'
    }

    It 'says what it does not have' {
        foreach ($command in { Get-ToriiAllowedOrigin }, { Add-ToriiAllowedOrigin https://a.example.com }, { Update-ToriiMetadata -UserId usr_1 -Public @{ a = 1 } }, { Update-ToriiMetadata -OrganizationId ses_1 -Public @{ a = 1 } }, { Update-ToriiMetadata -InvitationId ses_1 -Public @{ a = 1 } }, { Test-ToriiConnection -Detailed }) {
            $run = Invoke-Watched $command $null
            Assert-ToriiError $run.Errors[0] Torii.NotSupported NotImplemented '*service People has no*'
        }
        Test-ToriiConnection | Should -BeTrue
    }

    It 'sends no change with -WhatIf' {
        $before = $service.Requests.Count
        Get-ToriiUser -First 3 | Remove-ToriiUser -WhatIf
        Get-ToriiUser usr_1 | Set-ToriiUser -Name X -WhatIf
        New-ToriiUser -Email x@example.com -WhatIf
        Get-ToriiSession usr_1 | Revoke-ToriiSession -WhatIf
        Select-Change $service $before | Should -BeNullOrEmpty
    }

    It 'keeps its objects apart from those of torii' {
        $emulator = Start-TestEmulator -Users 5 -Name torii
        $user = Get-ToriiUser usr_1
        $before = Get-JournalEnd
        $user | Block-ToriiUser -Connection torii -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'Torii.ConnectionMismatch,*'
        Get-Journal $before | Should -BeNullOrEmpty
        Stop-ToriiEmulator -Port $emulator.Port
    }
}
