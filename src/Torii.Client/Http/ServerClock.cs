namespace Torii.Client.Http;

/// <summary>
/// What is known about the service's clock. The Date header of each response (RFC 9110 §6.6.1; whole seconds, truncated)
/// narrows it.
/// </summary>
internal sealed class ServerClock
{
    private static readonly TimeSpan Resolution = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private TimeSpan _least = TimeSpan.MinValue;
    private TimeSpan _most = TimeSpan.MaxValue;

    /// <summary>Records the date of a response.</summary>
    /// <param name="date">The date.</param>
    /// <param name="sent">When the request was sent, by this machine's clock.</param>
    /// <param name="received">When the response had arrived, by this machine's clock.</param>
    public void Observe(DateTimeOffset date, DateTimeOffset sent, DateTimeOffset received)
    {
        TimeSpan least = date - received;
        TimeSpan most = date + Resolution - sent;
        lock (_lock)
        {
            (TimeSpan Least, TimeSpan Most) narrowed = (least > _least ? least : _least, most < _most ? most : _most);
            // An empty range: one of the clocks was set. Only the latest observation counts.
            (_least, _most) = narrowed.Least <= narrowed.Most ? narrowed : (least, most);
        }
    }

    /// <summary>How far the service's clock is ahead of this machine's: the smallest value that the responses allow; null before the first one.</summary>
    public TimeSpan? Offset
    {
        get
        {
            lock (_lock)
            {
                return _least == TimeSpan.MinValue ? null : _least > TimeSpan.Zero ? _least : _most < TimeSpan.Zero ? _most : TimeSpan.Zero;
            }
        }
    }

    /// <summary>The earliest time that the service's clock can have shown at a time of ours; null before the first response.</summary>
    public DateTimeOffset? EarliestAt(DateTimeOffset ours)
    {
        lock (_lock)
        {
            return _least == TimeSpan.MinValue ? null : ours + _least;
        }
    }
}
