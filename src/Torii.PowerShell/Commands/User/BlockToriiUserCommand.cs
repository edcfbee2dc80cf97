using System.Management.Automation;
using Torii.Client;

namespace Torii.PowerShell.Commands;

/// <summary>Bans users, which ends their sessions too. Banning one who is banned changes nothing.</summary>
[Cmdlet(VerbsSecurity.Block, "ToriiUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[Alias("Ban-ToriiUser")]
[OutputType(typeof(ToriiUser))]
public sealed class BlockToriiUserCommand : ToriiUserTargetCommand
{
    private protected override BulkItem CreateItem(ToriiClient client, ToriiConnection connection, string userId, string label) => new()
    {
        Connection = connection,
        Key = userId,
        Target = label,
        Action = "Ban user, and end every session",
        Input = InputObject ?? (object)userId,
        Work = async context => await client.Users.BanAsync(userId, context).ConfigureAwait(false),
    };
}
