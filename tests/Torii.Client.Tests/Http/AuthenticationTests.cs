using System.Net;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

public sealed class AuthenticationTests
{
    [Fact]
    public async Task Every_request_of_every_operation_carries_the_key_once()
    {
        ScriptedHandler handler = new(static sent => sent switch
        {
            { Method.Method: "DELETE" } => Answer.Empty(HttpStatusCode.NoContent),
            { Method.Method: "POST" } => Answer.Json(People.PageOf(3, sent)),
            _ when sent.PathAndQuery.EndsWith("/sessions", StringComparison.Ordinal) => Answer.Json("[]"),
            _ => Answer.Json(People.User()),
        });
        using ToriiService client = TestClient.Create(handler);

        await client.GetAsync();
        await client.CheckAsync(default);
        await client.SearchAsync(new UserQuery { PageSize = 1 });
        await client.Sessions.ListAsync(TestClient.UserId, default);
        await client.Sessions.RevokeAllAsync(TestClient.UserId, default);
        await client.Sessions.RevokeAsync(TestClient.UserId, People.Id(9), default);

        Assert.Equal(8, handler.Requests.Count);
        Assert.All(handler.Requests, static r => Assert.Equal($"Bearer {TestClient.Key}", r.Authorization));
    }

    [Fact]
    public async Task Every_attempt_of_a_request_carries_the_key()
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(
            static () => Answer.Empty(HttpStatusCode.ServiceUnavailable), static () => throw new HttpRequestException("reset"), static () => Answer.Json(People.User()));
        using ToriiService client = TestClient.Create(handler);

        await client.GetAsync();

        Assert.Equal(Enumerable.Repeat($"Bearer {TestClient.Key}", 3), handler.Requests.Select(static r => r.Authorization));
    }

    [Fact]
    public async Task The_key_is_in_the_Authorization_header_only()
    {
        using WireServer server = new(static (_, connection) => connection.AnswerAsync(200, People.Page(null, People.User(status: "banned")).ToJsonString()));
        using ToriiService client = server.Connect();

        await client.SearchAsync(new UserQuery { Statuses = ["banned"] }).Soon();

        WireRequest request = Assert.Single(server.Requests);
        string line = Assert.Single(request.Head.Split("\r\n"), static l => l.Contains(TestClient.Key, StringComparison.Ordinal));
        Assert.Equal($"Authorization: Bearer {TestClient.Key}", line);
        Assert.DoesNotContain(TestClient.Key, request.Body);
    }

    [Fact]
    public async Task A_request_without_a_body_has_no_Content_Type()
    {
        using WireServer server = new(static (request, connection) => request.Head.StartsWith("DELETE", StringComparison.Ordinal)
            ? connection.SendAsync("HTTP/1.1 204 X\r\n\r\n")
            : connection.AnswerAsync(200, People.User(status: "banned").ToJsonString()));
        using ToriiService client = server.Connect();

        await client.GetAsync();
        await client.Users.BanAsync(TestClient.UserId, default).Soon();
        await client.Users.DeleteAsync(TestClient.UserId, default).Soon();

        Assert.All(server.Requests, static r => Assert.DoesNotContain("Content-Type", r.Head));
        Assert.DoesNotContain("Content-Length", server.Requests[0].Head);
    }

    [Fact]
    public async Task A_base_address_with_a_path_keeps_it()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(People.User()));
        using ToriiService client = TestClient.Create(handler, static o => o with { ApiUrl = new Uri("https://gateway.example.com/torii/") });

        await client.GetAsync();

        Assert.Equal($"https://gateway.example.com/torii/api/server/v1/users/{TestClient.UserId}", Assert.Single(handler.Requests).Uri.AbsoluteUri);
    }
}
