using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Torii;

/// <summary>Free-form JSON as values that a shell can show, compare and serialize.</summary>
internal static class PlainValues
{
    /// <summary>Replaces each <see cref="JsonElement"/> in place; null is left alone.</summary>
    internal static void ReplaceElements(IDictionary<string, object?>? members)
    {
        if (members is null || members.Count == 0)
        {
            return;
        }

        foreach (string name in members.Keys.ToArray())
        {
            if (members[name] is JsonElement element)
            {
                members[name] = FromElement(element);
            }
        }
    }

    /// <summary>The members of a JSON object, UTF-8.</summary>
    internal static ToriiMetadata FromJson(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return ToBag(document.RootElement);
    }

    /// <summary>
    /// Each number becomes a value that is exactly that number: whole numbers a <see cref="long"/>, a <see cref="decimal"/>
    /// or a <see cref="BigInteger"/>, others a <see cref="double"/> or a <see cref="decimal"/>. One that neither holds stays
    /// the text that it is in JSON.
    /// </summary>
    internal static object? FromElement(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => ToBag(element),
        JsonValueKind.Array => element.EnumerateArray().Select(FromElement).ToArray(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out long whole) ? whole : ToNumber(element.GetRawText()),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static object ToNumber(string json)
    {
        bool isWhole = json.AsSpan().TrimStart('-').IndexOfAnyExceptInRange('0', '9') < 0;
        (string, long) number = Digits(json);
        return !isWhole && double.Parse(json, CultureInfo.InvariantCulture) is var real && double.IsFinite(real) && Digits(real.ToString("R", CultureInfo.InvariantCulture)) == number ? real
            : decimal.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal exact) && Digits(exact.ToString(CultureInfo.InvariantCulture)) == number ? exact
            : isWhole ? BigInteger.Parse(json, CultureInfo.InvariantCulture)
            : json;
    }

    /// <summary>The sign and the significant digits of a number, and the power of ten of the last one: equal for equal numbers.</summary>
    private static (string Digits, long Exponent) Digits(string number)
    {
        string[] parts = number.Split('e', 'E');
        string[] halves = parts[0].Split('.');
        string all = (halves[0] + halves.ElementAtOrDefault(1)).TrimStart('-').TrimStart('0');
        string digits = all.TrimEnd('0');
        // An exponent that does not fit is that of no double and no decimal.
        _ = long.TryParse(parts.ElementAtOrDefault(1) ?? "0", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long exponent);
        return digits.Length == 0 ? ("", 0) : ((number[0] == '-' ? "-" : "") + digits, exponent - (halves.ElementAtOrDefault(1)?.Length ?? 0) + all.Length - digits.Length);
    }

    private static ToriiMetadata ToBag(JsonElement element)
    {
        ToriiMetadata members = [];
        foreach (JsonProperty property in element.EnumerateObject())
        {
            members[property.Name] = FromElement(property.Value);
        }

        return members;
    }
}
