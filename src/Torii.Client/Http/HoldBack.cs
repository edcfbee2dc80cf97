namespace Torii.Client.Http;

/// <summary>
/// The moment before which no request of a connection is sent. One worker that was told to wait holds back all of
/// them: the limit it met is the connection's, not the worker's.
/// </summary>
internal sealed class HoldBack(TimeProvider time)
{
    private long _until;

    public void For(TimeSpan wait)
    {
        long until = (time.GetUtcNow() + wait).UtcTicks;
        long seen = Volatile.Read(ref _until);
        while (until > seen)
        {
            long found = Interlocked.CompareExchange(ref _until, until, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }

    /// <summary>How long a request that comes now has to wait; zero when it need not.</summary>
    public TimeSpan Remaining()
    {
        long ticks = Volatile.Read(ref _until) - time.GetUtcNow().UtcTicks;
        return ticks > 0 ? TimeSpan.FromTicks(ticks) : TimeSpan.Zero;
    }
}
