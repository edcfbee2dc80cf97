using System.Text.Json;

namespace Torii.Client.Tokens;

/// <summary>
/// Validates the claims of a token whose signature is valid. Where the official SDKs differ, the strictest rule that a
/// genuine token satisfies applies.
/// </summary>
internal static class ClaimsValidator
{
    private const string NonEmptyString = "a non-empty string";
    private const string NumericDate = "an integer number of seconds since 1970";

    /// <summary>The last second of the year 9999.</summary>
    private const long MaxSeconds = 253_402_300_799;

    /// <summary>Validates the claims.</summary>
    /// <returns>The verified claims; <see langword="null"/> with the error where a claim is not valid.</returns>
    public static ToriiToken? Validate(StrictJsonObject payload, TokenValidationOptions options, DateTimeOffset now, out TokenValidationError? error)
    {
        error = FindClaimError(payload, options);
        if (error is not null)
        {
            return null;
        }

        string issuer = payload.Text("iss")!;
        long expires = Seconds(payload, "exp")!.Value;
        long? issued = Seconds(payload, "iat");
        long? begins = Seconds(payload, "nbf");
        error = !string.Equals(TokenValidationOptions.WithoutSlash(issuer), options.Issuer, StringComparison.Ordinal) ? TokenValidationError.Issuer(options.Issuer)
            : options.Audiences.Count > 0 && !ContainsAudience(payload, options.Audiences) ? TokenValidationError.Audience()
            : FindTimeError(issued, begins, expires, (long)options.ClockSkew.TotalMilliseconds, now.ToUnixTimeMilliseconds());
        return error is not null ? null : new ToriiToken(payload.Json)
        {
            UserId = payload.Text("sub")!,
            SessionId = NonEmpty(payload, "sid"),
            EnvironmentId = NonEmpty(payload, "pid"),
            Issuer = issuer,
            EmailVerified = payload.Is("email_verified", true),
            ProfileComplete = !payload.Is("profile_complete", false),
            Impersonating = payload.Is("impersonating", true),
            Locale = payload.Text("locale"),
            OrganizationId = Organization(payload),
            IssuedAt = issued is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : null,
            ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(expires),
        };
    }

    private static TokenValidationError? FindClaimError(StrictJsonObject payload, TokenValidationOptions options)
    {
        foreach (string name in options.RequiredStringClaims)
        {
            if (NonEmpty(payload, name) is null)
            {
                return TokenValidationError.Claim(name, NonEmptyString);
            }
        }

        foreach (string name in options.RequiredTimeClaims)
        {
            if (Seconds(payload, name) is null)
            {
                return TokenValidationError.Claim(name, NumericDate);
            }
        }

        return payload.Has("iat") && Seconds(payload, "iat") is null ? TokenValidationError.Claim("iat", NumericDate)
            : payload.Has("nbf") && Seconds(payload, "nbf") is null ? TokenValidationError.Claim("nbf", NumericDate)

            // There would be no moment at which the token is valid; only the clock skew would let it pass.
            : Seconds(payload, "nbf") >= Seconds(payload, "exp") ? TokenValidationError.Claims("claim 'nbf' is not before 'exp'")
            : null;
    }

    /// <summary>Fails at exactly <c>exp</c> + skew, passes at exactly <c>nbf</c> − skew.</summary>
    private static TokenValidationError? FindTimeError(long? issued, long? begins, long expires, long skew, long now) =>
        now >= (expires * 1000) + skew ? TokenValidationError.Expired(DateTimeOffset.FromUnixTimeSeconds(expires))
        : begins is { } nbf && now < (nbf * 1000) - skew ? TokenValidationError.NotYetValid("nbf", DateTimeOffset.FromUnixTimeSeconds(nbf))
        : issued is { } iat && now < (iat * 1000) - skew ? TokenValidationError.NotYetValid("iat", DateTimeOffset.FromUnixTimeSeconds(iat))
        : null;

    private static string? NonEmpty(StrictJsonObject payload, string name) =>
        payload.Text(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    private static long? Seconds(StrictJsonObject payload, string name) =>
        payload.Integer(name) is >= 0 and <= MaxSeconds and long seconds ? seconds : null;

    /// <summary><c>aud</c> is a string or an array of strings (RFC 7519 §4.1.3).</summary>
    private static bool ContainsAudience(StrictJsonObject payload, IReadOnlyList<string> audiences) =>
        payload.Text("aud") is { } one ? audiences.Contains(one, StringComparer.Ordinal)
        : payload.Structure("aud") is { ValueKind: JsonValueKind.Array } many
            && many.EnumerateArray().All(static a => a.ValueKind == JsonValueKind.String)
            && many.EnumerateArray().Any(a => audiences.Contains(a.GetString(), StringComparer.Ordinal));

    /// <summary><c>org_id</c> in older tokens; <c>o</c> in newer ones, as the id or as an object with an <c>id</c>.</summary>
    private static string? Organization(StrictJsonObject payload) =>
        payload.Text("org_id") ?? payload.Text("o")
        ?? (payload.Structure("o") is { ValueKind: JsonValueKind.Object } o && o.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String
            ? id.GetString()
            : null);
}
