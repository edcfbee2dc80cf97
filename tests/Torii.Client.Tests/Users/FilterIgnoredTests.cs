using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

/// <summary>A server that ignores a filter answers with everybody. Nobody outside the filter is passed on.</summary>
public sealed class FilterIgnoredTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 16, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, UserQuery, string> Outsiders => new()
    {
        { "another status", new UserQuery { Statuses = ["banned"] }, "status is active" },
        { "a status that nobody named", new UserQuery { Statuses = ["banned", "deleted"] }, "banned or deleted" },
        { "another name", new UserQuery { NameContains = "Grace" }, "name does not contain 'Grace'" },
        { "another address", new UserQuery { EmailContains = "@navy.example" }, "address does not contain '@navy.example'" },
        { "a name where none was to be", new UserQuery { WithoutName = true }, "has a name" },
        { "created too early", new UserQuery { CreatedAfter = Noon }, "before the requested time" },
        { "created too late", new UserQuery { CreatedBefore = Noon.AddDays(-1) }, "after the requested time" },
    };

    [Theory]
    [MemberData(nameof(Outsiders), DisableDiscoveryEnumeration = true)]
    public async Task One_outsider_ends_the_walk_and_nothing_of_the_page_is_passed_on(string _, UserQuery filter, string reason)
    {
        (ToriiException error, List<ToriiUser> found) = await Refuse(filter, People.User(7));

        Assert.Equal("Torii.FilterIgnored", error.ErrorId);
        Assert.Contains(People.Id(7), error.Message);
        Assert.Contains(reason, error.Message);
        Assert.Empty(found);
    }

    [Fact]
    public async Task A_user_without_a_name_does_not_match_a_name()
    {
        (ToriiException error, _) = await Refuse(new UserQuery { NameContains = "Ada" }, People.User(name: null));

        Assert.Equal("Torii.FilterIgnored", error.ErrorId);
    }

    [Fact]
    public async Task A_user_without_an_address_does_not_match_an_address()
    {
        (ToriiException error, _) = await Refuse(new UserQuery { EmailContains = "ada" }, People.User(email: null));

        Assert.Equal("Torii.FilterIgnored", error.ErrorId);
    }

    [Fact]
    public async Task An_outsider_at_the_end_of_a_page_keeps_the_whole_page_back()
    {
        JsonObject[] page = [People.User(0, status: "banned"), People.User(1, status: "banned"), People.User(2, status: "active")];

        (ToriiException error, List<ToriiUser> found) = await Refuse(new UserQuery { Statuses = ["banned"] }, page);

        Assert.Equal("Torii.FilterIgnored", error.ErrorId);
        Assert.Empty(found);
    }

    [Fact]
    public async Task An_outsider_on_a_later_page_ends_the_walk_there()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(People.Page(
            People.Id(sent.Number), People.User(sent.Number, status: sent.Number < 3 ? "banned" : "active"))));
        using ToriiService client = TestClient.Create(handler);
        List<ToriiUser> found = [];

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => Walk(client, new UserQuery { Statuses = ["banned"] }, found));
        await Patience.Settle();

        Assert.Equal("Torii.FilterIgnored", error.ErrorId);
        Assert.Equal([People.Id(1), People.Id(2)], found.Select(static u => u.UserId));
        Assert.Equal(4, handler.Requests.Count);
    }

    [Fact]
    public async Task Each_filter_is_checked_also_when_others_hold()
    {
        UserQuery all = new() { NameContains = "Ada", EmailContains = "@example.com", Statuses = ["active"], CreatedAfter = Noon.AddDays(-1), CreatedBefore = Noon };
        Assert.Single(await Accept(all, People.User()));

        foreach (JsonObject outsider in (JsonObject[])[
            People.User(name: "Grace"), People.User(email: "ada@navy.example"), People.User(status: "banned"),
            People.User(createdAt: "2026-05-15T11:59:59Z"), People.User(createdAt: "2026-05-16T12:00:01Z")])
        {
            Assert.Equal("Torii.FilterIgnored", (await Refuse(all, outsider)).Error.ErrorId);
        }
    }

    [Theory]
    [InlineData("Ada Lovelace", "ada lovelace")]
    [InlineData("ADA LOVELACE", "ada")]
    [InlineData("Zoë Brontë", "zoe bronte")]
    [InlineData("Zoe Bronte", "Zoë")]
    [InlineData("Zoe\u0308", "Zo\u00eb")]
    [InlineData("Zo\u00eb", "Zoe\u0308")]
    [InlineData("ＡＤＡ", "ada")]
    [InlineData("ada", "ＡＤＡ")]
    [InlineData("ｶﾀｶﾅ", "カタカナ")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("Łukasz Żółć", "lukasz zolc")]
    [InlineData("Åse Ærø", "ase")]
    [InlineData("İlker", "ilker")]
    [InlineData("ﬁona", "fiona")]
    public async Task A_name_that_a_server_may_take_for_a_match_is_no_false_alarm(string name, string filter)
    {
        Assert.Single(await Accept(new UserQuery { NameContains = filter }, People.User(name: name)));
    }

    [Theory]
    [InlineData("Ada@Example.COM", "ada@example.com")]
    [InlineData("ada@example.com", "@EXAMPLE.com")]
    [InlineData("josé@example.com", "jose@")]
    public async Task Nor_is_an_address_in_another_spelling(string email, string filter)
    {
        Assert.Single(await Accept(new UserQuery { EmailContains = filter }, People.User(email: email)));
    }

    [Theory]
    [InlineData("banned", "BANNED")]
    [InlineData("BANNED", "banned")]
    public async Task Nor_is_a_status_in_another_case(string status, string filter)
    {
        Assert.Single(await Accept(new UserQuery { Statuses = [filter] }, People.User(status: status)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public async Task A_blank_name_is_none(string name)
    {
        Assert.Single(await Accept(new UserQuery { WithoutName = true }, People.User(name: name)));
    }

    [Fact]
    public async Task The_bounds_of_a_time_belong_to_it()
    {
        DateTimeOffset created = new(2026, 5, 16, 9, 30, 0, TimeSpan.Zero);

        Assert.Single(await Accept(new UserQuery { CreatedAfter = created, CreatedBefore = created }, People.User()));
        Assert.Single(await Accept(new UserQuery { CreatedAfter = created.ToOffset(TimeSpan.FromHours(9)) }, People.User()));
    }

    [Fact]
    public async Task A_user_within_the_millisecond_that_was_rounded_outwards_is_left_out_without_an_alarm()
    {
        DateTimeOffset after = new(2026, 5, 16, 9, 30, 0, TimeSpan.Zero);

        Assert.Empty(await Accept(new UserQuery { CreatedAfter = after.AddTicks(1) }, People.User()));
        Assert.Empty(await Accept(new UserQuery { CreatedBefore = after.AddTicks(-1) }, People.User()));
    }

    private static async Task<(ToriiException Error, List<ToriiUser> Found)> Refuse(UserQuery filter, params JsonObject[] page)
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Json(People.Page(null, page))));
        List<ToriiUser> found = [];
        return (await Assert.ThrowsAsync<ToriiException>(() => Walk(client, filter, found)), found);
    }

    private static async Task<List<ToriiUser>> Accept(UserQuery filter, JsonObject user)
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Json(People.Page(null, (JsonObject)user.DeepClone()))));
        return await client.SearchAsync(filter);
    }

    private static async Task Walk(ToriiService client, UserQuery filter, List<ToriiUser> found)
    {
        await foreach (IReadOnlyList<ToriiUser> page in client.Users.SearchAsync(filter, default))
        {
            found.AddRange(page);
        }
    }
}
