using System.Collections.Concurrent;
using Torii.Client.Bulk;
using Torii.Client.Tests.Support;
using static Torii.Client.Tests.Bulk.BulkTest;

namespace Torii.Client.Tests.Bulk;

/// <summary>Two items with the same key keep their order and never run at once.</summary>
public sealed class BulkKeyTests
{
    [Fact]
    public async Task Items_with_random_keys_never_meet_and_keep_their_order()
    {
        Dice dice = new();
        (int Number, string Key, int Steps)[] items = [.. Enumerable.Range(0, 4000).Select(n => (n, dice.Pick("a", "A", "b", "c", $"{n}"), dice.Up(4)))];
        ConcurrentDictionary<string, int> running = new(StringComparer.OrdinalIgnoreCase);
        ConcurrentDictionary<string, int> last = new(StringComparer.OrdinalIgnoreCase);
        ConcurrentBag<string> faults = [];
        BulkRun<(int Number, string Key, int Steps), int> run = Run<(int Number, string Key, int Steps), int>(
            async (item, context) =>
            {
                if (running.AddOrUpdate(item.Key, 1, static (_, n) => n + 1) != 1)
                {
                    faults.Add($"{item.Number} met another item of {item.Key}");
                }

                if (last.TryGetValue(item.Key, out int before) && before > item.Number)
                {
                    faults.Add($"{item.Number} came after {before}");
                }

                last[item.Key] = item.Number;
                for (int i = 0; i < item.Steps; i++)
                {
                    context.Slot!.Release();
                    await Task.Yield();
                    await context.Slot.ReacquireAsync(default);
                }

                running.AddOrUpdate(item.Key, 0, static (_, n) => n - 1);
                return item.Steps == 3 ? throw new InvalidOperationException() : item.Number;
            },
            throttle: 6, key: static item => item.Key);

        List<BulkOutcome<(int Number, string Key, int Steps), int>> outcomes = await run.DriveAsync(items);

        Assert.True(faults.IsEmpty, $"{dice.Hint}: {string.Join("; ", faults.Take(5))}");
        Assert.Equal(items.Select(static i => i.Number), outcomes.Select(static o => o.Item.Number).Order());
        Assert.Equal(0, run.PendingKeys);
    }

    [Fact]
    public async Task Items_that_wait_for_their_key_take_no_place()
    {
        TaskCompletionSource others = new();
        int done = 0;
        BulkRun<string, bool> run = Run<string, bool>(
            async (key, _) =>
            {
                if (key == "one")
                {
                    await others.Task;
                }
                else if (Interlocked.Increment(ref done) == 10)
                {
                    others.SetResult();
                }

                return true;
            },
            throttle: 4, key: static k => k);

        // With the places taken by items of the same key, the others would never run.
        List<BulkOutcome<string, bool>> outcomes = await run.DriveAsync([.. Enumerable.Repeat("one", 20), .. Enumerable.Range(0, 10).Select(static n => $"{n}")]).Soon();

        Assert.Equal(30, outcomes.Count);
    }

    [Fact]
    public async Task The_next_item_of_a_key_goes_before_items_that_were_posted_later()
    {
        List<string> started = [];
        BulkRun<string, bool> run = Run<string, bool>(
            async (item, _) =>
            {
                lock (started)
                {
                    started.Add(item);
                }

                await Task.Delay(5);
                return true;
            },
            throttle: 2, key: static item => item.Split('-')[0]);

        await run.DriveAsync(["one-1", "one-2", "one-3", .. Enumerable.Range(0, 20).Select(static n => $"{n}")]);

        Assert.InRange(started.IndexOf("one-3"), 2, 10);
    }

    [Fact]
    public async Task A_failure_does_not_stop_the_next_item_of_its_key()
    {
        BulkRun<int, int> run = Run<int, int>(
            static (n, _) => n == 0 ? throw new InvalidOperationException() : Task.FromResult(n), throttle: 4, key: static _ => "one");

        List<BulkOutcome<int, int>> outcomes = await run.DriveAsync([0, 1, 2]);

        Assert.Equal([BulkState.Failed, BulkState.Succeeded, BulkState.Succeeded], outcomes.Select(static o => o.State));
    }

    [Fact]
    public async Task With_HaltOnError_the_next_item_of_the_key_that_failed_does_not_start()
    {
        int started = 0;
        BulkRun<int, int> run = Run<int, int>(
            async (_, _) =>
            {
                Interlocked.Increment(ref started);
                await Task.Yield();
                throw new InvalidOperationException();
            },
            throttle: 4, halt: true, key: static _ => "one");

        await run.DriveAsync([0, 1, 2, 3]);

        Assert.Equal(1, started);
        Assert.Equal((1, 3), (run.Failed, run.NotStarted));
    }

    [Fact]
    public async Task The_table_of_keys_does_not_grow_with_the_number_of_items()
    {
        int most = 0;
        BulkRun<int, int>? run = null;
        run = Run<int, int>(
            (n, _) =>
            {
                most = Math.Max(most, run!.PendingKeys);
                return Task.FromResult(n);
            },
            throttle: 4, key: static n => $"{n}");

        await run.DriveAsync(Enumerable.Range(0, 5000));

        Assert.InRange(most, 1, 4 * 16);
        Assert.Equal(0, run.PendingKeys);
    }
}
