BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $emulator = Start-TestEmulator -Users 120 -MaxRetry 4
    $connection = Get-ToriiConnection
    $people = @(Get-ToriiUser)

    # What came to the server since, and is still waiting there.
    function Get-Waiting($Since) { @(Get-Journal $Since | Where-Object { $null -eq $_.doneMs }) }

    # The stop took less than a second, was a stop, and nothing came to the server after it. That nothing comes can
    # only be seen by waiting for as long as what was to come would have taken.
    function Assert-Stopped($Stop, $Since, [int] $WaitMs) {
        $Stop.ElapsedMs | Should -BeLessThan 1000
        $Stop.State | Should -Be Stopped
        $Stop.Errors | Should -BeNullOrEmpty
        # What was on its way at that moment may still come in.
        [Threading.Thread]::Sleep(100)
        $sent = @(Get-Journal $Since).Count
        [Threading.Thread]::Sleep($WaitMs)
        @(Get-Journal $Since).Count | Should -Be $sent
    }
}
AfterAll { Stop-TestEmulator }

Describe 'Ctrl+C' {
    BeforeEach { $since = Get-JournalEnd }
    AfterEach { Clear-Fault }

    # Each cmdlet by itself: Sweep.Tests.ps1.
    It 'while <Command> waits for an answer ends it' -ForEach @(
        @{ Command = 'Get-ToriiUser by id'; Script = { param($Connection, $Users) $Users.UserId | Get-ToriiUser -Connection $Connection } }
        @{ Command = 'Revoke-ToriiSession, with a limit'; Script = { param($Connection, $Users) $Users | Revoke-ToriiSession -Connection $Connection -MaxAffected 500 } }
        @{ Command = 'one command of a pipeline'; Script = { param($Connection, $Users) Get-ToriiUser -Connection $Connection | Get-ToriiSession | Revoke-ToriiSession } }
    ) {
        Add-Fault @{ operation = '*'; kind = 'slow'; delayMs = 60000 }
        $stop = Measure-Stop $Script @{ Connection = $connection; Users = $people[0..39] } -Once { (Get-Waiting $since).Count -gt 0 }
        Assert-Stopped $stop $since 100
    }

    It 'while Connect-Torii proves the key ends it, and there is no connection' {
        Add-Fault @{ operation = '*'; kind = 'slow'; delayMs = 60000 }
        $stop = Measure-Stop { param($Emulator) try { $Emulator | Connect-Torii } finally { [Console]::Out.Flush() } } @{ Emulator = $emulator } -Once { (Get-Waiting $since).Count -gt 0 }
        Assert-Stopped $stop $since 100
    }

    It 'while a second page is waited for ends the walk' {
        Add-Fault @{ operation = 'searchUsers'; kind = 'slow'; delayMs = 60000; skip = 1 }
        $seen = [Collections.Concurrent.ConcurrentBag[object]]::new()
        $stop = Measure-Stop { param($Connection, $Seen) Get-ToriiUser -Connection $Connection -PageSize 10 | ForEach-Object { $Seen.Add($_) } } @{ Connection = $connection; Seen = $seen } -Once { $seen.Count -eq 10 }
        Assert-Stopped $stop $since 100
    }

    It 'in the body of an answer ends it' {
        # A server that sends its headers, half of a page, and then nothing.
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        try {
            $answer = [Text.Encoding]::ASCII.GetBytes("HTTP/1.1 200 OK`r`nContent-Type: application/json`r`nContent-Length: 1000`r`n`r`n{`"items`":[")
            $state = @{ Sent = $false }
            $stop = Measure-Stop { param($Url) Connect-Torii -SecretKey sk_test_0123456789abcdef -ApiUrl $Url } @{ Url = "http://127.0.0.1:$($listener.LocalEndpoint.Port)" } -Once {
                if (-not $state.Sent -and $listener.Pending()) {
                    $state.Client = $listener.AcceptTcpClient()
                    $stream = $state.Client.GetStream()
                    $null = $stream.Read([byte[]]::new(4096), 0, 4096)
                    $stream.Write($answer, 0, $answer.Length)
                    $state.Sent = $true
                    # So that it is in the body, not before it.
                    [Threading.Thread]::Sleep(200)
                }
                $state.Sent
            }
            $stop.ElapsedMs | Should -BeLessThan 1000
            $stop.State | Should -Be Stopped
            $listener.Pending() | Should -BeFalse
        }
        finally {
            if ($state.Client) { $state.Client.Dispose() }
            $listener.Stop()
        }
    }

    It 'in the wait before another attempt ends it, and there is none' {
        Add-Fault @{ operation = '*'; kind = 'status'; status = 503; retryAfter = '1' }
        $stop = Measure-Stop { param($Connection) Get-ToriiUser -Connection $Connection } @{ Connection = $connection } -Once { @(Get-Journal $since | Where-Object status -EQ 503).Count -gt 0 }
        @(Get-Journal $since) | Should -HaveCount 1
        Assert-Stopped $stop $since 1500
    }

    It 'in a throttled bulk run ends it' {
        # Longer than the test, or the next attempt could come before the stop on a busy machine. A connection of its own,
        # because the wait holds for all requests of a connection.
        $held = Connect-Torii -SecretKey $emulator.GetSecretKey() -ApiUrl $emulator.ApiUrl -Name held -MaxRetry 4 -SkipCheck -PassThru
        $theirs = $people.UserId
        Add-Fault @{ operation = '*'; kind = 'status'; status = 429; retryAfter = '60' }
        $stop = Measure-Stop { param($Connection, $Users) $Users | Revoke-ToriiSession -Connection $Connection } @{ Connection = $held; Users = $theirs } -Once { @(Get-Journal $since | Where-Object status -EQ 429).Count -gt 0 }
        Assert-Stopped $stop $since 100
        @(Get-Journal $since).Count | Should -BeLessOrEqual 8
        Disconnect-Torii held
    }

    It 'in the middle of a bulk run ends it, and the rest is not touched' {
        Add-Fault @{ operation = '*'; kind = 'slow'; delayMs = 150 }
        $stop = Measure-Stop { param($Connection, $Users) $Users | Revoke-ToriiSession -Connection $Connection -ThrottleLimit 4 } @{ Connection = $connection; Users = $people } -Once { @(Get-Journal $since | Where-Object status -EQ 204).Count -ge 8 }
        Assert-Stopped $stop $since 500
        @(Get-Journal $since).Count | Should -BeLessThan 40
    }

    It 'while Start-ToriiEmulator waits for an answer ends it, process and all' {
        if ($IsWindows) { Set-ItResult -Skipped -Because 'it takes signals and shell scripts'; return }
        # A dotnet that never comes to the point.
        Set-Content $TestDrive/dotnet "#!/bin/sh`necho `$`$ > '$TestDrive/noted'; mv '$TestDrive/noted' '$TestDrive/pid'`nexec sleep 60"
        chmod +x $TestDrive/dotnet
        $path = $env:PATH
        $env:PATH = "${TestDrive}:$path"
        try { $stop = Measure-Stop { Start-ToriiEmulator } -Once { Test-Path $TestDrive/pid } } finally { $env:PATH = $path }
        $stop.ElapsedMs | Should -BeLessThan 1000
        $stop.State | Should -Be Stopped
        $id = Get-Content $TestDrive/pid
        Wait-Until { -not ((ps -o stat= -p $id) -match '^[^Z]') } -For 'the end of the process'
    }

    It 'while Stop-ToriiEmulator waits for a process that does not end ends the wait' {
        if ($IsWindows) { Set-ItResult -Skipped -Because 'it takes signals and shell scripts'; return }
        $stuck = Start-ToriiEmulator -Users 0
        kill -STOP $stuck.ProcessId
        $begun = [Threading.ManualResetEventSlim]::new()
        # Nothing tells from outside that it waits; it does so from its first moment on.
        $stop = Measure-Stop { param($Port, $Begun) $Begun.Set(); Stop-ToriiEmulator -Port $Port } @{ Port = $stuck.Port; Begun = $begun } -Once { $begun.IsSet -and -not [Threading.Thread]::Sleep(500) }
        $stop.ElapsedMs | Should -BeLessThan 1000
        $stop.State | Should -Be Stopped
        Wait-Until { -not (Test-Port $stuck.Port) }
        (Get-ToriiEmulator).Port | Should -Not -Contain $stuck.Port
    }

    It 'does not end the emulator, nor the connection' {
        Test-Port $emulator.Port | Should -BeTrue
        @(Get-ToriiUser -First 1).Count | Should -Be 1
    }
}
