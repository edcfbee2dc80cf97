using System.Net;
using System.Text.Json.Nodes;
using Torii.Client.Bulk;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Services;

/// <summary>The session of a connection to Better Auth: renewing it, losing it, ending it, and keeping it secret.</summary>
public sealed class BetterAuthSessionTests
{
    private const string Ann = "annannannannannannannannannann01";
    private const string SignOut = "POST /sign-out";

    private static HttpResponseMessage Confirmed => Answer.Json("""{"success":true}""");

    [Theory]
    [InlineData(401, "INVALID_EMAIL_OR_PASSWORD")]
    [InlineData(403, "BANNED_USER")]
    public async Task A_credential_that_is_refused_at_a_renewal_is_not_sent_again_and_stops_a_run(int status, string code)
    {
        int signIns = 0;
        using ScriptedBetterAuth server = new(_ => Answer.Empty(HttpStatusCode.Unauthorized));
        server.SignIn = r => ScriptedBetterAuth.Path(r).StartsWith("/sign-in/", StringComparison.Ordinal) && Interlocked.Increment(ref signIns) > 1 ? ScriptedBetterAuth.Fail((HttpStatusCode)status, code) : null;
        BulkRun<int, object> run = new(async (_, context) => await server.Service.Users.UnbanAsync(Ann, context), new BulkOptions { ThrottleLimit = 4 }, null, default);
        for (int i = 0; i < 20; i++)
        {
            Assert.True(run.TryPost(i));
        }

        run.Complete();
        List<BulkOutcome<int, object>> outcomes = [];
        while (await run.OutcomeAvailableAsync().Soon())
        {
            while (run.TryReceive(out BulkOutcome<int, object> outcome))
            {
                outcomes.Add(outcome);
            }
        }

        Assert.Equal(2, signIns);
        Assert.Equal(BulkStop.Unauthorized, run.Stop);
        Assert.Equal(20, outcomes.Count);
        Assert.All(outcomes.Where(static o => o.State == BulkState.Failed), static o => Assert.Equal(ToriiErrorId.Unauthorized, ((ToriiException)o.Error!).ErrorId));
        Assert.InRange(outcomes.Count(static o => o.State == BulkState.Failed), 1, 4);
        Assert.Equal(ToriiErrorId.Unauthorized, (await Assert.ThrowsAnyAsync<ToriiException>(() => server.Service.Users.GetAsync(Ann, default).Soon())).ErrorId);
        Assert.Equal(2, signIns);
    }

    [Theory]
    [InlineData("YOU_ARE_NOT_ALLOWED_TO_BAN_USERS", true)]
    [InlineData("YOU_ARE_NOT_ALLOWED_TO_CHANGE_USERS_ROLE", false)]
    [InlineData("YOU_CANNOT_IMPERSONATE_ADMINS", false)]
    public async Task An_account_that_lost_its_role_stops_a_run_and_a_refusal_about_one_user_does_not(string code, bool stops)
    {
        using ScriptedBetterAuth server = new(_ => ScriptedBetterAuth.Fail(HttpStatusCode.Forbidden, code));
        BulkRun<int, object> run = new(async (_, context) => await server.Service.Users.BanAsync(Ann, context), new BulkOptions { ThrottleLimit = 1 }, null, default);

        Assert.True(run.TryPost(1));
        Assert.True(await run.OutcomeAvailableAsync().Soon());

        Assert.Equal(stops ? BulkStop.Unauthorized : BulkStop.None, run.Stop);
    }

    [Fact]
    public async Task A_failure_of_the_network_while_renewing_is_no_refusal()
    {
        int signIns = 0;
        using ScriptedBetterAuth server = new(
            r => r.Authorization == "Bearer session-number-1.signature" ? Answer.Empty(HttpStatusCode.Unauthorized) : Answer.Json(ScriptedBetterAuth.User(Ann)),
            change: static o => o with { MaxRetry = 0 });
        server.SignIn = r => ScriptedBetterAuth.Path(r).StartsWith("/sign-in/", StringComparison.Ordinal) && ++signIns == 2 ? Answer.Empty(HttpStatusCode.BadGateway) : null;

        await Assert.ThrowsAnyAsync<ToriiException>(() => server.Service.Users.GetAsync(Ann, default).Soon());

        Assert.Equal(Ann, (await server.Service.Users.GetAsync(Ann, default).Soon()).UserId);
    }

    [Fact]
    public async Task A_renewal_that_opens_a_session_of_another_user_is_refused_and_that_session_is_ended()
    {
        string user = ScriptedBetterAuth.Self;
        using ScriptedBetterAuth server = new(r => ScriptedBetterAuth.Path(r) == "/sign-out" ? Confirmed
            : r.Authorization == "Bearer session-number-1.signature" && user != ScriptedBetterAuth.Self ? Answer.Empty(HttpStatusCode.Unauthorized) : Answer.Json(ScriptedBetterAuth.User(Ann)));
        server.SignIn = r => ScriptedBetterAuth.Path(r).StartsWith("/get-session", StringComparison.Ordinal)
            ? Answer.Json($$$"""{"session":{"expiresAt":"2026-05-23T09:30:00.000Z"},"user":{"id":"{{{user}}}"}}""") : null;
        await server.Service.Users.GetAsync(Ann, default).Soon();
        user = "another";

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => server.Service.Users.DeleteAsync(Ann, default).Soon());
        await server.Service.SignOutAsync(default).Soon();

        Assert.Equal(ToriiErrorId.Unauthorized, error.ErrorId);
        Assert.Contains("opened a session of user another", error.Message);
        Assert.DoesNotContain(server.Handler.Requests, static r => r.Authorization == "Bearer session-number-2.signature" && ScriptedBetterAuth.Path(r).StartsWith("/admin/", StringComparison.Ordinal));
        Assert.Equal("Bearer session-number-2.signature", server.Handler.Requests[^1].Authorization);
        Assert.Equal(SignOut, server.Requests[^1]);
    }

    [Fact]
    public async Task A_session_that_was_opened_and_could_not_be_read_is_ended_with_the_connection()
    {
        using ScriptedBetterAuth server = new(_ => Confirmed, change: static o => o with { MaxRetry = 0 });
        server.SignIn = static r => ScriptedBetterAuth.Path(r).StartsWith("/get-session", StringComparison.Ordinal) ? Answer.Empty(HttpStatusCode.BadGateway) : null;

        await Assert.ThrowsAnyAsync<ToriiException>(() => server.Service.CheckAsync(default).Soon());
        await server.Service.SignOutAsync(default).Soon();

        Assert.Equal([SignOut], server.Requests);
        Assert.Equal("Bearer session-number-1.signature", server.Handler.Requests[^1].Authorization);
    }

    [Fact]
    public async Task A_failed_check_of_an_open_connection_does_not_end_its_session()
    {
        bool fails = false;
        using ScriptedBetterAuth server = new(r => fails ? Answer.Empty(HttpStatusCode.BadGateway) : Answer.Json(ScriptedBetterAuth.User(Ann)), change: static o => o with { MaxRetry = 0 });
        await server.Service.Users.GetAsync(Ann, default).Soon();
        fails = true;

        await Assert.ThrowsAnyAsync<ToriiException>(() => server.Service.CheckAsync(default).Soon());
        fails = false;
        await server.Service.Users.GetAsync(Ann, default).Soon();

        Assert.Equal(1, server.Sessions);
        Assert.DoesNotContain(SignOut, server.Requests);
    }

    [Fact]
    public async Task A_connection_that_signed_out_opens_no_session()
    {
        using ScriptedBetterAuth server = new(_ => Confirmed);
        await server.Service.Sessions.RevokeAllAsync(Ann, default).ContinueWith(static _ => { }, TaskScheduler.Default).Soon();
        await server.Service.SignOutAsync(default).Soon();

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => server.Service.Users.GetAsync(Ann, default).Soon());

        Assert.Equal(ToriiErrorId.Unauthorized, error.ErrorId);
        Assert.Equal(1, server.Sessions);
    }

    [Fact]
    public async Task A_server_that_fails_delays_the_end_of_a_connection_by_one_attempt()
    {
        using ScriptedBetterAuth server = new(r => ScriptedBetterAuth.Path(r) == "/sign-out" ? Answer.Empty(HttpStatusCode.BadGateway) : Answer.Json(ScriptedBetterAuth.User(Ann)));
        await server.Service.Users.GetAsync(Ann, default).Soon();

        await Assert.ThrowsAnyAsync<ToriiException>(() => server.Service.SignOutAsync(default).Soon());

        Assert.Single(server.Requests, SignOut);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_sessions_of_its_own_account_are_not_revoked_by_a_connection_that_cannot_sign_in_again(bool isToken)
    {
        BetterAuthCredential credential = isToken ? BetterAuthCredential.FromSessionToken("given-token.signature") : BetterAuthCredential.FromPassword("admin@example.com", ScriptedBetterAuth.Password, "123456");
        string own = isToken ? "given-token" : "session-number-1";
        using ScriptedBetterAuth server = new(
            r => ScriptedBetterAuth.Path(r) == "/admin/list-user-sessions"
                ? Answer.Json($$$"""{"sessions":[{{{Session("mine", own)}}},{{{Session("other", "another-token")}}}]}""")
                : Answer.Json("""{"success":true,"status":true}"""),
            credential);
        BetterAuthService service = server.Service;

        foreach (Func<Task> work in (Func<Task>[])[
            () => service.Sessions.RevokeAllAsync(ScriptedBetterAuth.Self, default),
            () => service.Sessions.RevokeAsync(ScriptedBetterAuth.Self, "mine", default),
            () => service.Accounts!.SetPasswordAsync(ScriptedBetterAuth.Self, "a new password", revokeSessions: true, default)])
        {
            ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => work().Soon());
            Assert.Equal((ToriiErrorId.OwnAccount, "session"), (error.ErrorId, error.Variant));
        }

        Assert.DoesNotContain(server.Requests, static r => r.Contains("revoke", StringComparison.Ordinal) || r.Contains("password", StringComparison.Ordinal));
        await service.Sessions.RevokeAsync(ScriptedBetterAuth.Self, "other", default).Soon();
        Assert.Contains("another-token", server.Handler.Requests[^1].Body);
    }

    [Fact]
    public async Task An_ended_session_is_renewed_for_a_request_that_is_never_repeated()
    {
        using ScriptedBetterAuth server = new(r => r.Authorization == "Bearer session-number-1.signature" ? Answer.Empty(HttpStatusCode.Unauthorized)
            : Answer.Json($$$"""{"session":{"token":"impersonated","userId":"{{{Ann}}}","createdAt":"2026-05-16T09:30:00.000Z","expiresAt":"2026-05-16T10:30:00.000Z"}}"""));

        ToriiImpersonationToken token = await server.Service.Impersonation!.CreateTokenAsync(new ImpersonationRequest { UserId = Ann, ActorUserId = "", Reason = "" }, default).Soon();

        Assert.Equal((Ann, 3600), (token.UserId, token.ExpiresInSec));
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData(429, 2)]
    [InlineData(502, 1)]
    public async Task An_email_is_requested_again_only_where_the_first_request_was_refused(int status, int requests)
    {
        int attempts = 0;
        using ScriptedBetterAuth server = new(r => r.Method == HttpMethod.Get ? Answer.Json(ScriptedBetterAuth.User(Ann))
            : ++attempts == 1 ? Answer.Empty((HttpStatusCode)status).With("X-Retry-After", "5") : Answer.Json("""{"status":true}"""));

        Exception? error = await Record.ExceptionAsync(() => server.Service.Accounts!.SendPasswordResetAsync(Ann, null, default).Soon());

        Assert.Equal(requests, attempts);
        Assert.Equal(status == 429, error is null);
    }

    [Fact]
    public async Task A_redirect_that_is_not_allowed_is_an_invalid_request()
    {
        using ScriptedBetterAuth server = new(r => r.Method == HttpMethod.Get ? Answer.Json(ScriptedBetterAuth.User(Ann)) : ScriptedBetterAuth.Fail(HttpStatusCode.Forbidden, "INVALID_REDIRECT_URL"));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => server.Service.Accounts!.SendPasswordResetAsync(Ann, new Uri("https://elsewhere.example"), default).Soon());

        Assert.Equal(ToriiErrorId.InvalidRequest, error.ErrorId);
    }

    [Theory]
    [InlineData("{\"message\":\"Invalid input: {0}\",\"code\":\"VALIDATION_ERROR\"}", 400)]
    [InlineData("<html>{0}</html>", 502)]
    [InlineData("{\"echo\":[\"{0}\"]}", 200)]
    public async Task A_server_that_repeats_a_request_reveals_no_secret_of_it(string body, int status)
    {
        const string Secret = "pass\"wörd <1>";
        using ScriptedBetterAuth server = new(
            r => ScriptedBetterAuth.Path(r).StartsWith("/admin/get-user", StringComparison.Ordinal) ? Answer.Json(ScriptedBetterAuth.User(Ann))
                : r.Method == HttpMethod.Get ? ScriptedBetterAuth.Users(1, ScriptedBetterAuth.User(Ann, "other@example.com"))
                : Answer.Json(body.Replace("{0}", status == 502 ? Secret : JsonValue.Create(Secret).ToJsonString().Trim('"'), StringComparison.Ordinal), (HttpStatusCode)status),
            change: static o => o with { MaxRetry = 0 });
        Recorder recorder = new();
        RequestContext context = new(default, recorder);

        foreach (Func<Task> work in (Func<Task>[])[
            () => server.Service.Accounts!.SetPasswordAsync(Ann, Secret, false, context),
            () => server.Service.Users.CreateAsync(Body.Of(("email", "a@example.com"), ("name", "A"), ("password", Secret)), context)])
        {
            ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => work().Soon());
            for (Exception? e = error; e is not null; e = e.InnerException)
            {
                Assert.DoesNotContain("wörd", $"{e} {(e as ToriiApiException)?.ResponseBody}");
                Assert.DoesNotContain("w\\u00F6rd", $"{e} {(e as ToriiApiException)?.ResponseBody}");
            }
        }

        Assert.DoesNotContain(recorder.All, static line => line.Contains("wörd", StringComparison.Ordinal));
    }

    private static string Session(string id, string token) =>
        $$"""{"id":"{{id}}","token":"{{token}}","userId":"{{ScriptedBetterAuth.Self}}","createdAt":"2026-05-01T00:00:00.000Z","updatedAt":"2026-05-01T00:00:00.000Z","expiresAt":"2999-05-08T00:00:00.000Z"}""";
}
