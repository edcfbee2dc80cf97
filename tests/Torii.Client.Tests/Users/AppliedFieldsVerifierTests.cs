using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

/// <summary>A field that the server ignored is never taken for stored, and one that it spelled in another way is no alarm.</summary>
public sealed class AppliedFieldsVerifierTests
{
    private readonly Recorder _recorder = new();

    [Theory]
    [InlineData("name")]
    [InlineData("firstName")]
    [InlineData("lastName")]
    [InlineData("phone")]
    [InlineData("locale")]
    [InlineData("address")]
    [InlineData("dateOfBirth")]
    public async Task A_field_that_is_absent_from_the_answer_or_null_or_still_as_it_was_is_named(string field)
    {
        string value = field == "dateOfBirth" ? "1815-12-10" : "something new";
        foreach (Action<JsonObject> answer in (Action<JsonObject>[])[
            u => u.Remove(field), u => u[field] = null, u => u[field] = "", u => u[field] = field == "dateOfBirth" ? "1815-12-11" : "what was there"])
        {
            ToriiException error = await Refuse(answer, (field, value));

            Assert.Contains($"did not store: {field}.", error.Message);
        }
    }

    [Fact]
    public async Task Each_field_that_was_lost_is_named_and_none_that_was_stored()
    {
        ToriiException error = await Refuse(static u => u["locale"] = "da", ("phone", "112"), ("locale", "da"), ("address", "Here 1"));

        Assert.Contains("did not store: phone, address.", error.Message);
    }

    [Fact]
    public async Task The_user_as_it_is_comes_with_the_error()
    {
        ToriiException error = await Refuse(static u => u["name"] = "Countess", ("name", "Countess"), ("phone", "112"));

        Assert.Equal("Countess", Assert.IsType<ToriiUser>(error.Result).Name);
    }

    [Theory]
    [InlineData("name", "  Ada  Lovelace ", "Ada Lovelace")]
    [InlineData("name", "ADA", "ada")]
    [InlineData("name", "Zoe\u0308", "Zo\u00eb")]
    [InlineData("name", "Zo\u00eb", "Zoe\u0308")]
    [InlineData("firstName", "ＡＤＡ", "Ada")]
    [InlineData("address", "Here 1\r\n1000 There", "Here 1\n1000 There")]
    [InlineData("locale", "DA", "da")]
    [InlineData("phone", "12 34 56 78", "12345678")]
    [InlineData("phone", "+45 (12) 34-56.78", "+4512345678")]
    [InlineData("phone", "12345678", "+45 12 34 56 78")]
    [InlineData("phone", "012 345 678", "+35812345678")]
    [InlineData("phone", "0045 12345678", "+4512345678")]
    public async Task Another_spelling_is_stored_and_only_verbose_says_so(string field, string sent, string stored)
    {
        ToriiUser user = await Accept(u => u[field] = stored, (field, sent));

        Assert.Equal(People.Id(0), user.UserId);
        Assert.Contains(_recorder.VerboseMessages, m => m.Contains("another spelling") && m.Contains(field));
        Assert.DoesNotContain(_recorder.VerboseMessages, m => m.Contains(stored));
    }

    [Fact]
    public async Task The_same_spelling_is_nothing_to_speak_of()
    {
        await Accept(static u => u["name"] = "Ada", ("name", "Ada"));

        Assert.DoesNotContain(_recorder.VerboseMessages, static m => m.Contains("spelling"));
    }

    /// <summary>An old value that ends in the same digits is the old value.</summary>
    [Theory]
    [InlineData("phone", "112", "+45 55 55 51 12")]
    [InlineData("phone", "0", "+45 55 55 55 50")]
    [InlineData("phone", "12345678", "+45 12 34 56 79")]
    [InlineData("phone", "+46 12345678", "+45 12345678")]
    [InlineData("phone", "call me", "+45 12345678")]
    [InlineData("name", "Ada", "Ada Lovelace")]
    [InlineData("name", "Ada Lovelace", "Ada")]
    [InlineData("name", "Zoë", "Zoe")]
    [InlineData("dateOfBirth", "1815-12-10", "1815-10-12")]
    public async Task What_only_resembles_it_is_not_it(string field, string sent, string stored) => await Refuse(u => u[field] = stored, (field, sent));

    [Theory]
    [InlineData("name")]
    [InlineData("phone")]
    [InlineData("locale")]
    [InlineData("dateOfBirth")]
    public async Task A_field_that_was_cleared_and_kept_its_value_is_named(string field)
    {
        ToriiException error = await Refuse(u => u[field] = "what was there", (field, null));

        Assert.Contains($": {field}.", error.Message);
    }

    [Fact]
    public async Task A_field_that_was_cleared_and_that_the_server_does_not_know_is_named()
    {
        ToriiException error = await Refuse(
            static u =>
            {
                u.Remove("address");
                u["deletedAt"] = null;
            },
            ("address", null));

        Assert.Contains(": address.", error.Message);
    }

    [Fact]
    public async Task A_field_that_was_cleared_is_cleared_where_the_response_leaves_nulls_out() => await Accept(
        static u =>
        {
            foreach (string name in u.Where(static m => m.Value is null).Select(static m => m.Key).Append("address").ToArray())
            {
                u.Remove(name);
            }
        },
        ("address", null));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task A_field_that_was_cleared_and_is_empty_is_cleared(string? stored) => await Accept(u => u["phone"] = stored, ("phone", null));

    [Theory]
    [InlineData("""{"a":1}""", """{"a":1,"old":true}""")]
    [InlineData("""{"a":{"b":{"c":[1,2]}}}""", """{"a":{"x":0,"b":{"c":[1,2],"y":0}}}""")]
    [InlineData("""{"gone":null}""", "{}")]
    [InlineData("""{"gone":null}""", """{"other":1}""")]
    [InlineData("""{"a":{"gone":null}}""", "{}")]
    [InlineData("""{"a":{"gone":null}}""", """{"a":{"kept":1}}""")]
    [InlineData("""{"n":1.0}""", """{"n":1}""")]
    [InlineData("""{"n":1e2}""", """{"n":100}""")]
    [InlineData("""{"a":{"b":{"gone":null}}}""", "{}")]
    [InlineData("""{"a":{"gone":null}}""", """{"a":null}""")]
    [InlineData("{}", """{"other":1}""")]
    public async Task A_bag_holds_what_was_merged_into_it(string sent, string stored) =>
        await Accept(u => u["unsafeMetadata"] = JsonNode.Parse(stored), ("unsafeMetadata", Bag(sent)));

    [Theory]
    [InlineData("""{"a":1}""", "{}")]
    [InlineData("""{"a":1}""", """{"A":1}""")]
    [InlineData("""{"a":1}""", """{"a":"1"}""")]
    [InlineData("""{"a":1}""", """{"a":null}""")]
    [InlineData("""{"a":"x"}""", """{"a":"X"}""")]
    [InlineData("""{"a":true}""", """{"a":"true"}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[1,2,3]}""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":{"c":1}}""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":1}""")]
    [InlineData("""{"a":1}""", """{"a":{"b":1}}""")]
    [InlineData("""{"gone":null}""", """{"gone":"still here"}""")]
    [InlineData("""{"a":{"gone":null}}""", """{"a":{"gone":0}}""")]
    [InlineData("""{"gone":null}""", """{"gone":null}""")]
    [InlineData("""{"a":{"b":{"c":1,"gone":null}}}""", """{"a":{}}""")]
    public async Task A_bag_that_does_not_hold_it_is_named(string sent, string stored)
    {
        ToriiException error = await Refuse(u => u["unsafeMetadata"] = JsonNode.Parse(stored), ("unsafeMetadata", Bag(sent)));

        Assert.Contains(": unsafeMetadata.", error.Message);
    }

    [Theory]
    [InlineData("12000000000000000000000000000000", "1.2E31", true)]
    [InlineData("0.00120", "12e-4", true)]
    [InlineData("-0.0", "0", true)]
    [InlineData("1e99999999999999999999", "1e99999999999999999999", true)]
    [InlineData("1", "-1", false)]
    [InlineData("1", "10", false)]
    [InlineData("1e400", "1e401", false)]
    [InlineData("9007199254740993", "9007199254740992", false)]
    [InlineData("12345678901234567890123456789012", "12345678901234567890123456789013", false)]
    [InlineData("0.1234567890123456789012345678901", "0.12345678901234568", false)]
    public void A_number_in_a_bag_is_compared_by_value_and_to_the_last_digit(string sent, string stored, bool isStored)
    {
        using JsonDocument response = JsonDocument.Parse($$$"""{"publicMetadata":{"n":{{{stored}}}}}""");

        (IReadOnlyList<string> notApplied, _) = AppliedFieldsVerifier.Compare(
            Encoding.UTF8.GetBytes($$$"""{"publicMetadata":{"n":{{{sent}}}}}"""), response.RootElement, new HashSet<string>(), isUnmoved: false);

        Assert.Equal(isStored ? [] : ["publicMetadata"], notApplied);
    }

    [Fact]
    public async Task A_server_without_the_bag_is_told_of()
    {
        ToriiException error = await Refuse(static _ => { }, ("unsafeMetadata", Bag("""{"a":1}""")));

        Assert.Contains(": unsafeMetadata.", error.Message);
    }

    [Fact]
    public async Task A_password_is_never_returned_and_never_compared()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(People.User(), System.Net.HttpStatusCode.Created)));

        ToriiUser user = await client.Users.CreateAsync(Body.Of(("email", "ada@example.com"), ("password", "correct horse")), default).Soon();

        Assert.Equal(People.Id(0), user.UserId);
    }

    [Fact]
    public async Task A_creation_whose_field_was_lost_says_so_and_who_was_created()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(People.User(name: null), System.Net.HttpStatusCode.Created)));

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(
            () => client.Users.CreateAsync(Body.Of(("email", "ada@example.com"), ("name", "Ada"), ("phone", "112")), default).Soon());

        Assert.Equal("Torii.FieldNotApplied", error.ErrorId);
        Assert.Contains(People.Id(0), error.Message);
        Assert.Contains(": name, phone.", error.Message);
        Assert.Equal(People.Id(0), Assert.IsType<ToriiUser>(error.Result).UserId);
    }

    [Theory]
    [InlineData("Ada@EXAMPLE.com", "ada@example.com")]
    [InlineData(" ada@example.com ", "ada@example.com")]
    public async Task An_address_that_was_normalized_is_no_alarm(string sent, string stored)
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Json(People.User(email: stored), System.Net.HttpStatusCode.Created)));

        Assert.Equal(stored, (await client.Users.CreateAsync(Body.Of(("email", sent)), default).Soon()).Email);
    }

    [Fact]
    public async Task A_field_that_this_version_does_not_know_by_name_is_compared_too()
    {
        await Accept(static u => u["nickname"] = "Countess", ("nickname", "Countess"));
        await Refuse(static u => u["nickname"] = "Ada", ("nickname", "Countess"));
    }

    private static object Bag(string json) => PlainValues.FromElement(JsonDocument.Parse(json).RootElement)!;

    private async Task<ToriiUser> Accept(Action<JsonObject> answer, params (string Field, object? Value)[] fields)
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ =>
        {
            JsonObject user = People.User();
            answer(user);
            return Answer.Json(user);
        }));
        return await client.Users.UpdateAsync(TestClient.UserId, Body.Of(fields), TestClient.Context(_recorder)).Soon();
    }

    private async Task<ToriiException> Refuse(Action<JsonObject> answer, params (string Field, object? Value)[] fields)
    {
        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => Accept(answer, fields));
        Assert.Equal("Torii.FieldNotApplied", error.ErrorId);
        return error;
    }
}
