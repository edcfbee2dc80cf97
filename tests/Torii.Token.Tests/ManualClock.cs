namespace Torii.Token.Tests;

/// <summary>A clock that stands still until it is told; both of its hands move alike unless one is set.</summary>
internal sealed class ManualClock(DateTimeOffset now) : TimeProvider
{
    private DateTimeOffset _now = now;
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _ticks;

    public void Advance(TimeSpan by)
    {
        _now += by;
        _ticks += by.Ticks;
    }

    /// <summary>Somebody sets the wall clock; no time passes.</summary>
    public void SetBack(TimeSpan by) => _now -= by;

    /// <summary>The machine sleeps: the steady clock stands still.</summary>
    public void Sleep(TimeSpan by) => _now += by;
}
