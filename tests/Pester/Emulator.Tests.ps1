BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force

    # A shell of its own that starts an emulator and then waits for more to do.
    function Start-ShellWithEmulator([string] $Through) {
        $shell = Start-Shell '-Command', '-' -Through $Through
        $shell.StandardInput.AutoFlush = $true
        $shell.StandardInput.WriteLine("Import-Module '$(Get-ModulePath)'; `$e = Start-ToriiEmulator -Users 10; [Console]::Out.WriteLine(`"port=`$(`$e.Port)`")")
        do { $line = Read-Shell $shell } until ($null -eq $line -or $line -match '^port=(\d+)$')
        if (-not $line) { throw "The shell ended: $($shell.StandardError.ReadToEnd())" }
        $shell | Add-Member Port ([int]$Matches[1]) -PassThru
    }
    function Get-People($Emulator) {
        $connection = $Emulator | Connect-Torii -Name people -SkipCheck -PassThru
        Get-ToriiUser -Connection $connection | ForEach-Object { $_.UserId, $_.Name, $_.Email, $_.Status, $_.CreatedAt.ToString('o'), $_.Phone, $_.Address -join '|' }
    }
}

Describe 'The emulator' {
    AfterEach {
        Get-ToriiConnection | Disconnect-Torii
        Get-ToriiEmulator | Stop-ToriiEmulator
    }

    Context 'starts and stops' {
        It 'answers when Start-ToriiEmulator returns, and can be connected to at once' {
            $run = Invoke-Watched { Start-ToriiEmulator -Users 5 | Connect-Torii -MaxRetry 0; Get-ToriiUser } -Emulator $null
            $run.Errors | Should -BeNullOrEmpty
            $run.Output | Should -HaveCount 5
        }

        It 'has 1000 users from seed 42 unless told' {
            $emulator = Start-ToriiEmulator
            $emulator.Users, $emulator.Seed | Should -Be 1000, 42
            $emulator | Connect-Torii
            @(Get-ToriiUser).Count | Should -Be 1000
        }

        It 'listens on the port that is asked for, and on loopback alone' {
            $port = Get-FreePort
            $emulator = Start-ToriiEmulator -Port $port -Users 0
            $emulator.Port, $emulator.ApiUrl.Port | Should -Be $port, $port
            $listeners = [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().GetActiveTcpListeners() | Where-Object Port -EQ $port
            $listeners | Should -Not -BeNullOrEmpty
            $listeners.Address | ForEach-Object { [Net.IPAddress]::IsLoopback($_) } | Should -Not -Contain $false
        }

        It 'is not led astray by what is set for other servers' {
            $env:ASPNETCORE_URLS = 'http://127.0.0.1:1'
            $env:ASPNETCORE_HTTP_PORTS = '1'
            try { Test-Port (Start-ToriiEmulator -Users 0).Port | Should -BeTrue }
            finally { Remove-Item env:ASPNETCORE_URLS, env:ASPNETCORE_HTTP_PORTS }
        }

        It 'says that a port is in use, and leaves nothing running' {
            $port = (Start-ToriiEmulator -Users 0).Port
            $run = Invoke-Watched { Start-ToriiEmulator -Port $port -Users 0 } -Emulator $null
            Assert-ToriiError $run.EndedBy Torii.PortInUse ResourceBusy '*port*'
            @(Get-ToriiEmulator).Count | Should -Be 1
            Test-Port $port | Should -BeTrue
        }

        It 'says that there is no dotnet, and where to get it' {
            $path = $env:PATH
            $env:PATH = "$TestDrive"
            try { $run = Invoke-Watched { Start-ToriiEmulator -Users 0 } -Emulator $null } finally { $env:PATH = $path }
            Assert-ToriiError $run.EndedBy Torii.DotNetNotFound NotInstalled '*dotnet*PATH*'
            $run.EndedBy.ErrorDetails.RecommendedAction | Should -BeLike '*https://dotnet.microsoft.com*'
        }

        It 'says that the ASP.NET Core runtime is missing, and where to get it' {
            if ($IsWindows) { Set-ItResult -Skipped -Because 'it takes a shell script in place of dotnet'; return }
            # What a dotnet without it says, and does.
            Set-Content $TestDrive/dotnet "#!/bin/sh`necho 'You must install or update .NET to run this application.' >&2`necho `"Framework: 'Microsoft.AspNetCore.App', version '8.0.0' (x64)`" >&2`nexit 150"
            chmod +x $TestDrive/dotnet
            $path = $env:PATH
            $env:PATH = "${TestDrive}:$path"
            try { $run = Invoke-Watched { Start-ToriiEmulator -Users 0 } -Emulator $null } finally { $env:PATH = $path }
            Assert-ToriiError $run.EndedBy Torii.AspNetCoreNotFound NotInstalled
            $run.EndedBy.ErrorDetails.RecommendedAction | Should -BeLike '*ASP.NET Core*https://dotnet.microsoft.com*'
        }

        It 'is listed while it runs and not after, however it ended' {
            $one, $two = (Start-ToriiEmulator -Users 0), (Start-ToriiEmulator -Users 0)
            (Get-ToriiEmulator).Port | Sort-Object | Should -Be @($one.Port, $two.Port | Sort-Object)
            Stop-Process -Id $one.ProcessId -Force
            Wait-Until { @(Get-ToriiEmulator).Count -eq 1 }
            (Get-ToriiEmulator).Port | Should -Be $two.Port
        }

        It 'is ended by port, by object, or altogether' {
            $started = 1..4 | ForEach-Object { Start-ToriiEmulator -Users 0 }
            Stop-ToriiEmulator -Port $started[0].Port
            (Get-ToriiEmulator).Port | Should -Not -Contain $started[0].Port
            $started[1] | Stop-ToriiEmulator
            @(Get-ToriiEmulator).Count | Should -Be 2
            Stop-ToriiEmulator
            Get-ToriiEmulator | Should -BeNullOrEmpty
            $started.Port | Where-Object { Test-Port $_ } | Should -BeNullOrEmpty
        }

        It 'says that there is none to end on a port' {
            Assert-ToriiError (Invoke-Watched { Stop-ToriiEmulator -Port (Get-FreePort) } -Emulator $null).Errors[0] Torii.EmulatorNotFound ObjectNotFound
        }

        It 'is not ended by an empty pipeline' {
            $port = (Start-ToriiEmulator -Users 0).Port
            @() | Stop-ToriiEmulator
            $null = Invoke-Watched { $null | Stop-ToriiEmulator } -Emulator $null
            Test-Port $port | Should -BeTrue
        }
    }

    Context 'invents people' {
        It 'who are the same for the same seed, and others for another' {
            $one, $same, $other = (Start-ToriiEmulator -Users 200 -Seed 5), (Start-ToriiEmulator -Users 200 -Seed 5), (Start-ToriiEmulator -Users 200 -Seed 6)
            $people = Get-People $one
            Get-People $same | Should -Be $people
            @(Get-People $other | Where-Object { $_ -in $people }) | Should -BeNullOrEmpty
            $one.GetSecretKey() | Should -Not -Be $same.GetSecretKey()
        }

        It 'of whom a tenth is banned, some of them with sessions still alive' {
            $emulator = Start-ToriiEmulator -Users 500
            $emulator | Connect-Torii
            @(Get-ToriiUser -Status banned).Count | Should -Be 50
            $leaks = (Get-EmulatorStatistic $emulator).bannedUsersWithAliveSessions
            $leaks | Should -BeGreaterThan 0
            $leaks | Should -BeLessThan 50
            @(Get-ToriiUser -Status banned | Get-ToriiSession | Select-Object -ExpandProperty UserId -Unique).Count | Should -Be $leaks
        }

        It 'who have plausible names and addresses, no address twice' {
            Start-ToriiEmulator -Users 500 | Connect-Torii
            $people = @(Get-ToriiUser)
            $names = @($people.Name | Where-Object { $_ })
            $names.Count | Should -BeGreaterThan 400
            @($names | Where-Object { $_ -notmatch "^[\p{L}\p{M}'’.\- ]{1,60}$" }) | Should -BeNullOrEmpty
            $addresses = @($people.Email | Where-Object { $_ })
            @($addresses | Where-Object { $_ -notmatch '^[\w.+-]+@[\w-]+(\.[\w-]+)+$' }) | Should -BeNullOrEmpty
            ($addresses | Group-Object | Where-Object Count -GT 1) | Should -BeNullOrEmpty
        }

        It 'and answers as late as -LatencyMs says' {
            Start-ToriiEmulator -Users 1 -LatencyMs 300 | Connect-Torii -SkipCheck
            $null = Get-ToriiUser
            (Invoke-Watched { Get-ToriiUser } -Emulator $null).ElapsedMs | Should -BeGreaterOrEqual 290
        }
    }

    Context 'ends with its shell (E1, E3)' {
        # By its port: where nobody reaps the dead, a process id would say that it lives.
        It 'when the shell <How>' -ForEach @(
            @{ How = 'comes to its end'; Do = { $args[0].StandardInput.Close() } }
            @{ How = 'says exit'; Do = { $args[0].StandardInput.WriteLine('exit 3') } }
            @{ How = 'is killed'; Do = { $args[0].Kill() } }
            @{ How = 'crashes'; Do = { $args[0].StandardInput.WriteLine("[Environment]::FailFast('test')") } }
        ) {
            $shell = Start-ShellWithEmulator
            try {
                Test-Port $shell.Port | Should -BeTrue
                & $Do $shell
                Wait-Until { -not (Test-Port $shell.Port) } -For 'the end of the emulator' -TimeoutSec 10
            }
            finally { if (-not $shell.HasExited) { $shell.Kill($true) } }
        }

        It 'when that is killed in the middle of its start' {
            if ($IsWindows) { Set-ItResult -Skipped -Because 'it takes a shell script in place of dotnet'; return }
            # A dotnet that notes its process first: at that moment nothing answers yet.
            $real = (Get-Command dotnet -CommandType Application).Source | Select-Object -First 1
            Set-Content $TestDrive/dotnet "#!/bin/sh`necho `$`$ > '$TestDrive/noted'; mv '$TestDrive/noted' '$TestDrive/pid'`nexec '$real' `"`$@`""
            chmod +x $TestDrive/dotnet
            $shell = Start-Shell '-Command', '-' -Environment @{ PATH = "${TestDrive}:$env:PATH" }
            $shell.StandardInput.WriteLine("Import-Module '$(Get-ModulePath)'; Start-ToriiEmulator -Users 50000")
            $shell.StandardInput.Flush()
            Wait-Until { Test-Path $TestDrive/pid } -For 'the process of the emulator'
            $shell.Kill()
            $id = Get-Content $TestDrive/pid
            # Z is a process that has ended and that nobody has asked for yet.
            Wait-Until { -not ((ps -o stat= -p $id) -match '^[^Z]') } -For 'the end of the emulator' -TimeoutSec 20
        }
    }

    Context 'lives through Ctrl+C in its shell (E2)' {
        It 'when the signal goes to the whole process group' {
            if (-not (Get-Command setsid -CommandType Application -ErrorAction Ignore)) { Set-ItResult -Skipped -Because 'there is no setsid to make a process group with'; return }
            $shell = Start-ShellWithEmulator -Through setsid
            try {
                $shell.StandardInput.WriteLine('[Console]::Out.WriteLine("busy"); Start-Sleep 60; [Console]::Out.WriteLine("slept")')
                Read-Shell $shell | Should -Be busy
                kill -INT -- "-$($shell.Id)"
                # The shell gives up the sleep, so the signal came; and the emulator, which got it too, answers.
                $shell.StandardInput.WriteLine('[Console]::Out.WriteLine("after")')
                do { $line = Read-Shell $shell } until (-not $line -or $line -in 'after', 'slept')
                $line | Should -Be after
                Test-Port $shell.Port | Should -BeTrue
                $shell.StandardInput.WriteLine('$e | Connect-Torii -MaxRetry 0; [Console]::Out.WriteLine("found " + @(Get-ToriiUser).Count)')
                Read-Shell $shell | Should -Be 'found 10'
                $shell.StandardInput.Close()
                Wait-Until { -not (Test-Port $shell.Port) } -For 'the end of the emulator'
            }
            finally { if (-not $shell.HasExited) { $shell.Kill($true) } }
        }

        It 'when a command in the same runspace is stopped' {
            $emulator = Start-ToriiEmulator -Users 1
            $null = Measure-Stop { [Threading.Thread]::Sleep(1); Start-Sleep 60 } -Once { $true }
            Test-Port $emulator.Port | Should -BeTrue
        }
    }
}

Describe 'The environment of the emulator' {
    It 'has no variable that begins with TORII_' {
        if (-not $IsLinux) { Set-ItResult -Skipped -Because 'it reads /proc'; return }
        $names = 'TORII_SECRET_KEY', 'TORII_API_URL', 'TORII_ISSUER', 'TORII_SOMETHING_ELSE'
        $started = $null
        try {
            $names | ForEach-Object { [Environment]::SetEnvironmentVariable($_, 'sk_live_0123456789abcdef') }
            [Environment]::SetEnvironmentVariable('TORII_API_URL', 'https://api.torii.invalid')
            [Environment]::SetEnvironmentVariable('TORII_ISSUER', 'https://issuer.torii.invalid')
            $started = Start-ToriiEmulator -Users 0
            $variables = [IO.File]::ReadAllText("/proc/$($started.ProcessId)/environ") -split "`0"
            $variables | Where-Object { $_ -like 'PATH=*' } | Should -Not -BeNullOrEmpty
            $variables | Where-Object { $_ -like 'TORII_*' } | Should -BeNullOrEmpty
        }
        finally {
            $names | ForEach-Object { [Environment]::SetEnvironmentVariable($_, [NullString]::Value) }
            if ($started) { Stop-ToriiEmulator -Port $started.Port -Confirm:$false }
        }
    }
}
