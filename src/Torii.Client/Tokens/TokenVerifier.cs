namespace Torii.Client.Tokens;

/// <summary>What came of checking a token: the claims, or why not.</summary>
/// <param name="Token">The verified claims; null for a token that was refused.</param>
/// <param name="Refusal">Why it was refused; null for a token that was not.</param>
/// <param name="Warning">What a person should be told although the token was checked.</param>
public readonly record struct TokenVerdict(ToriiToken? Token, TokenRefusal? Refusal, string? Warning = null)
{
    /// <summary>Whether the token is good.</summary>
    public bool IsValid => Token is not null;
}

/// <summary>
/// Checks end-users' tokens: form, key, signature, claims, in this order, and the first thing that is wrong ends it.
/// Safe to use from many threads. Only the signature is the library's work; it sees nothing else of a token.
/// </summary>
/// <param name="keys">Where keys come from: <see cref="KeyRing"/>, or a <see cref="KeySet"/> for no network at all.</param>
/// <param name="rules">What a token must fit.</param>
/// <param name="time">The clock; the system's unless told.</param>
public sealed class TokenVerifier(IKeySource keys, TokenRules rules, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Checks a token. Offline, and at once, when the key is known.</summary>
    /// <exception cref="ToriiException"><c>Torii.KeysUnavailable</c>: it could not be told. Nothing is thrown for a bad token.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public ValueTask<TokenVerdict> VerifyAsync(string? token, RequestContext context)
    {
        if (SignedToken.Read(token, out TokenRefusal? refusal) is not { } signed)
        {
            return new(new TokenVerdict(null, refusal));
        }

        ValueTask<KeyLookup> lookup = keys.FindAsync(rules.Issuer, signed.KeyId, context);
        return lookup.IsCompletedSuccessfully ? new(Decide(signed, lookup.Result)) : AwaitAsync(signed, lookup);
    }

    /// <summary>What a token says of itself; nothing is checked but that it has the form of one.</summary>
    /// <exception cref="ToriiException"><c>Torii.TokenMissing</c>, <c>Torii.TokenMalformed</c>.</exception>
    public static ToriiUnverifiedToken ReadUnverified(string? token) =>
        SignedToken.Segments.Read(token, out TokenRefusal? refusal) is { } segments
            ? new ToriiUnverifiedToken(segments.Header.Json, segments.Payload.Json)
            : throw refusal!.ToException();

    private async ValueTask<TokenVerdict> AwaitAsync(SignedToken signed, ValueTask<KeyLookup> lookup) =>
        Decide(signed, await lookup.ConfigureAwait(false));

    private TokenVerdict Decide(SignedToken signed, KeyLookup lookup)
    {
        TokenRefusal? refusal;
        ToriiToken? token = null;
        if (lookup.Key is not { } key)
        {
            refusal = TokenRefusal.OfKey(lookup.Keys);
        }
        else if (!key.Verify(signed.Content, signed.Signature))
        {
            refusal = TokenRefusal.OfSignature();
        }
        else
        {
            token = ClaimCheck.Read(signed.Payload, rules, _time.GetUtcNow(), out refusal);
        }

        return new TokenVerdict(token, refusal, lookup.Warning);
    }
}
