using System.Management.Automation;
using Torii.Client;

namespace Torii.PowerShell.Commands;

/// <summary>Lifts users' bans: they can sign in again. Lifting one that is not there changes nothing.</summary>
[Cmdlet(VerbsSecurity.Unblock, "ToriiUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[Alias("Unban-ToriiUser")]
[OutputType(typeof(ToriiUser))]
public sealed class UnblockToriiUserCommand : ToriiUserTargetCommand
{
    private protected override BulkItem CreateItem(ToriiClient client, ToriiConnection connection, string userId, string label) => new()
    {
        Connection = connection,
        Key = userId,
        Target = label,
        Action = "Lift ban of user",
        Input = InputObject ?? (object)userId,
        Work = async context => await client.Users.UnbanAsync(userId, context).ConfigureAwait(false),
    };
}
