using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

public class FaultRateTests
{
    [Fact]
    public async Task A_fault_rate_of_one_fifth_injects_all_kinds_of_the_mix()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "20", "--fault-rate", "0.2", "--fault-seed", "7");

        List<Answer?> answers = await SearchManyAsync(emulator, 1000);

        List<JsonElement> journal = await JournalAsync(emulator);
        Assert.Equal(1000, journal.Count);
        Assert.InRange(journal.Count(entry => entry.Text("fault") is not null), 150, 250);
        Assert.Equal(
            ["html", "reset", "resetAfter", "slow", "status", "truncate"],
            journal.Select(entry => entry.Text("fault")).OfType<string>().Distinct().Order(StringComparer.Ordinal));
        Assert.Equal([0, 200, 429, 500, 503], journal.Select(entry => entry.GetProperty("status").GetInt32()).Distinct().Order());

        // Reset before or after execution, or truncated: the client sees a broken connection.
        int broken = journal.Count(entry => entry.Text("fault") is "reset" or "resetAfter" or "truncate");
        Assert.Equal(broken, answers.Count(answer => answer is null));
        var waits = answers.OfType<Answer>().Where(answer => answer.Status == 429).Select(answer => answer.Headers.GetValueOrDefault("Retry-After")).ToList();
        Assert.Contains(null, waits);
        Assert.Contains("0", waits);
    }

    [Fact]
    public async Task The_same_fault_seed_injects_the_same_faults()
    {
        await using EmulatorProcess one = await EmulatorProcess.StartAsync("--users", "5", "--fault-rate", "0.3", "--fault-seed", "7");
        await using EmulatorProcess same = await EmulatorProcess.StartAsync("--users", "5", "--fault-rate", "0.3", "--fault-seed", "7");
        await using EmulatorProcess other = await EmulatorProcess.StartAsync("--users", "5", "--fault-rate", "0.3", "--fault-seed", "8");

        List<string>[] sequences = await Task.WhenAll(new[] { one, same, other }.Select(async emulator =>
        {
            for (int i = 0; i < 100; i++)
            {
                await TryAsync(() => emulator.SearchAsync(null));
            }

            return (await JournalAsync(emulator)).ConvertAll(entry => entry.Text("fault") + entry.GetProperty("status").GetInt32());
        }));

        Assert.Equal(sequences[0], sequences[1]);
        Assert.NotEqual(sequences[0], sequences[2]);
    }

    [Fact]
    public async Task The_journal_records_execution_regardless_of_the_response()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "0", "--fault-rate", "0.5", "--fault-seed", "7");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (int i = 0; i < 40; i++)
            {
                await TryAsync(() => emulator.SendAsync("POST", Operations.Users, new { }));
            }
        }));

        (await emulator.SendAsync("DELETE", "/_emulator/faults")).Ok(204);
        List<JsonElement> journal = await JournalAsync(emulator);
        (List<JsonElement>? users, int _) = await emulator.FindAllAsync(new { }, 1000);

        Assert.Equal(320, journal.Count);
        Assert.Equal(users.Count, journal.Count(entry => entry.GetProperty("executed").GetBoolean()));
        Assert.Contains(journal, entry => entry.GetProperty("executed").GetBoolean() && entry.GetProperty("status").GetInt32() == 500);
        Assert.All(
            journal.Where(entry => entry.GetProperty("status").GetInt32() is 429 or 503),
            entry => Assert.False(entry.GetProperty("executed").GetBoolean()));
    }

    [Fact]
    public async Task The_fault_rate_can_be_changed_at_run_time()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "5");
        Assert.All(await SearchManyAsync(emulator, 50), answer => Assert.Equal(200, answer?.Status));

        (await emulator.SendAsync("PUT", "/_emulator/fault-rate", new { rate = 1.0, seed = 3 })).Ok(204);
        await SearchManyAsync(emulator, 50);
        (await emulator.SendAsync("DELETE", "/_emulator/faults")).Ok(204);
        Assert.All(await SearchManyAsync(emulator, 50), answer => Assert.Equal(200, answer?.Status));

        Assert.Equal(50, (await JournalAsync(emulator)).Count(entry => entry.Text("fault") is not null));
        (await emulator.SendAsync("PUT", "/_emulator/fault-rate", new { rate = 1.1 })).Problem(400, "invalid_request", "rate");
    }

    private static async Task<List<Answer?>> SearchManyAsync(EmulatorProcess emulator, int count)
    {
        List<Answer?>[] answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            var some = new List<Answer?>();
            for (int i = 0; i < count / 10; i++)
            {
                some.Add(await TryAsync(() => emulator.SearchAsync(null, "?limit=5")));
            }

            return some;
        }));
        return [.. answers.SelectMany(some => some)];
    }

    private static async Task<Answer?> TryAsync(Func<Task<Answer>> send)
    {
        try
        {
            return await send();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<List<JsonElement>> JournalAsync(EmulatorProcess emulator) =>
        [.. (await emulator.SendAsync("GET", "/_emulator/journal")).Ok().GetProperty("entries").EnumerateArray()];
}
