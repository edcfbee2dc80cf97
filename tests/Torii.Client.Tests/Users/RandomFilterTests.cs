using System.Globalization;
using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

/// <summary>Random filters and random pages: whatever a server answers, nobody outside the filter gets through.</summary>
public sealed class RandomFilterTests
{
    private const int Rounds = 3000;
    private const string Letters = "abAB.@";
    private static readonly DateTimeOffset Start = new(2026, 5, 16, 9, 30, 0, TimeSpan.Zero);

    private readonly Dice _dice = new();

    [Fact]
    public async Task Nobody_outside_a_random_filter_gets_through()
    {
        int through = 0;
        int refused = 0;
        for (int i = 0; i < Rounds; i++)
        {
            UserQuery filter = RandomFilter();
            JsonObject[] people = [.. Enumerable.Range(0, 1 + _dice.Up(4)).Select(RandomUser)];
            using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Json(People.Page(null, people))));
            List<ToriiUser> found = [];
            try
            {
                found = await client.SearchAsync(filter);
                through += found.Count;
            }
            catch (ToriiException e)
            {
                Assert.True(e.ErrorId == "Torii.FilterIgnored", $"{_dice.Hint}, round {i}: {e}");
                refused++;
            }

            foreach (ToriiUser user in found)
            {
                Assert.True(IsWithin(filter, user), $"{_dice.Hint}, round {i}: {user.Name} {user.Email} {user.Status} {user.CreatedAt:o} is not within {filter}");
            }
        }

        // A test in which all or nothing came through would prove nothing.
        Assert.InRange(through, Rounds / 20, Rounds * 3);
        Assert.InRange(refused, Rounds / 20, Rounds - (Rounds / 20));
    }

    [Fact]
    public async Task A_correct_answer_to_a_random_filter_comes_through_whole()
    {
        int through = 0;
        for (int i = 0; i < Rounds; i++)
        {
            UserQuery filter = RandomFilter();
            JsonObject[] people = [.. Enumerable.Range(0, 10).Select(RandomUser).Where(u => IsWithin(filter, Read(u)))];
            string[] expected = [.. people.Select(static u => (string)u["id"]!)];
            using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Json(People.Page(null, people))));

            Exception? error = await Record.ExceptionAsync(async () =>
            {
                List<ToriiUser> found = await client.SearchAsync(filter);
                Assert.Equal(expected, found.Select(static u => u.UserId));
                through += found.Count;
            });

            Assert.True(error is null, $"{_dice.Hint}, round {i}, {filter}: {error}");
        }

        Assert.InRange(through, Rounds / 2, Rounds * 10);
    }

    private UserQuery RandomFilter()
    {
        bool withoutName = _dice.Up(8) == 0;
        bool withoutEmail = _dice.Up(8) == 0;
        return new UserQuery
        {
            WithoutName = withoutName,
            NameContains = !withoutName && _dice.Up(3) == 0 ? _dice.Text(Letters, 1, 2) : null,
            WithoutEmail = withoutEmail,
            EmailContains = !withoutEmail && _dice.Up(3) == 0 ? _dice.Text(Letters, 1, 2) : null,
            Statuses = _dice.Pick<string[]>([], [], ["active"], ["banned"], ["active", "deleted"], ["BANNED"]),
            CreatedAfter = _dice.Up(4) == 0 ? RandomMoment() : null,
            CreatedBefore = _dice.Up(4) == 0 ? RandomMoment() : null,
            Keep = _dice.Up(6) == 0 ? static u => u.UserId[^1] is '0' or '2' or '4' or '6' or '8' : null,
        };
    }

    private JsonObject RandomUser(int n) => People.User(
        n,
        _dice.Pick(null, "", _dice.Text(Letters, 1, 5)),
        _dice.Pick(null, "", _dice.Text(Letters, 1, 5)),
        _dice.Pick("active", "banned", "deleted", "Active"),
        RandomMoment().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));

    /// <summary>Few different ones, so that they often fall together, some within a millisecond.</summary>
    private DateTimeOffset RandomMoment() => Start.AddMilliseconds(_dice.Up(4)).AddTicks(_dice.Pick(0, 1, 5000, 9999));

    private static ToriiUser Read(JsonObject user) => new()
    {
        UserId = (string)user["id"]!,
        Name = (string?)user["name"],
        Email = (string?)user["email"],
        Status = (string)user["status"]!,
        CreatedAt = DateTimeOffset.Parse((string)user["createdAt"]!, CultureInfo.InvariantCulture),
    };

    /// <summary>What the filter says, without leniency: the letters here have one spelling but for their case.</summary>
    private static bool IsWithin(UserQuery filter, ToriiUser user) =>
        (filter.NameContains is null || (user.Name ?? "").Contains(filter.NameContains, StringComparison.OrdinalIgnoreCase))
        && (!filter.WithoutName || string.IsNullOrEmpty(user.Name))
        && (filter.EmailContains is null || (user.Email ?? "").Contains(filter.EmailContains, StringComparison.OrdinalIgnoreCase))
        && (!filter.WithoutEmail || string.IsNullOrEmpty(user.Email))
        && (filter.Statuses.Count == 0 || filter.Statuses.Contains(user.Status, StringComparer.OrdinalIgnoreCase))
        && (filter.CreatedAfter is not { } after || user.CreatedAt >= after)
        && (filter.CreatedBefore is not { } before || user.CreatedAt <= before)
        && (filter.Keep is null || filter.Keep(user));
}
