# Remove-ToriiUser: what counts as deleted, who is asked, and how much is deleted when a pipeline ends early.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 120
    $connect = "Connect-Torii -SecretKey '$($emulator.GetSecretKey())' -ApiUrl $($emulator.ApiUrl) -SkipCheck"
    $patient = Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $emulator.ApiUrl -Name patient -MaxRetry 1 -SkipCheck -PassThru
    $people = [Collections.Generic.Queue[object]]::new(@(Get-ToriiUser -Status active))
    function Get-Victim([int] $Count = 1) { 1..$Count | ForEach-Object { $people.Dequeue() } }
    function Get-Status($User) { @($User | ForEach-Object { (Invoke-Api GET "/api/server/v1/users/$($_.UserId)").status }) }
    # The deletions that arrived, once no further one comes: a request that is under way arrives within a moment.
    function Get-Deletion([long] $After) {
        $seen = -1
        for ($i = 0; $i -lt 20; $i++) {
            $deletions = @(Get-Journal $After | Where-Object operation -EQ deleteUser)
            if ($deletions.Count -ne $seen) { $seen = $deletions.Count; $i = 0 }
            [Threading.Thread]::Sleep(15)
        }
        $deletions
    }
}
AfterAll { Stop-TestEmulator }

Describe 'A 403 after an attempt that may have deleted the user' {
    AfterEach { Clear-Fault }

    It 'Is an error when the user still exists after <What>' -ForEach @(
        @{ What = 'a 503'; Fault = @{ kind = 'status'; status = 503; retryAfter = '0' } }
        @{ What = 'a 500'; Fault = @{ kind = 'status'; status = 500 } }
        @{ What = 'a connection that was reset'; Fault = @{ kind = 'reset' } }
    ) {
        $victim = Get-Victim
        Add-Fault ($Fault + @{ operation = 'deleteUser'; times = 1 })
        Add-Fault @{ operation = 'deleteUser'; kind = 'status'; status = 403 }
        $run = Invoke-Watched { Remove-ToriiUser $victim.UserId -Force -PassThru -Connection $patient }
        $run.Mutations | Should -HaveCount 2
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] ($run.Errors[0].FullyQualifiedErrorId -split ',')[0]
        ($run.Errors[0].FullyQualifiedErrorId -split ',')[0] | Should -BeIn 'Torii.Forbidden', 'Torii.OutcomeUnknown'
        Clear-Fault
        Get-Status $victim | Should -Be active
    }

    It 'Is an error for a user of another environment after a 503' {
        $foreign = (Invoke-Api GET /_emulator/foreign).userId
        Add-Fault @{ operation = 'deleteUser'; kind = 'status'; status = 503; retryAfter = '0'; times = 1 }
        $run = Invoke-Watched { Remove-ToriiUser $foreign -Force -PassThru -Connection $patient }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 1
        ($run.Errors[0].FullyQualifiedErrorId -split ',')[0] | Should -BeIn 'Torii.Forbidden', 'Torii.OutcomeUnknown'
    }

    It 'Is an error when whether the user exists cannot be found out' {
        $victim = Get-Victim
        Add-Fault @{ operation = 'deleteUser'; kind = 'status'; status = 503; retryAfter = '0'; times = 1 }
        Add-Fault @{ operation = 'deleteUser'; kind = 'status'; status = 403 }
        Add-Fault @{ operation = 'getUser'; kind = 'status'; status = 503; retryAfter = '0' }
        Add-Fault @{ operation = 'searchUsers'; kind = 'status'; status = 503; retryAfter = '0' }
        $run = Invoke-Watched { Remove-ToriiUser $victim.UserId -Force -PassThru -Connection $patient }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -HaveCount 1
        ($run.Errors[0].FullyQualifiedErrorId -split ',')[0] | Should -BeIn 'Torii.Forbidden', 'Torii.OutcomeUnknown'
    }

    It 'Is success when <What> had deleted the user' -ForEach @(
        @{ What = 'a 503'; Fault = @{ kind = 'status'; status = 503; retryAfter = '0'; executes = $true } }
        @{ What = 'a 500'; Fault = @{ kind = 'status'; status = 500; executes = $true } }
        @{ What = 'an attempt without an answer'; Fault = @{ kind = 'resetAfter' } }
    ) {
        $victim = Get-Victim
        Add-Fault ($Fault + @{ operation = 'deleteUser'; times = 1 })
        $run = Invoke-Watched { $victim | Remove-ToriiUser -Force -PassThru -Connection $patient }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.UserId | Should -Be $victim.UserId
        Get-Status $victim | Should -Be deleted
    }
}

Describe 'The question before a deletion' {
    It '-Force -Confirm asks, and fails where nobody can answer' {
        $victims = Get-Victim 2
        $end = Get-JournalEnd
        $run = Invoke-Shell "$connect; '$($victims.UserId -join "','")' | Remove-ToriiUser -Force -Confirm; 'over'"
        $run.Errors | Should -Not -BeNullOrEmpty
        Get-Journal $end | Select-Mutation | Should -BeNullOrEmpty
        Get-Status $victims | Should -Be active, active
    }

    It '-Force -Confirm asks in a session whose $ConfirmPreference is None' {
        $victim = Get-Victim
        $end = Get-JournalEnd
        $run = Invoke-Shell "$connect; `$ConfirmPreference = 'None'; Remove-ToriiUser $($victim.UserId) -Force -Confirm"
        $run.Errors | Should -Not -BeNullOrEmpty
        Get-Journal $end | Select-Mutation | Should -BeNullOrEmpty
        Get-Status $victim | Should -Be active
    }

    It '<Switches> does not ask' -ForEach @{ Switches = '-Force' }, @{ Switches = '-Force -Confirm:$false' }, @{ Switches = '-Confirm:$false' } {
        $victim = Get-Victim
        $run = Invoke-Shell "$connect; Remove-ToriiUser $($victim.UserId) $Switches"
        $run.Errors | Should -BeNullOrEmpty
        Get-Status $victim | Should -Be deleted
    }

    It '<Switches> sends nothing' -ForEach @{ Switches = '-Force -WhatIf' }, @{ Switches = '-Force -Confirm -WhatIf' }, @{ Switches = '-Force -Confirm:$false -WhatIf' } {
        $victim = Get-Victim
        $end = Get-JournalEnd
        $run = Invoke-Shell "$connect; Remove-ToriiUser $($victim.UserId) $Switches"
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -BeLike "*What if:*$($victim.UserId)*"
        Get-Journal $end | Should -BeNullOrEmpty
        Get-Status $victim | Should -Be active
    }
}

Describe 'Deleting one after the other' {
    It 'Select-Object -First 1 deletes exactly one user' {
        $victims = Get-Victim 6
        $end = Get-JournalEnd
        $first = $victims | Remove-ToriiUser -Force -PassThru | Select-Object -First 1
        $first.UserId | Should -Be $victims[0].UserId
        @(Get-Deletion $end).userId | Should -Be $victims[0].UserId
        Get-Status $victims | Should -Be (@('deleted') + @('active') * 5)
    }

    It 'A break in a loop deletes exactly one user' {
        $victims = Get-Victim 6
        $end = Get-JournalEnd
        foreach ($once in 1) { $victims | Remove-ToriiUser -Force -PassThru | ForEach-Object { break } }
        @(Get-Deletion $end).userId | Should -Be $victims[0].UserId
        Get-Status $victims | Should -Be (@('deleted') + @('active') * 5)
    }

    It 'An exception in a later command deletes exactly one user' {
        $victims = Get-Victim 6
        $end = Get-JournalEnd
        try { $victims | Remove-ToriiUser -Force -PassThru | ForEach-Object { throw 'enough' } } catch { "$_" | Should -Be enough }
        @(Get-Deletion $end).userId | Should -Be $victims[0].UserId
    }

    It 'Select-Object -First 1 deletes exactly one of several ids given as an argument' {
        $victims = Get-Victim 6
        $end = Get-JournalEnd
        $null = Remove-ToriiUser $victims.UserId -Force -PassThru | Select-Object -First 1
        @(Get-Deletion $end).userId | Should -Be $victims[0].UserId
    }

    It 'Each outcome is emitted before the next request is sent' {
        $victims = Get-Victim 5
        $end = Get-JournalEnd
        $sent = $victims | Remove-ToriiUser -Force -PassThru | ForEach-Object { @(Get-Deletion $end).Count }
        $sent | Should -Be 1, 2, 3, 4, 5
    }

    It 'Each error is written before the next request is sent' {
        $victims = Get-Victim 3
        $victims | Remove-ToriiUser -Force
        $end = Get-JournalEnd
        $sent = $victims | Remove-ToriiUser -Force 2>&1 | ForEach-Object { @(Get-Deletion $end).Count }
        $sent | Should -Be 1, 2, 3
    }
}
