using System.Net;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

/// <summary>
/// Deleting is not idempotent: 204 the first time, 403 from then on. A 403 is success only when an earlier attempt of
/// ours may have been executed.
/// </summary>
public sealed class DeleteTests
{
    private static readonly Func<HttpResponseMessage> Forbidden = static () => Answer.Problem("""{"detail":"Forbidden"}""", HttpStatusCode.Forbidden);

    [Fact]
    public async Task The_first_success_is_a_success()
    {
        ScriptedHandler handler = await Delete(static () => Answer.Empty(HttpStatusCode.NoContent));

        Sent sent = Assert.Single(handler.Requests);
        Assert.Equal($"DELETE /api/server/v1/users/{TestClient.UserId}", $"{sent.Method} {sent.PathAndQuery}");
    }

    [Fact]
    public async Task A_403_at_the_first_try_is_an_error()
    {
        Assert.Equal("Torii.Forbidden", (await Fail(Forbidden)).ErrorId);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task A_403_after_an_attempt_that_was_turned_away_is_an_error(HttpStatusCode status)
    {
        Assert.Equal("Torii.Forbidden", (await Fail(() => Answer.Empty(status), Forbidden)).ErrorId);
    }

    [Fact]
    public async Task A_403_after_a_connection_that_was_never_made_is_an_error()
    {
        Assert.Equal("Torii.Forbidden", (await Fail(static () => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"), Forbidden)).ErrorId);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.GatewayTimeout)]
    public async Task A_403_after_an_error_of_the_server_is_success(HttpStatusCode status)
    {
        Assert.Equal(2, (await Delete(() => Answer.Empty(status), Forbidden)).Requests.Count);
    }

    [Fact]
    public async Task A_403_after_an_answer_that_never_came_is_success()
    {
        Assert.Equal(2, (await Delete(static () => throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off"), Forbidden)).Requests.Count);
    }

    [Fact]
    public async Task A_403_is_success_also_when_it_was_turned_away_once_after_the_answer_was_lost()
    {
        ScriptedHandler handler = await Delete(
            static () => throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off"), static () => Answer.Empty(HttpStatusCode.TooManyRequests), Forbidden);

        Assert.Equal(3, handler.Requests.Count);
    }

    [Fact]
    public async Task Another_users_lost_answer_does_not_make_a_403_a_success()
    {
        ScriptedHandler handler = new(static sent => sent.PathAndQuery.EndsWith(People.Id(1), StringComparison.Ordinal)
            ? sent.Number == 1 ? Answer.Empty(HttpStatusCode.BadGateway) : Answer.Empty(HttpStatusCode.NoContent)
            : Forbidden());
        using ToriiClient client = TestClient.Create(handler);

        await client.Users.DeleteAsync(People.Id(1), default).Soon();

        Assert.Equal("Torii.Forbidden", (await Assert.ThrowsAsync<ToriiApiException>(() => client.Users.DeleteAsync(People.Id(2), default))).ErrorId);
    }

    /// <summary>On the wire: the user is deleted, and the connection ends before the answer.</summary>
    [Fact]
    public async Task A_user_whose_deletion_was_not_answered_is_deleted_once_and_reported_as_done()
    {
        int deletions = 0;
        using WireServer server = new((_, connection) =>
        {
            if (++deletions == 1)
            {
                connection.Reset();
                return Task.CompletedTask;
            }

            return connection.AnswerAsync(403, "{}");
        });
        Recorder recorder = new();
        using ToriiClient client = server.Connect();

        await client.Users.DeleteAsync(TestClient.UserId, TestClient.Context(recorder)).Soon();

        Assert.Equal(2, server.Requests.Count);
        Assert.Contains(recorder.VerboseMessages, static m => m.Contains("an earlier attempt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_there_is_an_error()
    {
        Assert.Equal("Torii.UserNotFound", (await Fail(static () => Answer.Empty(HttpStatusCode.NotFound))).ErrorId);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nobody")]
    public async Task An_id_is_checked_before_a_request(string? id)
    {
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.NoContent));
        using ToriiClient client = TestClient.Create(handler);

        foreach (Func<Task> send in (Func<Task>[])[
            () => client.Users.DeleteAsync(id!, default), () => client.Users.BanAsync(id!, default), () => client.Users.UnbanAsync(id!, default),
            () => client.Users.UpdateAsync(id!, new UserBody(), default)])
        {
            Assert.Equal("Torii.InvalidId", (await Assert.ThrowsAsync<ToriiException>(send)).ErrorId);
        }

        Assert.Empty(handler.Requests);
    }

    private static async Task<ScriptedHandler> Delete(params Func<HttpResponseMessage>[] answers)
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(answers);
        using ToriiClient client = TestClient.Create(handler);
        await client.Users.DeleteAsync(TestClient.UserId, default).Soon();
        return handler;
    }

    private static async Task<ToriiApiException> Fail(params Func<HttpResponseMessage>[] answers)
    {
        using ToriiClient client = TestClient.Create(ScriptedHandler.Sequence(answers));
        return await Assert.ThrowsAsync<ToriiApiException>(() => client.Users.DeleteAsync(TestClient.UserId, default).Soon());
    }
}
