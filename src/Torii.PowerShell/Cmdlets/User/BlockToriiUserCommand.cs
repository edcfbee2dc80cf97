using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Bans users, which also revokes their sessions. Banning a banned user changes nothing.</summary>
[Cmdlet(VerbsSecurity.Block, "ToriiUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[Alias("Ban-ToriiUser")]
[OutputType(typeof(ToriiUser))]
public sealed class BlockToriiUserCommand : ToriiUserTargetCommand
{
    private protected override BulkItem CreateItem(IIdentityService service, ToriiConnection connection, Target<ToriiUserReference> target) =>
        target.ToItem(connection, "Ban user and revoke all sessions", async context => await service.Users.BanAsync(target.Reference.UserId, context).ConfigureAwait(false));
}
