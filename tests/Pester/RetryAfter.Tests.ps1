BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Fixtures.psm1" -Force
    $emulator = Start-TestEmulator -Users 250 -NoConnection
}
AfterAll { Stop-TestEmulator }

Describe 'A Retry-After of 2147483647' {
    BeforeAll {
        $ids = @((Get-Truth) | Where-Object status -EQ active | Select-Object -First 10).id
        # Runs a script for five seconds at most: a command may wait for two minutes before it tries again.
        function Invoke-Bounded([scriptblock] $Script, [hashtable] $With) {
            $shell = New-Apart $Script $With
            try {
                $running = $shell.BeginInvoke()
                $ended = $running.AsyncWaitHandle.WaitOne(5000)
                if (-not $ended) { $shell.Stop() }
                $output = @()
                $thrown = $null
                if ($ended) { try { $output = @($shell.EndInvoke($running)) } catch { $thrown = $_.Exception.InnerException.ErrorRecord } }
                [pscustomobject]@{
                    Ended = $ended; Output = $output; Errors = @($shell.Streams.Error) + @($thrown | Where-Object { $_ })
                    Messages = @($shell.Streams.Verbose) + @($shell.Streams.Warning) | ForEach-Object Message
                }
            }
            finally {
                $shell.Runspace.Dispose()
                $shell.Dispose()
            }
        }
        # No text asks for more than the two minutes that are waited at most.
        function Assert-ShortWait([string[]] $Text) {
            foreach ($line in $Text) {
                $line | Should -Not -Match '214748'
                @([regex]::Matches($line, '(\d[\d,.]*) ?s(ec(ond)?s?)?\b') | ForEach-Object { [double]($_.Groups[1].Value -replace ',') } | Where-Object { $_ -gt 121 }) | Should -BeNullOrEmpty
            }
        }
    }
    AfterEach {
        Clear-Fault
        Get-ToriiConnection | Disconnect-Torii
    }

    It 'on status <_> does not make the connection useless, and a new connection lifts it' -ForEach 429, 503 {
        $main = Connect-Emulator $emulator
        Add-Fault @{ operation = '*'; kind = 'status'; status = $_; retryAfter = '2147483647'; times = 1 }
        $first = Invoke-Watched { Get-ToriiUser -First 1 -Connection $main }
        $first.Errors | Should -HaveCount 1
        $second = Invoke-Bounded { param($Connection) Get-ToriiUser -First 1 -Connection $Connection -Verbose } @{ Connection = $main }
        # The next command goes through, or waits for two minutes at most, or says how to lift the wait.
        if ($second.Errors) {
            Get-ErrorText $second.Errors[0] | Should -Match 'Connect-Torii'
            Assert-ShortWait (Get-ErrorText $second.Errors[0])
        }
        elseif ($second.Ended) { $second.Output | Should -HaveCount 1 }
        else {
            $second.Messages | Where-Object { $_ -match '\bwait|hold|held|delay' } | Should -Not -BeNullOrEmpty
            Assert-ShortWait $second.Messages
        }
        $null = Connect-Emulator $emulator
        $third = Invoke-Watched { Get-ToriiUser -First 1 -Connection main }
        $third.Errors | Should -BeNullOrEmpty
        $third.Output | Should -HaveCount 1
        $third.ElapsedMs | Should -BeLessThan 3000
    }

    It 'on status <_> in a bulk run is an error that says how to lift it' -ForEach 429, 503 {
        $main = Connect-Emulator $emulator
        Add-Fault @{ operation = 'updateUser'; kind = 'status'; status = $_; retryAfter = '2147483647'; times = 1 }
        $run = Invoke-Bounded { param($Connection, $Ids) $Ids | Set-ToriiUser -Locale da -Connection $Connection -ThrottleLimit 1 -Verbose } @{ Connection = $main; Ids = $ids }
        $run.Errors | Should -Not -BeNullOrEmpty
        # What was not sent because of the wait.
        foreach ($held in $run.Errors | Select-Object -Skip 1) {
            Get-ErrorText $held | Should -Match 'Connect-Torii'
            Assert-ShortWait (Get-ErrorText $held)
        }
        if (-not $run.Ended) { Assert-ShortWait $run.Messages }
    }

    It 'of 1 second is kept, and the next command works after it' {
        $main = Connect-Emulator $emulator
        Add-Fault @{ operation = '*'; kind = 'status'; status = 429; retryAfter = '1'; times = 1 }
        $null = Invoke-Watched { Get-ToriiUser -First 1 -Connection $main }
        $second = Invoke-Watched { Get-ToriiUser -First 1 -Connection $main }
        $second.Errors | Should -BeNullOrEmpty
        $second.ElapsedMs | Should -BeGreaterThan 500
    }
}
