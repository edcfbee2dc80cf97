using System.Globalization;
using System.Security.Cryptography;

namespace Torii.Emulator.Tokens;

/// <summary>One key pair; the private half never leaves the process.</summary>
internal sealed class SigningKey
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Id { get; } = "key_" + Random.Shared.NextInt64().ToString("x16", CultureInfo.InvariantCulture);

    public ECPoint PublicPoint => key.ExportParameters(includePrivateParameters: false).Q;

    /// <summary>ES256 over the given bytes, as the two numbers side by side that JWS wants.</summary>
    public byte[] Sign(byte[] data)
    {
        // An instance is not promised to be safe for several threads.
        lock (key)
        {
            return key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }
}

/// <summary>The keys of the issuer, fresh at each start; a key that was rotated out still verifies.</summary>
internal sealed class SigningKeys
{
    private volatile SigningKey[] published = [new()];

    public SigningKey Current => published[^1];

    /// <summary>A key that nobody publishes, for tokens that must be refused.</summary>
    public SigningKey Unpublished { get; } = new();

    public IReadOnlyList<SigningKey> Published => published;

    public SigningKey Rotate()
    {
        lock (Unpublished)
        {
            published = [.. published, new SigningKey()];
            return Current;
        }
    }
}
