BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 40
    $patient = Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $emulator.ApiUrl -Name patient -SkipCheck -PassThru
    $people = @(Get-ToriiUser -Status active)
    $nobody = '01931a73-8b00-7000-8000-000000000000'
    function Get-Status($UserId) { @($UserId | ForEach-Object { (Invoke-Api GET "/api/server/v1/users/$_").status }) }
}
AfterAll { Stop-TestEmulator }

Describe 'Block-ToriiUser and Unblock-ToriiUser' {
    AfterEach { Clear-Fault }

    It 'bans and lifts the ban of what comes as <Kind>' -ForEach @(
        @{ Kind = 'users'; Make = { $args[0] } }
        @{ Kind = 'ids'; Make = { $args[0].UserId } }
        @{ Kind = 'rows'; Make = { $args[0] | ConvertTo-Csv | ConvertFrom-Csv } }
        @{ Kind = 'a list in one piece'; Make = { , @($args[0]) } }
        @{ Kind = 'deserialized users'; Make = { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($args[0])) } }
        @{ Kind = 'users with a property less'; Make = { $args[0] | Select-Object UserId, Email } }
    ) {
        $chosen = $people[0..2]
        $given = & $Make $chosen
        $run = Invoke-Watched { $given | Block-ToriiUser }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -BeNullOrEmpty
        @($run.Mutations.path | Sort-Object) | Should -Be @($chosen | ForEach-Object { "/api/server/v1/users/$($_.UserId)/ban" } | Sort-Object)
        Get-Status $chosen.UserId | Should -Be banned, banned, banned

        $run = Invoke-Watched { $given | Unblock-ToriiUser }
        $run.Errors | Should -BeNullOrEmpty
        @($run.Mutations.path | Sort-Object) | Should -Be @($chosen | ForEach-Object { "/api/server/v1/users/$($_.UserId)/unban" } | Sort-Object)
        Get-Status $chosen.UserId | Should -Be active, active, active
    }

    It 'emits the user as it is then with -PassThru' {
        ($people[3] | Block-ToriiUser -PassThru).Status | Should -Be banned
        ($people[3] | Unblock-ToriiUser -PassThru).Status | Should -Be active
    }

    It 'ends the sessions of who is banned' {
        1..3 | ForEach-Object { $null = Invoke-Api POST /_emulator/sessions @{ userId = $people[4].UserId } }
        $people[4] | Block-ToriiUser
        $people[4] | Get-ToriiSession | Should -BeNullOrEmpty
    }

    It 'changes nothing the second time, which is no error' {
        1..2 | ForEach-Object { (Invoke-Watched { $people[5] | Block-ToriiUser }).Errors | Should -BeNullOrEmpty }
        1..2 | ForEach-Object { (Invoke-Watched { $people[5] | Unblock-ToriiUser }).Errors | Should -BeNullOrEmpty }
    }

    It 'answers to Ban-ToriiUser and Unban-ToriiUser' {
        $people[6] | Ban-ToriiUser
        Get-Status $people[6].UserId | Should -Be banned
        $people[6] | Unban-ToriiUser
        Get-Status $people[6].UserId | Should -Be active
    }

    It 'is tried again until there is an answer, and then done once' -ForEach @(
        @{ Fault = @{ kind = 'resetAfter' } }, @{ Fault = @{ kind = 'reset' } }, @{ Fault = @{ kind = 'truncate' } }
        @{ Fault = @{ kind = 'status'; status = 503 } }, @{ Fault = @{ kind = 'status'; status = 429; retryAfter = '0' } }
    ) {
        Add-Fault ($Fault + @{ operation = 'banUser'; times = 2 })
        $run = Invoke-Watched { $people[7] | Block-ToriiUser -Connection $patient -PassThru }
        # A user that came through another name of the same connection is worked on all the same.
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.Status | Should -Be banned
        $run.Mutations | Should -HaveCount 3
        $people[7] | Unblock-ToriiUser
    }

    It 'A user that does not exist is an error, and the others go on' {
        $run = Invoke-Watched { $people[8].UserId, $nobody, $people[9].UserId | Block-ToriiUser -PassThru -ThrottleLimit 1 }
        $run.Output.UserId | Should -Be $people[8, 9].UserId
        Assert-ToriiError $run.Errors[0] Torii.UserNotFound ObjectNotFound
    }

    It 'Refused rows keep their place with -ThrottleLimit 1' {
        Add-Fault @{ operation = 'banUser'; kind = 'slow'; delayMs = 150; userId = $people[13].UserId; times = 1 }
        $refused = [pscustomobject]@{ UserId = $people[14].UserId; SessionId = '' }
        $gone = [pscustomobject]@{ UserId = $people[14].UserId; ConnectionName = 'gone' }
        foreach ($limit in @{}, @{ MaxAffected = 3 }) {
            $order = $people[13], $refused, $people[15], $gone, $people[16] | Block-ToriiUser -PassThru -ThrottleLimit 1 @limit 2>&1 |
                ForEach-Object { $_ -is [Management.Automation.ErrorRecord] ? ($_.FullyQualifiedErrorId -split ',')[0] : $_.UserId }
            $order | Should -Be $people[13].UserId, 'Torii.AmbiguousInput', $people[15].UserId, 'Torii.ConnectionGone', $people[16].UserId
        }
    }

    It 'is an error when the service says that the user is not banned' {
        Add-Fault @{ operation = 'banUser'; kind = 'wrongShape'; body = (Invoke-Api GET "/api/server/v1/users/$($people[12].UserId)" | ConvertTo-Json) }
        $run = Invoke-Watched { $people[12] | Block-ToriiUser }
        Assert-ToriiError $run.Errors[0] Torii.FieldNotApplied InvalidResult '*status*'
    }
}
