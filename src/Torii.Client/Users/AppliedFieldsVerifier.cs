using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Torii.Client.Users;

/// <summary>
/// Compares what was sent of a user with what the service says it stored. A server that does not know a field may
/// ignore it in silence; nobody may believe that a value was stored when it was not.
/// </summary>
internal static class AppliedFieldsVerifier
{
    /// <summary>Never returned by the service, so never compared.</summary>
    private const string Password = "password";

    /// <summary>In digits (ITU-T E.164).</summary>
    private const int LongestCountryCode = 3;

    /// <param name="body">What was sent.</param>
    /// <param name="user">What came back.</param>
    /// <param name="answer">The answer as it came, which alone tells a member that is null from one that is absent; empty where it is not at hand.</param>
    /// <returns>The fields that were not stored, and those that were stored in another spelling.</returns>
    public static (IReadOnlyList<string> NotApplied, IReadOnlyList<string> Respelled) Compare(
        ResourceBody body, ToriiUser user, ReadOnlyMemory<byte> answer)
    {
        IReadOnlySet<string>? members = body.Values.Values.Contains(null) && !answer.IsEmpty ? MembersOf(answer) : null;
        List<string> notApplied = [];
        List<string> respelled = [];
        foreach ((string field, object? sent) in body.Values)
        {
            if (field == Password)
            {
                continue;
            }

            object? stored = Stored(user, field);
            if ((sent is null && members?.Contains(field) == false) || !Holds(field, sent, stored))
            {
                notApplied.Add(field);
            }
            else if (sent is string text && !string.Equals(text, stored as string, StringComparison.Ordinal))
            {
                respelled.Add(field);
            }
        }

        return (notApplied, respelled);
    }

    private static object? Stored(ToriiUser user, string field) => field switch
    {
        "email" => user.Email,
        "name" => user.Name,
        "firstName" => user.FirstName,
        "lastName" => user.LastName,
        "phone" => user.Phone,
        "locale" => user.Locale,
        "address" => user.Address,
        "dateOfBirth" => user.DateOfBirth,
        "publicMetadata" => user.PublicMetadata,
        "privateMetadata" => user.PrivateMetadata,
        "unsafeMetadata" => user.UnsafeMetadata,
        _ => user.AdditionalProperties.TryGetValue(field, out object? other) ? other : null,
    };

    /// <summary>The names of the members of a JSON object; empty for anything else.</summary>
    private static IReadOnlySet<string> MembersOf(ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? document.RootElement.EnumerateObject().Select(static m => m.Name).ToHashSet(StringComparer.Ordinal)
            : new HashSet<string>();
    }

    private static bool Holds(string field, object? sent, object? stored) => (sent, stored) switch
    {
        (null, _) => stored is null or "",
        (string text, string found) => field == "dateOfBirth" ? text == found : IsRespelling(field, text, found),
        (IDictionary bag, ToriiMetadata found) => HoldsAll(bag, found),
        _ => false,
    };

    /// <summary>Trimmed, in another case, in another Unicode form, or (a telephone number) in another format.</summary>
    private static bool IsRespelling(string field, string sent, string stored)
    {
        if (field != "phone")
        {
            return string.Equals(Canonical(sent), Canonical(stored), StringComparison.Ordinal);
        }

        string one = Digits(sent).TrimStart('0');
        string other = Digits(stored).TrimStart('0');
        // A country code may have been put before it, and nothing longer: another number may end alike.
        return one.Length > 0
            ? other.EndsWith(one, StringComparison.Ordinal) && other.Length - one.Length <= LongestCountryCode
            : string.Equals(Canonical(sent), Canonical(stored), StringComparison.Ordinal);
    }

    private static string Canonical(string text) =>
        string.Join(' ', text.Normalize(NormalizationForm.FormKC).ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit));

    /// <summary>A bag deep-merges: what was sent must be in what is stored, and a key that was sent as null must be gone.</summary>
    private static bool HoldsAll(IDictionary sent, ToriiMetadata stored)
    {
        foreach (DictionaryEntry entry in sent)
        {
            string key = Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!;
            stored.TryGetValue(key, out object? found);
            bool holds = (entry.Value, found) switch
            {
                (null, null) => true,
                (IDictionary inner, ToriiMetadata within) => HoldsAll(inner, within),
                // A bag in which every key is to be deleted may leave no bag behind.
                (IDictionary inner, null) => inner.Values.Cast<object?>().All(static v => v is null),
                var (wanted, there) => AreSame(wanted, there),
            };
            if (!holds)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Through JSON, so that 1, 1L and 1.0 are one number; the order of members says nothing.</summary>
    private static bool AreSame(object? wanted, object? there)
    {
        using JsonDocument one = ToJson(wanted);
        using JsonDocument other = ToJson(there);
        return AreSame(one.RootElement, other.RootElement);
    }

    private static bool AreSame(JsonElement one, JsonElement other) => one.ValueKind == other.ValueKind && one.ValueKind switch
    {
        JsonValueKind.Number => one.GetDouble().Equals(other.GetDouble()),
        JsonValueKind.String => one.GetString() == other.GetString(),
        JsonValueKind.Array => one.GetArrayLength() == other.GetArrayLength()
            && one.EnumerateArray().Zip(other.EnumerateArray()).All(static p => AreSame(p.First, p.Second)),
        JsonValueKind.Object => one.EnumerateObject().Count() == other.EnumerateObject().Count()
            && one.EnumerateObject().All(m => other.TryGetProperty(m.Name, out JsonElement found) && AreSame(m.Value, found)),
        _ => true,
    };

    private static JsonDocument ToJson(object? value)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            PlainJson.Write(writer, value);
        }

        return JsonDocument.Parse(stream.ToArray());
    }
}
