using System.Diagnostics;

namespace Torii.Emulator.Control;

/// <summary>A limit on the requests to the server API within any window of one second. Refused requests do not count.</summary>
internal sealed class RateLimit
{
    /// <summary>The name of the limit in the journal.</summary>
    public const string FaultName = "rateLimit";

    private readonly object gate = new();
    private readonly Queue<long> admitted = new();
    private int? limit;

    /// <summary>Sets the requests per second, or removes the limit with null.</summary>
    public void Set(int? requestsPerSecond)
    {
        lock (gate)
        {
            limit = requestsPerSecond;
            admitted.Clear();
        }
    }

    /// <summary>Creates the reply to a request that is not admitted. Retry-After has no fractions, and the window is one second.</summary>
    public static Reply Refuse(string path) =>
        Reply.Problem(429, "rate_limited", "The rate limit is exceeded.", path).With("Retry-After", "1");

    public bool Admits()
    {
        lock (gate)
        {
            if (limit is null)
            {
                return true;
            }

            long now = Stopwatch.GetTimestamp();
            while (admitted.TryPeek(out long oldest) && now - oldest >= Stopwatch.Frequency)
            {
                admitted.Dequeue();
            }

            if (admitted.Count >= limit)
            {
                return false;
            }

            admitted.Enqueue(now);
            return true;
        }
    }
}
