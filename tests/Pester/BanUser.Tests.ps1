BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 40
    $patient = Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $emulator.ApiUrl -Name patient -SkipCheck -PassThru
    $people = @(Get-ToriiUser -Status active)
    function Get-Status($UserId) { @($UserId | ForEach-Object { (Invoke-Api GET "/api/server/v1/users/$_").status }) }
}
AfterAll { Stop-TestEmulator }

Describe 'Block-ToriiUser and Unblock-ToriiUser' {
    AfterEach { Clear-Fault }

    # Other forms of users: Services.Users.Tests.ps1.
    It 'bans and lifts the ban of what comes as <Kind>' -ForEach @(
        @{ Kind = 'ids'; Make = { $args[0].UserId } }
        @{ Kind = 'a list in one piece'; Make = { , @($args[0]) } }
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
