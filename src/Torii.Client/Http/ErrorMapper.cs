using Torii.Client.Services;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Torii.Client.Http;

/// <summary>
/// Makes an exception of everything that is no success.
/// </summary>
internal static class ErrorMapper
{
    public static ToriiApiException FromResponse(RequestAttempts run, ApiResponse response, ToriiServiceOptions options)
    {
        int status = (int)response.Status;
        ProblemDetails problem = ProblemDetails.Read(response.Body);
        (string id, string advice) = Explain(run, response, options);
        string[] facts = [$"status {status}", problem.Code ?? "", problem.SupportId is { } s ? $"support id {s}" : ""];
        string reason = problem.Detail ?? problem.Title ?? Name(response.Status);
        return new ToriiApiException(
            id,
            $"{reason.TrimEnd('.')} ({string.Join(", ", facts.Where(f => f.Length > 0))}).",
            advice,
            status)
        {
            Code = problem.Code,
            SupportId = problem.SupportId,
            ResponseBody = Redactor.RedactBody(response.Body),
            Request = run.Request.Describe(),
            Attempts = run.Attempts,
            MayHaveBeenExecuted = run.MayHaveBeenExecuted,
            FirstSentAt = run.FirstSent,
        };
    }

    public static ToriiException FromTransport(RequestAttempts run, Exception exception, ToriiServiceOptions options)
    {
        string host = options.ApiUrl.GetLeftPart(UriPartial.Authority);
        string tries = run.Attempts == 1 ? "" : $" after {run.Attempts} attempts";
        Exception? inner = Redactor.WithoutSecret(exception);
        ToriiException error = exception switch
        {
            TimeoutException => new ToriiException(
                "Torii.Timeout",
                FormattableString.Invariant($"{host} gave no whole answer within {options.Timeout.TotalSeconds:0.###} s{tries} ({run.Request.Describe()})."),
                "Try again later, or connect with a larger -TimeoutSec.",
                inner),
            InvalidDataException => new ToriiException(
                "Torii.InvalidResponse",
                $"{host} answered {run.Request.Describe()} with what cannot be an answer of torii: {exception.Message}.",
                "Check -ApiUrl, or ask for smaller pages with -PageSize.",
                inner),
            _ => new ToriiException(
                "Torii.ConnectionFailed",
                $"{host} could not be reached{tries}: {Cause(exception)}.",
                Advice(exception),
                inner),
        };
        error.MayHaveBeenExecuted = run.MayHaveBeenExecuted;
        error.FirstSentAt = run.FirstSent;
        return error;
    }

    /// <summary>Another request of the connection was told to wait, for longer than this one may.</summary>
    public static ToriiException FromHoldBack(RequestAttempts run, TimeSpan wait, ToriiServiceOptions options) => new(
        "Torii.TooManyRequests",
        $"{options.ApiUrl.GetLeftPart(UriPartial.Authority)} asks everybody on this connection to wait {wait.TotalSeconds:0} s more, so {run.Request.Describe()} was not sent"
        + (run.Attempts > 0 ? " again." : "."),
        "Try again after that; send less at once (-ThrottleLimit).")
    {
        MayHaveBeenExecuted = run.MayHaveBeenExecuted,
        FirstSentAt = run.Attempts > 0 ? run.FirstSent : null,
    };

    public static ToriiApiException FromWrongShape(ApiRequest request, ApiResponse response, ToriiServiceOptions options, Exception? exception = null, string? wrongMember = null)
    {
        string what = wrongMember is not null ? $"JSON whose '{wrongMember}' is missing or is another one's"
            : response.Body.IsEmpty ? "an empty body"
            : response.MediaType?.Contains("html", StringComparison.OrdinalIgnoreCase) == true ? "HTML"
            : response.MediaType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true ? "JSON of another shape, or cut off"
            : $"something that is not JSON ({(response.MediaType is { } type ? Redactor.RedactLine(type) : "no content type")})";
        return new ToriiApiException(
            "Torii.InvalidResponse",
            $"{options.ApiUrl.GetLeftPart(UriPartial.Authority)} answered {request.Describe()} with {what} where torii answers otherwise.",
            "Check that -ApiUrl is the address of the server API and that no proxy or sign-in page answers in its place.",
            (int)response.Status,
            exception is null ? null : Redactor.WithoutSecret(exception))
        {
            ResponseBody = Redactor.RedactBody(response.Body),
            Request = request.Describe(),
            Attempts = response.Attempts,
            MayHaveBeenExecuted = true,
            FirstSentAt = response.FirstSent,
        };
    }

    private static (string Id, string Advice) Explain(RequestAttempts run, ApiResponse response, ToriiServiceOptions options) =>
        response.Status switch
        {
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestEntityTooLarge =>
                ("Torii.InvalidRequest", "Correct the value that it names; nothing was changed."),
            HttpStatusCode.Unauthorized => (
                "Torii.Unauthorized",
                $"The secret key ({options.SecretKey.Hint}) is not valid at {options.ApiUrl.GetLeftPart(UriPartial.Authority)}: "
                + "check that key and -ApiUrl belong together and that the key was not revoked, then run Connect-Torii again."),
            HttpStatusCode.PaymentRequired => ("Torii.QuotaExceeded", "The plan does not include this, or its quota is spent: see the dashboard."),
            HttpStatusCode.Forbidden => (
                "Torii.Forbidden",
                "It belongs to another environment, or is no longer there: check that the connection's key is the one of its environment."),
            HttpStatusCode.NotFound => (
                run.Request.NotFoundErrorId,
                run.Request.NotFoundErrorId == "Torii.NotFound"
                    ? "Check that -ApiUrl is the base address of torii's server API."
                    : "Check the id, and that the connection is to the right environment."),
            HttpStatusCode.RequestTimeout => ("Torii.Timeout", Waits(run, response, "Try again later.")),
            HttpStatusCode.Conflict => ("Torii.Conflict", "What is there already stays as it is: look it up before trying again."),
            HttpStatusCode.TooManyRequests => ("Torii.TooManyRequests", Waits(run, response, "Send less at once (-ThrottleLimit), or try again later.")),
            >= HttpStatusCode.InternalServerError => ("Torii.ServiceUnavailable", Waits(run, response, "Try again later; if it stays so, name the support id to torii.")),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => (
                "Torii.Redirected",
                $"It points to {(response.Location is { } location ? Redactor.RedactLine(location.OriginalString) : "nowhere")}, and the secret key does not follow: give the right address with -ApiUrl."),
            _ => ("Torii.UnexpectedStatus", "torii answers no such status here: check -ApiUrl."),
        };

    private static string Waits(RequestAttempts run, ApiResponse response, string advice) =>
        (run.Attempts > 1 ? $"It stayed so over {run.Attempts} attempts. " : "")
        + (response.RetryAfter is { TotalSeconds: > 0 } wait ? $"The service asks to wait {wait.TotalSeconds:0} s. " : "")
        + advice;

    public static string Cause(Exception exception) =>
        (exception.InnerException as SocketException)?.SocketErrorCode switch
        {
            SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => "the name does not resolve",
            SocketError.ConnectionRefused => "nothing listens there (connection refused)",
            _ => Redactor.RedactLine(exception.Message).TrimEnd('.'),
        };

    private static string Advice(Exception exception) => exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
        ? "Check the address, the machine's clock, and whether a proxy stands between that the machine does not trust."
        : "Check -ApiUrl (or TORII_API_URL), the network and the proxy.";

    private static string Name(HttpStatusCode status) =>
        Enum.IsDefined(status) ? string.Concat(status.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}")) : "The request was not accepted";
}
