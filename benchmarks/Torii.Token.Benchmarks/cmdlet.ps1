# Validates tokens with the cmdlet: runs one slice per line on standard input and writes tokens per second.
param([string] $Module, [string] $Folder, [string] $Issuer, [int] $SliceMs)
$ErrorActionPreference = 'Stop'
Import-Module $Module
$tokens = [IO.File]::ReadAllLines("$Folder/tokens.txt")
while ($null -ne [Console]::In.ReadLine()) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $done = 0
    do {
        $answers = $tokens | Test-ToriiToken -Issuer $Issuer -JwksPath "$Folder/jwks.json"
        if ($answers.Count -ne $tokens.Count -or $answers -contains $false) { throw 'A valid token was refused.' }
        $done += $tokens.Count
    } while ($watch.ElapsedMilliseconds -lt $SliceMs)
    [Console]::Out.WriteLine(($done / $watch.Elapsed.TotalSeconds).ToString([cultureinfo]::InvariantCulture))
}
