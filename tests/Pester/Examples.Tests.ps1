BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $examples = [IO.Path]::GetFullPath("$PSScriptRoot/../../examples")
}
AfterAll { Stop-TestEmulator }

Describe 'The example change-organization.ps1' {
    BeforeAll {
        $emulator = Start-TestEmulator -Users 200 -Contract 0.0.12
        $organization, $other = Get-ToriiOrganization -First 2
        $members = @(Get-ToriiUser -Organization $organization -Status active)
        $outside = @(Get-ToriiUser -Status active | Where-Object UserId -NotIn $members.UserId)
        $arguments = @{ Organization = $organization.Name; Plan = 'enterprise'; Deputy = 'deputy@example.com' }
    }

    It 'shows with -WhatIf each change and makes none' {
        $run = Invoke-Watched {
            Invoke-Apart {
                param($Script, $Arguments, $Emulator, $Key)
                Connect-Torii -SecretKey $Key -ApiUrl $Emulator.ApiUrl -SkipCheck
                & $Script @Arguments -WhatIf
            } @{ Script = "$examples/change-organization.ps1"; Arguments = $arguments; Emulator = $emulator; Key = $emulator.GetSecretKey() }
        }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations | Should -BeNullOrEmpty
    }

    It 'refuses more members than -MaxAffected and changes no member' {
        $members.Count | Should -BeGreaterThan 1
        $run = Invoke-Watched { & "$examples/change-organization.ps1" @arguments -MaxAffected 1 }
        Assert-ToriiError $run.EndedBy Torii.TooManyAffected
        $run.Mutations.operation | Should -Be updateOrganizationMetadata
    }

    It 'changes each active member, nobody else, and invites the deputy' {
        $sessions = @($outside | Get-ToriiSession).Count
        $run = Invoke-Watched { & "$examples/change-organization.ps1" @arguments }
        $run.Errors | Should -BeNullOrEmpty
        @($members.UserId | Get-ToriiUser).PrivateMetadata.plan | Select-Object -Unique | Should -Be enterprise
        @($members | Get-ToriiSession) | Should -BeNullOrEmpty
        @($outside.UserId | Get-ToriiUser | Where-Object { $_.PrivateMetadata.plan -eq 'enterprise' }) | Should -BeNullOrEmpty
        @($outside | Get-ToriiSession).Count | Should -Be $sessions
        (Get-ToriiOrganization $organization.OrganizationId).PublicMetadata.plan | Should -Be enterprise
        (Get-ToriiInvitation -Status PENDING -Search deputy@example.com).Email | Should -Be deputy@example.com
    }

    It 'invites nobody twice when it is run again' {
        $run = Invoke-Watched { & "$examples/change-organization.ps1" @arguments }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations.operation | Should -Not -Contain createInvitation
        @(Get-ToriiInvitation -Search deputy@example.com) | Should -HaveCount 1
    }
}
