using System.Collections.Concurrent;
using System.Threading.Tasks.Dataflow;

namespace Torii.Client.Bulk;

/// <summary>
/// Works on items side by side, bounded, and gives the outcomes back in the order of the items. Two items with the
/// same key keep their order and never run at once.
/// </summary>
/// <typeparam name="TItem">What is worked on.</typeparam>
/// <typeparam name="TResult">What comes of it.</typeparam>
public sealed class BulkRun<TItem, TResult>
{
    /// <summary>The block's capacity counts finished items that nobody has taken yet, so it must exceed the limit.</summary>
    private const int CapacityPerWorker = 4;

    private readonly Func<TItem, CancellationToken, Task<TResult>> _work;
    private readonly Func<TItem, string?>? _key;
    private readonly bool _haltOnError;
    private readonly CancellationToken _cancellation;
    private readonly ConcurrentDictionary<string, Task> _lastOfKey = new(StringComparer.OrdinalIgnoreCase);
    private readonly TransformBlock<Entry, BulkOutcome<TItem, TResult>> _block;
    private volatile bool _halted;

    /// <summary>Makes a run; nothing starts before an item is posted.</summary>
    /// <param name="work">Does one item.</param>
    /// <param name="throttleLimit">How many items are worked on at once, at most.</param>
    /// <param name="haltOnError">Whether nothing new starts after the first item that failed.</param>
    /// <param name="key">What an item acts on; null when items never meet.</param>
    /// <param name="cancellation">Ends everything at once.</param>
    public BulkRun(
        Func<TItem, CancellationToken, Task<TResult>> work,
        int throttleLimit,
        bool haltOnError,
        Func<TItem, string?>? key,
        CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(throttleLimit, 1);
        _work = work;
        _key = key;
        _haltOnError = haltOnError;
        _cancellation = cancellation;
        _block = new(RunAsync, new ExecutionDataflowBlockOptions
        {
            MaxDegreeOfParallelism = throttleLimit,
            BoundedCapacity = throttleLimit * CapacityPerWorker,
            EnsureOrdered = true,
            CancellationToken = cancellation,
        });
    }

    /// <summary>How many keys have work that is not over.</summary>
    internal int PendingKeys => _lastOfKey.Count;

    /// <summary>Takes an item, unless the run is full: then take an outcome first. Called from one thread.</summary>
    public bool TryPost(TItem item)
    {
        if (_key?.Invoke(item) is not { } key)
        {
            return _block.Post(new Entry(item, null, null, null));
        }

        _lastOfKey.TryGetValue(key, out Task? before);
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _lastOfKey[key] = done.Task;
        if (_block.Post(new Entry(item, key, before, done)))
        {
            return true;
        }

        _lastOfKey[key] = before ?? Task.CompletedTask;
        return false;
    }

    /// <summary>The next outcome, if it is there already.</summary>
    public bool TryReceive(out BulkOutcome<TItem, TResult> outcome) => _block.TryReceive(out outcome);

    /// <summary>Waits for an outcome; false when all have been taken and no more can come.</summary>
    public Task<bool> OutcomeAvailableAsync() => _block.OutputAvailableAsync(_cancellation);

    /// <summary>Says that no more items come.</summary>
    public void Complete() => _block.Complete();

    private async Task<BulkOutcome<TItem, TResult>> RunAsync(Entry entry)
    {
        bool started = false;
        try
        {
            if (entry.Before is { } before)
            {
                await before.WaitAsync(_cancellation).ConfigureAwait(false);
            }

            if (_halted || _cancellation.IsCancellationRequested)
            {
                return new(entry.Item, default, null, Started: false);
            }

            started = true;
            return new(entry.Item, await _work(entry.Item, _cancellation).ConfigureAwait(false), null, Started: true);
        }
        catch (Exception e)
        {
            // A failure is a value: thrown, it would fault the block and lose the other items' outcomes.
            _halted |= _haltOnError;
            return new(entry.Item, default, e, started);
        }
        finally
        {
            if (entry is { Key: { } key, Done: { } done })
            {
                _lastOfKey.TryRemove(new(key, done.Task));
                done.SetResult();
            }
        }
    }

    private readonly record struct Entry(TItem Item, string? Key, Task? Before, TaskCompletionSource? Done);
}
