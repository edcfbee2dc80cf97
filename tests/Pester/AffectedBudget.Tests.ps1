# Connect-Torii -MaxAffected is a budget for everything that is done through the connection.
BeforeDiscovery {
    $mutators = @(
        @{ Command = 'Set-ToriiUser'; Change = @{ Locale = 'da' } }
        @{ Command = 'Block-ToriiUser'; Change = @{} }
        @{ Command = 'Unblock-ToriiUser'; Change = @{} }
        @{ Command = 'Remove-ToriiUser'; Change = @{} }
        @{ Command = 'Revoke-ToriiSession'; Change = @{} }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 400
    $key = $emulator.GetSecretKey()
    $url = $emulator.ApiUrl
    $people = [Collections.Generic.Queue[object]]::new(@(Get-ToriiUser -Status active))
    $nobody = '01931a73-8b00-7000-8000-000000000000'
    # Ids: they belong to no connection of their own.
    function Get-Id([int] $Count) { 1..$Count | ForEach-Object { $people.Dequeue().UserId } }
    function Get-Remaining([string] $Name = 'careful') { (Get-ToriiConnection $Name).RemainingAffected }
    function Assert-Exhausted($Record) {
        Assert-ToriiError $Record Torii.TooManyAffected LimitsExceeded
        "$($Record.ErrorDetails.RecommendedAction)" | Should -BeLike '*Connect-Torii*' -Because 'it says how to continue'
        "$Record" | Should -Not -BeLike '*perhaps*'
    }
}
AfterAll { Stop-TestEmulator }

Describe 'The budget of a connection' {
    BeforeEach { Connect-Torii -SecretKey $key -ApiUrl $url -Name careful -MaxAffected 3 -MaxRetry 0 -SkipCheck }
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Where-Object Name -NE default | Disconnect-Torii
    }

    It 'Ends a loop of <Command> after three users' -ForEach $mutators {
        $ids = @(Get-Id 5)
        $run = Invoke-Watched { foreach ($id in $ids) { try { & $Command $id @Change -Connection careful -Confirm:$false -ErrorAction Stop } catch { Write-Error -ErrorRecord $_ -ErrorAction Continue } } }
        $run.Requests.userId | Should -Be $ids[0..2]
        $run.Errors | Should -HaveCount 2
        $run.Errors | ForEach-Object { Assert-Exhausted $_ }
        Get-Remaining | Should -Be 0
    }

    It 'Ends a loop over user objects of the connection' {
        $users = @(Get-ToriiUser -Connection careful (Get-Id 5))
        $run = Invoke-Watched { foreach ($user in $users) { try { Block-ToriiUser $user } catch { Write-Error -ErrorRecord $_ } } }
        $run.Mutations.userId | Should -Be $users[0..2].UserId
        $run.Errors | Should -HaveCount 2
        $run.Errors | ForEach-Object { Assert-Exhausted $_ }
    }

    It 'Ends a loop of New-ToriiUser after three accounts' {
        $run = Invoke-Watched { foreach ($i in 1..5) { try { New-ToriiUser "budget$([guid]::NewGuid().ToString('n'))@example.com" -Connection careful } catch { Write-Error -ErrorRecord $_ } } }
        $run.Mutations | Should -HaveCount 3
        $run.Output | Should -HaveCount 3
        $run.Errors | Should -HaveCount 2
        $run.Errors | ForEach-Object { Assert-Exhausted $_ }
    }

    It 'Is shared by all cmdlets' {
        $ids = @(Get-Id 4)
        Block-ToriiUser $ids[0] -Connection careful
        Get-Remaining | Should -Be 2
        Set-ToriiUser $ids[1] -Locale da -Connection careful
        Get-Remaining | Should -Be 1
        Remove-ToriiUser $ids[2] -Force -Connection careful
        Get-Remaining | Should -Be 0
        $run = Invoke-Watched { Revoke-ToriiSession $ids[3] -Connection careful }
        $run.Requests | Should -BeNullOrEmpty
        Assert-Exhausted $run.Errors[0]
    }

    It 'Is shared by the connection''s name and the connection itself' {
        $connection = Get-ToriiConnection careful
        $ids = @(Get-Id 4)
        $run = Invoke-Watched { Block-ToriiUser $ids[0] -Connection careful; Block-ToriiUser $ids[1] -Connection $connection; Block-ToriiUser $ids[2] -Connection (Get-ToriiConnection careful); Block-ToriiUser $ids[3] -Connection $connection }
        $run.Mutations.userId | Should -Be $ids[0..2]
        Assert-Exhausted $run.Errors[0]
    }

    It 'Is shared by runspaces that the connection is handed to' {
        $connection = Get-ToriiConnection careful
        $module = Get-ModulePath
        $ids = @(Get-Id 12)
        Add-Fault @{ operation = 'banUser'; kind = 'slow'; delayMs = 50 }
        $run = Invoke-Watched { $ids | ForEach-Object -Parallel { Import-Module $using:module; try { Block-ToriiUser $_ -Connection $using:connection -ErrorAction Stop } catch { $_.FullyQualifiedErrorId } } -ThrottleLimit 6 }
        $run.Mutations | Should -HaveCount 3
        @($run.Output | Where-Object { $_ -like 'Torii.TooManyAffected,*' }) | Should -HaveCount 9
        Get-Remaining | Should -Be 0
    }

    It 'RemainingAffected is what is left, and $null without a budget' {
        Get-Remaining | Should -Be 3
        $null -eq (Get-Remaining default) | Should -BeTrue
        (Get-ToriiConnection default).PSObject.Properties.Name | Should -Contain RemainingAffected
        Get-Id 2 | Block-ToriiUser -Connection careful
        Get-Remaining | Should -Be 1
        $null -eq (Get-Remaining default) | Should -BeTrue
    }

    It 'Reading uses nothing up' {
        $null = Get-ToriiUser -Connection careful -First 20 | Get-ToriiSession
        Get-Remaining | Should -Be 3
    }

    It 'A command with more targets than are left sends nothing at all and uses nothing up' {
        Block-ToriiUser (Get-Id 1) -Connection careful
        $ids = @(Get-Id 3)
        foreach ($run in (Invoke-Watched { $ids | Block-ToriiUser -Connection careful }), (Invoke-Watched { Block-ToriiUser $ids -Connection careful }), (Invoke-Watched { $ids | Remove-ToriiUser -Force -Connection careful })) {
            $run.Requests | Should -BeNullOrEmpty
            Assert-Exhausted $run.Errors[0]
        }
        Get-Remaining | Should -Be 2
        $run = Invoke-Watched { $ids[0, 1] | Block-ToriiUser -Connection careful }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations | Should -HaveCount 2
        Get-Remaining | Should -Be 0
    }

    It '-WhatIf uses nothing up, and a row that is refused does not either' {
        $ids = @(Get-Id 3)
        $null = Invoke-Apart { param($i, $c) $i | Block-ToriiUser -Connection $c -WhatIf; $i | Remove-ToriiUser -Force -Connection $c -WhatIf } @{ i = $ids; c = Get-ToriiConnection careful }
        Get-Remaining | Should -Be 3
        $null = Invoke-Watched { [pscustomobject]@{ UserId = $ids[0]; SessionId = '' } | Block-ToriiUser -Connection careful }
        Get-Remaining | Should -Be 3
        (Invoke-Watched { $ids | Block-ToriiUser -Connection careful }).Mutations | Should -HaveCount 3
    }

    It 'A larger -MaxAffected of a command does not exceed the budget' {
        Block-ToriiUser (Get-Id 1) -Connection careful
        $ids = @(Get-Id 3)
        $run = Invoke-Watched { $ids | Block-ToriiUser -Connection careful -MaxAffected 100 }
        $run.Requests | Should -BeNullOrEmpty
        Assert-Exhausted $run.Errors[0]
    }

    It 'A smaller -MaxAffected of a command holds within the budget' {
        $ids = @(Get-Id 3)
        $run = Invoke-Watched { $ids | Block-ToriiUser -Connection careful -MaxAffected 2 }
        $run.Requests | Should -BeNullOrEmpty
        Assert-ToriiError $run.Errors[0] Torii.TooManyAffected LimitsExceeded
        Get-Remaining | Should -Be 3
    }

    It 'Is another connection''s business not at all' {
        Connect-Torii -SecretKey $key -ApiUrl $url -Name other -MaxAffected 2 -SkipCheck
        Get-Id 3 | Block-ToriiUser -Connection careful
        Get-Remaining other | Should -Be 2
        (Invoke-Watched { Get-Id 5 | Block-ToriiUser }).Mutations | Should -HaveCount 5
        (Invoke-Watched { Get-Id 2 | Block-ToriiUser -Connection other }).Mutations | Should -HaveCount 2
    }

    It 'Starts anew with a new Connect-Torii' {
        Get-Id 3 | Block-ToriiUser -Connection careful
        Get-Remaining | Should -Be 0
        Connect-Torii -SecretKey $key -ApiUrl $url -Name careful -MaxAffected 3 -MaxRetry 0 -SkipCheck
        Get-Remaining | Should -Be 3
        (Invoke-Watched { Block-ToriiUser (Get-Id 1) -Connection careful }).Mutations | Should -HaveCount 1
    }

    It 'Also stops a mixed pipeline before anything of the exhausted connection is touched' {
        $mine = @(Get-ToriiUser -Connection careful (Get-Id 2))
        Get-Id 2 | Block-ToriiUser -Connection careful
        $free = @(Get-ToriiUser (Get-Id 1))
        $run = Invoke-Watched { $mine + $free | Block-ToriiUser }
        Assert-Exhausted $run.Errors[0]
        $run.Mutations.userId | Where-Object { $_ -in $mine.UserId } | Should -BeNullOrEmpty
    }
}

Describe 'The error of -MaxAffected' {
    It 'Says More than 5 targets with <Count> piped' -ForEach @{ Count = 6 }, @{ Count = 7 }, @{ Count = 100 } {
        $ids = 1..$Count | ForEach-Object { '01931a73-8b00-7000-8000-{0:x12}' -f $_ }
        foreach ($run in (Invoke-Watched { $ids | Block-ToriiUser -MaxAffected 5 }), (Invoke-Watched { Block-ToriiUser $ids -MaxAffected 5 })) {
            $run.Requests | Should -BeNullOrEmpty
            Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded '*More than 5 targets*'
            "$($run.EndedBy) $($run.EndedBy.Exception.Message) $($run.EndedBy.ErrorDetails.RecommendedAction)" | Should -Not -BeLike '*perhaps*'
            # Nobody counted the rest.
            "$($run.EndedBy)" | Should -Not -Match "\b$Count targets"
        }
    }

    It 'Says More than 1 target' {
        $run = Invoke-Watched { Get-Id 2 | Block-ToriiUser -MaxAffected 1 }
        Assert-ToriiError $run.EndedBy Torii.TooManyAffected LimitsExceeded
        "$($run.EndedBy)" | Should -Match 'More than 1 target\b'
    }

    It 'Names the first targets' {
        $ids = @(Get-Id 7)
        $text = "$((Invoke-Watched { $ids | Block-ToriiUser -MaxAffected 5 }).EndedBy)"
        $ids[0..2] | ForEach-Object { $text | Should -BeLike "*$_*" }
    }
}
