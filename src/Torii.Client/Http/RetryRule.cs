using System.Net;
using System.Net.Sockets;
using Polly;
using Polly.Retry;

namespace Torii.Client.Http;

/// <summary>
/// When a request is tried again, and after how long. Bounded twice, by the number of tries and by the sum of the
/// waits; what the service asks for (Retry-After, RFC 9110 §10.2.3) is honoured or, where it exceeds the bound, an error.
/// </summary>
internal sealed class RetryRule(ToriiClientOptions options)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan LargestDelay = TimeSpan.FromSeconds(20);

    public ResiliencePipeline<ApiResponse> BuildPipeline(TimeProvider time)
    {
        ResiliencePipelineBuilder<ApiResponse> builder = new() { TimeProvider = time };
        if (options.MaxRetry > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<ApiResponse>
            {
                MaxRetryAttempts = options.MaxRetry,
                ShouldHandle = args => ValueTask.FromResult(Decide(RequestRun.Of(args.Context), args.Outcome, args.AttemptNumber)),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(RequestRun.Of(args.Context).NextDelay),
                OnRetry = args =>
                {
                    Announce(RequestRun.Of(args.Context), args.Outcome);
                    return ValueTask.CompletedTask;
                },
            });
        }

        return builder.Build();
    }

    private bool Decide(RequestRun run, Outcome<ApiResponse> outcome, int attempt)
    {
        if (!IsTransient(outcome) || (run.Request.Safety == RetrySafety.OnlyIfNotExecuted && run.MayHaveBeenExecuted))
        {
            return false;
        }

        TimeSpan delay = outcome.Result?.RetryAfter ?? BackOff(attempt);
        if (run.Waited + delay > options.MaxTotalWait)
        {
            return false;
        }

        run.NextDelay = delay;
        run.Waited += delay;
        return true;
    }

    /// <summary>Whether another attempt may well get another answer.</summary>
    public static bool IsTransient(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>Doubling, with a quarter of jitter either way so that workers do not come back together.</summary>
    private static TimeSpan BackOff(int attempt)
    {
        double seconds = Math.Min(FirstDelay.TotalSeconds * Math.Pow(2, attempt), LargestDelay.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (0.75 + (Random.Shared.NextDouble() / 2)));
    }

    private static bool IsTransient(Outcome<ApiResponse> outcome) => outcome switch
    {
        { Result: { } response } => IsTransient(response.Status),
        { Exception: HttpRequestException e } => !IsFinal(e),
        { Exception: TimeoutException } => true,
        _ => false,
    };

    /// <summary>A name that does not exist and a certificate that does not fit stay so.</summary>
    private static bool IsFinal(HttpRequestException e) =>
        e.HttpRequestError is HttpRequestError.SecureConnectionError or HttpRequestError.ConfigurationLimitExceeded
        || e.InnerException is SocketException { SocketErrorCode: SocketError.HostNotFound };

    private static void Announce(RequestRun run, Outcome<ApiResponse> outcome)
    {
        string cause = outcome.Result is { } response ? $"{(int)response.Status}" : Redactor.RedactLine(outcome.Exception?.Message ?? "no answer");
        run.Observer?.Verbose(FormattableString.Invariant(
            $"Waiting {run.NextDelay.TotalSeconds:0.0} s before attempt {run.Attempts + 1} of {run.Request.Describe()}: {cause}"));
    }
}
