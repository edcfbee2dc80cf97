using System.Net;
using System.Net.Sockets;

namespace Torii.Client.Http;

/// <summary>
/// Decides when a request is repeated, and after how long. The number of retries and the sum of the waits are bounded;
/// Retry-After (RFC 9110 §10.2.3) is honored or, beyond that bound, an error.
/// </summary>
internal static class RetryRule
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan LargestDelay = TimeSpan.FromSeconds(20);

    /// <summary>Whether another attempt may get another response.</summary>
    public static bool IsTransient(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>Whether another attempt may get another response. Only a proxy returns a page of its own, as it returns 502.</summary>
    public static bool IsTransient(RequestAttempts run, ApiResponse response) =>
        response.Unreadable is not null ? !run.Caller.FailFast : IsTransient(response.Status);

    /// <summary>Whether another attempt may succeed.</summary>
    public static bool IsTransient(RequestAttempts run, Exception? exception) => exception switch
    {
        HttpRequestException e => !IsFinal(e) && !(run.Caller.FailFast && e.HttpRequestError is HttpRequestError.ConnectionError),
        TimeoutException => true,
        _ => false,
    };

    /// <summary>
    /// Whether a throttled request waits for the time that the service named. That is not a failed attempt: nothing was
    /// executed, and the next attempt comes when the service asked for it.
    /// </summary>
    public static bool WaitsFor(RequestAttempts run, ApiResponse response, ServiceOptions options)
    {
        if (options.MaxRetry == 0 || response.Status != HttpStatusCode.TooManyRequests
            || response.RetryAfter is not { Ticks: > 0 } wait || run.Waited + wait > options.MaxTotalWait)
        {
            return false;
        }

        run.Waited += wait;
        return true;
    }

    /// <summary>Decides about the next attempt, and sets its wait.</summary>
    /// <param name="run">The request.</param>
    /// <param name="response">The response of the last attempt; null when there was none.</param>
    /// <param name="exception">Why there was none.</param>
    /// <param name="attempt">How many attempts failed before the last one.</param>
    /// <param name="options">The bounds.</param>
    public static bool Decide(RequestAttempts run, ApiResponse? response, Exception? exception, int attempt, ServiceOptions options)
    {
        bool transient = response is null ? IsTransient(run, exception) : !response.IsSuccess && IsTransient(run, response);
        if (!transient || (run.Request.Safety == RetrySafety.OnlyIfNotExecuted && run.MayHaveBeenExecuted))
        {
            return false;
        }

        TimeSpan delay = response?.RetryAfter ?? BackOff(attempt, Random.Shared.NextDouble());
        if (run.Waited + delay > options.MaxTotalWait)
        {
            return false;
        }

        run.NextDelay = delay;
        run.Waited += delay;
        return true;
    }

    /// <summary>Exponential, up to 20 s, with 25 % of jitter either way so that clients do not retry at the same moment.</summary>
    /// <param name="attempt">How many attempts failed before the last one.</param>
    /// <param name="random">From 0 to 1.</param>
    internal static TimeSpan BackOff(int attempt, double random)
    {
        double seconds = Math.Min(FirstDelay.TotalSeconds * Math.Pow(2, attempt), LargestDelay.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (0.75 + (random / 2)));
    }

    /// <summary>A name that does not exist and a certificate that is not trusted are not temporary.</summary>
    private static bool IsFinal(HttpRequestException e) =>
        e.HttpRequestError is HttpRequestError.SecureConnectionError or HttpRequestError.ConfigurationLimitExceeded
        || e.InnerException is SocketException { SocketErrorCode: SocketError.HostNotFound }
        || ErrorMapper.ProxyStatus(e) is 407 or 403;
}
