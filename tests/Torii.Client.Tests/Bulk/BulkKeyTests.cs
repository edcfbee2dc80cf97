using System.Collections.Concurrent;
using Torii.Client.Bulk;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Bulk;

/// <summary>Two items for one target keep their order and never run at once.</summary>
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
        BulkRun<(int Number, string Key, int Steps), int> run = new(
            async (item, _) =>
            {
                if (running.AddOrUpdate(item.Key, 1, static (_, n) => n + 1) != 1)
                {
                    faults.Add($"{item.Number} met another one of {item.Key}");
                }

                if (last.TryGetValue(item.Key, out int before) && before > item.Number)
                {
                    faults.Add($"{item.Number} came after {before}");
                }

                last[item.Key] = item.Number;
                for (int i = 0; i < item.Steps; i++)
                {
                    await Task.Yield();
                }

                running.AddOrUpdate(item.Key, 0, static (_, n) => n - 1);
                return item.Steps == 3 ? throw new InvalidOperationException() : item.Number;
            },
            throttleLimit: 6, haltOnError: false, key: static item => item.Key, CancellationToken.None);

        List<BulkOutcome<(int Number, string Key, int Steps), int>> outcomes = await BulkRunTests.Drive(run, items).Soon();

        Assert.True(faults.IsEmpty, $"{dice.Hint}: {string.Join("; ", faults.Take(5))}");
        Assert.Equal(items, outcomes.Select(static o => o.Item));
        await Patience.Until(() => run.PendingKeys == 0, "no key is kept");
    }

    [Fact]
    public async Task Items_with_different_keys_do_run_at_once()
    {
        int there = 0;
        TaskCompletionSource both = new();
        BulkRun<string, bool> run = new(
            async (_, _) =>
            {
                if (Interlocked.Increment(ref there) == 2)
                {
                    both.SetResult();
                }

                await both.Task.Soon();
                return true;
            },
            throttleLimit: 2, haltOnError: false, key: static k => k, CancellationToken.None);

        List<BulkOutcome<string, bool>> outcomes = await BulkRunTests.Drive(run, ["a", "b"]).Soon();

        Assert.All(outcomes, static o => Assert.True(o.Result));
    }

    [Fact]
    public async Task A_failure_does_not_keep_the_next_item_of_its_key_from_running()
    {
        BulkRun<int, int> run = new(
            static (n, _) => n == 0 ? throw new InvalidOperationException() : Task.FromResult(n), throttleLimit: 4, haltOnError: false, key: static _ => "one", CancellationToken.None);

        List<BulkOutcome<int, int>> outcomes = await BulkRunTests.Drive(run, [0, 1, 2]).Soon();

        Assert.NotNull(outcomes[0].Error);
        Assert.Equal([1, 2], outcomes.Skip(1).Select(static o => o.Result));
    }

    [Fact]
    public async Task With_halt_the_next_item_of_the_key_that_failed_does_not_start()
    {
        int started = 0;
        BulkRun<int, int> run = new(
            async (_, _) =>
            {
                Interlocked.Increment(ref started);
                await Task.Yield();
                throw new InvalidOperationException();
            },
            throttleLimit: 4, haltOnError: true, key: static _ => "one", CancellationToken.None);

        List<BulkOutcome<int, int>> outcomes = await BulkRunTests.Drive(run, [0, 1, 2, 3]).Soon();

        Assert.Equal(1, started);
        Assert.Equal([true, false, false, false], outcomes.Select(static o => o.Started));
    }

    [Fact]
    public async Task The_table_of_keys_does_not_grow_with_the_number_of_items()
    {
        int most = 0;
        BulkRun<int, int>? run = null;
        run = new BulkRun<int, int>(
            (n, _) =>
            {
                most = Math.Max(most, run!.PendingKeys);
                return Task.FromResult(n);
            },
            throttleLimit: 4, haltOnError: false, key: static n => $"{n}", CancellationToken.None);

        await BulkRunTests.Drive(run, Enumerable.Range(0, 5000)).Soon();

        Assert.InRange(most, 1, 4 * 4 + 1);
        await Patience.Until(() => run.PendingKeys == 0, "no key is kept");
    }

    [Fact]
    public async Task An_item_that_did_not_fit_in_leaves_nothing_behind_once_it_did()
    {
        TaskCompletionSource go = new();
        BulkRun<string, string> run = new(async (k, _) =>
        {
            await go.Task;
            return k;
        }, throttleLimit: 1, haltOnError: false, key: static k => k, CancellationToken.None);
        int posted = 0;
        while (run.TryPost($"{posted}"))
        {
            posted++;
        }

        for (int i = 0; i < 3; i++)
        {
            Assert.False(run.TryPost($"{posted}"));
            Assert.False(run.TryPost("0"));
        }

        go.SetResult();
        List<BulkOutcome<string, string>> outcomes = await BulkRunTests.Drive(run, [$"{posted}", "0"]).Soon();

        Assert.Equal([.. Enumerable.Range(0, posted + 1).Select(static n => $"{n}"), "0"], outcomes.Select(static o => o.Result));
        await Patience.Until(() => run.PendingKeys == 0, "no key is kept");
    }
}
