using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Torii.Emulator.Http;
using Torii.Emulator.Store;

namespace Torii.Emulator.Tokens;

/// <summary>Mints the token that a signed-in user would carry, or one that is wrong in a chosen way.</summary>
internal sealed class TokenMinter(EmulatedEnvironment environment, SigningKeys keys, Func<string> issuer)
{
    private const int DefaultLifetimeSeconds = 300;

    public ApiAnswer Mint(ApiRequest request)
    {
        var fields = request.Fields();
        var userId = fields.Id("userId", nullable: false).Value ?? throw Refusal.BadField("userId", "is missing");
        var user = environment.Users.Find(userId) ?? throw Refusal.NoSuchUser();
        var seconds = fields.Number("expiresInSeconds").Value ?? DefaultLifetimeSeconds;
        var key = fields.Text("key").Value switch
        {
            null or "current" => keys.Current,
            "other" => keys.Unpublished,
            _ => throw Refusal.BadField("key", "is neither current nor other"),
        };

        var claims = Claims(user, seconds);
        foreach (var claim in fields.Object("claims").Value?.EnumerateObject() ?? default)
        {
            claims.Remove(claim.Name);
            if (claim.Value.ValueKind != JsonValueKind.Null)
            {
                claims[claim.Name] = JsonNode.Parse(claim.Value.GetRawText());
            }
        }

        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = fields.Text("kid").Value ?? key.Id, ["typ"] = "JWT" };
        var content = Encode(header) + "." + Encode(claims);
        var token = content + "." + Base64Url.Encode(key.Sign(Encoding.ASCII.GetBytes(content)));
        return ApiAnswer.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteString("token", token);
            json.WriteEndObject();
        });
    }

    private JsonObject Claims(UserEntry user, int seconds)
    {
        var now = DateTimeOffset.UtcNow;
        var state = user.State;
        var session = user.Sessions.Where(candidate => candidate.IsAlive(now)).MaxBy(candidate => candidate.LastUsedAt);
        var claims = new JsonObject
        {
            ["sub"] = user.Id.ToString(),
            ["pid"] = environment.Id.ToString(),
            ["iss"] = issuer(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.ToUnixTimeSeconds() + seconds,
            ["sid"] = (session?.Id ?? Guid.NewGuid()).ToString(),
            ["email_verified"] = state.EmailVerifiedAt is not null,
            ["profile_complete"] = state.Name is not null,
        };
        if (state.Locale is { } locale)
        {
            claims["locale"] = locale;
        }

        return claims;
    }

    private static string Encode(JsonObject part) => Base64Url.Encode(JsonBytes.Write(json => part.WriteTo(json)));
}
