namespace Torii.Client;

/// <summary>Bounds the requests of the look-ups of one command: how many at once, and whether any are sent after an error.</summary>
/// <param name="throttleLimit">The maximum number of requests at once.</param>
/// <param name="haltOnError">Whether no new request is sent after the first key that failed.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is not used has nothing to dispose.")]
public sealed class LookupGate(int throttleLimit, bool haltOnError)
{
    /// <summary>The largest number of keys of one look-up.</summary>
    public const int MaxBatchSize = 100;

    /// <summary>The smallest number of connection failures in a row that ends a command.</summary>
    private const int FewestFailuresToStop = 3;

    private readonly SemaphoreSlim _free = new(throttleLimit);
    private volatile bool _halted;
    private int _failuresInRow;

    /// <summary>
    /// Why no further key can be looked up: the service refused the account, or could not be reached for several
    /// keys in a row. Null while it can.
    /// </summary>
    public ToriiException? StoppedBy { get; private set; }

    /// <summary>Whether no new request is to be sent.</summary>
    internal bool IsHalted => _halted;

    /// <summary>Records that a key was looked up.</summary>
    internal void RecordSuccess() => Volatile.Write(ref _failuresInRow, 0);

    /// <summary>Records an error.</summary>
    internal void RecordError(ToriiException error)
    {
        bool isUnreachable = error.ErrorId is ToriiErrorId.ConnectionFailed or ToriiErrorId.Timeout;
        if (!isUnreachable)
        {
            RecordSuccess();
        }

        if (error.IsOfAccount
            || (isUnreachable && Interlocked.Increment(ref _failuresInRow) >= Math.Max(FewestFailuresToStop, throttleLimit)))
        {
            StoppedBy ??= error;
            _halted = true;
        }

        _halted |= haltOnError;
    }

    internal async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }
}
