using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Torii.Client.Tokens;
using Xunit;

namespace Torii.Token.Tests;

public sealed class CorpusTests
{
    public static TheoryData<string> HostileNames => [.. Corpus.Hostile.Keys];

    public static TheoryData<string> GoodNames => [.. Corpus.Good.Keys];

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void A_hostile_token_is_refused_for_its_reason(string name)
    {
        CorpusEntry entry = Corpus.Hostile[name];

        TokenVerdict verdict = Corpus.Check(entry);

        Assert.Null(verdict.Token);
        Assert.Equal(entry.Reason, verdict.Refusal!.ErrorId);
        ToriiException error = verdict.Refusal.ToException();
        Assert.All(entry.Token.Split('.').Where(s => s.Length > 8), segment => Assert.DoesNotContain(segment, error.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(GoodNames))]
    public void A_good_token_is_accepted(string name) => Assert.True(Corpus.Check(Corpus.Good[name]).IsValid);

    [Fact]
    public void The_corpus_is_of_a_size_that_means_something()
    {
        Assert.True(Corpus.Hostile.Count >= 300);
        Assert.Equal(11, Corpus.Hostile.Values.Select(e => e.Message).Distinct().Count());
    }

    /// <summary>What we accept, the library would accept too: our checks only take away.</summary>
    [Theory]
    [MemberData(nameof(GoodNames))]
    public void A_good_token_is_good_for_the_library_too(string name)
    {
        CorpusEntry entry = Corpus.Good[name];
        TokenValidationParameters parameters = new()
        {
            ValidIssuers = [Corpus.Issuer, $"{Corpus.Issuer}/"],
            ValidateAudience = false,
            ValidateLifetime = false,
            ValidAlgorithms = ["ES256"],
            IssuerSigningKeys = Corpus.Keys.Keys.Select(k => new JsonWebKey { Kty = "EC", Crv = "P-256", KeyId = k.KeyId, X = k.X, Y = k.Y }).ToArray(),
        };

        Assert.True(new JsonWebTokenHandler().ValidateToken(entry.Token, parameters).IsValid);
    }

    [Fact]
    public void Of_the_key_set_only_the_usable_keys_are_taken()
    {
        Assert.Equal(["key_ops", "main", "second"], Corpus.Keys.Keys.Select(k => k.KeyId).Order(StringComparer.Ordinal));
        Assert.Equal(3, Corpus.Keys.Keys.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void No_token_is_missing(string? token) => Assert.Equal(TokenRefusal.Missing, Corpus.Check(token).Refusal!.ErrorId);
}
