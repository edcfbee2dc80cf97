using System.Net;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

/// <summary>A request that is not idempotent is sent once.</summary>
public sealed class NotRepeatableTests
{
    private readonly ManualTime _time = new() { SkipsWaits = true };

    [Theory]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task It_is_not_repeated_after_a_server_error(int status)
    {
        ScriptedHandler handler = new(_ => Answer.Empty((HttpStatusCode)status));

        await Assert.ThrowsAsync<ToriiApiException>(() => Requests.SendOnceOnlyAsync(TestClient.Options, handler, _time, HttpMethod.Post));

        Assert.Single(handler.Requests);
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task It_is_not_repeated_after_an_incomplete_response()
    {
        ScriptedHandler handler = new(static _ => throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off"));

        await Assert.ThrowsAsync<ToriiException>(() => Requests.SendOnceOnlyAsync(TestClient.Options, handler, _time, HttpMethod.Post));

        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task It_is_not_repeated_after_a_timeout()
    {
        ManualTime time = new();
        ScriptedHandler handler = new(static async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            throw new InvalidOperationException("unreachable");
        });

        Task send = Requests.SendOnceOnlyAsync(TestClient.Options, handler, time, HttpMethod.Post);
        await Patience.Until(() => handler.Requests.Count == 1, "it is sent");
        time.Advance(TestClient.Options.Timeout);

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => send);
        Assert.Equal("Torii.Timeout", error.ErrorId);
        Assert.Single(handler.Requests);
    }

    /// <summary>The handler of the class library repeats a request without a body by itself, up to three times.</summary>
    [Theory]
    [InlineData("PATCH", true)]
    [InlineData("PATCH", false)]
    [InlineData("DELETE", true)]
    [InlineData("DELETE", false)]
    [InlineData("POST", true)]
    [InlineData("POST", false)]
    public async Task The_network_stack_does_not_repeat_it_when_the_connection_ends_before_a_response(string method, bool reset)
    {
        using WireServer server = new((_, connection) =>
        {
            if (reset)
            {
                connection.Reset();
            }
            else
            {
                connection.Close();
            }

            return Task.CompletedTask;
        });

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(
            () => Requests.SendOnceOnlyAsync(TestClient.Options with { ApiUrl = server.Address }, null, _time, new HttpMethod(method)));

        Assert.Equal("Torii.ConnectionFailed", error.ErrorId);
        await Patience.Settle();
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_revocation_is_sent_as_often_as_its_attempts_say()
    {
        using WireServer server = new(static (_, connection) =>
        {
            connection.Close();
            return Task.CompletedTask;
        });
        using ToriiService client = server.Connect(static o => o with { MaxRetry = 2 });

        await Assert.ThrowsAsync<ToriiException>(() => client.Sessions.RevokeAllAsync(TestClient.UserId, default).Soon());

        Assert.Equal(3, server.Requests.Count);
    }
}
