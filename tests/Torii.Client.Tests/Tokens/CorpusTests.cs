using Torii.Client.Tokens;

namespace Torii.Client.Tests.Tokens;

public sealed class CorpusTests
{
    public static TheoryData<string> HostileNames => [.. Corpus.Hostile.Keys];

    public static TheoryData<string> GoodNames => [.. Corpus.Good.Keys];

    /// <summary>The tokens that are valid by the system's clock too: nothing but the shipped code then checks their times.</summary>
    public static TheoryData<string> LongLivedNames => [.. Corpus.Good.Values.Where(e => !e.IsTimed).Select(e => e.Name)];

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void A_hostile_token_is_refused_for_its_reason(string name)
    {
        CorpusEntry entry = Corpus.Hostile[name];

        TokenValidationResult result = Corpus.Check(entry);

        Assert.Null(result.Token);
        Assert.Equal(entry.Reason, result.Error!.ErrorId);
        ToriiException error = result.Error.ToException();
        Assert.All(entry.Token.Split('.').Where(s => s.Length > 8), segment => Assert.DoesNotContain(segment, error.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(GoodNames))]
    public void A_good_token_is_accepted(string name) => Assert.Null(Corpus.Check(Corpus.Good[name]).Error);

    [Theory]
    [MemberData(nameof(LongLivedNames))]
    public async Task A_good_token_is_accepted_by_the_system_clock(string name)
    {
        CorpusEntry entry = Corpus.Good[name];

        TokenValidationResult result = await new TokenVerifier(Corpus.Keys, entry.Options).VerifyAsync(entry.Token, default);

        Assert.Null(result.Error);
    }

    [Fact]
    public void The_corpus_covers_every_reason()
    {
        Assert.True(Corpus.Hostile.Count >= 300);
        Assert.Equal(11, Corpus.Hostile.Values.Select(e => e.Reason).Distinct().Count());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void An_empty_token_is_missing(string? token) => Assert.Equal(ToriiErrorId.TokenMissing, Corpus.Check(token).Error!.ErrorId);
}
