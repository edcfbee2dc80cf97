using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using LibraryResult = Microsoft.IdentityModel.Tokens.TokenValidationResult;

namespace Torii.Client.Tokens;

/// <summary>
/// Validates end-users' tokens. Three parties must accept a token: the strict reader (<see cref="SignedToken"/>),
/// Microsoft.IdentityModel.JsonWebTokens with exactly the one key that the token names, and the claims check. The
/// first failure is the reason. Thread-safe.
/// </summary>
/// <param name="keys">The source of keys: a <see cref="SigningKeyCache"/>, or a <see cref="KeySet"/> for offline validation.</param>
/// <param name="options">What a token must satisfy.</param>
/// <param name="time">The clock. Default: the system's clock.</param>
public sealed class TokenVerifier(IKeySource keys, TokenValidationOptions options, TimeProvider? time = null)
{
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = SignedToken.MaxLength, MapInboundClaims = false };

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The parameters for the key that was used last; building them for each token costs throughput.</summary>
    private volatile KeyParameters? _lastUsed;

    /// <summary>Validates a token. Completes synchronously and without a request when the key is known.</summary>
    /// <exception cref="ToriiException"><c>Torii.KeysUnavailable</c>: the token could not be validated. A token that is not valid does not throw.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async ValueTask<TokenValidationResult> VerifyAsync(string? token, RequestContext context)
    {
        if (SignedToken.Read(token, options.SigningAlgorithm, out TokenValidationError? error) is not { } signed)
        {
            return new TokenValidationResult(null, error);
        }

        KeyLookup lookup = await keys.FindAsync(options, signed.KeyId, context).ConfigureAwait(false);
        ToriiToken? valid = null;
        if (lookup.Key is not { } key)
        {
            error = TokenValidationError.UnknownKey(lookup.Keys);
        }
        else if (!signed.HasSignatureLength)
        {
            error = TokenValidationError.Signature();
        }
        else
        {
            (valid, error) = await ValidateAsync(signed, key).ConfigureAwait(false);
        }

        return new TokenValidationResult(valid, error, lookup.Warning);
    }

    /// <summary>Reads a token without validating anything but its form.</summary>
    /// <exception cref="ToriiException"><c>Torii.TokenMissing</c>, <c>Torii.TokenMalformed</c>.</exception>
    public static ToriiUnverifiedToken ReadUnverified(string? token) =>
        SignedToken.Segments.Read(token, out TokenValidationError? error) is { } segments
            ? new ToriiUnverifiedToken(segments.Header.Json, segments.Payload.Json)
            : throw error!.ToException();

    /// <summary>
    /// Validates with the library and then the claims. Where both refuse, the claims check names the reason, unless the
    /// signature is not valid: claims that are not signed are not judged. The exception are registered claims of a wrong
    /// type: the library cannot parse them and does not reach the signature.
    /// </summary>
    private async ValueTask<(ToriiToken? Valid, TokenValidationError? Error)> ValidateAsync(SignedToken signed, VerificationKey key)
    {
        LibraryResult result;
        try
        {
            // Without a configuration manager the library completes synchronously.
            result = await Handler.ValidateTokenAsync(Handler.ReadJsonWebToken(signed.Text), ParametersFor(key)).ConfigureAwait(false);
        }
        catch (ArgumentException e)
        {
            result = new LibraryResult { Exception = new SecurityTokenMalformedException(e.Message, e) };
        }

        if (!result.IsValid && !IsAboutClaims(result.Exception))
        {
            return (null, TokenValidationError.Signature());
        }

        ToriiToken? valid = ClaimsValidator.Validate(signed.Payload, options, _time.GetUtcNow(), out TokenValidationError? error);
        return result.IsValid ? (valid, error) : (null, error ?? TokenValidationError.Claims("claims do not have the types that RFC 7519 prescribes"));
    }

    /// <summary>Whether the library refused the token for its claims. It checks the signature first, but parses the claims before that.</summary>
    private static bool IsAboutClaims(Exception exception) => exception
        is SecurityTokenMalformedException
        or SecurityTokenInvalidIssuerException
        or SecurityTokenInvalidAudienceException
        or SecurityTokenInvalidLifetimeException
        or SecurityTokenNoExpirationException
        or SecurityTokenExpiredException
        or SecurityTokenNotYetValidException;

    private TokenValidationParameters ParametersFor(VerificationKey key)
    {
        if (_lastUsed is { } last && ReferenceEquals(last.Key, key))
        {
            return last.Parameters;
        }

        TokenValidationParameters parameters = new()
        {
            IssuerSigningKey = key.SecurityKey,
            TryAllIssuerSigningKeys = false,
            RequireSignedTokens = true,
            ValidAlgorithms = [options.Algorithm],
            ValidIssuers = [options.Issuer, $"{options.Issuer}/"],
            ValidateAudience = options.Audiences.Count > 0,
            ValidAudiences = options.Audiences,
            RequireExpirationTime = true,
            ClockSkew = options.ClockSkew,
            LogValidationExceptions = false,
        };
        if (!ReferenceEquals(_time, TimeProvider.System))
        {
            // The library's own lifetime check reads the system's clock.
            parameters.LifetimeValidator = (notBefore, expires, _, p) =>
                _time.GetUtcNow().UtcDateTime is var now && expires > now - p.ClockSkew && (notBefore is null || notBefore <= now + p.ClockSkew);
        }

        _lastUsed = new KeyParameters(key, parameters);
        return parameters;
    }

    private sealed record KeyParameters(VerificationKey Key, TokenValidationParameters Parameters);
}
