using Torii.Client.Http;

namespace Torii.Client;

/// <summary>Decides which addresses credentials and keys may be sent to or read from.</summary>
public static class ServiceAddress
{
    /// <summary>Returns the address if it can be used: absolute, https, or http on a loopback address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="parameter">The name of the setting, for the message.</param>
    /// <param name="errorId">The id of the exception.</param>
    /// <exception cref="ToriiException">With that id.</exception>
    public static Uri Check(Uri? address, string parameter, string errorId)
    {
        (string Problem, string? Variant)? wrong = address switch
        {
            null => ("is missing", null),
            { IsAbsoluteUri: false } => ($"'{Redactor.RedactLine(address.OriginalString)}' is not an absolute address", null),
            { Scheme: not ("https" or "http") } => ($"has the scheme '{Redactor.RedactLine(address.Scheme)}'; only https is supported", null),
            { UserInfo.Length: > 0 } => ("contains a user name or password", "credentials"),
            { Query.Length: > 0 } or { Fragment.Length: > 0 } => ("has a query or a fragment", "query"),
            { Scheme: "http" } when !IsLoopback(address) => ($"'{Display(address)}' would send secrets unencrypted over http", "http"),
            _ => null,
        };
        return wrong is { } w ? throw new ToriiException(errorId, $"{parameter} {w.Problem}.") { Variant = w.Variant } : address!;
    }

    /// <summary>Whether an address is on this machine. .NET 8 itself takes 'http://LOCALHOST' for another machine.</summary>
    /// <param name="address">An absolute address.</param>
    public static bool IsLoopback(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.IsLoopback || string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Returns the address of a proxy if it can be used.</summary>
    /// <exception cref="ToriiException"><see cref="ToriiErrorId.InvalidProxy"/>; the message repeats no credentials.</exception>
    public static Uri CheckProxy(Uri proxy)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        return proxy switch
        {
            { IsAbsoluteUri: true, UserInfo.Length: 0, Host.Length: > 0, Scheme: "http" or "https" or "socks4" or "socks4a" or "socks5" } => proxy,
            // Everything before an '@' may be a password, also where the scheme is missing ("user:password@host").
            _ when proxy.OriginalString.Contains('@', StringComparison.Ordinal) => throw new ToriiException(
                ToriiErrorId.InvalidProxy, "The proxy address contains a user name or password.")
            { Variant = "credentials" },
            _ => throw new ToriiException(
                ToriiErrorId.InvalidProxy, $"'{Redactor.RedactLine(proxy.OriginalString)}' is not the address of a proxy."),
        };
    }

    /// <summary>
    /// Scheme, host and port for a message: without user information, and with a host name that is not ASCII in its
    /// punycode form (RFC 5891), so that a look-alike letter shows.
    /// </summary>
    public static string Display(Uri address)
    {
        string host = address.HostNameType == UriHostNameType.IPv6 ? $"[{address.IdnHost.Trim('[', ']')}]" : address.IdnHost;
        return address.IsDefaultPort ? $"{address.Scheme}://{host}" : $"{address.Scheme}://{host}:{address.Port}";
    }
}
