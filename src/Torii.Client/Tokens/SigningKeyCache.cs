using System.Collections.Concurrent;

namespace Torii.Client.Tokens;

/// <summary>
/// The signing keys of every issuer whose tokens this process has validated. Keys are refreshed after 5 minutes in the
/// background, and for an unknown key at most once in 30 seconds; while the issuer does not respond, known keys are
/// used for at most an hour. Thread-safe.
/// </summary>
public sealed class SigningKeyCache : IKeySource
{
    private static readonly TimeSpan DefaultFetchTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<KeySetId, IssuerKeyCache> _keySets = new();
    private readonly JwksClient _client;
    private readonly TimeProvider _time;

    /// <summary>Creates an empty cache; sends no request.</summary>
    /// <param name="handler">Sends the requests, for tests. Default: the network.</param>
    /// <param name="time">The clock. Default: the system's clock.</param>
    /// <param name="fetchTimeout">The timeout of a fetch. Default: 10 seconds.</param>
    public SigningKeyCache(HttpMessageHandler? handler = null, TimeProvider? time = null, TimeSpan? fetchTimeout = null)
    {
        _client = new JwksClient(handler, fetchTimeout ?? DefaultFetchTimeout);
        _time = time ?? TimeProvider.System;
    }

    /// <summary>The cache of this process.</summary>
    public static SigningKeyCache Shared { get; } = new();

    /// <summary>Returns the cached keys, ordered by issuer and key id. Sends no request.</summary>
    public IReadOnlyList<ToriiSigningKey> Known() =>
        [.. _keySets.Values.SelectMany(static i => i.Describe())
            .OrderBy(static k => k.Issuer, StringComparer.Ordinal)
            .ThenBy(static k => k.KeyId, StringComparer.Ordinal)];

    /// <summary>Returns the issuers that a request was sent to, whether they responded or not.</summary>
    public IReadOnlyList<string> Issuers() => [.. _keySets.Keys.Select(static k => k.Issuer).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Removes an issuer's keys and the record of requests to it; the next token fetches the keys again.</summary>
    /// <param name="issuer">The issuer, without a trailing slash.</param>
    /// <returns>Whether there was anything to remove.</returns>
    public bool Forget(string issuer)
    {
        bool removed = false;
        foreach (KeySetId id in _keySets.Keys.Where(k => string.Equals(k.Issuer, issuer, StringComparison.Ordinal)))
        {
            removed |= _keySets.TryRemove(id, out _);
        }

        return removed;
    }

    /// <summary>Reads an issuer's keys anew. The cache is neither used nor changed.</summary>
    /// <exception cref="ToriiException"><c>Torii.KeysUnavailable</c>.</exception>
    internal Task<KeySet> ReadAsync(TokenValidationOptions options) =>
        _client.GetAsync(new KeySetId(options.Issuer, options.JwksPath, options.SigningAlgorithm), previous: null);

    ValueTask<KeyLookup> IKeySource.FindAsync(TokenValidationOptions options, string keyId, RequestContext context) =>
        _keySets.GetOrAdd(
            new KeySetId(options.Issuer, options.JwksPath, options.SigningAlgorithm),
            static (id, cache) => new IssuerKeyCache(id, cache._client, cache._time),
            this).FindAsync(keyId, context);
}

/// <summary>Identifies a cached key set. Record equality of strings is ordinal.</summary>
/// <param name="Issuer">The issuer, without a trailing slash.</param>
/// <param name="Path">The path of the set, appended to the issuer.</param>
/// <param name="Algorithm">The algorithm that the keys are for.</param>
internal readonly record struct KeySetId(string Issuer, string Path, SigningAlgorithm Algorithm);
