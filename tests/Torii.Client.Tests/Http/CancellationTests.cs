using System.Net;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

/// <summary>Ctrl+C returns at once in every phase of a request, and nothing new is sent.</summary>
[Collection(nameof(Alone))]
public sealed class CancellationTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task While_the_service_has_not_answered()
    {
        using WireServer server = new(static (_, _) => Task.CompletedTask);
        using ToriiService client = server.Connect();
        Task<ToriiUser> user = client.GetAsync(cancellation: _stop.Token);
        await Patience.Until(() => server.Requests.Count == 1, "the request has arrived");

        await EndsAtOnce(user);

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task While_the_body_trickles_in()
    {
        TaskCompletionSource begun = new();
        using WireServer server = new(async (_, connection) =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"id\":");
            begun.SetResult();
        });
        using ToriiService client = server.Connect();
        Task<ToriiUser> user = client.GetAsync(cancellation: _stop.Token);
        await begun.Task.Soon();
        await Patience.Settle();

        await EndsAtOnce(user);

        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_it_waits_before_the_next_attempt(bool retryAfter)
    {
        ManualTime time = new();
        ScriptedHandler handler = new(_ => retryAfter
            ? Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(60)
            : Answer.Empty(HttpStatusCode.InternalServerError));
        using ToriiService client = TestClient.Create(handler, time: time);
        Task<ToriiUser> user = client.GetAsync(cancellation: _stop.Token);
        await Patience.Until(() => time.Waits.Count == 1, "it waits");

        await EndsAtOnce(user);

        time.Advance(TimeSpan.FromMinutes(5));
        await Patience.Settle();
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task While_another_request_holds_it_back()
    {
        ManualTime time = new();
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(60));
        using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 0 }, time);
        await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());
        Task<ToriiUser> user = client.GetAsync(cancellation: _stop.Token);
        await Patience.Until(() => time.Waits.Count == 1, "it is held back");

        await EndsAtOnce(user);

        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task Before_it_began()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(People.User()));
        using ToriiService client = TestClient.Create(handler);
        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync(cancellation: _stop.Token));

        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task While_paging_waits_for_a_page()
    {
        TaskCompletionSource asked = new();
        ScriptedHandler handler = new(async (_, cancellation) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            throw new InvalidOperationException("unreachable");
        });
        using ToriiService client = TestClient.Create(handler);
        await using IAsyncEnumerator<IReadOnlyList<ToriiUser>> pages = client.Users.SearchAsync(new UserQuery(), new RequestContext(_stop.Token)).GetAsyncEnumerator();
        Task<bool> page = pages.MoveNextAsync().AsTask();
        await asked.Task.Soon();

        await EndsAtOnce(page);

        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task Cancelling_is_not_reported_as_a_timeout_or_connection_failure()
    {
        using WireServer server = new(static (_, _) => Task.CompletedTask);
        using ToriiService client = server.Connect(static o => o with { MaxRetry = 0 });
        for (int i = 1; i <= 20; i++)
        {
            using CancellationTokenSource stop = new();
            Task<ToriiUser> user = client.GetAsync(cancellation: stop.Token);
            await Patience.Until(() => server.Requests.Count == i, "the request has arrived");
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => user);
        }
    }

    private async Task EndsAtOnce(Task work) => await Patience.AtOnce(async () =>
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
    });
}
