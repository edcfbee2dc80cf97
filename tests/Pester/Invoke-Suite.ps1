<#
.SYNOPSIS
Runs the Pester suite against out/Torii.
.DESCRIPTION
Prints a line a file, and each failure with its message; skipped tests are named with the reason. The exit code is 1
when something failed.
#>
param(
    # The Pester module to run with: its manifest, folder or name.
    [string] $Pester = 'Pester',
    # Where to write the counts as JSON.
    [string] $Report,
    # The files to run, by wildcard; all of them unless told.
    [string] $File = '*.Tests.ps1'
)

# Nothing is set here that a test would inherit: neither strict mode nor an error preference.
Import-Module $Pester -MinimumVersion 5.0 -ErrorAction Stop
$configuration = New-PesterConfiguration
$configuration.Run.Path = (Get-ChildItem $PSScriptRoot -Filter *.Tests.ps1 | Where-Object Name -Like $File).FullName
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$configuration.Output.RenderMode = 'Plaintext'
$run = Invoke-Pester -Configuration $configuration
if (-not $run) { exit 1 }

$run.Skipped | ForEach-Object { "[skipped] $($_.ExpandedPath): $($_.ErrorRecord.Count ? $_.ErrorRecord[0] : 'not possible on this machine')" }
# A file that could not be read, or a tear-down that failed, counts even when no test did.
$failed = $run.FailedCount ? $run.FailedCount : $run.FailedContainersCount + $run.FailedBlocksCount
if ($Report) {
    [ordered]@{ Passed = $run.PassedCount; Failed = $failed; Skipped = $run.SkippedCount } | ConvertTo-Json -Compress | Set-Content $Report
}
"Pester: $($run.PassedCount) passed, $failed failed, $($run.SkippedCount) skipped in $([int]$run.Duration.TotalSeconds) s"
exit [int]($failed -gt 0)
