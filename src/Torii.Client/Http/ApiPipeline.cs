using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace Torii.Client.Http;

/// <summary>The only way to a service: authenticates, throttles, retries, redacts, and maps errors.</summary>
internal sealed class ApiPipeline : IDisposable
{
    private readonly ServiceDescription _service;
    private readonly Transport _transport;
    private readonly RetryAfterGate _gate;
    private readonly Redactor _redactor;
    private readonly ErrorMapper _errors;
    private readonly TimeProvider _time;
    private RetryLoop? _retry;

    /// <param name="service">The service.</param>
    /// <param name="handler">Sends the requests in place of the network, for tests. It is disposed with the pipeline.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ToriiException"><see cref="ToriiErrorId.InvalidProxy"/>.</exception>
    public ApiPipeline(ServiceDescription service, HttpMessageHandler? handler, TimeProvider time)
    {
        _service = service;
        _time = time;
        _transport = new Transport(service, handler, time);
        _gate = new RetryAfterGate(service.Options.MaxTotalWait, time);
        _redactor = new Redactor(() => service.Authenticator.Secrets);
        _errors = new ErrorMapper(service, _redactor, () => _transport.Proxy);
    }

    /// <summary>What is known about the service's clock.</summary>
    public ServerClock Clock { get; } = new();

    /// <summary>The proxy between this machine and the service; null for none.</summary>
    public Uri? Proxy => _transport.Proxy;

    /// <summary>Sends a request and reads its response.</summary>
    /// <param name="request">The request.</param>
    /// <param name="caller">The caller.</param>
    /// <param name="read">
    /// Reads a successful response. An <see cref="UnreadableResponseException"/> means that a proxy or another server
    /// responded in place of the service: a request that may be repeated is retried then.
    /// </param>
    /// <exception cref="ToriiException">There is no usable response; the id tells why.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<T> SendAsync<T>(ApiRequest request, RequestContext caller, Func<ApiResponse, T> read)
    {
        T result = default!;
        await _service.Authenticator.PrepareAsync(caller).ConfigureAwait(false);
        RequestAttempts run = new(request, caller, response => result = read(response));
        try
        {
            ApiResponse response = await SendAsync(run).ConfigureAwait(false);
            return response.IsSuccess ? result : throw _errors.FromResponse(run, response);
        }
        catch (RetryAfterException e)
        {
            throw _errors.FromThrottling(run, e.Wait);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException or InvalidDataException)
        {
            throw _errors.FromTransport(run, e);
        }
    }

    /// <summary>Sends a request and reads its response as JSON.</summary>
    /// <inheritdoc cref="ApiResponse.ReadJson{T}"/>
    /// <inheritdoc cref="SendAsync{T}(ApiRequest, RequestContext, Func{ApiResponse, T})"/>
    public Task<T> SendAsync<T>(ApiRequest request, RequestContext caller, JsonTypeInfo<T> shape, Func<T, string?>? findWrongMember = null)
        where T : class => SendAsync(request, caller, response => response.ReadJson(shape, findWrongMember));

    /// <summary>Sends a change whose response has no content; only the service's confirmation counts as success.</summary>
    /// <inheritdoc cref="SendAsync{T}(ApiRequest, RequestContext, Func{ApiResponse, T})"/>
    public Task SendForNothingAsync(ApiRequest request, RequestContext caller) => SendAsync(
        request, caller, response => (request.IsConfirmation ?? _service.IsConfirmation)(response) ? true : throw new UnreadableResponseException(null));

    public void Dispose() => _transport.Dispose();

    private async Task<ApiResponse> SendAsync(RequestAttempts run)
    {
        ApiResponse? response = null;
        if (run.Request.Safety == RetrySafety.Never)
        {
            response = await SendOnceAsync(run).ConfigureAwait(false);
            // A credential that is refused is found out before anything is executed.
            return await RefreshAsync(run, response).ConfigureAwait(false) ? await SendOnceAsync(run).ConfigureAwait(false) : response;
        }

        Exception? failure = null;
        bool retries = _service.Options.MaxRetry > 0;
        try
        {
            response = await AttemptAsync(run).ConfigureAwait(false);
        }
        catch (Exception e) when (retries && RetryRule.IsTransient(run, e))
        {
            failure = e;
        }

        return response is not null && (response.IsSuccess || !retries || !RetryRule.IsTransient(run, response))
            ? response
            : await RetryAsync(run, response, failure).ConfigureAwait(false);
    }

    /// <summary>Not inlined, so that JIT-compiling the caller does not load Polly.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Task<ApiResponse> RetryAsync(RequestAttempts run, ApiResponse? response, Exception? failure) =>
        LazyInitializer.EnsureInitialized(ref _retry, () => new RetryLoop(_service.Options, _time)).RunAsync(run, response, failure, AttemptAsync);

    /// <summary>Sends the request until it is neither throttled nor refused for an expired credential.</summary>
    private async Task<ApiResponse> AttemptAsync(RequestAttempts run)
    {
        while (true)
        {
            ApiResponse response = await SendOnceAsync(run).ConfigureAwait(false);
            if (!RetryRule.WaitsFor(run, response, _service.Options) && !await RefreshAsync(run, response).ConfigureAwait(false))
            {
                return response;
            }
        }
    }

    /// <summary>Replaces a credential that the response refused, once for a request.</summary>
    /// <returns>Whether the request is to be sent with a new credential.</returns>
    /// <exception cref="ToriiException">There is no new credential. What an earlier attempt may have changed stays known.</exception>
    private async ValueTask<bool> RefreshAsync(RequestAttempts run, ApiResponse response)
    {
        if (response.Status != HttpStatusCode.Unauthorized || run.Refreshed)
        {
            return false;
        }

        run.Refreshed = true;
        try
        {
            return await _service.Authenticator.RefreshAsync(response, run.Caller.Cancellation).ConfigureAwait(false);
        }
        catch (ToriiException e) when (run.MayHaveBeenExecuted)
        {
            e.MayHaveBeenExecuted = true;
            throw;
        }
    }

    private async Task<ApiResponse> SendOnceAsync(RequestAttempts run)
    {
        using RetryAfterGate.Permit permit = await EnterAsync(run).ConfigureAwait(false);
        run.Caller.Slot?.BeforeSend();
        DateTimeOffset sent = _time.GetUtcNow();
        run.FirstSent = run.MayHaveBeenExecuted ? run.FirstSent : sent;
        run.Attempts++;
        if (run.Observer is { WantsDebug: true } observer && run.Request.Body is { Length: > 0 } body && run.Attempts == 1)
        {
            observer.Debug($"{run.Request.Describe()} body: {_redactor.Body(body)}");
        }

        long started = Stopwatch.GetTimestamp();
        int? status = null;
        try
        {
            ApiResponse response = await _transport.SendAsync(run.Request, run.Caller.Cancellation).ConfigureAwait(false);
            status = (int)response.Status;
            permit.Report(response);
            if (response.Date is { } date)
            {
                Clock.Observe(date, sent, _time.GetUtcNow());
            }

            response = Read(run, response);
            run.Note(response);
            return response;
        }
        catch (Exception e) when (e is not ToriiException)
        {
            if (e is not OperationCanceledException)
            {
                permit.ReportEnd();
            }

            run.Note(e);
            throw;
        }
        finally
        {
            if (run.Observer is { WantsVerbose: true } listener)
            {
                string fields = run.Request.BodyFields.Count == 0 ? "" : $" {{{string.Join(", ", run.Request.BodyFields)}}}";
                listener.Verbose($"{run.Request.Describe()}{fields}: {(status is null ? "no response" : $"{status:D}")} in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
            }
        }
    }

    private static ApiResponse Read(RequestAttempts run, ApiResponse response)
    {
        if (!response.IsSuccess)
        {
            return response;
        }

        try
        {
            run.Read(response);
            return response;
        }
        catch (UnreadableResponseException e)
        {
            return response with { Unreadable = e };
        }
    }

    /// <summary>Waits until the request may be sent, without a place among the items that are worked on.</summary>
    private async ValueTask<RetryAfterGate.Permit> EnterAsync(RequestAttempts run)
    {
        run.Entered ??= _gate.Now;
        while (true)
        {
            if (_gate.TryEnter() is { } free)
            {
                return free;
            }

            Bulk.IWorkSlot? slot = run.Caller.Slot;
            slot?.Release();
            RetryAfterGate.Permit permit = await _gate.EnterAsync(
                run.Entered.Value,
                wait => run.Observer?.Verbose(FormattableString.Invariant($"Throttling {run.Request.Describe()} for {wait.TotalSeconds:0.0} s, as {_service.Name} requested")),
                run.Caller.Cancellation).ConfigureAwait(false);
            bool isValid = false;
            try
            {
                if (slot is not null)
                {
                    await slot.ReacquireAsync(run.Caller.Cancellation).ConfigureAwait(false);
                }

                isValid = permit.IsValid;
            }
            finally
            {
                if (!isValid)
                {
                    permit.Dispose();
                }
            }

            // The gate may have been closed while the request waited for its place.
            if (isValid)
            {
                return permit;
            }
        }
    }
}
