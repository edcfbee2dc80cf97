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
    public async Task The_same_seed_and_number_give_the_same_organizations_members_and_invitations()
    {
        await using EmulatorProcess one = await EmulatorProcess.StartAsync("--users", "300", "--contract", "0.0.12");
        await using EmulatorProcess other = await EmulatorProcess.StartAsync("--users", "300", "--contract", "0.0.12");
        static async Task<List<string>> ReadAsync(EmulatorProcess emulator, string path) =>
            (await emulator.ListAllAsync(path)).Items.ConvertAll(item => item.GetRawText());
        static async Task<IEnumerable<(string, string?, string?, string?)>> InvitationsAsync(EmulatorProcess emulator) =>
            (await emulator.ListAllAsync(Operations.Invitations)).Items.Select(invitation =>
                (invitation.Id(), invitation.Text("email"), invitation.Text("status"), invitation.Text("status") == "PENDING" ? null : invitation.Text("expiresAt")));

        Assert.Equal(await ReadAsync(one, Operations.Organizations), await ReadAsync(other, Operations.Organizations));
        Assert.Equal(await InvitationsAsync(one), await InvitationsAsync(other));
        (List<JsonElement> organizations, int _) = await one.ListAllAsync(Operations.Organizations);
        Assert.Equal((11, 20), (organizations.Count, (await InvitationsAsync(one)).Count()));
        foreach (JsonElement organization in organizations)
        {
            string members = $"{Operations.Organizations}/{organization.Id()}/members";
            Assert.Equal(await ReadAsync(one, members), await ReadAsync(other, members));
        }
    }

    [Fact]
    public async Task The_first_user_administers_every_organization()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "100", "--contract", "0.0.12");
        string ada = (await emulator.SearchAsync(null, "?limit=1")).Ok().Ids().Single();

        (List<JsonElement> own, int _) = await emulator.ListAllAsync(Operations.User(ada) + "/organizations");

        Assert.Equal((await emulator.ListAllAsync(Operations.Organizations)).Items.Select(Operations.Id), own.Select(membership => membership.Text("organizationId")!));
        Assert.All(own, membership => Assert.Equal("org:administrator", membership.Text("role")));
    }

    [Fact]
    public async Task An_environment_without_users_has_organizations_without_members_and_invitations()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "0", "--contract", "0.0.12");

        (List<JsonElement> organizations, int _) = await emulator.ListAllAsync(Operations.Organizations);
        Assert.Equal(5, organizations.Count);
        foreach (JsonElement organization in organizations)
        {
            Assert.Empty((await emulator.ListAllAsync($"{Operations.Organizations}/{organization.Id()}/members")).Items);
        }

        Assert.Equal(8, (await emulator.ListAllAsync(Operations.Invitations)).Items.Count);
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
