using System.Management.Automation;
using Torii.Client;

namespace Torii.PowerShell;

/// <summary>
/// The base of every cmdlet: a token that is cancelled as soon as the pipeline stops, a way to wait on the pipeline
/// thread, and errors with a recommended action.
/// </summary>
public abstract class ToriiCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private PipelineDispatcher? _dispatcher;

    /// <summary>Cancelled when the pipeline stops, for any reason.</summary>
    private protected CancellationToken StopToken => _stop.Token;

    /// <summary>Whether Ctrl+C or another caller stopped the pipeline.</summary>
    private protected bool IsStopped { get; private set; }

    /// <summary>What the requests of this command share. Read it on the pipeline thread only.</summary>
    private protected RequestContext Request => new(_stop.Token, Dispatcher);

    private PipelineDispatcher Dispatcher => _dispatcher ??= new PipelineDispatcher(this);

    /// <summary>Ends requests, waits and queues. The engine calls it when the pipeline is over.</summary>
    public void Dispose()
    {
        // When a later command of the pipeline needs no more (Select-Object -First), this is the only call there is.
        // The source is not disposed: work that is being cancelled may still read its token.
        OnDispose();
        _stop.Cancel();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs before the token is cancelled at the end of the pipeline.</summary>
    private protected virtual void OnDispose()
    {
    }

    /// <summary>Ctrl+C; comes on another thread.</summary>
    protected override void StopProcessing()
    {
        IsStopped = true;
        _stop.Cancel();
    }

    /// <summary>Waits for a task and writes its messages meanwhile.</summary>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped.</exception>
    private protected T Wait<T>(Task<T> task)
    {
        try
        {
            return Dispatcher.Wait(task);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <inheritdoc cref="Wait{T}(Task{T})"/>
    private protected void Wait(Task task) => Wait(Complete(task));

    /// <summary>Writes an error of one target; the others go on.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="target">What the error is about; a script finds it in TargetObject.</param>
    /// <param name="label">Who or what the target is, for the message; null where the message says it.</param>
    private protected void WriteError(ToriiException exception, object? target, string? label = null) =>
        WriteError(ErrorRecords.From(exception, target, label));

    /// <summary>Ends the command with an error of the connection or of a parameter.</summary>
    private protected void ThrowTerminatingError(ToriiException exception, object? target = null, string? label = null) =>
        ThrowTerminatingError(ErrorRecords.From(exception, target, label));

    /// <summary>Ends the session that a connection opened at its service. A session that cannot be ended is a warning: it expires by itself.</summary>
    private protected void SignOut(ToriiConnection connection)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(StopToken);
        end.CancelAfter(Connections.ConnectionStore.EndTimeout);
        string? problem = null;
        try
        {
            Wait(Connections.ConnectionStore.ServiceOf(connection).SignOutAsync(Request with { Cancellation = end.Token, FailFast = true }));
        }
        catch (ToriiException e)
        {
            problem = e.Message;
        }
        catch (OperationCanceledException)
        {
            problem = $"there was no response within {Connections.ConnectionStore.EndTimeout.TotalSeconds} s.";
        }

        if (problem is not null)
        {
            WriteWarning($"The session of the connection '{Client.Http.Redactor.RedactLine(connection.Name)}' was not ended at the service: {problem}");
        }
    }

    private static async Task<bool> Complete(Task task)
    {
        await task.ConfigureAwait(false);
        return true;
    }
}
