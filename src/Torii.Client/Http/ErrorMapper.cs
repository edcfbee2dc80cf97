using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Torii.Client.Http;

/// <summary>Turns every unsuccessful outcome of a request into an exception.</summary>
internal sealed class ErrorMapper(ServiceDescription service, Redactor credentials, Func<Uri?> proxy)
{
    public ToriiApiException FromResponse(RequestAttempts run, ApiResponse response)
    {
        if (response.Unreadable is { } unreadable)
        {
            return FromUnreadable(run, response, unreadable);
        }

        Redactor redactor = credentials.With(run.Request.Body);
        ApiError error = run.Request.Part is { } part && response is { Status: HttpStatusCode.NotFound, Body.IsEmpty: true }
            ? new ApiError($"This server has no {part}", null, null, null) { ErrorId = ToriiErrorId.NotSupported }
            : service.ErrorReader.Read(response.Body);
        string? code = error.Code is { } c ? redactor.Line(c) : null;
        string? supportId = error.SupportId is { } s ? redactor.Line(s) : null;
        string reason = (error.Detail ?? error.Title) is { } text ? redactor.Line(text) : Name(response.Status);
        string[] facts =
        [
            $"status {(int)response.Status}",
            code ?? "",
            error.State is { } state && !reason.Contains(state, StringComparison.OrdinalIgnoreCase) ? $"its status is {redactor.Line(state)}" : "",
            run.Attempts > 1 && RetryRule.IsTransient(response.Status) ? $"{run.Attempts} attempts" : "",
            supportId is null ? "" : $"support id {supportId}",
        ];
        string wait = response.RetryAfter is { Ticks: > 0 } asked && RetryRule.IsTransient(response.Status) ? $" The service asks to wait {(asked > service.Options.MaxTotalWait ? "longer than " : "")}{Seconds(Bounded(asked))}." : "";
        string location = response.Location is { } l ? redactor.Line(l.OriginalString) : "";
        return new ToriiApiException(
            error.ErrorId ?? IdFor(run, response.Status),
            $"{reason.TrimEnd('.')} ({string.Join(", ", facts.Where(static f => f.Length > 0))}).{wait}{Outcome(run)}",
            (int)response.Status)
        {
            Variant = error.Variant ?? (error.ErrorId == ToriiErrorId.NotSupported ? "part" : (int)response.Status is >= 300 and < 400 && location.Length == 0 ? "nowhere" : response.Status == HttpStatusCode.ProxyAuthenticationRequired ? "proxy" : run.Request.ErrorVariant),
            Details = Details(("location", location)),
            Code = code,
            SupportId = supportId,
            ResponseBody = redactor.Body(response.Body),
            Request = run.Request.Describe(),
            Attempts = run.Attempts,
            MayHaveBeenExecuted = run.MayHaveBeenExecuted,
            FirstSentAt = run.FirstSent,
        };
    }

    /// <summary>There was no complete response.</summary>
    public ToriiException FromTransport(RequestAttempts run, Exception exception)
    {
        Redactor redactor = credentials.With(run.Request.Body);
        string tries = run.Attempts == 1 ? "" : $" after {run.Attempts} attempts";
        // The network stack quotes a response that it cannot parse.
        Exception? inner = run.Request.ReturnsSecret ? null : redactor.WithoutSecret(exception);
        string cause = run.Request.ReturnsSecret && exception.InnerException is not SocketException ? "there is no complete response" : redactor.Line(Cause(exception));
        return exception switch
        {
            TimeoutException => New(
                ToriiErrorId.Timeout,
                string.Create(CultureInfo.InvariantCulture, $"{service.Address} returned no complete response within {service.Options.Timeout.TotalSeconds:0.###} s{tries} ({run.Request.Describe()}).")),
            InvalidDataException => New(
                ToriiErrorId.InvalidResponse,
                $"The response of {service.Address} to {run.Request.Describe()} cannot be read: {exception.Message}.",
                "size"),
            HttpRequestException e when IsOfProxy(e) && proxy() is { } between => New(
                ToriiErrorId.ConnectionFailed,
                $"The proxy {ServiceAddress.Display(between)} does not connect to {service.Address}{tries}: {ProxyCause(e)}.",
                "proxy"),
            _ => New(
                ToriiErrorId.ConnectionFailed,
                $"{service.Address} could not be reached{tries}: {cause}.",
                exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } ? "tls" : null),
        };

        ToriiException New(string id, string message, string? variant = null) => new(id, message + Outcome(run), inner)
        {
            Variant = variant,
            Details = Details(),
            MayHaveBeenExecuted = run.MayHaveBeenExecuted,
            FirstSentAt = run.FirstSent,
        };
    }

    /// <summary>The service asked the connection to wait longer than this request may.</summary>
    public ToriiException FromThrottling(RequestAttempts run, TimeSpan wait) => new(
        ToriiErrorId.TooManyRequests,
        $"{service.Address} asks all requests of this connection to wait {Seconds(Bounded(wait))}, so {run.Request.Describe()} was not sent{(run.Attempts > 0 ? " again" : "")}."
        + (run.Attempts > 0 ? Outcome(run) : ""))
    {
        Variant = "connection",
        Details = Details(("wait", Seconds(Bounded(wait)))),
        MayHaveBeenExecuted = run.MayHaveBeenExecuted,
        FirstSentAt = run.FirstSent,
    };

    /// <summary>A longer wait than the gate keeps is not named: one request is let through again after the bound.</summary>
    private TimeSpan Bounded(TimeSpan wait) => wait < service.Options.MaxTotalWait ? wait : service.Options.MaxTotalWait;

    /// <summary>The cause of a connection failure.</summary>
    public static string Cause(Exception exception) =>
        ((exception as SocketException) ?? exception.InnerException as SocketException)?.SocketErrorCode switch
        {
            SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => "the name does not resolve",
            SocketError.ConnectionRefused => "no process listens on this address (connection refused)",
            _ => Redactor.RedactLine(exception.Message).TrimEnd('.'),
        };

    /// <summary>The status with which a proxy refused a tunnel; null for every other failure. .NET 8 has it in the message only.</summary>
    public static int? ProxyStatus(HttpRequestException exception) =>
        exception.HttpRequestError != HttpRequestError.ProxyTunnelError ? null
        : exception.StatusCode is { } status ? (int)status
        : exception.Message.Split('\'') is [.., var last, _] && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out int code) ? code : null;

    private ToriiApiException FromUnreadable(RequestAttempts run, ApiResponse response, Exception exception)
    {
        Redactor redactor = credentials.With(run.Request.Body);
        string? member = (exception as UnreadableResponseException)?.Member;
        bool isInvalid = member is not null && exception.InnerException is not null;
        string what = isInvalid ? $"JSON whose '{redactor.Line(member!)}' is missing or invalid"
            : member is not null ? $"JSON whose '{redactor.Line(member)}' is missing or belongs to another object"
            : response.Body.IsEmpty ? "an empty body"
            : response.MediaType?.Contains("html", StringComparison.OrdinalIgnoreCase) == true ? "HTML"
            : response.MediaType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true ? "JSON that is incomplete or has another shape"
            : $"content that is not JSON ({(response.MediaType is { } type ? redactor.Line(type) : "no content type")})";
        string tries = run.Attempts > 1 ? $" ({run.Attempts} attempts)" : "";
        return new ToriiApiException(
            ToriiErrorId.InvalidResponse,
            $"{service.Address} responded to {run.Request.Describe()} with {what}{tries}, which is not a response of {service.Name}.{Outcome(run)}",
            (int)response.Status,
            run.Request.ReturnsSecret ? null : redactor.WithoutSecret(exception))
        {
            Variant = isInvalid ? "item" : null,
            Details = Details(),
            ResponseBody = run.Request.ReturnsSecret ? null : redactor.Body(response.Body),
            Request = run.Request.Describe(),
            Attempts = run.Attempts,
            MayHaveBeenExecuted = run.MayHaveBeenExecuted,
            FirstSentAt = run.FirstSent,
        };
    }

    /// <summary>What the error means for a change; empty for a read request.</summary>
    private static string Outcome(RequestAttempts run) =>
        run.Request.IsRead ? "" : run.MayHaveBeenExecuted ? " The change may have been made." : " The change was not made.";

    /// <summary>The values that the recommended actions name.</summary>
    private Dictionary<string, string> Details(params (string Name, string Value)[] more)
    {
        Dictionary<string, string> details = new(StringComparer.Ordinal)
        {
            ["service"] = service.Name,
            // With its path, which may be what is wrong.
            ["address"] = service.Address + service.BaseAddress.AbsolutePath.TrimEnd('/'),
            ["credential"] = service.Authenticator.Hint,
        };
        foreach ((string name, string value) in more)
        {
            details[name] = value;
        }

        return details;
    }

    private static string IdFor(RequestAttempts run, HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestEntityTooLarge => ToriiErrorId.InvalidRequest,
        HttpStatusCode.Unauthorized => ToriiErrorId.Unauthorized,
        HttpStatusCode.PaymentRequired => ToriiErrorId.QuotaExceeded,
        HttpStatusCode.Forbidden => ToriiErrorId.Forbidden,
        HttpStatusCode.NotFound => run.Request.NotFoundErrorId,
        HttpStatusCode.ProxyAuthenticationRequired => ToriiErrorId.ConnectionFailed,
        HttpStatusCode.RequestTimeout => ToriiErrorId.Timeout,
        HttpStatusCode.Conflict => ToriiErrorId.Conflict,
        HttpStatusCode.TooManyRequests => ToriiErrorId.TooManyRequests,
        >= HttpStatusCode.InternalServerError => ToriiErrorId.ServiceUnavailable,
        >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => ToriiErrorId.Redirected,
        _ => ToriiErrorId.UnexpectedStatus,
    };

    /// <summary>With a proxy only the connection to the proxy can fail before TLS; the tunnel is the proxy's too.</summary>
    private static bool IsOfProxy(HttpRequestException e) => e.HttpRequestError is HttpRequestError.ConnectionError
        or HttpRequestError.NameResolutionError or HttpRequestError.ProxyTunnelError;

    private string ProxyCause(HttpRequestException e) => ProxyStatus(e) switch
    {
        407 => "it requires credentials (status 407)",
        { } status => $"it refused the tunnel (status {status})",
        _ => credentials.Line(Cause(e)),
    };

    private static string Seconds(TimeSpan wait) => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(wait.TotalSeconds):0} s");

    private static string Name(HttpStatusCode status) =>
        Enum.IsDefined(status) ? string.Concat(status.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}")) : "The request was not accepted";
}
