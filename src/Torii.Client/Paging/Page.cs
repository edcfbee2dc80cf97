using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Torii.Client.Http;

namespace Torii.Client.Paging;

/// <summary>One page of a list. Its items are parsed on first use, so that the next page can be requested before.</summary>
/// <param name="items">Each item as JSON.</param>
/// <param name="parse">Parses an item, given its index.</param>
internal sealed class Page<T>(IReadOnlyList<ReadOnlyMemory<byte>> items, Func<ReadOnlyMemory<byte>, int, T> parse)
{
    private T[]? _items;

    /// <summary>How many items the page has.</summary>
    public int Count => items.Count;

    /// <summary>The items in the order of the service.</summary>
    /// <exception cref="ToriiException"><see cref="ToriiErrorId.InvalidResponse"/>: names the item and the member that cannot be read.</exception>
    public IReadOnlyList<T> Items => _items ??= [.. items.Select(parse)];

    /// <summary>The position of the next page; null or empty at the end of the list.</summary>
    public string? NextCursor { get; init; }

    /// <summary>Whether the service reports more pages; null when it does not tell.</summary>
    public bool? HasMore { get; init; }

    /// <summary>How many items the whole list has; null when the service does not tell.</summary>
    public long? Total { get; init; }
}

/// <summary>Reads pages of one kind: the envelope at once, the items one by one when they are used.</summary>
/// <param name="shape">The shape of an item.</param>
/// <param name="findWrongMember">Returns the name of a member of an item that is missing; null when there is none.</param>
internal sealed class PageReader<T>(JsonTypeInfo<T> shape, Func<T, string?>? findWrongMember = null)
    where T : class
{
    /// <summary>The member with the items.</summary>
    public string ItemsMember { get; init; } = "items";

    public string NextCursorMember { get; init; } = "nextCursor";

    public string HasMoreMember { get; init; } = "hasMore";

    public string TotalMember { get; init; } = "total";

    /// <summary>Reads the envelope, and finds the items.</summary>
    /// <exception cref="UnreadableResponseException">The body is not a page.</exception>
    public Page<T> Read(ApiResponse response)
    {
        List<ReadOnlyMemory<byte>>? items = null;
        string? nextCursor = null;
        bool? hasMore = null;
        long? total = null;
        string member = "";
        try
        {
            Utf8JsonReader reader = new(response.Body.Span, JsonDepth.OfReader);
            Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject, null);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                member = reader.GetString()!;
                reader.Read();
                if (member == ItemsMember)
                {
                    Expect(reader.TokenType == JsonTokenType.StartArray, member);
                    items = Slice(ref reader, response.Body);
                }
                else if (member == NextCursorMember)
                {
                    Expect(reader.TokenType is JsonTokenType.String or JsonTokenType.Null, member);
                    nextCursor = reader.GetString();
                }
                else if (member == HasMoreMember)
                {
                    Expect(reader.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null, member);
                    hasMore = reader.TokenType == JsonTokenType.Null ? null : reader.GetBoolean();
                }
                else if (member == TotalMember)
                {
                    total = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long count) ? count : null;
                    reader.Skip();
                }
                else
                {
                    reader.Skip();
                }
            }

            // Anything after the object is an error too.
            reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new UnreadableResponseException(null, e);
        }

        Expect(items is not null, ItemsMember);
        return new Page<T>(items!, Parse) { NextCursor = nextCursor, HasMore = hasMore, Total = total };
    }

    private static void Expect(bool holds, string? member)
    {
        if (!holds)
        {
            throw new UnreadableResponseException(member);
        }
    }

    private static List<ReadOnlyMemory<byte>> Slice(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        List<ReadOnlyMemory<byte>> items = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            items.Add(body[start..(int)reader.BytesConsumed]);
        }

        return items;
    }

    private T Parse(ReadOnlyMemory<byte> json, int index)
    {
        string? member;
        Exception? inner = null;
        try
        {
            T? item = JsonSerializer.Deserialize(json.Span, shape);
            member = item is null ? "" : findWrongMember?.Invoke(item);
            if (member is null)
            {
                return item!;
            }
        }
        catch (JsonException e)
        {
            inner = e;
            member = JsonFault.FindMember(e, json.Span) ?? "";
        }

        string id = FindId(json) is { } found ? $" (id '{Redactor.RedactLine(found)}')" : "";
        string what = member.Length == 0 ? "has another shape" : $"has a missing or invalid '{Redactor.RedactLine(member)}'";
        throw new ToriiException(
            ToriiErrorId.InvalidResponse,
            $"Item {index + 1} of the page{id} {what}.",
            inner is null || Redactor.Redact(inner.ToString()) != inner.ToString() ? null : inner)
        { Variant = "item" };
    }

    private static string? FindId(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, JsonDepth.OfDocument);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
