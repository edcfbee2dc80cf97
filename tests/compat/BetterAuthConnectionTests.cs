using System.Collections.Concurrent;
using System.Text.Json;
using Torii.Client;
using Torii.Client.Services;
using static Torii.Compat.Tests.BetterAuthExtensions;

namespace Torii.Compat.Tests;

/// <summary>Connections to a real Better Auth server: every way to sign in, renewing and ending.</summary>
public sealed class BetterAuthConnectionTests
{
    private const string Password = "password-of-ann";

    [BetterAuthFact]
    public async Task An_administrator_connects_by_email_address_by_user_name_and_by_session_token()
    {
        await using BetterAuthServer server = await BetterAuthServer.StartAsync();
        string token = await server.SignInAsync(server.AdminEmail, server.AdminPassword);
        foreach (BetterAuthCredential credential in (BetterAuthCredential[])[
            BetterAuthCredential.FromPassword(server.AdminEmail, server.AdminPassword),
            BetterAuthCredential.FromPassword("admin", server.AdminPassword),
            BetterAuthCredential.FromSessionToken(token),
            BetterAuthCredential.FromSessionToken(token.Split('.')[0])])
        {
            BetterAuthService service = server.Connect(credential);
            Assert.Null(service.Info.ExpiresAt);

            await service.CheckAsync(default);

            Assert.Equal(server.AdminEmail, (await service.Users.GetAsync(service.Info.AccountUserId!, default)).Email);
            Assert.InRange(service.Info.ExpiresAt!.Value, DateTimeOffset.UtcNow.AddDays(6), DateTimeOffset.UtcNow.AddDays(8));
        }
    }

    [BetterAuthFact]
    public async Task A_server_without_the_bearer_plugin_gets_a_cookie_and_the_origin()
    {
        await using BetterAuthServer server = await BetterAuthServer.StartAsync(new { bearer = false });
        foreach (BetterAuthCredential? credential in (BetterAuthCredential?[])[null, BetterAuthCredential.FromSessionToken(await server.SignInAsync(server.AdminEmail, server.AdminPassword))])
        {
            BetterAuthService service = server.Connect(credential);

            await service.CheckAsync(default);
            ToriiUser user = await service.CreateAsync(credential is null ? "ann" : "bob");

            Assert.Equal("banned", (await service.Users.BanAsync(user.UserId, default)).Status);
        }
    }

    [BetterAuthFact]
    public async Task A_server_that_demands_signed_tokens_accepts_the_connection()
    {
        await using BetterAuthServer server = await BetterAuthServer.StartAsync(new { signed = true });

        await server.Connect().CheckAsync(default);

        BetterAuthService unsigned = server.Connect(BetterAuthCredential.FromSessionToken((await server.SignInAsync(server.AdminEmail, server.AdminPassword)).Split('.')[0]));
        Assert.Equal(ToriiErrorId.Unauthorized, await FailAsync(() => unsigned.CheckAsync(default)));
    }

    [BetterAuthFact]
    public async Task Two_factor_authentication_takes_a_one_time_code()
    {
        await using BetterAuthServer server = await BetterAuthServer.StartAsync();
        string token = await server.SignInAsync(server.AdminEmail, server.AdminPassword);
        JsonElement enabled = (await server.SendAsync("/api/auth/two-factor/enable", new { password = server.AdminPassword }, token)).Body;
        string secret = System.Web.HttpUtility.ParseQueryString(new Uri(enabled.GetProperty("totpURI").GetString()!).Query)["secret"]!;
        Assert.Equal(200, (await server.SendAsync("/api/auth/two-factor/verify-totp", new { code = TotpCode(secret) }, token)).Status);

        BetterAuthService with = server.Connect(BetterAuthCredential.FromPassword(server.AdminEmail, server.AdminPassword, TotpCode(secret)));
        BetterAuthService without = server.Connect();
        BetterAuthService wrong = server.Connect(BetterAuthCredential.FromPassword(server.AdminEmail, server.AdminPassword, "000000"));

        await with.CheckAsync(default);
        Assert.NotNull(with.Info.ExpiresAt);
        Assert.Equal(ToriiErrorId.InvalidCredential, await FailAsync(() => without.CheckAsync(default)));
        Assert.Equal(ToriiErrorId.OwnAccount, await FailAsync(() => with.Sessions.RevokeAllAsync(with.Info.AccountUserId!, default)));
        Assert.Equal(ToriiErrorId.Unauthorized, await FailAsync(() => wrong.CheckAsync(default)));
    }

    [BetterAuthFact]
    public async Task An_ended_session_is_opened_again_once_for_all_requests_unless_it_was_given_as_a_token()
    {
        await using BetterAuthServer server = await BetterAuthServer.StartAsync();
        BetterAuthService service = server.Connect();
        await service.CheckAsync(default);
        BetterAuthService given = server.Connect(BetterAuthCredential.FromSessionToken(await server.SignInAsync(server.AdminEmail, server.AdminPassword)));
        await given.CheckAsync(default);
        string self = service.Info.AccountUserId!;

        await service.Sessions.RevokeAllAsync(self, default);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => service.Users.GetAsync(self, default)));

        Assert.Single(await service.Sessions.ListAsync(self, default));
        Assert.Equal(ToriiErrorId.Unauthorized, await FailAsync(() => given.Users.GetAsync(self, default)));
    }

    [BetterAuthFact]
    public async Task An_administrator_who_is_banned_or_deleted_is_refused_at_every_request()
    {
        await using BetterAuthServer server = await BetterAuthServer.StartAsync();
        BetterAuthService root = server.Connect();
        foreach ((string name, Func<string, Task> end) in ((string, Func<string, Task>)[])[("ann", id => root.Users.BanAsync(id, default)), ("bob", id => root.Users.DeleteAsync(id, default))])
        {
            ToriiUser ann = await root.CreateAsync(name, ("password", Password), ("role", "admin"));
            BetterAuthService service = server.Connect(BetterAuthCredential.FromPassword(ann.Email, Password));
            await service.CheckAsync(default);
            await end(ann.UserId);

            Assert.All(await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => FailAsync(() => service.Users.GetAsync(ann.UserId, default)))), static id => Assert.Equal(ToriiErrorId.Unauthorized, id));
        }
    }

    [BetterAuthFact]
    public async Task Signing_out_ends_the_session_that_the_connection_opened_and_no_other()
    {
        await using BetterAuthServer server = await BetterAuthServer.StartAsync();
        string token = await server.SignInAsync(server.AdminEmail, server.AdminPassword);
        BetterAuthService observer = server.Connect(BetterAuthCredential.FromSessionToken(token));
        BetterAuthService service = server.Connect();
        await service.CheckAsync(default);
        await observer.CheckAsync(default);
        string self = service.Info.AccountUserId!;
        Assert.Equal(2, (await observer.Sessions.ListAsync(self, default)).Count);

        await service.SignOutAsync(default);
        await observer.SignOutAsync(default);

        Assert.Single(await observer.Sessions.ListAsync(self, default));
    }

    [BetterAuthFact]
    public async Task A_connection_that_is_refused_leaves_no_session_after_it_signed_out()
    {
        await using BetterAuthServer server = await BetterAuthServer.StartAsync();
        BetterAuthService admin = server.Connect();
        ToriiUser ann = await admin.CreateAsync("ann", ("password", Password));

        BetterAuthService refused = server.Connect(BetterAuthCredential.FromPassword(ann.Email, Password));
        Assert.Equal(ToriiErrorId.Forbidden, await FailAsync(() => refused.CheckAsync(default)));
        Assert.Single(await admin.Sessions.ListAsync(ann.UserId, default));
        await refused.SignOutAsync(default);
        Assert.Equal(ToriiErrorId.Unauthorized, await FailAsync(() => server.Connect(BetterAuthCredential.FromPassword(ann.Email, "wrong-password")).CheckAsync(default)));

        Assert.Empty(await admin.Sessions.ListAsync(ann.UserId, default));
    }

    [BetterAuthFact]
    public async Task A_plugin_that_the_server_lacks_is_named()
    {
        await using BetterAuthServer server = await BetterAuthServer.StartAsync(new { without = new[] { "admin", "username", "organization", "api-key" } });

        ToriiException admin = await Assert.ThrowsAnyAsync<ToriiException>(() => server.Connect().CheckAsync(default));
        ToriiException userName = await Assert.ThrowsAnyAsync<ToriiException>(() => server.Connect(BetterAuthCredential.FromPassword("admin", server.AdminPassword)).CheckAsync(default));

        Assert.Equal(ToriiErrorId.NotSupported, admin.ErrorId);
        Assert.Contains("This server has no admin plugin", admin.Message);
        Assert.Equal(ToriiErrorId.NotSupported, userName.ErrorId);
        Assert.Contains("This server has no username plugin", userName.Message);
    }

    [BetterAuthFact]
    public async Task Any_request_is_sent_below_the_address_of_the_connection()
    {
        await using BetterAuthServer server = await BetterAuthServer.StartAsync();
        IRequestService requests = server.Connect().Requests!;

        object? answer = await requests.SendAsync(requests.Create("GET", "/admin/list-users?limit=1", null), default);
        object? checkedName = await requests.SendAsync(requests.Create("POST", "/is-username-available", """{"username":"admin"}"""), default);

        Assert.Equal(1L, ((ToriiMetadata)answer!)["total"]);
        Assert.Equal(false, ((ToriiMetadata)checkedName!)["available"]);
        Assert.True(requests.Create("POST", "/admin/list-user-sessions", """{"userId":"x"}""").IsRead);
        Assert.False(requests.Create("POST", "/admin/remove-user", """{"userId":"x"}""").IsRead);
    }

    [BetterAuthFact]
    public async Task The_checks_of_a_connection_name_the_plugins_of_the_server()
    {
        await using BetterAuthServer server = await BetterAuthServer.StartAsync(new { without = new[] { "organization" } });
        Dictionary<string, ConnectionCheck> checks = [];
        await foreach (ConnectionCheck check in server.Connect().Diagnostics!.RunAsync(server.Origin, TimeSpan.FromSeconds(30), default))
        {
            checks.Add(check.Check, check);
        }

        Assert.Equal(CheckStatus.Passed, checks["Credential"].Status);
        Assert.Equal(CheckStatus.Passed, checks["IssuerKeys"].Status);
        Assert.Equal("Has admin plugin, api-key plugin, jwt plugin. Lacks organization plugin.", checks["Features"].Message);
    }

    [BetterAuthFact]
    public async Task A_rate_limit_is_waited_for_as_the_server_asks()
    {
        await using BetterAuthServer server = await BetterAuthServer.StartAsync(new { rateLimit = new { enabled = true, window = 1, max = 10 } });
        BetterAuthService service = server.Connect();
        await service.CheckAsync(default);
        Recorder recorder = new();

        await Task.WhenAll(Enumerable.Range(0, 15).Select(_ => service.Users.GetAsync(service.Info.AccountUserId!, new RequestContext(default, recorder))));

        Assert.Contains(recorder.Lines, static l => l.Contains(": 429 in", StringComparison.Ordinal));
        Assert.Contains(recorder.Lines, static l => l.StartsWith("Throttling GET /admin/get-user", StringComparison.Ordinal));
    }

    [BetterAuthFact]
    public async Task A_cancelled_request_ends_at_once_and_leaves_the_connection_usable()
    {
        await using BetterAuthServer server = await BetterAuthServer.StartAsync();
        BetterAuthService service = server.Connect();
        using CancellationTokenSource stop = new();
        Task signIn = service.CheckAsync(new RequestContext(stop.Token));

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signIn.WaitAsync(TimeSpan.FromSeconds(1)));
        await service.CheckAsync(default);
    }

    [BetterAuthFact]
    public async Task No_message_and_no_object_contains_a_password_or_a_session_token()
    {
        await using BetterAuthServer server = await BetterAuthServer.StartAsync();
        Recorder recorder = new();
        RequestContext context = new(default, recorder);
        BetterAuthService service = server.Connect();
        await service.CheckAsync(context);
        ToriiUser ann = await service.Users.CreateAsync(Body(("email", "ann@example.test"), ("name", "Ann"), ("password", Password)), context);
        await service.Accounts!.SetPasswordAsync(ann.UserId, Password + "-2", revokeSessions: false, context);
        string token = await server.SignInAsync(ann.Email!, Password + "-2");
        IReadOnlyList<ToriiSession> sessions = [.. await service.Sessions.ListAsync(ann.UserId, context), .. await service.Sessions.ListAsync(service.Info.AccountUserId!, context)];
        await service.Sessions.RevokeAsync(ann.UserId, sessions[0].SessionId, context);
        await Assert.ThrowsAnyAsync<ToriiException>(() => service.Users.CreateAsync(Body(("email", "ann@example.test"), ("name", "Ann"), ("password", Password)), context));

        string all = string.Join('\n', recorder.Lines) + JsonSerializer.Serialize(sessions) + JsonSerializer.Serialize(ann) + service.Info + service.Options;

        Assert.Contains("\"password\":\"[redacted]\"", all);
        Assert.DoesNotContain(Password, all);
        Assert.DoesNotContain(server.AdminPassword, all);
        Assert.DoesNotContain(token.Split('.')[0], all);
        Assert.DoesNotContain("\"token\"", JsonSerializer.Serialize(sessions));
        Assert.All(sessions, s => Assert.False(s.AdditionalProperties.ContainsKey("token")));
    }

    private sealed class Recorder : IRequestObserver
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public void Verbose(string message) => Lines.Enqueue(message);

        public void Debug(string message) => Lines.Enqueue(message);
    }
}
