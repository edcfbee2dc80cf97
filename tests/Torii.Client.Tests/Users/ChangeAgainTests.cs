using System.Net;
using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

/// <summary>Changing, banning and lifting a ban do the same the second time, so they are tried again until there is an answer.</summary>
public sealed class ChangeAgainTests
{
    private static readonly (string Name, Func<ToriiService, Task<ToriiUser>> Send, JsonObject Done)[] Operations =
    [
        ("PATCH", static c => c.Users.UpdateAsync(TestClient.UserId, Body.Of(("locale", "da")), default), Person("active", "da")),
        ("ban", static c => c.Users.BanAsync(TestClient.UserId, default), Person("banned")),
        ("unban", static c => c.Users.UnbanAsync(TestClient.UserId, default), Person("active")),
    ];

    public static TheoryData<string, Func<HttpResponseMessage>> Passing => new()
    {
        { "408", static () => Answer.Empty(HttpStatusCode.RequestTimeout) },
        { "429", static () => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(1) },
        { "500", static () => Answer.Empty(HttpStatusCode.InternalServerError) },
        { "502", static () => Answer.Empty(HttpStatusCode.BadGateway) },
        { "503", static () => Answer.Empty(HttpStatusCode.ServiceUnavailable) },
        { "504", static () => Answer.Empty(HttpStatusCode.GatewayTimeout) },
        { "refused", static () => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused") },
        { "cut off", static () => throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off") },
    };

    [Theory]
    [MemberData(nameof(Passing), DisableDiscoveryEnumeration = true)]
    public async Task Each_is_tried_again_with_the_same_request(string what, Func<HttpResponseMessage> bad)
    {
        foreach ((string name, Func<ToriiService, Task<ToriiUser>> send, JsonObject done) in Operations)
        {
            ScriptedHandler handler = ScriptedHandler.Sequence(bad, bad, () => Answer.Json(done.DeepClone()));
            using ToriiService client = TestClient.Create(handler);

            ToriiUser user = await send(client).Soon();

            Assert.Equal((string)done["status"]!, user.Status);
            Assert.True(handler.Requests.Count == 3, $"{name} after {what}: {handler.Requests.Count} requests");
            Assert.Single(handler.Requests.Select(static r => (r.Method, r.PathAndQuery, r.Body)).Distinct());
        }
    }

    [Theory]
    [InlineData(400, "Torii.InvalidRequest")]
    [InlineData(401, "Torii.Unauthorized")]
    [InlineData(402, "Torii.QuotaExceeded")]
    [InlineData(403, "Torii.Forbidden")]
    [InlineData(404, "Torii.UserNotFound")]
    [InlineData(409, "Torii.Conflict")]
    public async Task An_answer_that_stays_so_is_an_error_at_once(int status, string id)
    {
        foreach ((_, Func<ToriiService, Task<ToriiUser>> send, _) in Operations)
        {
            ScriptedHandler handler = new(_ => Answer.Problem("""{"detail":"No.","code":"no","supportId":"sup_1"}""", (HttpStatusCode)status));
            using ToriiService client = TestClient.Create(handler);

            ToriiApiException error = await Assert.ThrowsAsync<ToriiApiException>(() => send(client).Soon());

            Assert.Equal((id, status, "no", "sup_1"), (error.ErrorId, error.StatusCode, error.Code, error.SupportId));
            Assert.Single(handler.Requests);
        }
    }

    [Fact]
    public async Task A_ban_and_its_lifting_are_posts_below_the_user_without_a_body()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(Person(sent.PathAndQuery.EndsWith("/ban", StringComparison.Ordinal) ? "banned" : "active")));
        using ToriiService client = TestClient.Create(handler);

        await client.Users.BanAsync(TestClient.UserId, default).Soon();
        await client.Users.UnbanAsync(TestClient.UserId, default).Soon();

        Assert.Equal(
            [$"POST /api/server/v1/users/{TestClient.UserId}/ban", $"POST /api/server/v1/users/{TestClient.UserId}/unban"],
            handler.Requests.Select(static r => $"{r.Method} {r.PathAndQuery}"));
        Assert.All(handler.Requests, static r => Assert.True(string.IsNullOrEmpty(r.Body)));
    }

    [Fact]
    public async Task A_ban_after_which_the_user_is_not_banned_is_an_error_and_so_is_the_opposite()
    {
        using ToriiService active = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(Person("active"))));
        using ToriiService banned = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(Person("banned"))));

        Assert.Equal("Torii.FieldNotApplied", (await Assert.ThrowsAsync<ToriiException>(() => active.Users.BanAsync(TestClient.UserId, default).Soon())).ErrorId);
        Assert.Equal("Torii.FieldNotApplied", (await Assert.ThrowsAsync<ToriiException>(() => banned.Users.UnbanAsync(TestClient.UserId, default).Soon())).ErrorId);
    }

    [Fact]
    public async Task An_answer_about_somebody_else_is_no_answer()
    {
        foreach ((_, Func<ToriiService, Task<ToriiUser>> send, JsonObject done) in Operations)
        {
            JsonObject other = (JsonObject)done.DeepClone();
            other["id"] = People.Id(7);
            using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Json(other)));

            Assert.Equal("Torii.InvalidResponse", (await Assert.ThrowsAnyAsync<ToriiException>(() => send(client).Soon())).ErrorId);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("search")]
    [InlineData("01931a73-8b00-7000-8000-000000000000/ban")]
    public async Task An_id_is_checked_before_a_request(string? id)
    {
        ScriptedHandler handler = new(static _ => Answer.Json(Person("active")));
        using ToriiService client = TestClient.Create(handler);

        foreach (Func<Task> send in (Func<Task>[])[
            () => client.Users.UpdateAsync(id!, Body.Of(("locale", "da")), default), () => client.Users.BanAsync(id!, default),
            () => client.Users.UnbanAsync(id!, default), () => client.Users.DeleteAsync(id!, default)])
        {
            Assert.Equal("Torii.InvalidId", (await Assert.ThrowsAsync<ToriiException>(send)).ErrorId);
        }

        Assert.Empty(handler.Requests);
    }

    private static JsonObject Person(string status, string? locale = null)
    {
        JsonObject user = People.User(status: status);
        user["locale"] = locale;
        return user;
    }
}
