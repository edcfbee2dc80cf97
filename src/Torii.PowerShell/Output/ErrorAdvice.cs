namespace Torii.PowerShell;

/// <summary>
/// The recommended action of each error, by id. docs/errors.md is checked against it. The client throws an id and
/// data; which cmdlet or parameter helps is known here alone.
/// </summary>
internal static class ErrorAdvice
{
    /// <summary>
    /// The advice by error id, or by id and variant (<c>Torii.ConnectionFailed/tls</c>) where one id needs several.
    /// <c>{name}</c> stands for the exception's detail of that name.
    /// </summary>
    internal static readonly IReadOnlyDictionary<string, string> Actions = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [$"{ToriiErrorId.AmbiguousInput}/jwks"] = "Specify either -Jwks or -JwksPath.",
        [ToriiErrorId.InvalidHeaders] = "Specify the headers of one request as a hashtable, a dictionary, a WebHeaderCollection or HttpRequestHeaders.",
        [$"{ToriiErrorId.InvalidHeaders}/ambiguous"] = "Answer the request with 400 or 401: a request must carry one token in one header value.",
        [ToriiErrorId.InvalidIssuer] = "Specify the issuer's base address, for example https://acme.torii.so: https, or http on a loopback address.",
        [$"{ToriiErrorId.InvalidIssuer}/missing"] = "Specify -Issuer, or connect with Connect-Torii -Issuer or the environment variable TORII_ISSUER.",
        [ToriiErrorId.InvalidJwks] = "Specify the JSON Web Key Set that the issuer publishes: {\"keys\":[…]}.",
        [$"{ToriiErrorId.InvalidJwks}/file"] = "Check that -JwksPath names a readable file.",
        [ToriiErrorId.InvalidTokenInput] = "Specify one token as a string or a SecureString; send several tokens through the pipeline.",
        [ToriiErrorId.KeysUnavailable] = "Check -Issuer and the network, or specify the keys with -Jwks or -JwksPath.",
        [$"{ToriiErrorId.KeysUnavailable}/unexpected"] = "Report the error with the exception's text: it is a defect of the module.",
        [ToriiErrorId.NotAnEmulator] = "Run Start-ToriiEmulator | Connect-Torii, or specify an emulator with -Emulator.",
        [$"{ToriiErrorId.NotConnected}/issuer"] = "Specify -Issuer, or run Connect-Torii first.",
        [ToriiErrorId.TokenAlgorithm] = "Do not trust the token: the issuer signs with {algorithm} only. Check where the token comes from.",
        [ToriiErrorId.TokenAudience] = "Remove -Audience unless the issuer is configured to set an audience; torii sets none by default.",
        [ToriiErrorId.TokenClaims] = "Check that the issuer is torii, then sign in again.",
        [ToriiErrorId.TokenExpired] = "Sign in again or refresh the session. For a new token, check this machine's clock.",
        [ToriiErrorId.TokenHeader] = "Do not trust the token: the issuer's tokens have no such header. Check where the token comes from.",
        [ToriiErrorId.TokenIssuer] = "Check -Issuer. The comparison is exact; only a trailing slash is ignored.",
        [ToriiErrorId.TokenMalformed] = "Pass the token unchanged. An end-user's token has three segments, separated by dots.",
        [ToriiErrorId.TokenMissing] = "Send the token as 'Authorization: Bearer <token>'. Check that the variable is set.",
        [ToriiErrorId.TokenNotYetValid] = "Check the clocks of this machine and of the issuer.",
        [ToriiErrorId.TokenSignature] = "Do not trust the token: it was changed, or another party signed it.",
        [ToriiErrorId.TokenUnknownKey] = "Check the issuer and sign in again. Clear-ToriiSigningKey makes the next token fetch the keys again.",
    };

    /// <summary>The recommended action for an exception, with its details filled in.</summary>
    public static string For(ToriiException exception)
    {
        if ((exception.Variant is not { } variant || !Actions.TryGetValue($"{exception.ErrorId}/{variant}", out string? action))
            && !Actions.TryGetValue(exception.ErrorId, out action))
        {
            return exception.RecommendedAction;
        }

        foreach ((string name, string value) in exception.Details)
        {
            action = action.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        }

        return action;
    }
}
