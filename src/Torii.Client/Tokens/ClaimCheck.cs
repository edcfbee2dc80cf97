using System.Text.Json;

namespace Torii.Client.Tokens;

/// <summary>
/// The claims of a token whose signature is good: the strictest rule that a genuine token passes wherever the official
/// SDKs differ.
/// </summary>
internal static class ClaimCheck
{
    private const string Text = "a string that says something";
    private const string Seconds = "a whole number of seconds since 1970";

    /// <summary>The last second of the year 9999.</summary>
    private const long LastSecond = 253_402_300_799;

    /// <summary>The verified claims; null with the reason where one does not fit.</summary>
    public static ToriiToken? Read(StrictObject payload, TokenRules rules, DateTimeOffset now, out TokenRefusal? refusal)
    {
        refusal = null;
        if (Required("sub") is not { } user || Required("pid") is not { } environment || Required("iss") is not { } issuer)
        {
            refusal = TokenRefusal.OfClaim(Required("sub") is null ? "sub" : Required("pid") is null ? "pid" : "iss", Text);
            return null;
        }

        if (Time("iat") is not { } issued || Time("exp") is not { } expires)
        {
            refusal = TokenRefusal.OfClaim(Time("iat") is null ? "iat" : "exp", Seconds);
            return null;
        }

        long? begins = Time("nbf");
        if (begins is null && payload.Has("nbf"))
        {
            refusal = TokenRefusal.OfClaim("nbf", Seconds);
            return null;
        }

        refusal = !string.Equals(TokenRules.WithoutSlash(issuer), rules.Issuer, StringComparison.Ordinal) ? TokenRefusal.OfIssuer(rules.Issuer)
            : rules.Audiences.Count > 0 && !IsFor(payload, rules.Audiences) ? TokenRefusal.OfAudience()
            : CheckTimes(issued, begins, expires, (long)rules.ClockSkew.TotalMilliseconds, now.ToUnixTimeMilliseconds());
        return refusal is not null ? null : new ToriiToken(payload.Json)
        {
            UserId = user,
            EnvironmentId = environment,
            Issuer = issuer,
            EmailVerified = payload.Is("email_verified", true),
            ProfileComplete = !payload.Is("profile_complete", false),
            Impersonating = payload.Is("impersonating", true),
            Locale = payload.Text("locale"),
            OrganizationId = Organization(payload),
            IssuedAt = DateTimeOffset.FromUnixTimeSeconds(issued),
            ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(expires),
        };

        string? Required(string name) => payload.Text(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
        long? Time(string name) => payload.Integer(name) is >= 0 and <= LastSecond and long seconds ? seconds : null;
    }

    /// <summary>Refused at exactly <c>exp</c> + skew, accepted at exactly <c>nbf</c> − skew.</summary>
    private static TokenRefusal? CheckTimes(long issued, long? begins, long expires, long skew, long now) =>
        now >= (expires * 1000) + skew ? TokenRefusal.IsExpired(DateTimeOffset.FromUnixTimeSeconds(expires))
        : begins is { } nbf && now < (nbf * 1000) - skew ? TokenRefusal.IsEarly("nbf", DateTimeOffset.FromUnixTimeSeconds(nbf))
        : now < (issued * 1000) - skew ? TokenRefusal.IsEarly("iat", DateTimeOffset.FromUnixTimeSeconds(issued))
        : null;

    /// <summary><c>aud</c> is a string or an array of strings (RFC 7519 §4.1.3).</summary>
    private static bool IsFor(StrictObject payload, IReadOnlyList<string> audiences) =>
        payload.Text("aud") is { } one ? audiences.Contains(one, StringComparer.Ordinal)
        : payload.Structure("aud") is { ValueKind: JsonValueKind.Array } many
            && many.EnumerateArray().All(static a => a.ValueKind == JsonValueKind.String)
            && many.EnumerateArray().Any(a => audiences.Contains(a.GetString(), StringComparer.Ordinal));

    /// <summary><c>org_id</c> in older tokens; <c>o</c> in newer ones, as the id or as an object that has it.</summary>
    private static string? Organization(StrictObject payload) =>
        payload.Text("org_id") ?? payload.Text("o")
        ?? (payload.Structure("o") is { ValueKind: JsonValueKind.Object } o && o.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String
            ? id.GetString()
            : null);
}
