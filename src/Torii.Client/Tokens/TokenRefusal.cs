namespace Torii.Client.Tokens;

/// <summary>
/// Why a token is not accepted. The ids are stable; docs/tokens.md lists them in the order in which they are found.
/// A reason repeats nothing of the token but its times.
/// </summary>
/// <param name="ErrorId">One of the constants.</param>
/// <param name="Reason">What is wrong, in one sentence.</param>
/// <param name="RecommendedAction">What to do about it, in one sentence.</param>
public sealed record TokenRefusal(string ErrorId, string Reason, string RecommendedAction)
{
    /// <summary>There is none: nothing was given, or the header carries no bearer token.</summary>
    public const string Missing = "Torii.TokenMissing";

    /// <summary>It is not three segments of base64url with a JSON object in the first two.</summary>
    public const string Malformed = "Torii.TokenMalformed";

    /// <summary>It does not say ES256.</summary>
    public const string Algorithm = "Torii.TokenAlgorithm";

    /// <summary>Its header asks for what is not supported, or does not name a key.</summary>
    public const string Header = "Torii.TokenHeader";

    /// <summary>The issuer has no such key for signing.</summary>
    public const string UnknownKey = "Torii.TokenUnknownKey";

    /// <summary>The key did not sign this.</summary>
    public const string Signature = "Torii.TokenSignature";

    /// <summary>A claim is missing, or not of its type.</summary>
    public const string Claims = "Torii.TokenClaims";

    /// <summary>It is of another issuer.</summary>
    public const string Issuer = "Torii.TokenIssuer";

    /// <summary>It is for another audience.</summary>
    public const string Audience = "Torii.TokenAudience";

    /// <summary>It has expired.</summary>
    public const string Expired = "Torii.TokenExpired";

    /// <summary>It is not valid yet.</summary>
    public const string NotYetValid = "Torii.TokenNotYetValid";

    internal static TokenRefusal NoToken(string reason) => new(
        Missing, reason, "Send the token as 'Authorization: Bearer <token>'; is a variable not set?");

    internal static TokenRefusal IsMalformed(string reason) => new(
        Malformed, $"The token {reason}.", "Hand over the token as it came, nothing cut off and nothing added; torii's have three segments.");

    internal static TokenRefusal OfAlgorithm() => new(
        Algorithm, "The token is not signed with ES256.", "torii signs with ES256 and nothing else is accepted: sign in again, and find out who made this token.");

    internal static TokenRefusal OfHeader(string reason) => new(
        Header, $"The token's header {reason}.", "torii's tokens do not do that: sign in again, and find out who made this token.");

    internal static TokenRefusal OfKey(string keys) => new(
        UnknownKey, $"The token names a key that is not among {keys}.", "It is of another tenant, or signed with a key that was withdrawn: check the issuer, and sign in again. Clear-ToriiSigningKey has the keys read again at once.");

    internal static TokenRefusal OfSignature() => new(
        Signature, "The token's signature is not one of its key.", "It was changed, or somebody else made it: do not trust it, and sign in again.");

    internal static TokenRefusal OfClaim(string claim, string expected) => new(
        Claims, $"The token's claim '{claim}' is missing, or not {expected}.", "torii's tokens have it: sign in again, and check that the issuer is torii.");

    internal static TokenRefusal OfIssuer(string expected) => new(
        Issuer, $"The token is of another issuer than '{expected}'.", "Check -Issuer to the letter: case, port and path count, only a slash at the end does not.");

    internal static TokenRefusal OfAudience() => new(
        Audience, "The token is not for the audience that was asked for.", "torii sets no audience by itself: leave -Audience out, unless yours is set up to.");

    internal static TokenRefusal IsExpired(DateTimeOffset at) => new(
        Expired, $"The token expired at {Show(at)}.", "Sign in again, or refresh the session; if the token is new, check this machine's clock.");

    internal static TokenRefusal IsEarly(string claim, DateTimeOffset at) => new(
        NotYetValid, $"The token is not valid before {Show(at)} ({claim}).", "Check the clocks of this machine and of the issuer.");

    internal ToriiException ToException() => new(ErrorId, Reason, RecommendedAction);

    private static string Show(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
