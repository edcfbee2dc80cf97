using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;
using Torii.PowerShell.Connections;

namespace Torii.PowerShell;

/// <summary>A cmdlet that talks to the service.</summary>
public abstract class ToriiConnectedCommand : ToriiCommand
{
    private ConnectionResolver? _connections;

    /// <summary>
    /// A connection, or the name of one in this runspace. Objects from the pipeline bring their own; without either it
    /// is the default connection.
    /// </summary>
    [Parameter]
    [ConnectionTransform]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public object? Connection { get; set; }

    private ConnectionResolver Connections => _connections ??= new ConnectionResolver(Connection);

    /// <summary>Whether there is a connection for what brings none of its own.</summary>
    private protected bool HasConnection => Connection is not null || ConnectionStore.Current.ContainsKey(ConnectionStore.DefaultName);

    /// <summary>Fails early when <c>-Connection</c> names none.</summary>
    protected override void BeginProcessing()
    {
        try
        {
            _ = Connections;
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e, Connection);
        }
    }

    /// <summary>The connection for work that no object brings its own for; without one the command ends.</summary>
    private protected ToriiConnection DefaultConnection()
    {
        try
        {
            return Connections.Default;
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e);
            throw;
        }
    }

    /// <summary>The connection for an object; null after an error about that object was written.</summary>
    private protected ToriiConnection? ConnectionFor(PSObject? input)
    {
        try
        {
            return Connections.For(input);
        }
        catch (ToriiException e) when (e.ErrorId != "Torii.NotConnected")
        {
            Reject(e, input);
            return null;
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e, input);
            throw;
        }
    }

    /// <summary>An error about a target that nothing is sent for.</summary>
    private protected virtual void Reject(ToriiException problem, object? input) => WriteError(problem, input);

    private protected static ToriiService ClientOf(ToriiConnection connection) => ConnectionStore.ClientOf(connection);

    /// <summary>Notes on an object where it came from, and emits it.</summary>
    private protected void WriteFrom(ToriiConnection connection, ToriiObject item)
    {
        item.ConnectionName = connection.Name;
        item.Source = connection;
        WriteObject(item);
    }
}
