using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Torii.Client.Tokens;

/// <summary>A public P-256 key, imported once and used for every token that names it, from any thread.</summary>
internal sealed class VerificationKey
{
    /// <summary>r and s of P-256 side by side (RFC 7518 §3.4).</summary>
    private const int SignatureBytes = 64;

    /// <summary>The library's own: it keeps a pool of imported keys, because one of the platform's is not promised to be safe for several threads.</summary>
    private readonly AsymmetricSignatureProvider _provider;

    private VerificationKey(string keyId, string x, string y)
    {
        KeyId = keyId;
        X = x;
        Y = y;
        JsonWebKey key = new() { Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve, Crv = JsonWebKeyECTypes.P256, KeyId = keyId, X = x, Y = y };
        _provider = new AsymmetricSignatureProvider(key, SecurityAlgorithms.EcdsaSha256, willCreateSignatures: false);
    }

    /// <summary>The name by which tokens call it.</summary>
    public string KeyId { get; }

    /// <summary>Coordinates of the public point, base64url.</summary>
    public string X { get; }

    /// <inheritdoc cref="X"/>
    public string Y { get; }

    /// <summary>Imports a key; null where the coordinates are not a point on the curve.</summary>
    public static VerificationKey? Import(string keyId, string x, string y)
    {
        const int CoordinateBytes = 32;
        if (Base64Url.Decode(x) is not { Length: CoordinateBytes } pointX || Base64Url.Decode(y) is not { Length: CoordinateBytes } pointY)
        {
            return null;
        }

        try
        {
            // The library imports at the first use, too late to skip a key that is none.
            using ECDsa tried = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = pointX, Y = pointY } });
            _ = tried.KeySize;
            return new VerificationKey(keyId, x, y);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Whether this key made this signature of this content.</summary>
    public bool Verify(byte[] content, byte[] signature)
    {
        try
        {
            return signature.Length == SignatureBytes && _provider.Verify(content, signature);
        }
        catch (CryptographicException)
        {
            // Some platforms throw at numbers that no signature can have.
            return false;
        }
    }
}
