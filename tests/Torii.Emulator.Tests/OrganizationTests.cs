using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

/// <summary>Organizations and their members, from contract 0.0.12.</summary>
public class OrganizationTests(OrganizationTests.WithOrganizations fixture) : IClassFixture<OrganizationTests.WithOrganizations>
{
    private EmulatorProcess Emulator => fixture.Emulator;

    [Fact]
    public async Task An_organization_has_the_members_of_the_contract()
    {
        (List<JsonElement> organizations, int _) = await Emulator.ListAllAsync(Operations.Organizations);

        Assert.All(organizations, organization => Assert.Equal(
            ["createdAt", "id", "name", "privateMetadata", "publicMetadata", "roleSetId", "slug"], Names(organization)));
        Assert.Equal(organizations[0].GetRawText(), (await Emulator.SendAsync("GET", Path(organizations[0].Id()))).Ok().GetRawText());
        Assert.Contains(organizations, organization => organization.Text("slug") is null);
        Assert.Contains(organizations, organization => organization.Text("roleSetId") is null);
    }

    [Theory]
    [InlineData("nordlys", "Nordlys A/S")]
    [InlineData("CAFÉ", "Café Ærø")]
    [InlineData("å", "Åkerblom Søgaard")]
    [InlineData("n & c", "Kranen & Co.")]
    public async Task The_name_filter_is_a_substring_in_any_case(string name, string expected)
    {
        (List<JsonElement> found, int _) = await Emulator.ListAllAsync($"{Operations.Organizations}?name={Uri.EscapeDataString(name)}");

        Assert.Contains(expected, found.Select(organization => organization.Text("name")));
        Assert.All(found, organization => Assert.Contains(name, organization.Text("name"), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_name_filter_without_a_match_is_an_empty_page_and_an_empty_one_matches_all()
    {
        Assert.Empty((await Emulator.ListAllAsync(Operations.Organizations + "?name=%25")).Items);
        Assert.Equal(
            (await Emulator.ListAllAsync(Operations.Organizations)).Items.Count,
            (await Emulator.ListAllAsync(Operations.Organizations + "?name=")).Items.Count);
    }

    [Fact]
    public async Task A_filter_fault_ignores_the_name()
    {
        await Emulator.AddFaultAsync(new { operation = "listOrganizations", kind = "ignoreFilter", times = 1 });

        Assert.Contains("Kranen & Co.", (await Emulator.SendAsync("GET", Operations.Organizations + "?name=nordlys")).Text);
        Assert.DoesNotContain("Kranen & Co.", (await Emulator.SendAsync("GET", Operations.Organizations + "?name=nordlys")).Text);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/members")]
    [InlineData("PATCH", "/metadata")]
    public async Task An_unknown_organization_and_one_of_another_environment_are_404(string method, string suffix)
    {
        string foreign = (await Emulator.SendAsync("GET", "/_emulator/foreign"))["organizationId"];
        object? body = method == "PATCH" ? new { publicMetadata = new { } } : null;
        foreach (string id in new[] { foreign, Guid.NewGuid().ToString() })
        {
            (await Emulator.SendAsync(method, Path(id) + suffix, body)).Problem(404, "organization_not_found");
        }

        (await Emulator.SendAsync(method, Path("abc") + suffix, body)).Problem(400, "invalid_request", "organizationId");
    }

    [Fact]
    public async Task Members_have_a_role_and_the_metadata_of_their_membership()
    {
        (JsonElement organization, List<JsonElement> members) = await FindAsync(named: true);

        Assert.All(members, member =>
        {
            Assert.Equal(["joinedAt", "organizationId", "privateMetadata", "publicMetadata", "role", "roleName", "userId"], Names(member));
            Assert.Equal(organization.Id(), member.Text("organizationId"));
        });
        Assert.Equal(
            [("org:administrator", "Administrator"), ("org:auditor", null), ("org:member", "Member")],
            members.Select(member => (member.Text("role"), member.Text("roleName"))).Distinct().Order());
    }

    [Fact]
    public async Task Without_a_role_set_no_role_has_a_name()
    {
        (JsonElement _, List<JsonElement> members) = await FindAsync(named: false);

        Assert.NotEmpty(members);
        Assert.All(members, member => Assert.Null(member.Text("roleName")));
    }

    [Fact]
    public async Task Members_are_ordered_by_user_id_and_not_by_the_time_of_joining()
    {
        (JsonElement _, List<JsonElement> members) = await FindAsync(named: true);

        Assert.NotEqual(members.Select(Joined).Order(), members.Select(Joined));
    }

    [Fact]
    public async Task The_members_are_the_users_that_a_search_by_organization_finds()
    {
        foreach (JsonElement organization in (await Emulator.ListAllAsync(Operations.Organizations)).Items)
        {
            (List<JsonElement> found, int _) = await Emulator.FindAllAsync(new { organizationId = organization.Id() }, 1000);

            Assert.Equal(found.Select(Operations.Id), (await MembersAsync(organization.Id())).Select(member => member.Text("userId")!));
        }
    }

    [Fact]
    public async Task The_organizations_of_a_user_mirror_the_members()
    {
        (JsonElement organization, List<JsonElement> members) = await FindAsync(named: true);

        foreach (JsonElement member in members)
        {
            JsonElement mirrored = (await OrganizationsAsync(member.Text("userId")!)).Single(other => other.Text("organizationId") == organization.Id());

            Assert.Equal(["joinedAt", "name", "organizationId", "privateMetadata", "publicMetadata", "role", "roleName", "slug"], Names(mirrored));
            Assert.Equal((organization.Text("name"), organization.Text("slug")), (mirrored.Text("name"), mirrored.Text("slug")));
            foreach (string name in new[] { "role", "roleName", "publicMetadata", "privateMetadata", "joinedAt" })
            {
                Assert.Equal(member.GetProperty(name).GetRawText(), mirrored.GetProperty(name).GetRawText());
            }
        }
    }

    [Fact]
    public async Task A_new_user_is_in_no_organization() => Assert.Empty(await OrganizationsAsync(await Emulator.CreateAsync()));

    [Fact]
    public async Task The_organizations_of_an_unknown_foreign_or_deleted_user_are_403()
    {
        string foreign = (await Emulator.SendAsync("GET", "/_emulator/foreign"))["userId"];
        string deleted = await Emulator.CreateAsync();
        (await Emulator.DeleteAsync(deleted)).Ok(204);
        foreach (string id in new[] { foreign, deleted, Guid.NewGuid().ToString() })
        {
            (await Emulator.SendAsync("GET", Operations.User(id) + "/organizations")).Problem(403, "access_denied");
        }
    }

    [Fact]
    public async Task A_deleted_user_leaves_the_organizations_and_a_banned_one_stays()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "100", "--contract", "0.0.12");
        string organization = (await emulator.SendAsync("GET", Operations.Organizations + "?limit=1")).Ok().Ids().Single();
        async Task<List<string>> MembersAsync() =>
            (await emulator.ListAllAsync(Path(organization) + "/members")).Items.ConvertAll(member => member.Text("userId")!);
        List<string> before = await MembersAsync();
        (await emulator.BanAsync(before[1])).Ok();
        (await emulator.DeleteAsync(before[0])).Ok(204);

        Assert.Equal(before.Skip(1), await MembersAsync());
        Assert.DoesNotContain(before[0], (await emulator.SearchAsync(new { organizationId = organization, statuses = new[] { "active", "banned", "deleted" } })).Ok().Ids());
        (await emulator.SendAsync("PATCH", $"{Path(organization)}/members/{before[0]}/metadata", new { publicMetadata = new { } })).Problem(404, "membership_not_found");
    }

    [Fact]
    public async Task The_metadata_of_an_organization_and_of_a_membership_are_separate()
    {
        (JsonElement organization, List<JsonElement> members) = await FindAsync(named: true);
        string path = $"{Path(organization.Id())}/members/{members[0].Text("userId")}/metadata";
        string user = (await Emulator.GetAsync(members[0].Text("userId")!)).Text;

        JsonElement changed = (await Emulator.SendAsync("PATCH", path, """{"privateMetadata":{"only":"here"}}""")).Ok();

        Assert.Equal(Names(members[0]), Names(changed));
        Assert.Equal("here", changed.GetProperty("privateMetadata").Text("only"));
        Assert.Contains((await MembersAsync(organization.Id())).Select(member => member.GetRawText()), text => text == changed.GetRawText());
        Assert.DoesNotContain("\"only\"", (await Emulator.SendAsync("GET", Path(organization.Id()))).Text);
        Assert.Single(await MembersAsync(organization.Id()), member => member.GetRawText().Contains("\"only\""));
        Assert.Equal(user, (await Emulator.GetAsync(members[0].Text("userId")!)).Text);
    }

    [Fact]
    public async Task The_metadata_of_a_user_who_is_not_a_member_is_404()
    {
        (JsonElement organization, List<JsonElement> _) = await FindAsync(named: true);
        string foreign = (await Emulator.SendAsync("GET", "/_emulator/foreign"))["userId"];
        foreach (string id in new[] { await Emulator.CreateAsync(), foreign, Guid.NewGuid().ToString() })
        {
            (await Emulator.SendAsync("PATCH", $"{Path(organization.Id())}/members/{id}/metadata", new { publicMetadata = new { } }))
                .Problem(404, "membership_not_found");
        }

        (await Emulator.SendAsync("PATCH", $"{Path(organization.Id())}/members/abc/metadata", new { publicMetadata = new { } }))
            .Problem(400, "invalid_request", "memberUserId");
    }

    [Fact]
    public async Task A_rule_and_the_journal_know_the_user_of_a_membership()
    {
        (JsonElement organization, List<JsonElement> members) = await FindAsync(named: true);
        string one = members[0].Text("userId")!, other = members[1].Text("userId")!;
        await Emulator.AddFaultAsync(new { operation = "updateMemberMetadata", kind = "status", userId = one, times = 1 });
        Task<Answer> ChangeAsync(string id) => Emulator.SendAsync("PATCH", $"{Path(organization.Id())}/members/{id}/metadata", new { publicMetadata = new { } });

        Assert.Equal((200, 503), ((await ChangeAsync(other)).Status, (await ChangeAsync(one)).Status));

        JsonElement last = (await Emulator.SendAsync("GET", "/_emulator/journal")).Ok().GetProperty("entries").EnumerateArray().Last();
        Assert.Equal(one, last.Text("userId"));
    }

    [Fact]
    public async Task A_rule_can_be_limited_to_one_organization()
    {
        var ids = (await Emulator.SendAsync("GET", Operations.Organizations + "?limit=2")).Ok().Ids().ToList();
        await Emulator.AddFaultAsync(new { operation = "getOrganization", kind = "status", id = ids[1], times = 1 });

        Assert.Equal(200, (await Emulator.SendAsync("GET", Path(ids[0]))).Status);
        Assert.Equal(503, (await Emulator.SendAsync("GET", Path(ids[1]))).Status);
    }

    private static string Path(string id) => $"{Operations.Organizations}/{id}";

    private static IEnumerable<string> Names(JsonElement item) => item.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal);

    private static DateTimeOffset Joined(JsonElement member) => member.GetProperty("joinedAt").GetDateTimeOffset();

    private async Task<List<JsonElement>> MembersAsync(string organization) => (await Emulator.ListAllAsync(Path(organization) + "/members")).Items;

    private async Task<List<JsonElement>> OrganizationsAsync(string user) => (await Emulator.ListAllAsync(Operations.User(user) + "/organizations")).Items;

    /// <summary>Gets the first organization that has, or has not, a role set.</summary>
    private async Task<(JsonElement Organization, List<JsonElement> Members)> FindAsync(bool named)
    {
        JsonElement organization = (await Emulator.ListAllAsync(Operations.Organizations)).Items.First(candidate => candidate.Text("roleSetId") is not null == named);
        return (organization, await MembersAsync(organization.Id()));
    }

    public sealed class WithOrganizations : EmulatorFixture
    {
        protected override string[] Arguments => ["--users", "400", "--contract", "0.0.12"];
    }
}
