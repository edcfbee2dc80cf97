namespace Torii.PowerShell;

/// <summary>
/// The recommended action of each error, by id. docs/errors.md is checked against it. The client throws an id and
/// data; which cmdlet or parameter helps is known here alone.
/// </summary>
internal static class ErrorAdvice
{
    /// <summary>
    /// The advice by error id, or by id and variant (<c>Torii.ConnectionFailed/tls</c>) where one id needs several.
    /// <c>{name}</c> stands for the exception's detail of that name.
    /// </summary>
    internal static readonly IReadOnlyDictionary<string, string> Actions = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [ToriiErrorId.Conflict] = "Look up the existing object before you try again.",
        [ToriiErrorId.ConnectionFailed] = "Check the address (-ApiUrl or TORII_API_URL), the network and the proxy.",
        [ToriiErrorId.ConnectionFailed + "/proxy"] = "Check the proxy (-Proxy or HTTPS_PROXY) and its credentials, or bypass it with NO_PROXY.",
        [ToriiErrorId.ConnectionFailed + "/tls"] = "Check the address and this machine's clock. If a proxy inspects TLS, this machine must trust its certificate.",
        [ToriiErrorId.CursorRepeated] = "Run the command again. If the error persists, report it to the operator of the service.",
        [ToriiErrorId.Forbidden] = "Check that the object still exists and that the key belongs to its environment.",
        [ToriiErrorId.InvalidApiUrl] = "Specify the base address in the form https://host.",
        [ToriiErrorId.InvalidApiUrl + "/credentials"] = "Remove the user name and password; the credential of the connection is sufficient.",
        [ToriiErrorId.InvalidApiUrl + "/http"] = "Use https. Only loopback addresses can use http.",
        [ToriiErrorId.InvalidApiUrl + "/query"] = "Specify the base address only, without query and fragment.",
        [ToriiErrorId.InvalidIssuer] = "Specify the issuer in the form https://host.",
        [ToriiErrorId.InvalidIssuer + "/credentials"] = "Remove the user name and password; an issuer has none.",
        [ToriiErrorId.InvalidIssuer + "/http"] = "Use https. Only loopback addresses can use http.",
        [ToriiErrorId.InvalidIssuer + "/query"] = "Specify the issuer only, without query and fragment.",
        [ToriiErrorId.InvalidProxy] = "Specify the proxy in the form http://host:port.",
        [ToriiErrorId.InvalidProxy + "/credentials"] = "Remove the user name and password; the environment variable HTTPS_PROXY can contain them.",
        [ToriiErrorId.InvalidProxy + "/loopback"] = "Omit -Proxy for a loopback address, or use https.",
        [ToriiErrorId.InvalidRequest] = "Correct the value that the message names.",
        [ToriiErrorId.InvalidResponse] = "Check that the address ({address}) is the API of {service} and that no proxy or sign-in page responds in its place.",
        [ToriiErrorId.InvalidResponse + "/item"] = "Report the item to the operator of the service. A filter that excludes it avoids the error.",
        [ToriiErrorId.InvalidResponse + "/paging"] = "Run the command again. If the error persists, report it to the operator of the service.",
        [ToriiErrorId.InvalidResponse + "/size"] = "Check the address ({address}), or request smaller pages with -PageSize.",
        [ToriiErrorId.InvalidSecretKey] = "Copy the key from the dashboard of the environment; a publishable key does not work.",
        [ToriiErrorId.NotFound] = "Check that the address ({address}) is the base address of the API of {service}.",
        [ToriiErrorId.QuotaExceeded] = "Check the plan and its quota in the dashboard.",
        [ToriiErrorId.Redirected] = "The credential is not sent to another address. Connect to the right one with -ApiUrl; the redirect names {location}.",
        [ToriiErrorId.Redirected + "/nowhere"] = "Check that the address ({address}) is the base address of the API of {service}.",
        [ToriiErrorId.ServiceUnavailable] = "Try again later. If the error persists, report the support id to the operator of the service.",
        [ToriiErrorId.Timeout] = "Try again later, or connect with a larger -TimeoutSec.",
        [ToriiErrorId.TooManyRequests] = "Send fewer requests at once (-ThrottleLimit), or try again later.",
        [ToriiErrorId.TooManyRequests + "/connection"] = "One request is let through again in at most {wait}. To lift the limit of this connection at once, connect again.",
        [ToriiErrorId.Unauthorized] = "Check that the credential ({credential}) is valid at {address}, then connect again with Connect-Torii.",
        [ToriiErrorId.UnexpectedStatus] = "Check that the address ({address}) is the base address of the API of {service}.",
    };

    /// <summary>The recommended action for an exception, with its details filled in.</summary>
    public static string For(ToriiException exception)
    {
        if ((exception.Variant is not { } variant || !Actions.TryGetValue($"{exception.ErrorId}/{variant}", out string? action))
            && !Actions.TryGetValue(exception.ErrorId, out action))
        {
            return exception.RecommendedAction;
        }

        foreach ((string name, string value) in exception.Details)
        {
            action = action.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        }

        return action;
    }
}
