using System.Net;
using Torii.Client.Http;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

[Collection(nameof(Alone))]
public sealed class ConnectionReuseTests
{
    [Fact]
    public async Task A_request_that_may_not_be_repeated_uses_a_connection_of_its_own()
    {
        // Each connection serves one request, and then ends without a response: it is stale when it is used again.
        HashSet<int> used = [];
        using WireServer server = new((_, connection) =>
        {
            if (used.Add(connection.ClientPort))
            {
                return connection.AnswerAsync(200, "{}");
            }

            connection.Close();
            return Task.CompletedTask;
        });
        using ApiPipeline pipeline = new((TestClient.Options with { ApiUrl = server.Address }).Describe(), null, new ManualTime { SkipsWaits = true });

        await pipeline.SendAsync(new ApiRequest { Method = HttpMethod.Get, Path = "/x" }, default, static _ => true).Soon();
        for (int i = 0; i < 3; i++)
        {
            ApiRequest create = new() { Method = HttpMethod.Post, Path = "/x", Body = "{}"u8.ToArray(), Safety = RetrySafety.OnlyIfNotExecuted };
            Assert.True(await pipeline.SendAsync(create, default, static _ => true).Soon());
        }

        Assert.Equal(4, used.Count);
    }

    [Fact]
    public async Task Other_requests_share_a_connection()
    {
        HashSet<int> used = [];
        using WireServer server = new((_, connection) =>
        {
            used.Add(connection.ClientPort);
            return connection.AnswerAsync(200, People.User().ToJsonString());
        });
        using ToriiService client = server.Connect();

        for (int i = 0; i < 5; i++)
        {
            await client.GetAsync();
        }

        Assert.Single(used);
    }

    [Fact]
    public async Task A_hundred_disposed_services_leave_no_connection_open()
    {
        using WireServer server = new(static (_, connection) => connection.AnswerAsync(200, People.User().ToJsonString()));
        for (int i = 0; i < 100; i++)
        {
            using ToriiService client = server.Connect();
            await client.GetAsync();
            await Requests.SendOnceOnlyAsync(client.Options, null, new ManualTime(), HttpMethod.Post);
        }

        await Patience.Until(() => server.OpenConnections == 0, "every connection is closed");
        Assert.Equal(200, server.Requests.Count);
    }

    [Fact]
    public void A_pooled_connection_is_replaced_after_five_minutes()
    {
        using SocketsHttpHandler handler = Transport.CreateHandler(TestClient.Options.Describe(), Transport.PooledLifetime);

        Assert.Equal(TimeSpan.FromMinutes(5), handler.PooledConnectionLifetime);
        Assert.False(handler.UseCookies);
        Assert.False(handler.AllowAutoRedirect);
        Assert.Equal(DecompressionMethods.All, handler.AutomaticDecompression);
    }
}
