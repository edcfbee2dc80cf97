using System.Net;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

[Collection(nameof(Alone))]
public sealed class ProxyTests
{
    /// <summary>The one test that changes the system's proxy for this process; all other addresses here are loopback.</summary>
    [Fact]
    public async Task A_loopback_address_is_never_reached_through_the_proxy_of_the_system()
    {
        using WireServer proxy = new(static (_, connection) => connection.AnswerAsync(502, "{}"));
        using WireServer server = new(static (_, connection) => connection.AnswerAsync(200, People.User().ToJsonString()));
        IWebProxy before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(proxy.Address);
        try
        {
            using ToriiService client = server.Connect();
            await client.GetAsync();
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }

        Assert.Empty(proxy.Requests);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_proxy_that_was_named_is_used()
    {
        using WireServer proxy = new(static (_, connection) => connection.AnswerAsync(200, People.User().ToJsonString()));
        using WireServer server = new(static (_, connection) => connection.AnswerAsync(500, "{}"));
        using ToriiService client = server.Connect(o => o with { Proxy = proxy.Address });

        await client.GetAsync();

        Assert.Single(proxy.Requests);
        Assert.Empty(server.Requests);
    }
}
