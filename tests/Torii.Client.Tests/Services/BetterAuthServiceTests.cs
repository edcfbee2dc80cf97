using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Services;

/// <summary>What no real server can be made to do: lost responses, swallowed errors, ended sessions, old versions.</summary>
public sealed class BetterAuthServiceTests
{
    private const string Ann = "annannannannannannannannannann01";

    [Fact]
    public async Task A_session_that_ended_is_opened_again_once_for_concurrent_requests_and_the_change_is_made()
    {
        using ScriptedBetterAuth server = new(r => r.Authorization == "Bearer session-number-1.signature"
            ? Answer.Empty(HttpStatusCode.Unauthorized) : Answer.Json(new JsonObject { ["user"] = ScriptedBetterAuth.User(Ann) }));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.Service.Users.UnbanAsync(Ann, default))).Soon();

        Assert.Equal(2, server.Sessions);
    }

    [Fact]
    public async Task A_connection_with_a_session_token_does_not_sign_in_and_does_not_sign_out()
    {
        using ScriptedBetterAuth server = new(_ => Answer.Empty(HttpStatusCode.Unauthorized), BetterAuthCredential.FromSessionToken("given-token.signature"));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => server.Service.Users.GetAsync(Ann, default).Soon());
        await server.Service.SignOutAsync(default).Soon();

        Assert.Equal(ToriiErrorId.Unauthorized, error.ErrorId);
        Assert.Equal(0, server.Sessions);
        Assert.All(server.Handler.Requests, static r => Assert.Equal("Bearer given-token.signature", r.Authorization));
        Assert.Equal(["GET /admin/get-user?id=" + Ann], server.Requests);
    }

    [Fact]
    public async Task A_change_that_may_have_been_made_stays_uncertain_when_signing_in_again_fails()
    {
        int sent = 0;
        using ScriptedHandler handler = new(r => ScriptedBetterAuth.Path(r) switch
        {
            "/sign-in/email" when sent > 0 => ScriptedBetterAuth.Fail(HttpStatusCode.Unauthorized, "INVALID_EMAIL_OR_PASSWORD"),
            "/sign-in/email" => Answer.Json("""{"token":"bare"}"""),
            "/admin/ban-user" => Answer.Empty(++sent == 1 ? HttpStatusCode.BadGateway : HttpStatusCode.Unauthorized),
            _ => Answer.Json("""{"session":{"expiresAt":"2026-05-23T09:30:00.000Z"},"user":{"id":"self"}}"""),
        });
        using BetterAuthService service = new(
            new BetterAuthServiceOptions { ApiUrl = new Uri("https://auth.example.com"), Credential = BetterAuthCredential.FromPassword("a@example.com", "password"), Timeout = TimeSpan.FromHours(2) },
            handler,
            new ManualTime { SkipsWaits = true });

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => service.Users.BanAsync(Ann, default).Soon());

        Assert.Equal(ToriiErrorId.Unauthorized, error.ErrorId);
        Assert.True(error.MayHaveBeenExecuted);
    }

    [Theory]
    [InlineData(404, "", false)]
    [InlineData(401, """{"message":"Unauthorized","code":"UNAUTHORIZED_SESSION"}""", false)]
    [InlineData(400, """{"message":"metadata must be an object","code":"INVALID_METADATA_TYPE"}""", true)]
    public async Task A_server_that_creates_API_keys_without_a_session_is_refused(int status, string body, bool isRefused)
    {
        Sent? probe = null;
        using ScriptedBetterAuth server = new(r => ScriptedBetterAuth.Path(r) switch
        {
            "/admin/list-users?limit=1" => ScriptedBetterAuth.Users(1, ScriptedBetterAuth.User(Ann)),
            "/api-key/create" => (probe = r) is null ? null! : Answer.Json(body, (HttpStatusCode)status),
            _ => Answer.Json(ScriptedBetterAuth.User(ScriptedBetterAuth.Self)),
        });

        ToriiException? error = await Record.ExceptionAsync(() => server.Service.CheckAsync(default).Soon()) as ToriiException;

        Assert.Equal(isRefused, error is { ErrorId: ToriiErrorId.NotSupported } && error.Message.Contains("CVE-2025-61928", StringComparison.Ordinal));
        Assert.Null(probe!.Authorization);
        // Metadata that is not an object never creates a key.
        Assert.Equal(JsonValueKind.String, JsonDocument.Parse(probe.Body!).RootElement.GetProperty("metadata").ValueKind);
    }

    [Fact]
    public async Task A_server_without_get_user_is_refused_as_too_old()
    {
        using ScriptedBetterAuth server = new(r => ScriptedBetterAuth.Path(r).StartsWith("/admin/get-user", StringComparison.Ordinal) ? Answer.Empty(HttpStatusCode.NotFound)
            : r.Method == HttpMethod.Get ? ScriptedBetterAuth.Users(1, ScriptedBetterAuth.User(Ann)) : Answer.Json("""{"success":true}"""));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => server.Service.CheckAsync(default).Soon());

        Assert.Equal((ToriiErrorId.NotSupported, "vulnerable"), (error.ErrorId, error.Variant));
    }

    [Fact]
    public async Task A_user_whose_creation_was_not_confirmed_is_found_by_the_email_address()
    {
        int attempts = 0;
        ManualTime time = new() { SkipsWaits = true };
        JsonObject? created = null;
        using ScriptedBetterAuth server = new(
            r =>
            {
                if (r.Method == HttpMethod.Get)
                {
                    return ScriptedBetterAuth.Path(r).StartsWith("/admin/get-user", StringComparison.Ordinal) ? Answer.Json(created!.DeepClone()) : ScriptedBetterAuth.Users(1, created!.DeepClone().AsObject());
                }

                if (++attempts == 1)
                {
                    created = ScriptedBetterAuth.User(Ann, createdAt: time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
                    return Answer.Empty(HttpStatusCode.BadGateway);
                }

                return ScriptedBetterAuth.Fail(HttpStatusCode.BadRequest, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
            },
            time: time);

        ToriiUser user = await server.Service.Users.CreateAsync(Body.Of(("email", "Ann@example.com"), ("name", "Ann")), default).Soon();
        ToriiException again = await Assert.ThrowsAnyAsync<ToriiException>(() => server.Service.Users.CreateAsync(Body.Of(("email", "ann@example.com"), ("name", "Ann")), default).Soon());

        Assert.Equal(Ann, user.UserId);
        Assert.Equal(ToriiErrorId.Conflict, again.ErrorId);
        Assert.Contains("filterField=email&filterOperator=eq&filterValue=ann%40example.com", server.Requests[2]);
    }

    [Fact]
    public async Task A_user_who_was_there_before_the_lost_creation_is_a_conflict()
    {
        int attempts = 0;
        using ScriptedBetterAuth server = new(r => r.Method == HttpMethod.Get ? ScriptedBetterAuth.Users(1, ScriptedBetterAuth.User(Ann, createdAt: "2026-05-01T09:30:00.000Z"))
            : ++attempts == 1 ? Answer.Empty(HttpStatusCode.BadGateway) : ScriptedBetterAuth.Fail(HttpStatusCode.BadRequest, "USER_ALREADY_EXISTS"));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => server.Service.Users.CreateAsync(Body.Of(("email", "ann@example.com"), ("name", "Ann")), default).Soon());

        Assert.Equal(ToriiErrorId.Conflict, error.ErrorId);
    }

    [Fact]
    public async Task A_deletion_whose_response_was_lost_is_confirmed_by_the_404_of_the_next_attempt()
    {
        int attempts = 0;
        using ScriptedBetterAuth lost = new(_ => ++attempts == 1 ? Answer.Empty(HttpStatusCode.BadGateway) : ScriptedBetterAuth.Fail(HttpStatusCode.NotFound, "USER_NOT_FOUND"));
        using ScriptedBetterAuth unknown = new(_ => ScriptedBetterAuth.Fail(HttpStatusCode.NotFound, "USER_NOT_FOUND"));
        using ScriptedBetterAuth unconfirmed = new(_ => Answer.Json("""{"success":false}"""));

        await lost.Service.Users.DeleteAsync(Ann, default).Soon();

        Assert.Equal(ToriiErrorId.UserNotFound, (await Assert.ThrowsAnyAsync<ToriiException>(() => unknown.Service.Users.DeleteAsync(Ann, default).Soon())).ErrorId);
        Assert.Equal(ToriiErrorId.InvalidResponse, (await Assert.ThrowsAnyAsync<ToriiException>(() => unconfirmed.Service.Users.DeleteAsync(Ann, default).Soon())).ErrorId);
    }

    [Fact]
    public async Task An_empty_list_that_hides_an_error_is_an_error()
    {
        using ScriptedBetterAuth broken = new(_ => ScriptedBetterAuth.Users(0));
        using ScriptedBetterAuth empty = new(r => ScriptedBetterAuth.Path(r) == "/admin/list-users?limit=1" ? ScriptedBetterAuth.Users(1, ScriptedBetterAuth.User(Ann)) : ScriptedBetterAuth.Users(0));

        UserLookupResult hidden = await FindAsync(broken);
        UserLookupResult nobody = await FindAsync(empty);

        Assert.Equal(ToriiErrorId.InvalidResponse, hidden.Error!.ErrorId);
        Assert.Equal(ToriiErrorId.UserNotFound, nobody.Error!.ErrorId);

        static async Task<UserLookupResult> FindAsync(ScriptedBetterAuth server) =>
            (await server.Service.Users.GetManyAsync(UserKey.Email, ["ann@example.com"], new LookupGate(1, haltOnError: false), default).Soon()).Single();
    }

    [Fact]
    public async Task A_page_that_is_empty_although_more_users_were_announced_is_an_error_with_the_place_in_the_list()
    {
        using ScriptedBetterAuth server = new(r => r.PathAndQuery.Contains("operator=gt", StringComparison.OrdinalIgnoreCase) ? ScriptedBetterAuth.Users(0) : ScriptedBetterAuth.Users(3, ScriptedBetterAuth.User(Ann)));
        List<ToriiUser> read = [];

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(async () =>
        {
            await foreach (IReadOnlyList<ToriiUser> page in server.Service.Users.SearchAsync(new UserQuery { PageSize = 1 }, default))
            {
                read.AddRange(page);
            }
        }).Soon();

        Assert.Equal((ToriiErrorId.InvalidResponse, Ann), (error.ErrorId, error.Cursor));
        Assert.Single(read);
    }

    [Theory]
    [InlineData("Ann@Example.com", "ann@example.com")]
    [InlineData("ü@example.com", "@example.com")]
    [InlineData(@"a\bcd", "bcd")]
    [InlineData("ü", null)]
    public async Task Only_what_every_database_compares_alike_is_searched_for_by_the_server(string part, string? searched)
    {
        using ScriptedBetterAuth server = new(_ => ScriptedBetterAuth.Users(1, ScriptedBetterAuth.User(Ann)));

        await foreach (IReadOnlyList<ToriiUser> _ in server.Service.Users.SearchAsync(new UserQuery { EmailContains = part }, default))
        {
        }

        Assert.Equal(searched ?? "", Uri.UnescapeDataString(server.Handler.Requests[^1].Query("searchValue")));
    }

    [Fact]
    public async Task What_the_service_cannot_do_is_refused_before_anything_is_sent()
    {
        using ScriptedBetterAuth server = new(_ => throw new InvalidOperationException());
        BetterAuthService service = server.Service;
        (string Id, Func<Task> Work)[] refused =
        [
            (ToriiErrorId.NotSupported, () => service.Users.CreateAsync(Body.Of(("email", "a@example.com"), ("name", "A"), ("phone", "1")), default)),
            (ToriiErrorId.NotSupported, () => service.Users.UpdateAsync(Ann, Body.Of(("firstName", "A")), default)),
            (ToriiErrorId.NotSupported, () => service.Users.UpdateAsync(Ann, Body.Of(("password", "long enough")), default)),
            (ToriiErrorId.NotSupported, () => service.Users.UpdateMetadataAsync(Ann, Body.Of(("publicMetadata", new ToriiMetadata())), default)),
            (ToriiErrorId.InvalidRequest, () => service.Users.CreateAsync(Body.Of(("name", "A")), default)),
            (ToriiErrorId.InvalidRequest, () => service.Users.UpdateAsync(Ann, Body.Of(("name", null)), default)),
            (ToriiErrorId.InvalidRequest, () => service.Users.UpdateAsync(Ann, Body.Of(("emailVerified", "yes")), default)),
            (ToriiErrorId.InvalidRequest, () => service.Users.UpdateAsync(Ann, Body.Of(("role", "user,,admin")), default)),
            (ToriiErrorId.InvalidRequest, () => service.Users.BanAsync(Ann, default, new BanOptions(Until: server.Time.GetUtcNow()))),
            (ToriiErrorId.InvalidRequest, () => service.Users.BanAsync(Ann, default, new BanOptions(Reason: " "))),
            (ToriiErrorId.NotSupported, () => service.Organizations!.UpdateMetadataAsync("o", new ResourceBody(), default)),
            (ToriiErrorId.NotSupported, () => service.Invitations!.CreateAsync(Body.Of(("email", "a@example.com"), ("redirectUrl", "https://x.example")), default)),
            (ToriiErrorId.NotSupported, () => service.Impersonation!.CreateTokenAsync(new ImpersonationRequest { UserId = Ann, ActorUserId = "", Reason = "support" }, default)),
        ];

        foreach ((string id, Func<Task> work) in refused)
        {
            ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => work().Soon());
            Assert.Equal(id, error.ErrorId);
            Assert.EndsWith("No request was sent.", error.Message);
        }

        Assert.Empty(server.Handler.Requests);
        Assert.Null(service.AllowedOrigins);
    }

    [Fact]
    public async Task Torii_refuses_what_only_other_services_have_before_anything_is_sent()
    {
        ScriptedHandler handler = new(_ => throw new InvalidOperationException());
        using ToriiService service = TestClient.Create(handler);
        Func<Task>[] refused =
        [
            () => service.Users.BanAsync(TestClient.UserId, default, new BanOptions("Spam")),
            () => service.Users.BanAsync(TestClient.UserId, default, new BanOptions(Until: DateTimeOffset.MaxValue)),
            () => service.Users.CreateAsync(Body.Of(("email", "a@example.com"), ("role", "admin")), default),
            () => service.Users.UpdateAsync(TestClient.UserId, Body.Of(("userName", "ann")), default),
            () => service.SearchAsync(new UserQuery { Role = "admin" }),
        ];

        foreach (Func<Task> work in refused)
        {
            Assert.Equal(ToriiErrorId.NotSupported, (await Assert.ThrowsAsync<ToriiException>(() => work().Soon())).ErrorId);
        }

        Assert.Empty(handler.Requests);
        Assert.Null(((IIdentityService)service).Accounts);
    }

    [Fact]
    public async Task A_value_that_the_server_accepts_and_does_not_store_is_an_error()
    {
        using ScriptedBetterAuth server = new(r => ScriptedBetterAuth.Path(r) == "/is-username-available" ? Answer.Json("""{"available":true}""") : Answer.Json(ScriptedBetterAuth.User(Ann)));

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => server.Service.Users.UpdateAsync(Ann, Body.Of(("userName", "ann")), default).Soon());

        Assert.Equal(ToriiErrorId.FieldNotApplied, error.ErrorId);
    }

    [Fact]
    public async Task A_password_that_was_set_is_reported_when_the_sessions_were_not_revoked()
    {
        using ScriptedBetterAuth server = new(r => ScriptedBetterAuth.Path(r) switch
        {
            "/admin/set-user-password" => Answer.Json("""{"status":true}"""),
            "/admin/revoke-user-sessions" => ScriptedBetterAuth.Fail(HttpStatusCode.Forbidden, "YOU_ARE_NOT_ALLOWED_TO_REVOKE_USERS_SESSIONS"),
            _ => Answer.Json(ScriptedBetterAuth.User(Ann)),
        });

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => server.Service.Accounts!.SetPasswordAsync(Ann, "a new password", revokeSessions: true, default).Soon());

        Assert.Equal((ToriiErrorId.Forbidden, true), (error.ErrorId, error.MayHaveBeenExecuted));
        Assert.StartsWith("The password was set, and the sessions were not revoked", error.Message);
    }

    [Fact]
    public async Task Expired_sessions_are_marked_and_no_session_shows_its_token()
    {
        using ScriptedBetterAuth server = new(_ => Answer.Json($$"""
            {"sessions":[
              {"id":"s1","token":"secret-token-one","userId":"{{Ann}}","ipAddress":"","userAgent":"","createdAt":"2026-05-01T00:00:00.000Z","updatedAt":"2026-05-01T00:00:00.000Z","expiresAt":"2026-05-08T00:00:00.000Z"},
              {"id":"s2","token":"secret-token-two","userId":"{{Ann}}","ipAddress":"203.0.113.7","userAgent":"a","createdAt":"2026-05-02T00:00:00.000Z","updatedAt":"2026-05-02T00:00:00.000Z","expiresAt":"2999-05-08T00:00:00.000Z"}]}
            """));

        IReadOnlyList<ToriiSession> sessions = await server.Service.Sessions.ListAsync(Ann, default).Soon();

        Assert.Equal([("s2", false, "203.0.113.7"), ("s1", true, null)], sessions.Select(static s => (s.SessionId, s.IsExpired, s.IpAddress)));
        Assert.DoesNotContain("secret-token", JsonSerializer.Serialize(sessions));
    }

    [Fact]
    public async Task Sessions_of_another_user_in_the_response_are_refused()
    {
        using ScriptedBetterAuth server = new(_ => Answer.Json(
            """{"sessions":[{"id":"s1","token":"t","userId":"other","createdAt":"2026-05-01T00:00:00.000Z","updatedAt":"2026-05-01T00:00:00.000Z","expiresAt":"2026-05-08T00:00:00.000Z"}]}"""));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => server.Service.Sessions.RevokeAsync(Ann, "s1", default).Soon());

        Assert.Equal(ToriiErrorId.InvalidResponse, error.ErrorId);
        Assert.DoesNotContain("POST /admin/revoke-user-session", server.Requests);
    }

    [Theory]
    [InlineData("", "password", null)]
    [InlineData("ann", "", null)]
    [InlineData("ann", "password", "12345")]
    [InlineData("ann", "password", "12345x")]
    public void A_credential_that_cannot_be_one_is_refused(string login, string password, string? code) =>
        Assert.Equal(ToriiErrorId.InvalidCredential, Assert.Throws<ToriiException>(() => BetterAuthCredential.FromPassword(login, password, code)).ErrorId);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\r\nX: y")]
    [InlineData("a;b=c")]
    public void A_session_token_that_cannot_be_one_is_refused_and_not_repeated(string token)
    {
        ToriiException error = Assert.Throws<ToriiException>(() => BetterAuthCredential.FromSessionToken(token));

        Assert.Equal(ToriiErrorId.InvalidCredential, error.ErrorId);
        Assert.False(token.Length > 0 && error.Message.Contains(token, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://auth.example.com", "https://auth.example.com/api/auth", "/api/auth/jwks")]
    [InlineData("https://auth.example.com/", "https://auth.example.com/api/auth", "/api/auth/jwks")]
    [InlineData("https://auth.example.com/login/", "https://auth.example.com/login/", "/login/jwks")]
    public void An_address_without_a_path_gets_the_default_path(string given, string used, string jwks)
    {
        BetterAuthServiceOptions options = new() { ApiUrl = new Uri(given), Credential = BetterAuthCredential.FromPassword("a", "password") };
        using BetterAuthService service = new(options);

        Assert.Equal(new Uri(used), service.Info.Address);
        Assert.Equal(("https://auth.example.com", jwks, "ES256"), (service.GetTokenOptions(null).Issuer, service.GetTokenOptions(null).JwksPath, service.GetTokenOptions(null).Algorithm));
    }

    [Theory]
    [InlineData("EdDSA")]
    [InlineData("none")]
    [InlineData("HS256")]
    public void Tokens_with_an_algorithm_that_cannot_be_verified_are_not_supported(string algorithm) =>
        Assert.Equal(ToriiErrorId.NotSupported, Assert.Throws<ToriiException>(() => new BetterAuthServiceOptions
        {
            ApiUrl = new Uri("https://auth.example.com"),
            Credential = BetterAuthCredential.FromPassword("a", "password"),
            TokenAlgorithm = algorithm,
        }).ErrorId);

    [Fact]
    public void Two_accounts_of_one_server_have_different_fingerprints_that_reveal_neither()
    {
        string[] prints = [.. new[]
        {
            BetterAuthCredential.FromPassword("ann@example.com", "password-one"),
            BetterAuthCredential.FromPassword("ANN@example.com", "password-two"),
            BetterAuthCredential.FromPassword("bob@example.com", "password-one"),
            BetterAuthCredential.FromSessionToken("ann@example.com"),
        }.Select(static c => new BetterAuthService(new BetterAuthServiceOptions { ApiUrl = new Uri("https://auth.example.com"), Credential = c }).Info.Fingerprint)];

        Assert.Equal(prints[0], prints[1]);
        Assert.Equal(3, prints.Distinct().Count());
    }

    [Fact]
    public async Task An_error_about_a_response_that_cannot_be_read_does_not_contain_the_API_key_in_it()
    {
        using ScriptedBetterAuth server = new(static _ => Answer.Json("""{"id":"k","key":"Xyzzy-42-a-new-key","name":"""));
        IRequestService requests = server.Service.Requests!;

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => requests.SendAsync(requests.Create("POST", "/api-key/create", """{"name":"ci"}"""), default).Soon());

        Assert.Equal((ToriiErrorId.InvalidResponse, true), (error.ErrorId, error.MayHaveBeenExecuted));
        Assert.Null(((ToriiApiException)error).ResponseBody);
        Assert.DoesNotContain("Xyzzy", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_of_a_server_that_does_not_keep_its_creation_is_listed()
    {
        using ScriptedBetterAuth server = new(static r => Answer.Json(ScriptedBetterAuth.Path(r) == "/organization/list"
            ? """[{"id":"org","name":"Org","slug":"org","createdAt":"2026-05-16T09:30:00.000Z"}]"""
            : """[{"id":"inv","organizationId":"org","email":"ann@example.com","role":"member","status":"pending","expiresAt":"2026-05-18T09:30:00.000Z","inviterId":"x"}]"""));

        ToriiInvitation invitation = await server.Service.Invitations!.GetAsync("inv", default).Soon();

        Assert.Equal(("org", "pending", null), (invitation.OrganizationId, invitation.Status, invitation.CreatedAt));
    }

    [Theory]
    [InlineData("/api-key/get?id=x", "", "api-key plugin")]
    [InlineData("/token", "", "jwt plugin")]
    [InlineData("/api-key/get?id=x", """{"message":"API Key not found","code":"KEY_NOT_FOUND"}""", null)]
    [InlineData("/", "", null)]
    public async Task A_404_without_a_body_names_the_plugin_of_the_path_of_a_request(string path, string body, string? plugin)
    {
        using ScriptedBetterAuth server = new(_ => body.Length == 0 ? Answer.Empty(HttpStatusCode.NotFound) : Answer.Json(body, HttpStatusCode.NotFound));
        IRequestService requests = server.Service.Requests!;

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => requests.SendAsync(requests.Create("GET", path, null), default).Soon());

        Assert.Equal(ToriiErrorId.NotFound, error.ErrorId);
        Assert.Equal(plugin is not null, error.Message.Contains("plugin", StringComparison.Ordinal));
        Assert.Contains(plugin ?? "(status 404", error.Message, StringComparison.Ordinal);
    }
}
