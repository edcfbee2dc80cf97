# A scripted HTTP server for responses that the emulator does not send, a runspace whose host records what it shows, and
# the whole text of an error record.

# Starts an HTTP/1.1 server on a free port of 127.0.0.1. $Answer runs for each request with the request (Method, Path,
# Body, Headers, Number) and $State, which the test may change at any time. It returns a hashtable: Status (200), Body,
# Type (application/json), Headers; or Close = $true to close the connection without a response.
function Start-ScriptedServer {
    param([scriptblock] $Answer, [hashtable] $State = @{})
    $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $listener.Start(100)
    $requests = [Collections.Concurrent.ConcurrentQueue[object]]::new()
    $shared = [hashtable]::Synchronized($State)
    $shell = [powershell]::Create().AddScript({
            param($Listener, $Requests, $AnswerText, $State)
            $answer = [scriptblock]::Create($AnswerText)
            $number = 0
            while ($true) {
                # Ends the loop when the listener is stopped.
                try { $client = $Listener.AcceptTcpClient() } catch { return }
                try {
                    $client.ReceiveTimeout = 5000
                    $stream = $client.GetStream()
                    $bytes = [Collections.Generic.List[byte]]::new()
                    $head = ''
                    while (-not $head.EndsWith("`r`n`r`n")) {
                        $next = $stream.ReadByte()
                        if ($next -lt 0) { break }
                        $bytes.Add($next)
                        $head += [char]$next
                    }
                    if (-not $head) { continue }
                    $lines = $head.TrimEnd() -split "`r`n"
                    $verb, $path, $null = $lines[0] -split ' '
                    $headers = @{}
                    $lines | Select-Object -Skip 1 | ForEach-Object { $name, $value = $_ -split ':', 2; $headers[$name] = $value.Trim() }
                    $body = [byte[]]::new([int]($headers['Content-Length']))
                    $length = 0
                    while ($length -lt $body.Length) { $length += $stream.Read($body, $length, $body.Length - $length) }
                    $request = [pscustomobject]@{ Method = $verb; Path = $path; Body = [Text.Encoding]::UTF8.GetString($body); Headers = $headers; Number = ++$number }
                    $Requests.Enqueue($request)
                    $reply = & $answer $request $State
                    if ($reply.Close) { continue }
                    $content = [Text.Encoding]::UTF8.GetBytes("$($reply.Body)")
                    $status = $reply.Status ? $reply.Status : 200
                    $date = $reply.Headers.Date ?? [DateTime]::UtcNow.ToString('r')
                    $text = "HTTP/1.1 $status Scripted`r`nDate: $date`r`nConnection: close`r`nContent-Length: $($content.Length)`r`n"
                    if ($content.Length) { $text += "Content-Type: $($reply.Type ? $reply.Type : 'application/json')`r`n" }
                    if ($reply.Headers) { $reply.Headers.GetEnumerator() | Where-Object Key -NE Date | ForEach-Object { $text += "$($_.Key): $($_.Value)`r`n" } }
                    $stream.Write([Text.Encoding]::ASCII.GetBytes("$text`r`n"))
                    $stream.Write($content)
                    $stream.Flush()
                }
                catch { $State.Error = "$_" }
                finally { $client.Dispose() }
            }
        }).AddParameters(@{ Listener = $listener; Requests = $requests; AnswerText = "$Answer"; State = $shared })
    $null = $shell.BeginInvoke()
    $port = $listener.LocalEndpoint.Port
    [pscustomobject]@{ Port = $port; Url = "http://127.0.0.1:$port"; Requests = $requests; State = $shared; Listener = $listener; Shell = $shell }
}

function Stop-ScriptedServer($Server) {
    if (-not $Server) { return }
    $Server.Listener.Stop()
    $Server.Shell.Stop()
    $Server.Shell.Dispose()
}

# A user as contract 0.0.3 returns it, as JSON; $Values overwrites or adds members, $Without leaves some out.
function New-UserJson {
    param([hashtable] $Values = @{}, [string[]] $Without = @())
    $user = [ordered]@{
        id = '01931a73-8b00-7000-8000-0000000000aa'; environmentId = '01931a73-8b00-7000-8000-0000000000ee'; name = 'Ada Lovelace'; phone = '+45 12345678'; locale = 'en'
        address = 'Here 1'; dateOfBirth = '1815-12-10'; status = 'active'; createdAt = '2024-01-01T00:00:00Z'; updatedAt = '2024-01-01T00:00:00Z'
        email = 'ada@example.com'; emailVerifiedAt = '2024-01-01T00:00:00Z'; deletedAt = $null
    }
    $Values.Keys | ForEach-Object { $user[$_] = $Values[$_] }
    $Without | ForEach-Object { $user.Remove($_) }
    ConvertTo-Json $user -Compress
}

# Compiled, because the methods of a PowerShell class run in the runspace that defined it, and that one is waiting.
if (-not ('ToriiTests.RecordingHost' -as [type])) {
    Add-Type -TypeDefinition @'
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ToriiTests
{
    public sealed class RecordingHost : PSHost
    {
        private readonly Guid _id = Guid.NewGuid();
        private readonly RecordingInterface _ui = new RecordingInterface();
        public ConcurrentQueue<string> Lines { get { return _ui.Lines; } }
        public override CultureInfo CurrentCulture { get { return CultureInfo.InvariantCulture; } }
        public override CultureInfo CurrentUICulture { get { return CultureInfo.InvariantCulture; } }
        public override Guid InstanceId { get { return _id; } }
        public override string Name { get { return "RecordingHost"; } }
        public override Version Version { get { return new Version(1, 0); } }
        public override PSHostUserInterface UI { get { return _ui; } }
        public override void EnterNestedPrompt() { throw new NotSupportedException(); }
        public override void ExitNestedPrompt() { }
        public override void NotifyBeginApplication() { }
        public override void NotifyEndApplication() { }
        public override void SetShouldExit(int exitCode) { }
    }

    public sealed class RecordingInterface : PSHostUserInterface
    {
        public readonly ConcurrentQueue<string> Lines = new ConcurrentQueue<string>();
        public override PSHostRawUserInterface RawUI { get { return null; } }
        public override bool SupportsVirtualTerminal { get { return true; } }
        private void Add(string kind, string text) { Lines.Enqueue(kind + ": " + text); }
        public override void Write(string value) { Add("write", value); }
        public override void Write(ConsoleColor f, ConsoleColor b, string value) { Add("write", value); }
        public override void WriteLine(string value) { Add("write", value); }
        public override void WriteErrorLine(string value) { Add("error", value); }
        public override void WriteDebugLine(string message) { Add("debug", message); }
        public override void WriteVerboseLine(string message) { Add("verbose", message); }
        public override void WriteWarningLine(string message) { Add("warning", message); }
        public override void WriteInformation(InformationRecord record) { Add("information", Convert.ToString(record.MessageData)); }
        public override void WriteProgress(long sourceId, ProgressRecord r) { Add("progress", r.Activity + " | " + r.StatusDescription + " | " + r.CurrentOperation); }
        public override string ReadLine() { throw new NotSupportedException(); }
        public override SecureString ReadLineAsSecureString() { throw new NotSupportedException(); }
        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) { throw new NotSupportedException(); }
        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) { throw new NotSupportedException(); }
        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes types, PSCredentialUIOptions options) { throw new NotSupportedException(); }

        // Answers Yes.
        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            Add("prompt", caption + " | " + message);
            return 0;
        }
    }
}
'@
}

# A runspace with the module and a host that records every line it is told to show.
function New-Recorded {
    param([scriptblock] $Script, [hashtable] $With = @{})
    $state = [initialsessionstate]::CreateDefault2()
    $state.ImportPSModule((Get-ModulePath))
    $recorder = [ToriiTests.RecordingHost]::new()
    $runspace = [runspacefactory]::CreateRunspace($recorder, $state)
    $runspace.Open()
    $shell = [powershell]::Create().AddScript($Script).AddParameters($With)
    $shell.Runspace = $runspace
    [pscustomobject]@{ Shell = $shell; Host = $recorder }
}

# Runs a script there to its end: what the host showed, the errors and warnings, and the error that ended the script.
function Invoke-Recorded {
    param([scriptblock] $Script, [hashtable] $With = @{})
    $recorded = New-Recorded $Script $With
    $ended = $null
    $output = @()
    try {
        try { $output = @($recorded.Shell.Invoke()) }
        catch { $ended = $_.Exception.InnerException.ErrorRecord ?? $_ }
        [pscustomobject]@{
            Output = $output; Lines = $recorded.Host.Lines.ToArray(); EndedBy = $ended
            Errors = @($recorded.Shell.Streams.Error) + @($ended | Where-Object { $_ })
            Warnings = @($recorded.Shell.Streams.Warning | ForEach-Object Message)
            Verbose = @($recorded.Shell.Streams.Verbose | ForEach-Object Message)
            Progress = @($recorded.Shell.Streams.Progress | ForEach-Object { "$($_.Activity) | $($_.StatusDescription) | $($_.CurrentOperation)" })
        }
    }
    finally {
        $recorded.Shell.Runspace.Dispose()
        $recorded.Shell.Dispose()
    }
}

# The messages of an error record: its own, its exceptions', and what it recommends.
function Get-ErrorText($Record) {
    $parts = "$Record", $Record.ErrorDetails.Message, $Record.ErrorDetails.RecommendedAction
    for ($e = $Record.Exception; $e; $e = $e.InnerException) { $parts += $e.Message }
    $parts -join "`n"
}

# A connection of its own to an emulator; tests about failures keep retries off unless told.
function Connect-Emulator {
    param($Emulator, [string] $Name = 'main', [hashtable] $With = @{})
    $arguments = @{ SecretKey = $Emulator.GetSecretKey(); ApiUrl = $Emulator.ApiUrl; MaxRetry = 0 } + @{}
    $With.Keys | ForEach-Object { $arguments[$_] = $With[$_] }
    Connect-Torii @arguments -Name $Name -SkipCheck -PassThru
}

# The variables of a proxy for https in both spellings, because the lower-case one wins; what this machine has set must
# not interfere.
function Get-ProxyEnvironment([string] $Proxy) {
    $variables = [hashtable]::new([StringComparer]::Ordinal)
    foreach ($name in 'HTTPS_PROXY', 'https_proxy') { $variables[$name] = $Proxy }
    foreach ($name in 'NO_PROXY', 'no_proxy', 'ALL_PROXY', 'all_proxy') { $variables[$name] = '' }
    $variables
}
