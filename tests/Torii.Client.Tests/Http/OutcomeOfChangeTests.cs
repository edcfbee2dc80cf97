using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Torii.Client.Http;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

/// <summary>Whether a change that failed may have been made: in the exception and, once, in its message.</summary>
public sealed class OutcomeOfChangeTests
{
    public static TheoryData<string, bool> Failures => new()
    {
        { "400", false }, { "401", false }, { "403", false }, { "404", false }, { "409", false }, { "429", false }, { "302", false }, { "307", false },
        { "303", true }, { "408", true }, { "500", true }, { "502", true }, { "503", true }, { "504", true }, { "200", true }, { "202", true },
        { "refused", false }, { "unresolved", false }, { "TLS", false }, { "tunnel", false }, { "reset", true }, { "ended", true }, { "invalid", true },
        { "timeout", true }, { "compression", true },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failed_change_reports_whether_it_may_have_been_made(string failure, bool mayHave)
    {
        ToriiException error = await FailAsync(failure, isRead: false);

        Assert.Equal(mayHave, error.MayHaveBeenExecuted);
        Assert.EndsWith(mayHave ? " The change may have been made." : " The change was not made.", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.Message.Split(" The change ").Length);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failed_read_request_never_does(string failure, bool mayHave)
    {
        ToriiException error = await FailAsync(failure, isRead: true);

        Assert.False(error.MayHaveBeenExecuted, $"{mayHave}");
        Assert.DoesNotContain("The change", error.Message);
    }

    [Fact]
    public async Task A_change_that_may_have_been_made_at_an_earlier_attempt_stays_so()
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(static () => Answer.Empty(HttpStatusCode.BadGateway), static () => Answer.Empty(HttpStatusCode.Forbidden));
        using ApiPipeline pipeline = new(TestClient.Options.Describe(), handler, new ManualTime { SkipsWaits = true });

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => pipeline.SendForNothingAsync(new ApiRequest { Method = HttpMethod.Delete, Path = "/x" }, default).Soon());

        Assert.True(error.MayHaveBeenExecuted);
        Assert.EndsWith("The change may have been made.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_throttled_change_that_was_not_sent_was_not_made()
    {
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(3600));
        using ToriiService client = TestClient.Create(handler);

        for (int i = 0; i < 2; i++)
        {
            ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.Sessions.RevokeAllAsync(TestClient.UserId, default).Soon());
            Assert.False(error.MayHaveBeenExecuted);
        }

        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task With_FailFast_an_address_on_which_nothing_listens_is_tried_once()
    {
        ScriptedHandler handler = new(static _ => throw Failure(HttpRequestError.ConnectionError, SocketError.ConnectionRefused));
        using ToriiService client = TestClient.Create(handler);

        await Assert.ThrowsAsync<ToriiException>(() => client.CheckAsync(new RequestContext { FailFast = true }).Soon());

        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task With_FailFast_an_error_of_the_service_is_still_retried()
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(static () => Answer.Empty(HttpStatusCode.ServiceUnavailable), static () => Answer.Json(People.Page(null)));
        using ToriiService client = TestClient.Create(handler);

        await client.CheckAsync(new RequestContext { FailFast = true }).Soon();

        Assert.Equal(2, handler.Requests.Count);
    }

    private static async Task<ToriiException> FailAsync(string failure, bool isRead)
    {
        ManualTime time = new();
        ScriptedHandler handler = new(async (_, cancellation) =>
        {
            await (failure == "timeout" ? Task.Delay(Timeout.Infinite, cancellation) : Task.CompletedTask);
            return failure switch
            {
                "refused" => throw Failure(HttpRequestError.ConnectionError, SocketError.ConnectionRefused),
                "unresolved" => throw Failure(HttpRequestError.NameResolutionError, SocketError.HostNotFound),
                "TLS" => throw Failure(HttpRequestError.SecureConnectionError, SocketError.Success),
                "tunnel" => throw Failure(HttpRequestError.ProxyTunnelError, SocketError.Success),
                "reset" => throw Failure(HttpRequestError.Unknown, SocketError.ConnectionReset),
                "ended" => throw Failure(HttpRequestError.ResponseEnded, SocketError.Success),
                "invalid" => throw Failure(HttpRequestError.InvalidResponse, SocketError.Success),
                "compression" => throw new InvalidDataException("its compression is invalid"),
                "200" or "202" => Answer.Html(status: (HttpStatusCode)int.Parse(failure, CultureInfo.InvariantCulture)),
                _ => Answer.Empty((HttpStatusCode)int.Parse(failure, CultureInfo.InvariantCulture)),
            };
        });
        using ApiPipeline pipeline = new((TestClient.Options with { MaxRetry = 0 }).Describe(), handler, time);
        ApiRequest request = new() { Method = HttpMethod.Post, Path = "/x", IsRead = isRead };
        Task send = pipeline.SendForNothingAsync(request, default);
        if (failure == "timeout")
        {
            await Patience.Until(() => handler.Requests.Count == 1, "the request is sent");
            time.Advance(TestClient.Options.Timeout);
        }

        return await Assert.ThrowsAnyAsync<ToriiException>(() => send.Soon());
    }

    private static HttpRequestException Failure(HttpRequestError kind, SocketError code) => new(kind, "It failed.", new SocketException((int)code));
}
