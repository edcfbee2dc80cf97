using System.Net;
using System.Net.Sockets;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

public sealed class RetryStatusTests
{
    private static readonly int[] Transient = [408, 429, 500, 502, 503, 504];

    [Fact]
    public async Task Exactly_these_statuses_are_retried()
    {
        List<int> triedAgain = [];
        foreach (int status in Enumerable.Range(300, 300))
        {
            ScriptedHandler handler = new(_ => Answer.Empty((HttpStatusCode)status));
            using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 1 });
            await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());
            if (handler.Requests.Count == 2)
            {
                triedAgain.Add(status);
            }
        }

        Assert.Equal(Transient, triedAgain);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_request_that_succeeds_after_retries_is_a_success(int status)
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(
            () => Answer.Empty((HttpStatusCode)status), () => Answer.Empty((HttpStatusCode)status), static () => Answer.Json(People.User()));
        using ToriiService client = TestClient.Create(handler);

        Assert.Equal(TestClient.UserId, (await client.GetAsync()).UserId);
        Assert.Equal(3, handler.Requests.Count);
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused)]
    [InlineData(SocketError.ConnectionReset)]
    [InlineData(SocketError.NetworkUnreachable)]
    [InlineData(SocketError.TryAgain)]
    public async Task Connection_errors_are_retried(SocketError code)
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(
            () => throw new HttpRequestException(HttpRequestError.ConnectionError, "no", new SocketException((int)code)), static () => Answer.Json(People.User()));
        using ToriiService client = TestClient.Create(handler);

        await client.GetAsync();

        Assert.Equal(2, handler.Requests.Count);
    }

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError)]
    [InlineData(HttpRequestError.SecureConnectionError)]
    public async Task An_unknown_name_and_an_untrusted_certificate_are_not_retried(HttpRequestError kind)
    {
        ScriptedHandler handler = new(_ => throw new HttpRequestException(kind, "no", new SocketException((int)SocketError.HostNotFound)));
        using ToriiService client = TestClient.Create(handler);

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.GetAsync());

        Assert.Equal("Torii.ConnectionFailed", error.ErrorId);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task A_retried_revocation_has_the_same_path()
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(
            static () => Answer.Empty(HttpStatusCode.BadGateway), static () => throw new HttpRequestException("reset"), static () => Answer.Empty(HttpStatusCode.NoContent));
        using ToriiService client = TestClient.Create(handler);

        await client.Sessions.RevokeAllAsync(TestClient.UserId, default).Soon();

        Assert.Equal(Enumerable.Repeat($"DELETE /api/server/v1/users/{TestClient.UserId}/sessions", 3), handler.Requests.Select(static r => $"{r.Method} {r.PathAndQuery}"));
    }

    [Fact]
    public async Task A_retried_search_has_the_same_body()
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(
            static () => Answer.Empty(HttpStatusCode.InternalServerError), static () => Answer.Json(People.Page(null)));
        using ToriiService client = TestClient.Create(handler);

        await client.SearchAsync(new UserQuery { EmailContains = "@example.com", Statuses = ["banned"] });

        Assert.Equal(2, handler.Requests.Count);
        Assert.Equal("""{"email":"@example.com","statuses":["banned"]}""", handler.Requests[0].Body);
        Assert.Equal(handler.Requests[0] with { Number = 2 }, handler.Requests[1]);
    }
}
