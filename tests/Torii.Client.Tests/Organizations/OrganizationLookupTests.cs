using System.Net;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Organizations;

/// <summary>An organization by id or exact name, its members, one membership, and the organizations of a user.</summary>
public sealed class OrganizationLookupTests
{
    private static readonly ToriiOrganizationReference ByName = new("acme");

    [Fact]
    public async Task An_id_is_requested_and_not_searched_for()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(Teams.Organization(1)));
        using ToriiService client = TestClient.Create(handler);

        await OrganizationLookup.GetAsync(client, new ToriiOrganizationReference(Teams.Id(1)), default).Soon();

        Assert.EndsWith($"/organizations/{Teams.Id(1)}", Assert.Single(handler.Requests).PathAndQuery);
    }

    [Fact]
    public async Task A_name_is_searched_for_on_every_page_and_compared_whole_ignoring_case()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(sent.Number == 1
            ? People.Page(Teams.Id(2), Teams.Organization(1, "Acme Inc"), Teams.Organization(2, "Great acme"))
            : People.Page(null, Teams.Organization(3, "ACME"))));
        using ToriiService client = TestClient.Create(handler);

        ToriiOrganization found = await OrganizationLookup.GetAsync(client, ByName, default).Soon();

        Assert.Equal(Teams.Id(3), found.OrganizationId);
        Assert.All(handler.Requests, static r => Assert.Equal("acme", r.Query("name")));
    }

    [Fact]
    public async Task A_name_that_no_organization_has_is_not_found()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(People.Page(null, Teams.Organization(1, "Acme Inc")))));

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => OrganizationLookup.GetAsync(client, ByName, default).Soon());

        Assert.Equal(("Torii.OrganizationNotFound", "No organization is named 'acme'."), (error.ErrorId, error.Message));
    }

    [Fact]
    public async Task A_name_that_several_organizations_have_is_ambiguous_and_the_message_lists_their_ids()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(People.Page(null, Teams.Organization(1, "Acme"), Teams.Organization(2, "acme")))));

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => OrganizationLookup.GetAsync(client, ByName, default).Soon());

        Assert.Equal("Torii.AmbiguousMatch", error.ErrorId);
        Assert.Equal($"2 organizations are named 'acme': {Teams.Id(1)}, {Teams.Id(2)}.", error.Message);
    }

    [Fact]
    public async Task An_id_of_a_record_is_never_taken_for_a_name()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(People.Page(null, Teams.Organization(1, "acme"))));
        using ToriiService client = TestClient.Create(handler);

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(
            () => OrganizationLookup.GetAsync(client, Client.Input.OrganizationReferences.FromId("acme"), default).Soon());

        Assert.Equal("Torii.InvalidId", error.ErrorId);
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task Members_carry_the_name_of_the_organization_where_it_is_known()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(
            sent.PathAndQuery.Contains("/members?") ? People.Page(null, Teams.Member(1, 7)) : People.Page(null, Teams.Organization(1))));
        using ToriiService client = TestClient.Create(handler);
        ToriiOrganization live = new() { OrganizationId = Teams.Id(1), Name = "Acme", Slug = "acme-1" };

        ToriiMembership byName = Assert.Single(await Teams.ReadAsync(OrganizationLookup.ListMembersAsync(client, ByName, default)));
        ToriiMembership byObject = Assert.Single(await Teams.ReadAsync(OrganizationLookup.ListMembersAsync(client, new ToriiOrganizationReference(live), default, pageSize: 7)));
        ToriiMembership byId = Assert.Single(await Teams.ReadAsync(OrganizationLookup.ListMembersAsync(client, new ToriiOrganizationReference(Teams.Id(1)), default)));

        Assert.Equal(("Acme", "acme"), (byName.OrganizationName, byName.OrganizationSlug));
        Assert.Equal(("Acme", "acme-1"), (byObject.OrganizationName, byObject.OrganizationSlug));
        Assert.Null(byId.OrganizationName);
        Assert.Equal(["100", "7", "100"], handler.Requests.Where(static r => r.PathAndQuery.Contains("/members?")).Select(static r => r.Query("limit")));
    }

    [Fact]
    public async Task One_membership_is_the_one_of_the_user_in_that_organization()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(sent.Number == 1 ? People.Page(Teams.Id(1), Teams.OfUser(1)) : People.Page(null, Teams.OfUser(2))));
        using ToriiService client = TestClient.Create(handler);

        ToriiMembership found = await OrganizationLookup.GetMembershipAsync(client.Organizations!, Teams.Id(2), People.Id(7), default).Soon();

        Assert.Equal((Teams.Id(2), People.Id(7)), (found.OrganizationId, found.UserId));
    }

    [Fact]
    public async Task A_user_who_is_not_a_member_any_more_is_not_found()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(People.Page(null, Teams.OfUser(1)))));

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(
            () => OrganizationLookup.GetMembershipAsync(client.Organizations!, Teams.Id(2), People.Id(7), default).Soon());

        Assert.Equal(("Torii.OrganizationNotFound", $"User {People.Id(7)} is not a member of organization {Teams.Id(2)}."), (error.ErrorId, error.Message));
    }

    [Fact]
    public async Task Of_the_organizations_of_a_user_only_those_that_are_wanted_are_requested()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(
            sent.PathAndQuery.Contains("/users/") ? People.Page(null, Teams.OfUser(1), Teams.OfUser(2), Teams.OfUser(3)) : Teams.Organization(sent.PathAndQuery[^1] - '0')));
        using ToriiService client = TestClient.Create(handler);

        List<ToriiOrganization> found = await Teams.ReadAsync(
            OrganizationLookup.ListOfUserAsync(client.Organizations!, People.Id(7), static id => id != Teams.Id(2), default));

        Assert.Equal([Teams.Id(1), Teams.Id(3)], found.Select(static o => o.OrganizationId));
        Assert.Equal(3, handler.Requests.Count);
    }

    [Fact]
    public async Task A_name_on_a_server_without_organizations_is_not_supported()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Empty(HttpStatusCode.NotFound)));

        Assert.Equal("Torii.NotSupported", (await Assert.ThrowsAsync<ToriiException>(() => OrganizationLookup.GetAsync(client, ByName, default).Soon())).ErrorId);
    }
}
