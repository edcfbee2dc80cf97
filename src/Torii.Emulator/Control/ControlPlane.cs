using Torii.Emulator.Faults;
using Torii.Emulator.Http;
using Torii.Emulator.Store;
using Torii.Emulator.Tokens;

namespace Torii.Emulator.Control;

/// <summary>What tests and demonstrations do to the emulator that no torii server offers.</summary>
internal sealed class ControlPlane(
    EmulatedEnvironment environment,
    RequestJournal journal,
    FaultBook faults,
    SigningKeys keys,
    TokenMinter tokens,
    IReadOnlyCollection<string> apiOperations)
{
    public const string Prefix = "/_emulator/";
    public const string HealthPath = "/_emulator/health";

    public RouteTable Routes() => new(
    [
        new("health", "GET", HealthPath, _ => new ApiAnswer(200, "text/plain", "ok"u8.ToArray())),
        new("requests", "GET", "/_emulator/requests", _ => journal.Counts()),
        new("resetRequests", "DELETE", "/_emulator/requests", _ => Done(journal.Reset)),
        new("journal", "GET", "/_emulator/journal", request => journal.Entries(request.QueryNumber("after") ?? 0)),
        new("mintToken", "POST", "/_emulator/tokens", tokens.Mint),
        new("rotateKey", "POST", "/_emulator/keys/rotate", _ => Single("kid", keys.Rotate().Id)),
        new("signIn", "POST", "/_emulator/sessions", SignIn),
        new("addFault", "POST", "/_emulator/faults", request => Done(() => faults.Add(FaultRule.Read(request.Fields(), apiOperations)))),
        new("setFaultRate", "PUT", "/_emulator/fault-rate", request => Done(() => faults.SetMix(FaultMix.Read(request.Fields())))),
        new("clearFaults", "DELETE", "/_emulator/faults", _ => Done(faults.Clear)),
        new("foreign", "GET", "/_emulator/foreign", _ => Foreign()),
        new("stats", "GET", "/_emulator/stats", _ => Stats()),
    ]);

    private static ApiAnswer Done(Action action)
    {
        action();
        return ApiAnswer.NoContent;
    }

    private static ApiAnswer Single(string name, string value) => ApiAnswer.Json(200, json =>
    {
        json.WriteStartObject();
        json.WriteString(name, value);
        json.WriteEndObject();
    });

    /// <summary>Opens a session, as a person would by signing in; the server API itself cannot.</summary>
    private ApiAnswer SignIn(ApiRequest request)
    {
        var fields = request.Fields();
        var userId = fields.Id("userId", nullable: false).Value ?? throw Refusal.BadField("userId", "is missing");
        var user = environment.Users.Find(userId) ?? throw Refusal.NoSuchUser();
        var now = Clock.Now();
        var session = new UserSession
        {
            Id = Uuid7.Create(now.ToUnixTimeMilliseconds(), 0, (ulong)Random.Shared.NextInt64()),
            UserAgent = "Torii.Emulator",
            IpAddress = "127.0.0.1",
            CreatedAt = now,
            LastUsedAt = now,
            ExpiresAt = now.AddSeconds(fields.Number("expiresInSeconds").Value ?? 3600),
        };
        user.AddSessions([session]);
        return Single("sessionId", session.Id.ToString());
    }

    private ApiAnswer Foreign() => ApiAnswer.Json(200, json =>
    {
        json.WriteStartObject();
        json.WriteString("userId", environment.ForeignUsers[0]);
        json.WriteStartArray("userIds");
        foreach (var id in environment.ForeignUsers)
        {
            json.WriteStringValue(id);
        }

        json.WriteEndArray();
        json.WriteString("sessionId", environment.ForeignSession);
        json.WriteString("organizationId", environment.ForeignOrganization);
        json.WriteEndObject();
    });

    private ApiAnswer Stats()
    {
        var now = DateTimeOffset.UtcNow;
        var users = environment.Users.Snapshot();
        var byStatus = new int[Enum.GetValues<UserStatus>().Length];
        int alive = 0, aliveOfBanned = 0, leaking = 0;
        foreach (var user in users)
        {
            var status = user.State.Status;
            var sessions = user.Sessions.Count(session => session.IsAlive(now));
            byStatus[(int)status]++;
            alive += sessions;
            aliveOfBanned += status == UserStatus.Banned ? sessions : 0;
            leaking += status == UserStatus.Banned && sessions > 0 ? 1 : 0;
        }

        return ApiAnswer.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("users");
            foreach (var status in Enum.GetValues<UserStatus>())
            {
                json.WriteNumber(status.WireName(), byStatus[(int)status]);
            }

            json.WriteEndObject();
            json.WriteNumber("aliveSessions", alive);
            json.WriteNumber("aliveSessionsOfBannedUsers", aliveOfBanned);
            json.WriteNumber("bannedUsersWithAliveSessions", leaking);
            json.WriteEndObject();
        });
    }
}
