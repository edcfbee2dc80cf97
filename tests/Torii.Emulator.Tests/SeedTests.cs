using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

public class SeedTests(SeedTests.Thousand fixture) : IClassFixture<SeedTests.Thousand>
{
    private EmulatorProcess Emulator => fixture.Emulator;

    [Fact]
    public async Task The_same_seed_and_number_give_the_same_users()
    {
        await using EmulatorProcess again = await EmulatorProcess.StartAsync("--users", "1000");

        (List<JsonElement>? here, int _) = await Emulator.FindAllAsync(new { }, 1000);
        (List<JsonElement>? there, int _) = await again.FindAllAsync(new { }, 1000);

        Assert.Equal(1000, here.Count);
        Assert.Equal(here.Select(user => user.GetRawText()), there.Select(user => user.GetRawText()));
        Assert.Equal(Emulator.EnvironmentId, again.EnvironmentId);
    }

    [Fact]
    public async Task Another_seed_gives_other_users()
    {
        await using EmulatorProcess other = await EmulatorProcess.StartAsync("--users", "1000", "--seed", "43");

        (List<JsonElement>? here, int _) = await Emulator.FindAllAsync(new { }, 1000);
        (List<JsonElement>? there, int _) = await other.FindAllAsync(new { }, 1000);

        Assert.Empty(here.Select(Operations.Id).Intersect(there.Select(Operations.Id)));
    }

    [Fact]
    public async Task One_tenth_is_banned_and_half_of_those_have_active_sessions()
    {
        JsonElement stats = (await Emulator.SendAsync("GET", "/_emulator/stats")).Ok();
        (List<JsonElement>? banned, int _) = await Emulator.FindAllAsync(new { statuses = new[] { "banned" } }, 100);
        int alive = 0;
        foreach (JsonElement user in banned)
        {
            alive += (await Emulator.SessionsAsync(user.Id())).Ok().GetArrayLength();
        }

        Assert.Equal(100, banned.Count);
        Assert.Equal(100, stats.GetProperty("users").GetProperty("banned").GetInt32());
        Assert.Equal(900, stats.GetProperty("users").GetProperty("active").GetInt32());
        Assert.Equal(50, stats.GetProperty("bannedUsersWithAliveSessions").GetInt32());
        Assert.Equal(alive, stats.GetProperty("aliveSessionsOfBannedUsers").GetInt32());
        Assert.InRange(alive, 50, 150);
    }

    [Fact]
    public async Task Seeded_users_cover_difficult_values()
    {
        (List<JsonElement>? users, int _) = await Emulator.FindAllAsync(new { }, 1000);

        int Count(Func<JsonElement, bool> condition) => users.Count(condition);
        Assert.InRange(Count(user => user.Text("name") is null), 10, 100);
        Assert.InRange(Count(user => user.Text("email") is null), 20, 150);
        Assert.InRange(Count(user => user.Text("name")?.Any(letter => letter > 127) == true), 200, 900);
        Assert.InRange(Count(user => user.Text("email")?.Any(char.IsUpper) == true), 5, 100);
        Assert.InRange(Count(user => user.Text("phone") is not null), 400, 800);
        Assert.InRange(Count(user => user.Text("address")?.Contains('\n') == true), 5, 100);
        Assert.InRange(Count(user => user.Text("dateOfBirth") is not null), 300, 700);
        Assert.Equal([null, "da", "en"], users.Select(user => user.Text("locale")).Distinct().Order());
        var emails = users.Select(user => user.Text("email")).OfType<string>().ToList();
        Assert.Equal(emails.Count, emails.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Contains("ada@example.com", emails);
        Assert.Contains("lada@example.com", emails);
    }

    [Fact]
    public async Task Ids_are_version_7_UUIDs_in_creation_order()
    {
        (List<JsonElement>? users, int _) = await Emulator.FindAllAsync(new { }, 1000);

        DateTimeOffset before = default;
        string previous = "";
        foreach (JsonElement user in users)
        {
            DateTimeOffset created = user.GetProperty("createdAt").GetDateTimeOffset();
            Assert.EndsWith("Z", user.Text("createdAt"));
            Assert.True(created > before);
            Assert.True(string.CompareOrdinal(user.Id(), previous) > 0);
            Assert.Equal('7', user.Id()[14]);
            Assert.Contains(user.Id()[19], "89ab");
            Assert.Equal(created.ToUnixTimeMilliseconds(), Convert.ToInt64(user.Id()[..8] + user.Id()[9..13], 16));
            Assert.True(user.GetProperty("updatedAt").GetDateTimeOffset() >= created);
            (before, previous) = (created, user.Id());
        }
    }

    [Fact]
    public async Task Seeding_20000_users_is_fast()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "20000");

        // Processor time, which a busy machine does not stretch: about 0.4 s for the whole start.
        Assert.InRange(emulator.Process.TotalProcessorTime.TotalSeconds, 0, 3);
        Assert.Equal(20_000, (await emulator.FindAllAsync(new { }, 1000)).Users.Count);
    }

    public sealed class Thousand : EmulatorFixture
    {
        protected override string[] Arguments => ["--users", "1000"];
    }
}
