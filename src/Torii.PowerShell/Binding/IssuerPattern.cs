using System.Management.Automation;

namespace Torii.PowerShell.Binding;

/// <summary>
/// An issuer, compared exactly except for a trailing slash, or a wildcard, ignoring case.
/// </summary>
internal sealed class IssuerPattern
{
    private readonly string _text;
    private readonly WildcardPattern? _wildcard;

    public IssuerPattern(string text)
    {
        string trimmed = text.Trim();
        _text = trimmed.EndsWith('/') ? trimmed[..^1] : trimmed;
        _wildcard = WildcardPattern.ContainsWildcardCharacters(text)
            ? WildcardPattern.Get(_text, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant)
            : null;
    }

    /// <summary>An IPv6 address has brackets and is not a wildcard, so the exact comparison comes first.</summary>
    public bool IsMatch(string issuer) => string.Equals(issuer, _text, StringComparison.Ordinal) || _wildcard?.IsMatch(issuer) == true;
}
