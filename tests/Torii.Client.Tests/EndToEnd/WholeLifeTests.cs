using System.Diagnostics;
using System.Text.Json.Nodes;
using Torii.Client.Bulk;
using Torii.Client.Tests.Support;

using Xunit.Abstractions;

namespace Torii.Client.Tests.EndToEnd;

/// <summary>
/// Ten thousand users go through their whole life while a fifth of all requests goes wrong. The emulator, which shares
/// no code with the client, says what was really done.
/// </summary>
[Collection(nameof(Alone))]
public sealed class WholeLifeTests(ITestOutputHelper output)
{
    private const int People = 10_000;
    private const int MostAttempts = 6;
    private const int MostRounds = 12;

    /// <summary>The errors that injected faults may cause.</summary>
    private static readonly string[] PossibleErrors =
        ["Torii.ServiceUnavailable", "Torii.TooManyRequests", "Torii.ConnectionFailed", "Torii.InvalidResponse", "Torii.OutcomeUnknown"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private sealed record Person(string Name, string? Email);

    [Fact]
    public async Task Ten_thousand_users_are_created_changed_banned_revoked_and_deleted_with_nothing_lost_and_nothing_done_twice()
    {
        await LiveAsync().WaitAsync(Patience);
    }

    private async Task LiveAsync()
    {
        await using FaultyService service = await FaultyService.StartAsync();
        Dictionary<string, string> ids = await CreateAsync(service);
        string[] everybody = [.. ids.Values];

        Dictionary<string, string> phones = everybody.Select(static (id, n) => (id, n)).ToDictionary(static p => p.id, static p => $"+45 {p.n:00000000}");
        await EachAsync(
            service, "changed", everybody, (id, context) => service.Client.Users.UpdateAsync(id, Body.Of(("phone", phones[id]), ("locale", null)), context),
            user => user.Phone == phones[user.UserId] && user.Locale is null);

        await EachAsync(
            service, "banned", everybody, (id, context) => service.Client.Users.BanAsync(id, context), static user => user.Status == "banned");

        // A ban ends sessions; who signs in again is what revoking is for.
        await service.SignInAsync(everybody);
        Assert.Equal(People, await service.CountAliveSessionsAsync());
        List<Entry> revocations = await EachAsync(
            service, "revoked", everybody, async (id, context) => { await service.Client.Sessions.RevokeAllAsync(id, context); return true; }, null);
        Assert.Equal(0, await service.CountAliveSessionsAsync());
        Assert.Equal(People, revocations.Where(static e => e.Executed).Select(static e => e.UserId).Distinct().Count());

        await EachAsync(
            service, "deleted", everybody, async (id, context) => { await service.Client.Users.DeleteAsync(id, context); return true; },
            static user => user.Status == "deleted");

        List<ToriiUser> atTheEnd = await service.TruthAsync();
        Assert.Equal(People, atTheEnd.Count);
        Assert.All(atTheEnd, u => Assert.True(u.Status == "deleted" && u.Phone == phones[u.UserId]));
    }

    /// <summary>Creates the users, a fifth of them without an email address, and repeats what failed.</summary>
    private async Task<Dictionary<string, string>> CreateAsync(FaultyService service)
    {
        long started = Stopwatch.GetTimestamp();
        Person[] pending = [.. Enumerable.Range(0, People).Select(static n => new Person($"Person {n:00000}", n % 5 == 0 ? null : $"person{n}@example.com"))];
        Dictionary<string, string> ids = [];
        int requests = 0;
        int failures = 0;
        for (int round = 1; pending.Length > 0; round++)
        {
            Assert.True(round <= MostRounds, $"{pending.Length} users could not be created in {MostRounds} rounds.");
            (List<BulkOutcome<Person, ToriiUser>> outcomes, List<Entry> sent) = await service.RunAsync(
                pending,
                (person, context) => service.Client.Users.CreateAsync(
                    person.Email is null ? Body.Of(("name", person.Name)) : Body.Of(("name", person.Name), ("email", person.Email), ("password", "correct horse")), context),
                static person => person.Name);
            Assert.Equal(pending, outcomes.Select(static o => o.Item));
            ToriiUser[] truth = [.. await service.TruthAsync()];
            Dictionary<string, ToriiUser> byName = truth.ToDictionary(static u => u.Name!); // Throws for one who was created twice.
            ILookup<string, Entry> byBody = sent.Where(static e => e.Operation == "createUser").ToLookup(static e => (string)JsonNode.Parse(e.Body!)!["name"]!);
            foreach (BulkOutcome<Person, ToriiUser> outcome in outcomes)
            {
                Person person = outcome.Item;
                bool isThere = byName.TryGetValue(person.Name, out ToriiUser? there);
                string what = $"round {round}, {person}: {outcome.Error?.ToString() ?? "created"}, and {(isThere ? "is" : "is not")} there";
                if (outcome.Error is null)
                {
                    Assert.True(isThere && there!.UserId == outcome.Result!.UserId && there.Email == person.Email, what);
                    ids.Add(person.Name, there!.UserId);
                }
                else
                {
                    string id = Assert.IsAssignableFrom<ToriiException>(outcome.Error).ErrorId;
                    Assert.True(PossibleErrors.Contains(id), what);
                    // Only an error that says so may leave a user behind.
                    Assert.True(!isThere || id == "Torii.OutcomeUnknown", what);
                    failures++;
                }

                Entry[] attempts = [.. byBody[person.Name]];
                Assert.InRange(attempts.Count(static a => a.Status != 429), attempts.Length > 1 ? 0 : 1, MostAttempts);
                // Without an address, nothing that may have been carried out is sent again.
                Assert.True(person.Email is not null || attempts[..^1].All(static a => a is { Executed: false, Status: 429 }), what);
            }

            requests += sent.Count;
            foreach (Person person in pending.Where(p => byName.ContainsKey(p.Name)))
            {
                ids[person.Name] = byName[person.Name].UserId;
            }

            pending = [.. pending.Where(p => !ids.ContainsKey(p.Name))];
            Assert.Equal(truth.Length, ids.Count);
        }

        // PossibleErrors in which nothing failed, or all did, would prove nothing.
        Assert.InRange(failures, People / 100, People / 5);
        Assert.Equal(People, ids.Values.Distinct().Count());
        Report("created", requests, failures, started);
        return ids;
    }

    /// <summary>Changes all users, and repeats what failed and was not done.</summary>
    /// <param name="service">The service.</param>
    /// <param name="what">What is done, for messages.</param>
    /// <param name="everybody">To whom.</param>
    /// <param name="work">Does it.</param>
    /// <param name="isDone">Tells by the user whether it is done; null where the user does not show it.</param>
    private async Task<List<Entry>> EachAsync<T>(
        FaultyService service, string what, string[] everybody, Func<string, RequestContext, Task<T>> work, Func<ToriiUser, bool>? isDone)
    {
        long started = Stopwatch.GetTimestamp();
        List<Entry> all = [];
        string[] pending = everybody;
        int failures = 0;
        for (int round = 1; pending.Length > 0; round++)
        {
            Assert.True(round <= MostRounds, $"{pending.Length} users could not be {what} in {MostRounds} rounds.");
            (List<BulkOutcome<string, T>> outcomes, List<Entry> sent) = await service.RunAsync(pending, work, static id => id);
            Assert.Equal(pending, outcomes.Select(static o => o.Item));
            HashSet<string>? done = isDone is null ? null : [.. (await service.TruthAsync()).Where(isDone).Select(static u => u.UserId)];
            ILookup<string, Entry> byUser = sent.ToLookup(static e => e.UserId!);
            foreach (BulkOutcome<string, T> outcome in outcomes)
            {
                Entry[] attempts = [.. byUser[outcome.Item]];
                string story = $"{what}, round {round}, {outcome.Item}: {string.Join("; ", attempts.Select(static a => $"{a.Status} {a.Fault} {a.Executed}"))}: {outcome.Error}";
                Assert.True(attempts.Length >= 1 && attempts.Count(a => a.Status != 429 && a.Operation == attempts[0].Operation) <= MostAttempts, story);
                Assert.True(attempts.Zip(attempts.Skip(1)).All(static pair => pair.First.DoneMs <= pair.Second.ArrivedMs), story);
                Assert.True(attempts.Select(static a => a.Body).Distinct().Count() == 1, story);
                // A failure was reported if and only if the last answer was no good one: none lost, none made up.
                Assert.True(outcome.Error is null == attempts[^1].IsTrue, story);
                if (outcome.Error is null)
                {
                    Assert.True(attempts.Any(static a => a.Executed) && done?.Contains(outcome.Item) != false, story);
                }
                else
                {
                    Assert.True(outcome.Error is ToriiException e && PossibleErrors.Contains(e.ErrorId), story);
                    Assert.True(attempts.Any(static a => a.Executed) || done?.Contains(outcome.Item) != true, story);
                    failures++;
                }
            }

            all.AddRange(sent);
            HashSet<string> failed = [.. outcomes.Where(static o => o.Error is not null).Select(static o => o.Item)];
            pending = [.. pending.Where(id => done is null ? failed.Contains(id) : !done.Contains(id))];
        }

        // Six attempts that all fail are rare at a fault rate of 20 %.
        Assert.InRange(failures, 0, People / 500);
        Assert.InRange(all.Count, People * 11 / 10, People * 2);
        Report(what, all.Count, failures, started);
        return all;
    }

    private void Report(string what, int requests, int failures, long started) =>
        output.WriteLine($"{People} {what}: {requests} requests, {failures} failures reported, {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
}
