using System.Management.Automation;
using Torii.Client;

namespace Torii.PowerShell.Commands;

/// <summary>Bans users, which ends their sessions too. Banning one who is banned changes nothing.</summary>
[Cmdlet(VerbsSecurity.Block, "ToriiUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[Alias("Ban-ToriiUser")]
[OutputType(typeof(ToriiUser))]
public sealed class BlockToriiUserCommand : ToriiUserTargetCommand
{
    private protected override BulkItem CreateItem(ToriiService client, UserTarget target) =>
        target.ToItem("Ban user, and end every session", async context => await client.Users.BanAsync(target.UserId, context).ConfigureAwait(false));
}
