using System.Management.Automation;
using System.Text;
using Torii.Client.Http;

namespace Torii.PowerShell.Binding;

/// <summary>
/// The value of <c>-Name</c> and <c>-Email</c>: an exact text or a wildcard, ignoring case. The service filters by
/// "contains", so it receives the longest literal part, and the rest is applied to its response.
/// </summary>
internal sealed class TextPattern
{
    private readonly WildcardPattern? _wildcard;
    private readonly string _text;

    /// <summary>Reads a pattern.</summary>
    /// <param name="parameter">The name of the parameter, for messages.</param>
    /// <param name="text">Its value; not blank.</param>
    /// <exception cref="ToriiException">
    /// <c>Torii.InvalidRequest</c>: the text is not valid Unicode, or the wildcard is malformed or has no letter or digit and so matches nearly every value.
    /// </exception>
    public TextPattern(string parameter, string text)
    {
        if (!PlainJson.IsUnicode(text))
        {
            throw Invalid(parameter, "is not valid Unicode", "unicode");
        }

        if (!WildcardPattern.ContainsWildcardCharacters(text))
        {
            _text = WildcardPattern.Unescape(text).Trim().Normalize();
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

        string text = value.Normalize();
        return _wildcard?.IsMatch(text) ?? string.Equals(text.Trim(), _text, StringComparison.OrdinalIgnoreCase);
    }

    private static WildcardPattern Parse(string parameter, string text)
    {
        WildcardPattern pattern = WildcardPattern.Get(text.Normalize(), WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
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
