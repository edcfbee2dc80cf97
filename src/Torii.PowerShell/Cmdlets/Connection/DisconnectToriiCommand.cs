using System.Management.Automation;
using Torii.PowerShell.Binding;
using Torii.PowerShell.Connections;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Closes a connection of this runspace: its requests end, its sockets are closed, and its key is forgotten. The
/// connection object stops working everywhere. A session that the connection opened is ended at the service; torii has
/// none, and no request is sent.
/// </summary>
[Cmdlet(VerbsCommunications.Disconnect, "Torii")]
[OutputType(typeof(void))]
public sealed class DisconnectToriiCommand : ToriiCommand
{
    /// <summary>The name of the connection. Default: default.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotBlank]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public string Name { get; set; } = ConnectionStore.DefaultName;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ConnectionStore.Current.TryGetValue(Name, out ToriiConnection? connection))
        {
            SignOut(connection);
        }

        if (!ConnectionStore.Close(Name, "Disconnect-Torii was run", isRemembered: false))
        {
            WriteError(new ToriiException(ToriiErrorId.NotConnected, $"This runspace has no connection named '{Client.Http.Redactor.RedactLine(Name)}'.") { Variant = "unknownName" }, Name);
        }
    }
}
