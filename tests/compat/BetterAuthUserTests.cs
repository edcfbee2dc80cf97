using Torii.Client;
using Torii.Client.Services;
using static Torii.Compat.Tests.BetterAuthExtensions;

namespace Torii.Compat.Tests;

/// <summary>Users, passwords and sessions of a real Better Auth server.</summary>
public sealed class BetterAuthUserTests : IAsyncLifetime
{
    private BetterAuthServer _server = null!;
    private BetterAuthService _service = null!;

    public async Task InitializeAsync()
    {
        if (BetterAuthServer.MissingReason.Value is null)
        {
            _server = await BetterAuthServer.StartAsync();
            _service = _server.Connect();
        }
    }

    public async Task DisposeAsync() => await (_server?.DisposeAsync() ?? default);

    [BetterAuthFact]
    public async Task A_user_is_created_changed_and_deleted()
    {
        ToriiUser created = await _service.CreateAsync("Ann", ("role", "user,admin"), ("userName", "Ann1"), ("emailVerified", true), ("image", "https://example.test/ann.png"));
        Assert.Equal(("ann@example.test", "Ann", "user,admin", "ann1", true, "active"), (created.Email, created.Name, created.Role, created.UserName, created.EmailVerified, created.Status));

        ToriiUser changed = await _service.Users.UpdateAsync(
            created.UserId, Body(("name", "Anna"), ("email", "anna@example.test"), ("role", new[] { "user" }), ("emailVerified", false), ("userName", "anna"), ("image", null)), default);
        Assert.Equal(("anna@example.test", "Anna", "user", "anna", false), (changed.Email, changed.Name, changed.Role, changed.UserName, changed.EmailVerified));
        Assert.Null(changed.AdditionalProperties["image"]);

        await _service.Users.DeleteAsync(created.UserId, default);
        Assert.Equal(ToriiErrorId.UserNotFound, await FailAsync(() => _service.Users.GetAsync(created.UserId, default)));
        Assert.Equal(ToriiErrorId.UserNotFound, await FailAsync(() => _service.Users.DeleteAsync(created.UserId, default)));
    }

    [BetterAuthFact]
    public async Task Taken_addresses_and_user_names_are_conflicts()
    {
        ToriiUser ann = await _service.CreateAsync("ann", ("userName", "ann"));
        ToriiUser bob = await _service.CreateAsync("bob");

        Assert.Equal(ToriiErrorId.Conflict, await FailAsync(() => _service.CreateAsync("ann")));
        Assert.Equal(ToriiErrorId.Conflict, await FailAsync(() => _service.CreateAsync("ada", ("userName", "ann"))));
        Assert.Equal(ToriiErrorId.Conflict, await FailAsync(() => _service.Users.UpdateAsync(bob.UserId, Body(("userName", "ann")), default)));
        Assert.Equal(ToriiErrorId.Conflict, await FailAsync(() => _service.Users.UpdateAsync(bob.UserId, Body(("email", "ann@example.test")), default)));
        Assert.Equal("ann", (await _service.Users.UpdateAsync(ann.UserId, Body(("userName", "ann"), ("name", "Ann")), default)).UserName);
    }

    [BetterAuthFact]
    public async Task A_ban_has_a_reason_and_an_end_and_replaces_the_one_before()
    {
        ToriiUser ann = await _service.CreateAsync("ann");
        DateTimeOffset until = DateTimeOffset.UtcNow.AddHours(3);

        ToriiUser banned = await _service.Users.BanAsync(ann.UserId, default, new BanOptions("Spam", until));
        Assert.Equal(("banned", "Spam"), (banned.Status, banned.BanReason));
        Assert.InRange(banned.BanExpiresAt!.Value, until.AddSeconds(-5), until.AddSeconds(5));

        Assert.Null((await _service.Users.BanAsync(ann.UserId, default)).BanExpiresAt);
        ToriiUser active = await _service.Users.UnbanAsync(ann.UserId, default);
        Assert.Equal(("active", null, null), (active.Status, active.BanReason, active.BanExpiresAt));
        Assert.Equal(ToriiErrorId.InvalidRequest, await FailAsync(() => _service.Users.BanAsync(ann.UserId, default, new BanOptions(Until: DateTimeOffset.UtcNow.AddSeconds(-1)))));
        Assert.Equal("active", (await _service.Users.GetAsync(ann.UserId, default)).Status);
    }

    [BetterAuthFact]
    public async Task A_server_with_serial_ids_is_paged_by_number_and_takes_no_other_spelling_of_an_id()
    {
        await using BetterAuthServer server = await BetterAuthServer.StartAsync(new { ids = "serial" });
        BetterAuthService service = server.Connect();
        for (int i = 2; i <= 12; i++)
        {
            Assert.Equal($"{i}", (await service.CreateAsync($"user{i}")).UserId);
        }

        Assert.Equal(Enumerable.Range(1, 12).Select(static i => $"{i}"), (await service.SearchAsync(new UserQuery { PageSize = 3 })).Select(static u => u.UserId));
        foreach (string id in (string[])["09", "0x9", "9.0", "9e0", "+9"])
        {
            Assert.Equal(ToriiErrorId.UserNotFound, await FailAsync(() => service.Users.DeleteAsync(id, default)));
            Assert.Equal(ToriiErrorId.UserNotFound, await FailAsync(() => service.Users.BanAsync(id, default)));
            Assert.Equal(ToriiErrorId.UserNotFound, await FailAsync(() => service.Sessions.RevokeAllAsync(id, default)));
        }

        Assert.Equal("active", (await service.Users.GetAsync("9", default)).Status);
        // The connection's own account, in another spelling.
        Assert.Equal(ToriiErrorId.UserNotFound, await FailAsync(() => service.Users.UpdateAsync("01", Body(("role", "user")), default)));
        Assert.Equal(12, (await service.SearchAsync(new UserQuery())).Count);
    }

    [BetterAuthFact]
    public async Task No_user_is_skipped_while_what_is_paged_is_changed()
    {
        List<string> banned = [];
        for (int i = 0; i < 60; i++)
        {
            ToriiUser user = await _service.CreateAsync($"user{i}");
            if (i % 2 == 0)
            {
                await _service.Users.BanAsync(user.UserId, default);
                banned.Add(user.UserId);
            }
        }

        List<ToriiUser> unbanned = await _service.SearchAsync(
            new UserQuery { Statuses = ["banned"], PageSize = 7 }, page => Task.WhenAll(page.Select(u => _service.Users.UnbanAsync(u.UserId, default))));

        Assert.Equal(banned.Order(StringComparer.Ordinal), unbanned.Select(static u => u.UserId).Order(StringComparer.Ordinal));
        Assert.Empty(await _service.SearchAsync(new UserQuery { Statuses = ["banned"] }));
        Assert.Equal(61, (await _service.SearchAsync(new UserQuery { PageSize = 20 })).Select(static u => u.UserId).Distinct().Count());
        Assert.Equal(5, (await _service.SearchAsync(new UserQuery { PageSize = 2, First = 5 })).Count);
        List<ToriiUser> all = await _service.SearchAsync(new UserQuery());
        Assert.Equal(all.Skip(10).Select(static u => u.UserId), (await _service.SearchAsync(new UserQuery { Cursor = all[9].UserId })).Select(static u => u.UserId));
    }

    [BetterAuthFact]
    public async Task Filters_are_exact_whatever_the_server_takes_for_a_pattern()
    {
        await _service.CreateAsync("a_b", ("role", "user,support"));
        await _service.CreateAsync("axb");
        await _service.Users.CreateAsync(Body(("email", "zofie@example.test"), ("name", "Žofie 100%")), default);

        Assert.Equal("a_b", Assert.Single(await _service.SearchAsync(new UserQuery { EmailContains = "A_B@" })).Name);
        Assert.Equal("Žofie 100%", Assert.Single(await _service.SearchAsync(new UserQuery { NameContains = "žofie 100%" })).Name);
        Assert.Empty(await _service.SearchAsync(new UserQuery { EmailContains = "%" }));
        Assert.Equal("a_b", Assert.Single(await _service.SearchAsync(new UserQuery { Role = "support" })).Name);
        Assert.Equal("Admin", Assert.Single(await _service.SearchAsync(new UserQuery { Role = "admin" })).Name);
        Assert.Empty(await _service.SearchAsync(new UserQuery { CreatedBefore = DateTimeOffset.UtcNow.AddDays(-1) }));
    }

    [BetterAuthFact]
    public async Task An_address_is_looked_up_exactly()
    {
        ToriiUser ann = await _service.CreateAsync("a_n");
        await _service.CreateAsync("axn");

        Assert.Equal(ann.UserId, (await _service.FindAsync(UserKey.Email, "A_N@example.test")).User!.UserId);
        Assert.Equal(ToriiErrorId.UserNotFound, (await _service.FindAsync(UserKey.Email, "a%@example.test")).Error!.ErrorId);
        Assert.Equal(ann.UserId, (await _service.FindAsync(UserKey.Id, ann.UserId)).User!.UserId);
        Assert.Equal(ToriiErrorId.UserNotFound, (await _service.FindAsync(UserKey.Id, "nobody")).Error!.ErrorId);
    }

    [BetterAuthFact]
    public async Task The_account_of_the_connection_is_changed_only_where_that_is_allowed()
    {
        await _service.CheckAsync(default);
        string self = _service.Info.AccountUserId!;
        Func<RequestContext, Task>[] changes =
            [c => _service.Users.BanAsync(self, c), c => _service.Users.DeleteAsync(self, c), c => _service.Users.UpdateAsync(self, Body(("role", "user")), c)];

        foreach (Func<RequestContext, Task> change in changes)
        {
            Assert.Equal(ToriiErrorId.OwnAccount, await FailAsync(() => change(default)));
        }

        // The server allows neither, whoever asks.
        Assert.Equal(ToriiErrorId.OwnAccount, await FailAsync(() => changes[0](new RequestContext(default) { AllowsOwnAccount = true })));
        Assert.Equal(ToriiErrorId.OwnAccount, await FailAsync(() => changes[1](new RequestContext(default) { AllowsOwnAccount = true })));
        Assert.Equal("Chief", (await _service.Users.UpdateAsync(self, Body(("name", "Chief")), default)).Name);
        await changes[2](new RequestContext(default) { AllowsOwnAccount = true });
        Assert.Equal(ToriiErrorId.Forbidden, await FailAsync(() => _service.Users.GetAsync(self, default)));
    }

    [BetterAuthFact]
    public async Task A_password_is_set_and_the_sessions_end_where_that_is_wanted()
    {
        ToriiUser ann = await _service.CreateAsync("ann", ("password", "password-one"));
        await _server.SignInAsync(ann.Email!, "password-one");

        await _service.Accounts!.SetPasswordAsync(ann.UserId, "password-two", revokeSessions: false, default);
        Assert.Single(await _service.Sessions.ListAsync(ann.UserId, default));

        await _server.SignInAsync(ann.Email!, "password-two");
        await _service.Accounts.SetPasswordAsync(ann.UserId, "password-three", revokeSessions: true, default);
        Assert.Empty(await _service.Sessions.ListAsync(ann.UserId, default));
        Assert.Equal(ToriiErrorId.InvalidRequest, await FailAsync(() => _service.Accounts.SetPasswordAsync(ann.UserId, "short", revokeSessions: false, default)));
        Assert.Equal(ToriiErrorId.UserNotFound, await FailAsync(() => _service.Accounts.SetPasswordAsync("nobody", "password-four", revokeSessions: true, default)));
    }

    [BetterAuthFact]
    public async Task A_connection_that_sets_its_own_password_signs_in_with_the_new_one()
    {
        await _service.CheckAsync(default);

        await _service.Accounts!.SetPasswordAsync(_service.Info.AccountUserId!, "another-password", revokeSessions: true, default);

        Assert.Single(await _service.Sessions.ListAsync(_service.Info.AccountUserId!, default));
    }

    [BetterAuthFact]
    public async Task Emails_are_sent_to_users_who_exist_and_need_them()
    {
        ToriiUser ann = await _service.CreateAsync("ann", ("password", "password-one"));
        ToriiUser verified = await _service.CreateAsync("bob", ("emailVerified", true));

        await _service.Accounts!.SendPasswordResetAsync(ann.UserId, new Uri("/reset", UriKind.Relative), default);
        await _service.Accounts.SendVerificationEmailAsync(ann.UserId, null, default);

        Assert.Equal(["password ann@example.test", "verification ann@example.test"], await _server.MailsAsync());
        Assert.Equal(ToriiErrorId.Conflict, await FailAsync(() => _service.Accounts.SendVerificationEmailAsync(verified.UserId, null, default)));
        Assert.Equal(ToriiErrorId.UserNotFound, await FailAsync(() => _service.Accounts.SendPasswordResetAsync("nobody", null, default)));
        Assert.Equal(ToriiErrorId.InvalidRequest, await FailAsync(() => _service.Accounts.SendPasswordResetAsync(ann.UserId, new Uri("https://elsewhere.example"), default)));
    }

    [BetterAuthFact]
    public async Task One_session_or_all_sessions_are_revoked()
    {
        ToriiUser ann = await _service.CreateAsync("ann", ("password", "password-one"));
        for (int i = 0; i < 3; i++)
        {
            await _server.SignInAsync(ann.Email!, "password-one");
        }

        IReadOnlyList<ToriiSession> sessions = await _service.Sessions.ListAsync(ann.UserId, default);
        Assert.Equal(3, sessions.Count);
        Assert.All(sessions, s => Assert.False(s.IsExpired));

        await _service.Sessions.RevokeAsync(ann.UserId, sessions[1].SessionId, default);
        Assert.Equal([sessions[0].SessionId, sessions[2].SessionId], (await _service.Sessions.ListAsync(ann.UserId, default)).Select(static s => s.SessionId));
        Assert.Equal(ToriiErrorId.NotFound, await FailAsync(() => _service.Sessions.RevokeAsync(ann.UserId, sessions[1].SessionId, default)));

        await _service.Sessions.RevokeAllAsync(ann.UserId, default);
        Assert.Empty(await _service.Sessions.ListAsync(ann.UserId, default));
        foreach (Func<Task> unknown in (Func<Task>[])[
            () => _service.Sessions.ListAsync("nobody", default), () => _service.Sessions.RevokeAllAsync("nobody", default), () => _service.Sessions.RevokeAsync("nobody", "x", default)])
        {
            Assert.Equal(ToriiErrorId.UserNotFound, await FailAsync(unknown));
        }
    }
}
