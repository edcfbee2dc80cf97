using System.Management.Automation;
using Torii.Client;

namespace Torii.PowerShell.Commands;

/// <summary>Lifts users' bans: they can sign in again. Lifting one that is not there changes nothing.</summary>
[Cmdlet(VerbsSecurity.Unblock, "ToriiUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[Alias("Unban-ToriiUser")]
[OutputType(typeof(ToriiUser))]
public sealed class UnblockToriiUserCommand : ToriiUserTargetCommand
{
    private protected override BulkItem CreateItem(ToriiService client, UserTarget target) =>
        target.ToItem("Lift ban of user", async context => await client.Users.UnbanAsync(target.UserId, context).ConfigureAwait(false));
}
