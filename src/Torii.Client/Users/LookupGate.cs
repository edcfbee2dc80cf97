namespace Torii.Client.Users;

/// <summary>What bounds the requests of many look-ups: how many at once, and whether any more after an error.</summary>
/// <param name="throttleLimit">How many requests may be under way at once.</param>
/// <param name="haltOnError">Whether nothing new is sent after the first user who could not be had.</param>
public sealed class LookupGate(int throttleLimit, bool haltOnError)
{
    private readonly SemaphoreSlim _free = new(throttleLimit);
    private volatile bool _halted;

    /// <summary>Whether nothing new is to be sent.</summary>
    internal bool IsHalted => _halted;

    /// <summary>Takes note of an error.</summary>
    internal void NoteError() => _halted |= haltOnError;

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
