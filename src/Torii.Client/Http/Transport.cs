using Torii.Client.Services;
using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Reflection;

namespace Torii.Client.Http;

/// <summary>
/// One attempt of a request: authenticates it, sends it, and reads the answer to its end within the time-out. Never
/// follows a redirect, because the key would go along.
/// </summary>
internal sealed class Transport : IDisposable
{
    /// <summary>The largest answer that is read, in bytes. A page of 1,000 users with full metadata is below it.</summary>
    public const int MaxBodyBytes = 32 * 1024 * 1024;

    private readonly HttpClient _http;
    private readonly Uri _base;
    private readonly AuthenticationHeaderValue _authorization;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    public Transport(ToriiServiceOptions options, HttpMessageHandler? handler, TimeProvider time)
    {
        _http = new HttpClient(handler ?? CreateHandler(options)) { Timeout = Timeout.InfiniteTimeSpan };
        string version = typeof(Transport).Assembly.GetName().Version?.ToString(3) ?? "0";
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue(options.UserAgent, version));
        _http.DefaultRequestHeaders.Accept.Add(new("application/json"));
        _http.DefaultRequestHeaders.Accept.Add(new("application/problem+json"));
        _base = options.ApiUrl;
        _authorization = new("Bearer", options.SecretKey.Value);
        _timeout = options.Timeout;
        _time = time;
    }

    /// <exception cref="HttpRequestException">No answer, or half of one.</exception>
    /// <exception cref="TimeoutException">No whole answer within the time-out.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken cancellation)
    {
        using CancellationTokenSource patience = new(_timeout, _time);
        using CancellationTokenSource attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            using HttpRequestMessage message = new(request.Method, Resolve(request.Path));
            message.Headers.Authorization = _authorization;
            // An array that is null becomes an empty body on its way here, not none.
            if (request.Body is { IsEmpty: false } body)
            {
                message.Content = new ReadOnlyMemoryContent(body);
                message.Content.Headers.ContentType = new("application/json");
            }
            else if (request.Method != HttpMethod.Get)
            {
                // Without a body, even an empty one, the handler sends a request up to three times more by itself when
                // the connection ends before an answer, and nobody would know that it may have been executed twice.
                message.Content = new ByteArrayContent([]);
            }

            using HttpResponseMessage response = await _http
                .SendAsync(message, HttpCompletionOption.ResponseHeadersRead, attempt.Token).ConfigureAwait(false);
            return new ApiResponse(
                response.StatusCode,
                await ReadAsync(response.Content, attempt.Token).ConfigureAwait(false),
                response.Content.Headers.ContentType?.MediaType,
                RetryAfter(response.Headers),
                response.Headers.Location,
                response.Headers.Date);
        }
        catch (OperationCanceledException e) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(FormattableString.Invariant($"no whole answer within {_timeout.TotalSeconds:0.###} s"), e);
        }
        catch (IOException e)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, e.Message, e);
        }
    }

    public void Dispose() => _http.Dispose();

    private Uri Resolve(string path) => new(_base.AbsoluteUri.TrimEnd('/') + path);

    /// <summary>The wait that the service asks for; a date is measured by the service's own clock where it tells it.</summary>
    private TimeSpan? RetryAfter(HttpResponseHeaders headers)
    {
        TimeSpan? wait = headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - (headers.Date ?? _time.GetUtcNow()),
            _ => null,
        };
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
                throw new InvalidDataException($"the answer is larger than {MaxBodyBytes / (1024 * 1024)} MiB");
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(length * 2, MaxBodyBytes + 1));
            }
        }
    }

    /// <exception cref="InvalidDataException">It cannot be decompressed; brotli says so in another way than the rest.</exception>
    private static async ValueTask<int> ReadAsync(Stream stream, Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw new InvalidDataException("its compression is broken", e);
        }
    }

    private static SocketsHttpHandler CreateHandler(ToriiServiceOptions options) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        // A service that moves to another address is found again.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
        Proxy = options.Proxy is { } proxy ? new WebProxy(proxy) : null,
        // http is allowed on loopback alone; through the system's proxy the key would leave the machine in the clear.
        UseProxy = options.Proxy is not null || !options.ApiUrl.IsLoopback,
    };
}
