using Torii.Client.Tokens;

namespace Torii.Client.Tests.Tokens;

public sealed class ClaimTests
{
    [Fact]
    public void Claims_are_properties_of_a_verified_token()
    {
        ToriiToken token = Read("as torii makes it");

        Assert.Equal("01931a73-8b00-7000-8000-000000000001", token.UserId);
        Assert.Equal("01931a73-8b00-7000-8000-0000000000ee", token.EnvironmentId);
        Assert.Equal(Corpus.Issuer, token.Issuer);
        Assert.True(token.Verified);
        Assert.True(token.EmailVerified);
        Assert.True(token.ProfileComplete);
        Assert.False(token.Impersonating);
        Assert.Null(token.Locale);
        Assert.Null(token.OrganizationId);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1767225600), token.IssuedAt);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(4102444800), token.ExpiresAt);
        Assert.Equal("01931a73-8b00-7000-8000-0000000000aa", token.Claims["sid"]);
        Assert.Equal(1767225600L, token.Claims["iat"]);
        Assert.Equal(true, token.Claims["email_verified"]);
    }

    [Fact]
    public void Absent_claims_mean_unverified_complete_and_not_impersonating()
    {
        ToriiToken token = Read("only what is required");

        Assert.False(token.EmailVerified);
        Assert.True(token.ProfileComplete);
        Assert.False(token.Impersonating);
    }

    [Fact]
    public void Flags_of_another_type_have_their_default()
    {
        ToriiToken token = Read("claims of other types where none is required");

        Assert.False(token.EmailVerified);
        Assert.True(token.ProfileComplete);
        Assert.False(token.Impersonating);
        Assert.Null(token.Locale);
        Assert.Null(token.OrganizationId);
    }

    [Theory]
    [InlineData("org_id")]
    [InlineData("o as text")]
    [InlineData("o as object")]
    public void The_organization_is_read_from_older_and_newer_tokens(string name) => Assert.Equal("org_1", Read(name).OrganizationId);

    [Fact]
    public void Escaped_member_names_are_unescaped() => Assert.Equal("u", Read("escaped unicode").UserId);

    [Fact]
    public void The_issuer_is_exactly_that_of_the_token() => Assert.Equal($"{Corpus.Issuer}/", Read("issuer with a slash").Issuer);

    [Fact]
    public void An_unverified_token_has_no_property_that_identifies_a_user()
    {
        ToriiUnverifiedToken token = TokenVerifier.ReadUnverified(Corpus.Hostile["signature: all zeros"].Token);

        Assert.False(token.Verified);
        Assert.Equal("01931a73-8b00-7000-8000-000000000001", token.Claims["sub"]);
        Assert.Equal("ES256", token.Header["alg"]);
        Assert.Equal(["Claims", "Header", "Verified"], typeof(ToriiUnverifiedToken).GetProperties().Select(p => p.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(null, ToriiErrorId.TokenMissing)]
    [InlineData("a.b.c", ToriiErrorId.TokenMalformed)]
    [InlineData("token", ToriiErrorId.TokenMalformed)]
    public void A_malformed_token_cannot_be_read_unverified(string? text, string id) =>
        Assert.Equal(id, Assert.Throws<ToriiException>(() => TokenVerifier.ReadUnverified(text)).ErrorId);

    [Theory]
    [InlineData("https://acme.torii.so", "https://acme.torii.so")]
    [InlineData("https://acme.torii.so/", "https://acme.torii.so")]
    [InlineData(" https://acme.torii.so\n", "https://acme.torii.so")]
    [InlineData("https://Acme.torii.so:443/x/", "https://Acme.torii.so:443/x")]
    [InlineData("http://127.0.0.1:5000", "http://127.0.0.1:5000")]
    [InlineData("http://localhost", "http://localhost")]
    [InlineData("http://[::1]:80/", "http://[::1]:80")]
    public void A_valid_issuer_is_normalized(string given, string taken) => Assert.Equal(taken, new TokenValidationOptions { Issuer = given }.Issuer);

    [Theory]
    [InlineData("")]
    [InlineData("acme.torii.so")]
    [InlineData("http://acme.torii.so")]
    [InlineData("http://127.0.0.1.evil.example")]
    [InlineData("http://localhost.evil.example")]
    [InlineData("ftp://acme.torii.so")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:secret@acme.torii.so")]
    [InlineData("https://acme.torii.so?x=1")]
    [InlineData("https://acme.torii.so#x")]
    public void An_issuer_that_is_not_a_safe_address_is_refused(string given)
    {
        ToriiException error = Assert.Throws<ToriiException>(() => new TokenValidationOptions { Issuer = given });

        Assert.Equal("Torii.InvalidIssuer", error.ErrorId);
        Assert.DoesNotContain("secret@", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"keys\":{}}")]
    [InlineData("<html>")]
    public void Text_that_is_not_a_key_set_is_refused(string json) =>
        Assert.Equal("Torii.InvalidJwks", Assert.Throws<ToriiException>(() => KeySet.Parse(System.Text.Encoding.UTF8.GetBytes(json))).ErrorId);

    private static ToriiToken Read(string name) => Corpus.Check(Corpus.Good[name]).Token!;
}
