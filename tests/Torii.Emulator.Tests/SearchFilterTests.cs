using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

public class SearchFilterTests(EmulatorFixture fixture) : IClassFixture<EmulatorFixture>
{
    private EmulatorProcess Emulator => fixture.Emulator;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"createdAfter":null,"createdBefore":null}""")]
    [InlineData("""{"favouriteColour":"green","userIds":[]}""")]
    public async Task A_search_without_criteria_returns_all_users(string? body)
    {
        IEnumerable<string> found = (await Emulator.SearchAsync(body, "?limit=1000")).Ok().Ids();

        Assert.True(found.Count() >= 250);
    }

    [Fact]
    public async Task The_email_filter_matches_substrings_in_any_case()
    {
        List<string?> found = await EmailsAsync(new { email = "ADA@EXAMPLE" });

        Assert.Superset(new HashSet<string?> { "ada@example.com", "lada@example.com", "vlada@example.com" }, found.ToHashSet());
        Assert.All(found, email => Assert.Contains("ada@example", email, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("Grace.Hopper@Example.COM", await EmailsAsync(new { email = "grace.hopper@example.com" }));
    }

    [Fact]
    public async Task The_name_filter_matches_non_ASCII_substrings_in_any_case()
    {
        string id = await Emulator.CreateAsync(new { name = "Zoë ÅKERBLOM" });

        Assert.Contains(id, (await Emulator.SearchAsync(new { name = "ë åker" })).Ok().Ids());
        Assert.DoesNotContain(id, (await Emulator.SearchAsync(new { name = "e aker" })).Ok().Ids());
    }

    [Fact]
    public async Task A_null_filter_returns_users_without_that_value()
    {
        (List<System.Text.Json.JsonElement>? nameless, int _) = await Emulator.FindAllAsync(new { name = (string?)null }, 100);
        (List<System.Text.Json.JsonElement>? unreachable, int _) = await Emulator.FindAllAsync(new { email = (string?)null }, 100);

        Assert.NotEmpty(nameless);
        Assert.All(nameless, user => Assert.Null(user.Text("name")));
        Assert.NotEmpty(unreachable);
        Assert.All(unreachable, user => Assert.Null(user.Text("email")));
    }

    [Fact]
    public async Task An_empty_name_filter_excludes_users_without_a_name()
    {
        (List<System.Text.Json.JsonElement>? found, int _) = await Emulator.FindAllAsync(new { name = "" }, 100);

        Assert.NotEmpty(found);
        Assert.All(found, user => Assert.NotNull(user.Text("name")));
    }

    [Fact]
    public async Task SQL_wildcards_are_ordinary_characters()
    {
        Assert.Empty((await Emulator.SearchAsync(new { email = "%" })).Ok().Ids());
        Assert.Empty((await Emulator.SearchAsync(new { email = "ada_example" })).Ok().Ids());
    }

    [Fact]
    public async Task Statuses_match_any_of_the_list()
    {
        string id = await Emulator.CreateAsync();
        await Emulator.DeleteAsync(id);

        (List<System.Text.Json.JsonElement>? found, int _) = await Emulator.FindAllAsync(new { statuses = new[] { "banned", "deleted" } }, 100);

        Assert.Contains(id, found.Select(Operations.Id));
        Assert.Equal(["banned", "deleted"], found.Select(user => user.Text("status")).Distinct().Order());
    }

    [Fact]
    public async Task Deleted_users_are_returned_only_by_status()
    {
        string id = await Emulator.CreateAsync(new { email = "short.life@example.com" });
        await Emulator.DeleteAsync(id);

        Assert.Empty((await Emulator.SearchAsync(new { email = "short.life" })).Ok().Ids());
        Assert.Equal(id, Assert.Single((await Emulator.SearchAsync(new { email = "short.life", statuses = new[] { "deleted" } })).Ok().Ids()));
    }

    [Fact]
    public async Task An_empty_list_of_statuses_returns_no_users()
    {
        Assert.Empty((await Emulator.SearchAsync(new { statuses = Array.Empty<string>() })).Ok().Ids());
    }

    [Fact]
    public async Task The_creation_range_includes_its_ends_to_the_microsecond()
    {
        (List<System.Text.Json.JsonElement>? all, int _) = await Emulator.FindAllAsync(new { }, 1000);
        string from = all[40].Text("createdAt")!, to = all[45].Text("createdAt")!;

        (List<System.Text.Json.JsonElement>? between, int _) = await Emulator.FindAllAsync(new { createdAfter = from, createdBefore = to }, 100);
        (List<System.Text.Json.JsonElement>? after, int _) = await Emulator.FindAllAsync(new { createdAfter = from }, 1000);
        (List<System.Text.Json.JsonElement>? before, int _) = await Emulator.FindAllAsync(new { createdBefore = from }, 1000);

        Assert.Equal(all.Skip(40).Take(6).Select(Operations.Id), between.Select(Operations.Id));
        Assert.Equal(all[40].Id(), after[0].Id());
        Assert.Equal(41, before.Count);
    }

    [Theory]
    [InlineData("2023-06-01T02:00:00+02:00")]
    [InlineData("2023-06-01T00:00:00Z")]
    [InlineData("2023-06-01T00:00:00.000Z")]
    [InlineData("2023-06-01T00:00:00.000000000Z")]
    public async Task Instants_accept_fractions_and_offsets(string instant)
    {
        (List<System.Text.Json.JsonElement>? expected, int _) = await Emulator.FindAllAsync(new { createdBefore = "2023-06-01T00:00:00Z" }, 1000);
        (List<System.Text.Json.JsonElement>? found, int _) = await Emulator.FindAllAsync(new { createdBefore = instant }, 1000);

        Assert.InRange(found.Count, 10, 200);
        Assert.Equal(expected.Count, found.Count);
    }

    [Fact]
    public async Task Filters_are_combined_with_and()
    {
        (List<System.Text.Json.JsonElement>? found, int _) = await Emulator.FindAllAsync(new { statuses = new[] { "banned" }, name = (string?)null, createdAfter = "2024-01-01T00:00:00Z" }, 100);

        Assert.All(found, user => Assert.True(user.Text("status") == "banned" && user.Text("name") is null));
        Assert.Empty((await Emulator.SearchAsync(new { name = (string?)null, email = "grace.hopper" })).Ok().Ids());
    }

    [Theory]
    [InlineData("""{"name":5}""", "name")]
    [InlineData("""{"name":["x"]}""", "name")]
    [InlineData("""{"email":{}}""", "email")]
    [InlineData("""{"email":true}""", "email")]
    [InlineData("""{"statuses":null}""", "statuses")]
    [InlineData("""{"statuses":"banned"}""", "statuses")]
    [InlineData("""{"statuses":["Banned"]}""", "statuses")]
    [InlineData("""{"statuses":["locked"]}""", "statuses")]
    [InlineData("""{"statuses":["pending_verification"]}""", "statuses")]
    [InlineData("""{"statuses":[null]}""", "statuses")]
    [InlineData("""{"statuses":[1]}""", "statuses")]
    [InlineData("""{"createdAfter":"yesterday"}""", "createdAfter")]
    [InlineData("""{"createdAfter":"2026-01-01"}""", "createdAfter")]
    [InlineData("""{"createdAfter":"2026-01-01T00:00:00"}""", "createdAfter")]
    [InlineData("""{"createdAfter":"2026-02-30T00:00:00Z"}""", "createdAfter")]
    [InlineData("""{"createdBefore":1767225600}""", "createdBefore")]
    [InlineData("""{"createdBefore":""}""", "createdBefore")]
    public async Task A_filter_of_the_wrong_type_or_value_is_400_and_names_the_field(string body, string field) =>
        (await Emulator.SearchAsync(body)).Problem(400, "invalid_request", field);

    private async Task<List<string?>> EmailsAsync(object filter) =>
        [.. (await Emulator.FindAllAsync(filter, 100)).Users.Select(user => user.Text("email"))];
}
