using System.Collections.Concurrent;
using Torii.Client.Bulk;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Bulk;

[Collection(nameof(Alone))]
public sealed class BulkRunTests
{
    [Fact]
    public async Task Outcomes_come_in_the_order_of_the_items_whoever_ends_first()
    {
        List<int> order = (await Run(Enumerable.Range(0, 500), async (n, _) =>
        {
            for (int i = n % 7; i > 0; i--)
            {
                await Task.Yield();
            }

            return n;
        })).ConvertAll(static o => o.Result);

        Assert.Equal(Enumerable.Range(0, 500), order);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task As_many_as_the_limit_are_worked_on_at_once_and_never_more(int limit)
    {
        int now = 0;
        int most = 0;
        TaskCompletionSource full = new();
        BulkRun<int, int> run = new(
            async (n, _) =>
            {
                int running = Interlocked.Increment(ref now);
                InterlockedMax(ref most, running);
                if (running == limit)
                {
                    full.TrySetResult();
                }

                await full.Task;
                await Task.Yield();
                Interlocked.Decrement(ref now);
                return n;
            },
            limit, haltOnError: false, key: null, CancellationToken.None);

        Assert.Equal(100, (await Drive(run, Enumerable.Range(0, 100)).Soon()).Count);
        Assert.Equal(limit, most);
    }

    [Fact]
    public async Task One_item_that_fails_is_a_value_and_the_others_go_on()
    {
        List<BulkOutcome<int, int>> outcomes = await Run(Enumerable.Range(0, 50), static (n, _) =>
            n % 10 == 3 ? throw new ToriiException("Torii.Forbidden", $"{n}", "") : Task.FromResult(n));

        Assert.Equal(50, outcomes.Count);
        Assert.All(outcomes, static o => Assert.True(o.Started));
        Assert.Equal([3, 13, 23, 33, 43], outcomes.Where(static o => o.Error is not null).Select(static o => o.Item));
        Assert.All(outcomes.Where(static o => o.Error is null), static o => Assert.Equal(o.Item, o.Result));
    }

    [Fact]
    public async Task An_item_that_fails_before_its_first_wait_or_after_it_is_the_same()
    {
        List<BulkOutcome<int, int>> outcomes = await Run([0, 1], static async (n, _) =>
        {
            if (n == 1)
            {
                await Task.Yield();
            }

            throw new InvalidOperationException();
        });

        Assert.All(outcomes, static o => Assert.IsType<InvalidOperationException>(o.Error));
    }

    [Fact]
    public async Task With_halt_nothing_new_starts_after_the_first_failure()
    {
        ConcurrentBag<int> started = [];
        TaskCompletionSource fail = new();
        TaskCompletionSource finish = new();
        BulkRun<int, int> run = new(
            async (n, _) =>
            {
                started.Add(n);
                await (n == 0 ? fail.Task : finish.Task);
                return n == 0 ? throw new InvalidOperationException() : n;
            },
            throttleLimit: 3, haltOnError: true, key: null, CancellationToken.None);
        Assert.All(Enumerable.Range(0, 10), n => Assert.True(run.TryPost(n)));
        await Patience.Until(() => started.Count == 3, "three are under way");

        fail.SetResult();
        Assert.True(await run.OutcomeAvailableAsync().Soon());
        finish.SetResult();
        List<BulkOutcome<int, int>> outcomes = await Drain(run).Soon();

        Assert.Equal([0, 1, 2], started.Order());
        Assert.Equal(Enumerable.Range(0, 10), outcomes.Select(static o => o.Item));
        Assert.IsType<InvalidOperationException>(outcomes[0].Error);
        Assert.All(outcomes[1..3], static o => Assert.True(o.Started && o.Error is null));
        Assert.All(outcomes[3..], static o => Assert.True(!o.Started && o.Error is null));
    }

    [Fact]
    public async Task Without_halt_everything_starts()
    {
        int started = 0;
        await Run(Enumerable.Range(0, 40), (_, _) =>
        {
            Interlocked.Increment(ref started);
            throw new InvalidOperationException();
        });

        Assert.Equal(40, started);
    }

    [Fact]
    public async Task A_full_run_takes_no_more_until_an_outcome_is_taken()
    {
        TaskCompletionSource go = new();
        BulkRun<int, int> run = new(async (n, _) =>
        {
            await go.Task;
            return n;
        }, throttleLimit: 2, haltOnError: false, key: null, CancellationToken.None);

        int taken = 0;
        while (taken < 1000 && run.TryPost(taken))
        {
            taken++;
        }

        Assert.InRange(taken, 2, 20);
        go.SetResult();
        await run.OutcomeAvailableAsync().Soon();
        Assert.True(run.TryReceive(out BulkOutcome<int, int> first));
        Assert.Equal(0, first.Item);
        await Patience.Until(() => run.TryPost(taken), "there is room again");
    }

    [Fact]
    public async Task Cancelling_ends_the_work_and_the_wait_for_it_at_once_and_starts_nothing_new()
    {
        using CancellationTokenSource stop = new();
        int started = 0;
        BulkRun<int, int> run = new(async (n, cancellation) =>
        {
            Interlocked.Increment(ref started);
            await Task.Delay(Timeout.Infinite, cancellation);
            return n;
        }, throttleLimit: 2, haltOnError: false, key: static _ => "one", stop.Token);
        Assert.True(run.TryPost(0));
        Assert.True(run.TryPost(1));
        Assert.True(run.TryPost(2));
        await Patience.Until(() => started == 1, "the first is under way");
        Task<bool> outcome = run.OutcomeAvailableAsync();

        await Patience.AtOnce(async () =>
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => outcome);
        });

        await Patience.Settle();
        Assert.Equal(1, started);
        Assert.False(run.TryPost(3));
    }

    [Fact]
    public async Task Nothing_posted_is_nothing_done()
    {
        BulkRun<int, int> run = new(static (_, _) => throw new InvalidOperationException(), 8, haltOnError: false, key: null, CancellationToken.None);

        Assert.Empty(await Drain(run).Soon());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_limit_below_one_is_refused(int limit)
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new BulkRun<int, int>(static (n, _) => Task.FromResult(n), limit, haltOnError: false, key: null, CancellationToken.None));
    }

    internal static async Task<List<BulkOutcome<TItem, TResult>>> Drive<TItem, TResult>(BulkRun<TItem, TResult> run, IEnumerable<TItem> items)
    {
        List<BulkOutcome<TItem, TResult>> outcomes = [];
        foreach (TItem item in items)
        {
            while (!run.TryPost(item))
            {
                Assert.True(await run.OutcomeAvailableAsync());
                while (run.TryReceive(out BulkOutcome<TItem, TResult> outcome))
                {
                    outcomes.Add(outcome);
                }
            }
        }

        outcomes.AddRange(await Drain(run));
        return outcomes;
    }

    internal static async Task<List<BulkOutcome<TItem, TResult>>> Drain<TItem, TResult>(BulkRun<TItem, TResult> run)
    {
        List<BulkOutcome<TItem, TResult>> outcomes = [];
        run.Complete();
        while (await run.OutcomeAvailableAsync())
        {
            while (run.TryReceive(out BulkOutcome<TItem, TResult> outcome))
            {
                outcomes.Add(outcome);
            }
        }

        return outcomes;
    }

    private static Task<List<BulkOutcome<int, int>>> Run(IEnumerable<int> items, Func<int, CancellationToken, Task<int>> work) =>
        Drive(new BulkRun<int, int>(work, 8, haltOnError: false, key: null, CancellationToken.None), items).Soon();

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (value > seen && Interlocked.CompareExchange(ref target, value, seen) is var found && found != seen)
        {
            seen = found;
        }
    }
}
