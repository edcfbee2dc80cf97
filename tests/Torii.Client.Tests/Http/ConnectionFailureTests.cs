using System.Net;
using System.Net.Sockets;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

public sealed class ConnectionFailureTests
{
    [Fact]
    public async Task A_server_that_does_not_listen_is_named()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using ToriiService client = new(
            TestClient.Options with { ApiUrl = new Uri($"http://127.0.0.1:{port}"), MaxRetry = 1 }, null, new ManualTime { SkipsWaits = true });

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.GetAsync());

        Assert.Equal("Torii.ConnectionFailed", error.ErrorId);
        Assert.Contains($"http://127.0.0.1:{port} could not be reached after 2 attempts: no process listens on this address", error.Message);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_reported_after_one_attempt()
    {
        ScriptedHandler handler = new(static _ => throw new HttpRequestException(
            HttpRequestError.NameResolutionError, "Name or service not known (nowhere.invalid:443)", new SocketException((int)SocketError.HostNotFound)));
        using ToriiService client = TestClient.Create(handler);

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.GetAsync());

        Assert.Equal("Torii.ConnectionFailed", error.ErrorId);
        Assert.Contains("the name does not resolve", error.Message);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task An_untrusted_certificate_has_its_own_variant()
    {
        ScriptedHandler handler = new(static _ => throw new HttpRequestException(HttpRequestError.SecureConnectionError, "The SSL connection could not be established."));
        using ToriiService client = TestClient.Create(handler);

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.GetAsync());

        Assert.Equal("tls", error.Variant);
    }

    [Fact]
    public async Task Text_that_the_network_stack_quotes_is_bounded_and_printable()
    {
        using WireServer server = new(static (_, connection) => connection.SendAsync($"\u001b[2J{new string('x', 20_000)}\r\n\r\n"));
        using ToriiService client = server.Connect(static o => o with { MaxRetry = 0 });

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.GetAsync());

        Assert.InRange(error.Message.Length, 1, 1000);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }
}
