using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Options;

public sealed class ResourceIdTests
{
    private const string Id = "01931a73-8b00-7000-8000-0000000000ab";

    [Theory]
    [InlineData(Id)]
    [InlineData("01931A73-8B00-7000-8000-0000000000AB")]
    public void A_UUID_is_an_id_and_has_one_spelling_in_a_path(string text)
    {
        Assert.True(ResourceId.IsValid(text));
        Assert.Equal(Id, ResourceId.Check(text, "user"));
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
        Assert.False(ResourceId.IsValid(text));
        ToriiException error = Assert.Throws<ToriiException>(() => ResourceId.Check(text, "session"));
        Assert.Equal("Torii.InvalidId", error.ErrorId);
        Assert.Contains("session id", error.Message);
        Assert.Contains("UUID", error.RecommendedAction);
    }

    [Fact]
    public void What_was_given_is_named_shortened_and_without_secrets_or_control_characters()
    {
        Assert.Equal("'ada' is not a user id.", ResourceId.Explain("ada", "user"));
        Assert.InRange(ResourceId.Explain(new string('x', 100_000), "user").Length, 1, 200);
        Assert.DoesNotContain(TestClient.Key, ResourceId.Explain($"id {TestClient.Key}", "user"));
        Assert.DoesNotContain(ResourceId.Explain("\u001b[2J", "user"), char.IsControl);
    }
}
