using System.Text.Json;

namespace Torii.Client.Http;

/// <summary>
/// What an error's body says (RFC 9457), as far as it says anything: <c>code</c> and <c>supportId</c> stand at the
/// top level in what the service sends and within <c>properties</c> in what it documents. Both are read.
/// </summary>
internal sealed record ProblemDetails(string? Title, string? Detail, string? Code, string? SupportId)
{
    private static readonly ProblemDetails None = new(null, null, null, null);

    /// <summary>Never throws: a body that is no JSON object says nothing.</summary>
    public static ProblemDetails Read(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty || body.Length > Transport.MaxBodyBytes || body.Span.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..])
        {
            return None;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            JsonElement inner = root.TryGetProperty("properties", out JsonElement p) && p.ValueKind == JsonValueKind.Object ? p : root;
            return new ProblemDetails(
                Text(root, "title"),
                Text(root, "detail"),
                Text(root, "code") ?? Text(inner, "code"),
                Text(root, "supportId") ?? Text(root, "support_id") ?? Text(inner, "supportId") ?? Text(inner, "support_id"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or text in it that is no Unicode.
            return None;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? Redactor.RedactLine(text)
            : null;
}
