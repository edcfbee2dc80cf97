using System.Text.Json;
using System.Text.Json.Serialization;

namespace Torii.Client.Services;

/// <summary>
/// Reads a user by hand: searches consist of nothing else, and the generated code takes several times as long for it
/// (benchmarks/). What it does not know goes to <see cref="ToriiObject.AdditionalProperties"/>.
/// </summary>
internal sealed class UserConverter : JsonConverter<ToriiUser>
{
    private const int Unknown = -1;

    private static readonly string[] KnownTexts = ["active", "banned", "deleted", "pending_verification", "en", "da"];

    /// <summary>In the order in which the service writes them, so that the next one is mostly the one that comes.</summary>
    private static readonly JsonEncodedText[] Members =
    [
        .. new[]
        {
            "id", "environmentId", "name", "firstName", "lastName", "phone", "locale", "address", "dateOfBirth", "status", "createdAt",
            "updatedAt", "email", "emailVerifiedAt", "deletedAt", "publicMetadata", "privateMetadata", "unsafeMetadata",
        }.Select(static name => JsonEncodedText.Encode(name)),
    ];

    /// <summary>The same for every user of an environment, so one string serves them all.</summary>
    private string _environmentId = "";

    /// <exception cref="JsonException">It is no user, or a required member is missing.</exception>
    public override ToriiUser Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        ToriiUser user = new();
        int member = Unknown;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int found = Find(ref reader, member + 1);
            switch (found)
            {
                case 0: user.UserId = Text(ref reader) ?? ""; break;
                case 1: user.EnvironmentId = _environmentId = Text(ref reader, _environmentId) ?? ""; break;
                case 2: user.Name = Text(ref reader); break;
                case 3: user.FirstName = Text(ref reader); break;
                case 4: user.LastName = Text(ref reader); break;
                case 5: user.Phone = Text(ref reader); break;
                case 6: user.Locale = Known(ref reader); break;
                case 7: user.Address = Text(ref reader); break;
                case 8: user.DateOfBirth = Text(ref reader); break;
                case 9: user.Status = Known(ref reader) ?? ""; break;
                case 10: user.CreatedAt = Moment(ref reader) ?? default; break;
                case 11: user.UpdatedAt = Moment(ref reader) ?? default; break;
                case 12: user.Email = Text(ref reader); break;
                case 13: user.EmailVerifiedAt = Moment(ref reader); break;
                case 14: user.DeletedAt = Moment(ref reader); break;
                case 15: user.PublicMetadata = Bag(ref reader); break;
                case 16: user.PrivateMetadata = Bag(ref reader); break;
                case 17: user.UnsafeMetadata = Bag(ref reader); break;
                default: ReadOther(ref reader, user); break;
            }

            member = found == Unknown ? member : found;
        }

        return user.FindMissingMember() is { } missing ? throw new JsonException($"A user without '{missing}'.") : user;
    }

    /// <summary>Writes a user as the service does: a user who was found by a search is compared with a request in this form.</summary>
    public override void Write(Utf8JsonWriter writer, ToriiUser value, JsonSerializerOptions options)
    {
        Dictionary<string, object?> members = new(value.AdditionalProperties, StringComparer.Ordinal)
        {
            ["id"] = value.UserId,
            ["environmentId"] = value.EnvironmentId,
            ["name"] = value.Name,
            ["firstName"] = value.FirstName,
            ["lastName"] = value.LastName,
            ["phone"] = value.Phone,
            ["locale"] = value.Locale,
            ["address"] = value.Address,
            ["dateOfBirth"] = value.DateOfBirth,
            ["status"] = value.Status,
            ["createdAt"] = value.CreatedAt,
            ["updatedAt"] = value.UpdatedAt,
            ["email"] = value.Email,
            ["publicMetadata"] = value.PublicMetadata,
            ["privateMetadata"] = value.PrivateMetadata,
            ["unsafeMetadata"] = value.UnsafeMetadata,
        };
        PlainJson.Write(writer, members.Where(static m => m.Value is not null).ToDictionary(StringComparer.Ordinal));
    }

    /// <summary>Which member it is, looked for from a place on and around.</summary>
    private static int Find(ref Utf8JsonReader reader, int from)
    {
        JsonEncodedText[] members = Members;
        for (int i = 0; i < members.Length; i++)
        {
            int at = from + i < members.Length ? from + i : from + i - members.Length;
            if (reader.ValueTextEquals(members[at].EncodedUtf8Bytes))
            {
                return at;
            }
        }

        return Unknown;
    }

    private static string? Text(ref Utf8JsonReader reader, string? likely = null)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null
            : likely is { Length: > 0 } && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(likely) ? likely
            : reader.GetString();
    }

    private static string? Known(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            foreach (string known in KnownTexts)
            {
                if (reader.ValueTextEquals(known))
                {
                    return known;
                }
            }
        }

        return reader.TokenType == JsonTokenType.Null ? null : reader.GetString();
    }

    private static DateTimeOffset? Moment(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : reader.GetDateTimeOffset();
    }

    private static ToriiMetadata? Bag(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.StartObject => (ToriiMetadata)PlainValues.FromElement(JsonElement.ParseValue(ref reader))!,
            _ => throw new JsonException(),
        };
    }

    private static void ReadOther(ref Utf8JsonReader reader, ToriiUser user)
    {
        string name = reader.GetString()!;
        reader.Read();
        user.AdditionalProperties[name] = PlainValues.FromElement(JsonElement.ParseValue(ref reader));
    }
}
