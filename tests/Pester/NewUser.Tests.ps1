BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 12
    $script:number = 0
    function New-Address { "new$(($script:number++))@example.com" }
}
AfterAll { Stop-TestEmulator }

Describe 'New-ToriiUser' {
    AfterEach { Clear-Fault }

    Context 'one user' {
        It 'sends what is bound and nothing else, and emits the user' {
            $address = New-Address
            $run = Invoke-Watched { New-ToriiUser $address -Name 'Zoë Å. 李' -Phone '+45 12345678' -Address "Here 1`n1000 There" -DateOfBirth 1815-12-10 }
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations | Should -HaveCount 1
            $body = @(Get-Body $run.Mutations)[0]
            @($body.Keys | Sort-Object) | Should -Be 'address', 'dateOfBirth', 'email', 'name', 'phone'
            $body.name | Should -BeExactly 'Zoë Å. 李'
            $body.dateOfBirth | Should -BeExactly '1815-12-10'
            $body.address | Should -BeExactly "Here 1`n1000 There"
            $run.Output | Should -HaveCount 1
            $run.Output[0] | Should -BeOfType Torii.ToriiUser
            $run.Output[0].Email | Should -Be $address
            $run.Output[0].ConnectionName | Should -Be default
        }

        It 'creates a user without an address, and nobody at all from nothing' {
            (New-ToriiUser -Name Nameless).Email | Should -BeNullOrEmpty
            $run = Invoke-Watched { New-ToriiUser }
            $run.Requests | Should -BeNullOrEmpty
            $run.Warnings | Should -HaveCount 1
        }

        It 'Refuses a row of which no column is used, names its columns, and goes on' {
            $rows = [pscustomobject]@{ 'Mail address' = 'a@example.com'; Fone = '1' }, [pscustomobject]@{ Email = New-Address }, @{ Adresse = 'Here 1' }, 'text@example.com'
            $run = Invoke-Watched { $rows | New-ToriiUser }
            $run.Mutations | Should -HaveCount 1
            $run.Warnings | Should -BeNullOrEmpty
            $run.Errors | Should -HaveCount 3
            $run.Errors | ForEach-Object { Assert-ToriiError $_ Torii.InvalidRequest InvalidArgument }
            $run.Errors | Where-Object { "$_" -like '*row 1*Mail address, Fone*' } | Should -HaveCount 1
            $run.Errors | Where-Object { "$_" -like '*row 3*Adresse*' } | Should -HaveCount 1
            $run.Errors[0].ErrorDetails.RecommendedAction | Should -BeLike '*Email, Password, Name*'
        }

        # Every parameter with every blank value: Sweep.Tests.ps1.
        It 'An empty parameter is an error that does not advise to clear it' {
            $run = Invoke-Watched { New-ToriiUser (New-Address) -Phone '' }
            $run.Requests | Should -BeNullOrEmpty
            Assert-ToriiError $run.EndedBy Torii.InvalidRequest InvalidArgument '*-Phone is empty*'
            "$($run.EndedBy.Exception.Message)" | Should -Not -BeLike '*-Clear*'
        }

        It 'ends in <Id> for <What>' -ForEach @(
            @{ What = 'an address that is taken'; Arguments = @{ Email = 'ada@example.com' }; Id = 'Torii.Conflict'; Category = 'ResourceExists'; Status = 409 }
            @{ What = 'an address that is none'; Arguments = @{ Email = 'ada' }; Id = 'Torii.InvalidRequest'; Category = 'InvalidArgument'; Status = 400 }
            @{ What = 'a weak password'; Arguments = @{ Email = 'weak@example.com'; Password = 'short' }; Id = 'Torii.InvalidRequest'; Category = 'InvalidArgument'; Status = 400 }
        ) {
            $run = Invoke-Watched { New-ToriiUser @Arguments }
            $run.Output | Should -BeNullOrEmpty
            $run.Errors | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] $Id $Category
            $run.Errors[0].Exception.StatusCode | Should -Be $Status
            $run.Errors[0].Exception.Code | Should -Not -BeNullOrEmpty
            $run.Errors[0].Exception.SupportId | Should -BeLike 'sup_*'
        }

        It 'is one user also when the answer was lost' {
            $connection = Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $emulator.ApiUrl -Name patient -SkipCheck -PassThru
            Add-Fault @{ operation = 'createUser'; kind = 'resetAfter'; times = 1 }
            $run = Invoke-Watched { New-ToriiUser -Email (New-Address) -Connection $connection }
            $run.Errors | Should -BeNullOrEmpty
            $run.Mutations.status | Should -Be 0, 409
            @(Get-Truth | Where-Object email -EQ $run.Output[0].Email) | Should -HaveCount 1
        }

        It 'says that nobody knows when an answer was lost and there is no address to look for' {
            $connection = Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $emulator.ApiUrl -Name patient -SkipCheck -PassThru
            Add-Fault @{ operation = 'createUser'; kind = 'resetAfter'; times = 1 }
            $run = Invoke-Watched { New-ToriiUser -Name 'Lost and found' -Connection $connection }
            Assert-ToriiError $run.Errors[0] Torii.OutcomeUnknown InvalidResult
            $run.Mutations | Should -HaveCount 1
        }
    }

    Context 'joiners from a CSV file' {
        It 'Each row becomes a user, and an empty cell is not sent' {
            $first, $second, $third = 1..3 | ForEach-Object { New-Address }
            Set-Content $TestDrive/joiners.csv "Email,Name,Phone,DateOfBirth,Department`n$first,Ada,+45 1,1815-12-10,Sums`n$second,,,,`n$third,Grace, ,1906-12-09,Navy"
            $run = Invoke-Watched { Import-Csv $TestDrive/joiners.csv | New-ToriiUser }
            $run.Errors | Should -BeNullOrEmpty
            @($run.Output.Email | Sort-Object) | Should -Be @($first, $second, $third | Sort-Object)
            $bodies = Get-Body $run.Mutations | Group-Object { $_.email } -AsHashTable
            @($bodies[$first].Keys | Sort-Object) | Should -Be 'dateOfBirth', 'email', 'name', 'phone'
            @($bodies[$second].Keys) | Should -Be 'email'
            @($bodies[$third].Keys | Sort-Object) | Should -Be 'dateOfBirth', 'email', 'name'
        }

        It 'P1: never sends one row''s values for the next row' {
            $rows = @(
                [pscustomobject]@{ Email = New-Address; Name = 'Ada'; Phone = '1'; Address = 'Here'; DateOfBirth = '1815-12-10'; Password = 'first password' }
                [pscustomobject]@{ Email = New-Address }
                [pscustomobject]@{ Email = New-Address; Name = '' }
                [pscustomobject]@{ Name = 'Nobody''s address' }
            )
            $run = Invoke-Watched { $rows | New-ToriiUser -ThrottleLimit 1 }
            $run.Errors | Should -BeNullOrEmpty
            $keys = @(Get-Body $run.Mutations | ForEach-Object { ($_.Keys | Sort-Object) -join ' ' })
            $keys | Should -Be 'address dateOfBirth email name password phone', 'email', 'email', 'name'
        }

        It 'P3: takes a cell that does not parse for an error of that row, and the others go on' {
            $rows = 'Email,DateOfBirth,PublicMetadata', "$(New-Address),1815-12-10,", "$(New-Address),10/12/1815,", "$(New-Address),garbage,", "$(New-Address),,{broken", "$(New-Address),1906-12-09," | ConvertFrom-Csv
            $run = Invoke-Watched { $rows | New-ToriiUser }
            @($run.Output.Email | Sort-Object) | Should -Be @($rows[0, 4].Email | Sort-Object)
            $run.Mutations | Should -HaveCount 2
            $run.Errors | Should -HaveCount 3
            foreach ($i in 1, 2, 3) {
                $problem = @($run.Errors | Where-Object { $_.TargetObject.Email -eq $rows[$i].Email })
                $problem | Should -HaveCount 1
                Assert-ToriiError $problem[0] Torii.InvalidRequest InvalidArgument ($i -eq 3 ? '*PublicMetadata*' : '*DateOfBirth*')
            }
        }

        It 'gives what is on the command line to every row' {
            $rows = 1..3 | ForEach-Object { [pscustomobject]@{ Email = New-Address; Name = "Row $_" } }
            $run = Invoke-Watched { $rows | New-ToriiUser -Address 'One for all' }
            @($run.Output | ForEach-Object Address) | Should -Be (@("One for all") * 3)
            @($run.Output.Name | Sort-Object) | Should -Be 'Row 1', 'Row 2', 'Row 3'
        }

        It 'P4: runs a script block for each row, whatever the field takes' {
            $rows = 1..2 | ForEach-Object { [pscustomobject]@{ Mail = New-Address; Born = "190$_-01-01"; Pw = "correct horse $_" } }
            $run = Invoke-Watched { $rows | New-ToriiUser -Email { $_.Mail } -Name { "Name of $($_.Mail)" } -DateOfBirth { $_.Born } -Password { $_.Pw } -ThrottleLimit 1 }
            $run.Errors | Should -BeNullOrEmpty
            @($run.Output.Name | Sort-Object) | Should -Be @($rows | ForEach-Object { "Name of $($_.Mail)" } | Sort-Object)
            (Get-Body $run.Mutations).password | Should -Be 'correct horse 1', 'correct horse 2'
            (Get-Body $run.Mutations).dateOfBirth | Should -Be '1901-01-01', '1902-01-01'
        }

        It 'P4: takes a script block that gives nothing for an error of that row' {
            $rows = [pscustomobject]@{ Mail = New-Address; Born = '' }, [pscustomobject]@{ Mail = New-Address; Born = '1901-01-01' }
            $run = Invoke-Watched { $rows | New-ToriiUser -Email { $_.Mail } -DateOfBirth { $_.Born } }
            $run.Output.Email | Should -Be $rows[1].Mail
            $run.Mutations | Should -HaveCount 1
            Assert-ToriiError $run.Errors[0] Torii.InvalidRequest InvalidArgument '*-DateOfBirth is empty*'
        }

        It 'creates the first of two rows with one address, and the second is a conflict' {
            $address = New-Address
            $run = Invoke-Watched { 1..2 | ForEach-Object { [pscustomobject]@{ Email = $address; Name = "$_" } } | New-ToriiUser }
            $run.Output.Name | Should -Be '1'
            Assert-ToriiError $run.Errors[0] Torii.Conflict
            Measure-Overlap $run.Mutations | Should -BeLessOrEqual 1
        }

        It 'Rows without an address run side by side' {
            Add-Fault @{ operation = 'createUser'; kind = 'slow'; delayMs = 150 }
            $run = Invoke-Watched { 1..6 | ForEach-Object { [pscustomobject]@{ Email = ''; Name = "Row $_" } } | New-ToriiUser }
            @($run.Output.Name | Sort-Object) | Should -Be @(1..6 | ForEach-Object { "Row $_" })
            Measure-Overlap $run.Mutations | Should -BeGreaterThan 1
        }
    }

    Context 'the password' {
        It 'arrives as it is, as <Kind>' -ForEach @(
            @{ Kind = 'text'; Make = { 'pa"ss\wörd 1' } }
            @{ Kind = 'a SecureString'; Make = { ConvertTo-SecureString 'pa"ss\wörd 1' -AsPlainText -Force } }
        ) {
            $secret = & $Make
            $run = Invoke-Watched { New-ToriiUser (New-Address) -Password $secret }
            $run.Errors | Should -BeNullOrEmpty
            @(Get-Body $run.Mutations)[0].password | Should -BeExactly 'pa"ss\wörd 1'
        }

        It 'is in no stream, no transcript and no error, from the command line or from a row' {
            $word = 'Xyzzy-"plugh"-42'
            Set-Content $TestDrive/joiners.csv "Email,Password,DateOfBirth`nwell@example.com,`"Xyzzy-`"`"plugh`"`"-42`",`nada@example.com,`"Xyzzy-`"`"plugh`"`"-42`",`nbad@example.com,`"Xyzzy-`"`"plugh`"`"-42`",garbage"
            Set-Content $TestDrive/word.txt $word
            $run = Invoke-Shell @"
Connect-Torii -SecretKey '$($emulator.GetSecretKey())' -ApiUrl $($emulator.ApiUrl) -SkipCheck
Start-Transcript '$TestDrive/transcript.txt' | Out-Null
`$VerbosePreference = `$DebugPreference = `$InformationPreference = 'Continue'
`$word = Get-Content '$TestDrive/word.txt'
Import-Csv '$TestDrive/joiners.csv' | New-ToriiUser | Format-List *
Import-Csv '$TestDrive/joiners.csv' | New-ToriiUser -WhatIf
New-ToriiUser one@example.com -Password `$word | ConvertTo-Json
New-ToriiUser one@example.com -Password `$word
New-ToriiUser two@example.com -Password (ConvertTo-SecureString `$word -AsPlainText -Force) -WhatIf
New-ToriiUser bad -Password `$word -ErrorAction SilentlyContinue
try { New-ToriiUser bad -Password `$word -ErrorAction Stop } catch { `$_ | Format-List * -Force }
'errors: ' + `$Error.Count
`$Error | Format-List * -Force
`$Error | ForEach-Object { `$_.CategoryInfo; `$_.TargetObject | Format-List * -Force; `$_.InvocationInfo.BoundParameters }
`$Error | ForEach-Object { Get-Error -InputObject `$_ } | Out-String -Width 500
`$Error | ConvertTo-Json -Depth 3 -WarningAction Ignore
Stop-Transcript | Out-Null
"@
            $all = $run.Output + $run.Errors + (Get-Content $TestDrive/transcript.txt -Raw)
            $all | Should -BeLike '*"password":"`[redacted`]"*'
            $all | Should -BeLike '*VERBOSE: *{email, password*'
            $run.Output | Should -Match 'errors: [5-9]'
            $all | Should -Not -Match 'Xyzzy|plugh'
        }
    }

    Context '-WhatIf' {
        It 'sends nothing and shows the body' {
            $run = Invoke-Watched { Invoke-Apart { param($Connection) New-ToriiUser what@example.com -Name Ada -Connection $Connection -WhatIf } @{ Connection = Get-ToriiConnection default } }
            $run.Errors | Should -BeNullOrEmpty
            $run.Requests | Should -BeNullOrEmpty
            $shown = (Invoke-Shell "Connect-Torii -SecretKey '$($emulator.GetSecretKey())' -ApiUrl $($emulator.ApiUrl) -SkipCheck; New-ToriiUser what@example.com -Name Ada -WhatIf").Output
            $shown | Should -BeLike '*"email":"what@example.com","name":"Ada"*(test,*'
        }
    }
}
