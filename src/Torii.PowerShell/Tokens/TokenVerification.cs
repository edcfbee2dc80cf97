using System.Management.Automation;
using Torii.Client;
using Torii.Client.Tokens;

namespace Torii.PowerShell.Tokens;

/// <summary>The token validation of one command. Keeps the client library's types out of the cmdlets' signatures.</summary>
internal sealed class TokenVerification
{
    private readonly TokenVerifier _verifier;
    private readonly ToriiConnection? _connection;
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);

    /// <param name="options">What a token must satisfy.</param>
    /// <param name="jwks">A key set to use instead of the issuer's; <see langword="null"/> to fetch the issuer's.</param>
    /// <param name="connection">The connection that the issuer comes from; <see langword="null"/> for an explicit issuer.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidJwks</c>.</exception>
    public TokenVerification(TokenValidationOptions options, byte[]? jwks, ToriiConnection? connection)
    {
        _verifier = new TokenVerifier(jwks is null ? SigningKeyCache.Shared : KeySet.Parse(jwks, options.Algorithm), options);
        _connection = connection;
    }

    /// <summary>Validates a token on the pipeline thread. Writes the reason of a refusal with -Verbose, and each warning once.</summary>
    /// <returns>The claims, or the refusal as an exception.</returns>
    /// <exception cref="ToriiException">The token could not be validated.</exception>
    public (ToriiToken? Token, ToriiException? Refusal) Validate(
        string? token, RequestContext request, Func<Task<TokenValidationResult>, TokenValidationResult> wait, Cmdlet command)
    {
        ValueTask<TokenValidationResult> task = _verifier.VerifyAsync(token, request);
        TokenValidationResult result = task.IsCompletedSuccessfully ? task.Result : wait(task.AsTask());
        if (result.Warning is { } warning && _warned.Add(warning))
        {
            command.WriteWarning(warning);
        }

        if (result.Error is { } error)
        {
            command.WriteVerbose($"Refused ({error.ErrorId}): {error.Message}");
            return (null, error.ToException());
        }

        ToriiToken claims = result.Token!;
        claims.ConnectionName = _connection?.Name;
        claims.Source = _connection;
        return (claims, null);
    }
}
