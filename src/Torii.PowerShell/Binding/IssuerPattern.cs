using System.Management.Automation;

namespace Torii.PowerShell.Binding;

/// <summary>
/// An issuer as tokens are checked against it, to the letter but for one slash at the end; or a wildcard, in any case.
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

    /// <summary>An address of IPv6 has brackets and is no wildcard, so the letter is looked at first.</summary>
    public bool IsMatch(string issuer) => string.Equals(issuer, _text, StringComparison.Ordinal) || _wildcard?.IsMatch(issuer) == true;
}
