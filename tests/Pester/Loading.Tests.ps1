BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $manifest = Get-ModulePath
    $folder = Split-Path $manifest
    # A script that does the main job and prints how many sessions it found, and how many are left.
    $job = '$e = Start-ToriiEmulator -Users 100; $e | Connect-Torii; @(Get-ToriiUser -Status banned | Get-ToriiSession).Count -gt 0; Get-ToriiUser -Status banned | Revoke-ToriiSession; @(Get-ToriiUser -Status banned | Get-ToriiSession).Count'
}

Describe 'Loading' {
    It 'happens without a word, in a fresh shell' {
        $run = Invoke-Shell "Import-Module '$manifest' -ErrorAction Stop; `$Error.Count; (Get-Module Torii).Version.ToString()" -NoImport
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.Trim() -split '\s+' | Should -Be '0', (Import-PowerShellDataFile $manifest).ModuleVersion
    }

    It 'exports exactly what the manifest says, and the manifest says exactly what there is' {
        $module = Get-Module Torii
        $said = Import-PowerShellDataFile $manifest
        @($module.ExportedCmdlets.Keys | Sort-Object) | Should -Be @($said.CmdletsToExport | Sort-Object)
        @($module.ExportedAliases.Keys | Sort-Object) | Should -Be @($said.AliasesToExport | Sort-Object)
        $module.ExportedFunctions.Count, $module.ExportedVariables.Count | Should -Be 0, 0
        $there = $module.ImplementingAssembly.GetExportedTypes() | ForEach-Object { $_.GetCustomAttributes([Management.Automation.CmdletAttribute], $false) } | ForEach-Object { "$($_.VerbName)-$($_.NounName)" }
        @($there | Sort-Object) | Should -Be @($said.CmdletsToExport | Sort-Object)
    }

    It 'ships no assembly that PowerShell ships, and none in two places' {
        $mine = Get-ChildItem $folder, (Join-Path $folder lib) -Filter *.dll
        $theirs = (Get-ChildItem $PSHOME -Filter *.dll).Name
        $mine.Name | Where-Object { $_ -in $theirs } | Should -BeNullOrEmpty
        ($mine | Group-Object Name | Where-Object Count -GT 1) | Should -BeNullOrEmpty
        (Get-ChildItem $folder -Filter *.dll).Name | Sort-Object | Should -Be 'Torii.Models.dll', 'Torii.PowerShell.dll'
    }

    It 'keeps what is in lib/ out of the session (L1)' {
        $run = Invoke-Shell "$job; [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { `$_.Location -like '*lib*' -and `$_.Location -like '$folder*' } | ForEach-Object { [Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$_).Name } | Sort-Object -Unique"
        $run.Output.Trim() -split '\s+' | Should -Be 'True', '0', 'Torii'
    }

    It 'makes its types known at once, before any of its commands has run (L2)' {
        (Invoke-Shell '[Torii.ToriiUser].Name; "x" -is [Torii.ToriiSession]').Output.Trim() -split '\s+' | Should -Be 'ToriiUser', 'False'
    }

    It 'makes [<_>] a type that people can name (L2)' -ForEach 'Torii.ToriiUser', 'Torii.ToriiSession', 'Torii.ToriiConnection', 'Torii.ToriiEmulator', 'Torii.ToriiException', 'Torii.ToriiApiException' {
        ([type]$_).Assembly.GetName().Name | Should -Be Torii.Models
    }

    It 'lets -is, New-Object and parameters of one''s own name its types (L2)' {
        $run = Invoke-Shell 'function Show([Torii.ToriiUser] $User) { $User.Name }
            $u = New-Object Torii.ToriiUser; $u.Name = "Ada"; Show $u; $u -is [Torii.ToriiUser]; $u -is [Torii.ToriiObject]; [Torii.ToriiSession]::new().SessionId -eq ""'
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.Trim() -split '\s+' | Should -Be 'Ada', 'True', 'True', 'True'
    }

    It 'survives -Force, and remove and import again, with connections and emulators in place (L3)' {
        $run = Invoke-Shell "`$e = Start-ToriiEmulator -Users 20; `$e | Connect-Torii
            Import-Module '$manifest' -Force; @(Get-ToriiUser).Count
            Remove-Module Torii; Import-Module '$manifest'; @(Get-ToriiUser).Count; @(Get-ToriiEmulator).Count; (Get-ToriiConnection).Name
            Import-Module '$manifest' -Force; `$u = Get-ToriiUser -First 1; `$u -is [Torii.ToriiUser]; `$u | Revoke-ToriiSession; Get-ToriiUser nonsense"
        $run.Output.Trim() -split '\s+' | Select-Object -First 5 | Should -Be '20', '20', '1', 'default', 'True'
        # The checks of parameters are the module's own still, not those of an assembly that was thrown away.
        $run.Errors -replace '[\s|]+', ' ' | Should -BeLike '*is not a user id*'
    }

    It 'works in many runspaces at once' {
        $emulator = Start-TestEmulator -Users 20
        try {
            $connection = Get-ToriiConnection
            $found = 1..8 | ForEach-Object -Parallel { Import-Module $using:manifest; @(Get-ToriiUser -Connection $using:connection).Count } -ThrottleLimit 8
            $found | Should -Be @(, 20 * 8)
        }
        finally { Stop-TestEmulator }
    }

    It 'works with another version of <_> loaded in the session already' -ForEach 'Polly.Core', 'Torii.Client' {
        # A namesake of what lies in lib/, of another version and with nothing in it that we use.
        $run = Invoke-Shell -NoImport "Add-Type -TypeDefinition '[assembly: System.Reflection.AssemblyVersion(`"99.0.0.0`")] namespace Polly { public class ResiliencePipeline { } }' -OutputAssembly '$TestDrive/$_.dll' -OutputType Library
            `$namesake = [Reflection.Assembly]::LoadFrom('$TestDrive/$_.dll'); `$namesake.GetName().Version.ToString()
            Import-Module '$manifest'; $job"
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.Trim() -split '\s+' | Should -Be '99.0.0.0', 'True', '0'
    }

    It 'works from a folder with blanks and other letters in its name' {
        $copy = Join-Path $TestDrive "dør nr. 5 (kopi)"
        Copy-Item $folder (Join-Path $copy Torii) -Recurse
        $run = Invoke-Shell "Import-Module '$copy/Torii'; $job" -NoImport
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.Trim() -split '\s+' | Should -Be 'True', '0'
    }

    It 'is found by name and loads by itself on the module path' {
        $run = Invoke-Shell '(Get-ToriiConnection | Measure-Object).Count; (Get-Module Torii).Name' -NoImport @{ PSModulePath = (Split-Path $folder) + [IO.Path]::PathSeparator + $env:PSModulePath }
        $run.Output.Trim() -split '\s+' | Should -Be '0', 'Torii'
    }
}
