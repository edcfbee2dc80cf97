using System.Net;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

/// <summary>The limit that one request met is the connection's: all others wait too.</summary>
public sealed class RetryAfterGateTests
{
    private readonly ManualTime _time = new();
    private readonly Recorder _recorder = new();

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task No_other_request_is_sent_before_the_time_is_over(int status)
    {
        ScriptedHandler handler = FirstAnswer(() => Answer.Empty((HttpStatusCode)status).WithRetryAfter(30));
        using ToriiService client = TestClient.Create(handler, time: _time);
        Task<ToriiUser> first = client.GetAsync(_recorder);
        await Patience.Until(() => _time.Waits.Count == 1, "the first request waits");

        Task<ToriiUser>[] others = [client.GetAsync(_recorder), client.GetAsync(_recorder)];
        await Patience.Until(() => _time.Waits.Count == 3, "the others wait too");
        _time.Advance(TimeSpan.FromSeconds(29));
        await Patience.Settle();
        Assert.Single(handler.Requests);

        _time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll([first, .. others]).Soon();
        Assert.Equal(4, handler.Requests.Count);
        Assert.Contains(_recorder.VerboseMessages, static m => m.StartsWith("Holding", StringComparison.Ordinal) && m.Contains("30", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_search_waits_for_what_a_get_was_told()
    {
        ScriptedHandler handler = new(static sent => sent.Number == 1
            ? Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(30)
            : sent.Method == HttpMethod.Post ? Answer.Json(People.Page(null)) : Answer.Json(People.User()));
        using ToriiService client = TestClient.Create(handler, time: _time);
        Task<ToriiUser> first = client.GetAsync();
        await Patience.Until(() => _time.Waits.Count == 1, "the first request waits");

        Task<List<ToriiUser>> search = client.SearchAsync(new UserSearch());
        await Patience.Until(() => _time.Waits.Count == 2, "the search waits too");
        Assert.Single(handler.Requests);

        _time.Advance(TimeSpan.FromSeconds(30));
        await Task.WhenAll(first, search).Soon();
    }

    [Fact]
    public async Task A_request_that_is_not_tried_again_holds_the_others_back_all_the_same()
    {
        ScriptedHandler handler = FirstAnswer(static () => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(30));
        using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 0 }, _time);
        await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());

        Task<ToriiUser> other = client.GetAsync();
        await Patience.Until(() => _time.Waits.Count == 1, "the other waits");
        Assert.Single(handler.Requests);

        _time.Advance(TimeSpan.FromSeconds(30));
        await other;
    }

    [Fact]
    public async Task A_request_that_would_be_held_back_beyond_its_total_is_an_error_and_is_not_sent()
    {
        ScriptedHandler handler = FirstAnswer(static () => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(600));
        using ToriiService client = TestClient.Create(handler, time: _time);
        await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.GetAsync());

        Assert.Equal("Torii.TooManyRequests", error.ErrorId);
        Assert.Contains("600 s", error.Message);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task A_request_is_not_held_back_for_ever_by_others_that_are_told_to_wait_again_and_again()
    {
        TaskCompletionSource[] slow = [new(), new(), new()];
        ScriptedHandler handler = new(async (sent, _) =>
        {
            await (sent.Number <= slow.Length ? slow[sent.Number - 1].Task : Task.CompletedTask);
            return Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(50);
        });
        using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 0 }, _time);
        Task<ToriiUser>[] underWay = [client.GetAsync(), client.GetAsync(), client.GetAsync()];
        await Patience.Until(() => handler.Requests.Count == 3, "three requests are under way");
        slow[0].SetResult();
        await Assert.ThrowsAsync<ToriiApiException>(() => underWay[0]);

        // Two waits of 50 s fit into the total of two minutes, a third one does not.
        Task<ToriiUser> held = client.GetAsync();
        for (int i = 1; i < 3; i++)
        {
            await Patience.Until(() => _time.Waits.Count == i, "it waits");
            _time.Advance(_time.Waits[i - 1] - TimeSpan.FromSeconds(1));
            slow[i].SetResult();
            await Assert.ThrowsAsync<ToriiApiException>(() => underWay[i]);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => held);
        Assert.Equal("Torii.TooManyRequests", error.ErrorId);
        Assert.Equal(3, handler.Requests.Count);
    }

    [Fact]
    public async Task A_clock_on_the_wall_that_is_set_back_does_not_prolong_the_wait()
    {
        ScriptedHandler handler = FirstAnswer(static () => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(30));
        using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 0 }, _time);
        await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());

        _time.SetWallClock(_time.GetUtcNow() - TimeSpan.FromDays(1));
        _time.Advance(TimeSpan.FromSeconds(30));

        await client.GetAsync();
        Assert.Equal(2, handler.Requests.Count);
    }

    [Fact]
    public async Task Another_connection_is_not_held_back()
    {
        using ToriiService limited = TestClient.Create(FirstAnswer(static () => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(30)), static o => o with { MaxRetry = 0 }, _time);
        await Assert.ThrowsAsync<ToriiApiException>(() => limited.GetAsync());
        using ToriiService other = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(People.User())), time: _time);

        await other.GetAsync();

        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task A_success_with_RetryAfter_holds_nobody_back()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(People.User()).WithRetryAfter(30)), time: _time);

        await client.GetAsync();
        await client.GetAsync();

        Assert.Empty(_time.Waits);
    }

    private static ScriptedHandler FirstAnswer(Func<HttpResponseMessage> first) => ScriptedHandler.Sequence(first, static () => Answer.Json(People.User()));
}
