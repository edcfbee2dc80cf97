using System.Management.Automation;
using Torii.Client;
using Torii.Client.Bulk;

namespace Torii.PowerShell;

/// <summary>
/// A cmdlet that does something to each target that comes: side by side, results and errors in the order of the
/// input, one bad target never stopping the others.
/// </summary>
public abstract class ToriiBulkCommand : ToriiConnectedCommand
{
    private OrderedRun<BulkItem>? _run;
    private RunProgress? _progress;
    private bool _haltsOnError;

    /// <summary>How many requests are under way at once, at most. Default 8.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public virtual int ThrottleLimit { get; set; } = 8;

    /// <summary>Emits what came of one target.</summary>
    private protected abstract void WriteResult(BulkItem item, object? result);

    /// <summary>Takes one target to work on.</summary>
    private protected virtual void Submit(BulkItem item)
    {
        if (_run is null)
        {
            _haltsOnError = HaltsOnError;
            _progress = new RunProgress(this);
            // Taken here, on the pipeline thread: what it asks of the engine may not be asked from a worker's.
            RequestContext request = Request;
            _run = new OrderedRun<BulkItem>(
                new BulkRun<BulkItem, object?>(
                    static (i, context) => i.Work(context),
                    new BulkOptions { ThrottleLimit = ThrottleLimit, HaltOnError = _haltsOnError, KeepOrder = true },
                    static i => i.Key is null ? null : $"{i.Connection.Fingerprint}/{i.Key}",
                    request),
                Wait,
                WriteOutcome);
        }

        _run.Add(item);
    }

    /// <summary>Says why a target is left alone; not before the outcomes of those that came before it.</summary>
    private protected override void Reject(ToriiException problem, object? input)
    {
        if (_run is null)
        {
            base.Reject(problem, input);
        }
        else
        {
            _run.Add(BulkItem.Rejected(problem, input));
        }
    }

    /// <summary>Waits for what is under way.</summary>
    protected override void EndProcessing()
    {
        _run?.Finish();
        _progress?.Complete();
    }

    private void WriteOutcome(BulkOutcome<BulkItem, object?> outcome)
    {
        if (outcome.State == BulkState.NotStarted)
        {
            return;
        }

        _progress!.Count(outcome.Error is null);
        switch (outcome.Error)
        {
            case null:
                WriteResult(outcome.Item, outcome.Result);
                break;
            case ToriiException e:
                if (_haltsOnError)
                {
                    WriteWhatWasUnderWay();
                }

                if (e.Result is { } there)
                {
                    // Also without -PassThru: the error sends the reader to look at what is there.
                    WriteFrom(outcome.Item.Connection, there);
                }

                WriteError(e, outcome.Item.Input);
                break;
            case OperationCanceledException when StopToken.IsCancellationRequested:
                throw new PipelineStoppedException();
            case var e:
                // Not one of ours: a defect, which must not look like an answer of the service.
                WriteError(new ErrorRecord(e, "Torii.Unexpected", ErrorCategory.NotSpecified, outcome.Item.Input));
                break;
        }
    }

    /// <summary>
    /// With <c>-ErrorAction Stop</c> the error that follows ends the pipeline, and nothing new was begun since. What
    /// was already under way is told first, or nobody would know of it.
    /// </summary>
    private void WriteWhatWasUnderWay()
    {
        foreach (BulkOutcome<BulkItem, object?> other in _run!.Drain().Where(static o => o.State != BulkState.NotStarted).ToArray())
        {
            if (other.Error is null)
            {
                WriteWarning($"Already under way when an earlier target failed, and done: {other.Item.Target}");
                WriteResult(other.Item, other.Result);
            }
            else
            {
                WriteWarning($"Already under way when an earlier target failed, and failed too: {other.Item.Target}: {other.Error.Message}");
            }
        }
    }

    /// <summary>Whether an error ends the command, so that nothing new may be sent after one.</summary>
    private protected bool HaltsOnError
    {
        get
        {
            object? preference = MyInvocation.BoundParameters.TryGetValue("ErrorAction", out object? bound)
                ? bound
                : GetVariableValue("ErrorActionPreference");
            return LanguagePrimitives.TryConvertTo(preference, out ActionPreference action) && action is ActionPreference.Stop;
        }
    }
}
