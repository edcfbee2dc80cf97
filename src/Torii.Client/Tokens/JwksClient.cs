using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Torii.Client.Http;

namespace Torii.Client.Tokens;

/// <summary>
/// Reads an issuer's JSON Web Key Set without credentials. Size, time and redirects are limited, and no other host than
/// the issuer's is contacted.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The process has one, for its lifetime.")]
internal sealed class JwksClient
{
    private const int MaxRedirects = 3;

    private readonly HttpClient _http;
    private readonly TimeSpan _timeout;

    /// <param name="handler">Sends the requests, for tests; <see langword="null"/> for the network.</param>
    /// <param name="timeout">The timeout of a fetch, redirects and body included.</param>
    public JwksClient(HttpMessageHandler? handler, TimeSpan timeout)
    {
        _timeout = timeout;
        _http = new HttpClient(handler ?? CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        string version = typeof(JwksClient).Assembly.GetName().Version?.ToString(3) ?? "0";
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("torii-powershell", version));
        _http.DefaultRequestHeaders.Accept.Add(new("application/json"));
    }

    /// <summary>Reads a key set.</summary>
    /// <param name="id">The issuer, the path and the algorithm.</param>
    /// <param name="previous">The keys that were read last; those that are still in the set stay imported.</param>
    /// <exception cref="ToriiException"><c>Torii.KeysUnavailable</c>.</exception>
    public async Task<KeySet> GetAsync(KeySetId id, KeySet? previous)
    {
        using CancellationTokenSource timeout = new(_timeout);
        try
        {
            return KeySet.Parse(await ReadAsync(new Uri(id.Issuer + id.Path), timeout.Token).ConfigureAwait(false), id.Algorithm, previous);
        }
        catch (ToriiException e) when (e.ErrorId == ToriiErrorId.InvalidJwks)
        {
            throw Unavailable(id, "the response is not a valid JSON Web Key Set", e);
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException)
        {
            throw Unavailable(id, e.Message, e, e is FileNotFoundException ? "notFound" : null);
        }
        catch (OperationCanceledException e)
        {
            throw Unavailable(id, $"no complete response within {_timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Unavailable(id, ErrorMapper.Cause(e), e);
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
                    string status = $"the response has status {(int)response.StatusCode}";
                    throw response.StatusCode == HttpStatusCode.NotFound ? new FileNotFoundException(status) : new InvalidDataException(status);
            }
        }
    }

    /// <summary>Another host is not the issuer, and over http another machine could answer.</summary>
    private static Uri Follow(Uri from, Uri? location)
    {
        Uri? to = location is null ? null : new Uri(from, location);
        return to is not null && to.Scheme == from.Scheme && to.Authority == from.Authority && to.UserInfo.Length == 0
            ? to
            : throw new InvalidDataException("the response redirects to another scheme, host or port");
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
                throw new InvalidDataException($"the response is larger than {KeySet.MaxBytes / 1024} KiB");
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(length * 2, KeySet.MaxBytes + 1));
            }
        }
    }

    private static ToriiException Unavailable(KeySetId id, string cause, Exception inner, string? variant = null) => new(
        ToriiErrorId.KeysUnavailable, $"The keys of {id.Issuer} could not be read from {id.Path}: {cause}.", Redactor.RedactException(inner))
    {
        Variant = variant,
    };

    private static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
        Proxy = new ProxyBeyondLoopback(HttpClient.DefaultProxy),
    };

    /// <summary>The system's proxy, bypassed for loopback addresses: over http a proxy could replace the keys.</summary>
    private sealed class ProxyBeyondLoopback(IWebProxy system) : IWebProxy
    {
        public ICredentials? Credentials { get => system.Credentials; set => system.Credentials = value; }

        public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : system.GetProxy(destination);

        public bool IsBypassed(Uri host) => ServiceAddress.IsLoopback(host) || system.IsBypassed(host);
    }
}
