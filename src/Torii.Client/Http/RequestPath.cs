using System.Text.RegularExpressions;

namespace Torii.Client.Http;

/// <summary>
/// Decides which paths a caller may send requests to. The credential is sent along, so that the request must go to the
/// base address of the connection, whatever the text looks like.
/// </summary>
internal static partial class RequestPath
{
    /// <summary>Returns a path below the base address, as it is appended to it.</summary>
    /// <param name="baseAddress">The base address.</param>
    /// <param name="text">The path, escaped, or an address that begins with the base address.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>.</exception>
    public static string Check(Uri baseAddress, string text)
    {
        string authority = baseAddress.GetLeftPart(UriPartial.Authority);
        string root = baseAddress.GetLeftPart(UriPartial.Path).TrimEnd('/');
        // Compared as text, so that no two parsers can disagree about the host.
        string path = text.StartsWith(authority, StringComparison.OrdinalIgnoreCase) && text.AsSpan(authority.Length).StartsWith(root.AsSpan(authority.Length), StringComparison.Ordinal)
            ? text[root.Length..] : text;
        string? problem =
            Characters().Match(path) is { Success: true } wrong ? $"contains '{Redactor.RedactLine(wrong.Value)}', which must be escaped or omitted"
            : !path.StartsWith('/') ? (path.Contains(':', StringComparison.Ordinal) ? $"is not below {root}/" : "does not begin with '/'")
            : path.StartsWith("//", StringComparison.Ordinal) ? "begins with '//', which names a host"
            : Uri.UnescapeDataString(path.Split('?')[0]).Split('/', '\\').Any(static s => s.Split(';')[0] is "." or "..") ? "contains the segment '.' or '..'"
            : null;
        return problem is null ? path
            : throw new ToriiException(ToriiErrorId.InvalidRequest, $"The path '{Redactor.RedactLine(text)}' {problem}. No request was sent.") { Variant = "path" };
    }

    /// <summary>A character that a path and a query cannot contain (RFC 3986 §3.3, §3.4), and the fragment.</summary>
    [GeneratedRegex(@"[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]|%(?![0-9A-Fa-f]{2})", RegexOptions.Singleline)]
    private static partial Regex Characters();
}
