using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Compat.Tests;

/// <summary>The official SDK and jose, a general JWT library, validate the emulator's tokens.</summary>
public sealed class NodeTokenTests : IAsyncLifetime
{
    private EmulatorProcess emulator = null!;
    private NodeSdk sdk = null!;
    private string userId = null!;

    public async Task InitializeAsync()
    {
        emulator = await EmulatorProcess.StartAsync("--users", "10");
        sdk = new NodeSdk(emulator);
        userId = await emulator.CreateAsync(new { name = "Ann" });
        await emulator.PatchAsync(userId, new { locale = "da" });
    }

    public async Task DisposeAsync() => await emulator.DisposeAsync();

    [NodeFact]
    public async Task A_valid_token_is_accepted_and_its_claims_are_read()
    {
        JsonElement seen = (await sdk.RunAsync("verify", new { tokens = new[] { await MintAsync(new { userId }) } }))[0].GetProperty("value");

        Assert.Equal(userId, seen.Text("userId"));
        Assert.Equal(emulator.EnvironmentId, seen.Text("environmentId"));
        Assert.Equal(emulator.ApiUrl, seen.Text("issuer"));
        Assert.Equal("da", seen.Text("locale"));
        Assert.False(seen.GetProperty("emailVerified").GetBoolean());
        Assert.True(seen.GetProperty("profileComplete").GetBoolean());
        Assert.False(seen.GetProperty("impersonating").GetBoolean());
    }

    [NodeFact]
    public async Task Tokens_that_are_not_valid_are_refused()
    {
        string good = await MintAsync(new { userId });
        string[] bad =
        [
            await MintAsync(new { userId, expiresInSeconds = -31 }),
            await MintAsync(new { userId, key = "other" }),
            await MintAsync(new { userId, key = "other", kid = Kid(good) }),
            Tampered(good),
            await MintAsync(new { userId, claims = new { iss = "https://other.example" } }),
            await MintAsync(new { userId, claims = new { pid = (string?)null } }),
            await MintAsync(new { userId, claims = new { sub = (string?)null } }),
            "",
        ];

        JsonElement seen = await sdk.RunAsync("verify", new { tokens = bad });

        Assert.Equal(bad.Length, seen.GetArrayLength());
        Assert.All(seen.EnumerateArray(), result => Assert.True(result.TryGetProperty("refused", out _), result.GetRawText()));
        Assert.Equal("ERR_JWT_EXPIRED", seen[0].Text("cause"));
        Assert.Equal("ERR_JWKS_NO_MATCHING_KEY", seen[1].Text("cause"));
        Assert.Equal("ERR_JWS_SIGNATURE_VERIFICATION_FAILED", seen[2].Text("cause"));
        Assert.Equal("ERR_JWS_SIGNATURE_VERIFICATION_FAILED", seen[3].Text("cause"));
    }

    [NodeFact]
    public async Task A_token_that_has_just_expired_is_within_the_clock_skew()
    {
        JsonElement seen = await sdk.RunAsync("verify", new { tokens = new[] { await MintAsync(new { userId, expiresInSeconds = -5 }) } });

        Assert.Equal(userId, seen[0].GetProperty("value").Text("userId"));
    }

    [NodeFact]
    public async Task A_request_is_authenticated_by_its_header()
    {
        string token = await MintAsync(new { userId });

        JsonElement seen = await sdk.RunAsync("authenticate", new { headers = new Dictionary<string, object> { ["AUTHORIZATION"] = new[] { "bearer " + token } } });
        JsonElement without = await sdk.RunAsync("authenticate", new { headers = new Dictionary<string, object>() });

        Assert.Equal(userId, seen.GetProperty("value").Text("userId"));
        Assert.True(without.TryGetProperty("refused", out _));
    }

    [NodeFact]
    public async Task After_a_rotation_old_and_new_tokens_are_accepted()
    {
        string old = await MintAsync(new { userId });
        (await emulator.SendAsync("POST", "/_emulator/keys/rotate")).Ok();

        JsonElement seen = await sdk.RunAsync("verify", new { tokens = new[] { old, await MintAsync(new { userId }) } });

        Assert.All(seen.EnumerateArray(), result => Assert.Equal(userId, result.GetProperty("value").Text("userId")));
    }

    [NodeFact]
    public async Task Jose_alone_returns_the_same_results()
    {
        string good = await MintAsync(new { userId });

        JsonElement seen = await sdk.RunAsync("jose", new { tokens = new[] { good, Tampered(good), await MintAsync(new { userId, expiresInSeconds = -1 }), await MintAsync(new { userId, key = "other" }) } });

        Assert.Equal(userId, seen[0].GetProperty("payload").Text("sub"));
        Assert.Equal("ES256", seen[0].GetProperty("protectedHeader").Text("alg"));
        Assert.Equal("ERR_JWS_SIGNATURE_VERIFICATION_FAILED", seen[1].Text("refused"));
        Assert.Equal("ERR_JWT_EXPIRED", seen[2].Text("refused"));
        Assert.Equal("ERR_JWKS_NO_MATCHING_KEY", seen[3].Text("refused"));
    }

    /// <summary>Replaces one character of the claims.</summary>
    private static string Tampered(string token)
    {
        int place = token.IndexOf('.') + 30;
        return token[..place] + (token[place] == 'A' ? 'B' : 'A') + token[(place + 1)..];
    }

    private static string? Kid(string token)
    {
        string header = token.Split('.')[0];
        return JsonDocument.Parse(Convert.FromBase64String(header.PadRight((header.Length + 3) / 4 * 4, '=').Replace('-', '+').Replace('_', '/'))).RootElement.Text("kid");
    }

    private async Task<string> MintAsync(object order) => (await emulator.SendAsync("POST", "/_emulator/tokens", order))["token"];
}
