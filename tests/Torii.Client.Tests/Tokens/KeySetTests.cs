using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Torii.Client.Tokens;

namespace Torii.Client.Tests.Tokens;

/// <summary>Which entries of a JSON Web Key Set are used.</summary>
public sealed class KeySetTests
{
    private static readonly ECParameters Point = ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportParameters(false);
    private static readonly string Good = Entry("good", "");

    [Fact]
    public void Only_the_usable_keys_of_the_corpus_set_are_taken() =>
        Assert.Equal(["key_ops", "main", "nulls", "ops-empty", "second", "use-null"], Corpus.Keys.Keys.Select(k => k.KeyId).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("""{"kty":"\ud800"}""")]
    [InlineData("""{"kty":"EC","crv":"\udfff"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","kid":"\ud800","x":"AA","y":"AA"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","kid":"a","x":"\ud800","y":"AA"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","use":"\ud800","kid":"a"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","alg":"\ud800","kid":"a"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","key_ops":["\ud800"],"kid":"a"}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"kty":null}""")]
    [InlineData("null")]
    [InlineData("[[]]")]
    [InlineData("-1e999")]
    public void A_malformed_entry_does_not_affect_the_other_keys(string entry) =>
        Assert.Equal(["good"], Read($$"""{"keys":[{{entry}},{{Good}},{{entry}}]}"""));

    [Fact]
    public void A_string_that_is_not_UTF8_does_not_affect_the_other_keys()
    {
        byte[] json = [.. "{\"keys\":[{\"kty\":\""u8, 0xFF, .. "\"},"u8, .. Encoding.UTF8.GetBytes(Good), .. "]}"u8];

        Assert.Equal(["good"], KeySet.Parse(json).Keys.Select(k => k.KeyId));
    }

    [Fact]
    public void A_malformed_member_beside_keys_does_not_affect_the_keys() =>
        Assert.Equal(["good"], Read($$"""{"\ud800":1,"keys":[{{Good}}],"x":"\ud800","\udfff":[]}"""));

    [Theory]
    [InlineData("\"key_ops\":[]")]
    [InlineData("\"key_ops\":null")]
    [InlineData("\"key_ops\":[\"verify\"]")]
    [InlineData("\"key_ops\":[\"sign\",\"verify\"]")]
    [InlineData("\"use\":null")]
    [InlineData("\"alg\":null")]
    [InlineData("\"d\":null")]
    [InlineData("\"x5c\":[],\"oth\":null,\"k\":null,\"p\":null")]
    public void Null_and_an_empty_list_of_operations_count_as_absent(string members) => Assert.Equal(["k"], Read($$"""{"keys":[{{Entry("k", members)}}]}"""));

    [Theory]
    [InlineData("\"d\":\"\"")]
    [InlineData("\"d\":\"AAAA\"")]
    [InlineData("\"d\":7")]
    [InlineData("\"use\":\"\"")]
    [InlineData("\"use\":\"enc\"")]
    [InlineData("\"alg\":\"ES384\"")]
    [InlineData("\"key_ops\":[\"encrypt\"]")]
    [InlineData("\"key_ops\":[null]")]
    [InlineData("\"key_ops\":\"verify\"")]
    [InlineData("\"key_ops\":{}")]
    public void A_private_key_and_a_key_for_another_use_are_skipped(string members) => Assert.Empty(Read($$"""{"keys":[{{Entry("k", members)}}]}"""));

    [Fact]
    public void A_key_as_Microsofts_JsonWebKey_serializes_it_is_taken()
    {
        JsonWebKey key = new() { Kty = "EC", Crv = "P-256", KeyId = "k", X = Encode(Point.Q.X!), Y = Encode(Point.Q.Y!) };

        Assert.Equal(["k"], Read(JsonSerializer.Serialize(new { keys = new[] { new { kty = key.Kty, crv = key.Crv, kid = key.KeyId, x = key.X, y = key.Y, key_ops = key.KeyOps, use = key.Use, d = key.D, alg = key.Alg } } })));
    }

    private static string[] Read(string json) => [.. KeySet.Parse(Encoding.UTF8.GetBytes(json)).Keys.Select(k => k.KeyId)];

    private static string Entry(string kid, string more) =>
        $$"""{"kty":"EC","crv":"P-256","kid":"{{kid}}","x":"{{Encode(Point.Q.X!)}}","y":"{{Encode(Point.Q.Y!)}}"{{(more.Length > 0 ? "," : "")}}{{more}}}""";

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
