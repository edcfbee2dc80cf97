BeforeDiscovery {
    $cultures = 'en-US', 'da-DK', 'tr-TR', 'ar-SA', 'iv'
    # Where the system knows no cultures, all are alike, and nothing would be tested.
    $noCultures = [cultureinfo]::GetCultureInfo('da-DK').DateTimeFormat.ShortDatePattern -eq [cultureinfo]::InvariantCulture.DateTimeFormat.ShortDatePattern
}
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $null = Start-TestEmulator -Users 60
    $everybody = @(Get-ToriiUser)

    function Use-Culture([string] $Name, [scriptblock] $Script) {
        $before = [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture
        try {
            [cultureinfo]::CurrentCulture = [cultureinfo]::CurrentUICulture = $Name -eq 'iv' ? [cultureinfo]::InvariantCulture : [cultureinfo]::GetCultureInfo($Name)
            & $Script
        }
        finally { [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture = $before }
    }
}
AfterAll { Stop-TestEmulator }

# The calendar of ar-SA is not the Gregorian one.
Describe 'Dates in the culture ar-SA' -Skip:$noCultures {
    It '<Given> is sent as <Sent>' -ForEach @(
        @{ Given = '2024-03-04'; Sent = '2024-03-04T00:00:00.000Z' }
        @{ Given = '2024-03-04T09:30'; Sent = '2024-03-04T09:30:00.000Z' }
        @{ Given = '2024-03-04 09:30:15'; Sent = '2024-03-04T09:30:15.000Z' }
        @{ Given = '2024-03-04T09:30:15.250Z'; Sent = '2024-03-04T09:30:15.250Z' }
        @{ Given = '2024-03-04T09:30:15+02:00'; Sent = '2024-03-04T07:30:15.000Z' }
        @{ Given = [datetime]::new(2024, 3, 4, 5, 6, 7, [DateTimeKind]::Utc); Sent = '2024-03-04T05:06:07.000Z' }
        @{ Given = [datetimeoffset]::new(2024, 3, 4, 5, 6, 7, [timespan]::FromHours(5)); Sent = '2024-03-04T00:06:07.000Z' }
    ) {
        $run = Use-Culture ar-SA { Invoke-Watched { Get-ToriiUser -CreatedAfter $Given -First 1 } }
        [Text.Json.JsonDocument]::Parse($run.Requests[0].body).RootElement.GetProperty('createdAfter').GetString() | Should -Be $Sent
        $run = Use-Culture ar-SA { Invoke-Watched { Get-ToriiUser -CreatedBefore $Given -First 1 } }
        [Text.Json.JsonDocument]::Parse($run.Requests[0].body).RootElement.GetProperty('createdBefore').GetString() | Should -Be $Sent
    }
}

Describe 'Ambiguous dates' -Skip:$noCultures {
    # 4.3.2026 and 04.03.2026 are dates in da-DK.
    It '<Given> is not a date in <Culture>' -ForEach @(
        '4.3.2026', '04.03.2026', '03/04/2026 09:30:00', '3/4/26', '2026-13-01', '2026-02-30', 'March 4, 2026', 'yesterday', '20260304', '1709510400' | ForEach-Object { @{ Given = $_; Culture = 'da-DK' } }
        $cultures | ForEach-Object { @{ Given = '03/04/2026'; Culture = $_ } }
    ) {
        $run = Use-Culture $Culture { Invoke-Watched { Get-ToriiUser -CreatedAfter $Given -First 1 } }
        Assert-ParameterError $run.EndedBy CreatedAfter "*'$Given' is not a date*2026-05-16*"
        $run.Requests | Should -BeNullOrEmpty
    }
}

# The same text is another day in another culture: 04/03/2026 09:30:00 +00:00.
Describe 'A date that <_> wrote into a CSV file' -ForEach 'en-US', 'en-GB', 'da-DK', 'ar-SA', 'iv' -Skip:$noCultures {
    BeforeAll { $culture = $_ }

    It 'Is refused as Export-Csv writes it, and the message names another way' {
        $row = Use-Culture $culture { $everybody[30] | Export-Csv $TestDrive/users.csv; Import-Csv $TestDrive/users.csv }
        $run = Use-Culture $culture { Invoke-Watched { Get-ToriiUser -CreatedAfter $row.CreatedAt } }
        Assert-ParameterError $run.EndedBy CreatedAfter "*is not a date*ToString('o')*"
        $run.Requests | Should -BeNullOrEmpty
    }

    It 'Is read as the same moment when it was exported that way' {
        $row = Use-Culture $culture { $everybody[30] | Select-Object UserId, @{ Name = 'CreatedAt'; Expression = { $_.CreatedAt.ToString('o') } } | Export-Csv $TestDrive/users.csv; Import-Csv $TestDrive/users.csv }
        (Use-Culture $culture { Get-ToriiUser -CreatedAfter $row.CreatedAt -CreatedBefore $row.CreatedAt }).UserId | Should -Be $everybody[30].UserId
    }

    It 'Is read as the same moment from JSON' {
        $row = Use-Culture $culture { $everybody[30] | ConvertTo-Json | ConvertFrom-Json }
        (Use-Culture $culture { Get-ToriiUser -CreatedAfter $row.CreatedAt -CreatedBefore $row.CreatedAt }).UserId | Should -Be $everybody[30].UserId
    }
}

# The only culture here in which the case of a letter differs.
Describe 'The culture tr-TR' -Skip:$noCultures {
    BeforeAll { $culture = 'tr-TR' }

    It 'compares texts as everywhere, a Turkish I included' {
        Use-Culture $culture {
            @(Get-ToriiUser -Email 'ADELAIDE@EXAMPLE.NET').Count | Should -Be 1
            @(Get-ToriiUser -Email 'adelaide@example.net').Count | Should -Be 1
            @(Get-ToriiUser -Email 'ADELAI*').Email | Should -Be ADELAIDE@example.net
            @(Get-ToriiUser -Name 'nomen nescio').Count | Should -Be 1
            @(Get-ToriiUser -Name 'NOMEN NESCIO').Count | Should -Be 1
            @(Get-ToriiUser -Name '*NESCI*').Count | Should -Be 1
            @(Get-ToriiUser -Status ACTIVE -First 1).Count | Should -Be 1
        }
    }

    It 'sends a status as the service spells it, in whatever case it was given' {
        $run = Use-Culture $culture { Invoke-Watched { Get-ToriiUser -Status PENDING_VERIFICATION, ACTIVE } }
        $run.Requests[0].body | Should -Be '{"statuses":["pending_verification","active"]}'
    }

    It 'finds a connection by its name in another case' {
        Use-Culture $culture {
            Connect-Torii -SecretKey sk_test_0123456789abcdef -Name wichita -SkipCheck
            (Get-ToriiConnection WICHITA).Name | Should -Be wichita
            Disconnect-Torii WICHITA
        }
    }
}

Describe 'Culture <_>' -ForEach $cultures -Skip:$noCultures {
    BeforeAll { $culture = $_ }

    It 'brings rows through a CSV file to exactly the sessions they were' {
        $user = $everybody[0]
        1..2 | ForEach-Object { $null = Invoke-Api POST /_emulator/sessions @{ userId = $user.UserId } }
        $session = @($user | Get-ToriiSession)[0]
        $run = Use-Culture $culture {
            $session | Export-Csv $TestDrive/session.csv -UseCulture
            Invoke-Watched { Import-Csv $TestDrive/session.csv -UseCulture | Revoke-ToriiSession }
        }
        $run.Errors | Should -BeNullOrEmpty
        $run.Mutations.path | Should -Be "/api/server/v1/users/$($user.UserId)/sessions/$($session.SessionId)"
    }
}

Describe 'Times and processes in the culture ar-SA' -Skip:$noCultures {
    BeforeAll { $culture = 'ar-SA' }

    It 'A table shows a time in the Gregorian calendar' {
        $session = Get-ToriiUser -Status active | Get-ToriiSession | Select-Object -First 1
        $text = Use-Culture $culture { $session | Format-Table | Out-String -Width 120 }
        $text | Should -BeLike "*$($session.CreatedAt.ToString('yyyy-MM-dd', [cultureinfo]::InvariantCulture))*"
    }

    It 'starts an emulator' {
        Use-Culture $culture { Start-ToriiEmulator -Users 3 | Connect-Torii -Name culture; @(Get-ToriiUser -Connection culture).Count | Should -Be 3; Stop-ToriiEmulator -Port (Get-ToriiConnection culture).ApiUrl.Port; Disconnect-Torii culture }
    }
}
