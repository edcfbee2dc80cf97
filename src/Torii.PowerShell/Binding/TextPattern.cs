using System.Management.Automation;
using System.Text;

namespace Torii.PowerShell.Binding;

/// <summary>
/// What <c>-Name</c> and <c>-Email</c> mean: an exact text, or a PowerShell wildcard, in any case. The service only
/// knows "contains", so it gets the longest literal part and the rest is judged here.
/// </summary>
internal sealed class TextPattern
{
    private readonly WildcardPattern? _wildcard;
    private readonly string _text;

    public TextPattern(string text)
    {
        if (WildcardPattern.ContainsWildcardCharacters(text))
        {
            _text = text;
            _wildcard = WildcardPattern.Get(text.Normalize(), WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
            Literal = LongestLiteral(text);
        }
        else
        {
            _text = WildcardPattern.Unescape(text).Trim().Normalize();
            Literal = _text;
        }
    }

    /// <summary>What every match contains; null when there is nothing but wildcards and white space.</summary>
    public string? Literal { get; }

    public bool IsMatch(string? value)
    {
        if (value is null)
        {
            return false;
        }

        string text = value.Normalize();
        return _wildcard?.IsMatch(text) ?? string.Equals(text.Trim(), _text, StringComparison.OrdinalIgnoreCase);
    }

    private static string? LongestLiteral(string pattern)
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
                longest = literal.Length > longest.Length ? literal : longest;
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

        return longest.Length == 0 ? null : longest;
    }
}
