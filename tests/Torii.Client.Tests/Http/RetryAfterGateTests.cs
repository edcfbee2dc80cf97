using System.Net;
using Torii.Client.Bulk;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

/// <summary>A limit is the connection's: all its requests wait, and follow at the rate that was accepted.</summary>
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
        await Patience.Until(() => _time.Waits.Count >= 1, "the first request waits");

        Task[] others = [client.GetAsync(_recorder), client.SearchAsync(new UserQuery())];
        _time.Advance(TimeSpan.FromSeconds(29));
        await Patience.Settle();
        Assert.Single(handler.Requests);

        await AdvanceUntil(Task.WhenAll([first, .. others]), TimeSpan.FromSeconds(1));
        Assert.Equal(4, handler.Requests.Count);
        Assert.Contains(_recorder.VerboseMessages, static m => m.StartsWith("Throttling", StringComparison.Ordinal) || m.StartsWith("Waiting 30.0 s", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task After_the_wait_one_request_probes_before_the_others_follow(int status)
    {
        TaskCompletionSource probe = new();
        ScriptedHandler handler = new(async (sent, _) =>
        {
            await (sent.Number == 2 ? probe.Task : Task.CompletedTask);
            return sent.Number == 1 ? Answer.Empty((HttpStatusCode)status).WithRetryAfter(30) : Answer.Json(People.User());
        });
        using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 0 }, _time);
        await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());
        Task<ToriiUser>[] held = [.. Enumerable.Range(0, 5).Select(_ => client.GetAsync())];

        _time.Advance(TimeSpan.FromSeconds(60));
        await Patience.Until(() => handler.Requests.Count == 2, "the probe is sent");
        Task<ToriiUser>[] later = [.. Enumerable.Range(0, 5).Select(_ => client.GetAsync())];
        await Patience.Settle();
        Assert.Equal(2, handler.Requests.Count);

        probe.SetResult();
        await AdvanceUntil(Task.WhenAll([.. held, .. later]), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_probe_that_is_cancelled_leaves_the_probe_to_the_next_request()
    {
        TaskCompletionSource probe = new();
        ScriptedHandler handler = new(async (sent, cancellation) =>
        {
            await (sent.Number switch { 2 => Task.Delay(Timeout.Infinite, cancellation), 3 => probe.Task, _ => Task.CompletedTask });
            return sent.Number == 1 ? Answer.Empty(HttpStatusCode.ServiceUnavailable).WithRetryAfter(30) : Answer.Json(People.User());
        });
        using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 0 }, _time);
        await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());
        _time.Advance(TimeSpan.FromSeconds(30));
        using CancellationTokenSource stop = new();
        Task<ToriiUser> cancelled = client.GetAsync(cancellation: stop.Token);
        await Patience.Until(() => handler.Requests.Count == 2, "the probe is sent");
        Task<ToriiUser>[] others = [.. Enumerable.Range(0, 5).Select(_ => client.GetAsync())];

        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await Patience.Until(() => handler.Requests.Count >= 3, "the next request probes");
        await Patience.Settle();
        Assert.Equal(3, handler.Requests.Count);

        probe.SetResult();
        await Task.WhenAll(others).Soon();
    }

    [Fact]
    public async Task A_probe_that_fails_lets_the_others_follow_at_once()
    {
        // Otherwise each of them would wait for the timeout of the one before.
        TaskCompletionSource rest = new();
        ScriptedHandler handler = new(async (sent, _) =>
        {
            await (sent.Number > 2 ? rest.Task : Task.CompletedTask);
            return sent.Number switch
            {
                1 => Answer.Empty(HttpStatusCode.ServiceUnavailable).WithRetryAfter(30),
                2 => throw new HttpRequestException(HttpRequestError.ConnectionError),
                _ => Answer.Json(People.User()),
            };
        });
        using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 0 }, _time);
        await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());
        Task<ToriiUser>[] all = [.. Enumerable.Range(0, 5).Select(_ => client.GetAsync())];

        _time.Advance(TimeSpan.FromSeconds(30));
        await Patience.Until(() => handler.Requests.Count == 6, "all others are sent");

        rest.SetResult();
        await Assert.ThrowsAnyAsync<AggregateException>(() => Task.WhenAll(all).ContinueWith(static t => t.Wait(), TaskScheduler.Default)).Soon();
        Assert.Equal(4, all.Count(static t => t.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task A_success_of_an_earlier_request_does_not_count_as_the_probe()
    {
        // Two requests are under way when the gate closes. One succeeds after that; the probe is still alone.
        TaskCompletionSource early = new();
        TaskCompletionSource probe = new();
        ScriptedHandler handler = new(async (sent, _) =>
        {
            await (sent.Number switch { 1 => early.Task, 3 => probe.Task, _ => Task.CompletedTask });
            return sent.Number == 2 ? Answer.Empty(HttpStatusCode.ServiceUnavailable).WithRetryAfter(30) : Answer.Json(People.User());
        });
        using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 0 }, _time);
        Task<ToriiUser> first = client.GetAsync();
        await Patience.Until(() => handler.Requests.Count == 1, "the first request is sent");
        await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());
        Task<ToriiUser>[] held = [.. Enumerable.Range(0, 3).Select(_ => client.GetAsync())];
        _time.Advance(TimeSpan.FromSeconds(30));
        await Patience.Until(() => handler.Requests.Count == 3, "the probe is sent");

        early.SetResult();
        await first;
        Task<ToriiUser> later = client.GetAsync();
        await Patience.Settle();
        Assert.Equal(3, handler.Requests.Count);

        probe.SetResult();
        await Task.WhenAll([.. held, later]).Soon();
    }

    [Fact]
    public async Task A_refusal_of_an_earlier_request_while_the_probe_is_under_way_asks_for_another_probe()
    {
        TaskCompletionSource early = new();
        TaskCompletionSource[] probes = [new(), new()];
        ScriptedHandler handler = new(async (sent, _) =>
        {
            await (sent.Number switch { 1 => early.Task, 3 => probes[0].Task, 4 => probes[1].Task, _ => Task.CompletedTask });
            return sent.Number <= 2 ? Answer.Empty(HttpStatusCode.ServiceUnavailable).WithRetryAfter(30) : Answer.Json(People.User());
        });
        using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 0 }, _time);
        Task<ToriiUser> first = client.GetAsync();
        await Patience.Until(() => handler.Requests.Count == 1, "the first request is sent");
        await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());
        Task<ToriiUser>[] held = [.. Enumerable.Range(0, 3).Select(_ => client.GetAsync())];
        _time.Advance(TimeSpan.FromSeconds(30));
        await Patience.Until(() => handler.Requests.Count == 3, "the probe is sent");

        early.SetResult();
        await Assert.ThrowsAsync<ToriiApiException>(() => first);
        probes[0].SetResult();
        await Patience.Settle();
        Assert.Equal(3, handler.Requests.Count);

        _time.Advance(TimeSpan.FromSeconds(30));
        await Patience.Until(() => handler.Requests.Count == 4, "another probe is sent");
        await Patience.Settle();
        Assert.Equal(4, handler.Requests.Count);

        probes[1].SetResult();
        await Task.WhenAll(held).Soon();
    }

    [Fact]
    public async Task A_request_that_has_its_turn_and_is_not_sent_yet_waits_when_the_gate_closes()
    {
        // After a limit the requests follow one by one, and each waits for its place among those that are worked on.
        ScriptedHandler handler = new(static sent => sent.Number is 1 or 3
            ? Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(30) : Answer.Json(People.User()));
        using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 0 }, _time);
        await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());
        _time.Advance(TimeSpan.FromSeconds(30));
        await client.GetAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        SlowSlot slot = new();
        Task<ToriiUser> waiting = client.Users.GetAsync(TestClient.UserId, TestClient.Context() with { Slot = slot });
        await slot.Asked.Task.Soon();

        Task<ToriiUser> refused = client.GetAsync();
        await Assert.ThrowsAsync<ToriiApiException>(() => AdvanceUntil(refused, TimeSpan.FromSeconds(1)));
        slot.Place.SetResult();
        await Patience.Settle();
        Assert.Equal(3, handler.Requests.Count);

        _time.Advance(TimeSpan.FromSeconds(31));
        await waiting.Soon();
        Assert.Equal(4, handler.Requests.Count);
    }

    [Fact]
    public async Task A_large_run_at_a_low_limit_ends_without_a_failure()
    {
        // The service accepts ten requests in each second, and 64 requests wait at any time.
        ManualTime time = new() { SkipsWaits = true };
        int window = -1;
        int inWindow = 0;
        int refused = 0;
        object gate = new();
        ScriptedHandler handler = new(_ =>
        {
            lock (gate)
            {
                double now = time.GetElapsedTime(0).TotalSeconds;
                (window, inWindow) = (int)now == window ? (window, inWindow + 1) : ((int)now, 1);
                refused += inWindow > 10 ? 1 : 0;
                return inWindow > 10 ? Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(1) : Answer.Json(People.User());
            }
        });
        using ToriiService client = TestClient.Create(handler, time: time);
        int left = 2000;
        Task workers = Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await client.Users.GetAsync(TestClient.UserId, default);
            }
        })));

        await workers.Soon();

        Assert.InRange(time.GetElapsedTime(0).TotalSeconds, 199, 300);
        Assert.InRange(refused, 1, 300);
    }

    [Fact]
    public async Task A_service_that_refuses_for_ever_is_an_error_after_the_total_wait()
    {
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(1));
        ManualTime time = new() { SkipsWaits = true };
        using ToriiService client = TestClient.Create(handler, time: time);

        Task<Exception?>[] all = [.. Enumerable.Range(0, 64).Select(_ => Record.ExceptionAsync(() => client.GetAsync()))];
        await Task.WhenAll(all).Soon();

        Assert.All(all, static e => Assert.Equal(ToriiErrorId.TooManyRequests, Assert.IsAssignableFrom<ToriiException>(e.Result).ErrorId));
        Assert.InRange(time.GetElapsedTime(0).TotalSeconds, 119, 300);
        Assert.InRange(handler.Requests.Count, 64, 64 + 300);
    }

    [Fact]
    public async Task A_request_that_is_not_retried_delays_the_others_all_the_same()
    {
        ScriptedHandler handler = FirstAnswer(static () => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(30));
        using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 0 }, _time);
        await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());

        Task<ToriiUser> other = client.GetAsync();
        await Patience.Until(() => _time.Waits.Count == 1, "the other request waits");
        Assert.Single(handler.Requests);

        _time.Advance(TimeSpan.FromSeconds(30));
        await other;
    }

    [Theory]
    [InlineData(600)]
    [InlineData(int.MaxValue)]
    public async Task A_wait_beyond_the_total_is_an_error_at_once_until_a_probe_is_accepted(int seconds)
    {
        ScriptedHandler handler = FirstAnswer(() => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(seconds));
        using ToriiService client = TestClient.Create(handler, time: _time);
        await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.GetAsync());

        Assert.Equal(ToriiErrorId.TooManyRequests, error.ErrorId);
        Assert.Contains("wait 120 s", error.Message);
        Assert.Equal("connection", error.Variant);
        Assert.Equal("120 s", error.Details["wait"]);
        Assert.Single(handler.Requests);

        _time.Advance(TimeSpan.FromSeconds(120));
        await client.GetAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await client.GetAsync();
        Assert.Equal(3, handler.Requests.Count);
    }

    [Fact]
    public async Task A_request_does_not_wait_longer_than_the_total_while_others_are_refused_again_and_again()
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

        // Two waits of 50 s are within the total of two minutes, a third one is not.
        Task<ToriiUser> held = client.GetAsync();
        for (int i = 1; i < 3; i++)
        {
            await Patience.Until(() => _time.Waits.Count == i, "the request waits");
            _time.Advance(_time.Waits[i - 1] - TimeSpan.FromSeconds(1));
            slow[i].SetResult();
            await Assert.ThrowsAsync<ToriiApiException>(() => underWay[i]);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => held);
        Assert.Equal(ToriiErrorId.TooManyRequests, error.ErrorId);
        Assert.Equal(3, handler.Requests.Count);
    }

    [Fact]
    public async Task A_wait_of_exactly_the_total_is_granted()
    {
        ScriptedHandler handler = FirstAnswer(static () => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(120));
        using ToriiService client = TestClient.Create(handler, time: new ManualTime { SkipsWaits = true });

        await client.GetAsync();

        Assert.Equal(2, handler.Requests.Count);
    }

    [Fact]
    public async Task Setting_the_wall_clock_back_does_not_prolong_the_wait()
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
    public async Task Another_connection_is_not_delayed()
    {
        using ToriiService limited = TestClient.Create(FirstAnswer(static () => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(30)), static o => o with { MaxRetry = 0 }, _time);
        await Assert.ThrowsAsync<ToriiApiException>(() => limited.GetAsync());
        using ToriiService other = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(People.User())), time: _time);

        await other.GetAsync();

        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task A_success_with_RetryAfter_delays_no_request()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(People.User()).WithRetryAfter(30)), time: _time);

        await client.GetAsync();
        await client.GetAsync();

        Assert.Empty(_time.Waits);
    }

    /// <summary>Moves the clock step by step until the work has ended.</summary>
    private async Task AdvanceUntil(Task work, TimeSpan step)
    {
        for (int i = 0; i < 300 && !work.IsCompleted; i++)
        {
            await Task.Delay(1);
            _time.Advance(step);
        }

        await work.Soon();
    }

    /// <summary>A place that the test gives back.</summary>
    private sealed class SlowSlot : IWorkSlot
    {
        public TaskCompletionSource Asked { get; } = new();

        public TaskCompletionSource Place { get; } = new();

        public void Release()
        {
        }

        public Task ReacquireAsync(CancellationToken cancellation)
        {
            Asked.TrySetResult();
            return Place.Task;
        }

        public void BeforeSend()
        {
        }
    }

    private static ScriptedHandler FirstAnswer(Func<HttpResponseMessage> first) =>
        new(sent => sent.Number == 1 ? first() : sent.Method == HttpMethod.Post ? Answer.Json(People.Page(null)) : Answer.Json(People.User()));
}
