using System.Globalization;

namespace Torii.Client.Tokens;

/// <summary>
/// Why a token is not valid. The ids are stable; docs/tokens.md lists them in the order of the checks. A message
/// contains nothing of the token but its times.
/// </summary>
public sealed record TokenValidationError
{
    private static readonly Dictionary<string, string> NoDetails = [];

    private TokenValidationError(string errorId, string message)
    {
        ErrorId = errorId;
        Message = message;
    }

    /// <summary>The stable id, <c>Torii.Token…</c> of <see cref="ToriiErrorId"/>.</summary>
    public string ErrorId { get; }

    /// <summary>What is wrong, in one sentence.</summary>
    public string Message { get; }

    private IReadOnlyDictionary<string, string> Details { get; init; } = NoDetails;

    internal static TokenValidationError Missing() => new(ToriiErrorId.TokenMissing, "The token is missing.");

    internal static TokenValidationError Malformed(string problem) => new(ToriiErrorId.TokenMalformed, $"The token {problem}.");

    internal static TokenValidationError Algorithm(string expected) => new(ToriiErrorId.TokenAlgorithm, $"The token's algorithm is not {expected}.")
    {
        Details = new Dictionary<string, string> { ["algorithm"] = expected },
    };

    internal static TokenValidationError Header(string problem) => new(ToriiErrorId.TokenHeader, $"The token's header {problem}.");

    internal static TokenValidationError UnknownKey(string keys) => new(ToriiErrorId.TokenUnknownKey, $"The token names a key that is not among {keys}.");

    internal static TokenValidationError Signature() => new(ToriiErrorId.TokenSignature, "The token's signature does not match its content and key.");

    internal static TokenValidationError Claim(string claim, string expected) => new(ToriiErrorId.TokenClaims, $"The token's claim '{claim}' is missing or is not {expected}.");

    internal static TokenValidationError Claims(string problem) => new(ToriiErrorId.TokenClaims, $"The token's {problem}.");

    internal static TokenValidationError Issuer(string expected) => new(ToriiErrorId.TokenIssuer, $"The token's issuer is not '{expected}'.");

    internal static TokenValidationError Audience() => new(ToriiErrorId.TokenAudience, "The token's audience does not contain any of the expected audiences.");

    internal static TokenValidationError Expired(DateTimeOffset at) => new(ToriiErrorId.TokenExpired, $"The token expired at {Format(at)}.");

    internal static TokenValidationError NotYetValid(string claim, DateTimeOffset at) => new(ToriiErrorId.TokenNotYetValid, $"The token is not valid before {Format(at)} ({claim}).");

    internal ToriiException ToException() => new(ErrorId, Message) { Details = Details };

    private static string Format(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
