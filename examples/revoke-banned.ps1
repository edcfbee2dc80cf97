<#
.SYNOPSIS
Revokes every session of every banned user of an emulator.
.DESCRIPTION
A ban revokes the user's sessions. The emulator starts with banned users whose sessions are still active, as a race
condition could leave them.
#>
param([int] $Users = 1000)
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot .. out Torii)

Start-ToriiEmulator -Users $Users | Connect-Torii
$watch = [Diagnostics.Stopwatch]::StartNew()
$banned = @(Get-ToriiUser -Status banned)
$before = @($banned | Get-ToriiSession)
"Before: $Users users, $($banned.Count) of them banned, with $($before.Count) active sessions."
$before | Select-Object -First 3 | Format-Table

Get-ToriiUser -Status banned | Revoke-ToriiSession

$after = @(Get-ToriiUser -Status banned | Get-ToriiSession)
"After:  $($banned.Count) banned users, with $($after.Count) active sessions. ($($watch.ElapsedMilliseconds) ms)"
Stop-ToriiEmulator
if ($after.Count -ne 0) { throw 'Sessions of banned users are still active.' }
