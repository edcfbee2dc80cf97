using System.Management.Automation;
using Torii.PowerShell.Binding;
using Torii.PowerShell.Connections;

namespace Torii.PowerShell.Commands;

/// <summary>Forgets a connection, and its key with it, in this runspace. Sends nothing.</summary>
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
        if (!ConnectionStore.Remove(Name))
        {
            WriteError(new ToriiException("Torii.NotConnected", $"There is no connection named '{Name}' in this runspace.", "Get-ToriiConnection shows those there are."), Name);
        }
    }
}
