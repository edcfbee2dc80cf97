using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Torii.Client.Tokens;

namespace Torii.Client.Tests.Tokens;

/// <summary>Another service's tokens: its algorithm, path and required claims are options.</summary>
public sealed class OtherServiceTests : IDisposable
{
    private const string Issuer = "https://auth.example";
    private const string Path = "/api/auth/jwks";

    private readonly RSA _rsa = RSA.Create(2048);

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public async Task Algorithm_path_and_required_claims_are_options(string algorithm)
    {
        List<Uri> requests = [];
        SigningKeyCache cache = new(new Responder(requests, Jwks(algorithm)));
        TokenVerifier verifier = new(cache, Options(algorithm));

        TokenValidationResult result = await verifier.VerifyAsync(Token(algorithm), default);

        Assert.Null(result.Error);
        Assert.Equal("u", result.Token!.UserId);
        Assert.Null(result.Token.EnvironmentId);
        Assert.Null(result.Token.IssuedAt);
        Assert.Equal("https://auth.example/api/auth/jwks", Assert.Single(requests).AbsoluteUri);
        ToriiSigningKey key = Assert.Single(cache.Known());
        Assert.Equal((algorithm, Encode(_rsa.ExportParameters(false).Modulus!), null), (key.Algorithm, key.N, key.X));
    }

    [Theory]
    [InlineData("RS256", "PS256")]
    [InlineData("PS256", "RS256")]
    public async Task A_signature_of_the_other_padding_is_refused(string expected, string used)
    {
        TokenVerifier verifier = new(KeySet.Parse(Encoding.UTF8.GetBytes(Jwks(null)), expected), Options(expected));

        Assert.Equal(ToriiErrorId.TokenAlgorithm, (await verifier.VerifyAsync(Token(used), default)).Error!.ErrorId);
        Assert.Equal(ToriiErrorId.TokenSignature, (await verifier.VerifyAsync(Token(used, named: expected), default)).Error!.ErrorId);
        Assert.Null((await verifier.VerifyAsync(Token(expected), default)).Error);
    }

    [Theory]
    [InlineData("sub")]
    [InlineData("iss")]
    [InlineData("role")]
    [InlineData("exp")]
    public async Task A_missing_claim_of_the_options_is_refused(string claim)
    {
        TokenVerifier verifier = new(KeySet.Parse(Encoding.UTF8.GetBytes(Jwks(null)), "RS256"), Options("RS256"));

        TokenValidationError? error = (await verifier.VerifyAsync(Token("RS256", without: claim), default)).Error;

        Assert.Equal(ToriiErrorId.TokenClaims, error!.ErrorId);
        Assert.Contains($"'{claim}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_set_of_another_algorithm_has_no_key()
    {
        TokenVerifier verifier = new(KeySet.Parse(Encoding.UTF8.GetBytes(Jwks(null)), "PS256"), Options("RS256"));

        Assert.Equal(ToriiErrorId.TokenUnknownKey, (await verifier.VerifyAsync(Token("RS256"), default)).Error!.ErrorId);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(512)]
    public void An_RSA_key_below_2048_bits_is_skipped(int bits)
    {
        using RSA weak = RSA.Create(bits);
        RSAParameters key = weak.ExportParameters(false);
        string json = JsonSerializer.Serialize(new { keys = new[] { new { kty = "RSA", kid = "k", n = Encode(key.Modulus!), e = Encode(key.Exponent!) } } });

        Assert.Empty(KeySet.Parse(Encoding.UTF8.GetBytes(json), "RS256").Keys);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("es256")]
    [InlineData("")]
    [InlineData(null)]
    public void An_algorithm_that_is_not_supported_is_refused(string? algorithm) =>
        Assert.Throws<ArgumentException>(() => new TokenValidationOptions { Issuer = Issuer, Algorithm = algorithm! });

    [Theory]
    [InlineData("")]
    [InlineData("jwks")]
    [InlineData(".evil.example/jwks")]
    [InlineData("@evil.example/jwks")]
    [InlineData("//evil.example/jwks")]
    [InlineData("/\\evil.example/jwks")]
    [InlineData(":8443/jwks")]
    public void A_path_that_could_change_the_host_is_refused(string path) =>
        Assert.Throws<ArgumentException>(() => new TokenValidationOptions { Issuer = Issuer, JwksPath = path });

    [Fact]
    public void User_issuer_and_expiry_cannot_be_made_optional()
    {
        Assert.Throws<ArgumentException>(() => new TokenValidationOptions { Issuer = Issuer, RequiredStringClaims = ["sub"] });
        Assert.Throws<ArgumentException>(() => new TokenValidationOptions { Issuer = Issuer, RequiredStringClaims = ["iss"] });
        Assert.Throws<ArgumentException>(() => new TokenValidationOptions { Issuer = Issuer, RequiredTimeClaims = ["iat"] });
    }

    public void Dispose() => _rsa.Dispose();

    private static TokenValidationOptions Options(string algorithm) => new()
    {
        Issuer = Issuer,
        Algorithm = algorithm,
        JwksPath = Path,
        RequiredStringClaims = ["sub", "iss", "role"],
        RequiredTimeClaims = ["exp"],
    };

    private string Jwks(string? algorithm)
    {
        RSAParameters key = _rsa.ExportParameters(false);
        return JsonSerializer.Serialize(new { keys = new[] { new { kty = "RSA", kid = "k", alg = algorithm, n = Encode(key.Modulus!), e = Encode(key.Exponent!) } } });
    }

    private string Token(string algorithm, string? named = null, string? without = null)
    {
        Dictionary<string, object> claims = new() { ["sub"] = "u", ["iss"] = Issuer, ["role"] = "admin", ["exp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 600 };
        claims.Remove(without ?? "");
        string content = $"{Encode(JsonSerializer.SerializeToUtf8Bytes(new { alg = named ?? algorithm, kid = "k" }))}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        byte[] signature = _rsa.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        return $"{content}.{Encode(signature)}";
    }

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private sealed class Responder(List<Uri> requests, string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            requests.Add(request.RequestUri!);
            return Task.FromResult(ScriptedIssuer.Json(body));
        }
    }
}
