using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Extensions.Primitives;

namespace Torii.Emulator.Http;

/// <summary>A request to an operation, with its body in memory.</summary>
internal sealed class OperationRequest(HttpRequest http, ReadOnlyMemory<byte> body, Fault? fault)
{
    public const int MaxBodyBytes = 1024 * 1024;

    /// <summary>Gets whether a fault makes the returned page lead back to itself.</summary>
    public bool RepeatsCursor => fault?.Kind == FaultKind.RepeatCursor;

    /// <summary>
    /// Reads the body, or returns null when it is too long. The rest of a body that is too long is read and discarded,
    /// because a client that is still sending would otherwise see a reset connection and never the reply.
    /// </summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(PipeReader reader)
    {
        var body = new ArrayBufferWriter<byte>();
        long length = 0L;
        while (true)
        {
            ReadResult read = await reader.ReadAsync();
            length += read.Buffer.Length;
            foreach (ReadOnlyMemory<byte> segment in length <= MaxBodyBytes ? read.Buffer : default)
            {
                body.Write(segment.Span);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return length <= MaxBodyBytes ? body.WrittenMemory : (ReadOnlyMemory<byte>?)null;
            }
        }
    }

    public Guid PathId(string name) =>
        ValueFormat.TryId((string?)http.RouteValues[name], out Guid id) ? id : throw RequestRefusedException.BadField(name, "is not a UUID");

    public Guid? QueryId(string name)
    {
        string? text = Query(name);
        return text is null ? null : ValueFormat.TryId(text, out global::System.Guid id) ? id : throw RequestRefusedException.BadField(name, "is not a UUID");
    }

    public int? QueryNumber(string name)
    {
        string? text = Query(name);
        return text is null ? null
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
            : throw RequestRefusedException.BadField(name, "is not a whole number");
    }

    /// <summary>Reads a filter, unless a fault ignores it.</summary>
    public string? QueryText(string name) => QueryTexts(name) is [string text, ..] ? text : null;

    /// <summary>Reads a filter that can be repeated, unless a fault ignores it.</summary>
    public StringValues QueryTexts(string name) => fault?.Ignores(name) == true ? default : http.Query[name];

    /// <summary>Reads the body as an object. With <paramref name="optional"/>, a missing body is an object without members.</summary>
    public BodyFields Fields(bool optional = false)
    {
        if (body.IsEmpty)
        {
            return optional ? new BodyFields(null) : throw new RequestRefusedException(400, "invalid_request", "The request body is missing.", "body");
        }

        if (!http.HasJsonContentType())
        {
            throw new RequestRefusedException(415, "unsupported_media_type", "The Content-Type of the request body must be application/json.", "Content-Type");
        }

        JsonElement root;
        try
        {
            RefuseInvalidUnicode(body.Span);
            root = JsonDocument.Parse(body).RootElement;
        }
        catch (JsonException error)
        {
            throw new RequestRefusedException(
                400, "invalid_json", $"The request body is not JSON (line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}).", "body");
        }

        return root.ValueKind == JsonValueKind.Object
            ? new BodyFields(root, fault is null ? null : fault.Ignores)
            : throw new RequestRefusedException(400, "invalid_request", "The request body must be a JSON object.", "body");
    }

    private string? Query(string name) => http.Query.TryGetValue(name, out StringValues values) ? values[0] ?? "" : null;

    /// <summary>Refuses invalid UTF-8 and lone surrogates, which the JSON reader accepts until the text is read.</summary>
    private static void RefuseInvalidUnicode(ReadOnlySpan<byte> json)
    {
        bool valid = Utf8.IsValid(json);
        var reader = new Utf8JsonReader(json);
        try
        {
            while (valid && reader.Read())
            {
                _ = reader.ValueIsEscaped ? reader.GetString() : null;
            }
        }
        catch (InvalidOperationException)
        {
            valid = false;
        }

        if (!valid)
        {
            throw new RequestRefusedException(400, "invalid_json", "The request body contains text that is not valid Unicode.", "body");
        }
    }
}
