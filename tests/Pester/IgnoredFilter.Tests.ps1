# A server that does not know a filter may answer with everybody. Whatever the filter and the cmdlet after it, nobody
# outside the filter is ever deleted, banned or revoked.
BeforeDiscovery {
    $filters = @(
        @{ Filter = 'Status'; Fields = 'statuses'; Make = { @{ Status = 'banned' } }; Belongs = { $_.status -eq 'banned' } }
        @{ Filter = 'Name'; Fields = 'name'; Make = { @{ Name = '*a*' } }; Belongs = { $_.name -like '*a*' } }
        @{ Filter = 'Email'; Fields = 'email'; Make = { @{ Email = '*@example.com' } }; Belongs = { $_.email -like '*@example.com' } }
        @{ Filter = 'WithoutName'; Fields = 'name'; Make = { @{ WithoutName = $true } }; Belongs = { -not $_.name } }
        @{ Filter = 'CreatedAfter'; Fields = 'createdAfter'; Make = { @{ CreatedAfter = $args[0][30].createdAt } }; Belongs = { $_.createdAt -ge $truth[30].createdAt } }
        @{ Filter = 'CreatedBefore'; Fields = 'createdBefore'; Make = { @{ CreatedBefore = $args[0][30].createdAt } }; Belongs = { $_.createdAt -le $truth[30].createdAt } }
        @{ Filter = 'a created range'; Combined = $true; Fields = 'createdAfter', 'createdBefore'; Make = { @{ CreatedAfter = $args[0][20].createdAt; CreatedBefore = $args[0][40].createdAt } }
            Belongs = { $_.createdAt -ge $truth[20].createdAt -and $_.createdAt -le $truth[40].createdAt }
        }
        @{ Filter = 'Status and Email, of which one is ignored'; Combined = $true; Fields = 'statuses'; Make = { @{ Status = 'banned'; Email = '*@example.*' } }; Belongs = { $_.status -eq 'banned' -and $_.email -like '*@example.*' } }
        # These are handled: each user that was asked for is found all the same, and nobody else.
        @{ Filter = 'WithoutEmail'; Fields = 'email'; Handled = $true; Make = { @{ WithoutEmail = $true } }; Belongs = { -not $_.email } }
        @{ Filter = 'UserId'; Fields = 'userIds'; Handled = $true; Make = { @{ UserId = $args[0][11, 3, 7].id } }; Belongs = { $_.id -in $truth[11, 3, 7].id } }
        @{ Filter = 'EmailAddress'; Fields = 'emailAddresses'; Handled = $true; Make = { @{ EmailAddress = ($args[0] | Where-Object email)[11, 3, 7].email } }; Belongs = { $_.email -and $_.email -in ($truth | Where-Object email)[11, 3, 7].email } }
    )
    $cases = foreach ($contract in '0.0.3', '0.0.12') { foreach ($filter in $filters) { $filter + @{ Contract = $contract } } }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulators = @{}
    foreach ($contract in '0.0.3', '0.0.12') { $emulators[$contract] = Start-TestEmulator -Users 90 -Contract $contract -Name "v$contract" -Additional }
}
AfterAll { Stop-TestEmulator }

Describe 'An ignored filter is never acted on' {
    BeforeEach {
        $emulator = $emulators[$Contract]
        # Always somebody without a name and an address, whatever was deleted before.
        1..2 | ForEach-Object { $null = Invoke-Api POST /api/server/v1/users @{} $emulator }
        $truth = @(Get-Truth $emulator | Where-Object status -NE deleted | Sort-Object createdAt)
        $wanted = & $Make $truth
        $belong = @($truth | Where-Object $Belongs)
        # A filter to which all belong, or nobody, would prove nothing.
        $belong.Count | Should -BeGreaterThan 0
        $belong.Count | Should -BeLessThan $truth.Count
    }
    AfterEach { Clear-Fault $emulator }

    It '<Contract>, <Filter>: finds just those who belong when it is known' -ForEach $cases {
        $run = Invoke-Watched { Get-ToriiUser @wanted -Connection "v$Contract" | Revoke-ToriiSession } $emulator
        $run.Errors | Should -BeNullOrEmpty
        @($run.Mutations.userId | Sort-Object) | Should -Be @($belong.id | Sort-Object)
    }

    It '<Contract>, <Filter>: touches nobody outside when it alone is ignored' -ForEach $cases {
        foreach ($command in 'Revoke-ToriiSession', 'Block-ToriiUser', 'Remove-ToriiUser') {
            Add-Fault @{ operation = 'searchUsers'; kind = 'ignoreFilter'; fields = @($Fields) } $emulator
            $more = $command -eq 'Remove-ToriiUser' ? @{ Force = $true } : @{}
            $run = Invoke-Watched { Get-ToriiUser @wanted -Connection "v$Contract" | & $command @more } $emulator
            $run.Mutations.userId | Where-Object { $_ -notin $belong.id } | Should -BeNullOrEmpty
            if ($Handled) {
                @($run.Mutations.userId | Sort-Object) | Should -Be @($belong.id | Sort-Object)
                $run.Errors | Should -BeNullOrEmpty
            }
            else {
                $run.Mutations | Should -BeNullOrEmpty
                $run.Errors | Should -HaveCount 1
                Assert-ToriiError $run.Errors[0] Torii.FilterIgnored InvalidResult
            }
        }
    }

    # For a single filter this is the test above.
    It '<Contract>, <Filter>: changes no user outside the filter when every filter is ignored' -ForEach ($cases | Where-Object Combined) {
        foreach ($command in 'Revoke-ToriiSession', 'Block-ToriiUser', 'Remove-ToriiUser') {
            Add-Fault @{ operation = 'searchUsers'; kind = 'ignoreFilter' } $emulator
            $more = $command -eq 'Remove-ToriiUser' ? @{ Force = $true } : @{}
            $run = Invoke-Watched { Get-ToriiUser @wanted -Connection "v$Contract" | & $command @more } $emulator
            $run.Mutations.userId | Where-Object { $_ -notin $belong.id } | Should -BeNullOrEmpty
            $run.Mutations.Count -gt 0 -or $run.Errors.Count -gt 0 | Should -BeTrue
            $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.FilterIgnored InvalidResult }
        }
        $deleted = @(Get-Truth $emulator | Where-Object status -EQ deleted)
        $deleted.id | Where-Object { $_ -in $truth.id -and $_ -notin $belong.id } | Should -BeNullOrEmpty
    }
}
