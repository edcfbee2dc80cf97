using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Options;

public sealed class ClientOptionsTests
{
    [Fact]
    public void The_defaults_are_the_documented_ones()
    {
        ToriiServiceOptions options = new() { SecretKey = SecretKey.Parse(TestClient.Key) };

        Assert.Equal(new Uri("https://api.torii.so"), options.ApiUrl);
        Assert.Equal(TimeSpan.FromSeconds(30), options.Timeout);
        Assert.Equal(5, options.MaxRetry);
        Assert.Equal(TimeSpan.FromMinutes(2), options.MaxTotalWait);
        Assert.Null(options.Proxy);
    }

    [Fact]
    public void An_address_that_would_send_the_key_unencrypted_is_refused()
    {
        ToriiException error = Assert.Throws<ToriiException>(static () => TestClient.Options with { ApiUrl = new Uri("http://api.torii.so") });

        Assert.Equal("Torii.InvalidApiUrl", error.ErrorId);
    }

    [Fact]
    public void Creating_a_service_sends_no_request()
    {
        using WireServer server = new(static (_, connection) => connection.AnswerAsync(200, "{}"));
        using (server.Connect())
        {
        }

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task The_User_Agent_names_the_client_and_its_version()
    {
        using WireServer server = new(static (_, connection) => connection.AnswerAsync(200, People.User().ToJsonString()));
        using ToriiService client = server.Connect(static o => o with { UserAgent = "torii-powershell" });

        await client.GetAsync();

        string head = Assert.Single(server.Requests).Head;
        Assert.Matches(@"(?m)^User-Agent: torii-powershell/\d+\.\d+\.\d+\r?$", head);
        Assert.Matches("(?m)^Accept: .*application/json", head);
    }

    [Fact]
    public async Task No_cookie_is_stored()
    {
        using WireServer server = new(static (_, connection) => connection.AnswerAsync(200, People.User().ToJsonString(), "Set-Cookie: session=x; Path=/"));
        using ToriiService client = server.Connect();

        await client.GetAsync();
        await client.GetAsync();

        Assert.Equal(2, server.Requests.Count);
        Assert.All(server.Requests, static r => Assert.DoesNotContain("Cookie", r.Head));
    }
}
