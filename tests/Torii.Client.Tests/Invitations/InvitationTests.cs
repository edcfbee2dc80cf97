using System.Net;
using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Invitations;

public sealed class InvitationTests
{
    private static readonly string Id = Invites.Id(1);

    [Fact]
    public async Task An_invitation_is_requested_by_id_and_has_all_members_of_the_response()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(Invites.Invitation(1, status: "REVOKED").WithMetadata("""{"plan":"pro"}""")));
        using ToriiService client = TestClient.Create(handler);

        ToriiInvitation read = await client.Invitations!.GetAsync(Id.ToUpperInvariant(), default).Soon();

        Assert.Equal($"GET {Invites.Path}/{Id}", Line(Assert.Single(handler.Requests)));
        Assert.Equal((Id, "ada@example.com", "REVOKED", People.EnvironmentId), (read.InvitationId, read.Email, read.Status, read.EnvironmentId));
        Assert.Equal(new DateTimeOffset(2026, 5, 23, 9, 30, 0, TimeSpan.Zero), read.ExpiresAt);
        Assert.Equal(new DateTimeOffset(2026, 5, 16, 10, 0, 0, TimeSpan.Zero), read.RevokedAt);
        Assert.Null(read.AcceptedAt);
        Assert.Equal("pro", read.PublicMetadata!["plan"]);
        Assert.Equal(People.EnvironmentId, client.EnvironmentId);
    }

    [Fact]
    public async Task A_search_repeats_the_status_escapes_the_text_and_follows_the_cursor()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(sent.Number == 1
            ? People.Page(Invites.Id(1), Invites.Invitation(1, "A&B@example.com"))
            : People.Page(null, Invites.Invitation(2, "xa&b@example.com", "EXPIRED"))));
        using ToriiService client = TestClient.Create(handler);

        List<ToriiInvitation> found = await client.SearchAsync(new InvitationQuery { Statuses = ["PENDING", "EXPIRED", "pending"], Search = "a&b", PageSize = 30 });

        Assert.Equal([Invites.Id(1), Invites.Id(2)], found.Select(static i => i.InvitationId));
        string query = $"GET {Invites.Path}?status=PENDING&status=EXPIRED&search=a%26b&limit=30";
        Assert.Equal([query, $"{query}&cursor={Invites.Id(1)}"], handler.Requests.Select(Line));
    }

    [Fact]
    public async Task A_search_without_filters_requests_no_more_than_the_first_ones_that_are_wanted()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(People.Page(Invites.Id(sent.Number), Invites.Invitation(sent.Number))));
        using ToriiService client = TestClient.Create(handler);

        Assert.Single(await client.SearchAsync(new InvitationQuery { First = 1 }));

        Assert.Equal($"GET {Invites.Path}?limit=1", Line(Assert.Single(handler.Requests)));
    }

    [Theory]
    [InlineData("PENDING", null, "whose status is REVOKED, and PENDING was requested")]
    [InlineData(null, "grace", "whose email address does not contain 'grace'")]
    public async Task An_invitation_outside_the_filter_ends_the_search_and_nothing_of_the_page_is_passed_on(string? status, string? search, string reason)
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(
            People.Page(null, Invites.Invitation(1, "grace@example.com"), Invites.Invitation(2, status: "REVOKED")))));
        List<ToriiInvitation> found = [];

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(async () =>
        {
            InvitationQuery query = new() { Statuses = status is null ? [] : [status], Search = search };
            await foreach (IReadOnlyList<ToriiInvitation> page in client.Invitations!.SearchAsync(query, default))
            {
                found.AddRange(page);
            }
        });

        Assert.Equal("Torii.FilterIgnored", error.ErrorId);
        Assert.Contains($"invitation {Invites.Id(2)}, {reason}", error.Message);
        Assert.Empty(found);
    }

    [Fact]
    public void A_blank_filter_sends_no_request()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(People.Page(null)));
        using ToriiService client = TestClient.Create(handler);

        foreach (InvitationQuery query in (InvitationQuery[])[new() { Search = "" }, new() { Search = " \t" }, new() { Statuses = ["PENDING", " "] }])
        {
            Assert.Equal("Torii.InvalidRequest", Assert.Throws<ToriiException>(() => { client.Invitations!.SearchAsync(query, default); }).ErrorId);
        }

        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task Resending_posts_no_body_and_returns_the_invitation()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(Invites.Invitation(1)));
        using ToriiService client = TestClient.Create(handler);

        Assert.Equal(Id, (await client.Invitations!.ResendAsync(Id, default).Soon()).InvitationId);

        Assert.Equal($"POST {Invites.Path}/{Id}/resend", Line(Assert.Single(handler.Requests)));
        Assert.Equal("", handler.Requests[0].Body);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(200)]
    [InlineData(0)]
    public async Task A_resend_that_may_have_sent_an_email_is_not_repeated(int status)
    {
        ScriptedHandler handler = new(_ => status switch
        {
            0 => throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off"),
            200 => Answer.Html(),
            _ => Answer.Empty((HttpStatusCode)status),
        });
        using ToriiService client = TestClient.Create(handler);

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.Invitations!.ResendAsync(Id, default).Soon());

        Assert.True(error.MayHaveBeenExecuted);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task A_resend_that_was_throttled_is_repeated()
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(
            static () => Answer.Empty(HttpStatusCode.TooManyRequests).WithRetryAfter(2),
            static () => Answer.Json(Invites.Invitation(1)));
        using ToriiService client = TestClient.Create(handler);

        await client.Invitations!.ResendAsync(Id, default).Soon();

        Assert.Equal(2, handler.Requests.Count);
    }

    [Fact]
    public async Task Metadata_is_merged_by_PATCH_and_compared_with_the_response()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(Invites.Invitation(1).WithMetadata("""{"plan":"pro","kept":1}""")));
        using ToriiService client = TestClient.Create(handler);
        ResourceBody body = Body.Of(("publicMetadata", new ToriiMetadata { ["plan"] = "pro" }));

        ToriiInvitation changed = await client.Invitations!.UpdateMetadataAsync(Id, body, default).Soon();

        Assert.Equal($"PATCH {Invites.Path}/{Id}", Line(Assert.Single(handler.Requests)));
        Body.AssertIs(new JsonObject { ["publicMetadata"] = new JsonObject { ["plan"] = "pro" } }, handler.Requests[0], "");
        Assert.Equal(1L, changed.PublicMetadata!["kept"]);
    }

    [Theory]
    [InlineData("""{"plan":"free"}""")]
    [InlineData(null)]
    public async Task Metadata_that_the_response_does_not_show_is_not_taken_for_stored(string? stored)
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Json(
            stored is null ? Invites.Invitation(1) : Invites.Invitation(1).WithMetadata(stored))));

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(
            () => client.Invitations!.UpdateMetadataAsync(Id, Body.Of(("publicMetadata", new ToriiMetadata { ["plan"] = "pro" })), default).Soon());

        Assert.Equal("Torii.FieldNotApplied", error.ErrorId);
        Assert.Equal("invitation", error.Variant);
        Assert.Contains("publicMetadata", error.Message);
    }

    [Fact]
    public async Task A_conflict_names_the_status_of_an_invitation_that_is_not_pending()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Problem(
            """{"detail":"Not pending.","code":"invitation_not_pending","invitationStatus":"ACCEPTED"}""", HttpStatusCode.Conflict)));

        foreach (Func<Task> change in Changes(client))
        {
            ToriiApiException error = await Assert.ThrowsAsync<ToriiApiException>(() => change().Soon());

            Assert.Equal(("Torii.Conflict", "invitation", "invitation_not_pending"), (error.ErrorId, error.Variant, error.Code));
            Assert.Equal("Not pending (status 409, invitation_not_pending, its status is ACCEPTED). The change was not made.", error.Message);
        }
    }

    [Fact]
    public async Task A_server_without_invitations_is_told_from_an_unknown_id()
    {
        foreach (bool hasInvitations in (bool[])[true, false])
        {
            using ToriiService client = TestClient.Create(new ScriptedHandler(sent =>
                hasInvitations && sent.PathAndQuery == $"{Invites.Path}?limit=1" ? Answer.Json(People.Page(null)) : Answer.Problem("""{"detail":"Nothing here."}""", HttpStatusCode.NotFound)));
            string expected = hasInvitations ? "Torii.InvitationNotFound" : "Torii.NotSupported";

            foreach (Func<Task> operation in (Func<Task>[])[() => client.Invitations!.GetAsync(Id, default), .. Changes(client)])
            {
                Assert.Equal(expected, (await Assert.ThrowsAnyAsync<ToriiException>(() => operation().Soon())).ErrorId);
            }
        }
    }

    [Fact]
    public async Task A_server_without_invitations_neither_lists_nor_creates_them()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Empty(HttpStatusCode.NotFound)));

        ToriiException listed = await Assert.ThrowsAsync<ToriiException>(() => client.SearchAsync(new InvitationQuery()));
        ToriiException created = await Assert.ThrowsAsync<ToriiException>(() => client.Invitations!.CreateAsync(Body.Of(("email", "ada@example.com")), default).Soon());

        Assert.Equal(("Torii.NotSupported", "Torii.NotSupported"), (listed.ErrorId, created.ErrorId));
        Assert.Equal("This server has no invitations (torii server API 0.0.8 or newer).", listed.Message);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    public async Task A_server_that_has_invitations_may_lack_the_change_of_their_metadata(int status)
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(sent =>
            sent.Method == HttpMethod.Patch ? Answer.Empty((HttpStatusCode)status) : Answer.Json(Invites.Invitation(1))));

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(
            () => client.Invitations!.UpdateMetadataAsync(Id, Body.Of(("publicMetadata", new ToriiMetadata { ["plan"] = "pro" })), default).Soon());

        Assert.Equal("Torii.NotSupported", error.ErrorId);
        Assert.Equal("This server has no metadata of invitations (torii server API 0.0.13 or newer).", error.Message);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("environmentId")]
    [InlineData("email")]
    [InlineData("status")]
    [InlineData("createdAt")]
    [InlineData("expiresAt")]
    public async Task An_invitation_without_a_required_member_is_refused(string member)
    {
        JsonObject invitation = Invites.Invitation(1);
        invitation.Remove(member);
        using ToriiService client = TestClient.Create(
            new ScriptedHandler(sent => Answer.Json(sent.PathAndQuery.Contains('?') ? People.Page(null, (JsonObject)invitation.DeepClone()) : invitation)), static o => o with { MaxRetry = 0 });

        foreach (Func<Task> read in (Func<Task>[])[() => client.Invitations!.GetAsync(Id, default), () => client.SearchAsync(new InvitationQuery())])
        {
            Assert.Equal("Torii.InvalidResponse", (await Assert.ThrowsAnyAsync<ToriiException>(() => read().Soon())).ErrorId);
        }
    }

    [Fact]
    public async Task A_response_about_another_invitation_is_refused()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(Invites.Invitation(2))), static o => o with { MaxRetry = 0 });

        foreach (Func<Task> operation in (Func<Task>[])[
            () => client.Invitations!.GetAsync(Id, default),
            () => client.Invitations!.ResendAsync(Id, default),
            () => client.Invitations!.UpdateMetadataAsync(Id, Body.Of(), default)])
        {
            Assert.Equal("Torii.InvalidResponse", (await Assert.ThrowsAsync<ToriiApiException>(() => operation().Soon())).ErrorId);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("ada@example.com")]
    public async Task An_id_is_checked_before_a_request(string? id)
    {
        ScriptedHandler handler = new(static _ => Answer.Json(Invites.Invitation()));
        using ToriiService client = TestClient.Create(handler);
        IInvitationService service = client.Invitations!;

        foreach (Func<Task> operation in (Func<Task>[])[
            () => service.GetAsync(id!, default), () => service.ResendAsync(id!, default), () => service.RevokeAsync(id!, default), () => service.UpdateMetadataAsync(id!, Body.Of(), default)])
        {
            ToriiException error = await Assert.ThrowsAsync<ToriiException>(operation);
            Assert.Equal("Torii.InvalidId", error.ErrorId);
            Assert.Contains("invitation id", error.Message);
        }

        Assert.Empty(handler.Requests);
    }

    private static IEnumerable<Func<Task>> Changes(ToriiService client) =>
    [
        () => client.Invitations!.ResendAsync(Id, default),
        () => client.Invitations!.RevokeAsync(Id, default),
        () => client.Invitations!.UpdateMetadataAsync(Id, Body.Of(("publicMetadata", new ToriiMetadata { ["plan"] = "pro" })), default),
    ];

    private static string Line(Sent sent) => $"{sent.Method} {sent.PathAndQuery}";
}
