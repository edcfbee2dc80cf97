using System.Text;
using Torii.Client.Tokens;

namespace Torii.Client.Tests.Tokens;

public sealed class ClaimRuleTests
{
    [Theory]
    [InlineData("as torii makes it", "01931a73-8b00-7000-8000-0000000000aa")]
    [InlineData("without sid", null)]
    [InlineData("sid a number", null)]
    [InlineData("sid blank", null)]
    public void A_verified_token_has_the_session_id_of_sid(string name, string? expected) =>
        Assert.Equal(expected, Corpus.Check(Corpus.Good[name]).Token!.SessionId);

    [Fact]
    public void A_number_beyond_every_double_does_not_make_the_claims_throw()
    {
        ToriiToken token = Corpus.Check(Corpus.Good["a number beyond every double"]).Token!;

        Assert.Equal("1e999", token.Claims["x"]!.ToString());
        Assert.Contains("\"x\":1e999", token.Claims.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e999", "1e999")]
    [InlineData("-1e999", "-1e999")]
    [InlineData("[1e400]", "[1e400]")]
    [InlineData("{\"a\":{\"b\":1e309}}", "{\"a\":{\"b\":1e309}}")]
    [InlineData("1e308", "1E+308")]
    [InlineData("9223372036854775808", "9223372036854775808")]
    public void Numbers_of_any_size_have_a_JSON_form(string json, string expected) =>
        Assert.Equal($"{{\"x\":{expected}}}", PlainValues.FromJson(Encoding.UTF8.GetBytes($"{{\"x\":{json}}}")).ToString());

    [Theory]
    [InlineData("nbf after exp")]
    [InlineData("nbf after exp, both in the past")]
    [InlineData("nbf after exp, within the skew of both")]
    [InlineData("nbf equal to exp")]
    public void A_token_that_expires_before_it_begins_is_refused(string name) =>
        Assert.Equal(ToriiErrorId.TokenClaims, Corpus.Check(Corpus.Hostile[name]).Error!.ErrorId);

    [Theory]
    [InlineData("at+jwt")]
    [InlineData("logout+jwt")]
    [InlineData("dpop+jwt")]
    [InlineData("JOSE")]
    [InlineData("")]
    public void A_token_of_another_type_is_refused(string type) =>
        Assert.Equal(ToriiErrorId.TokenHeader, Corpus.Check(Corpus.Hostile[$"typ \"{type}\""]).Error!.ErrorId);

    [Theory]
    [InlineData("jwt")]
    [InlineData("application/jwt")]
    [InlineData("APPLICATION/JWT")]
    public void The_type_is_compared_as_a_media_type(string type) => Assert.Null(Corpus.Check(Corpus.Good[$"typ {type}"]).Error);

    /// <summary>With a signature (r, s) also (r, n − s) is valid: a token string is not an identity, for example for a list of revoked tokens.</summary>
    [Fact]
    public void The_negated_signature_is_valid_too_so_a_token_string_is_not_an_identity()
    {
        string[] segments = Corpus.Good["as torii makes it"].Token.Split('.');
        byte[] signature = StrictBase64Url.Decode(segments[2])!;
        System.Numerics.BigInteger n = System.Numerics.BigInteger.Parse("0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", System.Globalization.NumberStyles.HexNumber);
        System.Numerics.BigInteger s = new(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        byte[] negated = (n - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] other = [.. signature[..32], .. new byte[32 - negated.Length], .. negated];

        string token = $"{segments[0]}.{segments[1]}.{System.Buffers.Text.Base64Url.EncodeToString(other)}";

        Assert.NotEqual(segments[2], token.Split('.')[2]);
        Assert.True(Corpus.Check(token).IsValid);
    }
}
