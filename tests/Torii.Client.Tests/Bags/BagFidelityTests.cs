using System.Numerics;
using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Bags;

/// <summary>Metadata that was read and is sent again is what the service returned, to the last digit.</summary>
public sealed class BagFidelityTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"n":[0,1,-1,9007199254740993,9223372036854775807,-9223372036854775808]}""")]
    [InlineData("""{"n":[9223372036854775808,79228162514264337593543950335,79228162514264337593543950336,-123456789012345678901234567890123]}""")]
    [InlineData("""{"n":[0.10,1.0,1.50,-0.5,0.30000000000000004,0.1234567890123456789012345678]}""")]
    [InlineData("""{"n":[0.12345678901234567890123456789012345,3.141592653589793238462643383279502884197]}""")]
    [InlineData("""{"n":[1e400,-1e400,1e-400,1.5e1000000]}""")]
    [InlineData("""{"a":[],"o":{},"one":["x"],"in":[[],[[]],{},[{}],[null],null,[{"k":null}]],"t":[true,false]}""")]
    [InlineData("""{"plan":1,"Plan":2,"PLAN":{"ß":1,"ẞ":2}}""")]
    [InlineData("""{"":1," ":2,"a.b":3,"a b":4,"a\\b":5,"a\"b":6,"Count":7,"Keys":8,"$type":9,"__proto__":{}}""")]
    [InlineData("""{"s":["","é","e\u0301","日本","😀","\u0000\u001f\u007f\u2028\ufeff","<&'>","\\ud800 as text"]}""")]
    [InlineData("""{"d":["2026-05-16T09:30:00Z","2026-05-16","0001-01-01T00:00:00","/Date(0)/","09:30"]}""")]
    public async Task What_was_read_is_sent_again_unchanged(string json)
    {
        ScriptedHandler handler = Service(json);
        using ToriiService client = TestClient.Create(handler);

        ToriiMetadata bag = (await client.GetAsync()).PublicMetadata!;
        await client.Users.UpdateMetadataAsync(TestClient.UserId, Body.Of(("publicMetadata", bag)), default).Soon();

        string expected = $$"""{"publicMetadata":{{Normal(json)}}}""";
        Assert.Equal(expected, Normal(handler.Requests[1].Body!));
        // A cell of a CSV file is read back as the same.
        Assert.Equal(Normal(json), Normal(bag.ToString()));
        Assert.Equal(Normal(json), Normal(PlainValues.FromText(bag.ToString())!.ToString()!));
    }

    [Theory]
    [InlineData("1", typeof(long))]
    [InlineData("-9223372036854775808", typeof(long))]
    [InlineData("9223372036854775808", typeof(decimal))]
    [InlineData("0.10", typeof(decimal))]
    [InlineData("1.0", typeof(decimal))]
    [InlineData("1e5", typeof(double))]
    [InlineData("1.5E+300", typeof(double))]
    [InlineData("5e-324", typeof(double))]
    [InlineData("0.000000000000000000000000000000000000000000001", typeof(double))]
    [InlineData("-0", typeof(double))]
    [InlineData("1e400", typeof(ToriiRawJson))]
    [InlineData("1e-400", typeof(ToriiRawJson))]
    [InlineData("79228162514264337593543950336", typeof(BigInteger))]
    [InlineData("-123456789012345678901234567890123456789", typeof(BigInteger))]
    [InlineData("1.00000000000000000000000000000000001", typeof(ToriiRawJson))]
    public void A_number_has_the_first_type_that_holds_it_exactly(string json, Type type)
    {
        object number = ((ToriiMetadata)PlainValues.FromText($$"""{"n":{{json}}}""")!)["n"]!;

        Assert.IsType(type, number);
        string sent = PlainJson.ToText(number);
        Assert.True(JsonNumber.AreEqual(json, sent), $"{json} became {sent}");
    }

    [Fact]
    public void A_number_without_a_type_shows_its_digits_and_equals_itself()
    {
        object one = JsonNumber.Parse("1e400");

        Assert.Equal("1e400", one.ToString());
        Assert.Equal("1e400", Assert.IsType<ToriiRawJson>(one).Json);
        Assert.Equal(one, JsonNumber.Parse("1e400"));
        Assert.NotEqual(one, JsonNumber.Parse("1e401"));
        Assert.Equal(one.GetHashCode(), JsonNumber.Parse("1e400").GetHashCode());
    }

    [Fact]
    public async Task Metadata_of_any_depth_is_read_and_shown_and_the_users_around_it_too()
    {
        // As deep as 8 KB allow: an end-user can write it.
        string deep = $$"""{"a":{{new string('[', 4080)}}{{new string(']', 4080)}}}""";
        JsonObject[] users = [People.User(0), People.User(1), People.User(2)];
        string page = People.Page(null, users).ToJsonString().Replace("\"updatedAt\"", $"\"unsafeMetadata\":{deep},\"updatedAt\"", StringComparison.Ordinal);
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Json(page)));

        List<ToriiUser> found = await client.SearchAsync(new UserQuery());

        Assert.Equal(3, found.Count);
        Assert.All(found, user => Assert.Equal(deep, user.UnsafeMetadata!.ToString()));
        Assert.Contains("64 levels", Assert.Throws<ToriiException>(() => Body.Of(("unsafeMetadata", found[0].UnsafeMetadata)).ToJson()).Message);
    }

    [Fact]
    public async Task Deep_metadata_is_read_from_the_response_to_a_change_as_well()
    {
        string deep = $$"""{"a":{{new string('[', 500)}}{{new string(']', 500)}},"b":1}""";
        ScriptedHandler handler = Service(deep);
        using ToriiService client = TestClient.Create(handler);

        ToriiUser user = await client.Users.UpdateMetadataAsync(TestClient.UserId, Body.Of(("publicMetadata", new ToriiMetadata { ["b"] = 1 })), default).Soon();

        Assert.Equal(deep, user.PublicMetadata!.ToString());
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Sixty_four_levels_are_sent_and_no_more(int levels, bool isSent)
    {
        object bags = new object?[] { "innermost" };
        object lists = new object?[] { "innermost" };
        for (int i = 1; i < levels; i++)
        {
            bags = new Dictionary<string, object?> { ["a"] = bags };
            lists = i == levels - 1 ? new Dictionary<string, object?> { ["a"] = lists } : new[] { lists };
        }

        string text = PlainJson.ToText(new object?[] { "innermost" });
        for (int i = 1; i < levels; i++)
        {
            text = $$"""{"a":{{text}}}""";
        }

        foreach (object value in (object[])[bags, lists, PlainValues.FromText(text)!])
        {
            ToriiException? error = (ToriiException?)Record.Exception(() => Body.Of(("publicMetadata", value)).ToJson());
            Assert.Equal(isSent ? null : ToriiErrorId.InvalidRequest, error?.ErrorId);
            if (!isSent)
            {
                Assert.Contains("64 levels", error!.Message);
            }
        }
    }

    [Fact]
    public void A_dictionary_that_contains_itself_is_refused()
    {
        Dictionary<string, object?> bag = [];
        bag["again"] = bag;

        Assert.Contains("64 levels", Assert.Throws<ToriiException>(() => Body.Of(("publicMetadata", bag)).ToJson()).Message);
    }

    [Fact]
    public async Task A_user_found_after_a_lost_response_is_compared_whatever_members_the_service_added()
    {
        JsonObject user = People.User(createdAt: "2026-05-16T09:30:01Z");
        user["publicMetadata"] = JsonNode.Parse("""{"n":1e400,"d":0.10,"deep":[[{"x":[]}]]}""");
        user["later"] = JsonNode.Parse("""{"n":[1,0.10,1e300,1e400],"t":true,"o":{"a":[{}]},"s":"x","nothing":null}""");
        user["score"] = JsonNode.Parse("0.10");
        user["vip"] = true;
        ManualTime time = new() { SkipsWaits = true };
        using ToriiService client = TestClient.Create(
            new ScriptedHandler(sent => sent.Uri.AbsolutePath.EndsWith("/search", StringComparison.Ordinal)
                ? Answer.Json(People.Page(null, (JsonObject)user.DeepClone())).With("Date", time.GetUtcNow().ToString("R"))
                : throw new HttpRequestException(HttpRequestError.ResponseEnded)),
            time: time);
        await client.CheckAsync(default).Soon();

        ToriiUser found = await client.Users.CreateAsync(
            Body.Of(("email", "ada@example.com"), ("publicMetadata", PlainValues.FromText("""{"n":1e400,"d":0.1,"deep":[[{"x":[]}]]}""")), ("score", 0.1)), default).Soon();

        Assert.Equal(People.Id(0), found.UserId);
    }

    /// <summary>One spelling of escapes and blanks; numbers as they are.</summary>
    private static string Normal(string json) => JsonNode.Parse(json)!.ToJsonString();

    private static ScriptedHandler Service(string bag) =>
        new(_ => Answer.Json($$"""{{People.User().ToJsonString()[..^1]}},"publicMetadata":{{bag}}}"""));
}
