using System.Net;
using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Sessions;

public sealed class SessionTests
{
    private static readonly string User = People.Id(1);
    private static readonly string Session = (string)People.Session(5, User)["id"]!;

    [Fact]
    public async Task Sessions_are_listed_under_their_user_in_the_order_of_the_service()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(new JsonArray(People.Session(2, User), People.Session(1, User))));
        using ToriiService client = TestClient.Create(handler);

        IReadOnlyList<ToriiSession> sessions = await client.Sessions.ListAsync(User, default).Soon();

        Assert.Equal(["01931a74-1234-7000-8000-000000000002", "01931a74-1234-7000-8000-000000000001"], sessions.Select(static s => s.SessionId));
        ToriiSession first = sessions[0];
        Assert.Equal(User, first.UserId);
        Assert.Equal("203.0.113.42", first.IpAddress);
        Assert.Equal(new DateTimeOffset(2026, 5, 23, 9, 30, 0, TimeSpan.Zero), first.ExpiresAt);
        Sent sent = Assert.Single(handler.Requests);
        Assert.Equal($"GET /api/server/v1/users/{User}/sessions", $"{sent.Method} {sent.PathAndQuery}");
    }

    [Fact]
    public async Task No_session_is_an_empty_list()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json("[]")));

        Assert.Empty(await client.Sessions.ListAsync(User, default).Soon());
    }

    [Fact]
    public async Task Members_that_nobody_knew_of_are_kept()
    {
        JsonObject session = People.Session(1, User);
        session["device"] = new JsonObject { ["os"] = "plan9" };
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Json(new JsonArray(session.DeepClone()))));

        ToriiSession read = Assert.Single(await client.Sessions.ListAsync(User, default).Soon());

        Assert.Equal("plan9", Assert.IsAssignableFrom<IDictionary<string, object?>>(read.AdditionalProperties["device"])["os"]);
    }

    [Fact]
    public async Task A_list_with_a_session_of_somebody_else_is_refused_whole()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(
            static _ => Answer.Json(new JsonArray(People.Session(1, User), People.Session(2, People.Id(2))))));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.Sessions.ListAsync(User, default).Soon());

        Assert.Equal("Torii.InvalidResponse", error.ErrorId);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("userId")]
    [InlineData("createdAt")]
    [InlineData("expiresAt")]
    [InlineData("lastUsedAt")]
    [InlineData("environmentId")]
    public async Task A_session_without_a_required_member_is_refused(string member)
    {
        JsonObject session = People.Session(1, User);
        session.Remove(member);
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Json(new JsonArray(session.DeepClone()))));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.Sessions.ListAsync(User, default).Soon());

        Assert.Equal("Torii.InvalidResponse", error.ErrorId);
    }

    [Fact]
    public async Task Revoking_all_is_one_call_at_the_users_sessions()
    {
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.NoContent));
        using ToriiService client = TestClient.Create(handler);

        await client.Sessions.RevokeAllAsync(User, default).Soon();

        Sent sent = Assert.Single(handler.Requests);
        Assert.Equal($"DELETE /api/server/v1/users/{User}/sessions", $"{sent.Method} {sent.PathAndQuery}");
        Assert.True(string.IsNullOrEmpty(sent.Body));
    }

    [Fact]
    public async Task Revoking_one_names_that_one()
    {
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.NoContent));
        using ToriiService client = TestClient.Create(handler);

        await client.Sessions.RevokeAsync(User, Session, default).Soon();

        Sent sent = Assert.Single(handler.Requests);
        Assert.Equal($"DELETE /api/server/v1/users/{User}/sessions/{Session}", $"{sent.Method} {sent.PathAndQuery}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("all")]
    public async Task A_session_id_that_says_nothing_never_widens_to_every_session(string? session)
    {
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.NoContent));
        using ToriiService client = TestClient.Create(handler);

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(async () => await client.Sessions.RevokeAsync(User, session!, default));

        Assert.Equal("Torii.InvalidId", error.ErrorId);
        Assert.Contains("session id", error.Message);
        Assert.Empty(handler.Requests);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nobody")]
    public async Task A_user_id_is_checked_before_a_request(string? user)
    {
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.NoContent));
        using ToriiService client = TestClient.Create(handler);

        foreach (Func<Task> send in (Func<Task>[])[
            () => client.Sessions.ListAsync(user!, default),
            () => client.Sessions.RevokeAllAsync(user!, default),
            () => client.Sessions.RevokeAsync(user!, Session, default)])
        {
            Assert.Equal("Torii.InvalidId", (await Assert.ThrowsAsync<ToriiException>(send)).ErrorId);
        }

        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task Nobody_there_is_forbidden_and_not_done()
    {
        ScriptedHandler handler = new(static _ => Answer.Problem("""{"detail":"Forbidden"}""", HttpStatusCode.Forbidden));
        using ToriiService client = TestClient.Create(handler);

        ToriiApiException error = await Assert.ThrowsAsync<ToriiApiException>(() => client.Sessions.RevokeAllAsync(User, default).Soon());

        Assert.Equal("Torii.Forbidden", error.ErrorId);
        Assert.Single(handler.Requests);
    }
}
