using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

/// <summary>What goes over the wire for every combination of set, cleared and absent fields, on both generations.</summary>
public sealed class WireBodyTests
{
    private enum State
    {
        Absent,
        Set,
        Cleared,
    }

    /// <summary>The texts that each generation's update takes; a value that would be lost on its way shows.</summary>
    public static TheoryData<string, string[]> Updates => new()
    {
        { "0.0.3", ["name", "phone", "locale", "address", "dateOfBirth"] },
        { "0.0.12", ["firstName", "lastName", "locale", "unsafeMetadata"] },
    };

    public static TheoryData<string, string[]> Creations => new()
    {
        { "0.0.3", ["email", "password", "name", "phone", "address", "dateOfBirth"] },
        { "0.0.12", ["email", "password", "firstName", "lastName", "publicMetadata", "privateMetadata", "unsafeMetadata"] },
    };

    [Theory]
    [MemberData(nameof(Updates), DisableDiscoveryEnumeration = true)]
    public async Task An_update_says_of_each_field_just_what_was_said(string generation, string[] fields)
    {
        ScriptedHandler handler = EchoService.For();
        using ToriiService client = TestClient.Create(handler);
        int combinations = 0;
        foreach (State[] states in Combinations(fields.Length, 3))
        {
            ResourceBody body = new();
            JsonObject expected = [];
            for (int i = 0; i < fields.Length; i++)
            {
                Say(body, expected, fields[i], states[i]);
            }

            await client.Users.UpdateAsync(TestClient.UserId, body, default).Soon();

            Sent sent = handler.Requests[combinations++];
            Body.AssertIs(expected, sent, $"{generation}, {string.Join(", ", states)}");
            Assert.Equal($"PATCH /api/server/v1/users/{TestClient.UserId}", $"{sent.Method} {sent.PathAndQuery}");
        }

        Assert.Equal((int)Math.Pow(3, fields.Length), combinations);
        Assert.Equal(combinations, handler.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(Creations), DisableDiscoveryEnumeration = true)]
    public async Task A_creation_names_what_was_given_and_nothing_else(string generation, string[] fields)
    {
        ScriptedHandler handler = EchoService.For();
        using ToriiService client = TestClient.Create(handler);
        int combinations = 0;
        foreach (State[] states in Combinations(fields.Length, 2))
        {
            ResourceBody body = new();
            JsonObject expected = [];
            for (int i = 0; i < fields.Length; i++)
            {
                Say(body, expected, fields[i], states[i]);
            }

            await client.Users.CreateAsync(body, default).Soon();

            Sent sent = handler.Requests[combinations++];
            Body.AssertIs(expected, sent, $"{generation}, {string.Join(", ", states)}");
            Assert.Equal("POST /api/server/v1/users", $"{sent.Method} {sent.PathAndQuery}");
        }

        Assert.Equal((int)Math.Pow(2, fields.Length), combinations);
    }

    [Fact]
    public async Task Values_arrive_as_the_JSON_that_they_are()
    {
        ScriptedHandler handler = EchoService.For();
        using ToriiService client = TestClient.Create(handler);
        Dictionary<string, object?> bag = new()
        {
            ["text"] = "a \"quoted\" \\ line\nbreak",
            ["whole"] = 9007199254740993L,
            ["part"] = 0.1,
            ["yes"] = true,
            ["gone"] = null,
            ["list"] = new object?[] { 1, "two", null, new Dictionary<string, object?> { ["three"] = 3 } },
            ["inner"] = new Dictionary<string, object?> { ["deep"] = new Dictionary<string, object?> { ["deeper"] = "x" } },
        };

        await client.Users.UpdateAsync(TestClient.UserId, Body.Of(("firstName", "Zoë 李 🎈"), ("unsafeMetadata", bag)), default).Soon();

        Body.AssertIs(
            JsonNode.Parse("""
                {"firstName":"Zoë 李 🎈","unsafeMetadata":{"text":"a \"quoted\" \\ line\nbreak","whole":9007199254740993,"part":0.1,"yes":true,
                 "gone":null,"list":[1,"two",null,{"three":3}],"inner":{"deep":{"deeper":"x"}}}}
                """)!.AsObject(),
            Assert.Single(handler.Requests),
            "values");
    }

    [Fact]
    public void A_field_that_is_set_to_null_is_a_mistake_and_not_a_clear() =>
        Assert.Throws<ArgumentNullException>(() => new ResourceBody().Set("phone", null!));

    [Theory]
    [InlineData("name")]
    [InlineData("unsafeMetadata")]
    public async Task Half_a_character_is_refused_before_anything_is_sent(string field)
    {
        ScriptedHandler handler = EchoService.For();
        using ToriiService client = TestClient.Create(handler);
        string half = "balloon \ud83c";
        ResourceBody body = Body.Of((field, field == "name" ? half : new Dictionary<string, object?> { ["a"] = half }));

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.Users.UpdateAsync(TestClient.UserId, body, default).Soon());

        Assert.Equal("Torii.InvalidRequest", error.ErrorId);
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public void What_a_person_is_shown_holds_the_values_and_no_password()
    {
        string shown = Body.Of(("email", "ada@example.com"), ("password", "correct \"horse\" \\battery"), ("phone", null)).ToDisplay();

        Assert.Equal("ada@example.com", (string?)JsonNode.Parse(shown)!["email"]);
        Assert.Contains("\"phone\":null", shown);
        Assert.DoesNotContain("horse", shown);
        Assert.DoesNotContain("battery", shown);
    }

    [Fact]
    public async Task Verbose_names_the_fields_and_Debug_alone_has_their_values()
    {
        Recorder recorder = new();
        using ToriiService client = TestClient.Create(EchoService.For());

        await client.Users.UpdateAsync(TestClient.UserId, Body.Of(("phone", "+45 12 34 56 78"), ("address", null)), TestClient.Context(recorder)).Soon();

        Assert.Contains(recorder.VerboseMessages, static m => m.Contains("phone") && m.Contains("address"));
        Assert.DoesNotContain(recorder.VerboseMessages, static m => m.Contains("34 56"));
        Assert.Contains(recorder.DebugMessages, static m => m.Contains("\"+45 12 34 56 78\"") && m.Contains("\"address\":null"));
    }

    private static void Say(ResourceBody body, JsonObject expected, string field, State state)
    {
        bool isBag = field.EndsWith("Metadata", StringComparison.Ordinal);
        switch (state)
        {
            case State.Set when isBag:
                body.Set(field, new Dictionary<string, object?> { ["plan"] = "pro", ["seats"] = 3 });
                expected[field] = new JsonObject { ["plan"] = "pro", ["seats"] = 3 };
                break;
            // A bag is never cleared as a whole: its third state deletes a key in it.
            case State.Cleared when isBag:
                body.Set(field, new Dictionary<string, object?> { ["plan"] = null });
                expected[field] = new JsonObject { ["plan"] = null };
                break;
            case State.Set:
                string value = field switch { "dateOfBirth" => "1815-12-10", "locale" => "da", "email" => "ada@example.com", _ => $"the {field}" };
                body.Set(field, value);
                expected[field] = value;
                break;
            case State.Cleared:
                body.Clear(field);
                expected[field] = null;
                break;
        }
    }

    private static IEnumerable<State[]> Combinations(int fields, int states)
    {
        for (int n = 0; n < Math.Pow(states, fields); n++)
        {
            yield return [.. Enumerable.Range(0, fields).Select(i => (State)((n / (int)Math.Pow(states, i)) % states))];
        }
    }
}
