namespace Torii.Client.Http;

/// <summary>
/// What is known of the service's clock: every answer's Date (RFC 9110 §6.6.1, whole seconds, cut) narrows it.
/// </summary>
internal sealed class ServerClock
{
    private readonly object _lock = new();
    private TimeSpan _least = TimeSpan.MinValue;
    private TimeSpan _most = TimeSpan.MaxValue;

    /// <summary>Takes an answer's date and when, by our clock, it was asked for and had arrived.</summary>
    public void Observe(DateTimeOffset date, DateTimeOffset sent, DateTimeOffset received)
    {
        TimeSpan least = date - received;
        TimeSpan most = date + TimeSpan.FromSeconds(1) - sent;
        lock (_lock)
        {
            least = least > _least ? least : _least;
            most = most < _most ? most : _most;
            // A clock that was set meanwhile: only what was seen last counts.
            (_least, _most) = least <= most ? (least, most) : (date - received, date + TimeSpan.FromSeconds(1) - sent);
        }
    }

    /// <summary>The earliest that the service's clock can have shown at a moment of ours; null when no answer told.</summary>
    public DateTimeOffset? EarliestAt(DateTimeOffset ours)
    {
        lock (_lock)
        {
            return _least == TimeSpan.MinValue ? null : ours + _least;
        }
    }
}
