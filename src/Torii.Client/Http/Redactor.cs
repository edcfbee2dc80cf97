using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Torii.Client.Http;

/// <summary>
/// Makes a text from outside safe to show: removes secrets and everything that controls a terminal. The only place that
/// knows what a secret looks like.
/// </summary>
/// <param name="secrets">Values that are removed literally, in addition to what has the form of a secret.</param>
internal sealed partial class Redactor(Func<IReadOnlyCollection<string>> secrets)
{
    /// <summary>The largest number of characters of a body that is kept.</summary>
    public const int MaxBodyCharacters = 4096;

    private const int MaxLineCharacters = 500;
    private const int ShortestLiteral = 6;
    private const string Mask = "[redacted]";

    /// <summary>As many as can be valid at once in practice; what was issued before has expired.</summary>
    private const int MostHidden = 64;

    private static readonly ConcurrentQueue<string> Hidden = new();

    /// <summary>Removes a value that a service issued from every text from now on.</summary>
    public static void Hide(string secret)
    {
        Hidden.Enqueue(secret);
        while (Hidden.Count > MostHidden)
        {
            Hidden.TryDequeue(out _);
        }
    }

    /// <summary>
    /// Removes secret keys, bearer credentials, tokens, user information in addresses, and the values of JSON members
    /// and query parameters that hold secrets.
    /// </summary>
    public static string Redact(string text) =>
        UserInfo().Replace(
            Token().Replace(
                Bearer().Replace(
                    Key().Replace(
                        SecretParameter().Replace(SecretMember().Replace(Remove(text, Hidden), "$1\"" + Mask + "\""), "$1" + Mask),
                        "$1" + Mask),
                    "$1" + Mask),
                Mask),
            "$1" + Mask + "@");

    /// <summary>Makes a text from outside safe for one line of a message or a prompt: redacted, bounded, printable.</summary>
    public static string RedactLine(string text) => Line(text, static t => t);

    /// <summary>Makes a body safe to show: redacted, at most <see cref="MaxBodyCharacters"/>, with its line breaks. Null for an empty one.</summary>
    public static string? RedactBody(ReadOnlyMemory<byte> body) => Body(body, static t => t);

    /// <summary>As <see cref="RedactLine"/>, without the literal secrets too.</summary>
    public string Line(string text) => Line(text, RemoveLiterals);

    /// <summary>As <see cref="RedactBody"/>, without the literal secrets too.</summary>
    public string? Body(ReadOnlyMemory<byte> body) => Body(body, RemoveLiterals);

    /// <summary>A redactor that also removes the secrets in the body of a request: a service may repeat what it refuses.</summary>
    public Redactor With(ReadOnlyMemory<byte>? body)
    {
        if (body is not { IsEmpty: false } json)
        {
            return this;
        }

        using JsonDocument document = JsonDocument.Parse(json, JsonDepth.OfDocument);
        string[] own = [.. FindSecrets(document.RootElement)];
        return own.Length == 0 ? this : new Redactor(() => [.. secrets(), .. own]);
    }

    /// <summary>The texts under names of secrets, also as JSON writes them.</summary>
    private static IEnumerable<string> FindSecrets(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(FindSecrets),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(static m => m.Value.ValueKind != JsonValueKind.String ? FindSecrets(m.Value)
            : SecretName().IsMatch(m.Name) && m.Value.GetString() is { } value ? [value, JsonEncodedText.Encode(value).Value, JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value] : []),
        _ => [],
    };

    /// <summary>Returns null for an exception that quotes a secret: the network stack repeats what it could not read.</summary>
    public Exception? WithoutSecret(Exception exception) =>
        exception.ToString() is var text && RemoveLiterals(Redact(text)) == text ? exception : null;

    /// <summary>As <see cref="WithoutSecret"/>, by the form of a secret only.</summary>
    public static Exception? RedactException(Exception exception) => exception.ToString() is var text && Redact(text) == text ? exception : null;

    private static string Line(string text, Func<string, string> removeLiterals) =>
        // More is read than is kept, so that a secret that the cut would halve is still recognized.
        Cut(Redact(removeLiterals(Printable(text.Length <= MaxLineCharacters * 4 ? text : text[..(MaxLineCharacters * 4)], lineBreaks: false))), MaxLineCharacters);

    private static string? Body(ReadOnlyMemory<byte> body, Func<string, string> removeLiterals)
    {
        if (body.IsEmpty)
        {
            return null;
        }

        string text = Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, MaxBodyCharacters * 4)]);
        return Cut(Redact(removeLiterals(Printable(text, lineBreaks: true))), MaxBodyCharacters);
    }

    private string RemoveLiterals(string text) => Remove(text, secrets());

    private static string Remove(string text, IReadOnlyCollection<string> secrets)
    {
        foreach (string secret in secrets)
        {
            if (secret.Length >= ShortestLiteral)
            {
                text = text.Replace(secret, Mask, StringComparison.Ordinal).Replace(Uri.EscapeDataString(secret), Mask, StringComparison.OrdinalIgnoreCase);
            }
        }

        return text;
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 1), "…");

    /// <summary>Replaces control characters (ESC among them), format characters such as U+202E, and what is not Unicode.</summary>
    private static string Printable(string text, bool lineBreaks)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        StringBuilder printable = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool keep = Rune.GetUnicodeCategory(rune) is not (
                UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            printable.Append(keep || (lineBreaks && rune.Value is '\r' or '\n' or '\t') ? rune.ToString() : " ");
        }

        return printable.ToString();
    }

    [GeneratedRegex(@"(sk_(?:test|live)_)[A-Za-z0-9_.\-]+")]
    private static partial Regex Key();

    [GeneratedRegex(@"\b(Bearer\s+)[^\s""',;]+", RegexOptions.IgnoreCase)]
    private static partial Regex Bearer();

    [GeneratedRegex(@"eyJ[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-=]*)+")]
    private static partial Regex Token();

    /// <summary>RFC 3986 §3.2.1; up to the last '@' before the path, because passwords are not always escaped.</summary>
    [GeneratedRegex(@"(?<=[A-Za-z0-9])(:(?:\\?/){2})[^\s/?#""'<>\\]+@")]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"(?:password|secret|secret_?key|api_?key|token|authorization)\z", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    /// <summary>In the query of an address.</summary>
    [GeneratedRegex(@"([?&][\w\-]*(?:password|secret|secret_?key|api_?key|token|authorization)=)[^&\s#""']+", RegexOptions.IgnoreCase)]
    private static partial Regex SecretParameter();

    /// <summary>In JSON and in JSON within a JSON string, where each quotation mark is escaped.</summary>
    [GeneratedRegex(@"(\\{0,7}""[\w\-]*(?:password|secret|secret_?key|api_?key|token|authorization)\\{0,7}""\s*:\s*)\\{0,7}""(?:[^""\\]|\\.)*(?:""|\\?\z)", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex SecretMember();
}
