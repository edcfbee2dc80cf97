using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Torii.Client.Http;

namespace Torii.Client.Resources;

/// <summary>
/// Origins: scheme, host and port (RFC 6454 §6.2). Two spellings are one origin only where that is certain: the case of
/// scheme and host (RFC 3986 §6.2.2.1), the default port, and a slash in place of an empty path (§6.2.3).
/// </summary>
public static partial class OriginText
{
    private static readonly Dictionary<string, string> DefaultPorts = new(StringComparer.Ordinal) { ["http"] = "80", ["https"] = "443", ["ws"] = "80", ["wss"] = "443" };

    /// <summary>Describes what is wrong with a text that is not an origin; null for an origin.</summary>
    public static string? FindProblem(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return "The origin is empty";
        }

        string trimmed = text.Trim();
        Match form = Form().Match(trimmed);
        string problem;
        if (!form.Success)
        {
            problem = "has no scheme";
        }
        else
        {
            string rest = form.Groups["rest"].Value;
            string host = form.Groups["host"].Value;
            string port = form.Groups["port"].Value;
            if (rest is ("" or "/") && IsHost(form.Groups["scheme"].Value, host) && IsPort(port))
            {
                return null;
            }

            problem = trimmed.Contains('*', StringComparison.Ordinal) ? "has a wildcard"
                : (host + port).Contains('@', StringComparison.Ordinal) ? "has a user name or password"
                : rest.StartsWith('?') || rest.StartsWith("/?", StringComparison.Ordinal) ? "has a query"
                : rest.StartsWith('#') || rest.StartsWith("/#", StringComparison.Ordinal) ? "has a fragment"
                : rest is not ("" or "/") ? "has a path"
                : host.Length == 0 ? "has no host"
                : !host.All(char.IsAscii) ? $"has a host that is not ASCII{(ToAscii(host) is { } ascii ? $" (browsers send {ascii})" : "")}"
                : IsHost(form.Groups["scheme"].Value, host) ? "has a port that is not a number from 1 to 65535"
                : "has a host that is not valid";
        }

        return $"'{Redactor.RedactLine(trimmed)}' {problem}";
    }

    /// <summary>One spelling for all spellings of an origin. A text of another form, which a list may contain, is returned as it is.</summary>
    public static string Normalize(string text)
    {
        if (FindProblem(text) is not null)
        {
            return text;
        }

        Match form = Form().Match(text.Trim());
        string scheme = form.Groups["scheme"].Value.ToLowerInvariant();
        string port = form.Groups["port"].Value;
        return $"{scheme}://{form.Groups["host"].Value.ToLowerInvariant()}{(port.Length == 0 || DefaultPorts.GetValueOrDefault(scheme) == port[1..] ? "" : port)}";
    }

    /// <summary>Whether both are certainly the same origin.</summary>
    public static bool IsSame(string one, string other) => string.Equals(Normalize(one), Normalize(other), StringComparison.Ordinal);

    /// <summary>The scheme of an app decides about its hosts, so only characters are checked there.</summary>
    private static bool IsHost(string scheme, string host) =>
        host.StartsWith('[') ? !host.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(host, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6
        : HostCharacters().IsMatch(host) && (!DefaultPorts.ContainsKey(scheme.ToLowerInvariant()) || Uri.CheckHostName(host) != UriHostNameType.Unknown);

    private static bool IsPort(string port) =>
        port.Length == 0 || (port[1..] is ['1' or '2' or '3' or '4' or '5' or '6' or '7' or '8' or '9', ..] digits && ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out _));

    private static string? ToAscii(string host)
    {
        try
        {
            return new IdnMapping().GetAscii(host);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Scheme, host, port with its colon, and what follows.</summary>
    [GeneratedRegex(@"^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<host>\[[^\]/?#]*\]|[^/?#]*?)(?<port>:[^:/?#\]]*)?(?<rest>[/?#].*)?\z", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex(@"^[A-Za-z0-9._~-]+\z")]
    private static partial Regex HostCharacters();
}
