@{
    RootModule           = 'Torii.PowerShell.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = 'afe65fe6-9eab-4c0d-bb70-1211275b0bc8'
    Author               = 'Torii for PowerShell contributors'
    CompanyName          = 'Community'
    Copyright            = '(c) Torii for PowerShell contributors. MIT licensed.'
    Description          = 'Administer torii (https://torii.so), the hosted auth service: get, create, change, ban and delete users, list and revoke their sessions, verify their tokens. Includes a local emulator of the service to test a runbook.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('Torii.Format.ps1xml')
    FunctionsToExport    = @()
    CmdletsToExport      = @(
        'Add-ToriiAllowedOrigin'
        'Block-ToriiUser'
        'Clear-ToriiSigningKey'
        'Connect-Torii'
        'ConvertFrom-ToriiToken'
        'Copy-ToriiUser'
        'Disconnect-Torii'
        'Get-ToriiAllowedOrigin'
        'Get-ToriiConnection'
        'Get-ToriiEmulator'
        'Get-ToriiInvitation'
        'Get-ToriiMembership'
        'Get-ToriiOrganization'
        'Get-ToriiSession'
        'Get-ToriiSigningKey'
        'Get-ToriiUser'
        'Invoke-ToriiRequest'
        'New-ToriiEmulatorToken'
        'New-ToriiImpersonationToken'
        'New-ToriiInvitation'
        'New-ToriiUser'
        'Remove-ToriiAllowedOrigin'
        'Remove-ToriiUser'
        'Revoke-ToriiInvitation'
        'Revoke-ToriiSession'
        'Send-ToriiInvitation'
        'Set-ToriiAllowedOrigin'
        'Send-ToriiPasswordReset'
        'Send-ToriiVerificationEmail'
        'Set-ToriiUser'
        'Set-ToriiUserPassword'
        'Start-ToriiEmulator'
        'Stop-ToriiEmulator'
        'Test-ToriiConnection'
        'Test-ToriiToken'
        'Unblock-ToriiUser'
        'Update-ToriiMetadata'
    )
    VariablesToExport    = @()
    AliasesToExport      = @('Ban-ToriiUser', 'Unban-ToriiUser', 'Update-ToriiUser')
    PrivateData          = @{
        PSData = @{
            Tags         = @('torii', 'auth', 'users', 'sessions', 'jwt', 'identity', 'emulator', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://opensource.org/license/mit'
            # A placeholder: ./build.ps1 Pack -ProjectUri sets the address of the repository.
            ProjectUri   = 'https://example.org/torii-powershell'
            ReleaseNotes = 'See CHANGELOG.md.'
        }
    }
}
