using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Torii.Emulator.Tokens;

/// <summary>The issuer's public keys, and the control operations that create tokens and rotate the key.</summary>
internal sealed class TokenEndpoints(EmulatedEnvironment environment, Func<string> issuer)
{
    private const int DefaultLifetimeSeconds = 300;

    private readonly SigningKeys keys = new();

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapOperation("jwks", "GET", "/_torii/.well-known/jwks.json", KeySet, needsKey: false);
        routes.MapOperation("mintToken", "POST", ControlEndpoints.Prefix + "tokens", Mint);
        routes.MapOperation("rotateKey", "POST", ControlEndpoints.Prefix + "keys/rotate", _ => Reply.Json(200, new { Kid = keys.Rotate().Id }));
    }

    private Reply KeySet(OperationRequest request) => Reply.Json(200, new
    {
        Keys = keys.Published.Select(key => (Key: key, Point: key.PublicPoint)).Select(key => new
        {
            Kty = "EC",
            Use = "sig",
            Alg = "ES256",
            Crv = "P-256",
            Kid = key.Key.Id,
            X = Base64UrlText(key.Point.X!),
            Y = Base64UrlText(key.Point.Y!),
        }),
    }).With("Cache-Control", "public, max-age=300");

    /// <summary>Creates the token that the service would issue to a signed-in user, or one with a chosen error.</summary>
    private Reply Mint(OperationRequest request)
    {
        BodyFields fields = request.Fields();
        UserEntry user = environment.Users.Find(fields.RequiredId("userId")) ?? throw RequestRefusedException.NoSuchUser();
        int lifetime = fields.Number("expiresInSeconds") ?? DefaultLifetimeSeconds;
        SigningKey key = fields.Text("key").Value switch
        {
            null or "current" => keys.Current,
            "other" => keys.Unpublished,
            _ => throw RequestRefusedException.BadField("key", "is neither current nor other"),
        };

        JsonObject claims = Claims(user, lifetime);
        foreach (JsonProperty claim in fields.Object("claims").Value?.EnumerateObject() ?? default)
        {
            claims.Remove(claim.Name);
            if (claim.Value.ValueKind != JsonValueKind.Null)
            {
                claims[claim.Name] = JsonNode.Parse(claim.Value.GetRawText());
            }
        }

        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = fields.Text("kid").Value ?? key.Id, ["typ"] = "JWT" };
        string content = Encode(header) + "." + Encode(claims);
        return Reply.Json(200, new { Token = content + "." + Base64UrlText(key.Sign(Encoding.ASCII.GetBytes(content))) });
    }

    private JsonObject Claims(UserEntry entry, int lifetime)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        User user = entry.User;
        UserSession? session = entry.Sessions.Where(candidate => candidate.IsActive(now)).MaxBy(candidate => candidate.LastUsedAt);
        var claims = new JsonObject
        {
            ["sub"] = user.Id,
            ["pid"] = environment.Id,
            ["iss"] = issuer(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.ToUnixTimeSeconds() + lifetime,
            ["sid"] = session?.Id ?? Guid.NewGuid(),
            ["email_verified"] = user.EmailVerifiedAt is not null,
            ["profile_complete"] = user.Name is not null,
        };
        if (user.Locale is { } locale)
        {
            claims["locale"] = locale;
        }

        return claims;
    }

    private static string Encode(JsonObject part) => Base64UrlText(JsonSerializer.SerializeToUtf8Bytes(part, JsonFormat.Options));

    private static string Base64UrlText(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
