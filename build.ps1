<#
.SYNOPSIS
Builds, tests and packs the module.
.DESCRIPTION
Build     lays out the module in out/Torii, ready to import
Test      builds, then runs every test suite; the last line is the total: "N passed, N failed, N skipped"
Coverage  builds, runs every test suite and prints the code coverage of each assembly
Demo      builds, then runs the main job against the emulator and prints before and after
Pack      builds, then creates out/Torii.<version>.nupkg
Publish   publishes the packed module to a PowerShell repository, with the API key in PSGALLERY_API_KEY
Docs      builds, then creates the help (MAML) from docs/cmdlets and checks it against the cmdlets
Bench     builds, then runs the benchmarks
Clean     removes all build output
.EXAMPLE
./build.ps1 Test
Runs the xunit suites on .NET 10 and the Pester suite in the PowerShell that runs this script.
.EXAMPLE
./build.ps1 Test -Framework net8.0
Runs the xunit suites that need neither PowerShell nor Node.js on .NET 8, the runtime of PowerShell 7.4.
.EXAMPLE
./build.ps1 Test -PowerShell 7.4 -RequireEngine
Runs the Pester suite in the newest PowerShell 7.4, installed as a .NET tool, and fails if that is not possible.
#>
[CmdletBinding()]
param(
    # What to do.
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Coverage', 'Demo', 'Pack', 'Publish', 'Docs', 'Bench', 'Clean')]
    [string] $Task = 'Build',

    # The build configuration.
    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release',

    # Test: the runtime of the xunit suites. With net8.0, only they run. A missing .NET 8 runtime comes from the NuGet registry.
    [ValidateSet('net10.0', 'net8.0')]
    [string] $Framework = 'net10.0',

    # Test, Coverage: the PowerShell that runs the Pester suite: a command, a path, or a version such as 7.4, which is
    # installed into out/tools as a .NET tool. Default: the PowerShell that runs this script.
    [string] $PowerShell,

    # Test: a Pester suite that cannot run is a failure. Default: it is counted as skipped.
    [switch] $RequireEngine,

    # Pack: the address of the repository, for the manifest. Default: the environment variable TORII_PROJECT_URI.
    [uri] $ProjectUri = $env:TORII_PROJECT_URI,

    # Pack: the tag of a release. It must be v<version of the manifest>.
    [string] $Tag,

    # Publish: the registered repository to publish to.
    [string] $Repository = 'PSGallery'
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$out = Join-Path $root out
$module = Join-Path $out Torii
$results = Join-Path $out TestResults
$dotnet = Get-Command dotnet -CommandType Application -ErrorAction Ignore | Select-Object -First 1 -ExpandProperty Source
if (-not $dotnet) { throw "The .NET SDK is not installed or not on PATH. See https://dotnet.microsoft.com/download." }
$pwsh = [Environment]::ProcessPath
if ((Split-Path $pwsh -LeafBase) -ne 'pwsh') { throw "build.ps1 must run in pwsh, and this is $pwsh. Run it with pwsh, or use ./build.sh." }

function Invoke-Checked([string] $File, [string[]] $Arguments) {
    & $File @Arguments
    if ($LASTEXITCODE -ne 0) { throw "$File $($Arguments -join ' ') failed with exit code $LASTEXITCODE." }
}

function Invoke-BuildTask([string[]] $Properties) {
    $publish = Join-Path $out publish
    Remove-Item $module, $publish -Recurse -Force -ErrorAction Ignore
    $null = New-Item (Join-Path $module lib) -ItemType Directory -Force
    Invoke-Checked $dotnet (@('publish', "$root/src/Torii.PowerShell", '-c', $Configuration, '-o', $publish, '--nologo', '-v', 'quiet') + $Properties)
    Invoke-Checked $dotnet @('publish', "$root/src/Torii.Emulator", '-c', $Configuration, '-o', "$module/emulator", '--nologo', '-v', 'quiet', '-p:UseAppHost=false')

    # The cmdlets and the public types are beside the manifest; everything else loads from lib/ into its own load context.
    $beside = 'Torii.PowerShell.dll', 'Torii.Models.dll'
    Get-ChildItem $publish -Filter *.dll | ForEach-Object {
        $target = if ($_.Name -in $beside) { $module } else { Join-Path $module lib }
        Copy-Item $_ $target
        $symbols = [IO.Path]::ChangeExtension($_.FullName, 'pdb')
        if (Test-Path $symbols) { Copy-Item $symbols $target }
    }
    if (Test-Path "$module/lib/System.Management.Automation.dll") { throw 'lib/ contains the reference assembly System.Management.Automation.dll: check ExcludeAssets.' }

    Copy-Item "$root/Torii.psd1", "$root/src/Torii.PowerShell/Torii.Format.ps1xml", "$root/LICENSE" $module
    if (Test-Path "$root/src/Torii.PowerShell/en-US") { Copy-Item "$root/src/Torii.PowerShell/en-US" $module -Recurse }
    Write-Host "Built $module"
}

# The counts of one suite; the last line of a test run is their sum.
function New-Count($Suite, $Passed, $Failed, $Skipped) {
    [pscustomobject]@{ Suite = $Suite; Passed = [int]$Passed; Failed = [int]$Failed; Skipped = [int]$Skipped }
}

# Runs "dotnet test" and returns the counts of its result files.
function Invoke-DotNetTest([string] $Project, [string[]] $Arguments) {
    Remove-Item $results/*.trx -ErrorAction Ignore
    & $dotnet test $Project -c $Configuration --results-directory $results --nologo @Arguments | Out-Host
    $exitCode = $LASTEXITCODE
    $counts = @(Get-ChildItem $results -Filter *.trx -ErrorAction Ignore | ForEach-Object {
        $c = ([xml](Get-Content $_ -Raw)).TestRun.ResultSummary.Counters
        $failed = [int]$c.failed + [int]$c.error + [int]$c.timeout
        New-Count $_.BaseName $c.passed $failed ([int]$c.total - [int]$c.passed - $failed)
    })
    # A suite that did not build, or that crashed, has no counts.
    if ($exitCode -ne 0 -and -not ($counts | Where-Object Failed)) { $counts += New-Count (Split-Path $Project -LeafBase) 0 1 0 }
    $counts
}

# Checks the whitespace of the C# code; the build checks the other style rules.
function Invoke-FormatTest {
    & $dotnet format whitespace $root --folder --verify-no-changes | Out-Host
    if ($LASTEXITCODE -eq 0) { return New-Count Format 1 0 0 }
    Write-Host "The code is not formatted. Run: dotnet format whitespace --folder"
    New-Count Format 0 1 0
}

# The folder of a "dotnet" with the .NET 8 runtimes, and whether it is the installed one.
function Get-DotNet8 {
    $runtimes = & $dotnet --list-runtimes
    if (@($runtimes -match '^Microsoft\.(NETCore|AspNetCore)\.App 8\.' -replace ' .*' | Select-Object -Unique).Count -eq 2) { return $null }
    Invoke-Checked $dotnet @('build', "$root/tests/dotnet8", '-t:LayOut', '--nologo', '-v', 'quiet') | Out-Host
    Join-Path $out dotnet8
}

# Runs the suites that need neither PowerShell nor Node.js on .NET 8. The emulator runs on it too: it is started with
# the "dotnet" on PATH, which has no newer runtime.
function Invoke-DotNet8Test {
    $folder = Get-DotNet8
    $arguments = @('-p:TestFramework=net8.0')
    foreach ($project in Get-ChildItem "$root/tests/*.Tests/*.csproj") {
        # Built first, with the SDK's own environment.
        & $dotnet build $project -c $Configuration @arguments --nologo -v quiet | Out-Host
        if ($LASTEXITCODE -ne 0) { New-Count $project.BaseName 0 1 0; continue }
        if (-not $folder) { Invoke-DotNetTest $project ($arguments + '--no-build'); continue }
        $path = $env:PATH
        try {
            $env:PATH = $folder + [IO.Path]::PathSeparator + $path
            $testHost = Join-Path $folder (Split-Path $dotnet -Leaf)
            Invoke-DotNetTest $project ($arguments + '--no-build', '--', "RunConfiguration.DotNetHostPath=$testHost")
        }
        finally { $env:PATH = $path }
    }
}

# A module on the module path, else from the PowerShell Gallery into out/modules.
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

# The PowerShell that -PowerShell names; nothing if it is not available.
function Find-Engine {
    if (-not $PowerShell) { return $pwsh }
    if ($PowerShell -notmatch '^\d+\.\d+(\.\d+)?$') { return Get-Command $PowerShell -CommandType Application -ErrorAction Ignore | Select-Object -First 1 -ExpandProperty Source }
    if ("$($PSVersionTable.PSVersion)." -like "$PowerShell.*") { return $pwsh }
    $folder = Join-Path $out tools "powershell-$PowerShell"
    $exact = if ($PowerShell -match '^\d+\.\d+$') { "$PowerShell.*" } else { $PowerShell }
    # A folder for each version: --tool-path cannot hold two of one tool.
    if (-not (Test-Path $folder)) { & $dotnet tool install powershell --version $exact --tool-path $folder | Out-Host }
    Get-Command (Join-Path $folder pwsh) -CommandType Application -ErrorAction Ignore | Select-Object -First 1 -ExpandProperty Source
}

# Why the Pester suite cannot run and what to install; nothing if it can.
$script:pesterProblem = $null

# The command line that runs the Pester suite; nothing if PowerShell or Pester is missing.
function Get-PesterCommand([string] $Report) {
    $engine = Find-Engine
    if (-not $engine) {
        $script:pesterProblem = "PowerShell '$PowerShell' is not installed, and it could not be installed as a .NET tool. See https://aka.ms/powershell"
        return
    }
    $version = '5.9.0'
    $pester = Find-BuildModule Pester $version
    if (-not $pester) {
        $script:pesterProblem = "Pester $version is not installed, and the PowerShell Gallery could not be reached. Run: Install-PSResource Pester -Version $version"
        return
    }
    # The suite loads it, and "dotnet test" builds no project that is not a test.
    Invoke-Checked $dotnet @('build', "$root/tests/SecondService", '-c', 'Release', '--nologo', '-v', 'quiet') | Out-Host
    # A separate process, so that the module is loaded anew and this script's variables are not in the session.
    @($engine, '-NoProfile', '-NonInteractive', '-File', "$root/tests/Pester/Invoke-Suite.ps1", '-Pester', $pester.Path, '-Report', $Report)
}

function Read-PesterReport([string] $Report) {
    if (Test-Path $Report) {
        $r = Get-Content $Report -Raw | ConvertFrom-Json
        return New-Count Pester $r.Passed $r.Failed $r.Skipped
    }
    Write-Host 'The Pester suite ended without a result.'
    New-Count Pester 0 1 0
}

function Invoke-PesterTest {
    $report = Join-Path $out pester.json
    Remove-Item $report -ErrorAction Ignore
    $engine, $arguments = Get-PesterCommand $report
    if (-not $engine) { return New-Count Pester 0 ([int][bool]$RequireEngine) ([int](-not $RequireEngine)) }
    & $engine @arguments | Out-Host
    Read-PesterReport $report
}

# Prints the total of all suites, preceded by the reason if one did not run. A run without a passed test is a failure.
function Complete-Test([object[]] $Counts) {
    $sum = @{}
    foreach ($name in 'Passed', 'Failed', 'Skipped') { $sum[$name] = ($Counts | Measure-Object $name -Sum).Sum }
    if ($pesterProblem) { Write-Host "$($RequireEngine ? 'Failed' : 'Skipped'): the Pester suite. $pesterProblem" }
    Write-Host ('{0} passed, {1} failed, {2} skipped' -f $sum.Passed, $sum.Failed, $sum.Skipped)
    if ($sum.Failed -gt 0 -or $sum.Passed -eq 0) { exit 1 }
}

function Invoke-TestTask {
    if ($Framework -eq 'net8.0') { return Complete-Test @(Invoke-DotNet8Test) }
    Invoke-BuildTask
    Complete-Test (@(Invoke-FormatTest) + @(Invoke-DotNetTest "$root/Torii.slnx") + @(Invoke-PesterTest))
}

# Runs every suite that exercises the module with coverlet and prints the sum by assembly. Coverlet instruments what lies
# beside a test assembly and, for the Pester suite, out/Torii.
function Invoke-CoverageTask {
    $script:Configuration = 'Debug'
    # Coverlet finds the sources by the paths in the symbol files, so the path map is off.
    $arguments = '-p:Coverage=true', '-p:PathMap='
    $collect = '--collect', 'XPlat Code Coverage', '--settings', "$root/tests/coverage/coverage.runsettings"
    Remove-Item $results -Recurse -Force -ErrorAction Ignore
    Invoke-BuildTask $arguments
    $counts = @(Get-ChildItem "$root/tests/*.Tests/*.csproj" | Where-Object BaseName -NE Torii.Emulator.Tests | ForEach-Object { Invoke-DotNetTest $_ ($arguments + $collect) })
    $report = Join-Path $out pester.json
    Remove-Item $report -ErrorAction Ignore
    $command = @(Get-PesterCommand $report)
    if ($command) {
        $env:TORII_PESTER_COMMAND = $command -join "`n"
        try {
            $null = Invoke-DotNetTest "$root/tests/coverage/PesterCoverage.csproj" ($arguments + $collect + '--',
                "DataCollectionRunSettings.DataCollectors.DataCollector.Configuration.IncludeDirectory=$module,$module/lib")
        }
        finally { $env:TORII_PESTER_COMMAND = $null }
        Get-Content ([IO.Path]::ChangeExtension($report, 'log')) -ErrorAction Ignore | Out-Host
        $counts += Read-PesterReport $report
    }
    else { $counts += New-Count Pester 0 ([int][bool]$RequireEngine) ([int](-not $RequireEngine)) }

    Get-ChildItem $results -Filter coverage.json -Recurse | Measure-Coverage | Format-Table | Out-Host
    Complete-Test $counts
}

# The union of coverlet's reports: module > file > class > method > lines and branches with their hits.
function Measure-Coverage {
    begin { $lines = @{}; $branches = @{} }
    process {
        foreach ($assembly in (Get-Content $_ -Raw | ConvertFrom-Json -AsHashtable).GetEnumerator()) {
            $name = [IO.Path]::GetFileNameWithoutExtension($assembly.Key)
            foreach ($set in $lines, $branches) { if (-not $set.ContainsKey($name)) { $set[$name] = @{} } }
            foreach ($file in $assembly.Value.GetEnumerator()) {
                foreach ($method in $file.Value.Values.Values) {
                    foreach ($line in $method.Lines.GetEnumerator()) { $lines[$name]["$($file.Key):$($line.Key)"] += $line.Value }
                    foreach ($branch in $method.Branches) { $branches[$name]["$($file.Key):$($branch.Line):$($branch.Offset):$($branch.Path)"] += $branch.Hits }
                }
            }
        }
    }
    end {
        foreach ($name in $lines.Keys | Sort-Object) {
            $row = [ordered]@{ Assembly = $name }
            foreach ($kind in @{ Name = 'Lines'; Hits = $lines[$name].Values }, @{ Name = 'Branches'; Hits = $branches[$name].Values }) {
                $total = $kind.Hits.Count
                $covered = @($kind.Hits | Where-Object { $_ -gt 0 }).Count
                $row[$kind.Name] = $total
                $row["$($kind.Name)Percent"] = if ($total) { [math]::Round(100 * $covered / $total, 1) }
            }
            [pscustomobject]$row
        }
    }
}

# Creates the package that Publish-PSResource would create from the folder: the module's files at the root, and tags that
# tell a repository which commands are in it.
function Invoke-PackTask {
    $placeholder = (Import-PowerShellDataFile "$root/Torii.psd1").PrivateData.PSData.ProjectUri
    if ($ProjectUri -and ($ProjectUri.Scheme -ne 'https' -or "$ProjectUri" -eq $placeholder)) { throw "-ProjectUri '$ProjectUri' is not the https address of a repository." }
    $version = (Import-PowerShellDataFile "$root/Torii.psd1").ModuleVersion
    if ($Tag -and $Tag -cne "v$version") { throw "The tag is '$Tag', and the version of the module is $version. The tag of a release must be v$version." }
    Invoke-BuildTask
    if ($ProjectUri) {
        # The comment above the placeholder is for readers of the source.
        $text = (Get-Content "$module/Torii.psd1" -Raw) -replace '(?m)^ *# A placeholder: .*\n'
        Set-Content "$module/Torii.psd1" $text.Replace("'$placeholder'", "'$($ProjectUri.AbsoluteUri)'") -NoNewline
    }
    else { Write-Warning "The package has the placeholder $placeholder as its project address. Set it with -ProjectUri or TORII_PROJECT_URI." }
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
    Invoke-Checked $dotnet @('pack', "$root/src/Torii.PowerShell", '--no-build', '-c', $Configuration, '-o', $out, '--nologo', '-v', 'quiet',
        "-p:NuspecFile=$nuspec", "-p:NuspecBasePath=$module", '-p:NoPackageAnalysis=true')
    Write-Host "Packed $(Join-Path $out "Torii.$($manifest.ModuleVersion).nupkg")"
}

# Publishes the package that Pack created, unchanged: its provenance is attested.
function Invoke-PublishTask {
    $manifest = Import-PowerShellDataFile "$root/Torii.psd1"
    $package = Join-Path $out "Torii.$($manifest.ModuleVersion).nupkg"
    if (-not (Test-Path $package)) { throw "There is no package at $package. Run ./build.ps1 Pack first." }
    if (-not $env:PSGALLERY_API_KEY) { throw 'The environment variable PSGALLERY_API_KEY is not set.' }
    if (-not (Get-Command Publish-PSResource -ErrorAction Ignore)) { throw 'Publish-PSResource is not available. Install Microsoft.PowerShell.PSResourceGet 1.1 or newer.' }
    $key = $env:PSGALLERY_API_KEY
    # Child processes do not need the key.
    $env:PSGALLERY_API_KEY = $null
    Publish-PSResource -NupkgPath $package -Repository $Repository -ApiKey $key
    Write-Host "Published $package to $Repository"
}

function Invoke-DocsTask {
    Invoke-BuildTask
    $version = '1.0.3'
    $platyPS = Find-BuildModule Microsoft.PowerShell.PlatyPS $version
    if (-not $platyPS) {
        throw "The help was not created: Microsoft.PowerShell.PlatyPS $version is not installed, and the PowerShell Gallery could not be reached. Run: Install-PSResource Microsoft.PowerShell.PlatyPS -Version $version"
    }
    # PowerShell looks for the help under this name in this folder.
    $maml = Join-Path $root src Torii.PowerShell en-US Torii.PowerShell.dll-Help.xml
    # A separate process, so that the module is not loaded into this session.
    Invoke-Checked $pwsh @('-NoProfile', '-NonInteractive', '-File', "$root/docs/Build-Help.ps1", '-PlatyPS', $platyPS.Path, '-Module', $module, '-OutFile', $maml)
    Copy-Item (Split-Path $maml) $module -Recurse -Force
    Write-Host "Created $maml"
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
        Coverage { Invoke-CoverageTask }
        Demo { Invoke-BuildTask; Invoke-Checked $pwsh @('-NoProfile', '-NonInteractive', '-File', "$root/examples/revoke-banned.ps1") }
        Pack { Invoke-PackTask }
        Publish { Invoke-PublishTask }
        Bench {
            Invoke-BuildTask
            Invoke-Checked $pwsh @('-NoProfile', '-NonInteractive', '-File', "$root/benchmarks/Compare-Module.ps1")
            Invoke-Checked $dotnet @('run', '-c', $Configuration, '--project', "$root/benchmarks/Torii.Token.Benchmarks")
        }
        Docs { Invoke-DocsTask }
        Clean { Invoke-CleanTask }
    }
}
finally {
    Pop-Location
}
