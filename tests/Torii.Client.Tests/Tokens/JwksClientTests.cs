using System.Net;
using System.Text;
using Torii.Client.Tokens;

namespace Torii.Client.Tests.Tokens;

/// <summary>Which responses of an issuer are accepted, and from where.</summary>
public sealed class JwksClientTests
{
    private const string Unavailable = "Torii.KeysUnavailable";

    private readonly ScriptedIssuer _issuer = new(TimeSpan.FromMilliseconds(500));

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "{}")]
    [InlineData(HttpStatusCode.InternalServerError, "oops")]
    [InlineData(HttpStatusCode.Unauthorized, "{\"keys\":[]}")]
    [InlineData(HttpStatusCode.NoContent, "")]
    [InlineData(HttpStatusCode.PartialContent, "{\"keys\":[]}")]
    [InlineData(HttpStatusCode.NotModified, "")]
    [InlineData(HttpStatusCode.OK, "")]
    [InlineData(HttpStatusCode.OK, "<html>sign in</html>")]
    [InlineData(HttpStatusCode.OK, "{\"keys\":\"none\"}")]
    [InlineData(HttpStatusCode.OK, "{\"keys\":[")]
    [InlineData(HttpStatusCode.OK, "null")]
    public async Task A_response_that_is_not_a_key_set_makes_the_keys_unavailable(HttpStatusCode status, string body)
    {
        _issuer.Answer = _ => Task.FromResult(ScriptedIssuer.Json(body, status));
        Assert.Equal(Unavailable, await _issuer.ReasonAsync(_issuer.Mint()));
    }

    [Fact]
    public async Task A_deeply_nested_response_makes_the_keys_unavailable()
    {
        _issuer.Answer = _ => Task.FromResult(ScriptedIssuer.Json($"{{\"keys\":{new string('[', 100_000)}{new string(']', 100_000)}}}"));
        Assert.Equal(Unavailable, await _issuer.ReasonAsync(_issuer.Mint()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_response_that_is_too_large_makes_the_keys_unavailable(bool declared)
    {
        string body = $"{{\"keys\":[],\"x\":\"{new string('x', KeySet.MaxBytes)}\"}}";
        _issuer.Answer = _ => Task.FromResult(declared
            ? ScriptedIssuer.Json(body)
            : new HttpResponseMessage { Content = new StreamContent(new Unseekable(Encoding.UTF8.GetBytes(body))) });
        Assert.Equal(Unavailable, await _issuer.ReasonAsync(_issuer.Mint()));
    }

    [Fact]
    public async Task A_missing_response_makes_the_keys_unavailable_after_the_timeout()
    {
        _issuer.Answer = _ => new TaskCompletionSource<HttpResponseMessage>().Task;
        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => _issuer.CheckAsync(_issuer.Mint()).AsTask());
        Assert.Equal(Unavailable, error.ErrorId);
        Assert.Contains("0.5 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_that_does_not_end_makes_the_keys_unavailable()
    {
        _issuer.Answer = _ => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new Endless()) });
        Assert.Equal(Unavailable, await _issuer.ReasonAsync(_issuer.Mint()));
    }

    [Theory]
    [InlineData("/keys.json")]
    [InlineData("https://acme.torii.so/keys.json")]
    [InlineData("https://ACME.torii.so:443/keys.json")]
    [InlineData("?a=b")]
    public async Task A_redirect_to_the_same_host_is_followed(string location)
    {
        _issuer.Answer = request => Task.FromResult(request.RequestUri!.PathAndQuery == TokenValidationOptions.DefaultJwksPath ? Redirect(location) : ScriptedIssuer.Json(_issuer.Jwks()));
        Assert.Null(await _issuer.ReasonAsync(_issuer.Mint()));
        Assert.Equal(2, _issuer.RequestCount);
        Assert.All(_issuer.Requests, r => Assert.Equal("acme.torii.so", r.RequestUri!.Host));
    }

    [Theory]
    [InlineData("https://evil.example/keys.json")]
    [InlineData("//evil.example/keys.json")]
    [InlineData("http://acme.torii.so/keys.json")]
    [InlineData("https://acme.torii.so:8443/keys.json")]
    [InlineData("https://acme.torii.so.evil.example/keys.json")]
    [InlineData("https://acme.torii.so@evil.example/keys.json")]
    [InlineData("https://user@acme.torii.so/keys.json")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("file:///etc/passwd")]
    [InlineData(null)]
    public async Task A_redirect_to_another_host_is_refused(string? location)
    {
        _issuer.Answer = request => Task.FromResult(request.RequestUri!.PathAndQuery == TokenValidationOptions.DefaultJwksPath ? Redirect(location) : ScriptedIssuer.Json(_issuer.Jwks()));
        Assert.Equal(Unavailable, await _issuer.ReasonAsync(_issuer.Mint()));
        Assert.Equal(1, _issuer.RequestCount);
    }

    [Fact]
    public async Task A_redirect_loop_ends()
    {
        _issuer.Answer = _ => Task.FromResult(Redirect(TokenValidationOptions.DefaultJwksPath));
        Assert.Equal(Unavailable, await _issuer.ReasonAsync(_issuer.Mint()));
        Assert.Equal(4, _issuer.RequestCount);
    }

    private static HttpResponseMessage Redirect(string? location)
    {
        HttpResponseMessage response = new(HttpStatusCode.Found);
        response.Headers.TryAddWithoutValidation("Location", location);
        return response;
    }

    private sealed class Unseekable(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }

    /// <summary>Sends a byte every 20 ms.</summary>
    private sealed class Endless : MemoryStream
    {
        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(20, cancellationToken);
            buffer.Span[0] = (byte)' ';
            return 1;
        }
    }
}
