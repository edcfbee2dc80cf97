using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

/// <summary>The differences of contract 0.0.12 in users and sessions.</summary>
public class Contract0012Tests(Contract0012Tests.Later fixture) : IClassFixture<Contract0012Tests.Later>
{
    private static readonly string[] Members =
    [
        "createdAt", "deletedAt", "email", "emailVerifiedAt", "environmentId", "firstName", "id", "lastName", "locale",
        "name", "privateMetadata", "publicMetadata", "status", "unsafeMetadata", "updatedAt",
    ];

    private EmulatorProcess Emulator => fixture.Emulator;

    [Fact]
    public async Task A_new_user_has_first_and_last_name_and_metadata_and_no_phone()
    {
        JsonElement user = (await Emulator.SendAsync("POST", Operations.Users, """
            {"firstName":"Ada","lastName":"Lovelace","name":"ignored","phone":"ignored","publicMetadata":{"a":1,"gone":null},"privateMetadata":{"b":{"c":[1,2]}}}
            """)).Ok(201);

        Assert.Equal(Members, user.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal("Ada Lovelace", user.Text("name"));
        Assert.Equal("""{"a":1}""", user.GetProperty("publicMetadata").GetRawText());
        Assert.Equal("""{"b":{"c":[1,2]}}""", user.GetProperty("privateMetadata").GetRawText());
        Assert.Equal("{}", user.GetProperty("unsafeMetadata").GetRawText());
    }

    [Theory]
    [InlineData("Ada", null, "Ada")]
    [InlineData(null, "Lovelace", "Lovelace")]
    [InlineData(null, null, null)]
    public async Task The_full_name_is_composed_of_first_and_last_name(string? firstName, string? lastName, string? name)
    {
        string id = await Emulator.CreateAsync(new { firstName, lastName });

        Assert.Equal(name, (await Emulator.GetAsync(id)).Ok().Text("name"));
    }

    [Fact]
    public async Task The_full_name_is_read_only()
    {
        string id = await Emulator.CreateAsync(new { firstName = "Ada", lastName = "Byron" });

        JsonElement user = (await Emulator.PatchAsync(id, new { name = "Somebody Else", lastName = "Lovelace", phone = "+45 1" })).Ok();

        Assert.Equal("Ada Lovelace", user.Text("name"));
        Assert.False(user.TryGetProperty("phone", out _));
        Assert.Contains(id, (await Emulator.SearchAsync(new { name = "a love" })).Ok().Ids());
        Assert.Null((await Emulator.PatchAsync(id, """{"firstName":null,"lastName":null}""")).Ok().Text("name"));
    }

    [Fact]
    public async Task Updating_a_user_deep_merges_unsafe_metadata_only()
    {
        string id = await Emulator.CreateAsync(new { publicMetadata = new { plan = "free" }, unsafeMetadata = new { a = new { x = 1, y = 2 }, list = new[] { 1, 2 }, gone = 1 } });

        JsonElement user = (await Emulator.PatchAsync(id, """{"unsafeMetadata":{"a":{"y":3,"z":{"n":null,"m":1}},"list":[9],"gone":null},"publicMetadata":{"plan":"pro"}}""")).Ok();

        Assert.Equal("""{"a":{"x":1,"y":3,"z":{"m":1}},"list":[9]}""", user.GetProperty("unsafeMetadata").GetRawText());
        Assert.Equal("""{"plan":"free"}""", user.GetProperty("publicMetadata").GetRawText());
    }

    [Fact]
    public async Task Updating_metadata_merges_all_three_bags()
    {
        string id = await Emulator.CreateAsync(new { publicMetadata = new { plan = "free" } });

        JsonElement user = (await Emulator.SendAsync("PATCH", Operations.User(id) + "/metadata", """{"publicMetadata":{"seats":5},"privateMetadata":{"crm":"x"}}""")).Ok();

        Assert.Equal("""{"plan":"free","seats":5}""", user.GetProperty("publicMetadata").GetRawText());
        Assert.Equal("""{"crm":"x"}""", user.GetProperty("privateMetadata").GetRawText());
        (await Emulator.SendAsync("PATCH", Operations.User(Guid.NewGuid().ToString()) + "/metadata", new { })).Problem(404, "user_not_found");
    }

    [Fact]
    public async Task The_8_KB_limit_covers_three_bags_after_the_merge()
    {
        string id = await Emulator.CreateAsync(new { publicMetadata = new { a = new string('a', 4000) }, privateMetadata = new { b = new string('b', 4000) } });
        string before = (await Emulator.GetAsync(id)).Text;

        (await Emulator.PatchAsync(id, new { unsafeMetadata = new { c = new string('c', 200) } })).Problem(400, "metadata_too_large");
        Assert.Equal(before, (await Emulator.GetAsync(id)).Text);
        (await Emulator.PatchAsync(id, new { unsafeMetadata = new { c = new string('c', 100) } })).Ok();
        (await Emulator.SendAsync("PATCH", Operations.User(id) + "/metadata", """{"publicMetadata":{"a":null},"unsafeMetadata":{"c":"short"}}""")).Ok();
    }

    [Theory]
    [InlineData("""{"unsafeMetadata":null}""", "unsafeMetadata")]
    [InlineData("""{"unsafeMetadata":[]}""", "unsafeMetadata")]
    [InlineData("""{"firstName":1}""", "firstName")]
    public async Task A_member_of_the_wrong_type_is_400_and_names_the_field(string body, string field)
    {
        string id = await Emulator.CreateAsync();

        (await Emulator.PatchAsync(id, body)).Problem(400, "invalid_request", field);
        (await Emulator.SendAsync("POST", Operations.Users, body)).Problem(400, "invalid_request", field);
    }

    [Fact]
    public async Task A_null_or_blank_email_filter_restricts_nothing()
    {
        int all = (await Emulator.FindAllAsync(new { }, 1000)).Users.Count;

        Assert.True((await Emulator.FindAllAsync(new { email = (string?)null }, 1000)).Users.Count >= all);
        Assert.True((await Emulator.FindAllAsync(new { email = "  " }, 1000)).Users.Count >= all);
    }

    [Fact]
    public async Task Id_and_address_selectors_are_combined_with_and()
    {
        (List<JsonElement>? all, int _) = await Emulator.FindAllAsync(new { }, 1000);
        string ada = all[0].Id(), lada = all[1].Id();

        (List<JsonElement> Users, int Requests) byIds = await Emulator.FindAllAsync(new { userIds = new[] { lada, ada, ada, Guid.NewGuid().ToString() } }, 1);
        Assert.Equal([ada, lada], byIds.Users.Select(Operations.Id));
        Assert.Equal(2, byIds.Requests);
        Assert.Equal([ada], await FindAsync(new { emailAddresses = new[] { "ADA@Example.com", "nobody@example.com" } }));
        Assert.Equal([ada], await FindAsync(new { emailAddresses = new[] { "ada@example.com" }, userIds = new[] { ada, lada } }));
        Assert.Empty(await FindAsync(new { emailAddresses = new[] { "ada@example.com" }, userIds = new[] { lada } }));
        Assert.Equal([lada], await FindAsync(new { email = "lada@", userIds = new[] { ada, lada } }));
        Assert.Empty(await FindAsync(new { userIds = new[] { ada }, statuses = new[] { "banned" } }));
    }

    [Theory]
    [InlineData("""{"userIds":[]}""")]
    [InlineData("""{"emailAddresses":[]}""")]
    [InlineData("""{"emailAddresses":["da@example.com"]}""")]
    [InlineData("""{"userIds":[],"name":"Ada"}""")]
    public async Task An_empty_selector_returns_an_empty_page(string body) => Assert.Empty((await Emulator.SearchAsync(body)).Ok().Ids());

    [Fact]
    public async Task More_than_100_selectors_are_400()
    {
        string[] ids = [.. Enumerable.Range(0, 101).Select(_ => Guid.NewGuid().ToString())];

        (await Emulator.SearchAsync(new { userIds = ids })).Problem(400, "invalid_request", "userIds");
        (await Emulator.SearchAsync(new { emailAddresses = ids })).Problem(400, "invalid_request", "emailAddresses");
        Assert.Empty(await FindAsync(new { userIds = ids[..100] }));
    }

    [Theory]
    [InlineData("""{"userIds":null}""", "userIds")]
    [InlineData("""{"userIds":["x"]}""", "userIds")]
    [InlineData("""{"emailAddresses":"ada@example.com"}""", "emailAddresses")]
    [InlineData("""{"emailAddresses":[5]}""", "emailAddresses")]
    [InlineData("""{"organizationId":"x"}""", "organizationId")]
    public async Task A_selector_of_the_wrong_type_is_400_and_names_the_field(string body, string field) =>
        (await Emulator.SearchAsync(body)).Problem(400, "invalid_request", field);

    [Fact]
    public async Task Searching_by_organization_returns_its_members()
    {
        string foreign = (await Emulator.SendAsync("GET", "/_emulator/foreign"))["organizationId"];
        Assert.Empty(await FindAsync(new { organizationId = foreign }));

        (List<JsonElement>? users, int _) = await Emulator.FindAllAsync(new { }, 1000);
        foreach (JsonElement user in users)
        {
            JsonElement.ArrayEnumerator sessions = (await Emulator.SessionsAsync(user.Id())).Ok().EnumerateArray();
            string? organization = sessions.Select(session => session.Text("activeOrganizationId")).FirstOrDefault(id => id is not null);
            if (organization is not null)
            {
                List<string> members = await FindAsync(new { organizationId = organization });
                Assert.Contains(user.Id(), members);
                Assert.True(members.Count < users.Count);
                return;
            }
        }

        Assert.Fail("No seeded session has an active organization.");
    }

    [Fact]
    public async Task Sessions_have_the_member_impersonatedBy()
    {
        string id = await Emulator.CreateAsync();
        await Emulator.SignInAsync(id);

        Assert.Null((await Emulator.SessionsAsync(id)).Ok()[0].Text("impersonatedBy"));
    }

    [Fact]
    public async Task The_status_pending_verification_is_400() =>
        (await Emulator.SearchAsync(new { statuses = new[] { "pending_verification" } })).Problem(400, "invalid_request", "statuses");

    private async Task<List<string>> FindAsync(object filter) =>
        (await Emulator.FindAllAsync(filter, 100)).Users.ConvertAll(Operations.Id);

    public sealed class Later : EmulatorFixture
    {
        protected override string[] Arguments => ["--users", "200", "--contract", "0.0.12"];
    }
}
