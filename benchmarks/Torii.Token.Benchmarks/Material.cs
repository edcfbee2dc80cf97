using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Torii.Token.Benchmarks;

/// <summary>A new key and tokens with torii's claims, each different.</summary>
internal sealed class Material : IDisposable
{
    public const string Issuer = "https://acme.torii.so";
    private const string KeyId = "key_benchmark";

    public Material(int count)
    {
        ECParameters point = Key.ExportParameters(includePrivateParameters: false);
        Jwks = JsonSerializer.Serialize(new
        {
            keys = new[] { new { kty = "EC", crv = "P-256", use = "sig", alg = "ES256", kid = KeyId, x = Encode(point.Q.X!), y = Encode(point.Q.Y!) } },
        });
        Tokens = [.. Enumerable.Range(0, count).Select(_ => Mint())];
    }

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Jwks { get; }

    public string[] Tokens { get; }

    public void Dispose() => Key.Dispose();

    private string Mint()
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        string header = JsonSerializer.Serialize(new { alg = "ES256", kid = KeyId, typ = "JWT" });
        string payload = JsonSerializer.Serialize(new
        {
            sub = Guid.NewGuid(),
            pid = "01931a73-8b00-7000-8000-000000000000",
            iss = Issuer,
            iat = now,
            exp = now + 86400,
            sid = Guid.NewGuid(),
            email_verified = true,
            profile_complete = true,
            locale = "da",
        });
        string content = $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(payload))}";
        return $"{content}.{Encode(Key.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256))}";
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
