# Checks tokens through the cmdlet: for each line on standard input one slice, answered by tokens a second.
param([string] $Module, [string] $Folder, [string] $Issuer, [int] $SliceMs)
$ErrorActionPreference = 'Stop'
Import-Module $Module
$tokens = [IO.File]::ReadAllLines("$Folder/tokens.txt")
while ($null -ne [Console]::In.ReadLine()) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $done = 0
    do {
        $answers = $tokens | Test-ToriiToken -Issuer $Issuer -JwksPath "$Folder/jwks.json"
        if ($answers.Count -ne $tokens.Count -or $answers -contains $false) { throw 'A good token was refused.' }
        $done += $tokens.Count
    } while ($watch.ElapsedMilliseconds -lt $SliceMs)
    [Console]::Out.WriteLine(($done / $watch.Elapsed.TotalSeconds).ToString([cultureinfo]::InvariantCulture))
}
