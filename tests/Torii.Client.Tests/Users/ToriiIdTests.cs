using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

public sealed class ToriiIdTests
{
    private const string Id = "01931a73-8b00-7000-8000-0000000000ab";

    [Theory]
    [InlineData(Id)]
    [InlineData("01931A73-8B00-7000-8000-0000000000AB")]
    public void A_UUID_is_an_id_and_has_one_spelling_in_a_path(string text)
    {
        Assert.True(ToriiId.IsValid(text));
        Assert.Equal(Id, ToriiId.Check(ResourceKind.User, text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("1")]
    [InlineData(" " + Id)]
    [InlineData(Id + " ")]
    [InlineData(Id + "\n")]
    [InlineData("{" + Id + "}")]
    [InlineData("(" + Id + ")")]
    [InlineData("01931a738b00700080000000000000ab")]
    [InlineData("0x931a73-8b00-7000-8000-0000000000ab")]
    [InlineData("+1931a73-8b00-7000-8000-0000000000ab")]
    [InlineData("01931a73-8b00-7000-8000-00000000000g")]
    [InlineData("01931a73-8b00-7000-8000-0000000000\u0661b")]
    [InlineData(Id + "/sessions")]
    [InlineData("../../" + Id)]
    [InlineData("*")]
    public void Anything_else_is_none(string? text)
    {
        Assert.False(ToriiId.IsValid(text));
        ToriiException error = Assert.Throws<ToriiException>(() => ToriiId.Check(ResourceKind.Session, text));
        Assert.Equal("Torii.InvalidId", error.ErrorId);
        Assert.Contains("session id", error.Message);
    }

    [Fact]
    public void What_was_given_is_named_shortened_and_without_secrets_or_control_characters()
    {
        Assert.Equal("'ada' is not a user id; an id is a UUID.", ToriiId.FindProblem(ResourceKind.User, "ada")!);
        Assert.Equal("'acme' is not an organization id; an id is a UUID.", ToriiId.FindProblem(ResourceKind.Organization, "acme")!);
        Assert.InRange(ToriiId.FindProblem(ResourceKind.User, new string('x', 100_000))!.Length, 1, 200);
        Assert.DoesNotContain(TestClient.Key, ToriiId.FindProblem(ResourceKind.User, $"id {TestClient.Key}")!);
        Assert.DoesNotContain(ToriiId.FindProblem(ResourceKind.User, "\u001b[2J")!, char.IsControl);
    }
}
