using Torii.Client.Http;

namespace Torii.Client;

/// <summary>torii's ids. One is checked before it becomes part of a path.</summary>
public static class ResourceId
{
    /// <summary>Whether the text is a UUID in its usual form, 8-4-4-4-12 hexadecimal digits (RFC 9562 §4).</summary>
    public static bool IsValid(string? text) => TryParse(text, out _);

    /// <summary>Gives the id back as it stands in a path.</summary>
    /// <param name="text">The id.</param>
    /// <param name="noun">Whose id it is, for the message: <c>user</c>, <c>session</c>.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidId</c>.</exception>
    public static string Check(string? text, string noun) =>
        TryParse(text, out Guid id) ? id.ToString("D") : throw new ToriiException("Torii.InvalidId", Explain(text, noun), Example);

    /// <summary>What an id looks like.</summary>
    public static string Example => "Give the id itself, a UUID such as 01931a73-8b00-7000-8000-000000000000.";

    /// <summary>Why the text is no id.</summary>
    public static string Explain(string? text, string noun) =>
        string.IsNullOrWhiteSpace(text)
            ? $"The {noun} id is empty."
            : $"'{Shorten(Redactor.RedactLine(text))}' is not a {noun} id.";

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";

    /// <summary>The parser alone also takes white space around it, and signs and 0x within, as another id than it looks like.</summary>
    private static bool TryParse(string? text, out Guid id)
    {
        id = default;
        return text?.Length == 36 && text.All(static c => c == '-' || char.IsAsciiHexDigit(c)) && Guid.TryParseExact(text, "D", out id);
    }
}
