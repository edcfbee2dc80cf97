using System.Net;
using System.Security;
using System.Text.Json;
using System.Text.Json.Nodes;
using Torii.Client.Http;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Impersonation;

/// <summary>A token lets its holder sign in as a user: it is requested once, and nothing shows it.</summary>
public sealed class ImpersonationTests
{
    private static readonly string User = People.Id(1);
    private static readonly string Actor = People.Id(2);
    private static readonly ImpersonationRequest Request = new() { UserId = User, ActorUserId = Actor, Reason = "Ticket #4821" };

    private readonly string _token = $"imp_{Guid.NewGuid():N}";
    private readonly Recorder _recorder = new();
    private readonly ManualTime _time = new() { SkipsWaits = true };

    [Fact]
    public async Task A_request_names_the_actor_and_the_reason_and_leaves_out_what_was_not_given()
    {
        ScriptedHandler handler = Service();

        ToriiImpersonationToken token = await CreateAsync(handler);

        Sent sent = Assert.Single(handler.Requests);
        Assert.Equal($"POST /api/server/v1/users/{User}/impersonation-token", $"{sent.Method} {sent.PathAndQuery}");
        Body.AssertIs(new JsonObject { ["actorUserId"] = Actor, ["reason"] = "Ticket #4821" }, sent, "");
        Assert.Equal((User, Actor, "Ticket #4821", 600L), (token.UserId, token.ActorUserId, token.Reason, token.ExpiresInSec));
        Assert.Equal((_token, null), (Reveal(token.Token), token.Url));
    }

    [Fact]
    public async Task Lifetime_and_redirect_are_sent_as_they_were_given()
    {
        string url = $"https://auth.example.com/_torii/auth/session/impersonate?token={_token}";
        ScriptedHandler handler = Service(url, 60);

        ToriiImpersonationToken token = await CreateAsync(handler, Request with { ExpiresInSec = 60, RedirectUrl = new Uri("https://APP.example.com/a?b=1#c") });

        Body.AssertIs(
            new JsonObject { ["actorUserId"] = Actor, ["reason"] = "Ticket #4821", ["expiresInSeconds"] = 60, ["redirectUrl"] = "https://APP.example.com/a?b=1#c" },
            handler.Requests[0],
            "");
        Assert.Equal(url, Reveal(token.Url!));
    }

    [Fact]
    public async Task The_expiry_counts_from_before_the_request()
    {
        DateTimeOffset began = _time.GetUtcNow();
        ScriptedHandler handler = new(_ =>
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            return Response(null, 600);
        });

        Assert.Equal(began.AddSeconds(600), (await CreateAsync(handler)).ExpiresAt);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(200)]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Without_a_usable_response_the_outcome_is_unknown_and_nothing_is_sent_twice(int status)
    {
        ScriptedHandler handler = new(_ => status switch
        {
            0 => throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off"),
            -1 => throw new IOException("reset"),
            200 => Answer.Html(),
            _ => Answer.Empty((HttpStatusCode)status).WithRetryAfter(1),
        });

        ToriiException error = await FailAsync(handler);

        Assert.Equal(("Torii.OutcomeUnknown", "impersonation", true), (error.ErrorId, error.Variant, error.MayHaveBeenExecuted));
        Assert.Single(handler.Requests);
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task A_timeout_leaves_the_outcome_unknown()
    {
        ManualTime time = new();
        ScriptedHandler handler = new(static async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            throw new InvalidOperationException("unreachable");
        });
        using ToriiService client = TestClient.Create(handler, time: time);

        Task<ToriiImpersonationToken> create = client.Impersonation!.CreateTokenAsync(Request, default);
        await Patience.Until(() => handler.Requests.Count == 1, "it is sent");
        time.Advance(client.Options.Timeout);

        Assert.Equal("Torii.OutcomeUnknown", (await Assert.ThrowsAsync<ToriiException>(() => create.Soon())).ErrorId);
        Assert.Single(handler.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_429_is_an_error_at_the_first_attempt(bool namesWait)
    {
        ScriptedHandler handler = new(_ => namesWait ? Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(1) : Answer.Empty(HttpStatusCode.TooManyRequests));

        ToriiException error = await FailAsync(handler);

        Assert.Equal(("Torii.TooManyRequests", false), (error.ErrorId, error.MayHaveBeenExecuted));
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task A_connection_that_is_refused_is_an_error_at_the_first_attempt()
    {
        ScriptedHandler handler = new(static _ => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"));

        ToriiException error = await FailAsync(handler);

        Assert.Equal(("Torii.ConnectionFailed", false), (error.ErrorId, error.MayHaveBeenExecuted));
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task The_network_stack_sends_it_once_and_on_a_connection_of_its_own()
    {
        HashSet<int> ports = [];
        using WireServer server = new(async (request, connection) =>
        {
            ports.Add(connection.ClientPort);
            if (request.Head.StartsWith("GET", StringComparison.Ordinal))
            {
                await connection.AnswerAsync(200, People.User(1).ToJsonString());
            }
            else
            {
                connection.Close();
            }
        });
        using ToriiService client = server.Connect();
        await client.Users.GetAsync(User, default).Soon();

        Assert.Equal("Torii.OutcomeUnknown", (await Assert.ThrowsAsync<ToriiException>(() => client.Impersonation!.CreateTokenAsync(Request, default).Soon())).ErrorId);

        await Patience.Settle();
        Assert.Equal((2, 2), (server.Requests.Count, ports.Count));
    }

    [Theory]
    [InlineData(400, "Torii.InvalidRequest")]
    [InlineData(401, "Torii.Unauthorized")]
    [InlineData(402, "Torii.QuotaExceeded")]
    [InlineData(403, "Torii.Forbidden")]
    public async Task A_refusal_has_an_error_id_and_recommended_actions_of_its_own(int status, string errorId)
    {
        ScriptedHandler handler = new(_ => Answer.Problem("""{"detail":"No.","code":"refused"}""", (HttpStatusCode)status));

        ToriiException error = await FailAsync(handler);

        Assert.Equal((errorId, "impersonation", false), (error.ErrorId, error.Variant, error.MayHaveBeenExecuted));
        Assert.Single(handler.Requests);
    }

    [Theory]
    [InlineData(true, true, "Torii.NotSupported", "This server has no impersonation tokens")]
    [InlineData(false, true, "Torii.UserNotFound", "The user 01931a73-8b00-7000-8000-000000000001 does not exist")]
    [InlineData(true, false, "Torii.UserNotFound", "The actor 01931a73-8b00-7000-8000-000000000002 does not exist")]
    public async Task A_404_is_about_the_server_only_where_both_users_exist(bool hasUser, bool hasActor, string errorId, string message)
    {
        ScriptedHandler handler = new(sent =>
            hasUser && sent.PathAndQuery.EndsWith(User, StringComparison.Ordinal) ? Answer.Json(People.User(1))
            : hasActor && sent.PathAndQuery.EndsWith(Actor, StringComparison.Ordinal) ? Answer.Json(People.User(2))
            : Answer.Empty(HttpStatusCode.NotFound));

        ToriiException error = await FailAsync(handler);

        Assert.Equal(errorId, error.ErrorId);
        Assert.StartsWith(message, error.Message);
    }

    [Theory]
    [InlineData(600)]
    [InlineData(61)]
    public async Task A_token_with_another_lifetime_than_requested_is_not_returned(int given)
    {
        ToriiException error = await FailAsync(Service(seconds: given), Request with { ExpiresInSec = 60 });

        Assert.Equal("Torii.FieldNotApplied", error.ErrorId);
        Assert.Null(error.Result);
        AssertHidden(error);
    }

    [Theory]
    [InlineData("""{"token":"TOKEN"}""")]
    [InlineData("""{"token":"TOKEN","expiresInSeconds":0}""")]
    [InlineData("""{"token":"TOKEN","expiresInSeconds":"600"}""")]
    [InlineData("""{"token":"TOKEN","expiresInSeconds":600,"url":"TOKEN"}""")]
    [InlineData("""{"token":["TOKEN"],"expiresInSeconds":600}""")]
    [InlineData("""{"token":" ","expiresInSeconds":600,"other":"TOKEN"}""")]
    [InlineData("""{"expiresInSeconds":600,"link":"https://example.com/?t=TOKEN"}""")]
    [InlineData("""{"token":"TOKEN","expiresInSeconds":600""")]
    [InlineData("TOKEN")]
    public async Task A_response_of_another_shape_leaves_the_outcome_unknown_and_shows_nothing(string body)
    {
        ToriiException error = await FailAsync(new ScriptedHandler(_ => Answer.Json(body.Replace("TOKEN", _token))));

        Assert.Equal("Torii.OutcomeUnknown", error.ErrorId);
        AssertHidden(error);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{\"token\":\"TOKEN\"}\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTOKEN\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"token\":\"TOKEN\",\"expiresIn")]
    [InlineData("{\"token\":\"TOKEN\",\"expiresInSeconds\":600}\r\n\r\n")]
    public async Task A_response_that_the_network_stack_cannot_read_shows_nothing(string response)
    {
        using WireServer server = new(async (_, connection) =>
        {
            await connection.SendAsync(response.Replace("TOKEN", _token));
            connection.Close();
        });
        using ToriiService client = server.Connect();

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.Impersonation!.CreateTokenAsync(Request, TestClient.Context(_recorder)).Soon());

        Assert.Equal("Torii.OutcomeUnknown", error.ErrorId);
        AssertHidden(error);
    }

    [Fact]
    public async Task Nothing_that_a_person_or_a_log_sees_contains_the_token()
    {
        string url = $"https://auth.example.com/redeem/{_token}";

        ToriiImpersonationToken token = await CreateAsync(Service(url));

        Assert.NotEmpty(_recorder.VerboseMessages);
        Assert.NotEmpty(_recorder.DebugMessages);
        foreach (string shown in (string[])[.. _recorder.All, token.ToString(), JsonSerializer.Serialize(token), JsonSerializer.Serialize(token.Token)])
        {
            Assert.DoesNotContain(_token, shown);
        }
    }

    [Fact]
    public async Task Messages_about_other_requests_hide_the_token_and_the_link_later_on()
    {
        string url = $"https://auth.example.com/redeem/{Uri.EscapeDataString(_token)}?x=1";
        await CreateAsync(Service(url));

        Assert.Equal("'[redacted]' is not a user id; an id is a UUID.", ToriiId.FindProblem(ResourceKind.User, _token));
        Assert.Equal("See [redacted].", Redactor.RedactLine($"See {url}."));
        Assert.Equal("a=[redacted]&b", Redactor.RedactLine($"a={_token}&b"));
    }

    [Fact]
    public async Task Only_a_caller_that_asks_for_plain_text_gets_it()
    {
        ToriiImpersonationToken token = await CreateAsync(Service($"https://auth.example.com/?token={_token}"));

        ToriiPlainImpersonationToken plain = token.ToPlainText();

        Assert.Equal((_token, $"https://auth.example.com/?token={_token}"), (plain.Token, plain.Url));
        Assert.Equal((token.UserId, token.ActorUserId, token.Reason, token.ExpiresInSec, token.ExpiresAt), (plain.UserId, plain.ActorUserId, plain.Reason, plain.ExpiresInSec, plain.ExpiresAt));
        Assert.DoesNotContain(_token, plain.ToString());
    }

    [Theory]
    [InlineData("", "Ticket 4821")]
    [InlineData(null, " ")]
    public async Task An_actor_and_a_reason_are_required_before_a_request(string? actor, string reason)
    {
        ScriptedHandler handler = Service();

        ToriiException error = await FailAsync(handler, Request with { ActorUserId = actor ?? Actor, Reason = reason });

        Assert.Equal(("Torii.InvalidRequest", "actorAndReason"), (error.ErrorId, error.Variant));
        Assert.Empty(handler.Requests);
    }

    [Theory]
    [InlineData("x", null)]
    [InlineData(null, "x")]
    public async Task Both_ids_are_checked_before_a_request(string? user, string? actor)
    {
        ScriptedHandler handler = Service();

        ToriiException error = await FailAsync(handler, Request with { UserId = user ?? User, ActorUserId = actor ?? Actor });

        Assert.Equal("Torii.InvalidId", error.ErrorId);
        Assert.Empty(handler.Requests);
    }

    private static string Reveal(SecureString secret) => new NetworkCredential("", secret).Password;

    private void AssertHidden(ToriiException error)
    {
        foreach (string? shown in (string?[])[.. _recorder.All, error.ToString(), (error as ToriiApiException)?.ResponseBody, (error.InnerException as ToriiApiException)?.ResponseBody])
        {
            Assert.DoesNotContain(_token, shown ?? "");
        }
    }

    private HttpResponseMessage Response(string? url, int seconds) => Answer.Json(new JsonObject { ["token"] = _token, ["expiresInSeconds"] = seconds, ["url"] = url });

    private ScriptedHandler Service(string? url = null, int seconds = 600) => new(_ => Response(url, seconds));

    private async Task<ToriiImpersonationToken> CreateAsync(ScriptedHandler handler, ImpersonationRequest? request = null)
    {
        using ToriiService client = TestClient.Create(handler, time: _time);
        return await client.Impersonation!.CreateTokenAsync(request ?? Request, TestClient.Context(_recorder)).Soon();
    }

    private Task<ToriiException> FailAsync(ScriptedHandler handler, ImpersonationRequest? request = null) =>
        Assert.ThrowsAnyAsync<ToriiException>(() => CreateAsync(handler, request));
}
