using System.Management.Automation;
using Torii.Client;

namespace Torii.PowerShell.Commands;

/// <summary>Sends the email of pending invitations again, each with a fresh link.</summary>
[Cmdlet(VerbsCommunications.Send, "ToriiInvitation", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ToriiInvitation))]
public sealed class SendToriiInvitationCommand : ToriiInvitationTargetCommand
{
    private protected override string Action => "Send invitation again";

    private protected override async Task<ToriiInvitation?> ActAsync(IInvitationService invitations, string invitationId, RequestContext context) =>
        await invitations.ResendAsync(invitationId, context).ConfigureAwait(false);
}
