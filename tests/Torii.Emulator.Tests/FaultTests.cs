using System.Diagnostics;
using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

public class FaultTests(EmulatorFixture fixture) : IClassFixture<EmulatorFixture>, IAsyncLifetime
{
    private EmulatorProcess Emulator => fixture.Emulator;

    public async Task InitializeAsync()
    {
        await Emulator.SendAsync("DELETE", "/_emulator/faults");
        await Emulator.SendAsync("DELETE", "/_emulator/requests");
    }

    public async Task DisposeAsync() => await Emulator.SendAsync("DELETE", "/_emulator/faults");

    [Fact]
    public async Task A_status_fault_sends_Retry_After_and_executes_nothing()
    {
        string id = await Emulator.CreateAsync();
        await Emulator.AddFaultAsync(new { operation = "banUser", kind = "status", status = 429, retryAfter = "1", times = 1 });

        Answer answer = await Emulator.BanAsync(id);

        answer.Problem(429, "rate_limited");
        Assert.Equal("1", answer.Headers["Retry-After"]);
        Assert.Equal("active", (await Emulator.GetAsync(id)).Ok().Text("status"));
        (await Emulator.BanAsync(id)).Ok();
    }

    [Theory]
    [InlineData(400)]
    [InlineData(402)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Any_error_status_can_be_injected(int status)
    {
        await Emulator.AddFaultAsync(new { kind = "status", status });

        Answer answer = await Emulator.SearchAsync(null);

        Assert.Equal(status, answer.Status);
        Assert.Equal(status, answer.Json.GetProperty("status").GetInt32());
        Assert.False(answer.Headers.ContainsKey("Retry-After"));
    }

    [Fact]
    public async Task A_status_fault_can_send_text_after_execution()
    {
        string id = await Emulator.CreateAsync();
        await Emulator.AddFaultAsync(new { operation = "banUser", kind = "status", status = 502, body = "Bad gateway", executes = true, times = 1 });

        Answer answer = await Emulator.BanAsync(id);

        Assert.Equal((502, "text/plain", "Bad gateway"), (answer.Status, answer.ContentType, answer.Text));
        Assert.Equal("banned", (await Emulator.GetAsync(id)).Ok().Text("status"));
    }

    [Fact]
    public async Task A_rule_skips_requests_and_ends_after_its_count()
    {
        await Emulator.AddFaultAsync(new { operation = "searchUsers", kind = "status", status = 503, skip = 2, times = 1 });

        var statuses = new List<int>();
        for (int i = 0; i < 5; i++)
        {
            statuses.Add((await Emulator.SearchAsync(null)).Status);
        }

        Assert.Equal([200, 200, 503, 200, 200], statuses);
    }

    [Fact]
    public async Task A_rule_can_be_limited_to_one_user()
    {
        string one = await Emulator.CreateAsync(), other = await Emulator.CreateAsync();
        await Emulator.AddFaultAsync(new { operation = "getUser", kind = "status", userId = one });

        Assert.Equal(503, (await Emulator.GetAsync(one)).Status);
        Assert.Equal(200, (await Emulator.GetAsync(other)).Status);
    }

    [Fact]
    public async Task An_html_fault_is_200_and_executes_nothing()
    {
        await Emulator.AddFaultAsync(new { kind = "html", times = 1 });

        Answer answer = await Emulator.SearchAsync(null);

        Assert.Equal((200, "text/html"), (answer.Status, answer.ContentType));
        Assert.StartsWith("<!doctype html>", answer.Text);
    }

    [Theory]
    [InlineData(false, "active")]
    [InlineData(true, "banned")]
    public async Task An_html_fault_can_follow_execution(bool executes, string status)
    {
        string id = await Emulator.CreateAsync();
        await Emulator.AddFaultAsync(new { operation = "banUser", kind = "html", executes, body = "<p>proxy</p>", times = 1 });

        Answer answer = await Emulator.BanAsync(id);

        Assert.Equal((200, "text/html", "<p>proxy</p>"), (answer.Status, answer.ContentType, answer.Text));
        Assert.Equal(status, (await Emulator.GetAsync(id)).Ok().Text("status"));
    }

    [Fact]
    public async Task A_403_can_follow_execution()
    {
        string id = await Emulator.CreateAsync();
        await Emulator.AddFaultAsync(new { operation = "deleteUser", kind = "status", status = 403, executes = true, times = 1 });

        Assert.Equal(403, (await Emulator.DeleteAsync(id)).Status);

        Assert.Equal("deleted", (await Emulator.GetAsync(id)).Ok().Text("status"));
    }

    [Theory]
    [InlineData(429, "0")]
    [InlineData(429, "86400")]
    [InlineData(503, "-1")]
    [InlineData(503, "Wed, 21 Oct 2026 07:28:00 GMT")]
    [InlineData(503, "soon")]
    public async Task Retry_After_is_sent_exactly(int status, string retryAfter)
    {
        await Emulator.AddFaultAsync(new { operation = "searchUsers", kind = "status", status, retryAfter, times = 1 });

        Answer answer = await Emulator.SearchAsync(null);

        Assert.Equal((status, retryAfter), (answer.Status, answer.Headers["Retry-After"]));
    }

    [Fact]
    public async Task OmitNulls_leaves_out_null_members_and_keeps_the_others()
    {
        string id = await Emulator.CreateAsync(new { name = "Ann" });
        await Emulator.AddFaultAsync(new { operation = "*", kind = "omitNulls", times = 3 });

        JsonElement user = (await Emulator.GetAsync(id)).Ok();
        JsonElement page = (await Emulator.SearchAsync(new { name = "Ann", createdAfter = user.Text("createdAt") })).Ok();

        Assert.Equal(["id", "environmentId", "name", "status", "createdAt", "updatedAt"], user.EnumerateObject().Select(member => member.Name));
        Assert.Equal("Ann", user.Text("name"));
        Assert.Equal(["items", "hasMore"], page.EnumerateObject().Select(member => member.Name));
        Assert.Equal(user.GetRawText(), Assert.Single(page.GetProperty("items").EnumerateArray()).GetRawText());
        (await Emulator.BanAsync(id)).Ok();
        Assert.Equal("banned", (await Emulator.GetAsync(id)).Ok().Text("status"));
    }

    [Fact]
    public async Task A_latency_can_be_limited_to_one_user()
    {
        string one = await Emulator.CreateAsync(), other = await Emulator.CreateAsync();
        await Emulator.AddFaultAsync(new { kind = "slow", delayMs = 2000, userId = one.ToUpperInvariant() });
        var watch = Stopwatch.StartNew();

        Task<Answer> delayed = Emulator.BanAsync(one);
        (await Emulator.BanAsync(other)).Ok();
        Assert.False(delayed.IsCompleted);
        (await delayed).Ok();

        Assert.InRange(watch.ElapsedMilliseconds, 1990, 20_000);
    }

    [Fact]
    public async Task A_truncated_response_was_executed()
    {
        string id = await Emulator.CreateAsync();
        await Emulator.AddFaultAsync(new { operation = "banUser", kind = "truncate", times = 1 });

        using HttpResponseMessage response = await Emulator.Http.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, Operations.User(id) + "/ban"), HttpCompletionOption.ResponseHeadersRead);
        Assert.True(response.Content.Headers.ContentLength > 100);
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync());

        Assert.Equal("banned", (await Emulator.GetAsync(id)).Ok().Text("status"));
    }

    [Fact]
    public async Task Garbage_is_10_MB_that_are_not_JSON()
    {
        await Emulator.AddFaultAsync(new { kind = "garbage", times = 1 });

        Answer answer = await Emulator.SearchAsync(null);

        Assert.Equal(10 * 1024 * 1024, answer.Text.Length);
        Assert.ThrowsAny<JsonException>(() => answer.Json);
    }

    [Fact]
    public async Task An_empty_fault_is_200_without_a_body()
    {
        await Emulator.AddFaultAsync(new { kind = "empty", times = 1 });

        Answer answer = await Emulator.SearchAsync(null);

        Assert.Equal((200, ""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task A_reset_request_is_not_executed()
    {
        string id = await Emulator.CreateAsync();
        await Emulator.AddFaultAsync(new { operation = "updateUser", kind = "reset", times = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => Emulator.PatchAsync(id, new { name = "Ann" }));

        Assert.Null((await Emulator.GetAsync(id)).Ok().Text("name"));
    }

    [Fact]
    public async Task A_resetAfter_request_is_executed()
    {
        string id = await Emulator.CreateAsync();
        await Emulator.AddFaultAsync(new { operation = "updateUser", kind = "resetAfter", times = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => Emulator.PatchAsync(id, new { name = "Ann" }));

        Assert.Equal("Ann", (await Emulator.GetAsync(id)).Ok().Text("name"));
        JsonElement entry = (await Emulator.SendAsync("GET", "/_emulator/journal")).Ok().GetProperty("entries").EnumerateArray().Single(e => e.Text("fault") is not null);
        Assert.Equal(("resetAfter", 0, true), (entry.Text("fault"), entry.GetProperty("status").GetInt32(), entry.GetProperty("executed").GetBoolean()));
    }

    [Fact]
    public async Task A_slow_request_is_executed_at_once_and_answered_late()
    {
        string id = await Emulator.CreateAsync();
        await Emulator.AddFaultAsync(new { operation = "banUser", kind = "slow", delayMs = 2000, times = 1 });
        var watch = Stopwatch.StartNew();

        Task<Answer> ban = Emulator.BanAsync(id);
        await Task.Delay(150);
        Assert.Equal("banned", (await Emulator.GetAsync(id)).Ok().Text("status"));
        Assert.False(ban.IsCompleted);
        (await ban).Ok();

        Assert.InRange(watch.ElapsedMilliseconds, 1990, 20_000);
    }

    [Fact]
    public async Task A_repeated_cursor_leads_to_the_same_page()
    {
        await Emulator.AddFaultAsync(new { operation = "searchUsers", kind = "repeatCursor" });

        JsonElement first = (await Emulator.SearchAsync(null, "?limit=5")).Ok();
        string? cursor = first.Text("nextCursor");
        JsonElement second = (await Emulator.SearchAsync(null, "?limit=5&cursor=" + cursor)).Ok();

        Assert.Equal(cursor, second.Text("nextCursor"));
        Assert.True(second.GetProperty("hasMore").GetBoolean());
    }

    [Fact]
    public async Task An_ignored_filter_returns_all_users()
    {
        await Emulator.AddFaultAsync(new { operation = "searchUsers", kind = "ignoreFilter" });

        (List<JsonElement>? found, int _) = await Emulator.FindAllAsync(new { statuses = new[] { "banned" }, name = "Ada" }, 1000);

        Assert.Equal((await Emulator.FindAllAsync(new { }, 1000)).Users.Count, found.Count);
    }

    [Fact]
    public async Task Selected_fields_can_be_ignored()
    {
        await Emulator.AddFaultAsync(new { operation = "*", kind = "ignoreFilter", fields = new[] { "name", "phone" } });

        (List<JsonElement>? banned, int _) = await Emulator.FindAllAsync(new { statuses = new[] { "banned" }, name = "nobody at all" }, 1000);
        JsonElement created = (await Emulator.SendAsync("POST", Operations.Users, new { phone = "+45 1", address = "Here" })).Ok(201);

        Assert.True(banned.Count >= 25);
        Assert.All(banned, user => Assert.Equal("banned", user.Text("status")));
        Assert.Null(created.Text("phone"));
        Assert.Equal("Here", created.Text("address"));
    }

    [Fact]
    public async Task A_wrong_shape_is_valid_JSON_of_another_structure()
    {
        await Emulator.AddFaultAsync(new { kind = "wrongShape", times = 2 });
        await Emulator.AddFaultAsync(new { kind = "wrongShape", body = """{"items":[null]}""", times = 1 });

        Assert.Equal("""{"items":"x"}""", (await Emulator.SearchAsync(null)).Text);
        Assert.Equal("[]", (await Emulator.GetAsync(Guid.NewGuid().ToString())).Text);
        Assert.Equal("""{"items":[null]}""", (await Emulator.SearchAsync(null)).Text);
    }

    [Fact]
    public async Task Faults_can_be_injected_into_the_key_set()
    {
        await Emulator.AddFaultAsync(new { operation = "jwks", kind = "status", status = 500, times = 1 });

        Assert.Equal(500, (await Emulator.SendAsync("GET", "/_torii/.well-known/jwks.json")).Status);
    }

    [Theory]
    [InlineData("""{"kind":"explode"}""", "kind")]
    [InlineData("""{"kind":"0"}""", "kind")]
    [InlineData("{}", "kind")]
    [InlineData("""{"kind":"status","operation":"searchUser"}""", "operation")]
    [InlineData("""{"kind":"status","status":200}""", "status")]
    [InlineData("""{"kind":"status","times":0}""", "times")]
    [InlineData("""{"kind":"status","skip":-1}""", "skip")]
    [InlineData("""{"kind":"slow","delayMs":-1}""", "delayMs")]
    [InlineData("""{"kind":"status","userId":"x"}""", "userId")]
    public async Task An_invalid_rule_is_400_and_names_the_field(string rule, string field) =>
        (await Emulator.SendAsync("POST", "/_emulator/faults", rule)).Problem(400, "invalid_request", field);
}
