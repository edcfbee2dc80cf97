using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Torii.Client;
using Torii.Client.Tokens;

namespace Torii.Token.Benchmarks;

/// <summary>Ways to validate a token in this process; each returns whether it is valid.</summary>
internal static class Contenders
{
    public const string Limit = "ECDsa.VerifyData (upper bound)";
    public const string WholeLibrary = "IdentityModel, ValidateTokenAsync";

    public static IReadOnlyList<(string Name, Func<string, bool> Check)> Create(Material material) =>
    [
        (Limit, Bare(material)),
        ("IdentityModel, signature provider alone", Provider(material)),
        (WholeLibrary, Library(material)),
        ("Torii.Client", Ours(material)),
    ];

    private static Func<string, bool> Bare(Material material) => token =>
    {
        int dot = token.LastIndexOf('.');
        return material.Key.VerifyData(
            Encoding.ASCII.GetBytes(token, 0, dot), System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan(dot + 1)), HashAlgorithmName.SHA256);
    };

    private static Func<string, bool> Provider(Material material)
    {
        SecurityKey key = new JsonWebKeySet(material.Jwks).Keys[0];
        AsymmetricSignatureProvider provider = new(key, SecurityAlgorithms.EcdsaSha256, false);
        return token =>
        {
            int dot = token.LastIndexOf('.');
            return provider.Verify(Encoding.ASCII.GetBytes(token, 0, dot), System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan(dot + 1)));
        };
    }

    private static Func<string, bool> Library(Material material)
    {
        JsonWebTokenHandler handler = new();
        TokenValidationParameters parameters = new()
        {
            ValidIssuer = Material.Issuer,
            ValidateAudience = false,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ClockSkew = TimeSpan.FromSeconds(30),
            IssuerSigningKeys = new JsonWebKeySet(material.Jwks).GetSigningKeys(),
        };
        return token => handler.ValidateTokenAsync(token, parameters).GetAwaiter().GetResult().IsValid;
    }

    private static Func<string, bool> Ours(Material material)
    {
        TokenVerifier verifier = new(KeySet.Parse(Encoding.UTF8.GetBytes(material.Jwks)), new TokenValidationOptions { Issuer = Material.Issuer });
        return token => verifier.VerifyAsync(token, new RequestContext(CancellationToken.None)).Result.IsValid;
    }
}
