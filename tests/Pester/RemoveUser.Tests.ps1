BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 20
    $connect = "Connect-Torii -SecretKey '$($emulator.GetSecretKey())' -ApiUrl $($emulator.ApiUrl) -SkipCheck"
    $patient = Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $emulator.ApiUrl -Name patient -SkipCheck -PassThru
    $nobody = '01931a73-8b00-7000-8000-000000000000'
    function New-Victim([int] $Count = 1) { 1..$Count | ForEach-Object { New-ToriiUser "victim$([guid]::NewGuid().ToString('n'))@example.com" } }
    function Get-Status($User) { @($User | ForEach-Object { (Invoke-Api GET "/api/server/v1/users/$($_.UserId)").status }) }
}
AfterAll { Stop-TestEmulator }

Describe 'Remove-ToriiUser' {
    AfterEach { Clear-Fault }

    It 'deletes what comes as <Kind>, and emits nothing' -ForEach @(
        @{ Kind = 'a user'; Do = { $args[0] | Remove-ToriiUser -Force } }
        @{ Kind = 'an id'; Do = { $args[0].UserId | Remove-ToriiUser -Force } }
        @{ Kind = 'an argument'; Do = { Remove-ToriiUser $args[0].UserId -Force } }
        @{ Kind = 'a user as an argument'; Do = { Remove-ToriiUser $args[0] -Force } }
        @{ Kind = 'a row'; Do = { $args[0] | ConvertTo-Csv | ConvertFrom-Csv | Remove-ToriiUser -Force } }
        @{ Kind = 'a row with an Id'; Do = { [pscustomobject]@{ Id = $args[0].UserId } | Remove-ToriiUser -Force } }
        @{ Kind = '-Confirm:$false'; Do = { $args[0] | Remove-ToriiUser -Confirm:$false } }
    ) {
        $victim = New-Victim
        $run = Invoke-Watched { & $Do $victim }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -BeNullOrEmpty
        $run.Mutations.operation | Should -Be deleteUser
        Get-Status $victim | Should -Be deleted
    }

    It 'emits what was deleted with -PassThru' {
        $victims = New-Victim 3
        ($victims | Remove-ToriiUser -Force -PassThru).UserId | Should -Be $victims.UserId
    }

    It 'asks: without an answer to be had it is an error, and sends nothing' {
        $victims = New-Victim 2
        $end = Get-JournalEnd
        $run = Invoke-Shell "$connect; Get-ToriiUser $($victims.UserId -join ',') | Remove-ToriiUser; 'over'"
        $run.Errors | Should -Not -BeNullOrEmpty
        Get-Journal $end | Select-Mutation | Should -BeNullOrEmpty
        Get-Status $victims | Should -Be active, active
    }

    It 'names the person, the id and the environment' {
        $victims = New-Victim 3
        $run = Invoke-Shell "$connect; Get-ToriiUser $($victims[0].UserId) | Remove-ToriiUser -WhatIf"
        $run.Output | Should -BeLike "*Delete user*$($victims[0].Email)*$($victims[0].UserId)*(test,*"
        Get-Status $victims | Should -Be active, active, active
    }

    It 'needs no -Force for somebody who has set $ConfirmPreference to None' {
        $victim = New-Victim
        (Invoke-Shell "$connect; `$ConfirmPreference = 'None'; Remove-ToriiUser $($victim.UserId)").Errors | Should -BeNullOrEmpty
        Get-Status $victim | Should -Be deleted
    }

    # The switch: Sweep.Tests.ps1.
    It '-Force does not override $WhatIfPreference' {
        $victims = New-Victim 3
        $run = Invoke-Watched { Invoke-Apart { param($v, $c) $WhatIfPreference = $true; $v | Remove-ToriiUser -Connection $c -Force } @{ v = $victims.UserId; c = Get-ToriiConnection default } }
        $run.Errors | Should -BeNullOrEmpty
        $run.Requests | Should -BeNullOrEmpty
        Get-Status $victims | Should -Be active, active, active
    }

    Context 'a 403' {
        It 'is an error at the first try: somebody else''s, or deleted before' {
            $gone = New-Victim
            $gone | Remove-ToriiUser -Force
            $foreign = (Invoke-Api GET /_emulator/foreign).userId
            foreach ($id in $gone.UserId, $foreign) {
                $run = Invoke-Watched { Remove-ToriiUser $id -Force -Connection $patient }
                Assert-ToriiError $run.Errors[0] Torii.Forbidden PermissionDenied
                $run.Mutations | Should -HaveCount 1
            }
        }

        It 'is success after <Kind>, which had deleted' -ForEach @(
            @{ Kind = 'a lost answer'; Fault = @{ kind = 'resetAfter' } }
            @{ Kind = 'an answer that was cut off'; Fault = @{ kind = 'truncate' } }
            @{ Kind = 'a 500'; Fault = @{ kind = 'status'; status = 500; executes = $true } }
            @{ Kind = 'a 503'; Fault = @{ kind = 'status'; status = 503; executes = $true } }
        ) {
            $victim = New-Victim
            Add-Fault ($Fault + @{ operation = 'deleteUser'; times = 1 })
            $run = Invoke-Watched { Remove-ToriiUser $victim.UserId -Force -Connection $patient }
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations | Should -HaveCount 2
            Get-Status $victim | Should -Be deleted
        }

        It 'is an error after a 429, which deletes nobody' {
            $gone = New-Victim
            $gone | Remove-ToriiUser -Force
            Add-Fault @{ operation = 'deleteUser'; kind = 'status'; status = 429; retryAfter = '0'; times = 2 }
            $run = Invoke-Watched { Remove-ToriiUser $gone.UserId -Force -Connection $patient }
            Assert-ToriiError $run.Errors[0] Torii.Forbidden PermissionDenied
            $run.Mutations | Should -HaveCount 3
        }
    }

    It 'goes on after somebody who is not there, in order' {
        $victims = New-Victim 3
        $run = Invoke-Watched { $victims[0].UserId, $nobody, $victims[1].UserId, $victims[2].UserId | Remove-ToriiUser -Force -PassThru }
        $run.Output | Should -Be $victims.UserId
        $run.Errors | Should -HaveCount 1
        Assert-ToriiError $run.Errors[0] Torii.UserNotFound ObjectNotFound
        $run.Errors[0].TargetObject | Should -Be $nobody
    }

    It 'works on one after the other unless told' {
        Add-Fault @{ operation = 'deleteUser'; kind = 'slow'; delayMs = 40 }
        $victims = New-Victim 12
        Measure-Overlap (Invoke-Watched { $victims[0..3] | Remove-ToriiUser -Force }).Mutations | Should -Be 1
        Measure-Overlap (Invoke-Watched { $victims[4..11] | Remove-ToriiUser -Force -ThrottleLimit 4 }).Mutations | Should -BeIn 2, 3, 4
    }

    It 'takes an answer that is no 204 for no deletion' {
        $victim = New-Victim
        Add-Fault @{ operation = 'deleteUser'; kind = 'html' }
        $run = Invoke-Watched { $victim | Remove-ToriiUser -Force }
        Assert-ToriiError $run.Errors[0] Torii.InvalidResponse InvalidResult
        Get-Status $victim | Should -Be active
    }
}
