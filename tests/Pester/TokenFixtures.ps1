# What the tests about tokens share: an emulator, a user of it, and tokens. Dot-sourced in BeforeAll.
$module = [IO.Path]::GetFullPath("$PSScriptRoot/../../out/Torii/Torii.psd1")
'TORII_SECRET_KEY', 'TORII_API_URL', 'TORII_ISSUER' | ForEach-Object { [Environment]::SetEnvironmentVariable($_, [NullString]::Value) }
Import-Module $module
Get-ToriiConnection | Disconnect-Torii
$emulator = Start-ToriiEmulator -Users 20
$emulator | Connect-Torii
$user = @(Get-ToriiUser -Status active -First 1)[0]
$good = $user | New-ToriiEmulatorToken -ExpiresInSec 3600
$jwks = Invoke-RestMethod "$($emulator.Issuer)/_torii/.well-known/jwks.json"
# A token that is good in form and by a stranger's key.
$forged = New-ToriiEmulatorToken $user.UserId -OtherKey -KeyId $jwks.keys[0].kid

function Get-KeyRequestCount { @((Invoke-RestMethod "$($emulator.ApiUrl)_emulator/journal?after=0" -Headers @{ Authorization = "Bearer $($emulator.GetSecretKey())" }).entries | Where-Object operation -EQ jwks).Count }
# Every stream of a script as text, and the errors that it left.
function Get-Everything([scriptblock] $Script) {
    $before = $global:Error.Count
    $all = & $Script *>&1
    $all | ForEach-Object { "$_"; $_ | Format-List * -Force | Out-String -Width 4096; try { ConvertTo-Json $_ -Depth 4 -WarningAction Ignore } catch { } }
    $global:Error | Select-Object -First ($global:Error.Count - $before) | ForEach-Object { Get-Error -InputObject $_ | Out-String -Width 4096 }
}
function Get-Reason([scriptblock] $Script) { try { $null = & $Script } catch { ($_.FullyQualifiedErrorId -split ',')[0] } }
