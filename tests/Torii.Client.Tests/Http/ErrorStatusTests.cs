using System.Net;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

public sealed class ErrorStatusTests
{
    [Theory]
    [InlineData(400, "Torii.InvalidRequest")]
    [InlineData(413, "Torii.InvalidRequest")]
    [InlineData(422, "Torii.InvalidRequest")]
    [InlineData(401, "Torii.Unauthorized")]
    [InlineData(402, "Torii.QuotaExceeded")]
    [InlineData(403, "Torii.Forbidden")]
    [InlineData(404, "Torii.UserNotFound")]
    [InlineData(408, "Torii.Timeout")]
    [InlineData(409, "Torii.Conflict")]
    [InlineData(418, "Torii.UnexpectedStatus")]
    [InlineData(429, "Torii.TooManyRequests")]
    [InlineData(500, "Torii.ServiceUnavailable")]
    [InlineData(501, "Torii.ServiceUnavailable")]
    [InlineData(502, "Torii.ServiceUnavailable")]
    [InlineData(503, "Torii.ServiceUnavailable")]
    [InlineData(504, "Torii.ServiceUnavailable")]
    public async Task Each_status_has_its_documented_id(int status, string errorId)
    {
        ToriiApiException error = await Fail(Answer.Problem("""{"title":"T","detail":"It went wrong.","code":"some_code","supportId":"sup-1"}""", (HttpStatusCode)status));

        Assert.Equal(errorId, error.ErrorId);
        Assert.Equal(status, error.StatusCode);
        Assert.Equal("some_code", error.Code);
        Assert.Equal("sup-1", error.SupportId);
        Assert.Equal($"GET /api/server/v1/users/{TestClient.UserId}", error.Request);
        Assert.Equal(1, error.Attempts);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(408)]
    [InlineData(409)]
    [InlineData(418)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task Each_message_is_a_sentence_with_the_detail_and_the_status(int status)
    {
        ToriiApiException error = await Fail(Answer.Problem("""{"detail":"It went wrong."}""", (HttpStatusCode)status));

        Assert.StartsWith("It went wrong", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{status}", error.Message);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("..", error.Message);
        Assert.Equal($"{error.Message}", error.Message);
    }

    [Fact]
    public async Task A_rejected_key_is_named_by_its_hint_and_address()
    {
        ToriiApiException error = await Fail(Answer.Empty(HttpStatusCode.Unauthorized));

        Assert.Equal("sk_test_…p7dc", error.Details["credential"]);
        Assert.Equal("https://api.example.com", error.Details["address"]);
    }

    [Fact]
    public async Task A_missing_user_and_an_unknown_path_have_different_ids()
    {
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.NotFound));
        using ToriiService client = TestClient.Create(handler);

        ToriiApiException one = await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());
        ToriiApiException search = await Assert.ThrowsAsync<ToriiApiException>(() => client.SearchAsync(new UserQuery()).Soon());

        Assert.Equal("Torii.UserNotFound", one.ErrorId);
        Assert.Equal("Torii.NotFound", search.ErrorId);
    }

    [Fact]
    public async Task An_error_after_retries_reports_the_number_of_attempts()
    {
        ScriptedHandler handler = new(static _ => Answer.Problem("""{"detail":"Overloaded","supportId":"sup-9"}""", HttpStatusCode.ServiceUnavailable));
        using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 2 });

        ToriiApiException error = await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());

        Assert.Equal(3, error.Attempts);
        Assert.Contains("3 attempts", error.Message);
        Assert.Contains("sup-9", error.Message);
    }

    private static async Task<ToriiApiException> Fail(HttpResponseMessage answer)
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ => answer), static o => o with { MaxRetry = 0 });
        return await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());
    }
}
