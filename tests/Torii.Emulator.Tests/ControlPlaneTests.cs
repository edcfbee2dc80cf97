using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

public class ControlPlaneTests(EmulatorFixture fixture) : IClassFixture<EmulatorFixture>
{
    private EmulatorProcess Emulator => fixture.Emulator;

    [Theory]
    [InlineData("GET", "requests")]
    [InlineData("DELETE", "requests")]
    [InlineData("GET", "journal")]
    [InlineData("POST", "tokens")]
    [InlineData("POST", "sessions")]
    [InlineData("POST", "keys/rotate")]
    [InlineData("POST", "faults")]
    [InlineData("DELETE", "faults")]
    [InlineData("PUT", "rate-limit")]
    [InlineData("DELETE", "rate-limit")]
    [InlineData("GET", "foreign")]
    [InlineData("GET", "stats")]
    public async Task The_control_plane_requires_the_secret_key(string method, string path)
    {
        using var anonymous = new HttpClient { BaseAddress = new Uri(Emulator.ApiUrl) };
        using HttpResponseMessage response = await anonymous.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/_emulator/" + path));

        Assert.Equal(401, (int)response.StatusCode);
    }

    [Fact]
    public async Task The_health_check_requires_no_key()
    {
        using var anonymous = new HttpClient();

        Assert.Equal("ok", await anonymous.GetStringAsync(Emulator.ApiUrl + "/_emulator/health"));
    }

    [Fact]
    public async Task Requests_are_counted_by_operation_until_reset()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "10");
        await emulator.SearchAsync(null);
        await emulator.SearchAsync("{");
        await emulator.GetAsync(Guid.NewGuid().ToString());
        await emulator.SendAsync("GET", "/_torii/.well-known/jwks.json");
        await emulator.SendAsync("GET", "/api/elsewhere");
        await emulator.SendAsync("GET", "/_emulator/stats");
        await emulator.SendAsync("GET", "/api/server/v1/users", null, request => request.Headers.Authorization = new("Bearer", "sk_test_wrong"));

        string counts = (await emulator.SendAsync("GET", "/_emulator/requests")).Text;
        (await emulator.SendAsync("DELETE", "/_emulator/requests")).Ok(204);
        string none = (await emulator.SendAsync("GET", "/_emulator/requests")).Text;

        Assert.Equal("""{"total":6,"byOperation":{"getUser":1,"jwks":1,"searchUsers":2,"unknown":2},"unauthorized":1}""", counts);
        Assert.Equal("""{"total":0,"byOperation":{},"unauthorized":0}""", none);
    }

    [Fact]
    public async Task The_journal_lists_requests_and_outcomes_in_order()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "10");
        string id = await emulator.CreateAsync(new { name = "Ann" });
        await emulator.PatchAsync(id, """{"phone":null}""");
        await emulator.SearchAsync(new { name = "Ann" }, "?limit=3");

        JsonElement journal = (await emulator.SendAsync("GET", "/_emulator/journal")).Ok();
        var entries = journal.GetProperty("entries").EnumerateArray().ToList();

        Assert.Equal(["createUser", "updateUser", "searchUsers"], entries.Select(entry => entry.Text("operation")));
        Assert.Equal([1, 2, 3], entries.Select(entry => entry.GetProperty("sequence").GetInt32()));
        Assert.Equal([201, 200, 200], entries.Select(entry => entry.GetProperty("status").GetInt32()));
        Assert.Equal(["""{"name":"Ann"}""", """{"phone":null}""", """{"name":"Ann"}"""], entries.Select(entry => entry.Text("body")));
        Assert.Equal(id, entries[1].Text("userId"));
        Assert.Equal("/api/server/v1/users/search?limit=3", entries[2].Text("path"));
        Assert.DoesNotContain(emulator.SecretKey, journal.GetRawText());

        JsonElement later = (await emulator.SendAsync("GET", "/_emulator/journal?after=2")).Ok();
        Assert.Equal(3, Assert.Single(later.GetProperty("entries").EnumerateArray()).GetProperty("sequence").GetInt32());
        Assert.Equal(3, later.GetProperty("last").GetInt32());
    }

    [Fact]
    public async Task A_reset_empties_the_journal_and_continues_the_sequence()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "0");
        await emulator.CreateAsync();
        await emulator.SendAsync("DELETE", "/_emulator/requests");
        await emulator.CreateAsync();

        JsonElement.ArrayEnumerator entries = (await emulator.SendAsync("GET", "/_emulator/journal")).Ok().GetProperty("entries").EnumerateArray();

        Assert.Equal(2, Assert.Single(entries).GetProperty("sequence").GetInt32());
    }

    [Fact]
    public async Task The_journal_keeps_the_start_of_a_long_body()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "0");
        await emulator.CreateAsync(new { name = new string('x', 10_000) });

        JsonElement entry = (await emulator.SendAsync("GET", "/_emulator/journal")).Ok().GetProperty("entries")[0];

        Assert.Equal(4096, entry.Text("body")!.Length);
    }

    [Fact]
    public async Task Concurrent_requests_are_all_counted()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "10");

        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => emulator.SearchAsync(null)));

        JsonElement journal = (await emulator.SendAsync("GET", "/_emulator/journal")).Ok().GetProperty("entries");
        Assert.Equal(500, (await emulator.SendAsync("GET", "/_emulator/requests")).Ok().GetProperty("total").GetInt32());
        Assert.Equal(Enumerable.Range(1, 500), journal.EnumerateArray().Select(entry => entry.GetProperty("sequence").GetInt32()));
        Assert.All(journal.EnumerateArray(), entry => Assert.Equal(200, entry.GetProperty("status").GetInt32()));
    }
}
