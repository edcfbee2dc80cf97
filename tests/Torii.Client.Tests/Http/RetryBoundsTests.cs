using System.Globalization;
using System.Net;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

public sealed class RetryBoundsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task MaxRetry_bounds_the_number_of_retries(int maxRetry)
    {
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.ServiceUnavailable));
        using ToriiService client = TestClient.Create(handler, o => o with { MaxRetry = maxRetry });

        ToriiApiException error = await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());

        Assert.Equal(maxRetry + 1, handler.Requests.Count);
        Assert.Equal(maxRetry + 1, error.Attempts);
    }

    [Fact]
    public async Task All_waits_of_a_request_together_stay_below_the_total()
    {
        ManualTime time = new() { SkipsWaits = true };
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.ServiceUnavailable));
        using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 1000, MaxTotalWait = TimeSpan.FromSeconds(30) }, time);

        await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());

        Assert.InRange(time.Waits.Sum(static w => w.TotalSeconds), 5, 30);
        Assert.Equal(time.Waits.Count + 1, handler.Requests.Count);
    }

    [Fact]
    public async Task Waits_that_the_service_asks_for_count_towards_the_total_too()
    {
        ManualTime time = new() { SkipsWaits = true };
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(10));
        using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 1000, MaxTotalWait = TimeSpan.FromSeconds(35) }, time);

        await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());

        Assert.Equal(4, handler.Requests.Count);
        Assert.Equal(30, time.Waits.Sum(static w => w.TotalSeconds));
    }

    [Fact]
    public async Task Each_wait_is_longer_than_the_one_before()
    {
        ManualTime time = new() { SkipsWaits = true };
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.BadGateway));
        using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 5 }, time);

        await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());

        Assert.Equal(5, time.Waits.Count);
        Assert.All(time.Waits.Zip(time.Waits.Skip(1)), static pair => Assert.True(pair.First < pair.Second, $"{pair}"));
        Assert.InRange(time.Waits[0].TotalSeconds, 0.1, 2);
    }

    [Fact]
    public async Task The_waits_of_two_clients_differ()
    {
        List<TimeSpan> first = [];
        for (int i = 0; i < 20; i++)
        {
            ManualTime time = new() { SkipsWaits = true };
            using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Empty(HttpStatusCode.BadGateway)), static o => o with { MaxRetry = 1 }, time);
            await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());
            first.Add(Assert.Single(time.Waits));
        }

        Assert.True(first.Distinct().Count() > 1, "No jitter: workers would come back together.");
    }

    [Fact]
    public async Task Every_wait_is_logged_before_it_begins_in_the_invariant_culture()
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("da-DK");
        Recorder recorder = new();
        ManualTime time = new();
        using ToriiService client = TestClient.Create(
            ScriptedHandler.Sequence(static () => Answer.Empty(HttpStatusCode.ServiceUnavailable).WithRetryAfter(7), static () => Answer.Json(People.User())), time: time);

        Task<ToriiUser> user = client.GetAsync(recorder);
        await Patience.Until(() => recorder.VerboseMessages.Any(static m => m.Contains("Waiting", StringComparison.Ordinal)), "the wait was told");

        Assert.False(user.IsCompleted);
        string told = recorder.VerboseMessages.Single(static m => m.Contains("Waiting", StringComparison.Ordinal));
        Assert.Matches(@"\b7\.0 s\b.*attempt 2\b.*503", told);

        await Patience.Until(() => time.Waits.Count > 0, "the wait began");
        time.Advance(TimeSpan.FromSeconds(7));
        await user;
    }
}
