using System.Globalization;
using System.Text;

namespace Torii.Client.Users;

/// <summary>
/// Primary addresses, compared as leniently as a server may that normalizes them: case, Unicode form, and the domain
/// in letters or in its ASCII form (RFC 5891).
/// </summary>
public static class EmailText
{
    private static readonly IdnMapping Idn = new();

    /// <summary>Whether both are the same address.</summary>
    public static bool Same(string? one, string? other) =>
        one is not null && other is not null && string.Equals(Canonical(one), Canonical(other), StringComparison.Ordinal);

    /// <summary>One spelling for all spellings of an address, or of a part of one.</summary>
    internal static string Canonical(string address)
    {
        string text = address.Normalize(NormalizationForm.FormKC).Trim().ToLowerInvariant();
        int at = text.LastIndexOf('@');
        string domain = text[(at + 1)..];
        if (at < 0 || domain.Length == 0)
        {
            return text;
        }

        try
        {
            return text[..(at + 1)] + Idn.GetUnicode(Idn.GetAscii(domain)).Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            // No domain name; compared as it stands.
            return text;
        }
    }
}
