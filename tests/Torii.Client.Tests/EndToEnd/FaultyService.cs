using System.Text.Json;
using Torii.Client.Bulk;
using Torii.Client.Tests.Support;

using Torii.Emulator.Tests.Running;

namespace Torii.Client.Tests.EndToEnd;

/// <summary>A request in the emulator's journal.</summary>
/// <param name="Executed">Whether the operation was carried out, whatever was answered then.</param>
/// <param name="Fault">What went wrong on purpose, if anything did.</param>
internal sealed record Entry(string Operation, string? UserId, int? Status, bool Executed, string? Fault, long ArrivedMs, long? DoneMs, string? Body)
{
    /// <summary>Whether the client received the response of the operation.</summary>
    public bool IsTrue => Fault is null or "slow";
}

/// <summary>An emulator with faults in a fifth of the requests, a client of it, and the journal of what was executed.</summary>
internal sealed class FaultyService : IAsyncDisposable
{
    private const int Workers = 32;
    private const int Speed = 40;
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly EmulatorProcess _emulator;
    private readonly ToriiService _withoutFaults;
    private long _read;

    private FaultyService(EmulatorProcess emulator)
    {
        _emulator = emulator;
        // By the fast clock, so that half an hour is less than a minute.
        ToriiServiceOptions options = new()
        {
            SecretKey = SecretKey.Parse(emulator.SecretKey),
            ApiUrl = new Uri(emulator.ApiUrl),
            Timeout = TimeSpan.FromMinutes(30),
            MaxTotalWait = TimeSpan.FromMinutes(10),
        };
        Client = new ToriiService(options, time: new FastTime(Speed));
        _withoutFaults = new ToriiService(options);
    }

    public ToriiService Client { get; }

    public static async Task<FaultyService> StartAsync() =>
        new(await EmulatorProcess.StartAsync("--users", "0", "--fault-rate", "0.2", "--fault-seed", "7"));

    /// <summary>Works on many targets at once.</summary>
    /// <returns>The outcomes, and the requests that were sent.</returns>
    public async Task<(List<BulkOutcome<TItem, TResult>> Outcomes, List<Entry> Requests)> RunAsync<TItem, TResult>(
        IEnumerable<TItem> targets, Func<TItem, RequestContext, Task<TResult>> work, Func<TItem, string> key)
    {
        BulkRun<TItem, TResult> run = new(work, new BulkOptions { ThrottleLimit = Workers, KeepOrder = true }, key, default);
        List<BulkOutcome<TItem, TResult>> outcomes = [];
        foreach (TItem target in targets)
        {
            while (!run.TryPost(target))
            {
                await run.OutcomeAvailableAsync();
                Take();
            }
        }

        run.Complete();
        while (await run.OutcomeAvailableAsync())
        {
            Take();
        }

        return (outcomes, await JournalAsync());

        void Take()
        {
            while (run.TryReceive(out BulkOutcome<TItem, TResult> outcome))
            {
                outcomes.Add(outcome);
            }
        }
    }

    /// <summary>All users, deleted ones included, read without faults.</summary>
    public async Task<List<ToriiUser>> TruthAsync()
    {
        (await _emulator.SendAsync("DELETE", "/_emulator/faults")).Ok(204);
        List<ToriiUser> users = await _withoutFaults.SearchAsync(new UserQuery
        {
            PageSize = 1000,
            Statuses = ["active", "banned", "deleted"],
        });
        await JournalAsync();
        (await _emulator.SendAsync("PUT", "/_emulator/fault-rate", new { rate = 0.2, seed = 7 })).Ok(204);
        return users;
    }

    public async Task SignInAsync(IEnumerable<string> userIds) => await Parallel.ForEachAsync(
        userIds,
        new ParallelOptions { MaxDegreeOfParallelism = 16 },
        async (id, _) => (await _emulator.SendAsync("POST", "/_emulator/sessions", new { userId = id })).Ok());

    public async Task<long> CountAliveSessionsAsync() => (await _emulator.SendAsync("GET", "/_emulator/stats")).Ok().GetProperty("aliveSessions").GetInt64();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _withoutFaults.Dispose();
        await _emulator.DisposeAsync();
    }

    /// <summary>The requests since the last call.</summary>
    private async Task<List<Entry>> JournalAsync()
    {
        JsonElement journal = (await _emulator.SendAsync("GET", $"/_emulator/journal?after={_read}")).Ok();
        Assert.Equal(0, journal.GetProperty("lost").GetInt64());
        _read = journal.GetProperty("last").GetInt64();
        return journal.GetProperty("entries").Deserialize<List<Entry>>(Web)!;
    }
}
