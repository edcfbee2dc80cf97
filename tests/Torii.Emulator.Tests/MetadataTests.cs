using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

/// <summary>The metadata of users, organizations, memberships and invitations, which are changed in the same way.</summary>
public class MetadataTests(MetadataTests.Newest fixture) : IClassFixture<MetadataTests.Newest>
{
    private const int Limit = 8 * 1024;

    private EmulatorProcess Emulator => fixture.Emulator;

    public static TheoryData<string> Owners => ["user", "organization", "membership", "invitation"];

    public static TheoryData<string> OwnersOfTwoBags => ["organization", "membership", "invitation"];

    [Theory]
    [MemberData(nameof(Owners))]
    public async Task A_change_is_merged_into_the_bag(string owner)
    {
        string path = await PrepareAsync(owner, """{"publicMetadata":{"a":{"x":1,"y":2},"list":[1,2],"gone":1},"privateMetadata":{"kept":true}}""");

        JsonElement changed = (await Emulator.SendAsync("PATCH", path, """{"publicMetadata":{"a":{"y":3,"z":{"n":null,"m":1}},"list":[9],"gone":null,"never":null}}""")).Ok();

        Assert.Equal("""{"a":{"x":1,"y":3,"z":{"m":1}},"list":[9]}""", changed.GetProperty("publicMetadata").GetRawText());
        Assert.Equal("""{"kept":true}""", changed.GetProperty("privateMetadata").GetRawText());
    }

    [Theory]
    [MemberData(nameof(Owners))]
    public async Task Numbers_keep_their_digits_and_keys_their_case(string owner)
    {
        const string Bag = """{"id":9007199254740993,"large":123456789012345678901234567890,"price":1.10,"exp":1E400,"Id":"other","é\"":[0.1,null]}""";
        string path = await PrepareAsync(owner, $$"""{"privateMetadata":{{Bag}}}""");

        JsonElement changed = (await Emulator.SendAsync("PATCH", path, """{"privateMetadata":{"ID":1}}""")).Ok();

        Assert.Equal(Bag[..^1] + ""","ID":1}""", changed.GetProperty("privateMetadata").GetRawText());
    }

    [Theory]
    [InlineData(998, true)]
    [InlineData(999, false)]
    public async Task A_body_of_a_thousand_levels_is_accepted_and_no_deeper_one(int lists, bool isAccepted)
    {
        string path = await PrepareAsync("user", "{}");
        string bag = $$"""{"a":{{new string('[', lists)}}{{new string(']', lists)}}}""";

        Answer answer = await Emulator.SendAsync("PATCH", path, $$"""{"unsafeMetadata":{{bag}}}""");

        if (isAccepted)
        {
            Assert.Contains(bag, answer.Text, StringComparison.Ordinal);
        }
        else
        {
            answer.Problem(400, "invalid_json", "body");
        }
    }

    [Theory]
    [MemberData(nameof(OwnersOfTwoBags))]
    public async Task Each_bag_has_8_KB_after_the_merge(string owner)
    {
        string path = await PrepareAsync(owner, "{}");
        string full = $$"""{"a":"{{new string('a', Limit - 8)}}"}""";
        (await Emulator.SendAsync("PATCH", path, $$"""{"publicMetadata":{{full}},"privateMetadata":{{full}}}""")).Ok();

        (await Emulator.SendAsync("PATCH", path, """{"publicMetadata":{"b":1}}""")).Problem(400, "metadata_too_large", "publicMetadata");
        (await Emulator.SendAsync("PATCH", path, """{"privateMetadata":{"b":1},"publicMetadata":{"a":null}}""")).Problem(400, "metadata_too_large", "privateMetadata");

        JsonElement changed = (await Emulator.SendAsync("PATCH", path, """{"publicMetadata":{"a":null,"b":1}}""")).Ok();
        Assert.Equal("""{"b":1}""", changed.GetProperty("publicMetadata").GetRawText());
        Assert.Equal(full, changed.GetProperty("privateMetadata").GetRawText());
    }

    [Fact]
    public async Task The_three_bags_of_a_user_have_8_KB_together()
    {
        string path = await PrepareAsync("user", "{}");
        string half = $$"""{"a":"{{new string('a', (Limit / 2) - 8)}}"}""";
        (await Emulator.SendAsync("PATCH", path, $$"""{"publicMetadata":{{half}},"privateMetadata":{{half}}}""")).Problem(400, "metadata_too_large");
        (await Emulator.SendAsync("PATCH", path, $$$"""{"publicMetadata":{{{half}}},"privateMetadata":{{{half.Replace("aaa\"", "\"")}}}}""")).Ok();
    }

    [Theory]
    [MemberData(nameof(OwnersOfTwoBags))]
    public async Task A_body_that_names_neither_bag_is_400(string owner)
    {
        string path = await PrepareAsync(owner, "{}");
        foreach (string body in new[] { "{}", """{"unsafeMetadata":{"a":1}}""", """{"PublicMetadata":{"a":1}}""" })
        {
            (await Emulator.SendAsync("PATCH", path, body)).Problem(400, "metadata_missing");
        }

        (await Emulator.SendAsync("PATCH", path, """{"publicMetadata":{}}""")).Ok();
        (await Emulator.SendAsync("PATCH", path)).Problem(400, "invalid_request", "body");
    }

    [Theory]
    [MemberData(nameof(Owners))]
    public async Task A_bag_that_is_not_an_object_is_400(string owner)
    {
        string path = await PrepareAsync(owner, "{}");
        foreach (string bag in new[] { "null", "[]", "\"x\"", "1" })
        {
            (await Emulator.SendAsync("PATCH", path, $$"""{"privateMetadata":{{bag}}}""")).Problem(400, "invalid_request", "privateMetadata");
        }
    }

    [Theory]
    [MemberData(nameof(Owners))]
    public async Task A_filter_fault_loses_a_bag_and_answers_200(string owner)
    {
        string path = await PrepareAsync(owner, "{}");
        await Emulator.AddFaultAsync(new { kind = "ignoreFilter", fields = new[] { "privateMetadata" }, times = 1 });

        JsonElement changed = (await Emulator.SendAsync("PATCH", path, """{"publicMetadata":{"a":1},"privateMetadata":{"a":1}}""")).Ok();

        Assert.Equal(("""{"a":1}""", "{}"), (changed.GetProperty("publicMetadata").GetRawText(), changed.GetProperty("privateMetadata").GetRawText()));

        await Emulator.AddFaultAsync(new { kind = "ignoreFilter", times = 1 });
        changed = (await Emulator.SendAsync("PATCH", path, """{"privateMetadata":{"a":1}}""")).Ok();
        Assert.Equal("{}", changed.GetProperty("privateMetadata").GetRawText());
    }

    [Theory]
    [MemberData(nameof(Owners))]
    public async Task Concurrent_changes_are_all_merged(string owner)
    {
        string path = await PrepareAsync(owner, "{}");

        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i => (await Emulator.SendAsync("PATCH", path, $$$"""{"publicMetadata":{"k{{{i}}}":{{{i}}}}}""")).Ok()));

        JsonElement changed = (await Emulator.SendAsync("PATCH", path, """{"publicMetadata":{}}""")).Ok();
        Assert.Equal(Enumerable.Range(0, 40), changed.GetProperty("publicMetadata").EnumerateObject().Select(member => member.Value.GetInt32()).Order());
    }

    /// <summary>Returns the path of an owner whose bags contain exactly what is given.</summary>
    private async Task<string> PrepareAsync(string owner, string bags)
    {
        string organization = $"{Operations.Organizations}/{fixture.Organization}";
        string path = owner switch
        {
            "user" => Operations.User(await Emulator.CreateAsync()) + "/metadata",
            "organization" => organization + "/metadata",
            "membership" => $"{organization}/members/{fixture.Member}/metadata",
            _ => $"{Operations.Invitations}/{(await Emulator.InviteAsync($"{Guid.NewGuid()}@invited.example")).Ok(201).Id()}",
        };
        JsonElement current = (await Emulator.SendAsync("PATCH", path, """{"publicMetadata":{},"privateMetadata":{}}""")).Ok();
        Dictionary<string, object?> Cleared(string bag) => current.GetProperty(bag).EnumerateObject().ToDictionary(member => member.Name, _ => (object?)null);
        (await Emulator.SendAsync("PATCH", path, new { publicMetadata = Cleared("publicMetadata"), privateMetadata = Cleared("privateMetadata") })).Ok();
        if (bags != "{}")
        {
            (await Emulator.SendAsync("PATCH", path, bags)).Ok();
        }

        return path;
    }

    public sealed class Newest : EmulatorFixture, IAsyncLifetime
    {
        public string Organization { get; private set; } = "";

        public string Member { get; private set; } = "";

        protected override string[] Arguments => ["--users", "20", "--contract", "0.0.13"];

        async Task IAsyncLifetime.InitializeAsync()
        {
            await InitializeAsync();
            Organization = (await Emulator.SendAsync("GET", Operations.Organizations + "?limit=1")).Ok().Ids().Single();
            Member = (await Emulator.SendAsync("GET", $"{Operations.Organizations}/{Organization}/members?limit=1")).Ok().GetProperty("items")[0].Text("userId")!;
        }
    }
}
