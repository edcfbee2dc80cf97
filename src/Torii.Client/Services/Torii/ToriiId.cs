using Torii.Client.Http;

namespace Torii.Client.Services;

/// <summary>The ids of torii. An id is checked before it becomes part of a path.</summary>
public static class ToriiId
{
    private const int LongestShown = 80;

    /// <summary>Whether the text is a UUID in its usual form, 8-4-4-4-12 hexadecimal digits (RFC 9562 §4).</summary>
    public static bool IsValid(string? text) => TryParse(text, out _);

    /// <summary>Returns the id as it stands in a path.</summary>
    /// <param name="kind">What the id names.</param>
    /// <param name="text">The id.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidId</c>.</exception>
    public static string Check(ResourceKind kind, string? text) =>
        TryParse(text, out Guid id) ? id.ToString("D") : throw new ToriiException(ToriiErrorId.InvalidId, FindProblem(kind, text)!);

    /// <summary>Describes what is wrong with an id, or returns null for one of the right syntax.</summary>
    public static string? FindProblem(ResourceKind kind, string? text)
    {
        string noun = kind.ToString().ToLowerInvariant();
        return TryParse(text, out _) ? null
            : string.IsNullOrWhiteSpace(text) ? $"The {noun} id is empty."
            : $"'{Shorten(Redactor.RedactLine(text))}' is not {(noun[0] is 'i' or 'o' ? "an" : "a")} {noun} id; an id is a UUID.";
    }

    private static string Shorten(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "…";

    /// <summary>The parser alone also accepts white space around an id, and signs and 0x in it.</summary>
    private static bool TryParse(string? text, out Guid id)
    {
        id = default;
        return text?.Length == 36 && text.All(static c => c == '-' || char.IsAsciiHexDigit(c)) && Guid.TryParseExact(text, "D", out id);
    }
}
