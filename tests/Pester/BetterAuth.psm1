# A real Better Auth server (tests/compat/better-auth) for a test file: it is installed from npm once, started for the file,
# and used by a client that is not the module. Import Support.psm1 first.

$script:folder = [IO.Path]::GetFullPath("$PSScriptRoot/../compat/better-auth")
$script:http = [Net.Http.HttpClient]::new([Net.Http.SocketsHttpHandler]@{ UseCookies = $false })
$script:server = $null

# Why no server can run on this machine; nothing if one can. Installs the packages unless the lock file is the one that is
# installed; NodePackages.cs does the same for the xunit suites.
function Get-BetterAuthSkipReason {
    foreach ($program in 'node', 'npm') {
        if (-not (Get-Command $program -CommandType Application -ErrorAction Ignore)) { return "$program was not found on PATH." }
    }
    $stamp = "$script:folder/node_modules/.installed"
    $wanted = (Get-FileHash "$script:folder/package-lock.json" -Algorithm SHA256).Hash
    if ((Test-Path $stamp) -and [IO.File]::ReadAllText($stamp) -eq $wanted) { return }

    Push-Location $script:folder
    try { $printed = npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 2>&1 } finally { Pop-Location }
    if ($LASTEXITCODE) { return "npm ci could not install Better Auth: $(($printed | Where-Object { "$_".Trim() } | Select-Object -First 3) -join ' ')" }
    [IO.File]::WriteAllText($stamp, $wanted)
}

# Starts a server and connects to it. $Settings are those of server.mjs.
function Start-BetterAuth {
    param([hashtable] $Settings = @{}, [string] $Name = 'default', [hashtable] $With = @{}, [switch] $NoConnection, [switch] $Additional)
    $start = [Diagnostics.ProcessStartInfo]::new('node')
    $start.WorkingDirectory = $script:folder
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
    'server.mjs', (ConvertTo-Json $Settings -Depth 5 -Compress) | ForEach-Object { $start.ArgumentList.Add($_) }
    $process = [Diagnostics.Process]::Start($start)
    $line = $process.StandardOutput.ReadLineAsync()
    if (-not $line.Wait(60000) -or -not $line.Result) { $process.Kill(); throw 'The Better Auth server did not start.' }
    $report = ConvertFrom-Json $line.Result
    $started = [pscustomobject]@{
        Process = $process; Origin = $report.origin; Email = $report.email; Password = $report.password
        Credential = New-Credential $report.email $report.password
        # The session of the other client.
        Session = $null
    }
    if (-not $NoConnection) { Connect-BetterAuth $started $Name $With }
    $started.Session = Open-BetterAuthSession $report.email $report.password $started
    if (-not $Additional) { $script:server = $started }
    $started
}

# A connection as the administrator; tests about failures keep retries off unless told.
function Connect-BetterAuth {
    param($Server = $script:server, [string] $Name = 'default', [hashtable] $With = @{})
    $arguments = @{ MaxRetry = 0 }
    if (-not $With.ContainsKey('SessionToken')) { $arguments.Credential = $Server.Credential }
    $With.Keys | ForEach-Object { $arguments[$_] = $With[$_] }
    Connect-Torii -BetterAuth $Server.Origin @arguments -Name $Name
}

function Stop-BetterAuth($Server = $script:server) {
    if (-not $Server) { return }
    Get-ToriiConnection | Where-Object { "$($_.ApiUrl)".StartsWith($Server.Origin) } | Disconnect-Torii
    $Server.Process.StandardInput.Close()
    if (-not $Server.Process.WaitForExit(5000)) { $Server.Process.Kill() }
    $Server.Process.Dispose()
    if ($Server -eq $script:server) { $script:server = $null }
}

# A request of another client, with the session of that client as administrator, with another one, or with none ('').
# Returns Status, Body and Headers.
function Send-BetterAuth {
    param([string] $Path, $Body, $Server = $script:server, [string] $Session = $Server.Session, [string] $Method)
    $message = [Net.Http.HttpRequestMessage]::new($(if ($Method) { $Method } elseif ($null -eq $Body) { 'GET' } else { 'POST' }), "$($Server.Origin)$Path")
    if ($Session) { $message.Headers.Authorization = [Net.Http.Headers.AuthenticationHeaderValue]::new('Bearer', $Session) }
    if ($null -ne $Body) { $message.Content = [Net.Http.StringContent]::new((ConvertTo-Json $Body -Depth 5 -Compress), [Text.Encoding]::UTF8, 'application/json') }
    $answer = $script:http.Send($message)
    $text = [IO.StreamReader]::new($answer.Content.ReadAsStream()).ReadToEnd()
    [pscustomobject]@{ Status = [int]$answer.StatusCode; Body = $(if ($text) { ConvertFrom-Json $text }); Headers = $answer.Headers }
}

# The same for a path below /api/auth/, and an error unless the request succeeds. Returns the body.
function Invoke-BetterAuth {
    param([string] $Path, $Body, $Server = $script:server, [string] $Session = $Server.Session)
    $answer = Send-BetterAuth "/api/auth/$Path" $Body $Server $Session
    if ($answer.Status -ge 300) { throw "$Path was answered $($answer.Status): $(ConvertTo-Json $answer.Body -Compress)" }
    $answer.Body
}

# Signs in as another client and returns the session token with its signature.
function Open-BetterAuthSession {
    param([string] $Email, [string] $Password, $Server = $script:server)
    $answer = Send-BetterAuth '/api/auth/sign-in/email' @{ email = $Email; password = $Password } $Server ''
    $signed = $null
    if ($answer.Headers.TryGetValues('set-auth-token', [ref]$signed)) { return @($signed)[0] }
    # A server without the bearer plugin: the other client has no session.
    if ($answer.Status -ne 200) { throw "The sign-in of $Email was answered $($answer.Status)." }
}

# Creates a user as another client; $Data are further fields, among them a password.
function New-BetterAuthUser {
    param([string] $Name, [hashtable] $Data = @{}, $Server = $script:server, [string] $Password, [string] $Email = "$Name@example.test")
    $body = @{ email = $Email; name = $Name; data = $Data }
    if ($Password) { $body.password = $Password }
    (Invoke-BetterAuth admin/create-user $body $Server).user
}

# Everybody there is, as another client sees them.
function Get-BetterAuthTruth($Server = $script:server) { @((Invoke-BetterAuth 'admin/list-users?limit=-1' $null $Server).users) }

# The requests since the one numbered $After, and its number: sequence, operation (the path below /api/auth/), method, path,
# status, arrivedMs, doneMs. Neither headers nor bodies.
function Get-BetterAuthJournal([long] $After = 0, $Server = $script:server) { @((Send-BetterAuth "/_test/journal?after=$After" $null $Server).Body.entries) }
function Get-BetterAuthJournalEnd($Server = $script:server) { (Send-BetterAuth "/_test/journal?after=$([int]::MaxValue)" $null $Server).Body.last }

# The emails that the server would have sent: kind, to.
function Get-BetterAuthMail($Server = $script:server) { @((Send-BetterAuth '/_test/mails' $null $Server).Body) }

# Limits a path with the server's own rate limiter: more than $Max requests in $WindowSec are answered 429 with X-Retry-After.
function Add-BetterAuthLimit([string] $Operation, [int] $Max, [int] $WindowSec = 1, $Server = $script:server) {
    $null = Send-BetterAuth '/_test/limits' @{ path = $Operation; window = $WindowSec; max = $Max } $Server
}

# What goes wrong in front of the server: path, times (1), skip (0), delayMs, lose (the request is executed, its response is lost).
function Add-BetterAuthFault([hashtable] $Fault, $Server = $script:server) { $null = Send-BetterAuth '/_test/faults' $Fault $Server }

# Removes limits and faults.
function Clear-BetterAuth($Server = $script:server) {
    'limits', 'faults' | ForEach-Object { $null = Send-BetterAuth "/_test/$_" $null $Server -Method DELETE }
}

# Ends the sessions of a user by their time.
function Set-BetterAuthExpired([string] $UserId, $Server = $script:server) { $null = Send-BetterAuth '/_test/expire' @{ userId = $UserId } $Server }

function New-Credential([string] $UserName, [string] $Password) { [pscredential]::new($UserName, (ConvertTo-SecureString $Password -AsPlainText -Force)) }

# The code of an authenticator app (RFC 6238) for a secret in base32.
function Get-TotpCode([string] $Secret, [DateTimeOffset] $At = [DateTimeOffset]::UtcNow) {
    $bits = -join ($Secret.TrimEnd('=').ToUpperInvariant().ToCharArray() | ForEach-Object { [Convert]::ToString('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.IndexOf($_), 2).PadLeft(5, '0') })
    $key = [byte[]]@(0..([Math]::Floor($bits.Length / 8) - 1) | ForEach-Object { [Convert]::ToByte($bits.Substring($_ * 8, 8), 2) })
    $step = [BitConverter]::GetBytes([long][Math]::Floor($At.ToUnixTimeSeconds() / 30))
    [array]::Reverse($step)
    $hash = [Security.Cryptography.HMACSHA1]::HashData($key, $step)
    $from = $hash[-1] -band 15
    $number = [BitConverter]::ToInt32([byte[]]$hash[($from + 3)..$from], 0) -band [int]::MaxValue
    ($number % 1000000).ToString('D6')
}
