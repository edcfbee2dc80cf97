using System.Globalization;
using System.Text;

namespace Torii.Client.Resources;

/// <summary>The two ways of comparing email addresses: exact, for acting on a user, and as a server may normalize them.</summary>
public static class EmailText
{
    private static readonly IdnMapping Idn = new();

    /// <summary>Whether both are the same address: ordinal, ignoring case. A look-alike in other letters is another address.</summary>
    public static bool IsSame(string? one, string? other) =>
        one is not null && other is not null && string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a server may take both for the same address: case, Unicode form, and internationalized domains (RFC 5891).</summary>
    internal static bool IsSimilar(string? one, string? other) =>
        one is not null && other is not null && string.Equals(Canonical(one), Canonical(other), StringComparison.Ordinal);

    /// <summary>One spelling for all spellings of an address, or of a part of one, that a server may treat alike.</summary>
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
            // Not a domain name: compared as it is.
            return text;
        }
    }
}
