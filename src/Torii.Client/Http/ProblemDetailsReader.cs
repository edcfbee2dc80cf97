using System.Text.Json;

namespace Torii.Client.Http;

/// <summary>
/// Reads problem details (RFC 9457). torii sends <c>code</c> and <c>supportId</c> at the top level and documents them
/// within <c>properties</c>; both are read.
/// </summary>
internal sealed class ProblemDetailsReader : IErrorReader
{
    public ApiError Read(ReadOnlyMemory<byte> body)
    {
        if (body.Span.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..])
        {
            return default;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            JsonElement inner = root.TryGetProperty("properties", out JsonElement p) && p.ValueKind == JsonValueKind.Object ? p : root;
            return new ApiError(
                Text(root, "title"),
                Text(root, "detail"),
                Text(root, "code") ?? Text(inner, "code"),
                Text(root, "supportId") ?? Text(root, "support_id") ?? Text(inner, "supportId") ?? Text(inner, "support_id"))
            {
                State = Text(root, "invitationStatus") ?? Text(inner, "invitationStatus"),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or a string that is not valid Unicode.
            return default;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
