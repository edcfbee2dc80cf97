using System.Management.Automation;
using Torii.Client;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Revokes pending invitations: their links no longer work. The impact is medium, because a new invitation undoes it,
/// and a runbook without a terminal can do it.
/// </summary>
[Cmdlet(VerbsSecurity.Revoke, "ToriiInvitation", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ToriiInvitation), typeof(string))]
public sealed class RevokeToriiInvitationCommand : ToriiInvitationTargetCommand
{
    private protected override string Action => "Revoke invitation";

    private protected override async Task<object?> ActAsync(IInvitationService invitations, string invitationId, RequestContext context)
    {
        await invitations.RevokeAsync(invitationId, context).ConfigureAwait(false);
        return null;
    }
}
