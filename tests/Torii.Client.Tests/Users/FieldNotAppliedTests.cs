using System.Collections;
using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

/// <summary>A field that a server ignored is never taken for stored.</summary>
public sealed class FieldNotAppliedTests
{
    private readonly Recorder _recorder = new();

    [Theory]
    [InlineData("name", "Grace", "Ada Lovelace")]
    [InlineData("phone", "+4512345678", "+15555550100")]
    [InlineData("phone", "0000", "+15555550100")]
    [InlineData("phone", "100", "+15555550100")]
    [InlineData("phone", "+4512345678", null)]
    [InlineData("locale", "da", "en")]
    [InlineData("address", "Somewhere", "")]
    [InlineData("dateOfBirth", "1906-12-09", "1815-12-10")]
    [InlineData("firstName", "Grace", null)]
    public async Task A_value_that_is_not_in_the_answer_is_an_error_that_names_the_field(string field, string sent, string? stored)
    {
        ToriiException error = await Refuse(field, sent, stored is null ? null : JsonValue.Create(stored));

        Assert.Equal("Torii.FieldNotApplied", error.ErrorId);
        Assert.Contains(field, error.Reason);
        Assert.Equal(TestClient.UserId, Assert.IsType<ToriiUser>(error.Result).UserId);
    }

    [Fact]
    public async Task A_member_that_the_answer_does_not_have_is_not_stored()
    {
        Assert.Equal("Torii.FieldNotApplied", (await Refuse("phone", "+4512345678", Absent)).ErrorId);
    }

    [Theory]
    [InlineData("address")]
    [InlineData("phone")]
    public async Task What_was_to_be_cleared_and_is_still_there_is_an_error(string field)
    {
        Assert.Equal("Torii.FieldNotApplied", (await Refuse(field, null, "still here")).ErrorId);
    }

    [Fact]
    public async Task What_was_to_be_cleared_and_is_not_in_the_answer_at_all_is_an_error()
    {
        Assert.Equal("Torii.FieldNotApplied", (await Refuse("phone", null, Absent)).ErrorId);
    }

    [Fact]
    public async Task What_was_cleared_is_null_or_empty()
    {
        await Accept("phone", null, null);
        await Accept("phone", null, "");
    }

    [Theory]
    [InlineData("name", "  Grace  Hopper ", "Grace Hopper")]
    [InlineData("email", "Grace@Example.COM", "grace@example.com")]
    [InlineData("name", "Zoe\u0308", "Zo\u00eb")]
    [InlineData("phone", "+1 (555) 555-0100", "+15555550100")]
    [InlineData("phone", "12 34 56 78", "+4512345678")]
    [InlineData("phone", "030 1234567", "+49301234567")]
    public async Task Another_spelling_is_stored_and_told(string field, string sent, string stored)
    {
        await Accept(field, sent, stored);

        string told = Assert.Single(_recorder.VerboseMessages, static m => m.Contains("another spelling", StringComparison.Ordinal));
        Assert.Contains(field, told);
        Assert.DoesNotContain(stored, told);
    }

    [Fact]
    public async Task The_same_spelling_is_not_told()
    {
        await Accept("name", "Grace", "Grace");

        Assert.DoesNotContain(_recorder.VerboseMessages, static m => m.Contains("spelling", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_is_never_returned_and_never_compared()
    {
        await Accept("password", "correct horse", Absent);
    }

    public static TheoryData<string, string> StoredBags => new()
    {
        { """{"a":1}""", """{"a":1,"was":"here"}""" },
        { """{"a":{"b":1}}""", """{"a":{"b":1,"c":2}}""" },
        { """{"a":null}""", """{}""" },
        { """{"a":null}""", """{"a":null}""" },
        { """{"a":{"b":null}}""", """{}""" },
        { """{"a":1.0}""", """{"a":1}""" },
        { """{"a":[1,{"x":1,"y":[2]}]}""", """{"a":[1.0,{"y":[2],"x":1}]}""" },
        { """{"a":"é","t":true}""", """{"t":true,"a":"\u00e9"}""" },
        { """{}""", """{"was":"here"}""" },
    };

    [Theory]
    [MemberData(nameof(StoredBags))]
    public async Task A_bag_is_stored_when_what_was_sent_is_in_it(string sent, string stored)
    {
        await Accept("unsafeMetadata", Bag(sent), JsonNode.Parse(stored));
    }

    public static TheoryData<string, string> LostBags => new()
    {
        { """{"a":1}""", """{}""" },
        { """{"a":1}""", """{"a":2}""" },
        { """{"a":1}""", """{"a":"1"}""" },
        { """{"a":{"b":1}}""", """{"a":{"c":1}}""" },
        { """{"a":null}""", """{"a":0}""" },
        { """{"a":[1,2]}""", """{"a":[2,1]}""" },
        { """{"a":[1]}""", """{"a":[1,2]}""" },
        { """{"a":[{"x":1}]}""", """{"a":[{"x":1,"y":2}]}""" },
        { """{"a":true}""", """{"a":false}""" },
        { """{"a":1}""", "null" },
    };

    [Theory]
    [MemberData(nameof(LostBags))]
    public async Task A_bag_is_not_stored_when_something_of_it_is_missing_or_differs(string sent, string stored)
    {
        Assert.Equal("Torii.FieldNotApplied", (await Refuse("unsafeMetadata", Bag(sent), JsonNode.Parse(stored))).ErrorId);
    }

    [Fact]
    public async Task A_number_of_single_precision_is_what_its_text_says()
    {
        await Accept("unsafeMetadata", new Hashtable { ["a"] = 0.1f, ["b"] = 0.1m }, JsonNode.Parse("""{"a":0.1,"b":0.10}"""));
    }

    [Fact]
    public async Task Creating_is_checked_like_changing()
    {
        using ToriiClient client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(People.User(name: null), System.Net.HttpStatusCode.Created)));
        UserBody body = new();
        body.Set("email", "ada@example.com");
        body.Set("name", "Ada");

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.Users.CreateAsync(body, default).Soon());

        Assert.Equal("Torii.FieldNotApplied", error.ErrorId);
        Assert.Contains("name", error.Reason);
        Assert.NotNull(error.Result);
    }

    [Theory]
    [InlineData("ban", "active")]
    [InlineData("unban", "banned")]
    public async Task A_ban_that_does_not_show_in_the_status_is_not_taken_for_done(string action, string status)
    {
        ScriptedHandler handler = new(_ => Answer.Json(People.User(status: status)));
        using ToriiClient client = TestClient.Create(handler);

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(
            () => action == "ban" ? client.Users.BanAsync(TestClient.UserId, default) : client.Users.UnbanAsync(TestClient.UserId, default));

        Assert.Equal("Torii.FieldNotApplied", error.ErrorId);
        Assert.Equal($"POST /api/server/v1/users/{TestClient.UserId}/{action}", $"{handler.Requests[0].Method} {handler.Requests[0].PathAndQuery}");
    }

    /// <summary>Stands for a member that is not there.</summary>
    private static JsonNode Absent { get; } = new JsonObject { ["absent"] = true };

    private static Dictionary<string, object?> Bag(string json) => PlainValues.FromElement(System.Text.Json.JsonDocument.Parse(json).RootElement) as Dictionary<string, object?> ?? [];

    private async Task<ToriiException> Refuse(string field, object? sent, JsonNode? stored) =>
        await Assert.ThrowsAsync<ToriiException>(() => Update(field, sent, stored));

    private async Task Accept(string field, object? sent, JsonNode? stored) => Assert.Equal(TestClient.UserId, (await Update(field, sent, stored)).UserId);

    private async Task<ToriiUser> Update(string field, object? sent, JsonNode? stored)
    {
        JsonObject user = People.User();
        user.Remove(field);
        if (!ReferenceEquals(stored, Absent))
        {
            user[field] = stored;
        }

        UserBody body = new();
        if (sent is null)
        {
            body.Clear(field);
        }
        else
        {
            body.Set(field, sent);
        }

        using ToriiClient client = TestClient.Create(new ScriptedHandler(_ => Answer.Json(user)));
        return await client.Users.UpdateAsync(TestClient.UserId, body, TestClient.Context(_recorder)).Soon();
    }
}
