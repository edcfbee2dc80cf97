using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

/// <summary>What the lists of organizations, members, a user's organizations and invitations have in common.</summary>
public class ListTests(ListTests.ManyOfEach fixture) : IClassFixture<ListTests.ManyOfEach>
{
    private EmulatorProcess Emulator => fixture.Emulator;

    public static TheoryData<string> Lists => ["listOrganizations", "listMembers", "listUserOrganizations", "listInvitations"];

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task A_page_has_20_items_by_default_and_1_to_100_on_request(string operation)
    {
        (string path, string _) = Find(operation);
        async Task<int> CountAsync(string query) => (await Emulator.SendAsync("GET", path + query)).Ok().GetProperty("items").GetArrayLength();

        Assert.Equal(20, await CountAsync(""));
        Assert.Equal(7, await CountAsync("?limit=7"));
        Assert.Equal(1, await CountAsync("?limit=0"));
        Assert.Equal(1, await CountAsync("?limit=-5"));
        Assert.Equal(100, await CountAsync("?limit=100"));
        Assert.Equal(100, await CountAsync("?limit=101"));
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task Paging_returns_each_item_once_in_the_order_of_the_ids(string operation)
    {
        (string path, string key) = Find(operation);

        (List<JsonElement> items, int requests) = await Emulator.ListAllAsync(path, 9);

        List<string> ids = items.ConvertAll(item => item.Text(key)!);
        Assert.True(ids.Count > 100);
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
        Assert.Equal((ids.Count + 8) / 9, requests);
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task A_page_starts_after_the_position_of_its_cursor(string operation)
    {
        (string path, string key) = Find(operation);
        (List<JsonElement> items, int _) = await Emulator.ListAllAsync(path);

        JsonElement second = (await Emulator.SendAsync("GET", $"{path}?limit=2&cursor={items[4].Text(key)}")).Ok();

        Assert.Equal([items[5].Text(key), items[6].Text(key)], second.GetProperty("items").EnumerateArray().Select(item => item.Text(key)));
        Assert.Equal(items[6].Text(key), second.Text("nextCursor"));
        Assert.Equal("""{"items":[],"nextCursor":null,"hasMore":false}""", (await Emulator.SendAsync("GET", path + "?cursor=ffffffff-ffff-7fff-bfff-ffffffffffff")).Text);
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task An_invalid_limit_or_cursor_is_400_and_names_the_parameter(string operation)
    {
        (string path, string _) = Find(operation);

        (await Emulator.SendAsync("GET", path + "?limit=ten")).Problem(400, "invalid_request", "limit");
        (await Emulator.SendAsync("GET", path + "?cursor=abc")).Problem(400, "invalid_request", "cursor");
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task A_cursor_fault_repeats_the_cursor(string operation)
    {
        (string path, string key) = Find(operation);
        await Emulator.AddFaultAsync(new { operation, kind = "repeatCursor", times = 2 });

        JsonElement first = (await Emulator.SendAsync("GET", path + "?limit=3")).Ok();
        string cursor = first.Text("nextCursor")!;
        JsonElement second = (await Emulator.SendAsync("GET", $"{path}?limit=3&cursor={cursor}")).Ok();

        Assert.Equal(cursor, first.GetProperty("items")[2].Text(key));
        Assert.Equal(cursor, second.Text("nextCursor"));
        Assert.True(second.GetProperty("hasMore").GetBoolean());
    }

    /// <summary>Gets the path of a list, and the member of its items that is the cursor.</summary>
    private (string Path, string Key) Find(string operation) => operation switch
    {
        "listOrganizations" => (Operations.Organizations, "id"),
        "listMembers" => ($"{Operations.Organizations}/{fixture.Organization}/members", "userId"),
        "listUserOrganizations" => ($"{Operations.User(fixture.User)}/organizations", "organizationId"),
        _ => (Operations.Invitations, "id"),
    };

    /// <summary>An environment with more than 100 items in each list.</summary>
    public sealed class ManyOfEach : EmulatorFixture, IAsyncLifetime
    {
        public string Organization { get; private set; } = "";

        public string User { get; private set; } = "";

        protected override string[] Arguments => ["--users", "6000", "--contract", "0.0.12"];

        async Task IAsyncLifetime.InitializeAsync()
        {
            await InitializeAsync();
            Organization = (await Emulator.SendAsync("GET", Operations.Organizations + "?limit=1")).Ok().Ids().Single();
            User = (await Emulator.SearchAsync(new { emailAddresses = new[] { "ada@example.com" } })).Ok().Ids().Single();
        }
    }
}
