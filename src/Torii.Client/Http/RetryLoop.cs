using System.Runtime.ExceptionServices;
using Polly;
using Polly.Retry;

namespace Torii.Client.Http;

/// <summary>
/// Repeats a request as <see cref="RetryRule"/> decides. It is created after the first failure, so that a shell
/// without failures never loads Polly.
/// </summary>
internal sealed class RetryLoop
{
    private static readonly ResiliencePropertyKey<Failed> Key = new("torii.failed");

    private readonly ResiliencePipeline<ApiResponse> _pipeline;

    /// <param name="options">The bounds; at least one retry.</param>
    /// <param name="time">The clock.</param>
    public RetryLoop(ServiceOptions options, TimeProvider time) =>
        _pipeline = new ResiliencePipelineBuilder<ApiResponse> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<ApiResponse>
            {
                MaxRetryAttempts = options.MaxRetry,
                ShouldHandle = args => ValueTask.FromResult(RetryRule.Decide(
                    Of(args.Context).Run, args.Outcome.Result, args.Outcome.Exception, args.AttemptNumber, options)),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(Of(args.Context).Run.NextDelay),
                OnRetry = args =>
                {
                    RequestAttempts run = Of(args.Context).Run;
                    string cause = args.Outcome.Result is { } response ? $"{(int)response.Status}" : Redactor.RedactLine(args.Outcome.Exception?.Message ?? "no response");
                    run.Observer?.Verbose(FormattableString.Invariant(
                        $"Waiting {run.NextDelay.TotalSeconds:0.0} s before attempt {run.Attempts + 1} of {run.Request.Describe()}: {cause}"));
                    run.Caller.Slot?.Release();
                    return ValueTask.CompletedTask;
                },
            })
            .Build();

    /// <summary>Continues after a first attempt that failed.</summary>
    /// <param name="run">The request.</param>
    /// <param name="response">The response of the first attempt; null when there was none.</param>
    /// <param name="exception">Why there was none; null when there was one.</param>
    /// <param name="attempt">Makes another attempt.</param>
    public async Task<ApiResponse> RunAsync(
        RequestAttempts run, ApiResponse? response, Exception? exception, Func<RequestAttempts, Task<ApiResponse>> attempt)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, run.Caller.Cancellation);
        context.Properties.Set(Key, new Failed(run, response, exception is null ? null : ExceptionDispatchInfo.Capture(exception)));
        try
        {
            return await _pipeline
                .ExecuteAsync(static (c, again) => new ValueTask<ApiResponse>(Of(c).NextAsync(again)), context, attempt)
                .ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static Failed Of(ResilienceContext context) => context.Properties.GetValue(Key, null!);

    /// <summary>A request whose first attempt failed: the first call returns that outcome, later calls make new attempts.</summary>
    private sealed class Failed(RequestAttempts run, ApiResponse? response, ExceptionDispatchInfo? failure)
    {
        private bool _returned;

        public RequestAttempts Run { get; } = run;

        public async Task<ApiResponse> NextAsync(Func<RequestAttempts, Task<ApiResponse>> attempt)
        {
            if (!_returned)
            {
                _returned = true;
                failure?.Throw();
                return response!;
            }

            if (Run.Caller.Slot is { } slot)
            {
                await slot.ReacquireAsync(Run.Caller.Cancellation).ConfigureAwait(false);
            }

            return await attempt(Run).ConfigureAwait(false);
        }
    }
}
