using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Gets the active sessions of users, most recently used first.</summary>
[Cmdlet(VerbsCommon.Get, "ToriiSession")]
[OutputType(typeof(ToriiSession))]
public sealed class GetToriiSessionCommand : ToriiUserReadCommand
{
    private protected override BulkItem CreateItem(IIdentityService service, ToriiConnection connection, Target<ToriiUserReference> target) =>
        target.ToItem(connection, "Get sessions", async context => await service.Sessions.ListAsync(target.Reference.UserId, context).ConfigureAwait(false));

    private protected override void WriteResult(BulkItem item, object? result)
    {
        foreach (ToriiSession session in (IReadOnlyList<ToriiSession>)result!)
        {
            WriteFrom(item.Connection, session);
        }
    }
}
