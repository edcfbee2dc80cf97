using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Torii.Client.Http;

/// <summary>
/// One attempt of a request: authenticates it, sends it, and reads the response to its end within the timeout. Never
/// follows a redirect, because the credential would be sent along.
/// </summary>
internal sealed class Transport : IDisposable
{
    /// <summary>The largest response body in bytes. A page of 1,000 users with full metadata is smaller.</summary>
    public const int MaxBodyBytes = 32 * 1024 * 1024;

    /// <summary>How long a connection is reused: a service that moves to another address is found again.</summary>
    internal static readonly TimeSpan PooledLifetime = TimeSpan.FromMinutes(5);

    private readonly ServiceDescription _service;
    private readonly TimeProvider _time;
    private readonly HttpClient _pooled;
    private readonly Lazy<HttpClient> _unpooled;

    public Transport(ServiceDescription service, HttpMessageHandler? handler, TimeProvider time)
    {
        _service = service;
        _time = time;
        if (service.Options.Proxy is not null && service.BaseAddress.Scheme == Uri.UriSchemeHttp)
        {
            throw new ToriiException(
                ToriiErrorId.InvalidProxy, $"A proxy would receive the credential for {service.Address} unencrypted.")
            { Variant = "loopback" };
        }

        _pooled = CreateClient(handler ?? CreateHandler(service, PooledLifetime));
        // A pooled connection may be stale, and a request that is lost on it may not be repeated.
        _unpooled = new(() => handler is null ? CreateClient(CreateHandler(service, TimeSpan.Zero)) : _pooled);
    }

    /// <summary>The proxy between this machine and the service; null for none.</summary>
    public Uri? Proxy => _service.Options.Proxy
        ?? (ServiceAddress.IsLoopback(_service.BaseAddress) || HttpClient.DefaultProxy.IsBypassed(_service.BaseAddress) ? null : HttpClient.DefaultProxy.GetProxy(_service.BaseAddress));

    /// <exception cref="HttpRequestException">There is no response, or an incomplete one.</exception>
    /// <exception cref="InvalidDataException">The response is too large or cannot be decompressed.</exception>
    /// <exception cref="TimeoutException">There is no complete response within the timeout.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken cancellation)
    {
        TimeSpan limit = _service.Options.Timeout;
        using CancellationTokenSource timeout = new(limit, _time);
        using CancellationTokenSource attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            using HttpRequestMessage message = new(request.Method, new Uri(_service.BaseAddress.AbsoluteUri.TrimEnd('/') + request.Path));
            await _service.Authenticator.ApplyAsync(message, attempt.Token).ConfigureAwait(false);
            foreach ((string name, string value) in request.Headers)
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }

            // A null array arrives here as an empty body.
            if (request.Body is { IsEmpty: false } body)
            {
                message.Content = new ReadOnlyMemoryContent(body);
                message.Content.Headers.ContentType = new("application/json");
            }
            else if (request.Method != HttpMethod.Get)
            {
                // Without a content the handler itself sends a request up to three times more when the connection
                // ends before a response, and a change might be executed twice.
                message.Content = new ByteArrayContent([]);
            }

            HttpClient http = request.Safety != RetrySafety.Repeatable ? _unpooled.Value : _pooled;
            using HttpResponseMessage response = await http
                .SendAsync(message, HttpCompletionOption.ResponseHeadersRead, attempt.Token).ConfigureAwait(false);
            return new ApiResponse(
                response.StatusCode,
                await ReadAsync(response.Content, attempt.Token).ConfigureAwait(false),
                response.Content.Headers.ContentType?.MediaType,
                RetryAfter(response.Headers),
                response.Headers.Location,
                response.Headers.Date)
            {
                Headers = response.Headers,
                Credential = message.Headers.Authorization?.ToString() ?? (message.Headers.TryGetValues("Cookie", out IEnumerable<string>? cookies) ? string.Join("; ", cookies) : null),
            };
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"no complete response within {limit.TotalSeconds:0.###} s"), e);
        }
        catch (IOException e)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, e.Message, e);
        }
    }

    public void Dispose()
    {
        if (_unpooled.IsValueCreated)
        {
            _unpooled.Value.Dispose();
        }

        _pooled.Dispose();
    }

    /// <summary>The time to wait; a date is compared with the service's own clock where the response has it.</summary>
    private TimeSpan? RetryAfter(HttpResponseHeaders headers)
    {
        string? text = _service.RetryAfterHeaders
            .Select(name => headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null)
            .FirstOrDefault(static value => value is not null);
        TimeSpan? wait = !RetryConditionHeaderValue.TryParse(text, out RetryConditionHeaderValue? parsed) ? null
            : parsed.Delta ?? parsed.Date - (headers.Date ?? _time.GetUtcNow());
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength is 0)
        {
            return default;
        }

        using Stream stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        byte[] buffer = new byte[content.Headers.ContentLength is { } n and < MaxBodyBytes ? (int)n + 1 : 16 * 1024];
        int length = 0;
        while (true)
        {
            int read = await ReadAsync(stream, buffer.AsMemory(length), cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                return buffer.AsMemory(0, length);
            }

            length += read;
            if (length > MaxBodyBytes)
            {
                throw new InvalidDataException($"it is larger than {MaxBodyBytes / (1024 * 1024)} MiB");
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(length * 2, MaxBodyBytes + 1));
            }
        }
    }

    /// <exception cref="InvalidDataException">The body cannot be decompressed. Brotli throws another exception than the others.</exception>
    private static async ValueTask<int> ReadAsync(Stream stream, Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw new InvalidDataException("its compression is invalid", e);
        }
    }

    private HttpClient CreateClient(HttpMessageHandler handler)
    {
        HttpClient http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        string version = typeof(Transport).Assembly.GetName().Version?.ToString(3) ?? "0";
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue(_service.Options.UserAgent, version));
        http.DefaultRequestHeaders.Accept.Add(new("application/json"));
        http.DefaultRequestHeaders.Accept.Add(new("application/problem+json"));
        return http;
    }

    /// <param name="service">The service.</param>
    /// <param name="lifetime">How long a connection is reused; zero for not at all.</param>
    internal static SocketsHttpHandler CreateHandler(ServiceDescription service, TimeSpan lifetime) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = lifetime,
        // With a cookie a service may demand an Origin header of each change.
        UseCookies = false,
        Proxy = service.Options.Proxy is { } proxy ? new WebProxy(proxy) : null,
        // http is allowed for loopback addresses only; the system's proxy would carry the credential off this machine.
        UseProxy = service.Options.Proxy is not null || !ServiceAddress.IsLoopback(service.BaseAddress),
    };
}
