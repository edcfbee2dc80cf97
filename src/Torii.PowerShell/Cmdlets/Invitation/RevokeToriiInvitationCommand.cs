using System.Management.Automation;
using Torii.Client;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Revokes pending invitations: their links no longer work. The impact is medium, because a new invitation undoes it,
/// and a runbook without a terminal can do it.
/// </summary>
[Cmdlet(VerbsSecurity.Revoke, "ToriiInvitation", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ToriiInvitation))]
public sealed class RevokeToriiInvitationCommand : ToriiInvitationTargetCommand
{
    private protected override string Action => "Revoke invitation";

    private protected override async Task<ToriiInvitation?> ActAsync(IInvitationService invitations, string invitationId, RequestContext context)
    {
        await invitations.RevokeAsync(invitationId, context).ConfigureAwait(false);
        try
        {
            // The response is empty.
            return PassThru ? await invitations.GetAsync(invitationId, context).ConfigureAwait(false) : null;
        }
        catch (ToriiException e)
        {
            e.MayHaveBeenExecuted = true;
            throw e.For(null, "The invitation was revoked; reading it afterwards failed.");
        }
    }
}
