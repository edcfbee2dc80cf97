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
                members[name] = FromElement(element, depth: 1);
            }
        }
    }

    /// <summary>The error about two members of one name in one object: one of them would be lost.</summary>
    internal static ToriiException Twice(string key) => Unfit($"the key '{key}' appears twice in one object", "twice");

    /// <summary>A value that a person wrote as JSON (RFC 8259: no comments, no trailing commas), with unique keys.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: it is not that.</exception>
    internal static object? FromText(string json, int depth = 0)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = int.MaxValue });
            return FromElement(document.RootElement, depth, isTyped: true);
        }
        catch (JsonException e)
        {
            throw Unfit($"it is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})", "metadata");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw Unfit("it contains text that is not valid Unicode", "json");
        }
    }

    /// <summary>The error about a value with too many levels.</summary>
    internal static ToriiException TooDeep() => Unfit($"it is nested more than {PlainJson.MaxDepth} levels deep");

    /// <summary>The error about a value that has no JSON form.</summary>
    internal static ToriiException Unfit(string why, string variant = "json") =>
        new(ToriiErrorId.InvalidRequest, $"A value cannot be sent: {why}.") { Variant = variant };

    /// <summary>The members of a JSON object, UTF-8.</summary>
    internal static ToriiMetadata FromJson(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return ToBag(document.RootElement, 0, isTyped: false);
    }

    /// <summary>
    /// Converts an element. Numbers: see <see cref="JsonNumber.Parse"/>. What is nested deeper than
    /// <see cref="PlainJson.MaxDepth"/> stays JSON: an end-user can write metadata of any depth, and the values are
    /// converted by recursion.
    /// </summary>
    /// <param name="element">The element.</param>
    /// <param name="depth">The number of objects and arrays around it.</param>
    /// <param name="isTyped">Whether a person wrote it: a key that appears twice is an error. In a response the last one counts.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: a key appears twice.</exception>
    internal static object? FromElement(JsonElement element, int depth = 0, bool isTyped = false) => element.ValueKind switch
    {
        JsonValueKind.Object or JsonValueKind.Array when depth >= PlainJson.MaxDepth => new ToriiRawJson(element.GetRawText()),
        JsonValueKind.Object => ToBag(element, depth, isTyped),
        JsonValueKind.Array => element.EnumerateArray().Select(item => FromElement(item, depth + 1, isTyped)).ToArray(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out long whole) && whole != 0 ? whole : JsonNumber.Parse(element.GetRawText()),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static ToriiMetadata ToBag(JsonElement element, int depth, bool isTyped)
    {
        ToriiMetadata members = [];
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (isTyped && members.ContainsKey(property.Name))
            {
                throw Twice(property.Name);
            }

            members[property.Name] = FromElement(property.Value, depth + 1, isTyped);
        }

        return members;
    }
}
