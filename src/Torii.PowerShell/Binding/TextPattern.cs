using System.Management.Automation;
using System.Text;
using Torii.Client.Http;

namespace Torii.PowerShell.Binding;

/// <summary>
/// The value of <c>-Name</c> and <c>-Email</c>: an exact text or a wildcard, ordinal, ignoring case. The service filters
/// by "contains", so it receives the longest literal part, and the rest is applied to its response.
/// </summary>
internal sealed class TextPattern
{
    /// <summary>The only letter whose capital (S) is another letter for an ordinal comparison.</summary>
    private const char LongS = '\u017F';

    /// <summary>Precedes pattern and text: where '*' at the end is the only wildcard, the engine compares by culture.</summary>
    private const string AnyCharacter = "?";

    private readonly WildcardPattern? _wildcard;
    private readonly string _text;
    private readonly bool _normalizes;

    /// <summary>Reads a pattern.</summary>
    /// <param name="parameter">The name of the parameter, for messages.</param>
    /// <param name="text">Its value; not blank.</param>
    /// <param name="normalizes">
    /// Whether canonically equivalent spellings match, as of a name. An address in other letters is another address.
    /// </param>
    /// <exception cref="ToriiException">
    /// <c>Torii.InvalidRequest</c>: the text is not valid Unicode, or the wildcard is malformed or has no letter or digit and so matches nearly every value.
    /// </exception>
    public TextPattern(string parameter, string text, bool normalizes)
    {
        if (!PlainJson.IsUnicode(text))
        {
            throw Invalid(parameter, "is not valid Unicode", "unicode");
        }

        _normalizes = normalizes;
        text = Normalize(text);
        if (!WildcardPattern.ContainsWildcardCharacters(text))
        {
            _text = WildcardPattern.Unescape(text).Trim();
            Literal = _text;
            return;
        }

        _text = text;
        _wildcard = Parse(parameter, text);
        Literal = LongestLiteral(text);
        if (!Literal.Any(static c => char.IsLetterOrDigit(c) || char.IsSurrogate(c)))
        {
            throw Invalid(parameter, $"'{Redactor.RedactLine(text)}' has no letter or digit, and so matches every value", "wildcard");
        }
    }

    /// <summary>The longest text that every match contains.</summary>
    public string Literal { get; }

    /// <summary>Whether a value matches.</summary>
    public bool IsMatch(string? value)
    {
        if (value is null)
        {
            return false;
        }

        string text = Normalize(value);
        return _wildcard?.IsMatch(AnyCharacter + Fold(text)) ?? string.Equals(text.Trim(), _text, StringComparison.OrdinalIgnoreCase);
    }

    private string Normalize(string text) => _normalizes ? text.Normalize() : text;

    /// <summary>
    /// The text in the case in which an ordinal comparison ignores the case. The engine's own folding takes look-alikes,
    /// such as the Kelvin sign (U+212A), for ASCII letters.
    /// </summary>
    private static string Fold(string text) => string.Concat(text.Select(static c => c == LongS ? c : char.ToUpperInvariant(c)));

    private static WildcardPattern Parse(string parameter, string text)
    {
        WildcardPattern pattern = WildcardPattern.Get(AnyCharacter + Fold(text), WildcardOptions.None);
        try
        {
            // The engine parses a pattern when it is used first.
            _ = pattern.IsMatch("");
            return pattern;
        }
        catch (WildcardPatternException)
        {
            throw Invalid(parameter, $"'{Redactor.RedactLine(text)}' is not a valid wildcard", "malformedWildcard");
        }
    }

    private static ToriiException Invalid(string parameter, string problem, string variant) => new(
        ToriiErrorId.InvalidRequest, $"-{parameter} {problem}. No request was sent.")
    {
        Variant = variant,
        Details = new Dictionary<string, string> { ["name"] = parameter },
    };

    private static string LongestLiteral(string pattern)
    {
        string longest = "";
        StringBuilder run = new();
        for (int i = 0; i <= pattern.Length; i++)
        {
            char c = i < pattern.Length ? pattern[i] : '*';
            if (c == '`' && i + 1 < pattern.Length)
            {
                run.Append(pattern[++i]);
            }
            else if (c is '*' or '?' or '[')
            {
                string literal = run.ToString().Trim();
                longest = IsBetter(literal, longest) ? literal : longest;
                run.Clear();
                if (c == '[')
                {
                    // A set stands for one character; ']' right after '[' belongs to the set.
                    int end = pattern.IndexOf(']', Math.Min(i + 2, pattern.Length));
                    i = end < 0 ? pattern.Length - 1 : end;
                }
            }
            else
            {
                run.Append(c);
            }
        }

        return longest;
    }

    /// <summary>A part with a letter or digit narrows the search; a longer one narrows it more.</summary>
    private static bool IsBetter(string one, string other) =>
        one.Any(char.IsLetterOrDigit) == other.Any(char.IsLetterOrDigit) ? one.Length > other.Length : one.Any(char.IsLetterOrDigit);
}
