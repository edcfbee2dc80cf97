using Torii.Client.Http;

namespace Torii.Client;

/// <summary>Which addresses a secret key or an issuer's keys may be sent to or read from.</summary>
public static class ServiceAddress
{
    /// <summary>Gives back the address when it is fit to talk to: absolute, https, or http on loopback.</summary>
    /// <param name="address">The address.</param>
    /// <param name="parameter">What the person called it, for the message.</param>
    /// <param name="errorId">The id of the exception.</param>
    /// <exception cref="ToriiException">With that id, saying what is wrong with the address.</exception>
    public static Uri Check(Uri? address, string parameter, string errorId)
    {
        (string Problem, string Action)? wrong = address switch
        {
            null => ("is missing", "Write it as https://host."),
            { IsAbsoluteUri: false } => ($"'{Redactor.RedactLine(address.OriginalString)}' is no absolute address", "Write it as https://host."),
            { Scheme: not ("https" or "http") } => ($"begins with '{address.Scheme}:', which the service does not speak", "Write it as https://host."),
            { UserInfo.Length: > 0 } => ("carries a user name or password", "Leave them out, the secret key is enough."),
            { Query.Length: > 0 } or { Fragment.Length: > 0 } => ("has a query or fragment", "Give the base address alone."),
            { Scheme: "http", IsLoopback: false } => (
                $"'{address.GetLeftPart(UriPartial.Authority)}' would send secrets over http in the clear",
                "Use https; http is for loopback addresses only."),
            _ => null,
        };
        return wrong is { } w ? throw new ToriiException(errorId, $"{parameter} {w.Problem}.", w.Action) : address!;
    }
}
