using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

/// <summary>Random combinations of fields and values. Each failure names the seed.</summary>
public sealed class RandomBodyTests
{
    private const int Rounds = 1500;
    private const string Letters = "aZ 09+-'\"\\/<>&{}[],:\t\nøßİ李é\u0301";
    private static readonly string[] Texts = ["name", "firstName", "lastName", "phone", "locale", "address"];

    private readonly Dice _dice = new();

    [Fact]
    public async Task A_random_update_arrives_as_it_was_said_and_is_found_stored()
    {
        int set = 0;
        int cleared = 0;
        for (int i = 0; i < Rounds; i++)
        {
            ScriptedHandler handler = EchoService.For(RandomUser());
            using ToriiService client = TestClient.Create(handler);
            ResourceBody body = new();
            JsonObject expected = [];
            foreach (string field in Texts.Where(_ => _dice.Flip()))
            {
                if (_dice.Flip())
                {
                    string value = _dice.Text(Letters, 1, 12);
                    body.Set(field, value);
                    expected[field] = value;
                    set++;
                }
                else
                {
                    body.Clear(field);
                    expected[field] = null;
                    cleared++;
                }
            }

            if (_dice.Flip())
            {
                (object bag, JsonObject json) = RandomBag(0);
                body.Set("unsafeMetadata", bag);
                expected["unsafeMetadata"] = json;
            }

            Exception? error = await Record.ExceptionAsync(() => client.Users.UpdateAsync(TestClient.UserId, body, default).Soon());

            Assert.True(error is null, $"{_dice.Hint}, round {i}, {expected.ToJsonString()}: {error}");
            Body.AssertIs(expected, Assert.Single(handler.Requests), $"{_dice.Hint}, round {i}");
        }

        Assert.InRange(set, Rounds, Rounds * Texts.Length);
        Assert.InRange(cleared, Rounds, Rounds * Texts.Length);
    }

    [Fact]
    public async Task A_server_that_loses_random_fields_is_told_of_each_of_them()
    {
        int lost = 0;
        for (int i = 0; i < Rounds; i++)
        {
            string[] named = [.. Texts.Where(_ => _dice.Flip())];
            string[] ignored = [.. named.Where(_ => _dice.Up(3) == 0)];
            // What is there before is never what is sent, and not a part of it either.
            JsonObject before = People.User();
            foreach (string field in Texts)
            {
                before[field] = "0000 before";
            }

            ResourceBody body = Body.Of([.. named.Select(f => (f, (object?)(_dice.Flip() ? "+45 12 34 56 78" : null)))]);
            using ToriiService client = TestClient.Create(new ScriptedHandler(sent =>
            {
                JsonObject said = JsonNode.Parse(sent.Body!)!.AsObject();
                foreach (string field in ignored)
                {
                    said.Remove(field);
                }

                JsonObject stored = EchoService.Stored(before, said);
                // A server that writes its nulls: only there an absent member tells that it was ignored.
                stored["deletedAt"] = null;
                foreach (string field in ignored.Where(_ => _dice.Flip()))
                {
                    stored.Remove(field);
                }

                return Answer.Json(stored);
            }));

            ToriiException? error = (ToriiException?)await Record.ExceptionAsync(() => client.Users.UpdateAsync(TestClient.UserId, body, default).Soon());

            string told = error is null ? "" : error.Message.Split("store:")[1].Split('.')[0].Trim();
            Assert.True(error?.ErrorId is null or "Torii.FieldNotApplied", $"{_dice.Hint}, round {i}: {error}");
            Assert.True(
                ignored.Order().SequenceEqual(told.Split(", ", StringSplitOptions.RemoveEmptyEntries).Order()),
                $"{_dice.Hint}, round {i}: ignored {string.Join(", ", ignored)}, and the error says: {error?.Message}");
            lost += ignored.Length;
        }

        Assert.InRange(lost, Rounds / 4, Rounds * Texts.Length);
    }

    private JsonObject RandomUser()
    {
        JsonObject user = People.User();
        foreach (string field in Texts)
        {
            user[field] = _dice.Flip() ? null : _dice.Text(Letters, 1, 6);
        }

        user["unsafeMetadata"] = RandomBag(0).Json;
        return user;
    }

    private (ToriiMetadata Bag, JsonObject Json) RandomBag(int depth)
    {
        ToriiMetadata bag = [];
        JsonObject json = [];
        for (int n = _dice.Up(4); n > 0; n--)
        {
            string key = _dice.Pick("a", "b", "A", "key with blank", "ø", "");
            (object? value, JsonNode? node) = RandomValue(depth);
            bag[key] = value;
            json[key] = node;
        }

        return (bag, json);
    }

    private (object? Value, JsonNode? Json) RandomValue(int depth)
    {
        switch (_dice.Up(depth < 3 ? 6 : 5))
        {
            case 0:
                return (null, null);
            case 1:
                return (true, JsonValue.Create(true));
            case 2:
                int number = _dice.Up(1000);
                return (number, JsonValue.Create(number));
            case 3:
                return (0.5, JsonValue.Create(0.5));
            case 4:
                string text = _dice.Text(Letters, 0, 8);
                return (text, JsonValue.Create(text));
            default:
                return RandomBag(depth + 1);
        }
    }
}
