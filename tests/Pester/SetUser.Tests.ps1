BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 40
    $people = @(Get-ToriiUser -Status active)
    $connect = "Connect-Torii -SecretKey '$($emulator.GetSecretKey())' -ApiUrl $($emulator.ApiUrl) -SkipCheck"
    # The fields of one request, in the order of the alphabet; with a ! those that are cleared.
    function Get-Said($Requests) {
        @(foreach ($body in @(Get-Body $Requests)) { ($body.Keys | Sort-Object | ForEach-Object { $null -eq $body[$_] ? "$_!" : $_ }) -join ' ' })
    }
}
AfterAll { Stop-TestEmulator }

Describe 'Set-ToriiUser' {
    AfterEach { Clear-Fault }

    Context 'what is sent' {
        It 'is every combination of set, clear and absent, as it was said' {
            $fields = 'name', 'phone', 'locale', 'address', 'dateOfBirth'
            $values = @{ name = 'N'; phone = '+45 12345678'; locale = 'da'; address = 'A'; dateOfBirth = '1815-12-10' }
            $expected = [Collections.Generic.List[string]]::new()
            $rows = foreach ($n in 1..242) {
                $row = [ordered]@{ UserId = $people[0].UserId }
                $clear = [Collections.Generic.List[string]]::new()
                $said = foreach ($i in 0..4) {
                    $field = $fields[$i]
                    switch ([Math]::Floor($n / [Math]::Pow(3, $i)) % 3) {
                        0 { $row[$field] = '' }
                        1 { $row[$field] = $values[$field]; $field }
                        2 { $clear.Add($field); "$field!" }
                    }
                }
                $row.Clear = $clear -join ','
                $expected.Add(($said | Sort-Object) -join ' ')
                [pscustomobject]$row
            }
            $run = Invoke-Watched { $rows | Set-ToriiUser -ThrottleLimit 4 }
            $run.Errors | Should -BeNullOrEmpty
            @(Get-Said $run.Mutations) | Should -Be $expected
        }

        It 'is one field of each kind from the command line' {
            $run = Invoke-Watched { Set-ToriiUser $people[1].UserId -Phone '+45 87654321' -DateOfBirth ([datetime]'1906-12-09T23:59:00') -ClearAddress -PassThru }
            $run.Errors | Should -BeNullOrEmpty
            Get-Said $run.Mutations | Should -Be 'address! dateOfBirth phone'
            $run.Output[0].DateOfBirth | Should -BeExactly '1906-12-09'
            $run.Output[0].Phone | Should -BeExactly '+45 87654321'
            $run.Mutations[0].userId | Should -Be $people[1].UserId
        }

        It 'is null for -Clear<Field>, and for the field in -Clear' -ForEach @('Name', 'FirstName', 'LastName', 'Phone', 'Locale', 'Address', 'DateOfBirth' | ForEach-Object { @{ Field = $_ } }) {
            $switch = @{ "Clear$Field" = $true }
            # FieldNotApplied for what this generation does not have is another test's.
            $one = Invoke-Watched { Set-ToriiUser $people[2].UserId @switch }
            $other = Invoke-Watched { Set-ToriiUser $people[2].UserId -Clear $Field.ToLower() }
            $wire = $Field.Substring(0, 1).ToLower() + $Field.Substring(1)
            $one.Mutations.body | Should -BeExactly "{`"$wire`":null}"
            $other.Mutations.body | Should -BeExactly "{`"$wire`":null}"
        }

        It 'is nothing when nothing is named, and a warning says so' {
            foreach ($run in @(
                    Invoke-Watched { Set-ToriiUser $people[2].UserId }
                    Invoke-Watched { $people[2] | Set-ToriiUser }
                    Invoke-Watched { $people[2] | Set-ToriiUser -ClearPhone:$false }
                    Invoke-Watched { [pscustomobject]@{ UserId = $people[2].UserId; Phone = ''; Clear = ' ' } | Set-ToriiUser }
                )) {
                $run.Requests | Should -BeNullOrEmpty
                $run.Errors | Should -BeNullOrEmpty
                $run.Warnings | Should -HaveCount 1
                "$($run.Warnings)" | Should -BeLike "*$($people[2].UserId)*No request was sent for it."
            }
        }

        It 'is the same under its other name' {
            (Get-Command Update-ToriiUser).ResolvedCommand.Name | Should -Be Set-ToriiUser
            (Invoke-Watched { Update-ToriiUser $people[2].UserId -Locale da }).Mutations.body | Should -Be '{"locale":"da"}'
        }
    }

    Context 'nothing is cleared by accident' {
        It 'P4: -<Field> <Shown> is an error that names the switch, and sends nothing' -ForEach @(
            'Name', 'FirstName', 'LastName', 'Phone', 'Locale', 'Address', 'DateOfBirth' | ForEach-Object { @{ Field = $_; Value = ''; Shown = "''" } }
            ' ', $null | ForEach-Object { @{ Field = 'Phone'; Value = $_; Shown = $null -eq $_ ? '$null' : "'$_'" } }
        ) {
            $arguments = @{ $Field = $Value }
            foreach ($run in @(
                    Invoke-Watched { Set-ToriiUser $people[3].UserId -Locale en @arguments -ErrorAction Ignore }
                    Invoke-Watched { $people[3], $people[4] | Set-ToriiUser @arguments }
                ) | Select-Object -Last ($Field -eq 'Locale' ? 1 : 2)) {
                $run.Requests | Should -BeNullOrEmpty
                Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument "*-$Field is empty*"
                $run.EndedBy.ErrorDetails.RecommendedAction | Should -BeLike "*-Clear$Field*"
            }
        }

        It 'P4: an empty -UnsafeMetadata and an empty -Clear are errors, too' -ForEach @(
            @{ Arguments = @{ UnsafeMetadata = $null } }, @{ Arguments = @{ UnsafeMetadata = '' } }
            @{ Arguments = @{ Clear = $null } }, @{ Arguments = @{ Clear = @() } }, @{ Arguments = @{ Clear = '' } }, @{ Arguments = @{ Clear = ' ', '' } }
        ) {
            $run = Invoke-Watched { Set-ToriiUser $people[3].UserId -Locale da @Arguments }
            $run.Requests | Should -BeNullOrEmpty
            $run.Errors | Should -HaveCount 1
        }

        It 'refuses a value and its clearing together: <What>' -ForEach @(
            @{ What = 'on the command line'; Do = { Set-ToriiUser $args[0].UserId -Phone 1 -ClearPhone } }
            @{ What = 'by name'; Do = { Set-ToriiUser $args[0].UserId -Phone 1 -Clear Address, phone } }
            @{ What = 'in a row'; Do = { [pscustomobject]@{ UserId = $args[0].UserId; Phone = '1'; Clear = 'Phone' } | Set-ToriiUser } }
            @{ What = 'a row''s value and a switch'; Do = { [pscustomobject]@{ UserId = $args[0].UserId; Phone = '1' } | Set-ToriiUser -ClearPhone } }
        ) {
            $run = Invoke-Watched { & $Do $people[3] }
            $run.Requests | Should -BeNullOrEmpty
            Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*Phone*'
        }

        It 'knows no other field by name' {
            $run = Invoke-Watched { Set-ToriiUser $people[3].UserId -Clear Phone, Email }
            $run.Requests | Should -BeNullOrEmpty
            Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument "*'Email'*"
        }
    }

    Context 'P2: a live user binds its id and nothing else' {
        It 'sends the locale alone for $user | Set-ToriiUser -Locale da, also when others changed the user meanwhile' {
            $user = Get-ToriiUser $people[5].UserId
            $user.Name | Should -Not -BeNullOrEmpty
            $null = Invoke-Api PATCH "/api/server/v1/users/$($user.UserId)" @{ name = 'Changed meanwhile'; phone = '+45 999' }
            foreach ($do in { $user | Set-ToriiUser -Locale da }, { Set-ToriiUser $user -Locale da }, { , @($user) | Set-ToriiUser -Locale da }, { $user | Set-ToriiUser -Locale { 'da' } }) {
                $run = Invoke-Watched $do
                $run.Errors | Should -BeNullOrEmpty
                $run.Mutations.body | Should -BeExactly '{"locale":"da"}'
            }
            (Get-ToriiUser $user.UserId).Name | Should -Be 'Changed meanwhile'
        }

        It 'sends nothing at all for a live user alone' {
            (Invoke-Watched { Get-ToriiUser -First 5 | Set-ToriiUser }).Mutations | Should -BeNullOrEmpty
        }
    }

    Context 'P6: dates are the same in <Culture>' -ForEach @('da-DK', 'tr-TR', 'en-US', 'ar-SA' | ForEach-Object { @{ Culture = $_ } }) {
        It 'whatever they come as' {
            $before = [cultureinfo]::CurrentCulture
            try {
                [cultureinfo]::CurrentCulture = $Culture
                foreach ($date in '2004-03-01', ' 2004-03-01 ', [datetime]::new(2004, 3, 1, 23, 59, 59), [DateOnly]::new(2004, 3, 1), [DateTimeOffset]::new(2004, 3, 1, 0, 30, 0, [timespan]::FromHours(12))) {
                    (Invoke-Watched { Set-ToriiUser $people[6].UserId -DateOfBirth $date }).Mutations.body | Should -BeExactly '{"dateOfBirth":"2004-03-01"}'
                    $row = [pscustomobject]@{ UserId = $people[6].UserId; DateOfBirth = $date }
                    (Invoke-Watched { $row | Set-ToriiUser }).Mutations.body | Should -BeExactly '{"dateOfBirth":"2004-03-01"}'
                }
                foreach ($date in '03/04/2004', '01-03-2004', '1.3.2004', '2004-3-1', '2004-02-30', '2004-03-01T00:00:00', 'garbage', 20040301, '1425-01-01 AH') {
                    $run = Invoke-Watched { Set-ToriiUser $people[6].UserId -DateOfBirth $date }
                    $run.Requests | Should -BeNullOrEmpty
                    Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*DateOfBirth*'
                }
            }
            finally { [cultureinfo]::CurrentCulture = $before }
        }
    }

    Context 'who sees the values' {
        It 'shows the body with -WhatIf and sends nothing, and with -Debug and sends it; -Verbose only names the fields' {
            $id = $people[7].UserId
            $end = Get-JournalEnd
            $run = Invoke-Shell "$connect
                `$change = @{ UserId = '$id'; Phone = '+45 22334455'; ClearAddress = `$true }
                Set-ToriiUser @change -WhatIf; '----'; Set-ToriiUser @change -Debug -Confirm:`$false; '----'; Set-ToriiUser @change -Verbose"
            $whatIf, $debug, $verbose = $run.Output -split '----'
            $whatIf | Should -BeLike "*What if:*{`"phone`":`"+45 22334455`",`"address`":null}*$id*(test,*"
            $debug | Should -BeLike '*DEBUG:*{"phone":"+45 22334455","address":null}*'
            $verbose | Should -BeLike '*VERBOSE:*phone, address*'
            $verbose | Should -Not -BeLike '*2233*'
            # That is the one of -Debug and the one of -Verbose.
            @(Get-Journal $end | Select-Mutation) | Should -HaveCount 2
        }

        It 'shows no values in the body that an error of another row quotes' {
            $run = Invoke-Watched { Set-ToriiUser $people[7].UserId -Locale xx }
            Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*locale*'
            $run.Errors[0].Exception.StatusCode | Should -Be 400
        }
    }
}
