using Torii.Client.Services;
using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Torii.Client.Http;

/// <summary>The one way to the service: authenticate, hold back, retry, redact, and make errors of what is no success.</summary>
internal sealed class ApiPipeline : IDisposable
{
    /// <summary>A timer may fire a little early; the rest of a wait that was granted already is no reason to give up.</summary>
    private static readonly TimeSpan TimerSlack = TimeSpan.FromSeconds(1);

    private readonly ToriiServiceOptions _options;
    private readonly Transport _transport;
    private readonly RetryAfterGate _holdBack;
    private readonly TimeProvider _time;
    private RetryLoop? _retry;

    public ApiPipeline(ToriiServiceOptions options, HttpMessageHandler? handler, TimeProvider time)
    {
        _options = options;
        _time = time;
        _transport = new Transport(options, handler, time);
        _holdBack = new RetryAfterGate(time);
    }

    /// <summary>What is known of the service's clock.</summary>
    public ServerClock Clock { get; } = new();

    /// <summary>Sends the request until there is an answer that counts.</summary>
    /// <returns>An answer with a status of 200 to 299.</returns>
    /// <exception cref="ToriiException">There was none; the id says why.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<ApiResponse> SendAsync(ApiRequest request, RequestContext caller)
    {
        RequestAttempts run = new(request, caller.Observer);
        try
        {
            ApiResponse response = await SendAsync(run, caller.Cancellation).ConfigureAwait(false);
            return response.IsSuccess
                ? response with { Attempts = run.Attempts, FirstSent = run.FirstSent }
                : throw ErrorMapper.FromResponse(run, response, _options);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException or InvalidDataException)
        {
            throw ErrorMapper.FromTransport(run, e, _options);
        }
    }

    /// <summary>Sends a request whose answer says nothing but that it was done.</summary>
    /// <exception cref="ToriiException">As <see cref="SendAsync(ApiRequest, RequestContext)"/>; also <c>Torii.InvalidResponse</c>: only 204 says that it was done; a page of somebody else's does not.</exception>
    public async Task SendForNothingAsync(ApiRequest request, RequestContext caller)
    {
        ApiResponse response = await SendAsync(request, caller).ConfigureAwait(false);
        if (response.Status != HttpStatusCode.NoContent)
        {
            throw ErrorMapper.FromWrongShape(request, response, _options);
        }
    }

    /// <summary>Sends the request and reads its answer as JSON of one shape.</summary>
    /// <exception cref="ToriiException">As <see cref="SendAsync(ApiRequest, RequestContext)"/>; also <c>Torii.InvalidResponse</c> for another shape.</exception>
    public async Task<T> SendAsync<T>(ApiRequest request, RequestContext caller, JsonTypeInfo<T> shape, Func<T, string?>? findWrongMember = null)
        where T : class
    {
        ApiResponse response = await SendAsync(request, caller).ConfigureAwait(false);
        return Read(request, response, shape, findWrongMember);
    }

    /// <summary>Reads an answer as JSON of one shape.</summary>
    /// <param name="request">What it answers.</param>
    /// <param name="response">The answer.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="findWrongMember">Names a member that is missing, or is not of what was asked for; null when there is none.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidResponse</c>.</exception>
    public T Read<T>(ApiRequest request, ApiResponse response, JsonTypeInfo<T> shape, Func<T, string?>? findWrongMember = null)
        where T : class
    {
        try
        {
            T value = JsonSerializer.Deserialize(response.Body.Span, shape) ?? throw new JsonException("the answer is null");
            return findWrongMember?.Invoke(value) is { } wrong ? throw ErrorMapper.FromWrongShape(request, response, _options, wrongMember: wrong) : value;
        }
        catch (JsonException e)
        {
            throw ErrorMapper.FromWrongShape(request, response, _options, e);
        }
    }

    public void Dispose() => _transport.Dispose();

    private async Task<ApiResponse> SendAsync(RequestAttempts run, CancellationToken cancellation)
    {
        ApiResponse? response = null;
        Exception? failure = null;
        try
        {
            response = await AttemptAsync(run, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (_options.MaxRetry > 0 && RetryRule.IsTransient(e))
        {
            failure = e;
        }

        return response is not null && (_options.MaxRetry == 0 || !RetryRule.IsTransient(response.Status))
            ? response
            : await RetryAsync(run, response, failure, cancellation).ConfigureAwait(false);
    }

    /// <summary>Not inlined: to compile it loads the library behind it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Task<ApiResponse> RetryAsync(RequestAttempts run, ApiResponse? response, Exception? failure, CancellationToken cancellation) =>
        LazyInitializer.EnsureInitialized(ref _retry, () => new RetryLoop(_options, _time))
            .RunAsync(run, response, failure, AttemptAsync, cancellation);

    private async Task<ApiResponse> AttemptAsync(RequestAttempts run, CancellationToken cancellation)
    {
        while (_holdBack.Remaining() is { Ticks: > 0 } wait)
        {
            if (run.Waited + wait > _options.MaxTotalWait + TimerSlack)
            {
                throw ErrorMapper.FromHoldBack(run, wait, _options);
            }

            run.Waited += wait;
            run.Observer?.Verbose(FormattableString.Invariant($"Holding {run.Request.Describe()} back for {wait.TotalSeconds:0.0} s: the service asked to wait"));
            await Task.Delay(wait, _time, cancellation).ConfigureAwait(false);
        }

        DateTimeOffset sent = _time.GetUtcNow();
        if (run.Attempts++ == 0)
        {
            run.FirstSent = sent;
        }

        if (run.Observer is { WantsDebug: true } observer && run.Request.Body is { Length: > 0 } body && run.Attempts == 1)
        {
            observer.Debug($"{run.Request.Describe()} body: {Redactor.RedactBody(body)}");
        }

        long started = Stopwatch.GetTimestamp();
        string outcome = "no answer";
        try
        {
            ApiResponse response = await _transport.SendAsync(run.Request, cancellation).ConfigureAwait(false);
            outcome = ((int)response.Status).ToString();
            run.Note(response.Status);
            if (response.Date is { } date)
            {
                Clock.Observe(date, sent, _time.GetUtcNow());
            }

            if (response.RetryAfter is { } asked && RetryRule.IsTransient(response.Status))
            {
                _holdBack.For(asked);
            }

            return response;
        }
        catch (Exception e)
        {
            run.Note(e);
            throw;
        }
        finally
        {
            string fields = run.Request.BodyFields.Count == 0 ? "" : $" {{{string.Join(", ", run.Request.BodyFields)}}}";
            run.Observer?.Verbose(
                $"{run.Request.Describe()}{fields}: {outcome} in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
        }
    }
}
