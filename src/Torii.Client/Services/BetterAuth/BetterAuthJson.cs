using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Torii.Client.Http;

namespace Torii.Client.Services;

/// <summary>
/// The JSON of Better Auth as models. Its members have other names than those of torii, and none is trusted to have its
/// type: the server stores what an administrator once sent.
/// </summary>
internal static class BetterAuthJson
{
    public static readonly JsonTypeInfo<ToriiUser> User = Of(static m => new ToriiUser
    {
        UserId = m.Text("id") ?? "",
        Name = m.Text("name"),
        Email = m.Text("email"),
        EmailVerified = m.Flag("emailVerified"),
        Status = m.Flag("banned") == true ? BetterAuthService.Banned : BetterAuthService.Active,
        BanReason = m.Text("banReason"),
        BanExpiresAt = m.Time("banExpires"),
        Role = m.Text("role"),
        UserName = m.Text("username"),
        CreatedAt = m.Time("createdAt") ?? default,
        UpdatedAt = m.Time("updatedAt") ?? default,
    });

    /// <summary>A session. Its token, which is a credential, is left out: <see cref="BetterAuthSessionService"/> reads it.</summary>
    public static readonly JsonTypeInfo<ToriiSession> Session = Of(static m => new ToriiSession
    {
        SessionId = m.Text("id") ?? "",
        UserId = m.Text("userId") ?? "",
        UserAgent = m.Text("userAgent") is { Length: > 0 } agent ? agent : null,
        IpAddress = m.Text("ipAddress") is { Length: > 0 } address ? address : null,
        CreatedAt = m.Time("createdAt") ?? default,
        LastUsedAt = m.Time("updatedAt") ?? default,
        ExpiresAt = m.Time("expiresAt") ?? default,
        ActiveOrganizationId = m.Text("activeOrganizationId"),
        ImpersonatedBy = m.Text("impersonatedBy"),
    }, "token");

    public static readonly JsonTypeInfo<ToriiOrganization> Organization = Of(static m => new ToriiOrganization
    {
        OrganizationId = m.Text("id") ?? "",
        Name = m.Text("name") ?? "",
        Slug = m.Text("slug"),
        PublicMetadata = m.Bag("metadata"),
        CreatedAt = m.Time("createdAt") ?? default,
    }, "members", "invitations", "teams");

    public static readonly JsonTypeInfo<ToriiMembership> Membership = Of(static m => new ToriiMembership
    {
        OrganizationId = m.Text("organizationId") ?? "",
        UserId = m.Text("userId") ?? "",
        Role = m.Text("role") ?? "",
        JoinedAt = m.Time("createdAt") ?? default,
    });

    public static readonly JsonTypeInfo<ToriiInvitation> Invitation = Of(static m => new ToriiInvitation
    {
        InvitationId = m.Text("id") ?? "",
        OrganizationId = m.Text("organizationId"),
        Email = m.Text("email") ?? "",
        Role = m.Text("role"),
        Status = m.Text("status") ?? "",
        CreatedAt = m.Time("createdAt"),
        ExpiresAt = m.Time("expiresAt") ?? default,
    });

    /// <summary>Reads a response that has another shape than that of a model.</summary>
    /// <exception cref="UnreadableResponseException">The body has another shape.</exception>
    public static T Read<T>(ApiResponse response, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(response.Body);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new UnreadableResponseException(null, e);
        }
    }

    /// <summary>Reads an array of models, as the body or as a member of it.</summary>
    /// <exception cref="UnreadableResponseException">The body has another shape.</exception>
    public static List<(T Item, JsonElement Json)> ReadList<T>(ApiResponse response, string? member, JsonTypeInfo<T> shape)
        where T : ToriiObject => Read(response, root => (member is null ? root : root.GetProperty(member)).EnumerateArray().Select(json =>
        {
            T item = json.Deserialize(shape) ?? throw new JsonException();
            return item.FindMissingMember() is { } missing ? throw new UnreadableResponseException(missing) : (item, json.Clone());
        }).ToList());

    /// <summary>The object under a member, or the whole body where it is bare: both occur for a user.</summary>
    public static ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> body, string member)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(member, out JsonElement inner)
                ? System.Text.Encoding.UTF8.GetBytes(inner.GetRawText()) : body;
        }
        catch (JsonException)
        {
            return body;
        }
    }

    /// <exception cref="KeyNotFoundException">There is no such member.</exception>
    /// <exception cref="InvalidOperationException">It is not text.</exception>
    /// <exception cref="FormatException">It is empty.</exception>
    public static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() is { Length: > 0 } text ? text : throw new FormatException();

    private static JsonTypeInfo<T> Of<T>(Func<Members, T> read, params string[] secret)
        where T : ToriiObject => JsonMetadataServices.CreateValueInfo<T>(new JsonSerializerOptions { TypeInfoResolver = JsonTypeInfoResolver.Combine() }, new Converter<T>(read, secret));

    private sealed class Converter<T>(Func<Members, T> read, string[] leftOut) : JsonConverter<T>
        where T : ToriiObject
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            JsonElement element = JsonElement.ParseValue(ref reader);
            Members members = new(PlainValues.FromElement(element) as ToriiMetadata ?? throw new JsonException());
            foreach (string name in leftOut)
            {
                members.Rest.Remove(name);
            }

            T item = read(members);
            item.AdditionalProperties = members.Rest;
            return item;
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => throw new NotSupportedException();
    }

    /// <summary>The members of an object. What is read leaves <see cref="Rest"/>; a member of another type stays there.</summary>
    private sealed class Members(ToriiMetadata members)
    {
        public ToriiMetadata Rest => members;

        public string? Text(string name) => Take<string>(name);

        public bool? Flag(string name) => Take<object>(name) switch
        {
            bool flag => flag,
            // SQLite has no Boolean, and an adapter may show its number.
            long number => number != 0,
            string text => text is not ("" or "0" or "false"),
            _ => null,
        };

        public DateTimeOffset? Time(string name) =>
            DateTimeOffset.TryParse(Take<string>(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time) ? time : null;

        /// <summary>An object, which some answers contain as text.</summary>
        public ToriiMetadata? Bag(string name)
        {
            try
            {
                return Take<object>(name) switch
                {
                    ToriiMetadata bag => bag,
                    string { Length: > 0 } text => PlainValues.FromElement(JsonDocument.Parse(text).RootElement) as ToriiMetadata,
                    _ => null,
                };
            }
            catch (JsonException)
            {
                return null;
            }
        }

        private T? Take<T>(string name)
            where T : class
        {
            if (!members.TryGetValue(name, out object? value) || value is not (T or null))
            {
                return null;
            }

            members.Remove(name);
            return value as T;
        }
    }
}
