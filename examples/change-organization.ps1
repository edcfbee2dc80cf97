<#
.SYNOPSIS
Moves every member of an organization to another plan, signs them out, and invites a deputy.
.DESCRIPTION
Finds the members of the organization, records the plan in the metadata of the organization and of each member, revokes
the sessions of the members, so that their next token carries the plan, and invites a person. After an interruption the
script can be run again: nobody is invited twice, and to repeat the other steps changes nothing. Run it with -WhatIf
first: it shows every change and makes none.
.EXAMPLE
./change-organization.ps1 -Organization 'Acme' -Plan enterprise -Deputy deputy@example.com -WhatIf
.EXAMPLE
./change-organization.ps1 -Organization 'Acme' -Plan enterprise -Deputy deputy@example.com -MaxAffected 500
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # The exact name of the organization.
    [Parameter(Mandatory)]
    [string] $Organization,

    # The new plan.
    [Parameter(Mandatory)]
    [string] $Plan,

    # The address to invite. Default: nobody is invited.
    [string] $Deputy,

    # The maximum number of members. With more, no member is changed.
    [int] $MaxAffected = 1000
)

# An error ends the script: a member is signed out only if the plan is stored.
$ErrorActionPreference = 'Stop'

$found = @(Get-ToriiOrganization -Name $Organization)
if ($found.Count -ne 1) { throw "$($found.Count) organizations have the name '$Organization'." }
$members = @(Get-ToriiUser -Organization $found[0] -Status active)
"$($found[0].Name): $($members.Count) active members."

$found[0] | Update-ToriiMetadata -Public @{ plan = $Plan }
$members | Update-ToriiMetadata -Private @{ plan = $Plan } -MaxAffected $MaxAffected
$members | Revoke-ToriiSession -MaxAffected $MaxAffected

if ($Deputy -and -not (Get-ToriiInvitation -Status PENDING -Search $Deputy | Where-Object Email -EQ $Deputy)) {
    New-ToriiInvitation -Email $Deputy -PublicMetadata @{ organization = $found[0].OrganizationId } | Format-Table Email, Status, ExpiresAt
}
