namespace Torii;

/// <summary>A cached public key of an issuer.</summary>
public sealed class ToriiSigningKey
{
    /// <summary>The issuer, without a trailing slash.</summary>
    public required string Issuer { get; init; }

    /// <summary>The key's id (<c>kid</c>).</summary>
    public required string KeyId { get; init; }

    /// <summary>The algorithm that the key verifies: <c>ES256</c> for torii.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The x coordinate of an EC key, base64url; <see langword="null"/> for an RSA key.</summary>
    public string? X { get; init; }

    /// <summary>The y coordinate of an EC key, base64url; <see langword="null"/> for an RSA key.</summary>
    public string? Y { get; init; }

    /// <summary>The modulus of an RSA key, base64url; <see langword="null"/> for an EC key.</summary>
    public string? N { get; init; }

    /// <summary>The exponent of an RSA key, base64url; <see langword="null"/> for an EC key.</summary>
    public string? E { get; init; }

    /// <summary>When the key was fetched, in UTC.</summary>
    public DateTimeOffset FetchedAt { get; init; }

    /// <summary>When the key is due for a refresh, in UTC. The next token that names it starts the refresh in the background.</summary>
    public DateTimeOffset FreshUntil { get; init; }

    /// <summary>Until when the key is used if no refresh succeeds, in UTC.</summary>
    public DateTimeOffset UsableUntil { get; init; }

    /// <summary>Returns the key's id and its issuer.</summary>
    public override string ToString() => $"{KeyId} of {Issuer}";
}
