using System.Security.Cryptography;

namespace Torii.Emulator.Tokens;

/// <summary>A key pair. The private key never leaves the process.</summary>
internal sealed class SigningKey
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Id { get; } = $"key_{Random.Shared.NextInt64():x16}";

    public ECPoint PublicPoint => key.ExportParameters(includePrivateParameters: false).Q;

    /// <summary>Signs with ES256, in the format of JWS (RFC 7518 §3.4).</summary>
    public byte[] Sign(byte[] data)
    {
        // ECDsa is not documented as thread-safe.
        lock (key)
        {
            return key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }
}

/// <summary>The keys of the issuer, which are new at each start. A key that was rotated out stays published.</summary>
internal sealed class SigningKeys
{
    private volatile SigningKey[] published = [new()];

    public SigningKey Current => published[^1];

    /// <summary>Gets a key that is not published, for tokens that must be refused.</summary>
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
