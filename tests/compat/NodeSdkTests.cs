using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Compat.Tests;

/// <summary>The official Node SDK against the contract that the project was founded on.</summary>
public sealed class NodeSdkTests : IAsyncLifetime
{
    private EmulatorProcess emulator = null!;
    private NodeSdk sdk = null!;

    public async Task InitializeAsync()
    {
        emulator = await EmulatorProcess.StartAsync("--users", "130");
        sdk = new NodeSdk(emulator);
    }

    public async Task DisposeAsync() => await emulator.DisposeAsync();

    [NodeFact]
    public async Task It_walks_all_users_in_as_many_pages_as_they_fill()
    {
        JsonElement walk = await sdk.RunAsync("walk", new { limit = 26 });

        var ids = walk.GetProperty("users").EnumerateArray().Select(Operations.Id).ToList();
        Assert.Equal(5, walk.GetProperty("pages").GetInt32());
        Assert.Equal(130, ids.Distinct().Count());
        Assert.Equal(5, (await emulator.SendAsync("GET", "/_emulator/requests")).Ok().GetProperty("byOperation").GetProperty("searchUsers").GetInt32());
    }

    [NodeFact]
    public async Task It_finds_the_banned()
    {
        JsonElement walk = await sdk.RunAsync("walk", new { limit = 5, filter = new { statuses = new[] { "banned" } } });

        Assert.Equal(3, walk.GetProperty("pages").GetInt32());
        Assert.Equal(13, walk.GetProperty("users").GetArrayLength());
        Assert.All(walk.GetProperty("users").EnumerateArray(), user => Assert.Equal("banned", user.Text("status")));
    }

    [NodeFact]
    public async Task It_finds_those_without_a_name_and_those_without_an_address()
    {
        JsonElement nameless = await sdk.RunAsync("walk", new { filter = new { name = (string?)null } });
        JsonElement unreachable = await sdk.RunAsync("walk", new { filter = new { email = (string?)null } });

        Assert.NotEqual(0, nameless.GetProperty("users").GetArrayLength());
        Assert.All(nameless.GetProperty("users").EnumerateArray(), user => Assert.Null(Optional(user, "name")));
        Assert.NotEqual(0, unreachable.GetProperty("users").GetArrayLength());
        Assert.All(unreachable.GetProperty("users").EnumerateArray(), user => Assert.Null(Optional(user, "email")));
    }

    [NodeFact]
    public async Task Its_null_dates_and_its_missing_body_restrict_nothing()
    {
        JsonElement nulls = await sdk.RunAsync("walk", new { limit = 1000, filter = new { createdAfter = (string?)null, createdBefore = (string?)null } });
        JsonElement none = await sdk.RunAsync("walk", new { limit = 1000 });

        Assert.Equal(130, nulls.GetProperty("users").GetArrayLength());
        Assert.Equal(130, none.GetProperty("users").GetArrayLength());
        IEnumerable<string?> bodies = (await emulator.SendAsync("GET", "/_emulator/journal")).Ok().GetProperty("entries").EnumerateArray().Select(entry => entry.Text("body"));
        Assert.Contains(bodies, body => body is null);
    }

    [NodeFact]
    public async Task Its_dates_find_a_range_of_creation()
    {
        JsonElement walk = await sdk.RunAsync("walk", new { limit = 100, filter = new { createdAfter = "2024-01-01T00:00:00.000Z", createdBefore = "2024-12-31T23:59:59.999Z" } });

        Assert.InRange(walk.GetProperty("users").GetArrayLength(), 35, 50);
        Assert.All(walk.GetProperty("users").EnumerateArray(), user => Assert.StartsWith("2024-", user.Text("createdAt")));
    }

    [NodeFact]
    public async Task It_creates_by_address_and_is_told_when_that_is_taken()
    {
        JsonElement created = await sdk.RunAsync("create", new
        {
            users = new object[] { new { email = "new@example.com", password = "long enough" }, new { email = "NEW@example.com" }, new { email = "x" }, new { password = "short" } },
        });

        JsonElement user = created[0].GetProperty("value");
        Assert.Equal("new@example.com", user.Text("email"));
        Assert.Equal("active", (await emulator.GetAsync(user.Id())).Ok().Text("status"));
        AssertRefused(created[1], 409, "email_already_exists");
        AssertRefused(created[2], 400, "invalid_email");
        AssertRefused(created[3], 400, "weak_password");
    }

    [NodeFact]
    public async Task It_reads_a_user_with_dates()
    {
        string id = await emulator.CreateAsync(new { email = "dated@example.com" });

        JsonElement seen = await sdk.RunAsync("get", new { userId = id });

        Assert.True(seen.GetProperty("createdAtIsDate").GetBoolean());
        Assert.Equal(id, seen.GetProperty("user").Id());
        Assert.Equal(emulator.EnvironmentId, seen.GetProperty("user").Text("environmentId"));
    }

    [NodeFact]
    public async Task It_shows_status_code_support_id_and_sentence_of_an_error()
    {
        AssertRefused(await sdk.RunAsync("refused", new { userId = Guid.NewGuid() }), 404, "user_not_found");
        string foreign = (await emulator.SendAsync("GET", "/_emulator/foreign"))["userId"];
        AssertRefused(await sdk.RunAsync("refused", new { userId = foreign }), 403, "access_denied");
        AssertRefused(await sdk.RunAsync("refused", new { userId = "no-uuid" }), 400, "invalid_request");
        AssertRefused(await sdk.RunAsync("wrongKey"), 401, "invalid_secret_key");
    }

    [NodeFact]
    public async Task It_sets_and_clears_the_locale()
    {
        string id = await emulator.CreateAsync(new { name = "Ann" });

        JsonElement set = await sdk.RunAsync("update", new { userId = id, change = new { locale = "da" } });
        JsonElement left = await sdk.RunAsync("update", new { userId = id, change = new { } });
        JsonElement cleared = await sdk.RunAsync("update", new { userId = id, change = new { locale = (string?)null } });

        Assert.Equal("da", set.GetProperty("value").Text("locale"));
        Assert.Equal("da", left.GetProperty("value").Text("locale"));
        Assert.Null(Optional(cleared.GetProperty("value"), "locale"));
        Assert.Equal("Ann", (await emulator.GetAsync(id)).Ok().Text("name"));
    }

    [NodeFact]
    public async Task It_bans_which_ends_the_sessions_and_unbans()
    {
        string id = await emulator.CreateAsync();
        await emulator.SignInAsync(id);
        await emulator.SignInAsync(id);

        JsonElement seen = await sdk.RunAsync("banAndUnban", new { userId = id });

        Assert.Equal("""{"before":2,"banned":"banned","during":0,"unbanned":"active"}""", seen.GetRawText());
    }

    [NodeFact]
    public async Task It_revokes_one_session_and_all_of_them_twice_over()
    {
        string id = await emulator.CreateAsync();
        string oldest = await emulator.SignInAsync(id);
        await emulator.SignInAsync(id);
        string latest = await emulator.SignInAsync(id);

        JsonElement seen = await sdk.RunAsync("revoke", new { userId = id });

        Assert.Equal(latest, seen.GetProperty("before")[0].Id());
        Assert.Equal(oldest, seen.GetProperty("before")[2].Id());
        Assert.DoesNotContain(latest, seen.GetProperty("afterOne").EnumerateArray().Select(Operations.Id));
        Assert.Equal(2, seen.GetProperty("afterOne").GetArrayLength());
        Assert.Equal(0, seen.GetProperty("afterAll").GetArrayLength());
    }

    [NodeFact]
    public async Task It_deletes_once_and_gets_403_the_second_time()
    {
        string id = await emulator.CreateAsync();

        JsonElement seen = await sdk.RunAsync("deleteTwice", new { userId = id });

        Assert.False(seen[0].TryGetProperty("status", out _));
        AssertRefused(seen[1], 403, "access_denied");
        Assert.Equal("deleted", (await emulator.GetAsync(id)).Ok().Text("status"));
    }

    private static void AssertRefused(JsonElement refusal, int status, string code)
    {
        Assert.Equal(status, refusal.GetProperty("status").GetInt32());
        Assert.Equal(code, refusal.Text("code"));
        Assert.StartsWith("sup_", refusal.Text("supportId"));
        Assert.False(string.IsNullOrEmpty(refusal.Text("message")));
    }

    private static string? Optional(JsonElement user, string name) => user.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
