using System.Threading.Channels;

namespace Torii.Client.Bulk;

/// <summary>
/// Works on many items at once, bounded. Two items with the same key are worked on one after the other, in their order.
/// With a throttle limit of 1 an item starts only after the outcome of the one before was received. The run stops itself
/// at the first error that is about the account of the connection, and when as many items in a row as the throttle limit, but at
/// least three, fail because the service cannot be reached. What is under way then still ends, and has an outcome.
/// </summary>
/// <remarks><see cref="TryPost"/>, <see cref="TryReceive"/> and <see cref="Complete"/> are called from one thread.</remarks>
/// <typeparam name="TItem">The type of an item.</typeparam>
/// <typeparam name="TResult">The type of a result.</typeparam>
public sealed class BulkRun<TItem, TResult>
{
    /// <summary>
    /// How many items a run contains for each place: queued, worked on, waiting before a retry, and finished. Many more
    /// than places, so that a few items that wait leave enough others to work on.
    /// </summary>
    private const int ItemsPerPlace = 16;
    private const int FewestFailuresToStop = 3;

    private readonly Func<TItem, RequestContext, Task<TResult>> _work;
    private readonly BulkOptions _options;
    private readonly Func<TItem, string?>? _key;
    private readonly RequestContext _context;
    private readonly int _capacity;

    private readonly object _lock = new();
    /// <summary>In the order of the items, so that the next item of a key does not queue again.</summary>
    private readonly PriorityQueue<Entry, long> _ready = new();
    private readonly Dictionary<string, Queue<Entry>> _sameKey = new(StringComparer.OrdinalIgnoreCase);
    private readonly Queue<TaskCompletionSource> _returning = new();
    private readonly Channel<BulkOutcome<TItem, TResult>> _outcomes =
        Channel.CreateUnbounded<BulkOutcome<TItem, TResult>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SortedDictionary<long, BulkOutcome<TItem, TResult>> _early = [];

    private int _freePlaces;
    private int _inside;
    private int _finished;
    private long _posted;
    private long _nextInOrder;
    private int _failuresInRow;
    private bool _completed;
    private BulkStop _stop;

    /// <summary>Creates a run. Nothing starts before an item is posted.</summary>
    /// <param name="work">Works on one item. It passes the context on to its requests.</param>
    /// <param name="options">The settings.</param>
    /// <param name="key">What an item acts on; null where items never conflict.</param>
    /// <param name="context">The caller. Its cancellation ends everything at once.</param>
    public BulkRun(Func<TItem, RequestContext, Task<TResult>> work, BulkOptions options, Func<TItem, string?>? key, RequestContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ThrottleLimit, 1);
        _work = work;
        _options = options;
        _key = key;
        _context = context;
        _freePlaces = options.ThrottleLimit;
        _capacity = options.ThrottleLimit == 1 ? 1 : options.ThrottleLimit * ItemsPerPlace;
    }

    /// <summary>How many received outcomes are successes.</summary>
    public long Succeeded { get; private set; }

    /// <summary>How many received outcomes are failures.</summary>
    public long Failed { get; private set; }

    /// <summary>How many received outcomes are of items that were not started.</summary>
    public long NotStarted { get; private set; }

    /// <summary>Why the run starts no further item.</summary>
    public BulkStop Stop
    {
        get
        {
            lock (_lock)
            {
                return _stop;
            }
        }
    }

    /// <summary>The error that stopped the run; null when nothing did.</summary>
    public Exception? StoppedBy { get; private set; }

    /// <summary>How many keys have items that have not ended.</summary>
    internal int PendingKeys
    {
        get
        {
            lock (_lock)
            {
                return _sameKey.Count;
            }
        }
    }

    /// <summary>Takes an item. Returns false while the run is full: receive an outcome first.</summary>
    public bool TryPost(TItem item)
    {
        string? key = _key?.Invoke(item);
        lock (_lock)
        {
            if (_context.Cancellation.IsCancellationRequested || _inside >= _capacity)
            {
                return false;
            }

            _inside++;
            Entry entry = new(this, item, key, _posted++);
            if (key is not null && _sameKey.TryGetValue(key, out Queue<Entry>? waiting))
            {
                waiting.Enqueue(entry);
                return true;
            }

            if (key is not null)
            {
                _sameKey.Add(key, new Queue<Entry>());
            }

            _ready.Enqueue(entry, entry.Number);
            Start();
            return true;
        }
    }

    /// <summary>Gets an outcome if there is one.</summary>
    public bool TryReceive(out BulkOutcome<TItem, TResult> outcome)
    {
        if (!_outcomes.Reader.TryRead(out outcome))
        {
            return false;
        }

        _ = outcome.State switch
        {
            BulkState.Succeeded => Succeeded++,
            BulkState.Failed => Failed++,
            _ => NotStarted++,
        };
        lock (_lock)
        {
            _inside--;
            _finished--;
            Start();
            EndIfEmpty();
        }

        return true;
    }

    /// <summary>Waits for an outcome. Returns false when all were received and no more can come.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Task<bool> OutcomeAvailableAsync() => _outcomes.Reader.WaitToReadAsync(_context.Cancellation).AsTask();

    /// <summary>Declares that no more items are posted.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            EndIfEmpty();
        }
    }

    /// <summary>Starts what can be started. Places go to items that return from a wait first.</summary>
    private void Start()
    {
        while (_freePlaces > 0 && _returning.TryDequeue(out TaskCompletionSource? returning))
        {
            _freePlaces--;
            returning.SetResult();
        }

        while (_ready.Count > 0 && (_stop != BulkStop.None || (_freePlaces > 0 && _finished < _options.ThrottleLimit)))
        {
            Entry entry = _ready.Dequeue();
            if (_stop != BulkStop.None)
            {
                End(entry, new(entry.Item, BulkState.NotStarted, default, null));
                continue;
            }

            _freePlaces--;
            _ = Task.Run(() => RunAsync(entry));
        }
    }

    private async Task RunAsync(Entry entry)
    {
        BulkOutcome<TItem, TResult> outcome;
        try
        {
            _context.Cancellation.ThrowIfCancellationRequested();
            entry.ThrowIfStopped();
            TResult result = await _work(entry.Item, _context with { Slot = entry }).ConfigureAwait(false);
            outcome = new(entry.Item, BulkState.Succeeded, result, null);
        }
        catch (WorkNotStartedException)
        {
            outcome = new(entry.Item, BulkState.NotStarted, default, null);
        }
        catch (Exception e)
        {
            outcome = new(entry.Item, BulkState.Failed, default, e);
        }

        lock (_lock)
        {
            entry.Leave();
            Judge(outcome);
            End(entry, outcome);
            Start();
        }
    }

    /// <summary>Decides whether the outcome stops the run.</summary>
    private void Judge(BulkOutcome<TItem, TResult> outcome)
    {
        if (outcome.State == BulkState.NotStarted)
        {
            return;
        }

        string? errorId = (outcome.Error as ToriiException)?.ErrorId;
        _failuresInRow = errorId is ToriiErrorId.ConnectionFailed or ToriiErrorId.Timeout or ToriiErrorId.TooManyRequests ? _failuresInRow + 1 : 0;
        BulkStop stop = outcome.Error is ToriiException { IsOfAccount: true } ? BulkStop.Unauthorized
            : _failuresInRow >= Math.Max(FewestFailuresToStop, _options.ThrottleLimit) ? BulkStop.Unreachable
            : _options.HaltOnError && outcome.Error is not null ? BulkStop.Error
            : BulkStop.None;
        if (_stop == BulkStop.None && stop != BulkStop.None)
        {
            _stop = stop;
            StoppedBy = outcome.Error;
        }
    }

    /// <summary>Passes an outcome on, and makes the next item with the key ready.</summary>
    private void End(Entry entry, BulkOutcome<TItem, TResult> outcome)
    {
        if (entry.Key is { } key)
        {
            if (_sameKey[key].TryDequeue(out Entry? next))
            {
                _ready.Enqueue(next, next.Number);
            }
            else
            {
                _sameKey.Remove(key);
            }
        }

        if (!_options.KeepOrder)
        {
            Write(outcome);
            return;
        }

        _early.Add(entry.Number, outcome);
        while (_early.Remove(_nextInOrder, out outcome))
        {
            _nextInOrder++;
            Write(outcome);
        }
    }

    private void Write(BulkOutcome<TItem, TResult> outcome)
    {
        _finished++;
        _outcomes.Writer.TryWrite(outcome);
    }

    private void EndIfEmpty()
    {
        if (_completed && _inside == 0)
        {
            _outcomes.Writer.TryComplete();
        }
    }

    /// <summary>An item, and its place among those that are worked on.</summary>
    private sealed class Entry(BulkRun<TItem, TResult> run, TItem item, string? key, long number) : IWorkSlot
    {
        /// <summary>Requests of the item that wait. One item may send several at once.</summary>
        private int _waiting;
        private bool _hasPlace = true;
        private volatile bool _sent;

        public TItem Item => item;

        public string? Key => key;

        public long Number => number;

        public void Release()
        {
            lock (run._lock)
            {
                _waiting++;
                Leave();
                run.Start();
            }
        }

        public async Task ReacquireAsync(CancellationToken cancellation)
        {
            TaskCompletionSource turn;
            lock (run._lock)
            {
                if (--_waiting > 0 || _hasPlace)
                {
                    return;
                }

                _hasPlace = true;
                if (run._freePlaces > 0)
                {
                    run._freePlaces--;
                    return;
                }

                turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
                run._returning.Enqueue(turn);
            }

            // The place is given in any case, and given back when the item ends.
            await turn.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }

        public void BeforeSend()
        {
            if (!_sent)
            {
                ThrowIfStopped();
                _sent = true;
            }
        }

        public void ThrowIfStopped()
        {
            if (run.Stop != BulkStop.None)
            {
                throw new WorkNotStartedException();
            }
        }

        /// <summary>Gives the place back. Called under the lock.</summary>
        public void Leave()
        {
            if (_hasPlace)
            {
                _hasPlace = false;
                run._freePlaces++;
            }
        }
    }
}
