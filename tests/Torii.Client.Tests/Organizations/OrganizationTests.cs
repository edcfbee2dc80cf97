using System.Net;
using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Organizations;

public sealed class OrganizationTests
{
    private static readonly string Acme = Teams.Id(1);
    private static readonly string Ada = People.Id(7);

    [Fact]
    public async Task An_organization_is_requested_by_id_and_has_all_members_of_the_response()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(Teams.Organization(1)));
        using ToriiService client = TestClient.Create(handler);

        ToriiOrganization read = await client.Organizations!.GetAsync(Acme.ToUpperInvariant(), default).Soon();

        Assert.Equal($"GET /api/server/v1/organizations/{Acme}", Line(Assert.Single(handler.Requests)));
        Assert.Equal((Acme, "Acme", "acme", null), (read.OrganizationId, read.Name, read.Slug, read.RoleSetId));
        Assert.Equal("enterprise", read.PublicMetadata!["plan"]);
        Assert.Empty(read.PrivateMetadata!);
        Assert.Equal(new DateTimeOffset(2026, 5, 16, 9, 30, 0, TimeSpan.Zero), read.CreatedAt);
    }

    [Fact]
    public async Task An_organization_and_a_membership_belong_to_the_environment_that_the_connection_has_learned()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static sent => Answer.Json(
            sent.PathAndQuery.Contains("/search") ? People.Page(null, People.User())
            : sent.PathAndQuery.EndsWith("/users/" + Ada, StringComparison.Ordinal) ? People.User(7)
            : sent.PathAndQuery.Contains("/members?") ? People.Page(null, Teams.Member(1, 7))
            : sent.PathAndQuery.Contains("/users/") ? People.Page(null, Teams.OfUser(1))
            : sent.PathAndQuery.Contains('?') ? People.Page(null, Teams.Organization(1))
            : Teams.Organization(1))));
        Assert.Null((await client.Organizations!.GetAsync(Acme, default).Soon()).EnvironmentId);

        await client.Users.GetAsync(Ada, default).Soon();

        Assert.Equal(People.EnvironmentId, (await client.Organizations.GetAsync(Acme, default).Soon()).EnvironmentId);
        Assert.Equal(People.EnvironmentId, (await Teams.ReadAsync(client.Organizations.SearchAsync(new(), default))).Single().EnvironmentId);
        Assert.Equal(People.EnvironmentId, (await Teams.ReadAsync(client.Organizations.ListMembersAsync(Acme, new(), default))).Single().EnvironmentId);
        Assert.Equal(People.EnvironmentId, (await Teams.ReadAsync(client.Organizations.ListOfUserAsync(Ada, new(), default))).Single().EnvironmentId);
    }

    [Fact]
    public async Task A_search_sends_the_escaped_name_and_follows_the_cursor()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(sent.Number == 1
            ? People.Page(Teams.Id(1), Teams.Organization(1, "A&B=C acme"))
            : People.Page(null, Teams.Organization(2, "Other a&b=c"))));
        using ToriiService client = TestClient.Create(handler);

        List<ToriiOrganization> found = await Teams.ReadAsync(client.Organizations!.SearchAsync(new() { NameContains = "A&B=C", PageSize = 30 }, default));

        Assert.Equal([Teams.Id(1), Teams.Id(2)], found.Select(static o => o.OrganizationId));
        Assert.Equal(
            ["GET /api/server/v1/organizations?name=A%26B%3DC&limit=30", $"GET /api/server/v1/organizations?name=A%26B%3DC&limit=30&cursor={Teams.Id(1)}"],
            handler.Requests.Select(Line));
    }

    [Fact]
    public async Task A_search_requests_no_more_than_the_first_ones_that_are_wanted()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(People.Page(Teams.Id(sent.Number), Teams.Organization(sent.Number))));
        using ToriiService client = TestClient.Create(handler);

        Assert.Single(await Teams.ReadAsync(client.Organizations!.SearchAsync(new() { First = 1 }, default)));

        Assert.Equal("GET /api/server/v1/organizations?limit=1", Line(Assert.Single(handler.Requests)));
    }

    [Fact]
    public async Task A_local_filter_leaves_out_and_counts_what_it_keeps()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(
            People.Page(sent.Number < 9 ? Teams.Id(sent.Number) : null, Teams.Organization(sent.Number, sent.Number % 2 == 0 ? "Acme" : "Acme Inc"))));
        using ToriiService client = TestClient.Create(handler);

        List<ToriiOrganization> found = await Teams.ReadAsync(
            client.Organizations!.SearchAsync(new() { NameContains = "acme", Keep = static o => o.Name == "Acme", First = 2 }, default));

        Assert.Equal([Teams.Id(2), Teams.Id(4)], found.Select(static o => o.OrganizationId));
    }

    [Fact]
    public async Task An_organization_outside_the_name_ends_the_search_and_nothing_of_the_page_is_passed_on()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(
            People.Page(null, Teams.Organization(1), Teams.Organization(2, "Globex")))));
        List<ToriiOrganization> found = [];

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(async () =>
        {
            await foreach (IReadOnlyList<ToriiOrganization> page in client.Organizations!.SearchAsync(new() { NameContains = "acme" }, default))
            {
                found.AddRange(page);
            }
        });

        Assert.Equal("Torii.FilterIgnored", error.ErrorId);
        Assert.Contains($"organization {Teams.Id(2)}, whose name does not contain 'acme'", error.Message);
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t")]
    public async Task A_blank_name_sends_no_request(string name)
    {
        ScriptedHandler handler = new(static _ => Answer.Json(People.Page(null)));
        using ToriiService client = TestClient.Create(handler);

        ToriiException error = Assert.Throws<ToriiException>(() => { client.Organizations!.SearchAsync(new() { NameContains = name }, default); });

        Assert.Equal("Torii.InvalidRequest", error.ErrorId);
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task Members_are_listed_under_their_organization()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(sent.Number == 1 ? People.Page(People.Id(1), Teams.Member(1, 1)) : People.Page(null, Teams.Member(1, 2))));
        using ToriiService client = TestClient.Create(handler);

        List<ToriiMembership> members = await Teams.ReadAsync(client.Organizations!.ListMembersAsync(Acme, new(), default));

        Assert.Equal([People.Id(1), People.Id(2)], members.Select(static m => m.UserId));
        ToriiMembership first = members[0];
        Assert.Equal((Acme, "org:member", "Member", null), (first.OrganizationId, first.Role, first.RoleName, first.OrganizationName));
        Assert.Equal("billable", first.PrivateMetadata!["seat"]);
        Assert.Equal(
            [$"GET /api/server/v1/organizations/{Acme}/members?limit=100", $"GET /api/server/v1/organizations/{Acme}/members?limit=100&cursor={People.Id(1)}"],
            handler.Requests.Select(Line));
    }

    [Fact]
    public async Task The_memberships_of_a_user_name_the_organization_and_get_the_user_of_the_request()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(People.Page(null, Teams.OfUser(1), Teams.OfUser(2, "Globex"))));
        using ToriiService client = TestClient.Create(handler);

        List<ToriiMembership> memberships = await Teams.ReadAsync(client.Organizations!.ListOfUserAsync(Ada, new() { PageSize = 5 }, default));

        Assert.Equal(
            [(Teams.Id(1), "Acme", Ada), (Teams.Id(2), "Globex", Ada)], memberships.Select(static m => (m.OrganizationId, m.OrganizationName!, m.UserId)));
        Assert.Equal($"GET /api/server/v1/users/{Ada}/organizations?limit=5", Line(Assert.Single(handler.Requests)));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("name")]
    [InlineData("createdAt")]
    public async Task An_organization_without_a_required_member_is_refused(string member)
    {
        JsonObject organization = Teams.Organization(1);
        organization.Remove(member);

        await RefuseResponse(organization, static s => s.GetAsync(Acme, default));
        await RefuseResponse(People.Page(null, (JsonObject)organization.DeepClone()), static s => Teams.ReadAsync(s.SearchAsync(new(), default)));
    }

    [Theory]
    [InlineData("organizationId")]
    [InlineData("userId")]
    [InlineData("role")]
    [InlineData("joinedAt")]
    public async Task A_member_without_a_required_member_is_refused(string member)
    {
        JsonObject membership = Teams.Member(1, 7);
        membership.Remove(member);

        await RefuseResponse(People.Page(null, membership), static s => Teams.ReadAsync(s.ListMembersAsync(Acme, new(), default)));
    }

    [Fact]
    public async Task A_response_about_another_resource_is_refused()
    {
        await RefuseResponse(Teams.Organization(2), static s => s.GetAsync(Acme, default));
        await RefuseResponse(People.Page(null, Teams.Member(1, 7), Teams.Member(2, 7)), static s => Teams.ReadAsync(s.ListMembersAsync(Acme, new(), default)));
        await RefuseResponse(People.Page(null, Teams.Member(1, 8)), static s => Teams.ReadAsync(s.ListOfUserAsync(Ada, new(), default)));
        await RefuseResponse(Teams.Member(2, 7), static s => s.UpdateMembershipMetadataAsync(Acme, Ada, Body.Of(), default));
        await RefuseResponse(Teams.Member(1, 8), static s => s.UpdateMembershipMetadataAsync(Acme, Ada, Body.Of(), default));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("acme")]
    public async Task An_id_is_checked_before_a_request(string? id)
    {
        ScriptedHandler handler = new(static _ => Answer.Json(Teams.Organization()));
        using ToriiService client = TestClient.Create(handler);
        IOrganizationService service = client.Organizations!;

        foreach ((string noun, Func<Task> send) in ((string, Func<Task>)[])[
            ("organization", () => service.GetAsync(id!, default)),
            ("organization", () => Teams.ReadAsync(service.ListMembersAsync(id!, new(), default))),
            ("user", () => Teams.ReadAsync(service.ListOfUserAsync(id!, new(), default))),
            ("organization", () => service.UpdateMetadataAsync(id!, Body.Of(), default)),
            ("organization", () => service.UpdateMembershipMetadataAsync(id!, Ada, Body.Of(), default)),
            ("user", () => service.UpdateMembershipMetadataAsync(Acme, id!, Body.Of(), default))])
        {
            ToriiException error = await Assert.ThrowsAsync<ToriiException>(send);
            Assert.Equal("Torii.InvalidId", error.ErrorId);
            Assert.Contains($"{noun} id", error.Message);
        }

        Assert.Empty(handler.Requests);
    }

    public static TheoryData<string, string> Operations => new()
    {
        { "get", "Torii.OrganizationNotFound" },
        { "members", "Torii.OrganizationNotFound" },
        { "of user", "Torii.UserNotFound" },
        { "update", "Torii.OrganizationNotFound" },
        { "update member", "Torii.OrganizationNotFound" },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_404_is_an_unknown_id_where_the_server_has_organizations(string operation, string errorId)
    {
        ScriptedHandler handler = new(static sent => sent.PathAndQuery == "/api/server/v1/organizations?limit=1" ? Answer.Json(People.Page(null)) : Answer.Empty(HttpStatusCode.NotFound));

        ToriiException error = await Refuse(handler, operation);

        Assert.Equal(errorId, error.ErrorId);
        Assert.Equal(2, handler.Requests.Count);
        Assert.Equal(operation == "update member", error.Message.Contains($"Organization {Acme} does not exist, or user {Ada} is not a member of it."));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_404_of_a_server_without_organizations_is_not_supported(string operation, string _)
    {
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.NotFound));

        ToriiException error = await Refuse(handler, operation);

        Assert.Equal("Torii.NotSupported", error.ErrorId);
        Assert.Contains("no organizations", error.Message);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_405_is_not_supported_without_a_second_request(string operation, string _)
    {
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.MethodNotAllowed));

        ToriiException error = await Refuse(handler, operation);

        Assert.Equal("Torii.NotSupported", error.ErrorId);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task A_search_on_a_server_without_organizations_is_not_supported_after_one_request()
    {
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.NotFound));

        Assert.Equal("Torii.NotSupported", (await Refuse(handler, "search")).ErrorId);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task An_error_of_the_deciding_request_is_not_taken_for_an_unknown_id()
    {
        ScriptedHandler handler = new(static sent => Answer.Empty(sent.Number == 1 ? HttpStatusCode.NotFound : HttpStatusCode.Unauthorized));

        Assert.Equal("Torii.Unauthorized", (await Refuse(handler, "get")).ErrorId);
    }

    [Fact]
    public async Task An_unknown_user_is_forbidden_as_for_sessions()
    {
        ScriptedHandler handler = new(static _ => Answer.Problem("""{"detail":"Forbidden"}""", HttpStatusCode.Forbidden));

        Assert.Equal("Torii.Forbidden", (await Refuse(handler, "of user")).ErrorId);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task Metadata_of_an_organization_is_sent_as_it_is_and_read_back()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(With(Teams.Organization(1), """{"plan":"free","kept":1}""")));
        using ToriiService client = TestClient.Create(handler);

        ToriiOrganization changed = await client.Organizations!.UpdateMetadataAsync(
            Acme, Body.Of(("publicMetadata", new Dictionary<string, object?> { ["plan"] = "free", ["gone"] = null })), default).Soon();

        Sent sent = Assert.Single(handler.Requests);
        Assert.Equal($"PATCH /api/server/v1/organizations/{Acme}/metadata", Line(sent));
        Assert.Equal("""{"publicMetadata":{"plan":"free","gone":null}}""", sent.Body);
        Assert.Equal("free", changed.PublicMetadata!["plan"]);
    }

    [Fact]
    public async Task Metadata_of_a_membership_is_sent_under_both_ids()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(With(Teams.Member(1, 7), """{"seat":2}""")));
        using ToriiService client = TestClient.Create(handler);

        ToriiMembership changed = await client.Organizations!.UpdateMembershipMetadataAsync(
            Acme, Ada, Body.Of(("publicMetadata", new Dictionary<string, object?> { ["seat"] = 2 })), default).Soon();

        Assert.Equal($"PATCH /api/server/v1/organizations/{Acme}/members/{Ada}/metadata", Line(Assert.Single(handler.Requests)));
        Assert.Equal((Acme, Ada), (changed.OrganizationId, changed.UserId));
    }

    [Theory]
    [InlineData("""{"plan":"free"}""")]
    [InlineData("""{"plan":"pro","gone":null}""")]
    [InlineData("""{"plan":"pro","gone":1}""")]
    [InlineData("{}")]
    public async Task Metadata_that_was_not_stored_is_an_error_with_the_organization_as_it_is(string stored)
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Json(With(Teams.Organization(1), stored))));

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.Organizations!.UpdateMetadataAsync(
            Acme, Body.Of(("publicMetadata", new Dictionary<string, object?> { ["plan"] = "pro", ["gone"] = null })), default).Soon());

        Assert.Equal("Torii.FieldNotApplied", error.ErrorId);
        Assert.Contains($"organization {Acme} and did not store: publicMetadata.", error.Message);
        Assert.Equal(Acme, Assert.IsType<ToriiOrganization>(error.Result).OrganizationId);
    }

    [Fact]
    public async Task A_metadata_change_whose_response_was_lost_is_repeated()
    {
        ScriptedHandler handler = new(static sent => sent.Number == 1 ? throw new HttpRequestException("reset") : Answer.Json(With(Teams.Organization(1), """{"a":1}""")));
        using ToriiService client = TestClient.Create(handler);

        await client.Organizations!.UpdateMetadataAsync(Acme, Body.Of(("publicMetadata", new Dictionary<string, object?> { ["a"] = 1 })), default).Soon();

        Assert.Equal(2, handler.Requests.Count);
    }

    private static string Line(Sent sent) => $"{sent.Method} {sent.PathAndQuery}";

    private static JsonObject With(JsonObject resource, string publicMetadata)
    {
        resource["publicMetadata"] = JsonNode.Parse(publicMetadata);
        return resource;
    }

    private static async Task<ToriiException> Refuse(ScriptedHandler handler, string operation)
    {
        using ToriiService client = TestClient.Create(handler);
        IOrganizationService service = client.Organizations!;
        return await Assert.ThrowsAnyAsync<ToriiException>(Task () => operation switch
        {
            "get" => service.GetAsync(Acme, default).Soon(),
            "search" => Teams.ReadAsync(service.SearchAsync(new(), default)).Soon(),
            "members" => Teams.ReadAsync(service.ListMembersAsync(Acme, new(), default)).Soon(),
            "of user" => Teams.ReadAsync(service.ListOfUserAsync(Ada, new(), default)).Soon(),
            "update" => service.UpdateMetadataAsync(Acme, Body.Of(), default).Soon(),
            _ => service.UpdateMembershipMetadataAsync(Acme, Ada, Body.Of(), default).Soon(),
        });
    }

    private static async Task RefuseResponse(JsonObject response, Func<IOrganizationService, Task> send)
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Json((JsonObject)response.DeepClone())));
        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => send(client.Organizations!).Soon());
        Assert.Equal("Torii.InvalidResponse", error.ErrorId);
    }
}
