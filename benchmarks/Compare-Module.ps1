<#
.SYNOPSIS
Compares the module with its peers, in one run, on one emulator, and prints ratios.
.DESCRIPTION
Reads 20,000 users in pages of 100, and compares it with an Invoke-RestMethod loop, with the official Node SDK, and with
the floor: HttpClient reading the same pages as bytes. Reads them at 50 ms latency, and compares it with pages times
round trip. Revokes the sessions of 1,000 users at 20 ms latency, and compares it with a loop that revokes one after the
other. Times are medians. Compare ratios, not absolute times, between machines.

With -Baseline, it compares two builds of the module instead: both read the users in new processes, in turns, so that
other work on the machine affects both. Wall time, CPU time of the shell, and allocated memory; a ratio above 1 means
that the module needs more than the baseline.
.EXAMPLE
./Compare-Module.ps1 -Baseline ../../before/out/Torii
Compares with the build of another worktree.
#>
param(
    # The folder of the module.
    [string] $Module = (Join-Path $PSScriptRoot .. out Torii),

    # How many users there are.
    [int] $Users = 20000,

    # The folder of another build of the module to compare with.
    [string] $Baseline,

    # With -Baseline: how many processes of each build are measured.
    [int] $Rounds = 10
)

$ErrorActionPreference = 'Stop'
Import-Module $Module
$results = [Collections.Generic.List[object]]::new()

function Add-Result($What, [double] $Ours, [double] $Peer, $PeerName, $Aim) {
    $results.Add([pscustomobject]@{ What = $What; 'Ours ms' = [math]::Round($Ours); 'Peer ms' = [math]::Round($Peer); Peer = $PeerName; Ratio = [math]::Round($Peer / $Ours, 2); Aim = $Aim })
}

function Get-Median([double[]] $Numbers) { ($Numbers | Sort-Object)[[math]::Floor($Numbers.Count / 2)] }

# The first walk of a shell, with import and connect, and the later ones: wall ms, CPU ms, MB and users of each.
$walks = {
    param($Module)
    $process = [Diagnostics.Process]::GetCurrentProcess()
    function Measure-Walk([scriptblock] $Walk) {
        [gc]::Collect()
        $process.Refresh()
        $cpu, $bytes, $watch = $process.TotalProcessorTime, [gc]::GetTotalAllocatedBytes(), [Diagnostics.Stopwatch]::StartNew()
        $users = & $Walk
        $wall = $watch.Elapsed
        $process.Refresh()
        $wall.TotalMilliseconds, ($process.TotalProcessorTime - $cpu).TotalMilliseconds, (([gc]::GetTotalAllocatedBytes() - $bytes) / 1MB), $users.Count -join ' '
    }
    Measure-Walk { Import-Module $Module; Connect-Torii -SkipCheck; Get-ToriiUser }
    foreach ($i in 2..40) { Measure-Walk { Get-ToriiUser } }
}

# Runs $walks in a new process; the first walk, and the median of the last 20: the runtime compiles until then.
function Measure-Build([string] $Module) {
    $lines = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command "& { $walks } '$Module'"
    if (@($lines -match " $Users$").Count -ne 40) { throw "$Module did not read $Users users 40 times: $lines" }
    $numbers = $lines.ForEach{ , [double[]]$_.Split(' ') }
    foreach ($i in 0..2) { [pscustomobject]@{ First = $numbers[0][$i]; Warm = Get-Median ($numbers[20..39].ForEach{ $_[$i] }) } }
}

function Format-Spread([double[]] $Numbers, $Format) {
    $sorted = $Numbers | Sort-Object
    "{0:$Format} ({1:$Format}-{2:$Format})" -f (Get-Median $sorted), $sorted[[math]::Floor($sorted.Count / 4)], $sorted[[math]::Floor($sorted.Count * 3 / 4)]
}

function Compare-Build {
    $null = Measure-Build $Module
    $pairs = foreach ($i in 1..$Rounds) { , ((Measure-Build $Baseline), (Measure-Build $Module)) }
    foreach ($walk in 'First', 'Warm') {
        foreach ($i in 0..2) {
            [pscustomobject]@{
                What = "$($walk -eq 'First' ? 'new shell' : 'warm'), $(('wall ms', 'CPU ms', 'MB allocated')[$i])"
                Baseline = Format-Spread $pairs.ForEach{ $_[0][$i].$walk } '0'
                Module = Format-Spread $pairs.ForEach{ $_[1][$i].$walk } '0'
                Ratio = Format-Spread $pairs.ForEach{ $_[1][$i].$walk / $_[0][$i].$walk } '0.00'
            }
        }
    }
}

function Measure-Milliseconds([scriptblock] $Block) {
    [gc]::Collect()
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $null = & $Block
    $watch.Elapsed.TotalMilliseconds
}

# The same job without the module.
$restLoop = {
    param($Url, $Key, $Limit = 100)
    $headers = @{ Authorization = "Bearer $Key" }
    $cursor = $null
    do {
        $uri = "${Url}api/server/v1/users/search?limit=$Limit$(if ($cursor) { "&cursor=$cursor" })"
        $page = Invoke-RestMethod $uri -Method Post -Headers $headers -Body '{}' -ContentType application/json
        $page.items
        $cursor = $page.nextCursor
    } while ($cursor)
}

# In a new process, so that nothing is compiled or cached; the start of the shell is not counted.
function Measure-Fresh([string] $Body) {
    $prolog = '$watch = [Diagnostics.Stopwatch]::StartNew();'
    $epilog = '; "$($watch.Elapsed.TotalMilliseconds) $($users.Count)"'
    $times = foreach ($i in 1..5) {
        $line = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command "$prolog $Body $epilog"
        if (-not "$line".EndsWith(" $Users")) { throw "Expected $Users users, got '$line'." }
        [double]("$line".Split(' ')[0])
    }
    Get-Median $times
}

# The least that reading every page takes: the same requests one after the other, without parsing. Compiled, because a
# loop of the shell would be measured too.
Add-Type -TypeDefinition @'
using System; using System.Net.Http; using System.Net.Http.Headers; using System.Text;
public static class Floor
{
    public static int Read(string url, string key)
    {
        using (HttpClient http = new HttpClient())
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            int pages = 0;
            for (string cursor = null; ; pages++)
            {
                StringContent body = new StringContent("{}", Encoding.UTF8, "application/json");
                string at = cursor == null ? "" : "&cursor=" + cursor;
                byte[] page = http.PostAsync(url + "api/server/v1/users/search?limit=100" + at, body).Result.Content.ReadAsByteArrayAsync().Result;
                string end = Encoding.UTF8.GetString(page, Math.Max(0, page.Length - 200), Math.Min(200, page.Length));
                int start = end.IndexOf("\"nextCursor\":\"");
                if (start < 0) { return pages + 1; }
                cursor = end.Substring(start + 14, 36);
            }
        }
    }
}
'@

$emulator = Start-ToriiEmulator -Users $Users
$env:TORII_API_URL = $emulator.ApiUrl
$env:TORII_SECRET_KEY = $emulator.GetSecretKey()
$emulator | Connect-Torii

if ($Baseline) {
    Write-Host "Reading $Users users, pages of 100, in $Rounds new processes of each build: median and quartiles ..."
    Compare-Build | Format-Table | Out-String -Width 140 | Write-Host
    Stop-ToriiEmulator
    return
}

Write-Host "Reading $Users users, pages of 100 ..."
$null = Get-ToriiUser -First 5000; $null = & $restLoop $emulator.ApiUrl $env:TORII_SECRET_KEY 1000
$fresh = Measure-Fresh "Import-Module '$Module'; Connect-Torii -SkipCheck; `$users = Get-ToriiUser"
$freshRest = Measure-Fresh "`$users = & { $restLoop } `$env:TORII_API_URL `$env:TORII_SECRET_KEY"
Add-Result 'read all, new shell' $fresh $freshRest 'Invoke-RestMethod' '4'
$warm = Get-Median (1..5 | ForEach-Object { Measure-Milliseconds { $all = Get-ToriiUser } })
$warmRest = Get-Median (1..5 | ForEach-Object { Measure-Milliseconds { $all = & $restLoop $emulator.ApiUrl $env:TORII_SECRET_KEY } })
Add-Result 'read all, warm' $warm $warmRest 'Invoke-RestMethod' '6'
$pages = [math]::Ceiling($Users / 100)
if ([Floor]::Read($emulator.ApiUrl, $env:TORII_SECRET_KEY) -ne $pages) { throw 'The floor did not read every page.' }
$floor = Get-Median (1..5 | ForEach-Object { Measure-Milliseconds { [Floor]::Read($emulator.ApiUrl, $env:TORII_SECRET_KEY) } })
Add-Result 'read all, warm' $warm $floor 'HttpClient, bytes only' '0.5'

$compat = Join-Path $PSScriptRoot .. tests compat
if ((Get-Command node, npm -ErrorAction Ignore).Count -ge 2) {
    Push-Location $compat
    try {
        if (-not (Test-Path node_modules)) { npm ci --ignore-scripts --no-audit --no-fund | Out-Null }
        $bundle = Join-Path ([IO.Path]::GetTempPath()) "torii-walk-$PID.mjs"
        Copy-Item (Join-Path $PSScriptRoot walk.mjs) ./walk.bench.mjs
        node node_modules/esbuild/bin/esbuild walk.bench.mjs --bundle --platform=node --format=esm --log-level=warning "--outfile=$bundle"
        $node = node $bundle | ConvertFrom-Json
        Add-Result 'read all, new process' $fresh $node.first 'Node SDK' '3'
        Add-Result 'read all, warm' $warm $node.warm 'Node SDK' '3'
    }
    finally {
        Remove-Item ./walk.bench.mjs, $bundle -ErrorAction Ignore
        Pop-Location
    }
}
else {
    Write-Host 'Not compared with the Node SDK: node and npm are not on PATH.'
}
Stop-ToriiEmulator

Write-Host 'The same at 50 ms latency ...'
$slow = Start-ToriiEmulator -Users $Users -LatencyMs 50
$slow | Connect-Torii
# The least that a page takes: the same request through HttpClient alone.
$http = [Net.Http.HttpClient]::new()
$http.DefaultRequestHeaders.Authorization = [Net.Http.Headers.AuthenticationHeaderValue]::new('Bearer', $slow.GetSecretKey())
$roundTrip = Get-Median (1..40 | ForEach-Object {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $body = [Net.Http.StringContent]::new('{}', [Text.Encoding]::UTF8, 'application/json')
    $null = $http.PostAsync("$($slow.ApiUrl)api/server/v1/users/search?limit=100", $body).Result.Content.ReadAsByteArrayAsync().Result
    $watch.Elapsed.TotalMilliseconds
})
$walk = Measure-Milliseconds { $all = Get-ToriiUser }
$results.Add([pscustomobject]@{ What = "read all at 50 ms, $pages pages"; 'Ours ms' = [math]::Round($walk); 'Peer ms' = [math]::Round($pages * $roundTrip); Peer = 'pages x round trip'; Ratio = [math]::Round($walk / ($pages * $roundTrip), 3); Aim = '1.05 of it' })
Stop-ToriiEmulator

Write-Host 'Revoking the sessions of 1,000 users at 20 ms latency ...'
$slow = Start-ToriiEmulator -Users 1000 -LatencyMs 20
$slow | Connect-Torii
$all = Get-ToriiUser
$headers = @{ Authorization = "Bearer $($slow.GetSecretKey())" }
$one = Measure-Milliseconds { foreach ($user in $all) { Invoke-RestMethod "$($slow.ApiUrl)api/server/v1/users/$($user.UserId)/sessions" -Method Delete -Headers $headers } }
$many = Measure-Milliseconds { $all | Revoke-ToriiSession }
Add-Result 'revoke 1,000 at 20 ms' $many $one 'one after the other' '7'
Stop-ToriiEmulator

$results | Format-Table | Out-String -Width 140 | Write-Host
