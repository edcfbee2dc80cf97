namespace Torii.Client.Http;

/// <summary>
/// Throttles the requests of a connection to what its service accepts. A response with a time to wait closes the gate
/// for all requests, because the limit is the connection's. Afterwards one request probes, alone until it has a response
/// or has failed; the others follow one by one at the rate that the service accepted before, which then grows (additive
/// increase, multiplicative decrease).
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
    private TimeSpan _lastAccepted;
    private TimeSpan _lastGrowth;
    private TimeSpan _next;
    private double _rate = double.PositiveInfinity;
    private double _refusedRate;
    private bool _mustProbe;

    /// <summary>How often the gate was closed: a request of an earlier time does not tell anything about the last time.</summary>
    private int _closings;

    private TimeSpan _windowStart;
    private int _acceptedInWindow;
    private double _previousWindowRate;

    /// <summary>The time by the clock of the gate.</summary>
    public TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>Lets a request through at once; null when it has to wait with <see cref="EnterAsync"/>.</summary>
    public Permit? TryEnter()
    {
        lock (_lock)
        {
            return _mustProbe || _closedUntil > Now || !double.IsPositiveInfinity(Rate(Now)) ? null : new Permit(this, _closings, ownsTurn: false);
        }
    }

    /// <summary>Waits until the request may be sent.</summary>
    /// <param name="since">When the request first wanted to be sent.</param>
    /// <param name="onWait">Receives each wait before it begins.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The permit. Report the response or the failure to it, and dispose it.</returns>
    /// <exception cref="RetryAfterException">The wait would be too long.</exception>
    public async Task<Permit> EnterAsync(TimeSpan since, Action<TimeSpan> onWait, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        Permit? permit = null;
        try
        {
            while (TakeOrWait(since, out permit) is { } wait)
            {
                onWait(wait);
                // A delay is cut to milliseconds; cut to zero it would not be one.
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), time, cancellation).ConfigureAwait(false);
            }

            return permit!;
        }
        finally
        {
            if (permit is not { OwnsTurn: true })
            {
                _turn.Release();
            }
        }
    }

    /// <summary>Returns the wait before the request at the head of the queue may go; null when it goes now.</summary>
    private TimeSpan? TakeOrWait(TimeSpan since, out Permit? permit)
    {
        lock (_lock)
        {
            TimeSpan now = Now;
            permit = null;
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

            _next = double.IsPositiveInfinity(rate) ? now : now + TimeSpan.FromSeconds(1 / rate);
            permit = new Permit(this, _closings, ownsTurn: _mustProbe);
            return null;
        }
    }

    /// <summary>The probe has a response or has failed: the others follow, unless the gate was closed again meanwhile.</summary>
    private void Probed(int closings)
    {
        lock (_lock)
        {
            _mustProbe &= closings != _closings;
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

    /// <param name="closings">How often the gate had been closed when the refused request was sent.</param>
    /// <param name="wait">The time to wait that the service named.</param>
    /// <param name="isLimit">Whether it is about the rate of the requests (429).</param>
    private void Refused(int closings, TimeSpan wait, bool isLimit)
    {
        lock (_lock)
        {
            TimeSpan now = Now;
            // Requests that were sent before the gate closed were refused by the same overload.
            if (isLimit && closings == _closings)
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

            _closings++;
            _mustProbe = true;
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

    /// <summary>The right to send one request. It ends when the gate is closed before the request is sent.</summary>
    internal sealed class Permit(RetryAfterGate gate, int closings, bool ownsTurn) : IDisposable
    {
        private bool _ownsTurn = ownsTurn;

        /// <summary>Whether the request probes: no other one is let through until the permit is disposed.</summary>
        public bool OwnsTurn => _ownsTurn;

        /// <summary>Whether the gate was not closed since the permit was given.</summary>
        public bool IsValid
        {
            get
            {
                lock (gate._lock)
                {
                    return closings == gate._closings;
                }
            }
        }

        /// <summary>Reports the response.</summary>
        /// <param name="response">The response.</param>
        public void Report(ApiResponse response)
        {
            bool isLimit = response.Status == System.Net.HttpStatusCode.TooManyRequests;
            if (response.RetryAfter is { Ticks: > 0 } wait && (isLimit || RetryRule.IsTransient(response.Status)))
            {
                gate.Refused(closings, wait, isLimit);
            }
            else if (!isLimit)
            {
                gate.Accepted();
            }

            ReportEnd();
        }

        /// <summary>Reports that there is no response. A request that was cancelled, or was not sent, does not report it.</summary>
        public void ReportEnd()
        {
            if (_ownsTurn)
            {
                gate.Probed(closings);
            }
        }

        public void Dispose()
        {
            if (_ownsTurn)
            {
                _ownsTurn = false;
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
