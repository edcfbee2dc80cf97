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
    /// Numbers become <see cref="long"/> where they are whole and fit, <see cref="decimal"/> where they are written as
    /// digits alone and fit that, otherwise <see cref="double"/>. A number that is too large for a double stays the text
    /// that it is in JSON: infinity has no JSON form.
    /// </summary>
    internal static object? FromElement(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => ToBag(element),
        JsonValueKind.Array => element.EnumerateArray().Select(FromElement).ToArray(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out long whole) ? (object)whole
            : element.TryGetDecimal(out decimal large) && element.GetRawText().AsSpan().TrimStart('-').IndexOfAnyExceptInRange('0', '9') < 0 ? large
            : element.GetDouble() is var number && double.IsFinite(number) ? number
            : element.GetRawText(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

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
