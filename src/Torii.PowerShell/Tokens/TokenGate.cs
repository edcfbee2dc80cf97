using System.Management.Automation;
using System.Security;
using Torii.Client;
using Torii.Client.Tokens;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Tokens;

/// <summary>One command's way of checking tokens. Keeps the client library's types out of the cmdlets' own.</summary>
internal sealed class TokenGate
{
    private readonly TokenVerifier _verifier;
    private readonly ToriiConnection? _connection;
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);

    /// <param name="rules">What a token must fit.</param>
    /// <param name="jwks">A key set to use in place of the issuer's; null to ask the issuer.</param>
    /// <param name="connection">Whose issuer it is; null for one that was given.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidJwks</c>.</exception>
    public TokenGate(TokenRules rules, byte[]? jwks, ToriiConnection? connection)
    {
        _verifier = new TokenVerifier(jwks is null ? KeyRing.Shared : KeySet.Parse(jwks), rules);
        _connection = connection;
    }

    /// <summary>A token as text; what is no text at all is an error that does not show it.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidTokenInput</c>.</exception>
    public static string? Reveal(object? token) => SensitiveArgument.Reveal(token) switch
    {
        null => null,
        string text => text,
        SecureString secret => Secrets.Reveal(secret),
        var other => throw new ToriiException(
            "Torii.InvalidTokenInput", $"An object of type {other.GetType().Name} is no token.", "Give a token as a string or SecureString, or the request's headers with -Headers."),
    };

    /// <summary>Checks a token on the pipeline thread; says why one is refused on -Verbose, and warns once of old keys.</summary>
    /// <returns>The claims, or the refusal as an exception.</returns>
    /// <exception cref="ToriiException">It could not be told.</exception>
    public (ToriiToken? Token, ToriiException? Refusal) Check(
        string? token, RequestContext request, Func<Task<TokenVerdict>, TokenVerdict> wait, Cmdlet command)
    {
        ValueTask<TokenVerdict> check = _verifier.VerifyAsync(token, request);
        TokenVerdict verdict = check.IsCompletedSuccessfully ? check.Result : wait(check.AsTask());
        if (verdict.Warning is { } warning && _warned.Add(warning))
        {
            command.WriteWarning(warning);
        }

        if (verdict.Refusal is { } refusal)
        {
            command.WriteVerbose($"Refused ({refusal.ErrorId}): {refusal.Reason}");
            return (null, refusal.ToException());
        }

        ToriiToken claims = verdict.Token!;
        claims.ConnectionName = _connection?.Name;
        claims.Source = _connection;
        return (claims, null);
    }
}
