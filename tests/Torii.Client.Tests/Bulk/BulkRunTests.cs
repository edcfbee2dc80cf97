using System.Collections.Concurrent;
using Torii.Client.Bulk;
using Torii.Client.Tests.Support;
using static Torii.Client.Tests.Bulk.BulkTest;

namespace Torii.Client.Tests.Bulk;

[Collection(nameof(Alone))]
public sealed class BulkRunTests
{
    [Fact]
    public async Task With_KeepOrder_outcomes_come_in_the_order_of_the_items()
    {
        BulkRun<int, int> run = Run<int, int>(
            static async (n, _) =>
            {
                for (int i = n % 7; i > 0; i--)
                {
                    await Task.Yield();
                }

                return n;
            },
            keepOrder: true);

        List<BulkOutcome<int, int>> outcomes = await run.DriveAsync(Enumerable.Range(0, 500));

        Assert.Equal(Enumerable.Range(0, 500), outcomes.Select(static o => o.Result));
    }

    [Fact]
    public async Task Without_KeepOrder_a_slow_item_delays_no_other_outcome()
    {
        TaskCompletionSource slow = new();
        BulkRun<int, int> run = Run<int, int>(
            async (n, _) =>
            {
                await (n == 0 ? slow.Task : Task.CompletedTask);
                return n;
            },
            throttle: 2);
        List<BulkOutcome<int, int>> outcomes = [];
        for (int n = 0; n < 1000; n++)
        {
            while (!run.TryPost(n))
            {
                Assert.True(await run.OutcomeAvailableAsync().Soon());
                run.Take(outcomes);
            }
        }

        await Patience.Until(
            () =>
            {
                run.Take(outcomes);
                return outcomes.Count == 999;
            },
            "all but the slow item have ended");
        slow.SetResult();

        Assert.Equal(1000, (await run.DrainAsync(outcomes)).Count);
        Assert.Equal(0, outcomes[^1].Item);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task As_many_items_as_the_limit_run_at_once_and_never_more(int limit)
    {
        int now = 0;
        int most = 0;
        TaskCompletionSource full = new();
        BulkRun<int, int> run = Run<int, int>(
            async (n, _) =>
            {
                int running = Interlocked.Increment(ref now);
                lock (full)
                {
                    most = Math.Max(most, running);
                }

                if (running == limit)
                {
                    full.TrySetResult();
                }

                await full.Task;
                await Task.Yield();
                Interlocked.Decrement(ref now);
                return n;
            },
            limit);

        Assert.Equal(100, (await run.DriveAsync(Enumerable.Range(0, 100))).Count);
        Assert.Equal(limit, most);
    }

    [Fact]
    public async Task An_item_that_waits_gives_its_place_to_another()
    {
        int running = 0;
        int most = 0;
        TaskCompletionSource wait = new();
        BulkRun<int, int> run = Run<int, int>(
            async (n, context) =>
            {
                if (n < 2)
                {
                    context.Slot!.Release();
                    await wait.Task;
                    await context.Slot.ReacquireAsync(default);
                }

                int now = Interlocked.Increment(ref running);
                lock (wait)
                {
                    most = Math.Max(most, now);
                }

                await Task.Delay(1);
                Interlocked.Decrement(ref running);
                return n;
            },
            throttle: 2);
        Assert.All(Enumerable.Range(0, 20), n => Assert.True(run.TryPost(n)));
        List<BulkOutcome<int, int>> outcomes = [];

        await Patience.Until(
            () =>
            {
                run.Take(outcomes);
                return outcomes.Count == 18;
            },
            "the other items have ended");
        wait.SetResult();
        await run.DrainAsync(outcomes);

        Assert.Equal([0, 1], outcomes[18..].Select(static o => o.Item).Order());
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task An_item_that_is_cancelled_while_it_waits_for_a_place_loses_no_place()
    {
        using CancellationTokenSource cancel = new();
        TaskCompletionSource released = new();
        TaskCompletionSource hold = new();
        int running = 0;
        BulkRun<int, int> run = Run<int, int>(
            async (n, context) =>
            {
                if (n == 0)
                {
                    context.Slot!.Release();
                    await released.Task;
                    await context.Slot.ReacquireAsync(cancel.Token);
                }

                Interlocked.Increment(ref running);
                await hold.Task;
                return n;
            },
            throttle: 2);
        Assert.All(Enumerable.Range(0, 3), n => Assert.True(run.TryPost(n)));
        await Patience.Until(() => running == 2, "both places are taken");
        released.SetResult();
        await Patience.Settle();
        await cancel.CancelAsync();
        Assert.True(await run.OutcomeAvailableAsync().Soon());
        hold.SetResult();

        List<BulkOutcome<int, int>> outcomes = await run.DriveAsync(Enumerable.Range(3, 20));

        Assert.IsAssignableFrom<OperationCanceledException>(outcomes[0].Error);
        Assert.Equal(23, outcomes.Count);
    }

    [Fact]
    public async Task At_throttle_limit_1_an_item_starts_after_the_outcome_of_the_one_before_was_received()
    {
        int started = 0;
        BulkRun<int, int> run = Run<int, int>((n, _) => Task.FromResult(Interlocked.Increment(ref started)), throttle: 1);

        Assert.True(run.TryPost(0));
        Assert.True(await run.OutcomeAvailableAsync().Soon());
        Assert.False(run.TryPost(1));
        await Patience.Settle();
        Assert.Equal(1, started);

        Assert.True(run.TryReceive(out _));
        await Patience.Settle();
        Assert.Equal(1, started);
        Assert.True(run.TryPost(1));
        Assert.Single(await run.DrainAsync());
    }

    [Fact]
    public async Task Finished_items_that_are_not_received_stay_near_the_throttle_limit()
    {
        int done = 0;
        BulkRun<int, int> run = Run<int, int>((n, _) => Task.FromResult(Interlocked.Increment(ref done)), throttle: 4);
        int posted = 0;
        while (posted < 1000 && run.TryPost(posted))
        {
            posted++;
        }

        await Patience.Settle();

        Assert.InRange(done, 4, 8);
        Assert.InRange(posted, 4, 100);
        Assert.Equal(posted, (await run.DrainAsync()).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failure_is_an_outcome_and_the_other_items_continue(bool synchronous)
    {
        BulkRun<int, int> run = Run<int, int>(async (n, _) =>
        {
            await (synchronous ? Task.CompletedTask : Task.Delay(1));
            return n % 10 == 3 ? throw new ToriiException(ToriiErrorId.Forbidden, $"{n}") : n;
        });

        List<BulkOutcome<int, int>> outcomes = await run.DriveAsync(Enumerable.Range(0, 50));

        Assert.Equal([3, 13, 23, 33, 43], outcomes.Where(static o => o.State == BulkState.Failed).Select(static o => o.Item).Order());
        Assert.All(outcomes.Where(static o => o.State == BulkState.Succeeded), static o => Assert.Equal(o.Item, o.Result));
        Assert.Equal((45, 5, 0, BulkStop.None), (run.Succeeded, run.Failed, run.NotStarted, run.Stop));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HaltOnError_starts_nothing_after_the_first_failure_and_reports_what_is_under_way(bool keepOrder)
    {
        ConcurrentBag<int> started = [];
        TaskCompletionSource fail = new();
        TaskCompletionSource finish = new();
        BulkRun<int, int> run = Run<int, int>(
            async (n, _) =>
            {
                started.Add(n);
                await (n == 0 ? fail.Task : finish.Task);
                return n == 0 ? throw new InvalidOperationException("first") : n;
            },
            throttle: 3, halt: true, keepOrder);
        Assert.All(Enumerable.Range(0, 10), n => Assert.True(run.TryPost(n)));
        await Patience.Until(() => started.Count == 3, "three items run");

        fail.SetResult();
        Assert.True(await run.OutcomeAvailableAsync().Soon());
        finish.SetResult();
        List<BulkOutcome<int, int>> outcomes = await run.DrainAsync();

        Assert.Equal([0, 1, 2], started.Order());
        Assert.Equal((2, 1, 7), (run.Succeeded, run.Failed, run.NotStarted));
        Assert.Equal(BulkStop.Error, run.Stop);
        Assert.Equal("first", run.StoppedBy!.Message);
        Assert.Equal(Enumerable.Range(0, 10), keepOrder ? outcomes.Select(static o => o.Item) : outcomes.Select(static o => o.Item).Order());
    }

    [Fact]
    public async Task The_first_refused_credential_ends_the_run()
    {
        BulkRun<int, int> run = Run<int, int>(
            static (n, _) => n == 20 ? throw new ToriiApiException(ToriiErrorId.Unauthorized, "401", 401) : Task.FromResult(n), throttle: 2);

        List<BulkOutcome<int, int>> outcomes = await run.DriveAsync(Enumerable.Range(0, 1000));

        Assert.Equal(1000, outcomes.Count);
        Assert.InRange(run.Succeeded, 19, 200);
        Assert.Equal((1, BulkStop.Unauthorized), (run.Failed, run.Stop));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(5, 5)]
    public async Task As_many_unreachable_targets_in_a_row_as_the_limit_but_at_least_three_end_the_run(int limit, int failures)
    {
        BulkRun<int, int> run = Run<int, int>(
            static (n, _) => throw new ToriiException(n % 2 == 0 ? ToriiErrorId.ConnectionFailed : ToriiErrorId.Timeout, $"{n}"), limit);

        Assert.Equal(1000, (await run.DriveAsync(Enumerable.Range(0, 1000))).Count);

        Assert.Equal(BulkStop.Unreachable, run.Stop);
        Assert.InRange(run.Failed, failures, failures + limit);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ToriiErrorId.Forbidden)]
    public async Task Unreachable_targets_with_another_outcome_between_do_not_end_the_run(string? between)
    {
        BulkRun<int, int> run = Run<int, int>(
            (n, _) => n % 3 != 0 ? throw new ToriiException(ToriiErrorId.ConnectionFailed, $"{n}")
                : between is null ? Task.FromResult(n) : throw new ToriiException(between, $"{n}"),
            throttle: 1);

        await run.DriveAsync(Enumerable.Range(0, 100));

        Assert.Equal((0, BulkStop.None), (run.NotStarted, run.Stop));
    }

    [Fact]
    public async Task An_item_that_waits_for_its_first_request_when_the_run_stops_is_not_started()
    {
        TaskCompletionSource stopped = new();
        BulkRun<int, int> run = Run<int, int>(
            async (n, context) =>
            {
                if (n == 0)
                {
                    throw new ToriiException(ToriiErrorId.Forbidden, "no");
                }

                context.Slot!.Release();
                await stopped.Task;
                await context.Slot.ReacquireAsync(default);
                context.Slot.BeforeSend();
                return n;
            },
            throttle: 2, halt: true);
        Assert.True(run.TryPost(1));
        Assert.True(run.TryPost(0));
        await Patience.Until(() => run.Stop == BulkStop.Error, "the run is stopped");
        stopped.SetResult();

        await run.DrainAsync();

        Assert.Equal((0, 1, 1), (run.Succeeded, run.Failed, run.NotStarted));
    }

    [Fact]
    public async Task Cancelling_ends_the_run_at_once_and_starts_nothing()
    {
        using CancellationTokenSource stop = new();
        int started = 0;
        BulkRun<int, int> run = Run<int, int>(
            async (n, context) =>
            {
                Interlocked.Increment(ref started);
                await Task.Delay(Timeout.Infinite, context.Cancellation);
                return n;
            },
            throttle: 2, key: static _ => "one", cancellation: stop.Token);
        Assert.All(Enumerable.Range(0, 3), n => Assert.True(run.TryPost(n)));
        await Patience.Until(() => started == 1, "the first item runs");
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
    public async Task A_run_without_items_ends()
    {
        Assert.Empty(await Run<int, int>(static (_, _) => throw new InvalidOperationException()).DrainAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_limit_below_one_is_refused(int limit)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Run<int, int>(static (n, _) => Task.FromResult(n), limit));
    }
}
