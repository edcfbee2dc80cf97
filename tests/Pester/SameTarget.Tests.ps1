BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
}
AfterAll { Stop-TestEmulator }

Describe 'Requests for one user' {
    BeforeAll {
        $slow = Start-TestEmulator -Users 20 -LatencyMs 50 -NoConnection -Additional
        $user = @((Get-Truth $slow) | Where-Object status -EQ active)[0].id
    }
    BeforeEach { $through = Connect-Emulator $slow slow }
    AfterEach { Get-ToriiConnection | Disconnect-Torii }

    It 'revoke 64 of their sessions side by side' {
        $rows = 1..64 | ForEach-Object { [pscustomobject]@{ UserId = $user; SessionId = (Invoke-Api POST /_emulator/sessions @{ userId = $user } $slow).sessionId } }
        $run = Invoke-Watched { $rows | Revoke-ToriiSession -Connection $through -ThrottleLimit 16 } $slow
        $run.Errors | Should -BeNullOrEmpty
        @($run.Mutations.operation | Sort-Object -Unique) | Should -Be revokeSession
        @($run.Mutations | ForEach-Object { ($_.path -split '/')[-1] } | Sort-Object) | Should -Be @($rows.SessionId | Sort-Object)
        $overlap = Measure-Overlap $run.Mutations
        $overlap | Should -BeGreaterThan 8
        $overlap | Should -BeLessOrEqual 16
    }

    It 'never change the user side by side: <Command>' -ForEach @(
        @{ Command = 'Set-ToriiUser'; Act = { 1..6 | ForEach-Object { [pscustomobject]@{ UserId = $args[0]; Phone = "+45 $_" } } | Set-ToriiUser -Connection $args[1] -ThrottleLimit 16 } }
        @{ Command = 'Block-ToriiUser'; Act = { 1..6 | ForEach-Object { $args[0] } | Block-ToriiUser -Connection $args[1] -ThrottleLimit 16 } }
        @{ Command = 'Revoke-ToriiSession for all sessions'; Act = { 1..6 | ForEach-Object { $args[0] } | Revoke-ToriiSession -Connection $args[1] -ThrottleLimit 16 } }
    ) {
        $id = $user
        $run = Invoke-Watched { & ([scriptblock]::Create("$Act".Replace('$args[0]', '$id').Replace('$args[1]', '$through'))) } $slow
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations | Should -HaveCount 6
        Measure-Overlap $run.Mutations | Should -Be 1
    }
}
