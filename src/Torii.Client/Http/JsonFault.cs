using System.Text.Json;

namespace Torii.Client.Http;

/// <summary>Finds the member of an object that could not be read.</summary>
internal static class JsonFault
{
    /// <summary>The member of the object at the root that caused an exception; null where it cannot be told.</summary>
    public static string? FindMember(JsonException exception, ReadOnlySpan<byte> json) =>
        IsComplete(json) ? MemberOf(exception.Path) ?? FindUnreadableText(json) : null;

    private static bool IsComplete(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, JsonDepth.OfReader);
        try
        {
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The member at the root of a path such as <c>$.publicMetadata.a</c>.</summary>
    private static string? MemberOf(string? path) =>
        path is { Length: > 2 } && path[1] == '.' && path[2..].Split('.', '[')[0] is { Length: > 0 } member ? member : null;

    /// <summary>The member whose text, or a text within it, is not valid Unicode (a lone surrogate).</summary>
    private static string? FindUnreadableText(ReadOnlySpan<byte> json)
    {
        string? member = null;
        Utf8JsonReader reader = new(json, JsonDepth.OfReader);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    string? text = reader.GetString();
                    member = reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 ? text : member;
                }
            }

            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return member;
        }
    }
}
