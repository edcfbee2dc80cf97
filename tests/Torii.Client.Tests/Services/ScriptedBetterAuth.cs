using System.Net;
using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Services;

/// <summary>
/// The server side of Better Auth as far as a test scripts it: signing in succeeds unless <see cref="SignIn"/> responds,
/// the other responses are the script's. Records every request, with its headers.
/// </summary>
internal sealed class ScriptedBetterAuth : IDisposable
{
    public const string Password = "password-of-admin";
    public const string Self = "adminadminadminadminadminadmin01";

    private readonly Func<Sent, HttpResponseMessage> _script;
    private int _sessions;

    public ScriptedBetterAuth(Func<Sent, HttpResponseMessage> script, BetterAuthCredential? credential = null, Func<BetterAuthServiceOptions, BetterAuthServiceOptions>? change = null, ManualTime? time = null)
    {
        _script = script;
        Time = time ?? new ManualTime { SkipsWaits = true };
        Handler = new ScriptedHandler(Respond);
        BetterAuthServiceOptions options = new()
        {
            ApiUrl = new Uri("https://auth.example.com"),
            Credential = credential ?? BetterAuthCredential.FromPassword("admin@example.com", Password),
            Timeout = ManualTime.LongestSkipped + TimeSpan.FromMinutes(1),
        };
        Service = new BetterAuthService(change?.Invoke(options) ?? options, Handler, Time);
    }

    public ManualTime Time { get; }

    public ScriptedHandler Handler { get; }

    public BetterAuthService Service { get; }

    /// <summary>Responds to signing in and to reading the session; null for success.</summary>
    public Func<Sent, HttpResponseMessage?>? SignIn { get; set; }

    /// <summary>The number of sessions that were opened.</summary>
    public int Sessions => _sessions;

    /// <summary>What was sent after signing in: method and path below the API.</summary>
    public IReadOnlyList<string> Requests => [.. Handler.Requests.Where(static r => !IsSignIn(r)).Select(static r => $"{r.Method} {Path(r)}")];

    public static string Path(Sent request) => request.PathAndQuery["/api/auth".Length..];

    public static JsonObject User(string id, string email = "ann@example.com", bool banned = false, string createdAt = "2026-05-16T09:30:00.000Z") => new()
    {
        ["name"] = "Ann",
        ["email"] = email,
        ["emailVerified"] = false,
        ["createdAt"] = createdAt,
        ["updatedAt"] = createdAt,
        ["role"] = "user",
        ["banned"] = banned,
        ["banReason"] = null,
        ["banExpires"] = null,
        ["username"] = null,
        ["id"] = id,
    };

    public static HttpResponseMessage Users(long total, params JsonObject[] users) => Answer.Json(new JsonObject { ["users"] = new JsonArray([.. users]), ["total"] = total });

    public static HttpResponseMessage Fail(HttpStatusCode status, string code) => Answer.Json(new JsonObject { ["message"] = code.ToLowerInvariant(), ["code"] = code }, status);

    public void Dispose() => Service.Dispose();

    private static bool IsSignIn(Sent request) => Path(request).StartsWith("/sign-in/", StringComparison.Ordinal) || Path(request).StartsWith("/get-session", StringComparison.Ordinal);

    private HttpResponseMessage Respond(Sent request)
    {
        HttpResponseMessage response =
            IsSignIn(request) && SignIn?.Invoke(request) is { } scripted ? scripted
            : Path(request).StartsWith("/sign-in/", StringComparison.Ordinal)
                ? Answer.Json("""{"redirect":false,"token":"bare","user":{}}""").With("set-auth-token", $"session-number-{Interlocked.Increment(ref _sessions)}.signature")
            : Path(request).StartsWith("/get-session", StringComparison.Ordinal)
                ? Answer.Json($$$"""{"session":{"expiresAt":"2026-05-23T09:30:00.000Z"},"user":{"id":"{{{Self}}}"}}""")
            : _script(request);
        response.Headers.Date ??= Time.GetUtcNow();
        return response;
    }
}
