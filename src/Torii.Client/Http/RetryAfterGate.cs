namespace Torii.Client.Http;

/// <summary>
/// The moment before which no request of a connection is sent. One worker that was told to wait holds back all of
/// them: the limit it met is the connection's, not the worker's.
/// </summary>
internal sealed class RetryAfterGate(TimeProvider time)
{
    /// <summary>By the monotonic clock: a machine whose clock is set back does not wait the difference too.</summary>
    private readonly long _start = time.GetTimestamp();

    /// <summary>In ticks since <see cref="_start"/>.</summary>
    private long _until;

    public void For(TimeSpan wait)
    {
        long until = (time.GetElapsedTime(_start) + wait).Ticks;
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
        long ticks = Volatile.Read(ref _until) - time.GetElapsedTime(_start).Ticks;
        return ticks > 0 ? TimeSpan.FromTicks(ticks) : TimeSpan.Zero;
    }
}
