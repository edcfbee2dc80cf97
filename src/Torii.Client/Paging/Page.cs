using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Torii.Client.Http;

namespace Torii.Client.Paging;

/// <summary>One page of a list.</summary>
/// <param name="items">The items in the order of the service.</param>
/// <param name="fault">The error about an item that cannot be read; null when all can.</param>
internal sealed class Page<T>(IReadOnlyList<T> items, ToriiException? fault = null)
{
    /// <summary>How many items the page has, with those that cannot be read.</summary>
    public int Count => items.Count;

    /// <summary>The items in the order of the service.</summary>
    /// <exception cref="ToriiException"><see cref="ToriiErrorId.InvalidResponse"/>: names the item and the member that cannot be read.</exception>
    public IReadOnlyList<T> Items => fault is null ? items : throw fault;

    /// <summary>The position of the next page; null or empty at the end of the list.</summary>
    public string? NextCursor { get; init; }

    /// <summary>Whether the service reports more pages; null when it does not tell.</summary>
    public bool? HasMore { get; init; }

    /// <summary>How many items the whole list has; null when the service does not tell.</summary>
    public long? Total { get; init; }

    /// <summary>Whether the page is the whole list. Without a total, only an empty one is.</summary>
    public bool IsWhole => Count == 0 || Total <= Count;
}

/// <summary>Reads pages of one kind in one pass over the JSON. An item that cannot be read does not hide how the list continues.</summary>
/// <param name="shape">The shape of an item.</param>
/// <param name="findWrongMember">Returns the name of a member of an item that is missing; null when there is none.</param>
internal sealed class PageReader<T>(JsonTypeInfo<T> shape, Func<T, string?>? findWrongMember = null)
    where T : class
{
    /// <summary>Reads in place; the serializer would look for the end of each item first.</summary>
    private readonly JsonConverter<T> _converter = (JsonConverter<T>)shape.Converter;

    /// <summary>The member with the items.</summary>
    public string ItemsMember { get; init; } = "items";

    public string NextCursorMember { get; init; } = "nextCursor";

    public string HasMoreMember { get; init; } = "hasMore";

    public string TotalMember { get; init; } = "total";

    /// <summary>Reads a page.</summary>
    /// <exception cref="UnreadableResponseException">The body is not a page.</exception>
    public Page<T> Read(ApiResponse response)
    {
        List<T>? items = null;
        ToriiException? fault = null;
        string? nextCursor = null;
        bool? hasMore = null;
        long? total = null;
        try
        {
            Utf8JsonReader reader = new(response.Body.Span, JsonDepth.OfReader);
            Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject, null);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string member = reader.GetString()!;
                reader.Read();
                if (member == ItemsMember)
                {
                    Expect(reader.TokenType == JsonTokenType.StartArray, member);
                    items = [];
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        items.Add(ReadItem(ref reader, response.Body, items.Count, ref fault)!);
                    }
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
        catch (Exception e) when (IsFault(e))
        {
            throw new UnreadableResponseException(null, e);
        }

        Expect(items is not null, ItemsMember);
        return new Page<T>(items!, fault) { NextCursor = nextCursor, HasMore = hasMore, Total = total };
    }

    private static void Expect(bool holds, string? member)
    {
        if (!holds)
        {
            throw new UnreadableResponseException(member);
        }
    }

    private static bool IsFault(Exception e) => e is JsonException or InvalidOperationException or FormatException;

    /// <summary>Reads an item; null for one that cannot be read.</summary>
    /// <exception cref="JsonException">The page ends within the item, or is not JSON.</exception>
    private T? ReadItem(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, int index, ref ToriiException? fault)
    {
        Utf8JsonReader start = reader;
        try
        {
            if ((reader.TokenType != JsonTokenType.Null || _converter.HandleNull) && _converter.Read(ref reader, typeof(T), shape.Options) is { } item && findWrongMember?.Invoke(item) is null)
            {
                return item;
            }
        }
        catch (Exception e) when (IsFault(e))
        {
            // Read again below, to tell why.
        }

        reader = start;
        reader.Skip();
        fault ??= Explain(body[(int)start.TokenStartIndex..(int)reader.BytesConsumed], index);
        return null;
    }

    /// <summary>The error about an item: which one it is, and the member.</summary>
    private ToriiException Explain(ReadOnlyMemory<byte> json, int index)
    {
        string? member = null;
        Exception? inner = null;
        try
        {
            member = JsonSerializer.Deserialize(json.Span, shape) is { } item ? findWrongMember?.Invoke(item) : null;
        }
        catch (JsonException e)
        {
            inner = e;
            member = JsonFault.FindMember(e, json.Span);
        }

        string id = FindId(json) is { } found ? $" (id '{Redactor.RedactLine(found)}')" : "";
        string what = string.IsNullOrEmpty(member) ? "has another shape" : $"has a missing or invalid '{Redactor.RedactLine(member)}'";
        return new ToriiException(
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
