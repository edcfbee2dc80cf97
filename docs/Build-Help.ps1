<#
.SYNOPSIS
Builds the module's help (MAML) from the pages in docs/cmdlets, after comparing them with the cmdlets.
.DESCRIPTION
Called by build.ps1 Docs and by the test that compares the committed help, in a separate process, because it loads the
module. The same pages and cmdlets give the same bytes.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $PlatyPS,
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $OutFile
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$pages = Join-Path $PSScriptRoot cmdlets
Import-Module $PlatyPS
Import-Module (Resolve-Path $Module).Path
$commands = [string[]](Get-Module Torii).ExportedCmdlets.Keys
[Array]::Sort($commands, [StringComparer]::Ordinal)
$files = [string[]](Get-ChildItem $pages -Filter *.md).Name
[Array]::Sort($files, [StringComparer]::Ordinal)
$problems = [Collections.Generic.List[string]]::new()

# HelpIsCurrentTests computes the same hash: for each page its name, LF, its text with LF line ends, LF.
function Get-PagesHash {
    $all = [Text.StringBuilder]::new()
    foreach ($file in $files) {
        $text = [IO.File]::ReadAllText((Join-Path $pages $file)).Replace("`r`n", "`n")
        $null = $all.Append($file).Append("`n").Append($text).Append("`n")
    }
    [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([Text.Encoding]::UTF8.GetBytes($all.ToString()))).ToLowerInvariant()
}

# A parameter of the cmdlet and of the page in the same form. New-CommandHelp is not used: it reads the existing help too.
function Format-Signature($Type, $Aliases, $Wildcards, $Sets) {
    "type $Type, aliases ($(($Aliases | Sort-Object) -join ' ')), wildcards $Wildcards, $(($Sets | Sort-Object) -join '; ')"
}

function Format-Set($Name, $Position, $Required, $ByValue, $ByName) {
    "$($Name -replace '^__AllParameterSets$', '(All)') position $Position, required $Required, from pipeline $ByValue, by name $ByName"
}

function Get-Declared($Parameter) {
    $sets = foreach ($entry in $Parameter.ParameterSets.GetEnumerator()) {
        $set = $entry.Value
        Format-Set $entry.Key ($set.Position -eq [int]::MinValue ? 'Named' : $set.Position) $set.IsMandatory $set.ValueFromPipeline $set.ValueFromPipelineByPropertyName
    }
    $wildcards = [bool]($Parameter.Attributes | Where-Object { $_ -is [Management.Automation.SupportsWildcardsAttribute] })
    Format-Signature $Parameter.ParameterType.ToString() $Parameter.Aliases $wildcards $sets
}

function Get-Documented($Parameter) {
    $sets = $Parameter.ParameterSets | ForEach-Object { Format-Set $_.Name $_.Position $_.IsRequired $_.ValueFromPipeline $_.ValueFromPipelineByPropertyName }
    Format-Signature $Parameter.Type $Parameter.Aliases $Parameter.SupportsWildcards $sets
}

function Get-Syntax($Lines) {
    @($Lines -replace ' \[-InputObject <\w+>\]' -replace ' \[<CommonParameters>\]' | Sort-Object) -join ' | '
}

function Test-Page($Name, $Help) {
    $command = Get-Command $Name
    $common = [Management.Automation.PSCmdlet]::CommonParameters
    $declared = @{}
    $command.Parameters.Values | Where-Object {
        $_.Name -notin $common -and -not ($_.Attributes | Where-Object { $_ -is [Management.Automation.ParameterAttribute] -and $_.DontShow })
    } | ForEach-Object { $declared[$_.Name] = $_ }
    $documented = @{}
    $Help.Parameters | ForEach-Object { $documented[$_.Name] = $_ }
    foreach ($parameter in $declared.Keys | Sort-Object) {
        if (-not $documented.ContainsKey($parameter)) { $problems.Add("$Name`: the parameter -$parameter is missing"); continue }
        if ([string]::IsNullOrWhiteSpace($documented[$parameter].Description)) { $problems.Add("$Name`: -$parameter has no description") }
        $actual, $page = (Get-Declared $declared[$parameter]), (Get-Documented $documented[$parameter])
        if ($actual -cne $page) { $problems.Add("$Name`: -$parameter is '$actual' in the cmdlet and '$page' in the page") }
    }
    $documented.Keys | Where-Object { -not $declared.ContainsKey($_) } | Sort-Object | ForEach-Object { $problems.Add("$Name`: the page has the parameter -$_, the cmdlet does not") }
    $actual = Get-Syntax ($command.ParameterSets | ForEach-Object { "$Name $_" })
    $page = Get-Syntax ($Help.Syntax | ForEach-Object { "$_" })
    if ($actual -ne $page) { $problems.Add("$Name`: the syntax is '$actual' in the cmdlet and '$page' in the page") }
    $aliases = @(Get-Alias -Definition $Name -ErrorAction Ignore | ForEach-Object Name | Sort-Object)
    $line = if ($aliases) { "Aliases: $($aliases -join ', ')." } else { 'None.' }
    if ("$($Help.Aliases)".Trim() -cne $line) { $problems.Add("$Name`: the aliases are '$line' in the module and '$("$($Help.Aliases)".Trim())' in the page") }
    if ($Help.Examples.Count -lt 2) { $problems.Add("$Name`: fewer than two examples") }
    if ([string]::IsNullOrWhiteSpace($Help.Synopsis) -or [string]::IsNullOrWhiteSpace($Help.Description)) { $problems.Add("$Name`: the synopsis or the description is missing") }
}

# Markdown as plain text for a console: without fences and backticks, a link as its text, commands after a prompt.
function ConvertTo-Plain([string] $Text) {
    $Text = [regex]::Replace($Text, '(?ms)^```powershell\n(.*?)\n```', { param($m) ($m.Groups[1].Value -split "`n" -replace '^(?=\S)', 'PS> ') -join "`n" })
    $Text = [regex]::Replace($Text, '(?ms)^```\w*\n(.*?)\n```', '$1')
    $Text = [regex]::Replace($Text, '\[([^\]\n]+)\]\([^)\n]+\)', '$1')
    [regex]::Replace($Text, '`([^`\n]+)`', '$1').Trim("`n")
}

foreach ($file in $files) {
    $text = [IO.File]::ReadAllText((Join-Path $pages $file))
    if ($text.Contains('{{')) { $problems.Add("$file`: contains a placeholder ({{)") }
    if ($file -cne 'Torii.md' -and [IO.Path]::GetFileNameWithoutExtension($file) -cnotin $commands) { $problems.Add("$file`: the module has no such cmdlet") }
}
$help = foreach ($name in $commands) {
    $page = Join-Path $pages "$name.md"
    if (-not (Test-Path $page)) { $problems.Add("$name`: the page docs/cmdlets/$name.md is missing"); continue }
    $one = Import-MarkdownCommandHelp $page
    Test-Page $name $one
    $overview = [IO.File]::ReadAllText((Join-Path $pages Torii.md)).Replace("`r`n", "`n")
    if (-not $overview.Contains("### [$name]($name.md)`n`n$($one.Synopsis.Trim())`n")) { $problems.Add("$name`: Torii.md does not have it with the same synopsis") }
    $one
}
if ($problems.Count) {
    $problems | ForEach-Object { Write-Host "docs/cmdlets: $_" }
    throw "The help pages differ from the cmdlets: $($problems.Count) problems."
}

$work = Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid())
try {
    $null = Export-MamlCommandHelp $help -OutputFolder $work -Force
    # PlatyPS names the folder after the module; the engine looks for the file in en-US, beside the dll.
    $maml = [xml]::new()
    $maml.PreserveWhitespace = $false
    $maml.Load((Get-ChildItem $work -Filter *.xml -Recurse).FullName)
}
finally {
    Remove-Item $work -Recurse -Force -ErrorAction Ignore
}

$ns = [Xml.XmlNamespaceManager]::new($maml.NameTable)
$ns.AddNamespace('maml', 'http://schemas.microsoft.com/maml/2004/10')
$ns.AddNamespace('command', 'http://schemas.microsoft.com/maml/dev/command/2004/10')
$ns.AddNamespace('dev', 'http://schemas.microsoft.com/maml/dev/2004/10')
# PlatyPS separates the paragraphs of an example by paragraphs with one control character, which a console shows.
foreach ($introduction in @($maml.SelectNodes('//command:example/maml:introduction', $ns))) {
    $text = @($introduction.ChildNodes | ForEach-Object InnerText | Where-Object { $_ -ne [string][char]0x80 }) -join "`n`n"
    $introduction.RemoveAll()
    $introduction.AppendChild($maml.CreateElement('maml', 'para', $ns.LookupNamespace('maml'))).InnerText = $text
}
foreach ($para in @($maml.SelectNodes('//maml:para', $ns))) { $para.InnerText = ConvertTo-Plain $para.InnerText }
# PlatyPS omits the default values.
foreach ($one in $help) {
    foreach ($parameter in $one.Parameters | Where-Object DefaultValue) {
        foreach ($node in @($maml.SelectNodes("//command:command[command:details/command:name='$($one.Title)']/command:parameters/command:parameter[maml:name='$($parameter.Name)']", $ns))) {
            $node.AppendChild($maml.CreateElement('dev', 'defaultValue', $ns.LookupNamespace('dev'))).InnerText = $parameter.DefaultValue
        }
    }
}
# Titles without dashes: the engine adds its own.
foreach ($title in @($maml.SelectNodes('//command:example/maml:title', $ns))) { $title.InnerText = $title.InnerText.Trim('-', ' ') }
foreach ($link in @($maml.SelectNodes('//maml:navigationLink', $ns))) {
    $address = $link['maml:uri']
    if (-not $address.InnerText -and $link['maml:linkText'].InnerText -eq 'Online Version') { $null = $link.ParentNode.RemoveChild($link) }
    elseif ($address.InnerText.EndsWith('.md')) { $address.InnerText = '' }
}
$null = $maml.InsertBefore($maml.CreateComment(" Made by build.ps1 Docs from docs/cmdlets; sha256 of the pages: $(Get-PagesHash) "), $maml.DocumentElement)

$settings = [Xml.XmlWriterSettings]::new()
$settings.Indent = $true
$settings.NewLineChars = "`n"
$settings.Encoding = [Text.UTF8Encoding]::new($false)
$memory = [IO.MemoryStream]::new()
$writer = [Xml.XmlWriter]::Create($memory, $settings)
$maml.Save($writer)
$writer.Dispose()
$null = New-Item (Split-Path $OutFile) -ItemType Directory -Force
[IO.File]::WriteAllText($OutFile, [Text.Encoding]::UTF8.GetString($memory.ToArray()).Replace("`r`n", "`n").TrimEnd() + "`n")
