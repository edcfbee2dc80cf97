BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 250 -NoConnection
    $modern = Start-TestEmulator -Users 700 -Contract 0.0.12 -NoConnection -Additional
}
AfterAll { Stop-TestEmulator }

Describe 'One status 400 for a batch look-up' {
    BeforeAll {
        $all = @((Get-Truth $modern) | Where-Object status -EQ active)
        $ids = $all.id
        $addresses = @($all | Where-Object email).email
    }
    BeforeEach { $main = Connect-Emulator $modern }
    AfterEach {
        Clear-Fault $modern
        Get-ToriiConnection | Disconnect-Torii
    }

    It 'costs the requests of that batch alone, and the next 300 ids need 3: batch <_>' -ForEach 1, 2, 3 {
        Add-Fault @{ operation = 'searchUsers'; kind = 'status'; status = 400; times = 1; skip = $_ - 1 } $modern
        $run = Invoke-Watched { $ids[0..299] | Get-ToriiUser -Connection $main } $modern
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.UserId | Should -Be $ids[0..299]
        @($run.Requests | Where-Object fault) | Should -HaveCount 1
        # The other two batches, the one that failed, and one more each for its users at most.
        @($run.Requests | Where-Object operation -EQ getUser).Count | Should -BeLessOrEqual 100
        @($run.Requests | Where-Object operation -EQ searchUsers).Count | Should -BeLessOrEqual 4

        $next = Invoke-Watched { $ids[300..599] | Get-ToriiUser -Connection $main } $modern
        $next.Output.UserId | Should -Be $ids[300..599]
        @($next.Requests.operation) | Should -Be searchUsers, searchUsers, searchUsers
    }

    It 'costs the requests of that batch alone for addresses as well' {
        Add-Fault @{ operation = 'searchUsers'; kind = 'status'; status = 400; times = 1 } $modern
        $run = Invoke-Watched { Get-ToriiUser -EmailAddress $addresses[0..299] -Connection $main } $modern
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.Email | Should -Be $addresses[0..299]
        $run.Requests.Count | Should -BeLessOrEqual 103

        $next = Invoke-Watched { Get-ToriiUser -EmailAddress $addresses[0..299] -Connection $main } $modern
        $next.Requests | Should -HaveCount 3
    }
}
