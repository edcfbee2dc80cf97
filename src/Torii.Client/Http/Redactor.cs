using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Torii.Client.Http;

/// <summary>Takes secrets out of every text that a person may see. The only place that knows what a secret looks like.</summary>
internal static partial class Redactor
{
    /// <summary>How much of a body is kept for a person, in characters.</summary>
    public const int MaxBodyCharacters = 4096;

    private const int MaxLineCharacters = 500;
    private const string Mask = "[redacted]";

    /// <summary>Secret keys, bearer credentials, tokens, and the values of JSON members that hold secrets.</summary>
    public static string Redact(string text) =>
        Token().Replace(
            Bearer().Replace(
                Key().Replace(
                    SecretMember().Replace(text, "$1\"" + Mask + "\""),
                    "$1" + Mask),
                "$1" + Mask),
            Mask);

    /// <summary>A body as text: redacted, and cut to <see cref="MaxBodyCharacters"/>. Null for an empty one.</summary>
    public static string? RedactBody(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return null;
        }

        // A secret that the cut would halve is still recognised: more is read than is kept.
        string text = Redact(Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, MaxBodyCharacters * 4)]));
        return Cut(Printable(text, static c => c is '\r' or '\n' or '\t'), MaxBodyCharacters);
    }

    /// <summary>What a stranger sent, for one line of a message: redacted, bounded, and nothing in it that steers a terminal.</summary>
    public static string RedactLine(string text) =>
        Cut(Printable(Redact(text.Length <= MaxLineCharacters * 4 ? text : text[..(MaxLineCharacters * 4)]), static _ => false), MaxLineCharacters);

    /// <summary>The exception, or null for one that quotes a secret: the network stack repeats the line that it could not read.</summary>
    public static Exception? WithoutSecret(Exception exception) =>
        exception.ToString() is var text && Redact(text) == text ? exception : null;

    private static string Cut(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 1), "…");

    private static string Printable(string text, Func<char, bool> allowed) =>
        string.Concat(text.Select(c => allowed(c) || char.GetUnicodeCategory(c) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) ? c : ' '));

    [GeneratedRegex(@"(sk_(?:test|live)_)[A-Za-z0-9_.\-]+")]
    private static partial Regex Key();

    [GeneratedRegex(@"\b(Bearer\s+)[^\s""',;]+", RegexOptions.IgnoreCase)]
    private static partial Regex Bearer();

    [GeneratedRegex(@"eyJ[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-=]*)+")]
    private static partial Regex Token();

    /// <summary>In plain JSON and in JSON that was put into a JSON string, where each quote has backslashes before it.</summary>
    [GeneratedRegex(@"(\\{0,7}""[\w\-]*(?:password|secret|secret_?key|api_?key|token|authorization)\\{0,7}""\s*:\s*)\\{0,7}""(?:[^""\\]|\\.)*(?:""|\\?\z)", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex SecretMember();
}
