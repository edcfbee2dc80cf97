using System.Net;
using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Services;

/// <summary>Whom a request is about, where the server is lenient, silent or wrong.</summary>
public sealed class BetterAuthTargetTests
{
    private const string Ann = "annannannannannannannannannann01";

    public static TheoryData<string> Changes { get; } = new("ban", "unban", "update", "delete", "password", "sessions", "impersonate");

    /// <summary>A server with serial ids converts every text to a number.</summary>
    [Theory]
    [MemberData(nameof(Changes))]
    public async Task An_id_that_the_server_takes_for_that_of_another_user_changes_nobody(string change)
    {
        foreach (string id in (string[])["09", "0x9", "9e0", "9.0", "+9", "-9", "0b1001", "9000000000000000000001", "ïd"])
        {
            using ScriptedBetterAuth server = new(_ => Answer.Json(ScriptedBetterAuth.User("9")));

            ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => ChangeAsync(server.Service, change, id).Soon());

            Assert.Equal(ToriiErrorId.UserNotFound, error.ErrorId);
            Assert.Contains("takes it for 9", error.Message);
            Assert.Equal([$"GET /admin/get-user?id={Uri.EscapeDataString(id)}"], server.Requests);
        }
    }

    [Theory]
    [InlineData("9")]
    [InlineData("0")]
    [InlineData("0e1f2a4b-8b00-7000-8000-000000000000")]
    [InlineData("WLEFZsTv9hiPqOYmkien4W894Ur9kOr6")]
    [InlineData("user_01")]
    public async Task An_id_as_servers_make_them_takes_no_request_before_a_change(string id)
    {
        using ScriptedBetterAuth server = new(_ => Answer.Json(new JsonObject { ["user"] = ScriptedBetterAuth.User(id) }));

        await server.Service.Users.UnbanAsync(id, default).Soon();

        Assert.Equal(["POST /admin/unban-user"], server.Requests);
    }

    /// <summary>As servers before 1.6.20 do.</summary>
    [Theory]
    [InlineData("unban", """{"user":null}""")]
    [InlineData("update", "null")]
    public async Task A_confirmation_without_a_user_is_an_unknown_user(string change, string body)
    {
        using ScriptedBetterAuth server = new(_ => Answer.Json(body));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => ChangeAsync(server.Service, change, Ann).Soon());

        Assert.Equal(ToriiErrorId.UserNotFound, error.ErrorId);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_password_is_not_set_for_an_unknown_user_although_the_server_confirms_it()
    {
        using ScriptedBetterAuth server = new(r => ScriptedBetterAuth.Path(r) == "/admin/set-user-password" ? Answer.Json("""{"status":true}""") : ScriptedBetterAuth.Fail(HttpStatusCode.NotFound, "USER_NOT_FOUND"));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => server.Service.Accounts!.SetPasswordAsync(Ann, "a new password", false, default).Soon());

        Assert.Equal(ToriiErrorId.UserNotFound, error.ErrorId);
        Assert.DoesNotContain("POST /admin/set-user-password", server.Requests);
    }

    [Fact]
    public async Task A_server_that_ignores_the_filter_by_address_is_an_error_and_not_an_unknown_address()
    {
        using ScriptedBetterAuth ignores = new(_ => ScriptedBetterAuth.Users(5_000, ScriptedBetterAuth.User(Ann)));
        using ScriptedBetterAuth similar = new(_ => ScriptedBetterAuth.Users(1, ScriptedBetterAuth.User(Ann)));

        Assert.Equal(ToriiErrorId.FilterIgnored, await FindAsync(ignores));
        Assert.Equal(ToriiErrorId.UserNotFound, await FindAsync(similar));

        static async Task<string> FindAsync(ScriptedBetterAuth server) =>
            (await server.Service.Users.GetManyAsync(UserKey.Email, ["änn@example.com"], new LookupGate(1, haltOnError: false), default).Soon()).Single().Error!.ErrorId;
    }

    [Theory]
    [InlineData("user,admin")]
    [InlineData(" ")]
    public async Task A_filter_by_role_takes_one_role(string role)
    {
        using ScriptedBetterAuth server = new(_ => throw new InvalidOperationException());

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => ReadAsync(server.Service, new UserQuery { Role = role }));

        Assert.Equal(ToriiErrorId.InvalidRequest, error.ErrorId);
        Assert.Empty(server.Handler.Requests);
    }

    [Fact]
    public async Task A_filter_by_role_finds_one_of_several_roles_and_no_part_of_one()
    {
        JsonObject[] users = [.. ((string?[])["user,admin", "admin", "superadmin", "administrator", "Admin", null]).Select(static (role, i) => ScriptedBetterAuth.User($"{i}", $"{i}@example.com").With("role", role))];
        using ScriptedBetterAuth server = new(_ => ScriptedBetterAuth.Users(users.Length, users));

        List<ToriiUser> found = await ReadAsync(server.Service, new UserQuery { Role = " admin " }).Soon();

        Assert.Equal(["0", "1"], found.Select(static u => u.UserId));
    }

    /// <summary>The server counts after it read the page: users whom a command deleted meanwhile are missing in the total.</summary>
    [Fact]
    public async Task Nobody_is_skipped_where_users_of_the_page_were_deleted_before_they_were_counted()
    {
        JsonObject[] all = [.. Enumerable.Range(1, 5).Select(static i => ScriptedBetterAuth.User($"{i}", $"{i}@example.com"))];
        using ScriptedBetterAuth server = new(r =>
        {
            JsonObject[] rest = [.. all.Where(u => string.CompareOrdinal((string)u["id"]!, r.Query("filterValue")) > 0)];
            JsonObject[] page = [.. rest.Take(2).Select(static u => u.DeepClone().AsObject())];
            return ScriptedBetterAuth.Users(r.Query("filterValue").Length == 0 ? 2 : rest.Length, page);
        });

        List<ToriiUser> found = await ReadAsync(server.Service, new UserQuery { PageSize = 2 }).Soon();

        Assert.Equal(["1", "2", "3", "4", "5"], found.Select(static u => u.UserId));
    }

    /// <summary>Any text can be an id, so the syntax does not tell an id from a name.</summary>
    [Theory]
    [InlineData("acme", "o1", null)]
    [InlineData("o2", "o2", null)]
    [InlineData("Acm", null, ToriiErrorId.OrganizationNotFound)]
    [InlineData("o3", null, ToriiErrorId.AmbiguousMatch)]
    public async Task An_organization_is_found_by_its_name_or_its_id(string text, string? expected, string? errorId)
    {
        (string Id, string Name)[] all = [("o1", "Acme"), ("o2", "Globex"), ("o3", "Initech"), ("o4", "O3")];
        using ScriptedBetterAuth server = new(_ => Answer.Json(new JsonArray(
            [.. all.Select(static o => new JsonObject { ["id"] = o.Id, ["name"] = o.Name, ["slug"] = o.Id, ["createdAt"] = "2026-05-01T00:00:00.000Z" })])));

        Task<ToriiOrganization> find = OrganizationLookup.GetAsync(server.Service, new ToriiOrganizationReference(text), default).Soon();

        if (errorId is null)
        {
            Assert.Equal(expected, (await find).OrganizationId);
        }
        else
        {
            Assert.Equal(errorId, (await Assert.ThrowsAnyAsync<ToriiException>(() => find)).ErrorId);
        }
    }

    [Fact]
    public async Task Members_of_another_organization_are_not_passed_on()
    {
        using ScriptedBetterAuth server = new(_ => Answer.Json(
            """{"members":[{"id":"m1","organizationId":"active","userId":"u1","role":"owner","createdAt":"2026-05-01T00:00:00.000Z"}],"total":1}"""));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(async () =>
        {
            await foreach (IReadOnlyList<ToriiMembership> _ in server.Service.Organizations!.ListMembersAsync("wanted", new PageOptions(), default))
            {
            }
        }).Soon();

        Assert.Equal(ToriiErrorId.FilterIgnored, error.ErrorId);
    }

    [Fact]
    public async Task A_membership_is_not_missed_where_the_server_ignores_the_filter_by_user()
    {
        using ScriptedBetterAuth server = new(r => ScriptedBetterAuth.Path(r) == "/organization/list"
            ? Answer.Json("""[{"id":"o1","name":"One","slug":"one","createdAt":"2026-05-01T00:00:00.000Z"}]""")
            : Answer.Json("""{"members":[{"id":"m1","organizationId":"o1","userId":"other","role":"owner","createdAt":"2026-05-01T00:00:00.000Z"}],"total":200}"""));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(async () =>
        {
            await foreach (IReadOnlyList<ToriiMembership> _ in server.Service.Organizations!.ListOfUserAsync(Ann, new PageOptions(), default))
            {
            }
        }).Soon();

        Assert.Equal(ToriiErrorId.FilterIgnored, error.ErrorId);
    }

    [Fact]
    public async Task Invitations_of_another_organization_are_not_passed_on()
    {
        using ScriptedBetterAuth server = new(_ => Answer.Json(
            """[{"id":"i1","organizationId":"active","email":"a@example.com","role":"member","status":"pending","createdAt":"2026-05-01T00:00:00.000Z","expiresAt":"2026-05-03T00:00:00.000Z"}]"""));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(async () =>
        {
            await foreach (IReadOnlyList<ToriiInvitation> _ in server.Service.Invitations!.SearchAsync(new InvitationQuery { OrganizationId = "wanted" }, default))
            {
            }
        }).Soon();

        Assert.Equal(ToriiErrorId.InvalidResponse, error.ErrorId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_an_earlier_ban_is_removed_by_a_ban_without_one(bool isAllowed)
    {
        JsonObject banned = ScriptedBetterAuth.User(Ann, banned: true);
        using ScriptedBetterAuth server = new(r => ScriptedBetterAuth.Path(r) == "/admin/ban-user" ? Answer.Json(new JsonObject { ["user"] = banned.DeepClone().AsObject().With("banExpires", "2026-06-01T00:00:00.000Z") })
            : isAllowed ? Answer.Json(banned.DeepClone()) : ScriptedBetterAuth.Fail(HttpStatusCode.Forbidden, "YOU_ARE_NOT_ALLOWED_TO_UPDATE_USERS"));

        ToriiUser? user = null;
        ToriiException? error = await Record.ExceptionAsync(async () => user = await server.Service.Users.BanAsync(Ann, default).Soon()) as ToriiException;

        Assert.Equal(["POST /admin/ban-user", "POST /admin/update-user"], server.Requests);
        Assert.Contains("\"banExpires\":null", server.Handler.Requests[^1].Body);
        Assert.Equal(isAllowed ? null : (ToriiErrorId.Forbidden, true), error is null ? null : ((string, bool)?)(error.ErrorId, error.MayHaveBeenExecuted));
        Assert.Equal(isAllowed, user is { BanExpiresAt: null });
        Assert.Equal(!isAllowed, error?.Message.StartsWith("The user was banned, and the end of the ban (2026-06-01 00:00:00Z) was not removed", StringComparison.Ordinal) == true);
    }

    /// <summary>The clock of the server is two hours ahead.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ban_ends_when_it_should_by_the_clock_of_the_server(bool hasDate)
    {
        ManualTime time = new() { SkipsWaits = true };
        DateTimeOffset server = time.GetUtcNow().AddHours(2);
        DateTimeOffset until = server.AddHours(1);
        using ScriptedHandler handler = new(r =>
        {
            JsonObject user = ScriptedBetterAuth.User(Ann, banned: true);
            HttpResponseMessage response = ScriptedBetterAuth.Path(r) switch
            {
                "/sign-in/email" => Answer.Json("""{"token":"bare"}"""),
                "/admin/ban-user" => Answer.Json(new JsonObject { ["user"] = user.With("banExpires", server.AddSeconds((long)JsonNode.Parse(r.Body!)!["banExpiresIn"]!).ToString("O")) }),
                _ when ScriptedBetterAuth.Path(r).StartsWith("/get-session", StringComparison.Ordinal) => Answer.Json("""{"session":{"expiresAt":"2026-05-23T09:30:00.000Z"},"user":{"id":"self"}}"""),
                _ => Answer.Json(user),
            };
            response.Headers.Date = hasDate ? server : null;
            return response;
        });
        using BetterAuthService service = new(
            new BetterAuthServiceOptions { ApiUrl = new Uri("https://auth.example.com"), Credential = BetterAuthCredential.FromPassword("a@example.com", "password"), Timeout = TimeSpan.FromHours(2) }, handler, time);

        Task<ToriiUser> ban = service.Users.BanAsync(Ann, default, new BanOptions(Until: until)).Soon();

        if (hasDate)
        {
            Assert.InRange((await ban).BanExpiresAt!.Value, until.AddSeconds(-5), until.AddSeconds(5));
        }
        else
        {
            Assert.Equal(ToriiErrorId.FieldNotApplied, (await Assert.ThrowsAnyAsync<ToriiException>(() => ban)).ErrorId);
        }
    }

    [Theory]
    [InlineData("ann")]
    [InlineData(null)]
    public async Task A_user_name_that_an_earlier_attempt_stored_is_no_conflict(string? stored)
    {
        int attempts = 0;
        using ScriptedBetterAuth server = new(r => ScriptedBetterAuth.Path(r) == "/is-username-available" ? Answer.Json("""{"available":true}""")
            : r.Method == HttpMethod.Get ? Answer.Json(ScriptedBetterAuth.User(Ann).With("username", stored))
            : ++attempts == 1 ? Answer.Empty(HttpStatusCode.BadGateway) : ScriptedBetterAuth.Fail(HttpStatusCode.BadRequest, "USERNAME_IS_ALREADY_TAKEN"));

        Task<ToriiUser> update = server.Service.Users.UpdateAsync(Ann, Body.Of(("userName", "ann")), default).Soon();

        if (stored is null)
        {
            ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => update);
            Assert.Equal((ToriiErrorId.Conflict, true), (error.ErrorId, error.MayHaveBeenExecuted));
        }
        else
        {
            Assert.Equal(stored, (await update).UserName);
        }
    }

    [Theory]
    [InlineData("a\u200Bb")]
    [InlineData("a\u202Eb")]
    [InlineData("a b")]
    [InlineData("a\uD800")]
    [InlineData("a\uFFFD")]
    public void An_id_with_characters_that_nobody_sees_is_not_one(string id)
    {
        using ScriptedBetterAuth server = new(_ => throw new InvalidOperationException());

        Assert.NotNull(server.Service.FindIdProblem(ResourceKind.User, id));
    }

    private static Task ChangeAsync(BetterAuthService service, string change, string id) => change switch
    {
        "ban" => service.Users.BanAsync(id, default),
        "unban" => service.Users.UnbanAsync(id, default),
        "update" => service.Users.UpdateAsync(id, Body.Of(("name", "N"), ("role", "user")), default),
        "delete" => service.Users.DeleteAsync(id, default),
        "password" => service.Accounts!.SetPasswordAsync(id, "a new password", false, default),
        "sessions" => service.Sessions.RevokeAllAsync(id, default),
        _ => service.Impersonation!.CreateTokenAsync(new ImpersonationRequest { UserId = id, ActorUserId = "", Reason = "" }, default),
    };

    private static async Task<List<ToriiUser>> ReadAsync(BetterAuthService service, UserQuery query)
    {
        List<ToriiUser> found = [];
        await foreach (IReadOnlyList<ToriiUser> page in service.Users.SearchAsync(query, default))
        {
            found.AddRange(page);
        }

        return found;
    }
}

internal static class JsonObjects
{
    public static JsonObject With(this JsonObject json, string member, string? value)
    {
        json[member] = value;
        return json;
    }
}
