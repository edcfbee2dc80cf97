namespace Torii.Client.Tests.Support;

/// <summary>A clock that is moved by the test or, with <see cref="SkipsWaits"/>, by every wait.</summary>
internal sealed class ManualTime(DateTimeOffset? start = null) : TimeProvider
{
    /// <summary>Time-outs of requests are set above this, so that only waits are skipped.</summary>
    public static readonly TimeSpan LongestSkipped = TimeSpan.FromHours(1);

    private readonly object _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<TimeSpan> _waits = [];
    private DateTimeOffset _now = start ?? new DateTimeOffset(2026, 5, 16, 9, 30, 0, TimeSpan.Zero);
    private TimeSpan _elapsed;

    /// <summary>Whether a wait of less than an hour is over as soon as it begins, with the clock moved on by it.</summary>
    public bool SkipsWaits { get; init; }

    /// <summary>Every wait of less than an hour that was begun.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_gate)
            {
                return [.. _waits];
            }
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _elapsed.Ticks;
        }
    }

    /// <summary>Sets the clock on the wall; time goes on as before.</summary>
    public void SetWallClock(DateTimeOffset now)
    {
        lock (_gate)
        {
            _now = now;
        }
    }

    public void Advance(TimeSpan by)
    {
        ManualTimer[] due;
        lock (_gate)
        {
            _now += by;
            _elapsed += by;
            due = [.. _timers.Where(t => t.DueAt <= _elapsed).OrderBy(t => t.DueAt)];
            _timers.RemoveAll(due.Contains);
        }

        foreach (ManualTimer timer in due)
        {
            timer.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Schedule(ManualTimer timer, TimeSpan dueTime)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            if (dueTime < LongestSkipped)
            {
                _waits.Add(dueTime);
            }

            if (!SkipsWaits || dueTime >= LongestSkipped)
            {
                timer.DueAt = _elapsed + dueTime;
                _timers.Add(timer);
                return;
            }

            _now += dueTime;
            _elapsed += dueTime;
        }

        // Not within CreateTimer: whoever asked for the timer does not have it yet.
        ThreadPool.QueueUserWorkItem(static t => t.Fire(), timer, preferLocal: false);
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan DueAt { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.Schedule(this, dueTime);
            return true;
        }

        public void Dispose() => time.Schedule(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
