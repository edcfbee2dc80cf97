<#
.SYNOPSIS
Builds, tests and packs the module.
.DESCRIPTION
Build  lays the module out in out/Torii, importable as it stands
Test   builds, then runs every suite; the last line counts over all of them
Demo   builds, then runs the main job against the emulator and prints before and after
Pack   builds, then makes out/Torii.<version>.nupkg for a PowerShell repository
Docs   builds, then makes the help (MAML) from docs/cmdlets and checks it against the cmdlets
Bench  builds, then runs the benchmarks
Clean  removes what the others made
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Demo', 'Pack', 'Docs', 'Bench', 'Clean')]
    [string] $Task = 'Build',

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release'
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$out = Join-Path $root out
$module = Join-Path $out Torii
$pwsh = [Environment]::ProcessPath

function Invoke-Checked([string] $File, [string[]] $Arguments) {
    & $File @Arguments
    if ($LASTEXITCODE -ne 0) { throw "$File $($Arguments -join ' ') ended with exit code $LASTEXITCODE." }
}

function Invoke-BuildTask {
    $publish = Join-Path $out publish
    Remove-Item $module, $publish -Recurse -Force -ErrorAction Ignore
    $null = New-Item (Join-Path $module lib) -ItemType Directory -Force
    Invoke-Checked dotnet @('publish', "$root/src/Torii.PowerShell", '-c', $Configuration, '-o', $publish, '--nologo', '-v', 'quiet')
    Invoke-Checked dotnet @('publish', "$root/src/Torii.Emulator", '-c', $Configuration, '-o', "$module/emulator", '--nologo', '-v', 'quiet', '-p:UseAppHost=false')

    # The cmdlets and the public types lie beside the manifest; everything else loads from lib/ in a context of its own.
    $beside = 'Torii.PowerShell.dll', 'Torii.Models.dll'
    Get-ChildItem $publish -Filter *.dll | ForEach-Object {
        $target = if ($_.Name -in $beside) { $module } else { Join-Path $module lib }
        Copy-Item $_ $target
        $symbols = [IO.Path]::ChangeExtension($_.FullName, 'pdb')
        if (Test-Path $symbols) { Copy-Item $symbols $target }
    }
    if (Test-Path "$module/lib/System.Management.Automation.dll") { throw 'The reference assembly of the engine got into lib/: check ExcludeAssets.' }

    Copy-Item "$root/Torii.psd1", "$root/src/Torii.PowerShell/Torii.Format.ps1xml", "$root/LICENSE" $module
    if (Test-Path "$root/src/Torii.PowerShell/en-US") { Copy-Item "$root/src/Torii.PowerShell/en-US" $module -Recurse }
    Write-Host "Built $module"
}

# Counts of one suite; the sum is the last line of a test run.
function New-Count($Suite, $Passed, $Failed, $Skipped) {
    [pscustomobject]@{ Suite = $Suite; Passed = [int]$Passed; Failed = [int]$Failed; Skipped = [int]$Skipped }
}

function Invoke-DotNetTest {
    $results = Join-Path $out TestResults
    Remove-Item $results -Recurse -Force -ErrorAction Ignore
    & dotnet test "$root/Torii.slnx" -c $Configuration --results-directory $results --nologo | Out-Host
    $ended = $LASTEXITCODE
    $counts = @(Get-ChildItem $results -Filter *.trx -ErrorAction Ignore | ForEach-Object {
        $c = ([xml](Get-Content $_ -Raw)).TestRun.ResultSummary.Counters
        $failed = [int]$c.failed + [int]$c.error + [int]$c.timeout
        New-Count $_.BaseName $c.passed $failed ([int]$c.total - [int]$c.passed - $failed)
    })
    # A suite that did not build, or died, has no counts of its own.
    if ($ended -ne 0 -and -not ($counts | Where-Object Failed)) { $counts += New-Count dotnet 0 1 0 }
    $counts
}

# A module from PATH, else from the PowerShell Gallery into out/modules.
function Find-BuildModule([string] $Name, [version] $Version) {
    $local = Join-Path $out modules
    $env:PSModulePath = $local, $env:PSModulePath -join [IO.Path]::PathSeparator
    $found = Get-Module $Name -ListAvailable | Where-Object Version -EQ $Version | Select-Object -First 1
    if (-not $found -and (Get-Command Save-PSResource -ErrorAction Ignore)) {
        $null = New-Item $local -ItemType Directory -Force
        try { Save-PSResource $Name -Version $Version -Path $local -TrustRepository -ErrorAction Stop } catch { Write-Verbose "$_" }
        $found = Get-Module $Name -ListAvailable | Where-Object Version -EQ $Version | Select-Object -First 1
    }
    $found
}

function Invoke-PesterTest {
    $version = '5.9.0'
    $pester = Find-BuildModule Pester $version
    if (-not $pester) {
        Write-Host "The Pester suite was not run: Pester $version is not installed, and the PowerShell Gallery could not be reached (Install-PSResource Pester -Version $version)."
        return
    }
    # A process of its own: the module under test is loaded fresh, and nothing of this script is in the session.
    $report = Join-Path $out pester.json
    Remove-Item $report -ErrorAction Ignore
    & $pwsh -NoProfile -NonInteractive -File "$root/tests/Pester/Invoke-Suite.ps1" -Pester $pester.Path -Report $report | Out-Host
    if (Test-Path $report) {
        $r = Get-Content $report -Raw | ConvertFrom-Json
        New-Count Pester $r.Passed $r.Failed $r.Skipped
    }
    else {
        Write-Host 'The Pester suite did not come to its end.'
        New-Count Pester 0 1 0
    }
}

function Invoke-TestTask {
    Invoke-BuildTask
    $counts = @(Invoke-DotNetTest) + @(Invoke-PesterTest) | Where-Object { $_ }
    $sum = @{}
    foreach ($name in 'Passed', 'Failed', 'Skipped') { $sum[$name] = ($counts | Measure-Object $name -Sum).Sum }
    Write-Host ('{0} passed, {1} failed, {2} skipped' -f $sum.Passed, $sum.Failed, $sum.Skipped)
    if ($sum.Failed -gt 0 -or $sum.Passed -eq 0) { exit 1 }
}

# What Publish-PSResource would make of the folder: the module's files at the root, and tags that tell a repository
# which commands are in it.
function Invoke-PackTask {
    Invoke-BuildTask
    $manifest = Import-PowerShellDataFile "$module/Torii.psd1"
    $data = $manifest.PrivateData.PSData
    $commands = $manifest.CmdletsToExport
    $tags = @($data.Tags) + 'PSModule', 'PSIncludes_Cmdlet' + ($commands | ForEach-Object { "PSCmdlet_$_", "PSCommand_$_" })
    $text = { param($value) [Security.SecurityElement]::Escape("$value") }
    $nuspec = Join-Path $out Torii.nuspec
    Set-Content $nuspec @"
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd">
  <metadata>
    <id>Torii</id>
    <version>$($manifest.ModuleVersion)</version>
    <authors>$(& $text $manifest.Author)</authors>
    <description>$(& $text $manifest.Description)</description>
    <releaseNotes>$(& $text $data.ReleaseNotes)</releaseNotes>
    <copyright>$(& $text $manifest.Copyright)</copyright>
    <license type="expression">MIT</license>
    <projectUrl>$(& $text $data.ProjectUri)</projectUrl>
    <tags>$(& $text ($tags -join ' '))</tags>
  </metadata>
  <files><file src="**" target="" /></files>
</package>
"@
    Invoke-Checked dotnet @('pack', "$root/src/Torii.PowerShell", '--no-build', '-c', $Configuration, '-o', $out, '--nologo', '-v', 'quiet',
        "-p:NuspecFile=$nuspec", "-p:NuspecBasePath=$module", '-p:NoPackageAnalysis=true')
    Write-Host "Packed $(Join-Path $out "Torii.$($manifest.ModuleVersion).nupkg")"
}

function Invoke-DocsTask {
    Invoke-BuildTask
    $version = '1.0.3'
    $platyPS = Find-BuildModule Microsoft.PowerShell.PlatyPS $version
    if (-not $platyPS) {
        throw "The help was not made: Microsoft.PowerShell.PlatyPS $version is not installed, and the PowerShell Gallery could not be reached (Install-PSResource Microsoft.PowerShell.PlatyPS -Version $version)."
    }
    # The name and the folder in which the engine looks.
    $maml = Join-Path $root src Torii.PowerShell en-US Torii.PowerShell.dll-Help.xml
    # A process of its own: the module is loaded there and not in this session.
    Invoke-Checked $pwsh @('-NoProfile', '-NonInteractive', '-File', "$root/docs/Build-Help.ps1", '-PlatyPS', $platyPS.Path, '-Module', $module, '-OutFile', $maml)
    Copy-Item (Split-Path $maml) $module -Recurse -Force
    Write-Host "Made $maml"
}

function Invoke-CleanTask {
    Remove-Item $out -Recurse -Force -ErrorAction Ignore
    Get-ChildItem "$root/src", "$root/tests", "$root/benchmarks" -Directory -Recurse -Include bin, obj, node_modules -ErrorAction Ignore |
        Remove-Item -Recurse -Force -ErrorAction Ignore
}

Push-Location $root
try {
    switch ($Task) {
        Build { Invoke-BuildTask }
        Test { Invoke-TestTask }
        Demo { Invoke-BuildTask; Invoke-Checked $pwsh @('-NoProfile', '-NonInteractive', '-File', "$root/examples/revoke-banned.ps1") }
        Pack { Invoke-PackTask }
        Bench {
            Invoke-BuildTask
            Invoke-Checked $pwsh @('-NoProfile', '-NonInteractive', '-File', "$root/benchmarks/Compare-Module.ps1")
            Invoke-Checked dotnet @('run', '-c', $Configuration, '--project', "$root/benchmarks/Torii.Token.Benchmarks")
        }
        Docs { Invoke-DocsTask }
        Clean { Invoke-CleanTask }
    }
}
finally {
    Pop-Location
}
