using System.Text.Json;
using System.Text.Json.Serialization;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>
/// Reads and writes a user (response of getUser) by hand. A search returns many thousands of them: with generated code
/// it takes more than 5 % longer and allocates 14 % more memory (benchmarks/Compare-Module.ps1 -Baseline).
/// </summary>
internal sealed class UserConverter : JsonConverter<ToriiUser>
{
    private static readonly MetadataConverter Metadata = new();

    /// <summary>In the order of the service, so that the next member is mostly the one that follows.</summary>
    private static readonly Member[] Members =
    [
        new("id", static (ref Utf8JsonReader json, ToriiUser user) => user.UserId = json.GetString()!, static user => user.UserId, isRequired: true),
        new("environmentId", static (ref Utf8JsonReader json, ToriiUser user) => user.EnvironmentId = Shared(ref json, ref _environmentId), static user => user.EnvironmentId),
        new("name", static (ref Utf8JsonReader json, ToriiUser user) => user.Name = json.GetString(), static user => user.Name),
        new("firstName", static (ref Utf8JsonReader json, ToriiUser user) => user.FirstName = json.GetString(), static user => user.FirstName),
        new("lastName", static (ref Utf8JsonReader json, ToriiUser user) => user.LastName = json.GetString(), static user => user.LastName),
        new("phone", static (ref Utf8JsonReader json, ToriiUser user) => user.Phone = json.GetString(), static user => user.Phone),
        new("locale", static (ref Utf8JsonReader json, ToriiUser user) => user.Locale = Shared(ref json, ref _locale), static user => user.Locale),
        new("address", static (ref Utf8JsonReader json, ToriiUser user) => user.Address = json.GetString(), static user => user.Address),
        new("dateOfBirth", static (ref Utf8JsonReader json, ToriiUser user) => user.DateOfBirth = json.GetString(), static user => user.DateOfBirth),
        new("status", static (ref Utf8JsonReader json, ToriiUser user) => user.Status = Shared(ref json, ref _status)!, static user => user.Status, isRequired: true),
        new("createdAt", static (ref Utf8JsonReader json, ToriiUser user) => user.CreatedAt = json.GetDateTimeOffset(), static user => user.CreatedAt, isRequired: true),
        new("updatedAt", static (ref Utf8JsonReader json, ToriiUser user) => user.UpdatedAt = json.GetDateTimeOffset(), static user => user.UpdatedAt, isRequired: true),
        new("email", static (ref Utf8JsonReader json, ToriiUser user) => user.Email = json.GetString(), static user => user.Email),
        new("emailVerifiedAt", static (ref Utf8JsonReader json, ToriiUser user) => user.EmailVerifiedAt = Moment(ref json), static user => user.EmailVerifiedAt),
        new("deletedAt", static (ref Utf8JsonReader json, ToriiUser user) => user.DeletedAt = Moment(ref json), static user => user.DeletedAt),
        new("publicMetadata", static (ref Utf8JsonReader json, ToriiUser user) => user.PublicMetadata = Bag(ref json), static user => user.PublicMetadata),
        new("privateMetadata", static (ref Utf8JsonReader json, ToriiUser user) => user.PrivateMetadata = Bag(ref json), static user => user.PrivateMetadata),
        new("emailVerified", static (ref Utf8JsonReader json, ToriiUser user) => user.EmailVerified = json.TokenType == JsonTokenType.Null ? null : json.GetBoolean(), static user => user.EmailVerified),
        new("banReason", static (ref Utf8JsonReader json, ToriiUser user) => user.BanReason = json.GetString(), static user => user.BanReason),
        new("banExpiresAt", static (ref Utf8JsonReader json, ToriiUser user) => user.BanExpiresAt = Moment(ref json), static user => user.BanExpiresAt),
        new("role", static (ref Utf8JsonReader json, ToriiUser user) => user.Role = json.GetString(), static user => user.Role),
        new("userName", static (ref Utf8JsonReader json, ToriiUser user) => user.UserName = json.GetString(), static user => user.UserName),
        new("unsafeMetadata", static (ref Utf8JsonReader json, ToriiUser user) => user.UnsafeMetadata = Bag(ref json), static user => user.UnsafeMetadata),
    ];

    private static readonly uint Required = Members.Select(static (member, at) => member.IsRequired ? 1u << at : 0).Aggregate(static (all, bit) => all | bit);

    private static string? _environmentId;
    private static string? _locale;
    private static string? _status;

    private delegate void MemberReader(ref Utf8JsonReader json, ToriiUser user);

    /// <exception cref="JsonException">It is not a user; the path names the member that cannot be read.</exception>
    public override ToriiUser Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        ToriiUser user = new();
        int next = 0;
        uint seen = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int at = Find(ref reader, next);
            if (at < 0)
            {
                string name = reader.GetString()!;
                reader.Read();
                user.AdditionalProperties[name] = JsonElement.ParseValue(ref reader);
                continue;
            }

            next = at + 1;
            seen |= 1u << at;
            reader.Read();
            try
            {
                Members[at].Read(ref reader, user);
            }
            catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
            {
                throw new JsonException(e.Message, $"$.{Members[at].Name}", null, null, e);
            }
        }

        if ((seen & Required) != Required)
        {
            throw new JsonException("A required member is missing.");
        }

        ((IJsonOnDeserialized)user).OnDeserialized();
        return user;
    }

    public override void Write(Utf8JsonWriter writer, ToriiUser value, JsonSerializerOptions options)
    {
        Dictionary<string, object?> members = new(value.AdditionalProperties, StringComparer.Ordinal);
        foreach (Member member in Members)
        {
            members[member.Name.Value] = member.Get(value);
        }

        PlainJson.Write(writer, members);
    }

    /// <summary>The position of the member that is read, looked for from a position on; -1 for one that a user does not have.</summary>
    private static int Find(ref Utf8JsonReader reader, int from)
    {
        for (int i = 0; i < Members.Length; i++)
        {
            int at = (from + i) % Members.Length;
            if (reader.ValueTextEquals(Members[at].Name.EncodedUtf8Bytes))
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>A text that is mostly the last one again, and then the same string. Any thread may replace the last one.</summary>
    private static string? Shared(ref Utf8JsonReader json, ref string? last)
    {
        string? text = last;
        return text is not null && json.TokenType == JsonTokenType.String && json.ValueTextEquals(text) ? text : last = json.GetString();
    }

    private static DateTimeOffset? Moment(ref Utf8JsonReader json) => json.TokenType == JsonTokenType.Null ? null : json.GetDateTimeOffset();

    private static ToriiMetadata? Bag(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Null ? null : Metadata.Read(ref json, typeof(ToriiMetadata), ToriiJson.Default.Options);

    private sealed class Member(string name, MemberReader read, Func<ToriiUser, object?> get, bool isRequired = false)
    {
        public JsonEncodedText Name { get; } = JsonEncodedText.Encode(name);

        public MemberReader Read { get; } = read;

        public Func<ToriiUser, object?> Get { get; } = get;

        public bool IsRequired { get; } = isRequired;
    }
}
