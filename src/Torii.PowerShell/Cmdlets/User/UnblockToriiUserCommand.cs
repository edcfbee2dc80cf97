using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Lifts the bans of users, so that they can sign in again. A user who is not banned is not changed.</summary>
[Cmdlet(VerbsSecurity.Unblock, "ToriiUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[Alias("Unban-ToriiUser")]
[OutputType(typeof(ToriiUser))]
public sealed class UnblockToriiUserCommand : ToriiUserTargetCommand
{
    private protected override BulkItem CreateItem(IIdentityService service, ToriiConnection connection, Target<ToriiUserReference> target) =>
        target.ToItem(connection, "Lift ban of user", async context => await service.Users.UnbanAsync(target.Reference.UserId, context).ConfigureAwait(false));
}
