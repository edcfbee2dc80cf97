# What the tests share: an emulator of their own, word of what was sent to it, shells of their own, and a Ctrl+C with
# a stop-watch. Nothing here knows a cmdlet that a test is about.

$script:module = [IO.Path]::GetFullPath("$PSScriptRoot/../../out/Torii/Torii.psd1")
$script:pwsh = [Environment]::ProcessPath
$script:http = [Net.Http.HttpClient]::new()
$script:emulator = $null

if (-not (Test-Path $module)) { throw "There is no module at $module. Run ./build.ps1 Build first." }
# What a person set for real work is not for tests: a forgotten -SecretKey must not find a live one.
'TORII_SECRET_KEY', 'TORII_API_URL', 'TORII_ISSUER' | ForEach-Object { [Environment]::SetEnvironmentVariable($_, [NullString]::Value) }
Import-Module $module -Global

function Get-ModulePath { $script:module }

# Starts an emulator and connects to it. Tests about failures keep retries off unless they are about retries.
function Start-TestEmulator {
    param([int] $Users = 60, [int] $Seed = 42, [int] $LatencyMs, [string] $Name = 'default', [int] $MaxRetry = 0, [switch] $NoConnection, [switch] $Additional, [string] $Contract = '0.0.3')
    $started = Start-ToriiEmulator -Users $Users -Seed $Seed -LatencyMs $LatencyMs -Contract $Contract
    if (-not $NoConnection) { Connect-Torii -SecretKey $started.GetSecretKey() -ApiUrl $started.ApiUrl -Name $Name -MaxRetry $MaxRetry -SkipCheck }
    if (-not $Additional) { $script:emulator = $started }
    $started
}

# Leaves nothing behind for the next file: neither a process nor a connection.
function Stop-TestEmulator {
    Stop-ToriiEmulator -Confirm:$false
    Get-ToriiConnection | Disconnect-Torii
    $script:emulator = $null
}

# One request of another program's: the server API below /api/, the emulator's own switches below /_emulator/.
function Invoke-Api {
    param([string] $Method, [string] $Path, $Body, $Emulator = $script:emulator)
    $message = [Net.Http.HttpRequestMessage]::new($Method, [uri]::new($Emulator.ApiUrl, $Path))
    $message.Headers.Authorization = [Net.Http.Headers.AuthenticationHeaderValue]::new('Bearer', $Emulator.GetSecretKey())
    if ($null -ne $Body) { $message.Content = [Net.Http.StringContent]::new((ConvertTo-Json $Body -Depth 5 -Compress), [Text.Encoding]::UTF8, 'application/json') }
    $answer = $script:http.Send($message)
    $text = [IO.StreamReader]::new($answer.Content.ReadAsStream()).ReadToEnd()
    if (-not $answer.IsSuccessStatusCode) { throw "$Method $Path was answered $([int]$answer.StatusCode): $text" }
    if ($text) { ConvertFrom-Json $text }
}

# What the emulator shall do wrong: operation, kind, times, skip, status, retryAfter, delayMs, userId, fields, body.
function Add-Fault([hashtable] $Rule, $Emulator = $script:emulator) { Invoke-Api POST /_emulator/faults $Rule $Emulator }
function Clear-Fault($Emulator = $script:emulator) { Invoke-Api DELETE /_emulator/faults $null $Emulator }
function Get-EmulatorStatistic($Emulator = $script:emulator) { Invoke-Api GET /_emulator/stats $null $Emulator }

# Requests to the server API since the one numbered $After.
function Get-Journal([long] $After = 0, $Emulator = $script:emulator) { @((Invoke-Api GET "/_emulator/journal?after=$After" $null $Emulator).entries) }
function Get-JournalEnd($Emulator = $script:emulator) { (Invoke-Api GET "/_emulator/journal?after=$([int]::MaxValue)" $null $Emulator).last }

# Searching is a POST that changes nothing.
function Select-Mutation { process { if ($_.method -ne 'GET' -and $_.operation -ne 'searchUsers') { $_ } } }

# How many of the requests were under way at once, at most. One that ended in the millisecond in which another came was
# over before it.
function Measure-Overlap($Requests) {
    $most = foreach ($r in $Requests) { 1 + @($Requests | Where-Object { $_.sequence -lt $r.sequence -and $_.doneMs -gt $r.arrivedMs }).Count }
    ($most | Measure-Object -Maximum).Maximum
}

# Runs a script and tells all that came of it: output, errors, warnings, the error that ended it, the requests it sent.
function Invoke-Watched {
    param([scriptblock] $Script, $Emulator = $script:emulator)
    $seen = @{ Output = [Collections.Generic.List[object]]::new(); Error = [Collections.Generic.List[object]]::new(); Warning = [Collections.Generic.List[object]]::new() }
    $ended = $null
    $before = if ($Emulator) { Get-JournalEnd $Emulator }
    $watch = [Diagnostics.Stopwatch]::StartNew()
    try {
        & $Script 2>&1 3>&1 | ForEach-Object {
            $kind = if ($_ -is [Management.Automation.ErrorRecord]) { 'Error' } elseif ($_ -is [Management.Automation.WarningRecord]) { 'Warning' } else { 'Output' }
            $seen[$kind].Add($_)
        }
    }
    catch {
        $ended = $_
        $seen.Error.Add($_)
    }
    $watch.Stop()
    $requests = if ($Emulator) { @(Get-Journal $before $Emulator) } else { @() }
    [pscustomobject]@{
        Output = $seen.Output.ToArray(); Errors = $seen.Error.ToArray(); Warnings = $seen.Warning.ToArray()
        EndedBy = $ended; ElapsedMs = $watch.ElapsedMilliseconds
        Requests = $requests; Mutations = @($requests | Select-Mutation)
    }
}

# Waits for a condition, at most so long; what never becomes true is a failure with its own text.
function Wait-Until {
    param([scriptblock] $Condition, [string] $For = "$Condition", [double] $TimeoutSec = 15)
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($watch.Elapsed.TotalSeconds -gt $TimeoutSec) { throw "Waited $TimeoutSec s in vain for: $For" }
        [Threading.Thread]::Sleep(10)
    }
}

# Whether somebody listens. A process id would lie where nobody reaps the dead.
function Test-Port([int] $Port) {
    $client = [Net.Sockets.TcpClient]::new()
    try { $client.Connect('127.0.0.1', $Port); $true } catch { $false } finally { $client.Dispose() }
}

# A port on which nobody listens.
function Get-FreePort {
    $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $listener.Start()
    try { $listener.LocalEndpoint.Port } finally { $listener.Stop() }
}

# A pwsh process with its streams in our hands, the module loaded.
function Start-Shell {
    param([string[]] $Arguments, [hashtable] $Environment = @{}, [string] $Through)
    $start = [Diagnostics.ProcessStartInfo]::new($(if ($Through) { $Through } else { $script:pwsh }))
    if ($Through) { $start.ArgumentList.Add($script:pwsh) }
    '-NoProfile', '-NonInteractive' + $Arguments | ForEach-Object { $start.ArgumentList.Add($_) }
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $start.StandardOutputEncoding = $start.StandardErrorEncoding = [Text.Encoding]::UTF8
    $start.Environment['NO_COLOR'] = '1'
    # PowerShell 7.4 colors errors in spite of NO_COLOR, even in a pipe.
    $start.Environment['TERM'] = 'dumb'
    $start.Environment['POWERSHELL_UPDATECHECK'] = 'Off'
    $Environment.GetEnumerator() | ForEach-Object { $start.Environment[$_.Key] = $_.Value }
    [Diagnostics.Process]::Start($start)
}

# What a shell says next; null when it has ended. One that says nothing is a failure, not a wait for ever.
function Read-Shell($Shell) {
    $line = $Shell.StandardOutput.ReadLineAsync()
    if (-not $line.Wait(30000)) { throw 'The shell has said nothing for 30 s.' }
    $line.Result
}

# Runs a script in a fresh shell to its end.
function Invoke-Shell {
    param([string] $Script, [hashtable] $Environment = @{}, [switch] $NoImport, [int] $TimeoutSec = 60)
    $file = [IO.Path]::Combine([IO.Path]::GetTempPath(), "torii-$([guid]::NewGuid().ToString('n')).ps1")
    $import = if ($NoImport) { '' } else { "Import-Module '$script:module'" }
    [IO.File]::WriteAllText($file, "$import`n$Script")
    try {
        $process = Start-Shell '-File', $file -Environment $Environment
        $process.StandardInput.Close()
        $out = $process.StandardOutput.ReadToEndAsync()
        $err = $process.StandardError.ReadToEndAsync()
        if (-not $process.WaitForExit($TimeoutSec * 1000)) { $process.Kill($true); throw "The shell did not end within $TimeoutSec s." }
        [pscustomobject]@{ Output = $out.GetAwaiter().GetResult(); Errors = $err.GetAwaiter().GetResult(); ExitCode = $process.ExitCode }
    }
    finally {
        Remove-Item $file -ErrorAction Ignore
    }
}

# A runspace with the module and without a host: what a command says to the person at the screen goes nowhere.
function New-Apart([scriptblock] $Script, [hashtable] $With) {
    $state = [initialsessionstate]::CreateDefault2()
    $state.ImportPSModule($script:module)
    [powershell]::Create($state).AddScript($Script).AddParameters($With)
}

function Invoke-Apart {
    param([scriptblock] $Script, [hashtable] $With = @{})
    $shell = New-Apart $Script $With
    try {
        $shell.Invoke()
        $shell.Streams.Error | ForEach-Object { Write-Error -ErrorRecord $_ }
    }
    finally {
        $shell.Runspace.Dispose()
        $shell.Dispose()
    }
}

# Runs a script in a runspace of its own, stops it as Ctrl+C does once a condition holds, and times that.
function Measure-Stop {
    param([scriptblock] $Script, [hashtable] $With = @{}, [scriptblock] $Once)
    $shell = New-Apart $Script $With
    try {
        $running = $shell.BeginInvoke()
        Wait-Until { $running.IsCompleted -or (& $Once) } -For "$Once"
        if ($running.IsCompleted) {
            $problem = try { $shell.EndInvoke($running) | Out-String } catch { "$_" }
            throw "The script ended before it could be stopped: $problem $($shell.Streams.Error)"
        }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        [pscustomobject]@{ ElapsedMs = $watch.ElapsedMilliseconds; State = $shell.InvocationStateInfo.State; Errors = @($shell.Streams.Error) }
    }
    finally {
        $shell.Runspace.Dispose()
        $shell.Dispose()
    }
}

# An error as the module promises it: its id, its category, one to three sentences in one line that name the target and
# say what happened, and what to do.
function Assert-ToriiError {
    param($Record, [string] $Id, [string] $Category, [string] $Like = '*')
    if ($Record -isnot [Management.Automation.ErrorRecord]) { throw "Expected the error $Id, and there was: $Record" }
    $problems = @(
        $text = "$Record"
        if (($Record.FullyQualifiedErrorId -split ',')[0] -cne $Id) { "its id is $($Record.FullyQualifiedErrorId)" }
        if ($Category -and "$($Record.CategoryInfo.Category)" -ne $Category) { "its category is $($Record.CategoryInfo.Category), not $Category" }
        if ($text -notlike $Like) { "its text is not like $Like" }
        if ($text -notmatch '^\S.*\.$' -or $text.Contains("`n") -or $text.Length -gt 500) { 'its text is not one line of at most 500 characters that ends with a full stop' }
        if ($text -match 'Exception|   at |System\.') { 'its text speaks of the inside' }
        if ("$($Record.ErrorDetails.RecommendedAction)" -notmatch '^\S.*[.?]$') { 'it does not say what to do' }
        if ($Record.Exception.GetType().FullName -notlike 'Torii.Torii*Exception') { "its exception is a $($Record.Exception.GetType())" }
    )
    if ($problems) { throw "The error '$text' ($($Record.FullyQualifiedErrorId)) was to be ${Id}: $($problems -join '; ')." }
}

# A parameter error is the engine's: it ends the command before anything is done, and its text must help as well.
function Assert-ParameterError {
    param($Record, [string] $Parameter, [string] $Like = '*')
    if ($Record -isnot [Management.Automation.ErrorRecord]) { throw "Expected an error about -$Parameter, and there was: $Record" }
    if ($Record.Exception -isnot [Management.Automation.ParameterBindingException]) { throw "Not a parameter error: $Record ($($Record.FullyQualifiedErrorId))" }
    if ($Record.Exception.ParameterName -ne $Parameter) { throw "About -$($Record.Exception.ParameterName), not -${Parameter}: $Record" }
    if ("$Record" -notlike $Like) { throw "Its text is not like ${Like}: $Record" }
}

# The bodies of requests as hashtables, in the order of arrival; a member that is null is there with a null.
function Get-Body($Requests) { @($Requests | ForEach-Object { ConvertFrom-Json $_.body -AsHashtable }) }

# Everybody there is, deleted ones included, as another program sees them.
function Get-Truth($Emulator = $script:emulator) {
    @((Invoke-Api POST '/api/server/v1/users/search?limit=1000' @{ statuses = 'active', 'banned', 'deleted' } $Emulator).items)
}
