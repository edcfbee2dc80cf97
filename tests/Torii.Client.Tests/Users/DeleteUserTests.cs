using System.Net;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

/// <summary>A 403 says "already deleted" as well as "not yours": it is success only where we may have deleted before.</summary>
public sealed class DeleteUserTests
{
    private static readonly Func<HttpResponseMessage> NoContent = static () => Answer.Empty(HttpStatusCode.NoContent);
    private static readonly Func<HttpResponseMessage> Forbidden = static () => Answer.Problem("""{"detail":"Forbidden"}""", HttpStatusCode.Forbidden);

    public static TheoryData<string, Func<HttpResponseMessage>> MayHaveDeleted => new()
    {
        { "500", static () => Answer.Empty(HttpStatusCode.InternalServerError) },
        { "502", static () => Answer.Empty(HttpStatusCode.BadGateway) },
        { "503", static () => Answer.Empty(HttpStatusCode.ServiceUnavailable) },
        { "504", static () => Answer.Html(status: HttpStatusCode.GatewayTimeout) },
        { "the connection broke off", static () => throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off") },
        { "the connection was reset", static () => throw new HttpRequestException(HttpRequestError.Unknown, "reset by peer") },
    };

    public static TheoryData<string, Func<HttpResponseMessage>> SurelyDidNotDelete => new()
    {
        { "429", static () => Answer.Empty(HttpStatusCode.TooManyRequests) },
        { "429 with Retry-After", static () => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(3) },
        { "refused", static () => throw new HttpRequestException(HttpRequestError.ConnectionError, "connection refused") },
        { "no such name yet", static () => throw new HttpRequestException(HttpRequestError.NameResolutionError, "try again") },
    };

    [Fact]
    public async Task A_204_is_success()
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(NoContent);

        await DeleteAsync(handler);

        Sent sent = Assert.Single(handler.Requests);
        Assert.Equal($"DELETE /api/server/v1/users/{TestClient.UserId}", $"{sent.Method} {sent.PathAndQuery}");
        Assert.True(string.IsNullOrEmpty(sent.Body));
    }

    [Theory]
    [MemberData(nameof(MayHaveDeleted), DisableDiscoveryEnumeration = true)]
    public async Task A_403_after_a_lost_answer_is_success(string _, Func<HttpResponseMessage> first)
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(first, Forbidden);
        Recorder recorder = new();

        await DeleteAsync(handler, recorder);

        Assert.Equal(2, handler.Requests.Count);
        Assert.Contains(recorder.VerboseMessages, static m => m.Contains("is deleted"));
    }

    [Fact]
    public async Task A_403_after_a_time_out_is_success()
    {
        ManualTime time = new();
        ScriptedHandler handler = new(static async (sent, cancellation) =>
        {
            if (sent.Number == 1)
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }

            return Forbidden();
        });
        using ToriiService client = TestClient.Create(handler, time: time);

        Task delete = client.Users.DeleteAsync(TestClient.UserId, default);
        await Patience.Until(() => handler.Requests.Count == 1, "it is sent");
        time.Advance(TestClient.Options.Timeout);
        await Patience.Until(() => time.Waits.Count == 1, "it waits for the second attempt");
        time.Advance(TimeSpan.FromSeconds(1));
        await delete.Soon();

        Assert.Equal(2, handler.Requests.Count);
    }

    [Fact]
    public async Task A_403_at_the_first_try_is_an_error()
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(Forbidden);

        Assert.Equal("Torii.Forbidden", (await FailAsync(handler)).ErrorId);

        Assert.Single(handler.Requests);
    }

    [Theory]
    [MemberData(nameof(SurelyDidNotDelete), DisableDiscoveryEnumeration = true)]
    public async Task A_403_after_an_attempt_that_was_surely_not_executed_is_an_error(string _, Func<HttpResponseMessage> first)
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(first, first, Forbidden);

        Assert.Equal("Torii.Forbidden", (await FailAsync(handler)).ErrorId);

        Assert.Equal(3, handler.Requests.Count);
    }

    [Fact]
    public async Task What_came_before_a_429_still_counts()
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(
            static () => Answer.Empty(HttpStatusCode.InternalServerError), static () => Answer.Empty(HttpStatusCode.TooManyRequests), Forbidden);

        await DeleteAsync(handler);

        Assert.Equal(3, handler.Requests.Count);
    }

    [Fact]
    public async Task A_lost_answer_of_one_user_excuses_no_403_of_another()
    {
        ScriptedHandler handler = new(static sent => sent.PathAndQuery.EndsWith(People.Id(1), StringComparison.Ordinal) && sent.Number == 1
            ? Answer.Empty(HttpStatusCode.InternalServerError)
            : Forbidden());
        using ToriiService client = TestClient.Create(handler);

        await client.Users.DeleteAsync(People.Id(1), default).Soon();
        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.Users.DeleteAsync(People.Id(2), default).Soon());

        Assert.Equal("Torii.Forbidden", error.ErrorId);
    }

    [Fact]
    public async Task Nobody_there_is_an_error_of_its_own_also_after_a_lost_answer()
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(
            static () => Answer.Empty(HttpStatusCode.InternalServerError), static () => Answer.Empty(HttpStatusCode.NotFound));

        Assert.Equal("Torii.UserNotFound", (await FailAsync(handler)).ErrorId);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(202)]
    [InlineData(206)]
    public async Task Only_204_says_that_a_user_was_deleted_or_sessions_revoked(int status)
    {
        ScriptedHandler handler = new(_ => Answer.Html(status: (HttpStatusCode)status));
        using ToriiService client = TestClient.Create(handler, static o => o with { MaxRetry = 1 });

        foreach (Func<Task> send in (Func<Task>[])[
            () => client.Users.DeleteAsync(TestClient.UserId, default),
            () => client.Sessions.RevokeAllAsync(TestClient.UserId, default),
            () => client.Sessions.RevokeAsync(TestClient.UserId, People.Id(9), default)])
        {
            ToriiApiException error = await Assert.ThrowsAsync<ToriiApiException>(() => send().Soon());
            Assert.Equal("Torii.InvalidResponse", error.ErrorId);
            Assert.Equal(status, error.StatusCode);
        }

        Assert.Equal(6, handler.Requests.Count);
    }

    private static async Task DeleteAsync(ScriptedHandler handler, Recorder? recorder = null)
    {
        using ToriiService client = TestClient.Create(handler);
        await client.Users.DeleteAsync(TestClient.UserId, TestClient.Context(recorder)).Soon();
    }

    private static Task<ToriiApiException> FailAsync(ScriptedHandler handler) => Assert.ThrowsAsync<ToriiApiException>(() => DeleteAsync(handler));
}
