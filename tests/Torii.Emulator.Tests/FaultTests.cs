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
    public async Task A_status_is_answered_with_its_Retry_After_and_nothing_is_executed()
    {
        var id = await Emulator.CreateAsync();
        await Emulator.AddFaultAsync(new { operation = "banUser", kind = "status", status = 429, retryAfter = "1", times = 1 });

        var answer = await Emulator.BanAsync(id);

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
    public async Task Any_error_status_can_be_had(int status)
    {
        await Emulator.AddFaultAsync(new { kind = "status", status });

        var answer = await Emulator.SearchAsync(null);

        Assert.Equal(status, answer.Status);
        Assert.Equal(status, answer.Json.GetProperty("status").GetInt32());
        Assert.False(answer.Headers.ContainsKey("Retry-After"));
    }

    [Fact]
    public async Task A_status_may_come_as_text_and_after_the_fact()
    {
        var id = await Emulator.CreateAsync();
        await Emulator.AddFaultAsync(new { operation = "banUser", kind = "status", status = 502, body = "Bad gateway", executes = true, times = 1 });

        var answer = await Emulator.BanAsync(id);

        Assert.Equal((502, "text/plain", "Bad gateway"), (answer.Status, answer.ContentType, answer.Text));
        Assert.Equal("banned", (await Emulator.GetAsync(id)).Ok().Text("status"));
    }

    [Fact]
    public async Task A_rule_lets_some_pass_first_and_ends_by_itself()
    {
        await Emulator.AddFaultAsync(new { operation = "searchUsers", kind = "status", status = 503, skip = 2, times = 1 });

        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            statuses.Add((await Emulator.SearchAsync(null)).Status);
        }

        Assert.Equal([200, 200, 503, 200, 200], statuses);
    }

    [Fact]
    public async Task A_rule_may_be_about_one_user_alone()
    {
        string one = await Emulator.CreateAsync(), other = await Emulator.CreateAsync();
        await Emulator.AddFaultAsync(new { operation = "getUser", kind = "status", userId = one });

        Assert.Equal(503, (await Emulator.GetAsync(one)).Status);
        Assert.Equal(200, (await Emulator.GetAsync(other)).Status);
    }

    [Fact]
    public async Task HTML_comes_with_200()
    {
        await Emulator.AddFaultAsync(new { kind = "html", times = 1 });

        var answer = await Emulator.SearchAsync(null);

        Assert.Equal((200, "text/html"), (answer.Status, answer.ContentType));
        Assert.StartsWith("<!doctype html>", answer.Text);
    }

    [Fact]
    public async Task A_truncated_answer_breaks_off_half_way_but_was_executed()
    {
        var id = await Emulator.CreateAsync();
        await Emulator.AddFaultAsync(new { operation = "banUser", kind = "truncate", times = 1 });

        using var response = await Emulator.Http.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, Operations.User(id) + "/ban"), HttpCompletionOption.ResponseHeadersRead);
        Assert.True(response.Content.Headers.ContentLength > 100);
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync());

        Assert.Equal("banned", (await Emulator.GetAsync(id)).Ok().Text("status"));
    }

    [Fact]
    public async Task Garbage_is_ten_megabytes_of_no_JSON()
    {
        await Emulator.AddFaultAsync(new { kind = "garbage", times = 1 });

        var answer = await Emulator.SearchAsync(null);

        Assert.Equal(10 * 1024 * 1024, answer.Text.Length);
        Assert.ThrowsAny<JsonException>(() => answer.Json);
    }

    [Fact]
    public async Task Empty_is_200_without_a_byte()
    {
        await Emulator.AddFaultAsync(new { kind = "empty", times = 1 });

        var answer = await Emulator.SearchAsync(null);

        Assert.Equal((200, ""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task A_reset_comes_before_the_request_is_executed()
    {
        var id = await Emulator.CreateAsync();
        await Emulator.AddFaultAsync(new { operation = "updateUser", kind = "reset", times = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => Emulator.PatchAsync(id, new { name = "Ann" }));

        Assert.Null((await Emulator.GetAsync(id)).Ok().Text("name"));
    }

    [Fact]
    public async Task A_resetAfter_comes_once_the_request_was_executed()
    {
        var id = await Emulator.CreateAsync();
        await Emulator.AddFaultAsync(new { operation = "updateUser", kind = "resetAfter", times = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => Emulator.PatchAsync(id, new { name = "Ann" }));

        Assert.Equal("Ann", (await Emulator.GetAsync(id)).Ok().Text("name"));
        var entry = (await Emulator.SendAsync("GET", "/_emulator/journal")).Ok().GetProperty("entries").EnumerateArray().Single(e => e.Text("fault") is not null);
        Assert.Equal(("resetAfter", 0, true), (entry.Text("fault"), entry.GetProperty("status").GetInt32(), entry.GetProperty("executed").GetBoolean()));
    }

    [Fact]
    public async Task Slow_is_executed_at_once_and_answered_late()
    {
        var id = await Emulator.CreateAsync();
        await Emulator.AddFaultAsync(new { operation = "banUser", kind = "slow", delayMs = 400, times = 1 });
        var watch = Stopwatch.StartNew();

        var ban = Emulator.BanAsync(id);
        await Task.Delay(150);
        Assert.Equal("banned", (await Emulator.GetAsync(id)).Ok().Text("status"));
        Assert.False(ban.IsCompleted);
        (await ban).Ok();

        Assert.InRange(watch.ElapsedMilliseconds, 390, 5000);
    }

    [Fact]
    public async Task A_repeated_cursor_leads_in_circles()
    {
        await Emulator.AddFaultAsync(new { operation = "searchUsers", kind = "repeatCursor" });

        var first = (await Emulator.SearchAsync(null, "?limit=5")).Ok();
        var cursor = first.Text("nextCursor");
        var second = (await Emulator.SearchAsync(null, "?limit=5&cursor=" + cursor)).Ok();

        Assert.Equal(cursor, second.Text("nextCursor"));
        Assert.True(second.GetProperty("hasMore").GetBoolean());
    }

    [Fact]
    public async Task An_ignored_filter_finds_everybody()
    {
        await Emulator.AddFaultAsync(new { operation = "searchUsers", kind = "ignoreFilter" });

        var (found, _) = await Emulator.WalkAsync(new { statuses = new[] { "banned" }, name = "Ada" }, 1000);

        Assert.Equal((await Emulator.WalkAsync(new { }, 1000)).Users.Count, found.Count);
    }

    [Fact]
    public async Task Some_fields_may_be_ignored_and_others_not()
    {
        await Emulator.AddFaultAsync(new { operation = "*", kind = "ignoreFilter", fields = new[] { "name", "phone" } });

        var (banned, _) = await Emulator.WalkAsync(new { statuses = new[] { "banned" }, name = "nobody at all" }, 1000);
        var created = (await Emulator.SendAsync("POST", Operations.Users, new { phone = "+45 1", address = "Here" })).Ok(201);

        Assert.True(banned.Count >= 25);
        Assert.All(banned, user => Assert.Equal("banned", user.Text("status")));
        Assert.Null(created.Text("phone"));
        Assert.Equal("Here", created.Text("address"));
    }

    [Fact]
    public async Task A_wrong_shape_is_valid_JSON_of_another_kind()
    {
        await Emulator.AddFaultAsync(new { kind = "wrongShape", times = 2 });
        await Emulator.AddFaultAsync(new { kind = "wrongShape", body = """{"items":[null]}""", times = 1 });

        Assert.Equal("""{"items":"x"}""", (await Emulator.SearchAsync(null)).Text);
        Assert.Equal("[]", (await Emulator.GetAsync(Guid.NewGuid().ToString())).Text);
        Assert.Equal("""{"items":[null]}""", (await Emulator.SearchAsync(null)).Text);
    }

    [Fact]
    public async Task The_issuer_can_fail_too()
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
    public async Task A_rule_that_makes_no_sense_is_refused_by_name(string rule, string field) =>
        (await Emulator.SendAsync("POST", "/_emulator/faults", rule)).Problem(400, "invalid_request", field);
}
