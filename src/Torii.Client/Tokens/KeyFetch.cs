using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Torii.Client.Http;

namespace Torii.Client.Tokens;

/// <summary>
/// Reads an issuer's key set: no credentials, a bounded answer in bounded time, and never from another host than the
/// one that was named.
/// </summary>
internal sealed class KeyFetch
{
    /// <summary>Where an issuer has its keys.</summary>
    public const string Path = "/_torii/.well-known/jwks.json";

    private const int MaxRedirects = 3;

    private readonly HttpClient _http;
    private readonly TimeSpan _timeout;

    /// <param name="handler">Sends the requests in place of the network; for tests.</param>
    /// <param name="timeout">How long a fetch may take, redirects and body included.</param>
    public KeyFetch(HttpMessageHandler? handler, TimeSpan timeout)
    {
        _timeout = timeout;
        _http = new HttpClient(handler ?? CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        string version = typeof(KeyFetch).Assembly.GetName().Version?.ToString(3) ?? "0";
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("torii-powershell", version));
        _http.DefaultRequestHeaders.Accept.Add(new("application/json"));
    }

    /// <summary>Reads the keys as they are now.</summary>
    /// <param name="issuer">Without a trailing slash.</param>
    /// <param name="before">The keys that were read last; those that are still there stay imported.</param>
    /// <exception cref="ToriiException"><c>Torii.KeysUnavailable</c>.</exception>
    public async Task<KeySet> GetAsync(string issuer, KeySet? before)
    {
        using CancellationTokenSource patience = new(_timeout);
        try
        {
            return KeySet.Parse(await ReadAsync(new Uri(issuer + Path), patience.Token).ConfigureAwait(false), before);
        }
        catch (ToriiException e) when (e.ErrorId == "Torii.InvalidJwks")
        {
            throw Unavailable(issuer, "its answer is no key set", e);
        }
        catch (InvalidDataException e)
        {
            throw Unavailable(issuer, e.Message, e);
        }
        catch (OperationCanceledException e)
        {
            throw Unavailable(issuer, $"there was no whole answer within {_timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Unavailable(issuer, ErrorMapper.Cause(e), e);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(Uri address, CancellationToken cancellation)
    {
        for (int hop = 0; ; hop++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, address);
            using HttpResponseMessage response = await _http
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            switch (response.StatusCode)
            {
                case HttpStatusCode.OK:
                    return await ReadBodyAsync(response.Content, cancellation).ConfigureAwait(false);
                case HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther
                    or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect when hop < MaxRedirects:
                    address = Follow(address, response.Headers.Location);
                    break;
                default:
                    throw new InvalidDataException($"it answered {(int)response.StatusCode}");
            }
        }
    }

    /// <summary>Whoever may answer for another host is not the issuer, and neither is who may listen on an open line.</summary>
    private static Uri Follow(Uri from, Uri? location)
    {
        Uri? to = location is null ? null : new Uri(from, location);
        return to is not null && to.Scheme == from.Scheme && to.Authority == from.Authority && to.UserInfo.Length == 0
            ? to
            : throw new InvalidDataException("it redirects to another host");
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContent content, CancellationToken cancellation)
    {
        using Stream body = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        byte[] buffer = new byte[Math.Clamp(content.Headers.ContentLength + 1 ?? 4096, 1, KeySet.MaxBytes + 1)];
        int length = 0;
        while (true)
        {
            int read = await body.ReadAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false);
            length += read;
            if (read == 0)
            {
                return buffer.AsMemory(0, length);
            }

            if (length > KeySet.MaxBytes)
            {
                throw new InvalidDataException($"its answer is larger than {KeySet.MaxBytes / 1024} KiB");
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(length * 2, KeySet.MaxBytes + 1));
            }
        }
    }

    private static ToriiException Unavailable(string issuer, string cause, Exception inner) => new(
        "Torii.KeysUnavailable",
        $"The keys of {issuer} could not be read from {Path}: {cause}. Whether a token is good cannot be told.",
        "Check -Issuer and the network; with -JwksPath or -Jwks no network is needed.",
        inner);

    private static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
        Proxy = new ProxyBeyondLoopback(HttpClient.DefaultProxy),
    };

    /// <summary>The system's proxy, but never for this machine's own addresses: keys could be swapped on the way.</summary>
    private sealed class ProxyBeyondLoopback(IWebProxy system) : IWebProxy
    {
        public ICredentials? Credentials { get => system.Credentials; set => system.Credentials = value; }

        public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : system.GetProxy(destination);

        public bool IsBypassed(Uri host) => host.IsLoopback || system.IsBypassed(host);
    }
}
