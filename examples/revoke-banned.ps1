<#
.SYNOPSIS
The main job, tried on the emulator: ends every session of every banned user.
.DESCRIPTION
A ban ends a user's sessions by itself. The emulator begins with what a race or a leak would leave behind: banned
users whose sessions are still alive.
#>
param([int] $Users = 1000)
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot .. out Torii)

Start-ToriiEmulator -Users $Users | Connect-Torii
$watch = [Diagnostics.Stopwatch]::StartNew()
$banned = @(Get-ToriiUser -Status banned)
$before = @($banned | Get-ToriiSession)
"Before: $Users users, $($banned.Count) of them banned, with $($before.Count) live sessions."
$before | Select-Object -First 3 | Format-Table

Get-ToriiUser -Status banned | Revoke-ToriiSession

$after = @(Get-ToriiUser -Status banned | Get-ToriiSession)
"After:  $($banned.Count) banned users, with $($after.Count) live sessions. ($($watch.ElapsedMilliseconds) ms)"
Stop-ToriiEmulator
if ($after.Count -ne 0) { throw 'Sessions of banned users are still alive.' }
