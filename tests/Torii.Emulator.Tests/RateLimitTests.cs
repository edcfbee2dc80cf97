using System.Diagnostics;
using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

public class RateLimitTests(EmulatorFixture fixture) : IClassFixture<EmulatorFixture>, IAsyncLifetime
{
    private EmulatorProcess Emulator => fixture.Emulator;

    public async Task InitializeAsync() => (await Emulator.SendAsync("DELETE", "/_emulator/requests")).Ok(204);

    public async Task DisposeAsync() => (await Emulator.SendAsync("DELETE", "/_emulator/faults")).Ok(204);

    [Fact]
    public async Task Requests_beyond_the_limit_are_429_with_Retry_After_and_not_executed()
    {
        await SetAsync(5);
        string id = Guid.NewGuid().ToString();

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Emulator.GetAsync(id)));

        var refused = answers.Where(answer => answer.Status == 429).ToList();
        Assert.All(refused, answer => answer.Problem(429, "rate_limited"));
        Assert.All(refused, answer => Assert.Equal("1", answer.Headers["Retry-After"]));
        List<JsonElement> journal = await JournalAsync();
        Assert.Equal(refused.Count, journal.Count(entry => entry.Text("fault") == "rateLimit"));
        Assert.All(journal, entry => Assert.Equal(entry.Text("fault") is null, entry.GetProperty("executed").GetBoolean()));
    }

    [Fact]
    public async Task Each_second_admits_as_many_requests_as_the_limit()
    {
        await SetAsync(10);
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(2.5));
        var watch = Stopwatch.StartNew();

        int[] admitted = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            int count = 0;
            while (!end.IsCancellationRequested)
            {
                count += (await Emulator.SearchAsync(null, "?limit=1")).Status == 200 ? 1 : 0;
            }

            return count;
        }));

        // Windows of one second cover the elapsed time once more than it has whole seconds.
        Assert.InRange(admitted.Sum(), 11, 10 * ((int)watch.Elapsed.TotalSeconds + 1));
    }

    [Fact]
    public async Task A_request_succeeds_after_Retry_After()
    {
        await SetAsync(1);
        (await Emulator.SearchAsync(null)).Ok();
        Answer refused = await Emulator.SearchAsync(null);

        if (refused.Status == 429)
        {
            // A timer may end a few milliseconds early.
            await Task.Delay(TimeSpan.FromSeconds(int.Parse(refused.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture) + 0.05));
        }

        (await Emulator.SearchAsync(null)).Ok();
    }

    [Fact]
    public async Task The_limit_covers_the_server_API_only()
    {
        await SetAsync(1);

        for (int i = 0; i < 5; i++)
        {
            (await Emulator.SendAsync("GET", "/_torii/.well-known/jwks.json")).Ok();
            (await Emulator.SendAsync("GET", "/_emulator/stats")).Ok();
        }
    }

    [Theory]
    [InlineData("/_emulator/rate-limit")]
    [InlineData("/_emulator/faults")]
    public async Task The_limit_can_be_removed_at_run_time(string path)
    {
        await SetAsync(1);

        (await Emulator.SendAsync("DELETE", path)).Ok(204);

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Emulator.SearchAsync(null))), answer => answer.Ok());
    }

    [Fact]
    public async Task A_refused_request_does_not_use_up_a_fault_rule()
    {
        await SetAsync(1);
        await Emulator.SearchAsync(null);
        await Emulator.AddFaultAsync(new { operation = "searchUsers", kind = "status", status = 500, times = 1 });
        for (int i = 0; i < 100 && (await Emulator.SearchAsync(null)).Status == 429; i++)
        {
            await Task.Delay(50);
        }

        Assert.Single(await JournalAsync(), entry => entry.Text("fault") == "status");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"requestsPerSecond":0}""")]
    [InlineData("""{"requestsPerSecond":null}""")]
    [InlineData("""{"requestsPerSecond":1.5}""")]
    [InlineData("""{"requestsPerSecond":"5"}""")]
    public async Task An_invalid_limit_is_400_and_names_the_field(string body) =>
        (await Emulator.SendAsync("PUT", "/_emulator/rate-limit", body)).Problem(400, "invalid_request", "requestsPerSecond");

    private async Task SetAsync(int requestsPerSecond) =>
        (await Emulator.SendAsync("PUT", "/_emulator/rate-limit", new { requestsPerSecond })).Ok(204);

    private async Task<List<JsonElement>> JournalAsync() =>
        [.. (await Emulator.SendAsync("GET", "/_emulator/journal")).Ok().GetProperty("entries").EnumerateArray()];
}
