using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

public class TokenTests(EmulatorFixture fixture) : IClassFixture<EmulatorFixture>
{
    private EmulatorProcess Emulator => fixture.Emulator;

    [Fact]
    public async Task The_key_set_is_public_and_complete()
    {
        using var anonymous = new HttpClient { BaseAddress = new Uri(Emulator.ApiUrl) };
        using HttpResponseMessage response = await anonymous.GetAsync("/_torii/.well-known/jwks.json");

        Assert.True(response.IsSuccessStatusCode);
        Assert.NotNull(response.Headers.CacheControl?.MaxAge);
        JsonElement keys = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("keys");
        Assert.All(keys.EnumerateArray(), key =>
        {
            Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], key.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
            Assert.Equal(("EC", "P-256", "ES256", "sig"), (key.Text("kty"), key.Text("crv"), key.Text("alg"), key.Text("use")));
            Assert.Equal(32, Decode(key.Text("x")!).Length);
            Assert.Equal(32, Decode(key.Text("y")!).Length);
        });
    }

    [Fact]
    public async Task A_token_verifies_against_the_published_keys()
    {
        string id = await Emulator.CreateAsync(new { name = "Ann" });
        await Emulator.PatchAsync(id, new { locale = "da" });
        string session = await Emulator.SignInAsync(id);

        string token = await MintAsync(new { userId = id });

        Assert.True(await VerifiesAsync(token));
        JsonElement header = Part(token, 0);
        Assert.Equal(("ES256", "JWT"), (header.Text("alg"), header.Text("typ")));
        JsonElement claims = Part(token, 1);
        Assert.Equal(id, claims.Text("sub"));
        Assert.Equal(Emulator.EnvironmentId, claims.Text("pid"));
        Assert.Equal(Emulator.Report.Text("issuer"), claims.Text("iss"));
        Assert.Equal(session, claims.Text("sid"));
        Assert.Equal("da", claims.Text("locale"));
        Assert.False(claims.GetProperty("email_verified").GetBoolean());
        Assert.True(claims.GetProperty("profile_complete").GetBoolean());
        Assert.Equal(300, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.InRange(claims.GetProperty("iat").GetInt64(), DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Claims_can_be_set_and_removed()
    {
        string id = await Emulator.CreateAsync();

        string token = await MintAsync(new { userId = id, claims = new { pid = (string?)null, sub = 5, o = new { id = "org" } }, expiresInSeconds = -60 });

        Assert.True(await VerifiesAsync(token));
        JsonElement claims = Part(token, 1);
        Assert.False(claims.TryGetProperty("pid", out _));
        Assert.Equal(5, claims.GetProperty("sub").GetInt32());
        Assert.Equal("org", claims.GetProperty("o").Text("id"));
        Assert.Equal(-60, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
    }

    [Fact]
    public async Task A_token_signed_with_the_other_key_does_not_verify()
    {
        string id = await Emulator.CreateAsync();
        string? kid = Part(await MintAsync(new { userId = id }), 0).Text("kid");

        Assert.False(await VerifiesAsync(await MintAsync(new { userId = id, key = "other" })));
        Assert.False(await VerifiesAsync(await MintAsync(new { userId = id, key = "other", kid })));
        Assert.Equal("odd", Part(await MintAsync(new { userId = id, kid = "odd" }), 0).Text("kid"));
    }

    [Fact]
    public async Task Old_and_new_tokens_verify_after_a_rotation()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "0");
        string id = await emulator.CreateAsync();
        string old = await MintAsync(new { userId = id }, emulator);

        string? kid = (await emulator.SendAsync("POST", "/_emulator/keys/rotate")).Ok().Text("kid");
        string fresh = await MintAsync(new { userId = id }, emulator);

        Assert.Equal(kid, Part(fresh, 0).Text("kid"));
        Assert.NotEqual(kid, Part(old, 0).Text("kid"));
        Assert.True(await VerifiesAsync(old, emulator));
        Assert.True(await VerifiesAsync(fresh, emulator));
    }

    [Fact]
    public async Task Each_start_generates_a_new_signing_key()
    {
        await using EmulatorProcess other = await EmulatorProcess.StartAsync("--users", "250");
        (List<JsonElement>? users, int _) = await Emulator.FindAllAsync(new { }, 1);
        string token = await MintAsync(new { userId = users[0].Id() });

        Assert.True(await VerifiesAsync(token));
        Assert.False(await VerifiesAsync(token, other));
    }

    [Fact]
    public async Task Minting_a_token_for_an_unknown_user_is_404() =>
        (await Emulator.SendAsync("POST", "/_emulator/tokens", new { userId = Guid.NewGuid() })).Problem(404, "user_not_found");

    private static async Task<bool> VerifiesAsync(string token, EmulatorProcess emulator)
    {
        string? kid = Part(token, 0).Text("kid");
        JsonElement keys = (await emulator.SendAsync("GET", "/_torii/.well-known/jwks.json")).Ok().GetProperty("keys");
        JsonElement key = keys.EnumerateArray().FirstOrDefault(candidate => candidate.Text("kid") == kid);
        if (key.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Decode(key.Text("x")!), Y = Decode(key.Text("y")!) },
        });
        int end = token.LastIndexOf('.');
        byte[] signature = Decode(token[(end + 1)..]);
        Assert.Equal(64, signature.Length);
        return ecdsa.VerifyData(Encoding.ASCII.GetBytes(token[..end]), signature, HashAlgorithmName.SHA256);
    }

    private static JsonElement Part(string token, int index) => JsonDocument.Parse(Decode(token.Split('.')[index])).RootElement;

    private static byte[] Decode(string text)
    {
        Assert.DoesNotContain('=', text);
        return Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '='));
    }

    private Task<bool> VerifiesAsync(string token) => VerifiesAsync(token, Emulator);

    private async Task<string> MintAsync(object order, EmulatorProcess? emulator = null) =>
        (await (emulator ?? Emulator).SendAsync("POST", "/_emulator/tokens", order)).Ok().Text("token")!;
}
