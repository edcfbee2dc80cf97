using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

/// <summary>Incomplete responses are retried where that is safe, and never used in part.</summary>
public sealed class IncompleteResponseTests
{
    private static readonly string Page = People.Page(null, People.User(0), People.User(1)).ToJsonString();

    public static TheoryData<string> Breaks => ["length, then closed", "length, then reset", "chunk, then closed", "head only", "half a head", "nothing", "reset at once"];

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task An_incomplete_page_is_requested_again(string how)
    {
        using WireServer server = new((request, connection) => request.Number == 1 ? Break(connection, how) : connection.AnswerAsync(200, Page));
        using ToriiService client = server.Connect();

        List<ToriiUser> users = await client.SearchAsync(new UserQuery()).Soon();

        Assert.Equal([People.Id(0), People.Id(1)], users.Select(static u => u.UserId));
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task A_page_that_is_always_incomplete_is_one_error(string how)
    {
        using WireServer server = new((_, connection) => Break(connection, how));
        using ToriiService client = server.Connect(static o => o with { MaxRetry = 2 });
        List<ToriiUser> users = [];

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(async () =>
        {
            await foreach (IReadOnlyList<ToriiUser> page in client.Users.SearchAsync(new UserQuery(), default))
            {
                users.AddRange(page);
            }
        }).Soon();

        Assert.Equal("Torii.ConnectionFailed", error.ErrorId);
        Assert.Contains(server.Address.Authority, error.Message);
        Assert.Contains("3 attempts", error.Message);
        Assert.Equal(3, server.Requests.Count);
        Assert.Empty(users);
    }

    [Fact]
    public async Task A_revocation_with_an_incomplete_response_is_retried()
    {
        using WireServer server = new(static (request, connection) => request.Number == 1
            ? Break(connection, "half a head")
            : connection.SendAsync("HTTP/1.1 204 X\r\n\r\n"));
        using ToriiService client = server.Connect();

        await client.Sessions.RevokeAllAsync(TestClient.UserId, default).Soon();

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_complete_body_with_incomplete_JSON_is_an_invalid_response()
    {
        using WireServer server = new(static (_, connection) => connection.AnswerAsync(200, Page[..^40]));
        using ToriiService client = server.Connect();

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.SearchAsync(new UserQuery()).Soon());

        Assert.Equal("Torii.InvalidResponse", error.ErrorId);
    }

    private static async Task Break(WireConnection connection, string how)
    {
        const string Head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
        string half = Page[..(Page.Length / 2)];
        switch (how)
        {
            case "length, then closed" or "length, then reset":
                await connection.SendAsync($"{Head}Content-Length: {Page.Length}\r\n\r\n{half}");
                break;
            case "chunk, then closed":
                await connection.SendAsync($"{Head}Transfer-Encoding: chunked\r\n\r\n{half.Length:x}\r\n{half}\r\n");
                break;
            case "head only":
                await connection.SendAsync($"{Head}Content-Length: {Page.Length}\r\n\r\n");
                break;
            case "half a head":
                await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Ty");
                break;
        }

        if (how.Contains("reset", StringComparison.Ordinal))
        {
            connection.Reset();
        }
        else
        {
            connection.Close();
        }
    }
}
