using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Torii.Client.Tests.Support;
using Torii.Client.Tokens;

namespace Torii.Client.Tests.Tokens;

/// <summary>An issuer with scripted responses, a key cache that uses it, and a manual clock.</summary>
internal sealed class ScriptedIssuer : HttpMessageHandler
{
    public const string Issuer = "https://acme.torii.so";

    private readonly Dictionary<string, ECDsa> _keys = [];
    private int _requests;

    public ScriptedIssuer(TimeSpan? fetchTimeout = null)
    {
        AddKey("one");
        Answer = _ => Task.FromResult(Json(Jwks()));
        Cache = new SigningKeyCache(this, Clock, fetchTimeout);
    }

    public ManualTime Clock { get; } = new(DateTimeOffset.FromUnixTimeSeconds(1780272000));

    public SigningKeyCache Cache { get; }

    /// <summary>The requests so far.</summary>
    public List<HttpRequestMessage> Requests { get; } = [];

    public Func<HttpRequestMessage, Task<HttpResponseMessage>> Answer { get; set; }

    public static HttpResponseMessage Json(string text, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new StringContent(text, Encoding.UTF8, "application/json") };

    public void AddKey(string kid) => _keys.Add(kid, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public void RemoveKey(string kid) => _keys.Remove(kid);

    public void Fail() => Answer = _ => throw new HttpRequestException("scripted");

    public string Jwks() => JsonSerializer.Serialize(new
    {
        keys = _keys.Select(k => (k.Key, Point: k.Value.ExportParameters(false).Q)).Select(k => new { kty = "EC", crv = "P-256", kid = k.Key, x = Encode(k.Point.X!), y = Encode(k.Point.Y!) }),
    });

    /// <summary>Creates a token that is valid for ten hours from now.</summary>
    public string Mint(string kid = "one", string? signedBy = null, string issuer = Issuer)
    {
        long now = Clock.GetUtcNow().ToUnixTimeSeconds();
        string content = $"{Encode(JsonSerializer.SerializeToUtf8Bytes(new { alg = "ES256", kid }))}.{Encode(JsonSerializer.SerializeToUtf8Bytes(new { sub = "u", pid = "e", iss = issuer, iat = now, exp = now + 36000 }))}";
        using ECDsa stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return $"{content}.{Encode(_keys.GetValueOrDefault(signedBy ?? kid, stranger).SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256))}";
    }

    public ValueTask<TokenValidationResult> CheckAsync(string token, RequestContext context = default, string issuer = Issuer) =>
        new TokenVerifier(Cache, new TokenValidationOptions { Issuer = issuer }, Clock).VerifyAsync(token, context);

    /// <summary>The error id, also of a token that could not be validated; null for a valid token.</summary>
    public async Task<string?> ReasonAsync(string token)
    {
        try
        {
            return (await CheckAsync(token)).Error?.ErrorId;
        }
        catch (ToriiException e)
        {
            return e.ErrorId;
        }
    }

    public int RequestCount => Volatile.Read(ref _requests);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        lock (Requests)
        {
            Requests.Add(request);
        }

        return Answer(request).WaitAsync(cancellationToken);
    }

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
