#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.9.0' }

BeforeDiscovery {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root out Torii)
    $names = [string[]](Get-Module Torii).ExportedCmdlets.Keys | Sort-Object
    $cmdlets = foreach ($name in $names) { @{ Name = $name } }
    # The version that build.ps1 uses, and the folder that it installs into.
    $env:PSModulePath = (Join-Path $root out modules), $env:PSModulePath -join [IO.Path]::PathSeparator
    $platyPS = Get-Module Microsoft.PowerShell.PlatyPS -ListAvailable | Where-Object Version -EQ '1.0.3' | Select-Object -First 1
    $builder = @{ PlatyPS = $platyPS ? $platyPS.Path : '' }
}

Describe 'Help' {
    BeforeAll {
        $root = Split-Path (Split-Path $PSScriptRoot)
        Import-Module (Join-Path $root out Torii)
        $committed = Join-Path $root src Torii.PowerShell en-US Torii.PowerShell.dll-Help.xml
    }

    Context '<Name>' -ForEach $cmdlets {
        BeforeAll { $help = Get-Help $Name -Full }

        It 'The help is complete' {
            $help.PSObject.TypeNames | Should -Contain 'MamlCommandHelpInfo'
            $help.Synopsis | Should -Not -BeNullOrEmpty
            $help.Synopsis | Should -Not -Match '^\s*Get-Help|\[<CommonParameters>\]'
            ($help.description | ForEach-Object Text) -join '' | Should -Not -BeNullOrEmpty
            $examples = @($help.examples.example)
            $examples.Count | Should -BeGreaterOrEqual 2
            foreach ($example in $examples) { ($example.introduction | ForEach-Object Text) -join "`n" | Should -Match '(?m)^PS> ' }

            $common = [Management.Automation.PSCmdlet]::CommonParameters
            $declared = (Get-Command $Name).Parameters.Values | Where-Object {
                $_.Name -notin $common -and -not ($_.Attributes | Where-Object { $_ -is [Management.Automation.ParameterAttribute] -and $_.DontShow })
            } | ForEach-Object Name | Sort-Object
            $documented = $help.parameters.PSObject.Properties['parameter'] ? @($help.parameters.parameter) : @()
            $documented | Where-Object { ($_.description | ForEach-Object Text) -join '' } | ForEach-Object Name | Sort-Object | Should -Be $declared

            $text = $help | Out-String -Width 200
            $text | Should -Not -Match '\{\{|-InputObject|```'
        }

        It 'documents the defaults that its parameters have' {
            # A page names a default twice: in its text ("Default: 8.") and in DefaultValue, which is empty for none.
            $page = [IO.File]::ReadAllText((Join-Path $root docs cmdlets "$Name.md")).Replace("`r`n", "`n")
            $command = Get-Command $Name
            $instance = [Activator]::CreateInstance($command.ImplementingType)
            try {
                $faults = foreach ($parameter in $command.Parameters.Values) {
                    $isText = $parameter.ParameterType -eq [string]
                    if (-not $isText -and $parameter.ParameterType -notin [int], [long], [double]) { continue }
                    $section = [regex]::Match($page, "(?ms)^### -$($parameter.Name)\n\n(?<text>.*?)\n\n``````yaml\n.*?^DefaultValue: '(?<value>[^']*)'\n")
                    # A hidden parameter, or one that the engine adds.
                    if (-not $section.Success) { continue }
                    $property = $command.ImplementingType.GetProperty($parameter.Name)
                    $actual = [Convert]::ToString($property.GetValue($instance), [cultureinfo]::InvariantCulture)
                    $value, $text = $section.Groups['value'].Value, $section.Groups['text'].Value
                    $isUnset = $isText ? $actual -eq '' : $actual -eq '0'
                    if ($value -cne $actual -and -not ($value -eq '' -and $isUnset)) { "-$($parameter.Name): DefaultValue is '$value', the default is '$actual'" }
                    if ($value -ne '' -and $text -cnotmatch "\bDefault: $([regex]::Escape($value))(?=[.,;]? |[.,;]?$)") { "-$($parameter.Name): the text does not have 'Default: $value'" }
                    if ($text -match '\bDefault:? (?<number>-?\d+(\.\d+)*)(?=[.,;]? |[.,;]?$)' -and $Matches.number -cne $value) { "-$($parameter.Name): the text has 'Default: $($Matches.number)', DefaultValue is '$value'" }
                }
                $faults | Should -BeNullOrEmpty
            }
            finally {
                $instance.Dispose()
            }
        }
    }

    It 'has the topic about_Torii' {
        Join-Path (Get-Module Torii).ModuleBase en-US about_Torii.help.txt | Should -Exist
        Get-Help about_Torii | Out-String | Should -Match 'EMPTY VALUES'
    }

    It 'is the committed help in the built module' {
        $built = Join-Path (Get-Module Torii).ModuleBase en-US Torii.PowerShell.dll-Help.xml
        (Get-FileHash $built).Hash | Should -Be (Get-FileHash $committed).Hash
    }

    It 'is committed as PlatyPS builds it from docs/cmdlets' -ForEach $builder {
        if (-not $PlatyPS) {
            Set-ItResult -Skipped -Because 'Microsoft.PowerShell.PlatyPS 1.0.3 is not installed (Install-PSResource Microsoft.PowerShell.PlatyPS -Version 1.0.3)'
            return
        }
        $built = Join-Path $TestDrive help.xml
        # A separate process, as in build.ps1 Docs.
        $output = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -File (Join-Path $root docs Build-Help.ps1) -PlatyPS $PlatyPS -Module (Join-Path $root out Torii) -OutFile $built 2>&1 | Out-String
        $LASTEXITCODE | Should -Be 0 -Because $output
        [IO.File]::ReadAllText($committed) -ceq [IO.File]::ReadAllText($built) | Should -BeTrue -Because 'docs/cmdlets or the cmdlets changed: run ./build.ps1 Docs and commit the result'
    }
}
