using Torii.Emulator.Http;

namespace Torii.Emulator.Tokens;

/// <summary>The issuer's public keys.</summary>
internal sealed class KeySetOperation(SigningKeys keys)
{
    public const string Name = "jwks";
    public const string Path = "/_torii/.well-known/jwks.json";

    public ApiAnswer Get(ApiRequest request) => ApiAnswer.Json(200, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("keys");
        foreach (var key in keys.Published)
        {
            var point = key.PublicPoint;
            json.WriteStartObject();
            json.WriteString("kty", "EC");
            json.WriteString("use", "sig");
            json.WriteString("alg", "ES256");
            json.WriteString("crv", "P-256");
            json.WriteString("kid", key.Id);
            json.WriteString("x", Base64Url.Encode(point.X));
            json.WriteString("y", Base64Url.Encode(point.Y));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }).With("Cache-Control", "public, max-age=300");
}
