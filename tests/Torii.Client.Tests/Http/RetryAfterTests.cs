using System.Net;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

public sealed class RetryAfterTests
{
    [Fact]
    public async Task A_number_of_seconds_is_waited_for()
    {
        Assert.Equal(17, await WaitAfter(Answer.Empty(HttpStatusCode.TooManyRequests).With("Retry-After", "17")));
    }

    [Fact]
    public async Task A_date_is_waited_for()
    {
        // ManualTime begins at 2026-05-16 09:30:00.
        Assert.Equal(42, await WaitAfter(Answer.Empty(HttpStatusCode.ServiceUnavailable).With("Retry-After", "Sat, 16 May 2026 09:30:42 GMT")));
    }

    [Fact]
    public async Task A_date_is_compared_with_the_Date_header()
    {
        HttpResponseMessage answer = Answer.Empty(HttpStatusCode.ServiceUnavailable)
            .With("Date", "Sat, 16 May 2026 11:00:00 GMT").With("Retry-After", "Sat, 16 May 2026 11:00:05 GMT");
        Assert.Equal(5, await WaitAfter(answer));
    }

    [Fact]
    public async Task A_date_in_the_past_is_not_waited_for()
    {
        Assert.Equal(0, await WaitAfter(Answer.Empty(HttpStatusCode.ServiceUnavailable).With("Retry-After", "Fri, 15 May 2026 09:30:42 GMT")));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-5")]
    [InlineData("1.5")]
    public async Task A_value_that_is_neither_seconds_nor_a_date_is_ignored(string value)
    {
        double waited = await WaitAfter(Answer.Empty(HttpStatusCode.TooManyRequests).With("Retry-After", value));
        Assert.InRange(waited, 0.1, 2);
    }

    [Theory]
    [InlineData("3600")]
    [InlineData("Sat, 16 May 2026 10:30:00 GMT")]
    public async Task A_wait_beyond_the_total_is_reported_at_once(string value)
    {
        ManualTime time = new() { SkipsWaits = true };
        ScriptedHandler handler = new(_ => Answer.Empty(HttpStatusCode.TooManyRequests).With("Retry-After", value));
        using ToriiService client = TestClient.Create(handler, time: time);

        ToriiApiException error = await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());

        Assert.Equal("Torii.TooManyRequests", error.ErrorId);
        Assert.Contains("longer than 120 s", error.Message);
        Assert.Single(handler.Requests);
        Assert.Empty(time.Waits);
    }

    [Fact]
    public async Task The_header_is_read_from_an_HTTP_response()
    {
        using WireServer server = new(static (request, connection) => request.Number == 1
            ? connection.AnswerAsync(429, "{}", "Retry-After: 11")
            : connection.AnswerAsync(200, People.User().ToJsonString()));
        ManualTime time = new() { SkipsWaits = true };
        using ToriiService client = server.Connect(time: time);

        await client.GetAsync();

        Assert.Equal(11, time.Waits.Sum(static w => w.TotalSeconds));
    }

    private static async Task<double> WaitAfter(HttpResponseMessage answer)
    {
        ManualTime time = new() { SkipsWaits = true };
        ScriptedHandler handler = ScriptedHandler.Sequence(() => answer, static () => Answer.Json(People.User()));
        using ToriiService client = TestClient.Create(handler, time: time);
        await client.GetAsync();
        Assert.Equal(2, handler.Requests.Count);
        return time.Waits.Sum(static w => w.TotalSeconds);
    }
}
