using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;
using Torii.PowerShell.Connections;

namespace Torii.PowerShell;

/// <summary>The base of cmdlets that send requests to a service.</summary>
public abstract class ToriiConnectedCommand : ToriiCommand
{
    /// <summary>What an error about a parameter says of the command.</summary>
    private protected const string NothingSent = "No request was sent.";

    private ConnectionResolver? _connections;

    /// <summary>
    /// A connection, or the name of one in this runspace. Default: the connection that an object from the pipeline was
    /// read through, else the default connection.
    /// </summary>
    [Parameter]
    [ConnectionTransform]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public virtual object? Connection { get; set; }

    private ConnectionResolver Connections => _connections ??= new ConnectionResolver(Connection);

    /// <summary>Whether there is a connection for what does not bring its own.</summary>
    private protected bool HasConnection => Connection is not null || ConnectionStore.Current.ContainsKey(ConnectionStore.DefaultName);

    /// <summary>Ends the command where <c>-Connection</c> names none.</summary>
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
            EndRun(e, null);
            throw;
        }
    }

    /// <summary>The connection for a target; null after an error about that target was written.</summary>
    /// <param name="target">The target.</param>
    /// <param name="row">The position of its row; null for what is not a row.</param>
    private protected virtual ToriiConnection? ConnectionFor(ToriiReference target, int? row)
    {
        try
        {
            ToriiConnection connection = Connections.For(target);
            if (target.EnvironmentId is not null && target.Connection is null && connection.EnvironmentId is null && connection.Environment is not null)
            {
                // A row names its environment: the connection must know its own before the row is acted on.
                Wait(ServiceOf(connection).CheckAsync(Request));
            }

            ConnectionResolver.CheckEnvironment(target, connection);
            return connection;
        }
        catch (ToriiException e) when (e.ErrorId is ToriiErrorId.ConnectionGone or ToriiErrorId.ConnectionMismatch)
        {
            Reject(e, target.Input, target.Label, row);
            return null;
        }
        catch (ToriiException e)
        {
            EndRun(e, target.Input);
            throw;
        }
    }

    /// <summary>Writes an error about a target that no request is sent for.</summary>
    private protected virtual void Reject(ToriiException problem, object? input, string target, int? row) =>
        WriteError(problem.For(null, BulkItem.SkippedOf(row)), input, BulkItem.LabelOf(target, row));

    /// <summary>Ends the command with an error, after the outcomes of everything that was sent were written.</summary>
    private protected virtual void EndRun(ToriiException problem, object? target) => ThrowTerminatingError(problem, target);

    /// <summary>Writes an error of a request that is not about a target; a refused account ends the command.</summary>
    private protected void WriteFailure(ToriiException problem, object? target = null, string? label = null)
    {
        if (problem.IsOfAccount)
        {
            EndRun(problem, target);
        }

        WriteError(problem, target, label);
    }

    /// <summary>The service behind a connection.</summary>
    /// <exception cref="ToriiException"><c>Torii.ConnectionGone</c>: the connection was closed, or is of another process.</exception>
    private protected static IIdentityService ServiceOf(ToriiConnection connection) => ConnectionStore.ServiceOf(connection);

    /// <summary>A part of a service that it may lack.</summary>
    /// <param name="service">The service.</param>
    /// <param name="part">The part.</param>
    /// <param name="name">Its name for messages, in plural.</param>
    /// <exception cref="ToriiException"><c>Torii.NotSupported</c>, naming the service and what to use instead.</exception>
    private protected static T Require<T>(IIdentityService service, T? part, string name)
        where T : class => part ?? throw new ToriiException(ToriiErrorId.NotSupported, $"The service {service.Info.Kind} has no {name}.")
        {
            Variant = service.Info.Alternatives.ContainsKey(typeof(T).Name) ? "alternative" : null,
            Details = new Dictionary<string, string> { ["alternative"] = service.Info.Alternatives.GetValueOrDefault(typeof(T).Name, "") },
        };

    /// <summary>Records on an object which connection it was read through, and writes it.</summary>
    private protected void WriteFrom(ToriiConnection connection, ToriiObject item)
    {
        item.ConnectionName = connection.Name;
        item.Source = connection;
        WriteObject(item);
    }
}
