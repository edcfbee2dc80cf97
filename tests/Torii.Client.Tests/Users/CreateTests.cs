using System.Globalization;
using System.Net;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

/// <summary>A user is created once, also where answers are lost, and what is not known is said to be not known.</summary>
public sealed class CreateTests
{
    private const string Email = "ada@example.com";

    /// <summary>The service's clock is an hour behind ours: ManualTime begins at 09:30.</summary>
    private static readonly DateTimeOffset ServiceNow = new(2026, 5, 16, 8, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_user_is_created_by_one_request_with_what_was_said()
    {
        ScriptedHandler handler = new(static _ => Created());
        using ToriiClient client = TestClient.Create(handler);

        ToriiUser user = await client.Users.CreateAsync(Body(Email), default).Soon();

        Assert.Equal(People.Id(0), user.UserId);
        Sent sent = Assert.Single(handler.Requests);
        Assert.Equal("POST /api/server/v1/users", $"{sent.Method} {sent.PathAndQuery}");
        Assert.Equal("""{"email":"ada@example.com"}""", sent.Body);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_a_conflict_and_nobody_is_looked_up()
    {
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.Conflict));

        Assert.Equal("Torii.Conflict", (await Fail(handler, Email)).ErrorId);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task A_conflict_after_a_lost_answer_is_ours_when_the_user_is_not_older_than_our_first_attempt()
    {
        ScriptedHandler handler = Service(Lost, Conflict, there: ServiceNow);

        Assert.Equal(People.Id(0), (await Create(handler, Email)).UserId);
    }

    [Fact]
    public async Task A_conflict_after_a_lost_answer_is_a_conflict_when_the_user_was_there_before()
    {
        // By our own clock, and by a service whose clock were ours, this user would be older than it is.
        ScriptedHandler handler = Service(Lost, Conflict, there: ServiceNow.AddSeconds(-3));

        Assert.Equal("Torii.Conflict", (await Fail(handler, Email)).ErrorId);
    }

    [Fact]
    public async Task A_conflict_after_a_request_that_was_turned_away_is_a_conflict()
    {
        ScriptedHandler handler = Service(static () => Answer.Empty(HttpStatusCode.TooManyRequests), Conflict, there: ServiceNow);

        Assert.Equal("Torii.Conflict", (await Fail(handler, Email)).ErrorId);
        Assert.DoesNotContain(handler.Requests, static r => r.PathAndQuery.Contains("search", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Somebody_whose_address_only_contains_ours_is_not_taken_for_ours()
    {
        ScriptedHandler handler = Service(Lost, Conflict, there: ServiceNow, email: "l" + Email);

        Assert.Equal("Torii.Conflict", (await Fail(handler, Email)).ErrorId);
    }

    [Fact]
    public async Task Where_every_answer_is_lost_and_the_user_is_there_it_is_ours()
    {
        ScriptedHandler handler = Service(Lost, Lost, there: ServiceNow);

        Assert.Equal(People.Id(0), (await Create(handler, Email)).UserId);
    }

    [Fact]
    public async Task Where_every_answer_is_lost_and_nobody_is_there_it_is_the_error_that_it_was()
    {
        ScriptedHandler handler = Service(Lost, Lost, there: null);

        Assert.Equal("Torii.ConnectionFailed", (await Fail(handler, Email)).ErrorId);
    }

    [Fact]
    public async Task What_was_found_instead_of_an_answer_is_checked_against_what_was_sent()
    {
        ScriptedHandler handler = Service(Lost, Conflict, there: ServiceNow);
        UserBody body = Body(Email);
        body.Set("name", "Somebody Else");

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(async () =>
        {
            using ToriiClient client = TestClient.Create(handler);
            await client.Users.CreateAsync(body, default).Soon();
        });

        Assert.Equal("Torii.FieldNotApplied", error.ErrorId);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(408)]
    [InlineData(0)]
    public async Task Without_an_address_it_is_sent_once_and_what_came_of_it_is_not_known(int status)
    {
        ScriptedHandler handler = new(_ => status == 0 ? Lost() : Answer.Empty((HttpStatusCode)status));

        ToriiException error = await Fail(handler, email: null);

        Assert.Equal("Torii.OutcomeUnknown", error.ErrorId);
        Assert.Contains("not known", error.Reason);
        Assert.Contains("-WithoutEmail", error.RecommendedAction);
        Assert.Single(handler.Requests);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(0)]
    public async Task Without_an_address_it_is_tried_again_while_it_surely_was_not_executed(int status)
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(
            () => status == 0 ? throw new HttpRequestException(HttpRequestError.ConnectionError, "refused") : Answer.Empty((HttpStatusCode)status),
            static () => Answer.Json(People.User(email: null), HttpStatusCode.Created));
        using ToriiClient client = TestClient.Create(handler);

        await client.Users.CreateAsync(Body(null), default).Soon();

        Assert.Equal(2, handler.Requests.Count);
    }

    [Fact]
    public async Task Without_an_address_what_was_refused_is_that_error()
    {
        ScriptedHandler handler = new(static _ => Answer.Problem("""{"detail":"weak password","code":"weak_password"}""", HttpStatusCode.BadRequest));

        Assert.Equal("Torii.InvalidRequest", (await Fail(handler, email: null)).ErrorId);
    }

    [Fact]
    public async Task Where_the_clock_of_the_service_is_not_known_nothing_is_guessed()
    {
        ScriptedHandler handler = new(static sent => sent.PathAndQuery.Contains("search", StringComparison.Ordinal)
            ? Answer.Json(People.Page(null, People.User()))
            : Lost());

        Assert.Equal("Torii.OutcomeUnknown", (await Fail(handler, Email)).ErrorId);
    }

    [Fact]
    public async Task Where_the_look_up_fails_too_nothing_is_guessed()
    {
        ScriptedHandler handler = new(static _ => Lost());

        ToriiException error = await Fail(handler, Email);

        Assert.Equal("Torii.OutcomeUnknown", error.ErrorId);
        Assert.Contains(Email, error.RecommendedAction);
    }

    /// <summary>A service that answers a creation in one way, then always in another, and whose answers tell its time.</summary>
    private static ScriptedHandler Service(Func<HttpResponseMessage> first, Func<HttpResponseMessage> then, DateTimeOffset? there, string email = Email)
    {
        int creations = 0;
        return new ScriptedHandler(sent =>
        {
            if (sent.PathAndQuery.Contains("search", StringComparison.Ordinal))
            {
                string? created = there?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
                return WithDate(Answer.Json(created is null ? People.Page(null) : People.Page(null, People.User(email: email, createdAt: created))));
            }

            return WithDate(creations++ == 0 ? first() : then());
        });
    }

    private static HttpResponseMessage Lost() => throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off");

    private static HttpResponseMessage Conflict() => Answer.Empty(HttpStatusCode.Conflict);

    private static HttpResponseMessage Created() => Answer.Json(People.User(), HttpStatusCode.Created);

    private static HttpResponseMessage WithDate(HttpResponseMessage answer) => answer.With("Date", ServiceNow.ToString("R", CultureInfo.InvariantCulture));

    private static UserBody Body(string? email)
    {
        UserBody body = new();
        if (email is null)
        {
            body.Set("name", "Ada Lovelace");
        }
        else
        {
            body.Set("email", email);
        }

        return body;
    }

    private static async Task<ToriiUser> Create(ScriptedHandler handler, string? email)
    {
        using ToriiClient client = TestClient.Create(handler);
        return await client.Users.CreateAsync(Body(email), default).Soon();
    }

    private static async Task<ToriiException> Fail(ScriptedHandler handler, string? email) =>
        await Assert.ThrowsAnyAsync<ToriiException>(() => Create(handler, email));
}
