namespace Torii.Emulator.Control;

/// <summary>The control plane: what tests do to the emulator and no torii server offers.</summary>
internal sealed class ControlEndpoints(
    EmulatedEnvironment environment, FaultInjector faults, RateLimit rateLimit, IReadOnlyCollection<string> faultyOperations)
{
    public const string Prefix = "/_emulator/";

    private const int DefaultSessionSeconds = 3600;
    private const int MaxRequestsPerSecond = 1_000_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapOperation("health", "GET", Prefix + "health", _ => Reply.Text(200, "text/plain", "ok"), needsKey: false);
        routes.MapOperation("signIn", "POST", Prefix + "sessions", SignIn);
        routes.MapOperation("endInvitation", "POST", Prefix + "invitations", EndInvitation);
        routes.MapOperation("addFault", "POST", Prefix + "faults", request => Done(() => faults.Add(FaultRule.Read(request.Fields(), faultyOperations))));
        routes.MapOperation("setFaultRate", "PUT", Prefix + "fault-rate", request => Done(() => faults.SetRandom(RandomFaults.Read(request.Fields()))));
        routes.MapOperation("setRateLimit", "PUT", Prefix + "rate-limit", request => Done(() => rateLimit.Set(RequestsPerSecond(request.Fields()))));
        routes.MapOperation("removeRateLimit", "DELETE", Prefix + "rate-limit", _ => Done(() => rateLimit.Set(null)));
        routes.MapOperation("clearFaults", "DELETE", Prefix + "faults", _ => Done(() =>
        {
            faults.Clear();
            rateLimit.Set(null);
        }));
        routes.MapOperation("setSettings", "PUT", Prefix + "settings", request => Done(() => environment.Settings.Set(request.Fields())));
        routes.MapOperation("foreign", "GET", Prefix + "foreign", _ => Foreign());
        routes.MapOperation("stats", "GET", Prefix + "stats", _ => Statistics());
    }

    private static Reply Done(Action action)
    {
        action();
        return Reply.NoContent;
    }

    private static int RequestsPerSecond(BodyFields body) =>
        body.Number("requestsPerSecond", 1, MaxRequestsPerSecond) ?? throw RequestRefusedException.Missing("requestsPerSecond");

    /// <summary>Creates a session, as a user does by signing in; the server API cannot.</summary>
    private Reply SignIn(OperationRequest request)
    {
        BodyFields fields = request.Fields();
        UserEntry user = environment.Users.Find(fields.RequiredId("userId")) ?? throw RequestRefusedException.NoSuchUser();
        DateTimeOffset now = Clock.Now();
        var session = new UserSession
        {
            Id = Uuid7.Create(now.ToUnixTimeMilliseconds(), 0, (ulong)Random.Shared.NextInt64()),
            UserId = user.Id,
            EnvironmentId = environment.Id,
            UserAgent = "Torii.Emulator",
            IpAddress = "127.0.0.1",
            CreatedAt = now,
            LastUsedAt = now,
            ExpiresAt = now.AddSeconds(fields.Number("expiresInSeconds") ?? DefaultSessionSeconds),
        };
        user.AddSessions([session]);
        return Reply.Json(200, new { SessionId = session.Id });
    }

    /// <summary>Accepts an invitation, as the invitee does by signing up, or lets it expire, as time does.</summary>
    private Reply EndInvitation(OperationRequest request)
    {
        BodyFields fields = request.Fields();
        DateTimeOffset now = Clock.Now();
        bool accepts = fields.RequiredText("status") switch
        {
            Invitation.Accepted => true,
            Invitation.Expired => false,
            _ => throw RequestRefusedException.BadField("status", $"is neither {Invitation.Accepted} nor {Invitation.Expired}"),
        };
        Guid id = fields.RequiredId("invitationId");
        _ = environment.Invitations.Find(id) ?? throw RequestRefusedException.BadField("invitationId", "is not the id of an invitation");
        Invitation ended = environment.Invitations.Change(
            id, invitation => accepts ? invitation.RequirePending() with { AcceptedAt = now } : invitation.RequirePending() with { ExpiresAt = now });
        UserEntry? user = !accepts ? null : environment.Users.Create(new User
        {
            EnvironmentId = environment.Id,
            Email = ended.Email,
            EmailVerifiedAt = now,
            PublicMetadata = ended.PublicMetadata,
            PrivateMetadata = ended.PrivateMetadata,
        });
        return Reply.Json(200, new { UserId = user?.Id });
    }

    private Reply Foreign() => Reply.Json(200, new
    {
        UserId = environment.ForeignUsers[0],
        UserIds = environment.ForeignUsers,
        SessionId = environment.ForeignSession,
        OrganizationId = environment.ForeignOrganization,
        InvitationId = environment.ForeignInvitation,
    });

    private Reply Statistics()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        var users = environment.Users.Snapshot()
            .Select(entry => (entry.User.Status, Sessions: entry.Sessions.Count(session => session.IsActive(now)))).ToList();
        var banned = users.Where(user => user.Status == UserStatus.Banned).ToList();
        return Reply.Json(200, new
        {
            Users = Enum.GetValues<UserStatus>().ToDictionary(
                status => status.Name(),
                status => users.Count(user => user.Status == status)),
            AliveSessions = users.Sum(user => user.Sessions),
            AliveSessionsOfBannedUsers = banned.Sum(user => user.Sessions),
            BannedUsersWithAliveSessions = banned.Count(user => user.Sessions > 0),
        });
    }
}
