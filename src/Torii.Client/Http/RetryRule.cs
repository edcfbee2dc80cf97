using System.Net;
using System.Net.Sockets;

namespace Torii.Client.Http;

/// <summary>
/// When a request is tried again, and after how long. Bounded twice, by the number of tries and by the sum of the
/// waits; what the service asks for (Retry-After, RFC 9110 §10.2.3) is honoured or, where it exceeds the bound, an error.
/// </summary>
internal static class RetryRule
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan LargestDelay = TimeSpan.FromSeconds(20);

    /// <summary>Whether another attempt may well get another answer.</summary>
    public static bool IsTransient(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <inheritdoc cref="IsTransient(HttpStatusCode)"/>
    public static bool IsTransient(Exception? exception) => exception switch
    {
        HttpRequestException e => !IsFinal(e),
        TimeoutException => true,
        _ => false,
    };

    /// <summary>Decides about the next attempt, and sets its wait; false when there is none.</summary>
    /// <param name="run">What has happened so far.</param>
    /// <param name="response">What the last attempt was answered with; null when it was not.</param>
    /// <param name="exception">Why it was not answered; null when it was.</param>
    /// <param name="attempt">How many attempts came before the last one.</param>
    /// <param name="maxTotalWait">How long all waits together may take.</param>
    public static bool Decide(RequestAttempts run, ApiResponse? response, Exception? exception, int attempt, TimeSpan maxTotalWait)
    {
        bool transient = response is null ? IsTransient(exception) : IsTransient(response.Status);
        if (!transient || (run.Request.Safety == RetrySafety.OnlyIfNotExecuted && run.MayHaveBeenExecuted))
        {
            return false;
        }

        TimeSpan delay = response?.RetryAfter ?? BackOff(attempt);
        if (run.Waited + delay > maxTotalWait)
        {
            return false;
        }

        run.NextDelay = delay;
        run.Waited += delay;
        return true;
    }

    /// <summary>Doubling, with a quarter of jitter either way so that workers do not come back together.</summary>
    private static TimeSpan BackOff(int attempt)
    {
        double seconds = Math.Min(FirstDelay.TotalSeconds * Math.Pow(2, attempt), LargestDelay.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (0.75 + (Random.Shared.NextDouble() / 2)));
    }

    /// <summary>A name that does not exist and a certificate that does not fit stay so.</summary>
    private static bool IsFinal(HttpRequestException e) =>
        e.HttpRequestError is HttpRequestError.SecureConnectionError or HttpRequestError.ConfigurationLimitExceeded
        || e.InnerException is SocketException { SocketErrorCode: SocketError.HostNotFound };
}
