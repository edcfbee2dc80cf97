using System.Text.Json;
using System.Text.Json.Serialization;

namespace Torii.Client.Users;

/// <summary>
/// Reads a user by hand: searches consist of nothing else, and the generated code takes several times as long for it
/// (benchmarks/). What it does not know goes to <see cref="ToriiObject.AdditionalProperties"/>.
/// </summary>
internal sealed class UserConverter : JsonConverter<ToriiUser>
{
    private static readonly string[] KnownTexts = ["active", "banned", "deleted", "pending_verification", "en", "da"];

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
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "id"u8)) user.UserId = Text(ref reader) ?? "";
            else if (Is(ref reader, "environmentId"u8)) user.EnvironmentId = _environmentId = Text(ref reader, _environmentId) ?? "";
            else if (Is(ref reader, "name"u8)) user.Name = Text(ref reader);
            else if (Is(ref reader, "phone"u8)) user.Phone = Text(ref reader);
            else if (Is(ref reader, "locale"u8)) user.Locale = Known(ref reader);
            else if (Is(ref reader, "address"u8)) user.Address = Text(ref reader);
            else if (Is(ref reader, "dateOfBirth"u8)) user.DateOfBirth = Text(ref reader);
            else if (Is(ref reader, "status"u8)) user.Status = Known(ref reader) ?? "";
            else if (Is(ref reader, "createdAt"u8)) user.CreatedAt = Moment(ref reader) ?? default;
            else if (Is(ref reader, "updatedAt"u8)) user.UpdatedAt = Moment(ref reader) ?? default;
            else if (Is(ref reader, "email"u8)) user.Email = Text(ref reader);
            else if (Is(ref reader, "emailVerifiedAt"u8)) user.EmailVerifiedAt = Moment(ref reader);
            else if (Is(ref reader, "deletedAt"u8)) user.DeletedAt = Moment(ref reader);
            else if (Is(ref reader, "firstName"u8)) user.FirstName = Text(ref reader);
            else if (Is(ref reader, "lastName"u8)) user.LastName = Text(ref reader);
            else if (Is(ref reader, "publicMetadata"u8)) user.PublicMetadata = Bag(ref reader);
            else if (Is(ref reader, "privateMetadata"u8)) user.PrivateMetadata = Bag(ref reader);
            else if (Is(ref reader, "unsafeMetadata"u8)) user.UnsafeMetadata = Bag(ref reader);
            else ReadOther(ref reader, user);
        }

        return user.FindMissingMember() is { } missing ? throw new JsonException($"A user without '{missing}'.") : user;
    }

    /// <summary>Users are never sent.</summary>
    public override void Write(Utf8JsonWriter writer, ToriiUser value, JsonSerializerOptions options) => throw new NotSupportedException();

    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => reader.ValueTextEquals(name);

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
