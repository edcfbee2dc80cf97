# Answers that no good server gives, for each cmdlet that changes something about users.
BeforeDiscovery {
    # The whole table is in ErrorStatusTests and UnreadableResponseTests of the client.
    $answers = @(
        @{ Answer = '503 in plain text'; Fault = @{ kind = 'status'; status = 503; body = 'sk_test_4eC39HqLyjWDarjtT1zdp7dc is down ' * 400 }; Id = 'Torii.ServiceUnavailable'; Category = 'ResourceUnavailable'; Status = 503 }
        @{ Answer = 'HTML'; Fault = @{ kind = 'html' }; Id = 'Torii.InvalidResponse'; Category = 'InvalidResult'; Status = 200 }
        @{ Answer = 'half a body'; Fault = @{ kind = 'truncate' }; Id = 'Torii.ConnectionFailed'; Category = 'ConnectionError' }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 80
    $people = [Collections.Generic.Queue[object]]::new(@(Get-ToriiUser -Status active))
    $on = [ordered]@{
        updateUser = { Set-ToriiUser $args[0] -Locale da }
        banUser = { Block-ToriiUser $args[0] }
        unbanUser = { Unblock-ToriiUser $args[0] }
        revokeAllSessions = { Revoke-ToriiSession $args[0] }
        deleteUser = { Remove-ToriiUser $args[0] -Force }
    }
}
AfterAll { Stop-TestEmulator }

Describe 'An answer that is <Answer>' -ForEach $answers {
    AfterEach { Clear-Fault }

    It 'is one error with its status and its bounded, redacted body, and the next target goes on' {
        foreach ($operation in $on.Keys) {
            $first = $people.Dequeue()
            # Half a body is carried out: who is deleted by it is not there any more.
            if ($operation -ne 'deleteUser' -or $Answer -ne 'half a body') { $people.Enqueue($first) }
            $second = $people.Peek()
            Add-Fault ($Fault + @{ operation = $operation; userId = $first.UserId; times = 1 })
            $act = $on[$operation]
            $run = Invoke-Watched { & $act $first.UserId }
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] $Id $Category
            $run.Errors[0].TargetObject | Should -Be $first.UserId
            $run.Mutations | Should -HaveCount 1
            if ($Status) {
                $run.Errors[0].Exception.StatusCode | Should -Be $Status
                "$($run.Errors[0].Exception.ResponseBody)".Length | Should -BeLessOrEqual 4096
                "$($run.Errors[0].Exception.ResponseBody)" | Should -Not -Match 'sk_test_4e'
            }
            if ($operation -ne 'deleteUser') { (Invoke-Watched { & $act $second.UserId }).Errors | Should -BeNullOrEmpty }
        }
    }
}

Describe 'An emulator that was told to misbehave' {
    It 'loses nobody with -FaultRate 0.2 -FaultSeed 7: each is banned, or told of once' {
        $stormy = Start-ToriiEmulator -Users 60 -FaultRate 0.2 -FaultSeed 7
        $connection = Connect-Torii -SecretKey $stormy.GetSecretKey() -ApiUrl $stormy.ApiUrl -Name stormy -SkipCheck -PassThru
        $null = Invoke-Api DELETE /_emulator/faults $null $stormy
        $ids = (Get-Truth $stormy).id
        $null = Invoke-Api PUT /_emulator/fault-rate @{ rate = 0.2; seed = 7 } $stormy
        $run = Invoke-Watched { $ids | Block-ToriiUser -Connection $connection -PassThru -ThrottleLimit 32 } $stormy
        $null = Invoke-Api DELETE /_emulator/faults $null $stormy
        @($run.Mutations | Where-Object fault).Count | Should -BeGreaterThan 5
        @(@($run.Output.UserId) + @($run.Errors.TargetObject | Where-Object { $_ }) | Sort-Object) | Should -Be @($ids | Sort-Object)
        $banned = @(Get-Truth $stormy | Where-Object status -EQ banned).id
        $run.Output.UserId | Where-Object { $_ -notin $banned } | Should -BeNullOrEmpty
    }
}
