using Microsoft.IdentityModel.Tokens;

namespace Torii.Client.Tokens;

/// <summary>A signature algorithm that tokens can be validated with (RFC 7518 §3.1).</summary>
/// <param name="Name">The value of <c>alg</c>, compared ordinally.</param>
/// <param name="KeyType">The value of <c>kty</c> of its keys.</param>
/// <param name="Curve">The value of <c>crv</c> of its keys; <see langword="null"/> for RSA.</param>
/// <param name="SignatureBytes">The length of a signature; <see langword="null"/> where the key's size decides.</param>
internal sealed record SigningAlgorithm(string Name, string KeyType, string? Curve, int? SignatureBytes)
{
    private static readonly SigningAlgorithm[] Supported =
    [
        // r and s of P-256 are 32 bytes each (RFC 7518 §3.4).
        new(SecurityAlgorithms.EcdsaSha256, JsonWebAlgorithmsKeyTypes.EllipticCurve, JsonWebKeyECTypes.P256, 64),
        new(SecurityAlgorithms.RsaSha256, JsonWebAlgorithmsKeyTypes.RSA, null, null),
        new(SecurityAlgorithms.RsaSsaPssSha256, JsonWebAlgorithmsKeyTypes.RSA, null, null),
    ];

    /// <summary>Returns the algorithm of that name.</summary>
    /// <exception cref="ArgumentException">The algorithm is not supported.</exception>
    public static SigningAlgorithm Get(string? name) =>
        Array.Find(Supported, a => string.Equals(a.Name, name, StringComparison.Ordinal))
        ?? throw new ArgumentException($"The algorithm must be one of {string.Join(", ", Supported.Select(static a => a.Name))}.", nameof(name));
}
