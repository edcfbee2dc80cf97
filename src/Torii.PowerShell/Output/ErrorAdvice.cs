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
        [ToriiErrorId.AmbiguousInput] = "Pipe the user, or an object with UserId alone, for the user; keep SessionId for one session.",
        [ToriiErrorId.AmbiguousInput + "/column"] = "Rename the column to UserId.",
        [ToriiErrorId.AmbiguousInput + "/explicit"] = "Pipe the object without -UserId, or give -UserId without an object in the pipeline.",
        [ToriiErrorId.AmbiguousInput + "/explicitSession"] = "Give one of them.",
        [ToriiErrorId.AmbiguousInput + "/jwks"] = "Specify either -Jwks or -JwksPath.",
        [ToriiErrorId.AmbiguousInput + "/session"] = "For the user of the session, pipe it through Get-ToriiUser first.",
        [ToriiErrorId.AmbiguousInput + "/membership"] = "For the user of the membership, pipe it through Get-ToriiUser first.",
        [ToriiErrorId.AmbiguousInput + "/severalUsers"] = "Give -SessionId with a single -UserId.",
        [ToriiErrorId.AmbiguousInput + "/token"] = "For all sessions of the user, pipe the token through Get-ToriiUser first.",
        [ToriiErrorId.AmbiguousMatch] = "Choose one by its id with -UserId.",
        [ToriiErrorId.AspNetCoreNotFound] = "Install the ASP.NET Core runtime or the .NET SDK, 8.0 or newer, from https://dotnet.microsoft.com/download.",
        [ToriiErrorId.ConcurrentChange] = "Look at both lists, decide which origins are wanted, and run the command again.",
        [ToriiErrorId.Conflict] = "Look the existing user up with Get-ToriiUser -EmailAddress before you try again.",
        [ToriiErrorId.ConnectionFailed] = "Check the address (-ApiUrl or TORII_API_URL), the network and the proxy.",
        [ToriiErrorId.ConnectionFailed + "/proxy"] = "Check the proxy (-Proxy or HTTPS_PROXY) and its credentials, or bypass it with NO_PROXY.",
        [ToriiErrorId.ConnectionFailed + "/tls"] = "Check the address and this machine's clock. If a proxy inspects TLS, this machine must trust its certificate.",
        [ToriiErrorId.ConnectionGone] = "Run Connect-Torii -Name '{name}' with the key of the same environment, or pass an open connection with -Connection.",
        [ToriiErrorId.ConnectionGone + "/replaced"] = "Read the object again through the connection that you want to use.",
        [ToriiErrorId.ConnectionMismatch] = "Omit -Connection, or read the object again through that connection.",
        [ToriiErrorId.ConnectionMismatch + "/environment"] = "Connect to the environment of the object, or read the object again through this connection.",
        [ToriiErrorId.CursorRepeated] = "Run the command again. If the error persists, report it to the operator of the service.",
        [ToriiErrorId.DotNetNotFound] = "Install the .NET SDK or the ASP.NET Core runtime, 8.0 or newer, from https://dotnet.microsoft.com/download.",
        [ToriiErrorId.EmulatorFailed + "/install"] = "Install the module again.",
        [ToriiErrorId.EmulatorFailed + "/slow"] = "Try again with fewer -Users.",
        [ToriiErrorId.EmulatorFailed] = "Correct what the message names.",
        [ToriiErrorId.EmulatorNotFound] = "Run Get-ToriiEmulator to list the running emulators.",
        [ToriiErrorId.FieldNotApplied] = "Look at the user before you go on. Contracts before 0.0.12 take Name; later ones take FirstName and LastName.",
        [ToriiErrorId.FilterIgnored] = "Omit the filter and select with Where-Object; look at the result before you act on it.",
        [ToriiErrorId.Forbidden] = "Check that the key belongs to the environment of the user, and that the user is not deleted.",
        [ToriiErrorId.Forbidden + "/deleted"] = "Nothing is left to do for this user.",
        [ToriiErrorId.InvalidApiUrl] = "Specify the base address in the form https://host.",
        [ToriiErrorId.InvalidApiUrl + "/credentials"] = "Remove the user name and password; the credential of the connection is sufficient.",
        [ToriiErrorId.InvalidApiUrl + "/http"] = "Use https. Only loopback addresses can use http.",
        [ToriiErrorId.InvalidApiUrl + "/query"] = "Specify the base address only, without query and fragment.",
        [ToriiErrorId.InvalidCredential] = "Pass the credential of an account with the admin role. Is a variable not set?",
        [ToriiErrorId.InvalidHeaders] = "Specify the headers of one request as a hashtable, a dictionary, a WebHeaderCollection or HttpRequestHeaders.",
        [ToriiErrorId.InvalidHeaders + "/ambiguous"] = "Answer the request with 400 or 401: a request must carry one token in one header value.",
        [ToriiErrorId.InvalidId] = "Pass the id itself. Is a variable not set?",
        [ToriiErrorId.InvalidId + "/address"] = "Find the user by email address with Get-ToriiUser -EmailAddress, and pass the result.",
        [ToriiErrorId.InvalidId + "/emptySession"] = "Pass the id of the session; omit -SessionId for all sessions of the user. Is a variable not set?",
        [ToriiErrorId.InvalidId + "/object"] = "Pass an id, a user, or a row with a column UserId.",
        [ToriiErrorId.InvalidIssuer] = "Specify the issuer in the form https://host.",
        [ToriiErrorId.InvalidIssuer + "/credentials"] = "Remove the user name and password; an issuer has none.",
        [ToriiErrorId.InvalidIssuer + "/http"] = "Use https. Only loopback addresses can use http.",
        [ToriiErrorId.InvalidIssuer + "/missing"] = "Specify -Issuer, or connect with Connect-Torii -Issuer or the environment variable TORII_ISSUER.",
        [ToriiErrorId.InvalidIssuer + "/query"] = "Specify the issuer only, without query and fragment.",
        [ToriiErrorId.InvalidJwks] = "Specify the JSON Web Key Set that the issuer publishes: {\"keys\":[…]}.",
        [ToriiErrorId.InvalidJwks + "/file"] = "Check that -JwksPath names a readable file.",
        [ToriiErrorId.InvalidProxy] = "Specify the proxy in the form http://host:port.",
        [ToriiErrorId.InvalidProxy + "/credentials"] = "Remove the user name and password; the environment variable HTTPS_PROXY can contain them.",
        [ToriiErrorId.InvalidProxy + "/loopback"] = "Omit -Proxy for a loopback address, or use https.",
        [ToriiErrorId.InvalidRequest] = "Correct the value that the message names.",
        [ToriiErrorId.InvalidRequest + "/boolean"] = "Write true or false.",
        [ToriiErrorId.InvalidRequest + "/clearEmpty"] = "Name the fields to clear, or omit -Clear. Is a variable not set?",
        [ToriiErrorId.InvalidRequest + "/column"] = "Rename the column to {name}, or remove it.",
        [ToriiErrorId.InvalidRequest + "/combined"] = "Omit one of them.",
        [ToriiErrorId.InvalidRequest + "/date"] = "Write the date as yyyy-MM-dd, for example 1815-12-10, or pass a date object.",
        [ToriiErrorId.InvalidRequest + "/empty"] = "Specify a value, or omit -{name}. Is a variable not set?",
        [ToriiErrorId.InvalidRequest + "/emptyClearable"] = "Specify a value, or omit -{name}; to clear the field, use -Clear{name}. Is a variable not set?",
        [ToriiErrorId.InvalidRequest + "/filter"] = "Give a value, or omit the filter.",
        [ToriiErrorId.InvalidRequest + "/json"] = "Use text, numbers, Booleans, hashtables and arrays, at most 64 levels deep.",
        [ToriiErrorId.InvalidRequest + "/malformedWildcard"] = "Escape '[' with a backtick (`[), or complete the set.",
        [ToriiErrorId.InvalidRequest + "/metadata"] = "Write it as @{ key = 'value' }, or in a row as {\"key\":\"value\"}.",
        [ToriiErrorId.InvalidRequest + "/notClearable"] = "The fields are: {fields}.",
        [ToriiErrorId.InvalidRequest + "/passwordOnly"] = "Add an email address, or omit the password.",
        [ToriiErrorId.InvalidRequest + "/quote"] = "Quote the value so that it stays text: '0123'.",
        [ToriiErrorId.InvalidRequest + "/scalar"] = "Give one value as text; an array or a nested object cannot be stored in {name}.",
        [ToriiErrorId.InvalidRequest + "/script"] = "Correct the script block, or name the column like the parameter and omit the parameter.",
        [ToriiErrorId.InvalidRequest + "/secret"] = "Pass a string or a SecureString; of a PSCredential, pass its Password.",
        [ToriiErrorId.InvalidRequest + "/setAndCleared"] = "Omit the value or -Clear{name}.",
        [ToriiErrorId.InvalidRequest + "/status"] = "The statuses are: {statuses}.",
        [ToriiErrorId.InvalidRequest + "/wildcard"] = "Give at least one letter or digit, for example -{name} 'a*'; omit -{name} for all users. Is a variable not set?",
        [ToriiErrorId.InvalidResponse] = "Check that the address ({address}) is the API of {service} and that no proxy or sign-in page responds in its place.",
        [ToriiErrorId.InvalidResponse + "/item"] = "Report the item to the operator of the service. A filter that excludes it avoids the error.",
        [ToriiErrorId.InvalidResponse + "/paging"] = "Run the command again. If the error persists, report it to the operator of the service.",
        [ToriiErrorId.InvalidResponse + "/size"] = "Check the address ({address}), or request smaller pages with -PageSize.",
        [ToriiErrorId.InvalidSecretKey] = "Copy the key from the dashboard of the environment; a publishable key does not work.",
        [ToriiErrorId.InvalidSecretKey + "/empty"] = "Pass the key, or omit -SecretKey to use TORII_SECRET_KEY. Is a variable not set?",
        [ToriiErrorId.InvalidSecretKey + "/missing"] = "Pass -SecretKey, or set the environment variable TORII_SECRET_KEY.",
        [ToriiErrorId.InvalidSecretKey + "/type"] = "Pass a SecureString or a string; of a PSCredential, pass its Password.",
        [ToriiErrorId.InvalidTokenInput] = "Specify one token as a string or a SecureString; send several tokens through the pipeline.",
        [ToriiErrorId.InvitationNotFound] = "Check the id, and that the connection is to the right environment.",
        [ToriiErrorId.KeysUnavailable] = "Check -Issuer and the network, or specify the keys with -Jwks or -JwksPath.",
        [ToriiErrorId.KeysUnavailable + "/unexpected"] = "Report the error with the exception's text: it is a defect of the module.",
        [ToriiErrorId.NotAnEmulator] = "Run Start-ToriiEmulator | Connect-Torii, or specify an emulator with -Emulator.",
        [ToriiErrorId.NotConnected] = "Run Connect-Torii.",
        [ToriiErrorId.NotConnected + "/emptyPipeline"] = "Check that Start-ToriiEmulator succeeded, then run Connect-Torii again.",
        [ToriiErrorId.NotConnected + "/issuer"] = "Specify -Issuer, or run Connect-Torii first.",
        [ToriiErrorId.NotConnected + "/named"] = "Run Connect-Torii -Name '{name}', or name another connection.",
        [ToriiErrorId.NotConnected + "/noDefault"] = "Name one with -Connection, or run Connect-Torii without -Name.",
        [ToriiErrorId.NotConnected + "/unknownName"] = "Run Get-ToriiConnection to list the connections.",
        [ToriiErrorId.NotFound] = "Check that the address ({address}) is the base address of the API of {service}.",
        [ToriiErrorId.NotSupported] = "Use another connection, or omit what the service does not have.",
        [ToriiErrorId.NotSupported + "/part"] = "Ask the operator of the server ({address}) to install and enable that part.",
        [ToriiErrorId.NotSupported + "/server"] = "Use a connection to a newer server.",
        [ToriiErrorId.NotSupported + "/vulnerable"] = "Ask the operator of the server ({address}) to install Better Auth 1.3.26 or newer.",
        [ToriiErrorId.OrganizationNotFound] = "Check the id or the name, and that the connection is to the right environment.",
        [ToriiErrorId.OutcomeUnknown] = "Look at the target before you repeat the change.",
        [ToriiErrorId.OutcomeUnknown + "/delete"] = "Read the user with Get-ToriiUser before you delete it again.",
        [ToriiErrorId.OutcomeUnknown + "/email"] = "Run Get-ToriiUser -EmailAddress '{email}' before you create the user again.",
        [ToriiErrorId.OutcomeUnknown + "/withoutEmail"] = "Run Get-ToriiUser -WithoutEmail -CreatedAfter … before you create the user again.",
        [ToriiErrorId.OwnAccount] = "Connect with another account to change this one. If the change is meant, use -Force.",
        [ToriiErrorId.PortInUse] = "Choose another -Port, or omit it for any free one.",
        [ToriiErrorId.QuotaExceeded] = "Check the plan and its quota in the dashboard.",
        [ToriiErrorId.Redirected] = "The credential is not sent to another address. Connect to the right one with -ApiUrl; the redirect names {location}.",
        [ToriiErrorId.Redirected + "/nowhere"] = "Check that the address ({address}) is the base address of the API of {service}.",
        [ToriiErrorId.ServiceUnavailable] = "Try again later. If the error persists, report the support id to the operator of the service.",
        [ToriiErrorId.Timeout] = "Try again later, or connect with a larger -TimeoutSec.",
        [ToriiErrorId.TokenAlgorithm] = "Do not trust the token: the issuer signs with {algorithm} only. Check where the token comes from.",
        [ToriiErrorId.TokenAudience] = "Remove -Audience unless the issuer is configured to set an audience; torii sets none by default.",
        [ToriiErrorId.TokenClaims] = "Check that the issuer is torii, then sign in again.",
        [ToriiErrorId.TokenExpired] = "Sign in again or refresh the session. For a new token, check this machine's clock.",
        [ToriiErrorId.TokenHeader] = "Do not trust the token: the issuer's tokens have no such header. Check where the token comes from.",
        [ToriiErrorId.TokenIssuer] = "Check -Issuer. The comparison is exact; only a trailing slash is ignored.",
        [ToriiErrorId.TokenMalformed] = "Pass the token unchanged. An end-user's token has three segments, separated by dots.",
        [ToriiErrorId.TokenMissing] = "Send the token as 'Authorization: Bearer <token>'. Check that the variable is set.",
        [ToriiErrorId.TokenNotYetValid] = "Check the clocks of this machine and of the issuer.",
        [ToriiErrorId.TokenSignature] = "Do not trust the token: it was changed, or another party signed it.",
        [ToriiErrorId.TokenUnknownKey] = "Check the issuer and sign in again. Clear-ToriiSigningKey makes the next token fetch the keys again.",
        [ToriiErrorId.TooManyAffected] = "Look at the targets; if all of them are correct, specify a larger -MaxAffected.",
        [ToriiErrorId.TooManyAffected + "/budget"] = "Look at the targets; to continue, run Connect-Torii -Name '{name}' again with a larger -MaxAffected, or without one.",
        [ToriiErrorId.TooManyRequests] = "Send fewer requests at once (-ThrottleLimit), or try again later.",
        [ToriiErrorId.TooManyRequests + "/connection"] = "One request is let through again in at most {wait}. To lift the limit at once, run Connect-Torii again.",
        [ToriiErrorId.Unauthorized] = "Check that the credential ({credential}) is valid at {address}, then connect again with Connect-Torii.",
        [ToriiErrorId.Unexpected] = "Report it with the text of the exception.",
        [ToriiErrorId.UnexpectedStatus] = "Check that the address ({address}) is the base address of the API of {service}.",
        [ToriiErrorId.UserNotFound] = "Check the id, and that the connection is to the right environment.",
        [ToriiErrorId.UserNotFound + "/deleted"] = "Read the deleted user by its id with -UserId.",
        [ToriiErrorId.UserNotFound + "/email"] = "Check the address, and that the connection is to the right environment.",
    };

    /// <summary>The recommended action for an exception, with its details filled in.</summary>
    public static string For(ToriiException exception)
    {
        if ((exception.Variant is not { } variant || !Actions.TryGetValue($"{exception.ErrorId}/{variant}", out string? action))
            && !Actions.TryGetValue(exception.ErrorId, out action))
        {
            return Actions[ToriiErrorId.Unexpected];
        }

        foreach ((string name, string value) in exception.Details)
        {
            action = action.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        }

        return action;
    }
}
