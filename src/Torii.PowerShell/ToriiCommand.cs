using System.Management.Automation;
using Torii.Client;

namespace Torii.PowerShell;

/// <summary>
/// What every cmdlet of the module has: a token that ends its work as soon as the pipeline stops, a way to wait on
/// the pipeline thread, and errors that say what to do.
/// </summary>
public abstract class ToriiCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private PipelineDispatcher? _channel;

    /// <summary>Cancelled when the pipeline stops, whoever stops it.</summary>
    private protected CancellationToken StopToken => _stop.Token;

    /// <summary>Asked for on the pipeline thread only.</summary>
    private PipelineDispatcher Channel => _channel ??= new PipelineDispatcher(this);

    /// <summary>Ends requests, waits and queues. The engine calls it when the pipeline is over.</summary>
    public void Dispose()
    {
        // When a later command in the pipeline has enough (Select-Object -First), this is the only call there is.
        // The source is not disposed: work that is being cancelled may still look at its token.
        _stop.Cancel();
        GC.SuppressFinalize(this);
    }

    /// <summary>Ctrl+C: comes on another thread.</summary>
    protected override void StopProcessing() => _stop.Cancel();

    /// <summary>What the requests of this command share. Asked for on the pipeline thread only.</summary>
    private protected RequestContext Request => new(_stop.Token, Channel);

    /// <summary>Waits for a task, showing its messages meanwhile.</summary>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped.</exception>
    private protected T Wait<T>(Task<T> task)
    {
        try
        {
            return Channel.Wait(task);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <inheritdoc cref="Wait{T}(Task{T})"/>
    private protected void Wait(Task task) => Wait(Complete(task));

    /// <summary>An error of one item: the others go on.</summary>
    private protected void WriteError(ToriiException exception, object? target) =>
        WriteError(ErrorRecords.From(exception, target));

    /// <summary>An error of the connection or of a parameter: nothing goes on.</summary>
    private protected void ThrowTerminatingError(ToriiException exception, object? target = null) =>
        ThrowTerminatingError(ErrorRecords.From(exception, target));

    private static async Task<bool> Complete(Task task)
    {
        await task.ConfigureAwait(false);
        return true;
    }
}
