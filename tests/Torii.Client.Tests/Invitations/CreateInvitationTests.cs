using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Invitations;

/// <summary>Each creation sends an email, and the service refuses no second one: it is sent once, and a lost response is looked for.</summary>
public sealed class CreateInvitationTests
{
    private const string Ada = "ada@example.com";

    private readonly ManualTime _time = new() { SkipsWaits = true };
    private readonly List<JsonObject> _invitations = [];
    private bool _showsMetadata;
    private TimeSpan _skew;

    public static TheoryData<double> Skews => new(-30, -5.5, 0, 0.0001, 48);

    private delegate HttpResponseMessage Fault(Func<Sent, HttpResponseMessage> execute, Sent sent);

    private DateTimeOffset ServerNow => _time.GetUtcNow() + _skew;

    [Fact]
    public async Task Both_bags_are_sent_also_when_they_are_empty()
    {
        ScriptedHandler handler = Service();

        ToriiInvitation created = await CreateAsync(handler);

        Assert.Equal((Ada, "PENDING"), (created.Email, created.Status));
        Body.AssertIs(new JsonObject { ["email"] = Ada, ["publicMetadata"] = new JsonObject(), ["privateMetadata"] = new JsonObject() }, Assert.Single(handler.Requests), "");
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    public async Task Contracts_differ_in_the_status_of_a_success(int status)
    {
        ScriptedHandler handler = Service((execute, sent) =>
        {
            HttpResponseMessage response = execute(sent);
            response.StatusCode = (HttpStatusCode)status;
            return response;
        });

        Assert.Equal(Ada, (await CreateAsync(handler)).Email);
    }

    [Fact]
    public async Task A_409_is_a_conflict_and_nothing_is_looked_for()
    {
        ScriptedHandler handler = Service(static (_, _) => Answer.Problem("""{"detail":"This email already has an account.","code":"email_already_exists"}""", HttpStatusCode.Conflict));

        ToriiException error = await FailAsync(handler);

        Assert.Equal(("Torii.Conflict", "newInvitation", false), (error.ErrorId, error.Variant, error.MayHaveBeenExecuted));
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task A_429_is_repeated_as_the_service_asks_and_creates_one_invitation()
    {
        ScriptedHandler handler = Service(
            static (_, _) => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(2), static (_, _) => Answer.Empty(HttpStatusCode.TooManyRequests));

        await CreateAsync(handler);

        Assert.Single(_invitations);
        Assert.Equal(3, handler.Requests.Count);
    }

    [Fact]
    public async Task A_rate_limit_that_stays_exhausted_is_an_error_of_its_own()
    {
        ScriptedHandler handler = Service([.. Enumerable.Repeat<Fault>(
            static (_, _) => Answer.Problem("""{"detail":"The invitation rate limit is exhausted.","code":"rate_limited"}""", HttpStatusCode.TooManyRequests), 6)]);

        ToriiException error = await FailAsync(handler);

        Assert.Equal(("Torii.TooManyRequests", false), (error.ErrorId, error.MayHaveBeenExecuted));
        Assert.Empty(_invitations);
    }

    [Theory]
    [MemberData(nameof(Skews))]
    public async Task A_creation_whose_response_was_lost_is_found_whatever_the_clock_of_the_service_says(double hours)
    {
        _skew = TimeSpan.FromHours(hours);
        ScriptedHandler handler = Service(LoseResponse);

        ToriiInvitation created = await CreateAsync(handler);

        Assert.Equal((string)Assert.Single(_invitations)["id"]!, created.InvitationId);
        Assert.Equal(["POST", "GET"], handler.Requests.Select(static r => r.Method.Method));
        Assert.Equal($"{Invites.Path}?status=PENDING&search=ada%40example.com&limit=100", handler.Requests[1].PathAndQuery);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(201)]
    public async Task A_response_that_confirms_nothing_is_looked_behind(int status)
    {
        ScriptedHandler handler = Service((execute, sent) =>
        {
            execute(sent);
            return status == 201 ? Answer.Html(status: HttpStatusCode.Created) : Answer.Empty((HttpStatusCode)status);
        });

        Assert.Equal(Ada, (await CreateAsync(handler)).Email);
        Assert.Single(_invitations);
        Assert.Single(handler.Requests, static r => r.Method == HttpMethod.Post);
    }

    [Theory]
    [MemberData(nameof(Skews))]
    public async Task An_invitation_that_existed_before_is_not_taken_for_the_new_one(double hours)
    {
        _skew = TimeSpan.FromHours(hours);
        // The Date header has whole seconds.
        Add(Ada, ServerNow.AddSeconds(-1.001));
        ScriptedHandler handler = Service(LoseRequest);

        ToriiException error = await FailAsync(handler);

        Assert.Equal(("Torii.ConnectionFailed", true), (error.ErrorId, error.MayHaveBeenExecuted));
        Assert.Single(handler.Requests, static r => r.Method == HttpMethod.Post);
    }

    [Fact]
    public async Task An_invitation_that_was_created_while_ours_was_throttled_is_not_taken_for_the_new_one()
    {
        ScriptedHandler handler = Service(
            static (_, _) => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(60),
            (_, _) =>
            {
                Add(Ada, ServerNow.AddSeconds(-30));
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off");
            });

        Assert.Equal("Torii.ConnectionFailed", (await FailAsync(handler)).ErrorId);
    }

    [Fact]
    public async Task An_invitation_that_this_connection_has_created_or_read_is_not_taken_for_the_new_one()
    {
        Fault[] faults = [static (execute, sent) => execute(sent), LoseRequest, LoseRequest];
        ScriptedHandler handler = Service(faults);
        using ToriiService client = TestClient.Create(handler, time: _time);
        await client.Invitations!.CreateAsync(Body.Of(("email", Ada)), default).Soon();

        Assert.Equal("Torii.ConnectionFailed", (await FailAsync(client)).ErrorId);

        Add("grace@example.com", ServerNow);
        await client.SearchAsync(new InvitationQuery());
        Assert.Equal("Torii.ConnectionFailed", (await FailAsync(client, ("email", "grace@example.com"))).ErrorId);
    }

    [Fact]
    public async Task Two_new_invitations_of_the_address_leave_the_outcome_unknown()
    {
        ScriptedHandler handler = Service((execute, sent) =>
        {
            Add(Ada, ServerNow);
            return LoseResponse(execute, sent);
        });

        ToriiException error = await FailAsync(handler);

        Assert.Equal(("Torii.OutcomeUnknown", "newInvitation", Ada), (error.ErrorId, error.Variant, error.Details["email"]));
        Assert.Contains("2 invitations with that email address", error.Message);
    }

    [Fact]
    public async Task An_address_that_only_contains_the_other_is_another_one()
    {
        ScriptedHandler handler = Service((_, _) =>
        {
            Add("l" + Ada, ServerNow);
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off");
        });

        Assert.Equal("Torii.ConnectionFailed", (await FailAsync(handler)).ErrorId);
    }

    [Fact]
    public async Task When_the_look_up_fails_too_the_outcome_is_unknown()
    {
        ScriptedHandler handler = new(sent => sent.Method == HttpMethod.Post ? LoseResponse(Execute, sent) : Answer.Empty(HttpStatusCode.InternalServerError));

        ToriiException error = await FailAsync(handler);

        Assert.Equal(("Torii.OutcomeUnknown", true), (error.ErrorId, error.MayHaveBeenExecuted));
        Assert.Single(handler.Requests, static r => r.Method == HttpMethod.Post);
    }

    [Fact]
    public async Task A_service_that_ignores_the_filter_of_the_look_up_leaves_the_outcome_unknown()
    {
        Add("grace@example.com", ServerNow);
        ScriptedHandler handler = new(sent => sent.Method == HttpMethod.Post
            ? LoseResponse(Execute, sent)
            : Answer.Json(People.Page(null, [.. _invitations.Select(static i => (JsonObject)i.DeepClone())])));

        Assert.Equal("Torii.OutcomeUnknown", (await FailAsync(handler)).ErrorId);
    }

    [Fact]
    public async Task Without_the_clock_of_the_service_an_invitation_that_is_found_proves_nothing()
    {
        ScriptedHandler handler = new(sent =>
        {
            HttpResponseMessage response = sent.Method == HttpMethod.Post ? LoseResponse(Execute, sent) : Execute(sent);
            response.Headers.Date = null;
            return response;
        });

        Assert.Equal("Torii.OutcomeUnknown", (await FailAsync(handler)).ErrorId);
    }

    [Theory]
    [InlineData(30, 30, true)]
    [InlineData(30, 30.9, true)]
    [InlineData(30, 7, false)]
    [InlineData(1, 7, false)]
    public async Task A_lifetime_that_was_not_stored_is_noticed(int asked, double given, bool isStored)
    {
        ScriptedHandler handler = new(sent =>
        {
            JsonObject invitation = Invites.Invitation(1);
            invitation["expiresAt"] = new DateTimeOffset(2026, 5, 16, 9, 30, 0, TimeSpan.Zero).AddDays(given).ToString("o", CultureInfo.InvariantCulture);
            return Answer.Json(invitation, HttpStatusCode.Created);
        });

        Exception? error = await Record.ExceptionAsync(() => CreateAsync(handler, ("email", Ada), ("expiresInDays", asked)));

        Assert.Equal(isStored, error is null);
        if (!isStored)
        {
            ToriiException notApplied = Assert.IsType<ToriiException>(error);
            Assert.Equal("Torii.FieldNotApplied", notApplied.ErrorId);
            Assert.Equal(Invites.Id(1), Assert.IsType<ToriiInvitation>(notApplied.Result).InvitationId);
        }
    }

    [Fact]
    public async Task Metadata_is_read_back_where_the_service_shows_it()
    {
        _showsMetadata = true;
        ScriptedHandler handler = Service();

        ToriiInvitation created = await CreateAsync(handler, ("email", Ada), ("publicMetadata", new ToriiMetadata { ["plan"] = "pro" }));

        Assert.Equal("pro", created.PublicMetadata!["plan"]);
        Assert.Equal(["POST", "GET"], handler.Requests.Select(static r => r.Method.Method));
    }

    [Fact]
    public async Task Metadata_that_was_not_stored_is_noticed_where_the_service_shows_it()
    {
        ScriptedHandler handler = new(sent => sent.Method == HttpMethod.Post
            ? Answer.Json(Invites.Invitation(1), HttpStatusCode.Created)
            : Answer.Json(Invites.Invitation(1).WithMetadata("""{"plan":"pro"}""")));

        ToriiException error = await FailAsync(handler, ("email", Ada), ("publicMetadata", new ToriiMetadata { ["plan"] = "pro" }), ("privateMetadata", new ToriiMetadata { ["crm"] = 7 }));

        Assert.Equal("Torii.FieldNotApplied", error.ErrorId);
        Assert.Contains(": privateMetadata.", error.Message);
    }

    [Fact]
    public async Task Where_the_service_shows_no_metadata_it_is_read_back_once_only()
    {
        ScriptedHandler handler = Service();
        using ToriiService client = TestClient.Create(handler, time: _time);

        for (int i = 0; i < 3; i++)
        {
            await client.Invitations!.CreateAsync(Body.Of(("email", $"ada{i}@example.com"), ("publicMetadata", new ToriiMetadata { ["plan"] = "pro" })), default).Soon();
        }

        Assert.Equal(["POST", "GET", "POST", "POST"], handler.Requests.Select(static r => r.Method.Method));
    }

    [Fact]
    public async Task A_check_of_the_metadata_that_fails_does_not_make_the_creation_fail()
    {
        ScriptedHandler handler = new(sent => sent.Method == HttpMethod.Post ? Execute(sent) : Answer.Empty(HttpStatusCode.InternalServerError));
        using ToriiService client = TestClient.Create(handler, time: _time);
        Recorder recorder = new();

        ToriiInvitation created = await client.Invitations!
            .CreateAsync(Body.Of(("email", Ada), ("publicMetadata", new ToriiMetadata { ["plan"] = "pro" })), TestClient.Context(recorder)).Soon();

        Assert.Equal(Ada, created.Email);
        Assert.Contains(recorder.VerboseMessages, static m => m.StartsWith("The metadata of invitation", StringComparison.Ordinal));
    }

    private static HttpResponseMessage LoseResponse(Func<Sent, HttpResponseMessage> execute, Sent sent)
    {
        execute(sent);
        throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off");
    }

    private static HttpResponseMessage LoseRequest(Func<Sent, HttpResponseMessage> execute, Sent sent) =>
        throw new HttpRequestException(HttpRequestError.Unknown, "reset by peer");

    private void Add(string email, DateTimeOffset created)
    {
        JsonObject invitation = Invites.Invitation(_invitations.Count, email);
        invitation["createdAt"] = created.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        invitation["expiresAt"] = created.AddDays(7).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        _invitations.Add(invitation);
    }

    /// <summary>One fault after the other, for creations only; then all goes well.</summary>
    private ScriptedHandler Service(params Fault[] faults)
    {
        int creations = 0;
        return new ScriptedHandler(sent => sent.Method == HttpMethod.Post && creations++ is var n && n < faults.Length ? faults[n](Execute, sent) : Execute(sent));
    }

    private HttpResponseMessage Execute(Sent sent)
    {
        HttpResponseMessage response;
        if (sent.Method == HttpMethod.Post)
        {
            JsonObject body = JsonNode.Parse(sent.Body!)!.AsObject();
            Add((string)body["email"]!, ServerNow);
            response = Answer.Json(_invitations[^1].DeepClone(), HttpStatusCode.Created);
            if (_showsMetadata)
            {
                _invitations[^1].WithMetadata(body["publicMetadata"]!.ToJsonString(), body["privateMetadata"]!.ToJsonString());
            }
        }
        else if (sent.PathAndQuery.Contains('?'))
        {
            string search = Uri.UnescapeDataString(sent.Query("search"));
            response = Answer.Json(People.Page(null, [.. _invitations.Where(i => ((string)i["email"]!).Contains(search, StringComparison.OrdinalIgnoreCase)).Select(static i => (JsonObject)i.DeepClone())]));
        }
        else
        {
            response = Answer.Json(_invitations.Single(i => sent.PathAndQuery.EndsWith((string)i["id"]!, StringComparison.Ordinal)).DeepClone());
        }

        // RFC 9110: whole seconds, cut.
        response.Headers.Date = ServerNow;
        return response;
    }

    private async Task<ToriiInvitation> CreateAsync(ScriptedHandler handler, params (string Field, object? Value)[] fields)
    {
        using ToriiService client = TestClient.Create(handler, time: _time);
        return await client.Invitations!.CreateAsync(Body.Of(fields.Length > 0 ? fields : [("email", Ada)]), default).Soon();
    }

    private Task<ToriiException> FailAsync(ScriptedHandler handler, params (string Field, object? Value)[] fields) =>
        Assert.ThrowsAnyAsync<ToriiException>(() => CreateAsync(handler, fields));

    private static Task<ToriiException> FailAsync(ToriiService client, params (string Field, object? Value)[] fields) =>
        Assert.ThrowsAnyAsync<ToriiException>(() => client.Invitations!.CreateAsync(Body.Of(fields.Length > 0 ? fields : [("email", Ada)]), default).Soon());
}
