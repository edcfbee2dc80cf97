using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

public sealed class RedirectTests
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_an_error_that_names_its_target_and_the_key_is_not_sent_there(int status)
    {
        using WireServer elsewhere = new(static (_, connection) => connection.AnswerAsync(200, People.User().ToJsonString()));
        using WireServer server = new((_, connection) => connection.AnswerAsync(status, "", $"Location: {elsewhere.Address}moved"));
        using ToriiService client = server.Connect();

        ToriiApiException error = await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());

        Assert.Equal("Torii.Redirected", error.ErrorId);
        Assert.Equal(status, error.StatusCode);
        Assert.Contains($"{elsewhere.Address}moved", error.Details["location"]);
        Assert.Single(server.Requests);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task A_redirect_of_a_search_is_not_followed_either()
    {
        using WireServer elsewhere = new(static (_, connection) => connection.AnswerAsync(200, People.Page(null).ToJsonString()));
        using WireServer server = new((_, connection) => connection.AnswerAsync(307, "", $"Location: {elsewhere.Address}"));
        using ToriiService client = server.Connect();

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.SearchAsync(new UserQuery()).Soon());

        Assert.Equal("Torii.Redirected", error.ErrorId);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task The_target_of_a_redirect_is_shown_redacted_and_bounded()
    {
        string location = $"https://sign-in.example.com/?key={TestClient.Key}&pad={new string('x', 5000)}";
        using WireServer server = new((_, connection) => connection.AnswerAsync(302, "", $"Location: {location}"));
        using ToriiService client = server.Connect();

        ToriiApiException error = await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());

        Assert.Contains("https://sign-in.example.com/", error.Details["location"]);
        Assert.DoesNotContain(TestClient.Key, error.ToString());
        Assert.InRange(error.Message.Length, 1, 1000);
    }
}
