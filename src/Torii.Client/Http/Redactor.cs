using System.Text;
using System.Text.RegularExpressions;

namespace Torii.Client.Http;

/// <summary>Takes secrets out of every text that a person may see. The only place that knows what a secret looks like.</summary>
internal static partial class Redactor
{
    /// <summary>How much of a body is kept for a person, in characters.</summary>
    public const int MaxBodyCharacters = 4096;

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
        return text.Length <= MaxBodyCharacters ? text : string.Concat(text.AsSpan(0, MaxBodyCharacters), "…");
    }

    [GeneratedRegex(@"\b(sk_(?:test|live)_)[A-Za-z0-9_.\-]+")]
    private static partial Regex Key();

    [GeneratedRegex(@"\b(Bearer\s+)[^\s""',;]+", RegexOptions.IgnoreCase)]
    private static partial Regex Bearer();

    [GeneratedRegex(@"\beyJ[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-=]*)+")]
    private static partial Regex Token();

    [GeneratedRegex(@"(""(?:[A-Za-z_]*password|[A-Za-z_]*secret|secret_?key|(?:access_?|refresh_?|id_?)?token|authorization)""\s*:\s*)""(?:[^""\\]|\\.)*(?:""|$)", RegexOptions.IgnoreCase)]
    private static partial Regex SecretMember();
}
