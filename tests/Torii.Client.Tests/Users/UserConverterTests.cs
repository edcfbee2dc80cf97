using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Torii.Client.Http;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

/// <summary>
/// The converter reads and writes a user as System.Text.Json does by the attributes of the model: a property that is
/// added to the model only makes these tests fail. Each failure names the seed.
/// </summary>
public sealed class UserConverterTests
{
    private const int Rounds = 3000;

    private static readonly JsonSerializerOptions ByAttributes = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new MetadataConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    private static readonly string[] Members =
        [.. ByAttributes.GetTypeInfo(typeof(ToriiUser)).Properties.Where(static p => p is { Set: not null, IsExtensionData: false }).Select(static p => p.Name)];

    private readonly Dice _dice = new();

    [Fact]
    public void A_random_user_is_read_as_by_the_attributes_of_the_model()
    {
        int read = 0;
        for (int i = 0; i < Rounds; i++)
        {
            string json = RandomUser(faults: true);

            string expected = Outcome(json, ByAttributes);

            Assert.True(expected == Outcome(json, ToriiJson.Default.Options), $"{_dice.Hint}, round {i}, {json}: expected {expected}");
            read += expected[0] == '{' ? 1 : 0;
        }

        Assert.InRange(read, Rounds / 4, Rounds * 3 / 4);
    }

    [Fact]
    public void A_random_user_is_written_as_by_the_attributes_of_the_model()
    {
        for (int i = 0; i < Rounds; i++)
        {
            string json = RandomUser(faults: false);
            ToriiUser user = JsonSerializer.Deserialize(json, ToriiJson.Default.ToriiUser)!;

            JsonNode written = JsonSerializer.SerializeToNode(user, ToriiJson.Default.ToriiUser)!;

            Assert.True(JsonNode.DeepEquals(JsonSerializer.SerializeToNode(user, ByAttributes), written), $"{_dice.Hint}, round {i}, {json}: {written.ToJsonString()}");
        }
    }

    /// <summary>The user as JSON, or the member that cannot be read.</summary>
    private static string Outcome(string json, JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.Serialize(JsonSerializer.Deserialize<ToriiUser>(json, options), ByAttributes);
        }
        catch (JsonException e)
        {
            return $"cannot read '{JsonFault.FindMember(e, System.Text.Encoding.UTF8.GetBytes(json))}'";
        }
    }

    /// <summary>Some members of a user and others, in any order, some of them twice.</summary>
    private string RandomUser(bool faults)
    {
        // Mostly a whole user, so that more is tested than what is missing.
        List<string> members = faults && _dice.Up(6) == 0 ? [] : ["\"id\":\"1\"", "\"status\":\"active\"", "\"createdAt\":\"2026-05-16\"", "\"updatedAt\":\"2026-05-16\""];
        int count = _dice.Up(Members.Length + 4);
        bool isBad = faults && _dice.Flip();
        for (int i = 0; i < count; i++)
        {
            string name = _dice.Up(5) == 0 ? _dice.Pick("other", "Name", "é", "a.b", "") : _dice.Pick<string>(Members);
            bool isDate = name.EndsWith("At", StringComparison.Ordinal);
            bool isBag = name.EndsWith("Metadata", StringComparison.Ordinal);
            bool canBeNull = name is not ("createdAt" or "updatedAt");
            string value = isBad && _dice.Up(5) == 0 ? _dice.Pick("17", "true", "[1]", "{\"a\":1}", "null", "\"\\ud800\"", "{\"\\udc00\":1}", "\"2026-13-01T00:00:00Z\"", "1e400")
                : canBeNull && _dice.Up(4) == 0 ? "null"
                : isDate ? _dice.Pick("\"2026-05-16T09:30:00.123456Z\"", "\"2026-05-16T11:30:00+02:00\"", "\"2026-05-16\"")
                : name == "emailVerified" ? _dice.Pick("true", "false")
                : isBag ? _dice.Pick("{}", "{\"a\":[1,{\"b\":null}],\"c\":1.5}")
                : _dice.Pick("\"active\"", "\"\"", "\"\\u00e9\\n\\\"\"", "\"李\"", "\"en\"");
            string written = name.Length > 0 && _dice.Up(8) == 0 ? $"\\u{(int)name[0]:x4}{name[1..]}" : name;
            members.Add($"\"{written}\":{value}");
        }

        return $"{{{string.Join(',', members)}}}";
    }
}
