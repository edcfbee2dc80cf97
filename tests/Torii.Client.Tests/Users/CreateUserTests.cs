using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

/// <summary>Creating on a network that loses answers: who is there afterwards is ours only if nobody made them before.</summary>
public sealed class CreateUserTests
{
    private const string Ada = "ada@example.com";

    private readonly ManualTime _time = new() { SkipsWaits = true };
    private readonly List<JsonObject> _users = [];
    private TimeSpan _skew;

    public static TheoryData<double> Skews => new(-30, -5.5, -0.0001, 0, 0.0001, 2.25, 48);

    private DateTimeOffset ServerNow => _time.GetUtcNow() + _skew;

    [Fact]
    public async Task A_201_is_the_user_that_was_created()
    {
        ScriptedHandler handler = Service();

        ToriiUser user = await CreateAsync(handler);

        Assert.Equal(Ada, user.Email);
        Assert.Single(handler.Requests);
    }

    [Theory]
    [MemberData(nameof(Skews))]
    public async Task A_409_after_a_lost_answer_is_ours_whatever_the_servers_clock_says(double hours)
    {
        _skew = TimeSpan.FromHours(hours);
        ScriptedHandler handler = Service(LoseAnswer);

        ToriiUser user = await CreateAsync(handler);

        Assert.Equal(((string)Assert.Single(_users)["id"]!, Ada), (user.UserId, user.Email));
        Assert.Equal(2, handler.Requests.Count(static r => !IsSearch(r)));
    }

    [Theory]
    [MemberData(nameof(Skews))]
    public async Task A_409_after_a_lost_answer_is_a_conflict_when_the_user_was_there_before(double hours)
    {
        _skew = TimeSpan.FromHours(hours);
        // The server's Date has whole seconds only, so less than one before cannot be told apart at the first request.
        Add(Ada, ServerNow.AddSeconds(-1.001));
        ScriptedHandler handler = Service(LoseRequest);

        ToriiException error = await FailAsync(handler);

        Assert.Equal("Torii.Conflict", error.ErrorId);
        Assert.Single(_users);
    }

    [Fact]
    public async Task Every_answer_narrows_what_is_known_of_the_servers_clock()
    {
        _skew = TimeSpan.FromHours(-7) + TimeSpan.FromMilliseconds(640);
        ScriptedHandler handler = Service(LoseRequest);
        using ToriiService client = TestClient.Create(handler, time: _time);
        for (int i = 0; i < 30; i++)
        {
            await client.Users.GetByEmailAsync(Ada, default).Soon().ContinueWith(static _ => { });
            _time.Advance(TimeSpan.FromMilliseconds(70));
        }

        Add(Ada, ServerNow.AddMilliseconds(-150));
        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.Users.CreateAsync(Body.Of(("email", Ada)), default).Soon());

        Assert.Equal("Torii.Conflict", error.ErrorId);
    }

    [Fact]
    public async Task A_409_at_the_first_try_is_a_conflict_and_nobody_is_looked_for()
    {
        Add(Ada, ServerNow.AddDays(1));
        ScriptedHandler handler = Service();

        Assert.Equal("Torii.Conflict", (await FailAsync(handler)).ErrorId);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task A_409_after_a_429_is_a_conflict_for_the_429_created_nobody()
    {
        Add(Ada, ServerNow.AddSeconds(1));
        ScriptedHandler handler = Service(static (_, _) => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(1));

        Assert.Equal("Torii.Conflict", (await FailAsync(handler)).ErrorId);
        Assert.Equal(2, handler.Requests.Count);
    }

    [Fact]
    public async Task A_409_after_a_refused_connection_is_a_conflict()
    {
        Add(Ada, ServerNow);
        ScriptedHandler handler = Service(static (_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"));

        Assert.Equal("Torii.Conflict", (await FailAsync(handler)).ErrorId);
    }

    [Fact]
    public async Task Who_only_contains_the_address_is_not_taken_for_the_one_that_was_created()
    {
        Add("l" + Ada, ServerNow.AddMinutes(1));
        ScriptedHandler handler = Service(LoseAnswer);

        ToriiUser user = await CreateAsync(handler);

        Assert.Equal(Ada, user.Email);
    }

    [Fact]
    public async Task A_creation_whose_every_answer_was_lost_is_found_afterwards()
    {
        ScriptedHandler handler = Service([.. Enumerable.Repeat<Fault>(LoseAnswer, 6)]);

        ToriiUser user = await CreateAsync(handler);

        Assert.Equal((string)Assert.Single(_users)["id"]!, user.UserId);
        Assert.Equal(6, handler.Requests.Count(static r => !IsSearch(r)));
    }

    [Fact]
    public async Task A_page_of_somebody_elses_in_place_of_the_answer_is_looked_behind()
    {
        ScriptedHandler handler = Service(static (execute, sent) =>
        {
            execute(sent);
            return Answer.Html(status: HttpStatusCode.Created);
        });

        Assert.Equal(Ada, (await CreateAsync(handler)).Email);
        Assert.Single(_users);
    }

    [Fact]
    public async Task A_creation_that_never_arrived_is_the_error_that_it_was()
    {
        ScriptedHandler handler = Service([.. Enumerable.Repeat<Fault>(LoseRequest, 6)]);

        ToriiException error = await FailAsync(handler);

        Assert.Equal("Torii.ConnectionFailed", error.ErrorId);
        Assert.Empty(_users);
    }

    [Fact]
    public async Task When_looking_fails_too_the_outcome_is_said_to_be_unknown()
    {
        ScriptedHandler handler = Service([.. Enumerable.Repeat<Fault>(LoseAnswer, 6)], searchFails: true);

        ToriiException error = await FailAsync(handler);

        Assert.Equal("Torii.OutcomeUnknown", error.ErrorId);
        Assert.Contains(Ada, error.RecommendedAction);
    }

    [Fact]
    public async Task Without_any_word_of_the_servers_clock_nobody_who_is_there_is_taken_for_ours()
    {
        Add(Ada, ServerNow.AddHours(1));
        ScriptedHandler handler = new(sent =>
        {
            HttpResponseMessage answer = sent.Number == 1 ? Answer.Empty(HttpStatusCode.InternalServerError) : Execute(sent);
            answer.Headers.Date = null;
            return answer;
        });

        Assert.Contains((await FailAsync(handler)).ErrorId, (string[])["Torii.Conflict", "Torii.OutcomeUnknown"]);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(0)]
    public async Task Without_an_address_an_answer_that_never_came_is_unknown_and_nothing_is_sent_twice(int status)
    {
        ScriptedHandler handler = Service((execute, sent) =>
        {
            execute(sent);
            return status == 0 ? throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off") : Answer.Empty((HttpStatusCode)status);
        });

        ToriiException error = await FailAsync(handler, ("name", "Ada"));

        Assert.Equal("Torii.OutcomeUnknown", error.ErrorId);
        Assert.Contains("WithoutEmail", error.RecommendedAction);
        Assert.Single(handler.Requests);
        Assert.Single(_users);
    }

    [Fact]
    public async Task Without_an_address_a_429_is_tried_again_and_creates_one_user()
    {
        ScriptedHandler handler = Service(
            static (_, _) => Answer.Empty(HttpStatusCode.TooManyRequests), static (_, _) => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(2));

        await CreateAsync(handler, ("name", "Ada"));

        Assert.Equal(3, handler.Requests.Count);
        Assert.Single(_users);
    }

    [Fact]
    public async Task Without_an_address_a_refused_connection_is_tried_again()
    {
        ScriptedHandler handler = Service(static (_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"));

        await CreateAsync(handler, ("name", "Ada"));

        Assert.Single(_users);
    }

    [Fact]
    public async Task Who_is_found_and_is_not_as_was_said_is_told_of()
    {
        ScriptedHandler handler = Service(LoseAnswer);
        using ToriiService client = TestClient.Create(handler, time: _time);

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(
            () => client.Users.CreateAsync(Body.Of(("email", Ada), ("nickname", "Countess")), default).Soon());

        Assert.Equal("Torii.FieldNotApplied", error.ErrorId);
        Assert.Contains("nickname", error.Reason);
    }

    private delegate HttpResponseMessage Fault(Func<Sent, HttpResponseMessage> execute, Sent sent);

    private static HttpResponseMessage LoseAnswer(Func<Sent, HttpResponseMessage> execute, Sent sent)
    {
        execute(sent);
        throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off");
    }

    private static HttpResponseMessage LoseRequest(Func<Sent, HttpResponseMessage> execute, Sent sent) =>
        throw new HttpRequestException(HttpRequestError.Unknown, "reset by peer");

    private static bool IsSearch(Sent sent) => sent.PathAndQuery.Contains("/search", StringComparison.Ordinal);

    private void Add(string? email, DateTimeOffset created) =>
        _users.Add(People.User(_users.Count, "Ada", email, createdAt: created.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)));

    /// <summary>One fault after the other, for creations only; then all goes well.</summary>
    private ScriptedHandler Service(params Fault[] faults) => Service(faults, searchFails: false);

    private ScriptedHandler Service(Fault[] faults, bool searchFails)
    {
        int creations = 0;
        return new ScriptedHandler(sent =>
            IsSearch(sent) ? (searchFails ? Answer.Empty(HttpStatusCode.InternalServerError) : Execute(sent))
            : creations++ is var n && n < faults.Length ? faults[n](Execute, sent)
            : Execute(sent));
    }

    private HttpResponseMessage Execute(Sent sent)
    {
        JsonObject body = JsonNode.Parse(sent.Body!)!.AsObject();
        string? email = (string?)body["email"];
        HttpResponseMessage answer;
        if (IsSearch(sent))
        {
            JsonObject[] found = [.. _users.Where(u => email is null || ((string?)u["email"])?.Contains(email, StringComparison.OrdinalIgnoreCase) == true)];
            answer = Answer.Json(People.Page(null, [.. found.Select(static u => (JsonObject)u.DeepClone())]));
        }
        else if (email is not null && _users.Any(u => string.Equals((string?)u["email"], email, StringComparison.OrdinalIgnoreCase)))
        {
            answer = Answer.Problem("""{"detail":"taken","code":"email_already_exists"}""", HttpStatusCode.Conflict);
        }
        else
        {
            Add(email, ServerNow);
            answer = Answer.Json(_users[^1].DeepClone(), HttpStatusCode.Created);
        }

        // RFC 9110: whole seconds, cut.
        answer.Headers.Date = ServerNow;
        return answer;
    }

    private async Task<ToriiUser> CreateAsync(ScriptedHandler handler, params (string Field, object? Value)[] fields)
    {
        using ToriiService client = TestClient.Create(handler, time: _time);
        return await client.Users.CreateAsync(Body.Of(fields.Length > 0 ? fields : [("email", Ada)]), default).Soon();
    }

    private Task<ToriiException> FailAsync(ScriptedHandler handler, params (string Field, object? Value)[] fields) =>
        Assert.ThrowsAnyAsync<ToriiException>(() => CreateAsync(handler, fields));
}
