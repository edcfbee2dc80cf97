using Torii.Client.Services;
using System.Runtime.ExceptionServices;
using Polly;
using Polly.Retry;

namespace Torii.Client.Http;

/// <summary>
/// Tries a request again as <see cref="RetryRule"/> says. It comes in after the first attempt has failed, so that a
/// shell in which all goes well never loads the library that does it.
/// </summary>
internal sealed class RetryLoop
{
    private static readonly ResiliencePropertyKey<Failed> Key = new("torii.failed");

    private readonly ResiliencePipeline<ApiResponse> _pipeline;

    /// <param name="options">The bounds; at least one retry.</param>
    /// <param name="time">The clock.</param>
    public RetryLoop(ToriiServiceOptions options, TimeProvider time) =>
        _pipeline = new ResiliencePipelineBuilder<ApiResponse> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<ApiResponse>
            {
                MaxRetryAttempts = options.MaxRetry,
                ShouldHandle = args => ValueTask.FromResult(RetryRule.Decide(
                    Of(args.Context).Run, args.Outcome.Result, args.Outcome.Exception, args.AttemptNumber, options.MaxTotalWait)),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(Of(args.Context).Run.NextDelay),
                OnRetry = args =>
                {
                    Announce(Of(args.Context).Run, args.Outcome);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();

    /// <summary>Goes on from a first attempt that failed.</summary>
    /// <param name="run">The request.</param>
    /// <param name="response">What the first attempt was answered with; null when it was not.</param>
    /// <param name="exception">Why it was not answered; null when it was.</param>
    /// <param name="attempt">Makes another attempt.</param>
    /// <param name="cancellation">Ends attempts and waits.</param>
    public async Task<ApiResponse> RunAsync(
        RequestAttempts run, ApiResponse? response, Exception? exception, Func<RequestAttempts, CancellationToken, Task<ApiResponse>> attempt, CancellationToken cancellation)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellation);
        context.Properties.Set(Key, new Failed(run, response, exception is null ? null : ExceptionDispatchInfo.Capture(exception)));
        try
        {
            return await _pipeline
                .ExecuteAsync(static (c, again) => new ValueTask<ApiResponse>(Of(c).NextAsync(again, c.CancellationToken)), context, attempt)
                .ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static Failed Of(ResilienceContext context) => context.Properties.GetValue(Key, null!);

    private static void Announce(RequestAttempts run, Outcome<ApiResponse> outcome)
    {
        string cause = outcome.Result is { } response ? $"{(int)response.Status}" : Redactor.RedactLine(outcome.Exception?.Message ?? "no answer");
        run.Observer?.Verbose(FormattableString.Invariant(
            $"Waiting {run.NextDelay.TotalSeconds:0.0} s before attempt {run.Attempts + 1} of {run.Request.Describe()}: {cause}"));
    }

    /// <summary>A request whose first attempt is over: that outcome comes first, then new attempts.</summary>
    private sealed class Failed(RequestAttempts run, ApiResponse? response, ExceptionDispatchInfo? failure)
    {
        private bool _told;

        public RequestAttempts Run { get; } = run;

        public Task<ApiResponse> NextAsync(Func<RequestAttempts, CancellationToken, Task<ApiResponse>> attempt, CancellationToken cancellation)
        {
            if (_told)
            {
                return attempt(Run, cancellation);
            }

            _told = true;
            failure?.Throw();
            return Task.FromResult(response!);
        }
    }
}
