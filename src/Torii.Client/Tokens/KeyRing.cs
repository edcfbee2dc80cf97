using System.Collections.Concurrent;

namespace Torii.Client.Tokens;

/// <summary>
/// The keys of every issuer that this process has checked tokens of. An issuer is asked again after 5 minutes, and for
/// a key that it did not have, at most once in 30 seconds; if it does not answer, known keys are used for at most an
/// hour. Safe to use from many threads.
/// </summary>
public sealed class KeyRing : IKeySource
{
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, IssuerKeys> _issuers = new(StringComparer.Ordinal);
    private readonly KeyFetch _fetch;
    private readonly TimeProvider _time;

    /// <summary>Makes an empty one; nothing is sent.</summary>
    /// <param name="handler">Sends the requests in place of the network; for tests.</param>
    /// <param name="time">The clock; the system's unless told.</param>
    /// <param name="fetchTimeout">How long a fetch may take. Default 10 seconds.</param>
    public KeyRing(HttpMessageHandler? handler = null, TimeProvider? time = null, TimeSpan? fetchTimeout = null)
    {
        _fetch = new KeyFetch(handler, fetchTimeout ?? FetchTimeout);
        _time = time ?? TimeProvider.System;
    }

    /// <summary>The one of this process.</summary>
    public static KeyRing Shared { get; } = new();

    /// <summary>The keys that are known, by issuer and name. Sends nothing.</summary>
    public IReadOnlyList<ToriiSigningKey> Known() =>
        _issuers.Values.SelectMany(static i => i.Describe())
            .OrderBy(static k => k.Issuer, StringComparer.Ordinal)
            .ThenBy(static k => k.KeyId, StringComparer.Ordinal)
            .ToArray();

    /// <summary>The issuers that were asked, whether they answered or not.</summary>
    public IReadOnlyList<string> Issuers() => _issuers.Keys.Order(StringComparer.Ordinal).ToArray();

    /// <summary>Forgets an issuer's keys, and that it was asked; the next token has them read again.</summary>
    /// <param name="issuer">Without a trailing slash.</param>
    public bool Forget(string issuer) => _issuers.TryRemove(issuer, out _);

    ValueTask<KeyLookup> IKeySource.FindAsync(string issuer, string keyId, RequestContext context) =>
        _issuers.GetOrAdd(issuer, static (name, ring) => new IssuerKeys(name, ring._fetch, ring._time), this).FindAsync(keyId, context);
}
