using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Torii.Emulator.Http;

/// <summary>A request with its body read, free of HTTP plumbing.</summary>
internal sealed class ApiRequest
{
    public required IQueryCollection Query { get; init; }

    public required IReadOnlyDictionary<string, string> PathValues { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    public required string? ContentType { get; init; }

    /// <summary>Members of the body that a fault wants overlooked, as a server does that has never heard of them.</summary>
    public Func<string, bool>? Overlooks { get; init; }

    /// <summary>A fault wants this page to lead back to itself.</summary>
    public bool RepeatsCursor { get; init; }

    public Guid PathId(string name) =>
        WireFormat.TryId(PathValues[name], out var id) ? id : throw Refusal.BadField(name, "is not a UUID");

    public Guid? QueryId(string name)
    {
        if (!Query.TryGetValue(name, out var values))
        {
            return null;
        }

        return WireFormat.TryId(values[0], out var id) ? id : throw Refusal.BadField(name, "is not a UUID");
    }

    public int? QueryNumber(string name)
    {
        if (!Query.TryGetValue(name, out var values))
        {
            return null;
        }

        return int.TryParse(values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Refusal.BadField(name, "is not a whole number");
    }

    /// <summary>The body as an object. With <paramref name="optional"/>, no body at all means an object without members.</summary>
    public JsonFields Fields(bool optional = false)
    {
        if (Body.IsEmpty)
        {
            return optional ? JsonFields.None : throw new Refusal(400, "invalid_request", "The request body is missing.", "body");
        }

        if (!IsJson(ContentType))
        {
            throw new Refusal(415, "unsupported_media_type", "The request body must be application/json.", "Content-Type");
        }

        JsonElement root;
        try
        {
            RefuseBrokenText(Body.Span);
            root = JsonDocument.Parse(Body).RootElement;
        }
        catch (JsonException error)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}");
            throw new Refusal(400, "invalid_json", $"The request body is not JSON ({place}).", "body");
        }

        return root.ValueKind == JsonValueKind.Object
            ? new JsonFields(root, Overlooks)
            : throw new Refusal(400, "invalid_request", "The request body must be a JSON object.", "body");
    }

    /// <summary>The reader lets bytes that are no UTF-8, and halves of surrogate pairs, pass until somebody asks for the text.</summary>
    private static void RefuseBrokenText(ReadOnlySpan<byte> json)
    {
        var valid = Utf8.IsValid(json);
        var reader = new Utf8JsonReader(json);
        while (valid && reader.Read())
        {
            try
            {
                valid = !reader.ValueIsEscaped || reader.GetString() is not null;
            }
            catch (InvalidOperationException)
            {
                valid = false;
            }
        }

        if (!valid)
        {
            throw new Refusal(400, "invalid_json", "The request body holds text that is not Unicode.", "body");
        }
    }

    private static bool IsJson(string? contentType)
    {
        var media = contentType?.Split(';')[0].Trim() ?? "";
        return media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (media.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
                && media.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
    }
}
