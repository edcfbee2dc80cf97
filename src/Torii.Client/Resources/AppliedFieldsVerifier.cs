using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Torii.Client.Resources;

/// <summary>
/// Compares the members of a request with the response, JSON against JSON. A server that does not know a member may
/// ignore it without an error; success is reported only for values that the response shows.
/// </summary>
internal static class AppliedFieldsVerifier
{
    /// <summary>The largest number of digits of a country code (ITU-T E.164).</summary>
    private const int LongestCountryCode = 3;

    /// <summary>Compares a request with its response.</summary>
    /// <param name="sent">The body of the request.</param>
    /// <param name="response">The resource in the response.</param>
    /// <param name="writeOnly">Members that the service never returns.</param>
    /// <param name="isUnmoved">Whether the response says that the resource was last changed before the request.</param>
    /// <returns>The members that were not stored, and those that were stored in another spelling.</returns>
    public static (IReadOnlyList<string> NotApplied, IReadOnlyList<string> Respelled) Compare(
        ReadOnlyMemory<byte> sent, JsonElement response, IReadOnlySet<string> writeOnly, bool isUnmoved)
    {
        using JsonDocument request = JsonDocument.Parse(sent);
        List<string> notApplied = [];
        List<string> respelled = [];
        bool showsNulls = response.EnumerateObject().Any(static m => m.Value.ValueKind == JsonValueKind.Null);
        foreach (JsonProperty member in request.RootElement.EnumerateObject().Where(m => !writeOnly.Contains(m.Name)))
        {
            bool isPresent = response.TryGetProperty(member.Name, out JsonElement stored);
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                // A nullable member may be left out of a response, but not by a server that writes its nulls.
                if (isPresent ? !IsNothing(stored) : showsNulls)
                {
                    notApplied.Add(member.Name);
                }
            }
            else if (!isPresent || !Holds(member, stored, out bool isRespelled) || (isRespelled && isUnmoved))
            {
                notApplied.Add(member.Name);
            }
            else if (isRespelled)
            {
                respelled.Add(member.Name);
            }
        }

        return (notApplied, respelled);
    }

    private static bool Holds(JsonProperty sent, JsonElement stored, out bool isRespelled)
    {
        isRespelled = false;
        if (sent.Value.ValueKind == JsonValueKind.Object)
        {
            return stored.ValueKind == JsonValueKind.Object && HoldsAll(sent.Value, stored);
        }

        if (sent.Value.ValueKind != JsonValueKind.String || stored.ValueKind != JsonValueKind.String)
        {
            return AreEqual(sent.Value, stored);
        }

        string text = sent.Value.GetString()!;
        string found = stored.GetString()!;
        isRespelled = !string.Equals(text, found, StringComparison.Ordinal);
        return !isRespelled || sent.Name switch
        {
            "dateOfBirth" => false,
            "phone" => IsSameNumber(text, found),
            _ => Canonical(text) == Canonical(found),
        };
    }

    private static bool IsNothing(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && value.GetString() is "");

    /// <summary>A country code may have been put before a number, and nothing longer: another number may end alike.</summary>
    private static bool IsSameNumber(string sent, string stored)
    {
        string one = Digits(sent).TrimStart('0');
        string other = Digits(stored).TrimStart('0');
        return one.Length > 0
            ? other.EndsWith(one, StringComparison.Ordinal) && other.Length - one.Length <= LongestCountryCode
            : Canonical(sent) == Canonical(stored);
    }

    private static string Canonical(string text) =>
        string.Join(' ', text.Normalize(NormalizationForm.FormKC).ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit));

    /// <summary>
    /// Metadata is deep-merged: the stored object contains what was sent, and a key that was sent as null is gone.
    /// </summary>
    private static bool HoldsAll(JsonElement sent, JsonElement stored) => sent.EnumerateObject().All(member =>
    {
        bool isPresent = stored.TryGetProperty(member.Name, out JsonElement found);
        return member.Value.ValueKind switch
        {
            JsonValueKind.Null => !isPresent,
            // An object in which every key is deleted may leave no object behind.
            JsonValueKind.Object when !isPresent || found.ValueKind == JsonValueKind.Null => DeletesOnly(member.Value),
            JsonValueKind.Object when found.ValueKind == JsonValueKind.Object => HoldsAll(member.Value, found),
            _ => isPresent && AreEqual(member.Value, found),
        };
    });

    private static bool DeletesOnly(JsonElement sent) => sent.ValueKind == JsonValueKind.Null
        || (sent.ValueKind == JsonValueKind.Object && sent.EnumerateObject().All(static m => DeletesOnly(m.Value)));

    /// <summary>Whether two values are equal as JSON: 1 and 1.0 are one number, the order of members does not count.</summary>
    private static bool AreEqual(JsonElement one, JsonElement other) => one.ValueKind == other.ValueKind && one.ValueKind switch
    {
        JsonValueKind.Number => Decimal(one.GetRawText()) == Decimal(other.GetRawText()),
        JsonValueKind.String => one.GetString() == other.GetString(),
        JsonValueKind.Array => one.GetArrayLength() == other.GetArrayLength()
            && one.EnumerateArray().Zip(other.EnumerateArray()).All(static p => AreEqual(p.First, p.Second)),
        JsonValueKind.Object => one.EnumerateObject().Count() == other.EnumerateObject().Count()
            && one.EnumerateObject().All(m => other.TryGetProperty(m.Name, out JsonElement found) && AreEqual(m.Value, found)),
        _ => true,
    };

    /// <summary>
    /// A number by its value, exact to the last digit, so that one that a server rounded is not taken for stored: its
    /// digits without leading and trailing zeros, and the power of ten of the last one.
    /// </summary>
    private static (string Digits, long Exponent) Decimal(string number)
    {
        string[] parts = number.Split('e', 'E');
        if (!long.TryParse(parts.ElementAtOrDefault(1) ?? "0", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long exponent))
        {
            return (number, 0);
        }

        string[] mantissa = parts[0].TrimStart('-').Split('.');
        string fraction = mantissa.ElementAtOrDefault(1) ?? "";
        string digits = (mantissa[0] + fraction).TrimStart('0');
        string significant = digits.TrimEnd('0');
        return significant.Length == 0 ? ("0", 0) : ((number[0] == '-' ? "-" : "") + significant, exponent - fraction.Length + digits.Length - significant.Length);
    }
}
