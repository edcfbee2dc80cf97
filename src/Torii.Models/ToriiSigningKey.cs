namespace Torii;

/// <summary>A public key of an issuer that this process knows and checks tokens with.</summary>
public sealed class ToriiSigningKey
{
    /// <summary>The issuer, without a trailing slash.</summary>
    public required string Issuer { get; init; }

    /// <summary>The name by which tokens call the key (<c>kid</c>).</summary>
    public required string KeyId { get; init; }

    /// <summary>Always <c>ES256</c>, on the curve P-256.</summary>
    public string Algorithm { get; init; } = "ES256";

    /// <summary>The x coordinate of the public point, base64url.</summary>
    public required string X { get; init; }

    /// <summary>The y coordinate of the public point, base64url.</summary>
    public required string Y { get; init; }

    /// <summary>When the issuer's keys were read, UTC.</summary>
    public DateTimeOffset FetchedAt { get; init; }

    /// <summary>From when on the keys are read again before the next token is checked, UTC.</summary>
    public DateTimeOffset FreshUntil { get; init; }

    /// <summary>Until when the key is used if the issuer does not answer, UTC.</summary>
    public DateTimeOffset UsableUntil { get; init; }

    /// <summary>Key and issuer on one line.</summary>
    public override string ToString() => $"{KeyId} of {Issuer}";
}
