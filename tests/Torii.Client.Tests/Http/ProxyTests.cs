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

    [Theory]
    [InlineData(407, "requires credentials (status 407)")]
    [InlineData(403, "refused the tunnel (status 403)")]
    public async Task A_proxy_that_refuses_the_tunnel_is_named_once_and_without_its_credentials(int status, string cause)
    {
        using WireServer proxy = new((_, connection) => connection.AnswerAsync(status, "{}"));
        using ToriiService client = TestClient.Create(null, o => o with { Proxy = proxy.Address });

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.GetAsync());

        Assert.Equal((ToriiErrorId.ConnectionFailed, "proxy"), (error.ErrorId, error.Variant));
        Assert.StartsWith($"The proxy {ServiceAddress.Display(proxy.Address)} does not connect to https://api.example.com", error.Message, StringComparison.Ordinal);
        Assert.Contains(cause, error.Message);
        Assert.StartsWith("CONNECT api.example.com:443", Assert.Single(proxy.Requests).Head, StringComparison.Ordinal);
        Assert.DoesNotContain(TestClient.Key, proxy.Requests[0].Head);
    }

    [Fact]
    public async Task A_proxy_that_does_not_listen_is_named_and_not_the_service()
    {
        using WireServer closed = new(static (_, _) => Task.CompletedTask);
        closed.Dispose();
        using ToriiService client = TestClient.Create(null, o => o with { Proxy = closed.Address, MaxRetry = 1 });

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.GetAsync());

        Assert.Equal("proxy", error.Variant);
        Assert.Contains($"The proxy {ServiceAddress.Display(closed.Address)} does not connect", error.Message);
        Assert.Contains("no process listens", error.Message);
    }

    [Fact]
    public async Task The_password_of_the_proxy_of_the_system_is_in_no_text()
    {
        using WireServer proxy = new(static (_, connection) => connection.AnswerAsync(407, "{}"));
        IWebProxy before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(new Uri($"http://user:hunter2@{proxy.Address.Authority}"));
        Recorder recorder = new();
        try
        {
            using ToriiService client = TestClient.Create(null, static o => o with { MaxRetry = 1 });
            ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.GetAsync(recorder));

            Assert.Equal("proxy", error.Variant);
            Assert.All(recorder.All.Append(error.ToString()), static text => Assert.DoesNotContain("hunter2", text));
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    [Fact]
    public void A_proxy_for_an_http_address_is_refused_because_it_would_receive_the_key()
    {
        ToriiException error = Assert.Throws<ToriiException>(static () => new ToriiService(
            TestClient.Options with { ApiUrl = new Uri("http://localhost:4010"), Proxy = new Uri("http://proxy.example.com:8080") }));

        Assert.Equal((ToriiErrorId.InvalidProxy, "loopback"), (error.ErrorId, error.Variant));
    }

    [Theory]
    [InlineData("http://user:hunter2@proxy.example.com:8080", "credentials")]
    [InlineData("user:hunter2@proxy.example.com:8080", "credentials")]
    [InlineData("ftp://user:hunter2@proxy.example.com", "credentials")]
    [InlineData("ftp://proxy.example.com", null)]
    [InlineData("proxy.example.com", null)]
    public void An_address_that_is_not_a_proxy_is_refused_without_its_password(string address, string? variant)
    {
        ToriiException error = Assert.Throws<ToriiException>(() => TestClient.Options with { Proxy = new Uri(address, UriKind.RelativeOrAbsolute) });

        Assert.Equal((ToriiErrorId.InvalidProxy, variant), (error.ErrorId, error.Variant));
        Assert.DoesNotContain("hunter2", error.ToString());
    }
}
