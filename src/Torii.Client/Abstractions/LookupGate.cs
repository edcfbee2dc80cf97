namespace Torii.Client;

/// <summary>Bounds the requests of the look-ups of one command: how many at once, and whether any are sent after an error.</summary>
/// <param name="throttleLimit">The maximum number of requests at once.</param>
/// <param name="haltOnError">Whether no new request is sent after the first key that failed.</param>
public sealed class LookupGate(int throttleLimit, bool haltOnError)
{
    /// <summary>The largest number of keys of one look-up.</summary>
    public const int MaxBatchSize = 100;

    private readonly SemaphoreSlim _free = new(throttleLimit);
    private volatile bool _halted;

    /// <summary>Whether no new request is to be sent.</summary>
    internal bool IsHalted => _halted;

    /// <summary>Records an error.</summary>
    internal void RecordError() => _halted |= haltOnError;

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
