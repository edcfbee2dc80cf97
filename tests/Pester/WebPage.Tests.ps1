BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 250 -NoConnection
}
AfterAll { Stop-TestEmulator }

Describe 'A web page with status 200 in place of the response' {
    BeforeEach { $patient = Connect-Emulator $emulator default @{ MaxRetry = 2 } }
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Disconnect-Torii
    }

    It 'is retried, and the change is made: <Operation>' -ForEach @(
        @{ Operation = 'updateUser'; Act = { Set-ToriiUser $args[0] -Phone '+45 20' }; Status = 200; Holds = { $args[0].phone -eq '+45 20' } }
        @{ Operation = 'banUser'; Act = { Block-ToriiUser $args[0] }; Status = 200; Holds = { $args[0].status -eq 'banned' } }
        @{ Operation = 'unbanUser'; Prepare = { $null = Invoke-Api POST "/api/server/v1/users/$($args[0])/ban" }; Act = { Unblock-ToriiUser $args[0] }; Status = 200; Holds = { $args[0].status -eq 'active' } }
        @{ Operation = 'revokeAllSessions'; Act = { Revoke-ToriiSession $args[0] }; Status = 204; Holds = { $args[1] -eq 0 } }
        @{ Operation = 'revokeSession'; Act = { Revoke-ToriiSession $args[0] $args[1] }; Status = 204; Holds = { $args[1] -eq 0 } }
        @{ Operation = 'deleteUser'; Act = { Remove-ToriiUser $args[0] -Force }; Status = 204; Holds = { $args[0].status -eq 'deleted' } }
    ) {
        $user = (Invoke-Api POST /api/server/v1/users @{ name = 'Ada' }).id
        if ($Prepare) { & $Prepare $user }
        $session = (Invoke-Api POST /_emulator/sessions @{ userId = $user }).sessionId
        Add-Fault @{ operation = $Operation; kind = 'html'; times = 1 }
        $run = Invoke-Watched { & $Act $user $session }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations.operation | Should -Be $Operation, $Operation
        $run.Mutations.executed | Should -Be $false, $true
        $run.Mutations[1].status | Should -Be $Status
        $after = Invoke-Api GET "/api/server/v1/users/$user"
        $sessions = $after.status -eq 'deleted' ? 0 : @(Invoke-Api GET "/api/server/v1/users/$user/sessions").Count
        & $Holds $after $sessions | Should -BeTrue
    }

    It 'is an error after the last retry, and says that the change may have been made' {
        $user = (Invoke-Api POST /api/server/v1/users @{ name = 'Ada' }).id
        Add-Fault @{ operation = 'banUser'; kind = 'html' }
        $run = Invoke-Watched { Block-ToriiUser $user }
        $run.Mutations | Should -HaveCount 3
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.InvalidResponse InvalidResult
        $run.Errors[0].Exception.MayHaveBeenExecuted | Should -BeTrue
    }
}
