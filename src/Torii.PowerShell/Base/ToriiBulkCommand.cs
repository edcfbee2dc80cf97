using System.Management.Automation;
using Torii.Client;
using Torii.Client.Bulk;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell;

/// <summary>
/// The base of cmdlets that act on each target from the pipeline: several at once, and one target that fails does not
/// stop the others.
/// </summary>
public abstract class ToriiBulkCommand : ToriiConnectedCommand
{
    private BulkRun<BulkItem, object?>? _run;
    private RunProgress? _progress;
    private BulkItem? _stoppedBy;
    private bool _isEnding;
    private bool _isInputRead;
    private int _submitted;
    private int _started;
    private int _written;
    private int _succeeded;
    private int _failed;

    /// <summary>The maximum number of targets that are worked on at once. Default: 8.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public virtual int ThrottleLimit { get; set; } = 8;

    /// <summary>Whether outcomes are written in the order of the targets. Default: as they complete.</summary>
    private protected virtual bool KeepsOrder => false;

    /// <summary>The number of targets that were passed to the run.</summary>
    private protected int Submitted => _submitted;

    /// <summary>The number of targets that are known and not passed to the run yet.</summary>
    private protected virtual int Held => 0;

    /// <summary>Whether an error ends the command, and only what was under way then is still written.</summary>
    private protected bool IsHalting { get; private set; }

    /// <summary>The number of targets of the current record that were not looked at yet.</summary>
    private protected int Waiting { get; set; }

    /// <summary>Writes the result of one target.</summary>
    private protected abstract void WriteResult(BulkItem item, object? result);

    /// <summary>Called for a target that the run was stopped before.</summary>
    private protected virtual void OnNotStarted(BulkItem item)
    {
    }

    /// <summary>Takes one target to work on.</summary>
    private protected virtual void Submit(BulkItem item) => Add(item);

    /// <summary>Submits the operation for one target, or writes the error about it.</summary>
    /// <param name="target">The target.</param>
    /// <param name="problem">Why the command does not accept it; null where it does.</param>
    /// <param name="create">Creates the operation; null after an error about the target was written, or where there is nothing to do.</param>
    private protected void SubmitFor<TReference>(Target<TReference> target, ToriiException? problem, Func<IIdentityService, ToriiConnection, BulkItem?> create)
        where TReference : ToriiReference
    {
        TReference reference = target.Reference;
        ToriiException? wrong = reference.Problem ?? problem;
        try
        {
            if (wrong is null && ConnectionFor(reference, target.Row) is { } connection)
            {
                IIdentityService service = ServiceOf(connection);
                wrong = target.FindIdProblem(service);
                if (wrong is null && create(service, connection) is { } item)
                {
                    Submit(item);
                }
            }
        }
        catch (ToriiException e) when (e.ErrorId == ToriiErrorId.NotSupported)
        {
            wrong = e;
        }

        if (wrong is not null)
        {
            Reject(wrong, reference.Input, reference.Label, target.Row);
        }
    }

    /// <summary>Writes an error about a target that no request is sent for, in its place among the outcomes.</summary>
    private protected override void Reject(ToriiException problem, object? input, string target, int? row)
    {
        if (_run is null)
        {
            base.Reject(problem, input, target, row);
        }
        else
        {
            Add(BulkItem.Rejected(problem, input, target, row));
        }
    }

    /// <summary>Waits for what is under way.</summary>
    protected override void EndProcessing()
    {
        _isInputRead = true;
        Drain();
        _progress?.Complete();
    }

    /// <inheritdoc/>
    private protected override void EndRun(ToriiException problem, object? target)
    {
        // What was sent is reported first: its outcomes must not be lost with the command.
        Drain();
        _progress?.Complete();
        ThrowTerminatingError(problem, target);
    }

    /// <summary>After Ctrl+C: says how far the run came. Only the host can still be written to.</summary>
    private protected override void OnDispose()
    {
        int started = Volatile.Read(ref _started);
        // Also where an error of another command of the pipeline ended it, and outcomes were not written.
        if (this is not ToriiChangeCommand || (IsStopped ? Submitted + Held + Waiting == 0 : started <= _written))
        {
            return;
        }

        int succeeded = Volatile.Read(ref _succeeded);
        int failed = Volatile.Read(ref _failed);
        int interrupted = Math.Max(0, started - succeeded - failed);
        Host?.UI?.WriteWarningLine(
            $"{MyInvocation.MyCommand.Name} was stopped: {succeeded} done, {failed} failed, {interrupted} interrupted{(interrupted == 0 ? "" : " (the change may have been made)")}, {Submitted - started + Held + Waiting} not started{(_isInputRead ? "" : "; further pipeline input was not read")}.");
    }

    private void Add(BulkItem item)
    {
        BulkRun<BulkItem, object?> run = _run ??= StartRun();
        _submitted++;
        while (!run.TryPost(item))
        {
            if (!Wait(run.OutcomeAvailableAsync()))
            {
                return;
            }

            WriteOutcomes();
        }

        if (ThrottleLimit == 1)
        {
            // One after the other also for the reader: the outcome is written before the next target is taken.
            _ = Wait(run.OutcomeAvailableAsync());
        }

        WriteOutcomes();
        if (run.Stop is BulkStop.Unauthorized or BulkStop.Unreachable)
        {
            EndStoppedRun();
        }
    }

    private BulkRun<BulkItem, object?> StartRun()
    {
        _progress = new RunProgress(this);
        return new BulkRun<BulkItem, object?>(
            WorkAsync,
            new BulkOptions { ThrottleLimit = ThrottleLimit, HaltOnError = HaltsOnError, KeepOrder = KeepsOrder },
            static item => item.Key is null ? null : $"{item.Connection.Fingerprint}/{item.Key}",
            Request);
    }

    /// <summary>Counts, so that a command that is stopped can say how far it came.</summary>
    private async Task<object?> WorkAsync(BulkItem item, RequestContext context)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _started);
        try
        {
            object? result = await item.Work(context).ConfigureAwait(false);
            Interlocked.Increment(ref _succeeded);
            return result;
        }
        catch (WorkNotStartedException)
        {
            Interlocked.Decrement(ref _started);
            throw;
        }
        catch (ToriiException)
        {
            Interlocked.Increment(ref _failed);
            throw;
        }
    }

    private void Drain()
    {
        if (_run is null || _isEnding)
        {
            return;
        }

        _isEnding = true;
        _run.Complete();
        while (Wait(_run.OutcomeAvailableAsync()))
        {
            WriteOutcomes();
        }

        if (_run.Stop is BulkStop.Unauthorized or BulkStop.Unreachable)
        {
            EndStoppedRun();
        }
    }

    private void WriteOutcomes()
    {
        while (_run!.TryReceive(out BulkOutcome<BulkItem, object?> outcome))
        {
            Write(outcome);
        }
    }

    /// <summary>The service refused the account or cannot be reached: further targets would fail alike.</summary>
    private void EndStoppedRun()
    {
        Drain();
        _progress?.Complete();
        ToriiException reason = (ToriiException)_run!.StoppedBy!;
        string why = _run.Stop == BulkStop.Unauthorized ? "the service refused the account of the connection" : "the service could not be reached for several targets in a row";
        ThrowTerminatingError(
            reason.For(null, $"{(reason.Consequence is { } consequence ? $"{consequence} " : "")}The command ends, because {why}: {_run.Succeeded} done, {_run.Failed} failed, {_run.NotStarted + Held + Waiting} not started."),
            _stoppedBy?.Input,
            _stoppedBy?.Label);
    }

    private void Write(BulkOutcome<BulkItem, object?> outcome)
    {
        if (outcome.State == BulkState.NotStarted)
        {
            OnNotStarted(outcome.Item);
            return;
        }

        _written++;
        _progress!.Count(outcome.Error is null);
        if (outcome.Error is null)
        {
            WriteResult(outcome.Item, outcome.Result);
            return;
        }

        if (outcome.Error is OperationCanceledException && StopToken.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }

        if (ReferenceEquals(outcome.Error, _run!.StoppedBy) && _run.Stop is BulkStop.Unauthorized or BulkStop.Unreachable)
        {
            // It ends the command, after the other outcomes were written.
            _stoppedBy = outcome.Item;
            return;
        }

        ErrorRecord error = ToRecord(outcome.Item, outcome.Error);
        if (HaltsOnError)
        {
            WriteWhatWasUnderWay();
        }

        if (outcome.Error is ToriiException { Result: { } result })
        {
            // Also without -PassThru: the error is about the values of this object.
            WriteFrom(outcome.Item.Connection, result);
        }

        WriteError(error);
    }

    private static ErrorRecord ToRecord(BulkItem item, Exception error) => error switch
    {
        ToriiException e => ErrorRecords.From(e, item.Input, item.Label),
        OperationCanceledException or ObjectDisposedException when item.Connection?.Closed is { } why => ErrorRecords.From(
            new ToriiException(ToriiErrorId.ConnectionGone, $"The connection was closed while the request was sent: {why}. The change may have been made.", error)
            {
                MayHaveBeenExecuted = true,
                Details = new Dictionary<string, string> { ["name"] = item.Connection.Name },
            },
            item.Input,
            item.Label),
        _ => new ErrorRecord(error, ToriiErrorId.Unexpected, ErrorCategory.NotSpecified, item.Input),
    };

    /// <summary>
    /// With <c>-ErrorAction Stop</c> the error that follows ends the pipeline, and no request was started since. What
    /// was under way is reported first.
    /// </summary>
    private void WriteWhatWasUnderWay()
    {
        List<BulkOutcome<BulkItem, object?>> others = [];
        _isEnding = IsHalting = true;
        _run!.Complete();
        while (Wait(_run.OutcomeAvailableAsync()))
        {
            while (_run.TryReceive(out BulkOutcome<BulkItem, object?> other))
            {
                others.Add(other);
            }
        }

        foreach (BulkOutcome<BulkItem, object?> other in others)
        {
            if (other.State == BulkState.NotStarted)
            {
                OnNotStarted(other.Item);
                continue;
            }

            _written++;
            if (other.Error is null)
            {
                WriteWarning($"{other.Item.Label}: was under way when another target failed, and is done.");
                WriteResult(other.Item, other.Result);
            }
            else
            {
                WriteWarning($"{other.Item.Label}: was under way when another target failed, and failed: {other.Error.Message}");
            }
        }
    }

    /// <summary>Whether an error ends the command, so that no request is started after one.</summary>
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
