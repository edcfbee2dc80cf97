using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

/// <summary>What a search sends.</summary>
public sealed class SearchBodyTests
{
    private static readonly DateTimeOffset After = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Before = new(2026, 12, 31, 23, 59, 59, TimeSpan.Zero);

    private enum Text
    {
        Absent,
        Value,
        Null,
    }

    [Fact]
    public async Task Every_combination_of_filters_sends_exactly_what_was_asked_for()
    {
        int combinations = 0;
        foreach (Text name in Enum.GetValues<Text>())
        {
            foreach (Text email in Enum.GetValues<Text>())
            {
                foreach (string[] statuses in (string[][])[[], ["banned"], ["active", "banned", "deleted"]])
                {
                    foreach (bool after in (bool[])[false, true])
                    {
                        foreach (bool before in (bool[])[false, true])
                        {
                            await Pin(name, email, statuses, after, before);
                            combinations++;
                        }
                    }
                }
            }
        }

        Assert.Equal(3 * 3 * 3 * 2 * 2, combinations);
    }

    [Theory]
    [InlineData("2026-05-16T09:30:00.1234567Z", "2026-05-16T09:30:00.123Z", "2026-05-16T09:30:00.124Z")]
    [InlineData("2026-05-16T09:30:00.1230000Z", "2026-05-16T09:30:00.123Z", "2026-05-16T09:30:00.123Z")]
    [InlineData("2026-05-16T09:30:00.9999999Z", "2026-05-16T09:30:00.999Z", "2026-05-16T09:30:01.000Z")]
    [InlineData("2026-12-31T23:59:59.9990001Z", "2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00.000Z")]
    [InlineData("2026-05-16T01:30:00+02:00", "2026-05-15T23:30:00.000Z", "2026-05-15T23:30:00.000Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z", "0001-01-01T00:00:00.000Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z")]
    public async Task Bounds_go_out_in_UTC_in_whole_milliseconds_rounded_outwards(string moment, string after, string before)
    {
        DateTimeOffset bound = DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture);

        JsonNode sent = await Sent(new UserQuery { CreatedAfter = bound, CreatedBefore = bound });

        Assert.Equal(after, (string?)sent["createdAfter"]);
        Assert.Equal(before, (string?)sent["createdBefore"]);
    }

    [Theory]
    [InlineData("da-DK")]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    [InlineData("th-TH")]
    public async Task Moments_are_written_alike_in_every_culture(string culture)
    {
        System.Globalization.CultureInfo before = System.Globalization.CultureInfo.CurrentCulture;
        System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.GetCultureInfo(culture);
        try
        {
            Assert.Equal("2026-01-01T00:00:00.000Z", (string?)(await Sent(new UserQuery { CreatedAfter = After }))["createdAfter"]);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public async Task A_status_that_was_named_twice_goes_out_once()
    {
        JsonNode sent = await Sent(new UserQuery { Statuses = ["banned", "active", "banned"] });

        Assert.True(JsonNode.DeepEquals(sent, JsonNode.Parse("""{"statuses":["banned","active"]}""")), sent.ToJsonString());
    }

    [Fact]
    public async Task Any_text_goes_out_as_it_is()
    {
        const string Name = "O'Brien \"Ö\" <b>&\\ 漢 \U0001F600 %_*";

        Assert.Equal(Name, (string?)(await Sent(new UserQuery { NameContains = Name }))["name"]);
    }

    [Fact]
    public async Task The_body_is_JSON_and_says_so()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(People.Page(null)));
        using ToriiService client = TestClient.Create(handler);

        await client.SearchAsync(new UserQuery());

        Sent sent = Assert.Single(handler.Requests);
        Assert.Equal("application/json", sent.ContentType);
        Assert.Equal("POST /api/server/v1/users/search?limit=100", $"{sent.Method} {sent.PathAndQuery}");
        Assert.Equal("{}", sent.Body);
    }

    [Fact]
    public async Task The_check_of_a_key_asks_for_one_user_whoever_it_is()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(People.Page(People.Id(0), People.User(0, status: "deleted"))));
        using ToriiService client = TestClient.Create(handler);

        await client.CheckAsync(default).Soon();

        Sent sent = Assert.Single(handler.Requests);
        Assert.Equal("POST /api/server/v1/users/search?limit=1", $"{sent.Method} {sent.PathAndQuery}");
        Assert.Equal("{}", sent.Body);
    }

    public static TheoryData<UserQuery> Meaningless =>
    [
        new UserQuery { NameContains = "" },
        new UserQuery { NameContains = " \t" },
        new UserQuery { EmailContains = "" },
        new UserQuery { EmailContains = "\u00a0" },
        new UserQuery { Statuses = [""] },
        new UserQuery { Statuses = ["banned", null!] },
        new UserQuery { NameContains = "Ada", WithoutName = true },
        new UserQuery { EmailContains = "ada", WithoutEmail = true },
    ];

    [Theory]
    [MemberData(nameof(Meaningless), DisableDiscoveryEnumeration = true)]
    public async Task A_filter_that_means_nothing_is_an_error_and_sends_nothing(UserQuery filter)
    {
        ScriptedHandler handler = new(static sent => Answer.Json(People.PageOf(5, sent)));
        using ToriiService client = TestClient.Create(handler);

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.SearchAsync(filter));

        Assert.Equal("Torii.InvalidRequest", error.ErrorId);
        Assert.Empty(handler.Requests);
    }

    private static async Task Pin(Text name, Text email, string[] statuses, bool after, bool before)
    {
        JsonObject expected = [];
        ResponseValidator(expected, "name", name, "Ada");
        ResponseValidator(expected, "email", email, "@example.com");
        if (statuses.Length > 0)
        {
            expected["statuses"] = new JsonArray([.. statuses.Select(static s => JsonValue.Create(s))]);
        }

        if (after)
        {
            expected["createdAfter"] = "2026-01-01T00:00:00.000Z";
        }

        if (before)
        {
            expected["createdBefore"] = "2026-12-31T23:59:59.000Z";
        }

        JsonNode sent = await Sent(new UserQuery
        {
            NameContains = name == Text.Value ? "Ada" : null,
            WithoutName = name == Text.Null,
            EmailContains = email == Text.Value ? "@example.com" : null,
            WithoutEmail = email == Text.Null,
            Statuses = statuses,
            CreatedAfter = after ? After : null,
            CreatedBefore = before ? Before : null,
        });

        Assert.True(JsonNode.DeepEquals(expected, sent), $"expected {expected.ToJsonString()}, sent {sent.ToJsonString()}");
    }

    private static void ResponseValidator(JsonObject body, string member, Text kind, string value)
    {
        if (kind != Text.Absent)
        {
            body[member] = kind == Text.Null ? null : value;
        }
    }

    private static async Task<JsonNode> Sent(UserQuery filter)
    {
        ScriptedHandler handler = new(static _ => Answer.Json(People.Page(null)));
        using ToriiService client = TestClient.Create(handler);
        await client.SearchAsync(filter);
        return JsonNode.Parse(Assert.Single(handler.Requests).Body!)!;
    }
}
