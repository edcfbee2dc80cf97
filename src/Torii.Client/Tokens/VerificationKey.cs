using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Torii.Client.Tokens;

/// <summary>A public key, imported once and used for every token that names it. Thread-safe.</summary>
internal sealed class VerificationKey
{
    private const int CoordinateBytes = 32;
    private const int MinModulusBits = 2048;
    private const int MaxModulusBits = 8192;

    private VerificationKey(JsonWebKey key, string algorithm)
    {
        SecurityKey = key;
        Algorithm = algorithm;
    }

    /// <summary>The key as the library uses it. The library caches one signature provider for it.</summary>
    public JsonWebKey SecurityKey { get; }

    public string Algorithm { get; }

    public string KeyId => SecurityKey.KeyId;

    /// <summary>Whether the key consists of the same numbers, so that the imported one can be kept.</summary>
    public bool IsSame(VerificationKey other) =>
        Algorithm == other.Algorithm
        && (SecurityKey.X, SecurityKey.Y, SecurityKey.N, SecurityKey.E) == (other.SecurityKey.X, other.SecurityKey.Y, other.SecurityKey.N, other.SecurityKey.E);

    /// <summary>Creates an EC key; <see langword="null"/> where the coordinates are not a point on the curve.</summary>
    public static VerificationKey? FromPoint(string keyId, SigningAlgorithm algorithm, string x, string y) =>
        StrictBase64Url.Decode(x) is { Length: CoordinateBytes } pointX && StrictBase64Url.Decode(y) is { Length: CoordinateBytes } pointY
        && CanImport(() => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = pointX, Y = pointY } }))
            ? new VerificationKey(new JsonWebKey { Kty = algorithm.KeyType, Crv = algorithm.Curve, KeyId = keyId, X = x, Y = y }, algorithm.Name)
            : null;

    /// <summary>Creates an RSA key; <see langword="null"/> where the numbers are not a public key of an acceptable size.</summary>
    public static VerificationKey? FromModulus(string keyId, SigningAlgorithm algorithm, string n, string e) =>
        StrictBase64Url.Decode(n) is { Length: >= MinModulusBits / 8 and <= MaxModulusBits / 8 } modulus && modulus[0] != 0
        && StrictBase64Url.Decode(e) is { Length: >= 1 and <= 8 } exponent
        && CanImport(() => RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent }))
            ? new VerificationKey(new JsonWebKey { Kty = algorithm.KeyType, KeyId = keyId, N = n, E = e }, algorithm.Name)
            : null;

    /// <summary>The library imports a key at its first use, which is too late to skip an invalid one.</summary>
    private static bool CanImport(Func<AsymmetricAlgorithm> import)
    {
        try
        {
            using AsymmetricAlgorithm key = import();
            return key is ECDsa ? key.KeySize == CoordinateBytes * 8 : key.KeySize is >= MinModulusBits and <= MaxModulusBits;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
