namespace Torii.Client.Http;

/// <summary>
/// Throttles the requests of a connection to what its service accepts. A response with a time to wait closes the gate
/// for all requests, because the limit is the connection's. Afterwards one request probes; the others follow one by one
/// at the rate that the service accepted before, which then grows (additive increase, multiplicative decrease).
/// </summary>
/// <param name="longestWait">
/// How long the gate stays closed at most, whatever the service names; and how long no request may have been accepted
/// before the waiting ones fail.
/// </param>
/// <param name="time">The clock. Waits follow the monotonic clock, so that setting the wall clock changes none.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle holds nothing to release, and requests may still wait on it.")]
internal sealed class RetryAfterGate(TimeSpan longestWait, TimeProvider time)
{
    /// <summary>Above this number of requests a second no limit is assumed.</summary>
    private const double Unlimited = 1000;
    private const double Decrease = 0.85;

    /// <summary>The growth per second far below the rate that was refused, and near it.</summary>
    private const double FastGrowth = 0.2;
    private const double SlowGrowth = 0.02;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly long _start = time.GetTimestamp();
    private readonly object _lock = new();
    private readonly SemaphoreSlim _turn = new(1);

    private TimeSpan _closedUntil;
    private TimeSpan _namedUntil;
    private TimeSpan _closedAt = TimeSpan.MinValue;
    private TimeSpan _lastAccepted;
    private TimeSpan _lastGrowth;
    private TimeSpan _next;
    private double _rate = double.PositiveInfinity;
    private double _refusedRate;
    private bool _probe;

    private TimeSpan _windowStart;
    private int _acceptedInWindow;
    private double _previousWindowRate;

    /// <summary>The time by the clock of the gate.</summary>
    public TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>Whether a request has to wait, so that the caller prepares for it.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock)
            {
                return _probe || _closedUntil > Now || !double.IsPositiveInfinity(Rate(Now));
            }
        }
    }

    /// <summary>Waits until the request may be sent.</summary>
    /// <param name="since">When the request first wanted to be sent.</param>
    /// <param name="onWait">Receives each wait before it begins.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The permit. Report the response to it, and dispose it.</returns>
    /// <exception cref="RetryAfterException">The wait would be too long.</exception>
    public async ValueTask<Permit> EnterAsync(TimeSpan since, Action<TimeSpan> onWait, CancellationToken cancellation)
    {
        if (!IsClosed)
        {
            return new Permit(this, Now, ownsTurn: false);
        }

        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        bool keepsTurn = false;
        try
        {
            while (TakeOrWait(since, out keepsTurn) is { } wait)
            {
                onWait(wait);
                // A delay is cut to milliseconds; cut to zero it would not be one.
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), time, cancellation).ConfigureAwait(false);
            }

            return new Permit(this, Now, keepsTurn);
        }
        finally
        {
            if (!keepsTurn)
            {
                _turn.Release();
            }
        }
    }

    /// <summary>Returns the wait before the request at the head of the queue may go; null when it goes now.</summary>
    private TimeSpan? TakeOrWait(TimeSpan since, out bool probes)
    {
        lock (_lock)
        {
            TimeSpan now = Now;
            probes = false;
            if (_closedUntil > now)
            {
                since = since > _lastAccepted ? since : _lastAccepted;
                return _namedUntil - now > longestWait || _closedUntil - since > longestWait
                    ? throw new RetryAfterException(_namedUntil - now)
                    : _closedUntil - now;
            }

            double rate = Rate(now);
            if (_next > now && !double.IsPositiveInfinity(rate))
            {
                return _next - now;
            }

            probes = _probe;
            _probe = false;
            _next = double.IsPositiveInfinity(rate) ? now : now + TimeSpan.FromSeconds(1 / rate);
            return null;
        }
    }

    private void Accepted()
    {
        lock (_lock)
        {
            TimeSpan now = Now;
            _lastAccepted = now;
            if (now - _windowStart >= Window)
            {
                _previousWindowRate = _acceptedInWindow / (now - _windowStart).TotalSeconds;
                _acceptedInWindow = 0;
            }

            _windowStart = _acceptedInWindow == 0 ? now : _windowStart;
            _acceptedInWindow++;
        }
    }

    /// <param name="sent">When the request was sent that was refused.</param>
    /// <param name="wait">The time to wait that the service named.</param>
    /// <param name="isLimit">Whether it is about the rate of the requests (429).</param>
    private void Refused(TimeSpan sent, TimeSpan wait, bool isLimit)
    {
        lock (_lock)
        {
            TimeSpan now = Now;
            // Requests that were sent before the gate closed were refused by the same overload.
            if (isLimit && sent > _closedAt)
            {
                double rate = Rate(now);
                double accepted = Math.Max(
                    Math.Max(1, _acceptedInWindow) / Math.Max(0.001, (now + (wait < longestWait ? wait : longestWait) - _windowStart).TotalSeconds),
                    _previousWindowRate);
                _refusedRate = Math.Min(rate, Math.Max(1, accepted));
                _rate = double.IsPositiveInfinity(rate) ? _refusedRate : Math.Max(1, rate * Decrease);
                _acceptedInWindow = 0;
                _previousWindowRate = 0;
            }

            _closedAt = now;
            _probe = true;
            TimeSpan until = now + (wait < longestWait ? wait : longestWait);
            _closedUntil = until > _closedUntil ? until : _closedUntil;
            _namedUntil = now + wait > _namedUntil || _namedUntil < now ? now + wait : _namedUntil;
            _lastGrowth = _closedUntil;
        }
    }

    /// <summary>The requests a second that are let through now. It grows the faster, the longer nothing was refused.</summary>
    private double Rate(TimeSpan now)
    {
        if (!double.IsPositiveInfinity(_rate) && now > _lastGrowth)
        {
            double growth = _rate < 0.95 * _refusedRate ? FastGrowth : Math.Min(1, SlowGrowth * Math.Pow(2, (now - _closedUntil).TotalSeconds / 5));
            _rate *= Math.Exp(growth * (now - _lastGrowth).TotalSeconds);
            _rate = _rate > Unlimited ? double.PositiveInfinity : _rate;
            _lastGrowth = now;
        }

        return _rate;
    }

    /// <summary>The right to send one request.</summary>
    internal sealed class Permit(RetryAfterGate gate, TimeSpan sent, bool ownsTurn) : IDisposable
    {
        /// <summary>Reports the response.</summary>
        /// <param name="response">The response.</param>
        public void Report(ApiResponse response)
        {
            bool isLimit = response.Status == System.Net.HttpStatusCode.TooManyRequests;
            if (response.RetryAfter is { Ticks: > 0 } wait && (isLimit || RetryRule.IsTransient(response.Status)))
            {
                gate.Refused(sent, wait, isLimit);
            }
            else if (!isLimit)
            {
                gate.Accepted();
            }
        }

        public void Dispose()
        {
            if (ownsTurn)
            {
                ownsTurn = false;
                gate._turn.Release();
            }
        }
    }
}

/// <summary>The service asked the connection to wait longer than a request may.</summary>
internal sealed class RetryAfterException(TimeSpan wait) : Exception
{
    public TimeSpan Wait => wait;
}
