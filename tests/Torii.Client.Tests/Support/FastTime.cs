namespace Torii.Client.Tests.Support;

/// <summary>A clock by which waits are over sooner, in proportion; the date stays the real one.</summary>
internal sealed class FastTime(int speed) : TimeProvider
{
    private readonly long _start = System.GetTimestamp();

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => _start + ((System.GetTimestamp() - _start) * speed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : dueTime / speed, period);
}
