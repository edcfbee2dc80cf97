using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

/// <summary>What a change sends: what was set, what was cleared, and nothing of what was not named.</summary>
public sealed class UpdateBodyTests
{
    private static readonly string[] OlderFields = ["name", "phone", "locale", "address", "dateOfBirth"];
    private static readonly string[] NewerFields = ["firstName", "lastName", "locale", "unsafeMetadata"];

    private enum Presence
    {
        Absent,
        Cleared,
        Set,
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_combination_of_set_cleared_and_absent_goes_out_as_it_was_said(bool newer)
    {
        string[] fields = newer ? NewerFields : OlderFields;
        int combinations = (int)Math.Pow(3, fields.Length);
        for (int combination = 0; combination < combinations; combination++)
        {
            Presence[] presence = new Presence[fields.Length];
            for (int i = 0, rest = combination; i < fields.Length; i++, rest /= 3)
            {
                presence[i] = (Presence)(rest % 3);
            }

            await Pin(fields, presence, static field => field == "unsafeMetadata" ? new JsonObject { ["theme"] = "dark" } : $"new {field}");
        }
    }

    [Fact]
    public async Task Random_bodies_go_out_as_they_were_said()
    {
        Dice dice = new();
        string[] fields = [.. OlderFields.Union(NewerFields)];
        for (int i = 0; i < 500; i++)
        {
            await Pin(
                fields, [.. fields.Select(_ => (Presence)dice.Up(3))],
                field => field == "unsafeMetadata" ? new JsonObject { [dice.Text("ab\"\\é ", 1, 3)] = dice.Up(100) } : dice.Text("aé\"\\/<>&'+漢\u2028\n ", 1, 8),
                $"{dice.Hint}, round {i}");
        }
    }

    [Fact]
    public async Task It_is_a_PATCH_at_the_user_and_says_that_it_is_JSON()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(People.User(name: "Grace")));
        using ToriiClient client = TestClient.Create(handler);
        UserBody body = new();
        body.Set("name", "Grace");

        await client.Users.UpdateAsync(TestClient.UserId, body, default).Soon();

        Sent sent = Assert.Single(handler.Requests);
        Assert.Equal($"PATCH /api/server/v1/users/{TestClient.UserId}", $"{sent.Method} {sent.PathAndQuery}");
        Assert.Equal("application/json", sent.ContentType);
    }

    [Fact]
    public async Task What_was_named_last_counts()
    {
        UserBody body = new();
        body.Set("phone", "1");
        body.Clear("phone");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"phone":null}"""), await Sent(body)));

        body.Set("phone", "2");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"phone":"2"}"""), await Sent(body)));
    }

    [Fact]
    public void A_value_that_is_null_is_no_way_to_clear()
    {
        Assert.Throws<ArgumentNullException>(static () => new UserBody().Set("phone", null!));
    }

    [Fact]
    public void What_a_person_is_shown_has_the_values_and_no_password()
    {
        UserBody body = new();
        body.Set("email", "ada@example.com");
        body.Set("password", "correct \"horse\" battery");
        body.Clear("phone");

        Assert.Equal("""{"email":"ada@example.com","password":"[redacted]","phone":null}""", body.ToDisplay());
    }

    [Fact]
    public async Task Verbose_names_the_fields_and_Debug_shows_no_password()
    {
        Recorder recorder = new();
        using ToriiClient client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(People.User(email: "ada@example.com"), System.Net.HttpStatusCode.Created)));
        UserBody body = new();
        body.Set("email", "ada@example.com");
        body.Set("password", "correct horse battery staple");

        await client.Users.CreateAsync(body, TestClient.Context(recorder)).Soon();

        Assert.Contains("email, password", Assert.Single(recorder.VerboseMessages));
        Assert.DoesNotContain("ada@", Assert.Single(recorder.VerboseMessages));
        Assert.Contains("ada@example.com", Assert.Single(recorder.DebugMessages));
        Assert.DoesNotContain(recorder.All, static m => m.Contains("horse", StringComparison.Ordinal));
    }

    private static async Task Pin(string[] fields, Presence[] presence, Func<string, JsonNode> value, string hint = "")
    {
        JsonObject expected = [];
        UserBody body = new();
        foreach ((string field, Presence how) in fields.Zip(presence))
        {
            if (how == Presence.Cleared)
            {
                expected[field] = null;
                body.Clear(field);
            }
            else if (how == Presence.Set)
            {
                JsonNode node = value(field);
                expected[field] = node;
                body.Set(field, node is JsonObject bag ? bag.ToDictionary(static m => m.Key, static m => Plain(m.Value!)) : (string)node!);
            }
        }

        JsonNode sent = await Sent(body);
        Assert.True(JsonNode.DeepEquals(expected, sent), $"{hint} expected {expected.ToJsonString()}, sent {sent.ToJsonString()}");
    }

    private static object? Plain(JsonNode value) => value.GetValueKind() == System.Text.Json.JsonValueKind.Number ? (int)value : (string?)value;

    private static async Task<JsonNode> Sent(UserBody body)
    {
        ScriptedHandler handler = new(static _ => Answer.Json(People.User()));
        using ToriiClient client = TestClient.Create(handler);
        // Whether it was stored is another matter.
        await Record.ExceptionAsync(() => client.Users.UpdateAsync(TestClient.UserId, body, default).Soon());
        return JsonNode.Parse(Assert.Single(handler.Requests).Body!)!;
    }
}
