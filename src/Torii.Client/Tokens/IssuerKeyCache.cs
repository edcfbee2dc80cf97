using System.Diagnostics;

namespace Torii.Client.Tokens;

/// <summary>The cached keys of one issuer: when they are refreshed, and what happens while that fails.</summary>
internal sealed class IssuerKeyCache(KeySetId id, JwksClient client, TimeProvider time)
{
    /// <summary>How long keys are used before they are refreshed.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    /// <summary>How long keys are used while no refresh succeeds.</summary>
    public static readonly TimeSpan UsableFor = TimeSpan.FromHours(1);

    /// <summary>
    /// The minimum interval between two fetches after an unknown key, or after a failure while keys are known. Any
    /// caller can send a token with an unknown key; that must not cause a request each time.
    /// </summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(30);

    /// <summary>The minimum interval between two fetches after a failure while no key is known.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private volatile Fetched? _known;
    private Task<string>? _fetch;
    private Moment? _missedAt;
    private Moment? _failedAt;
    private ToriiException? _failure;

    /// <summary>
    /// Finds a key. A known key is returned at once until it is an hour old; from 5 minutes on a background fetch
    /// refreshes it, so that an issuer that does not respond delays no caller. Only an unknown key waits for a fetch.
    /// </summary>
    /// <exception cref="ToriiException"><c>Torii.KeysUnavailable</c>.</exception>
    public ValueTask<KeyLookup> FindAsync(string keyId, RequestContext context)
    {
        if (_known is { } known && known.Keys.TryFind(keyId, out VerificationKey? key))
        {
            TimeSpan age = Age(known.At);
            if (age < FreshFor)
            {
                return new(new KeyLookup(key));
            }

            if (age < UsableFor)
            {
                return new(new KeyLookup(key, Warning: Refresh(keyId, known, context)));
            }
        }

        return new(FetchAndFindAsync(keyId, context));
    }

    /// <summary>Describes the cached keys that can still be used.</summary>
    public IEnumerable<ToriiSigningKey> Describe() =>
        Usable() is not { } known ? [] : known.Keys.Keys.Select(key => new ToriiSigningKey
        {
            Issuer = id.Issuer,
            KeyId = key.KeyId,
            Algorithm = key.Algorithm,
            X = key.SecurityKey.X,
            Y = key.SecurityKey.Y,
            N = key.SecurityKey.N,
            E = key.SecurityKey.E,
            FetchedAt = known.At.Utc,
            FreshUntil = known.At.Utc + FreshFor,
            UsableUntil = known.At.Utc + UsableFor,
        });

    /// <summary>Starts a background fetch unless one is running or the last one failed recently.</summary>
    /// <returns>A warning when the last fetch failed.</returns>
    private string? Refresh(string keyId, Fetched known, RequestContext context)
    {
        lock (_gate)
        {
            if (_fetch is null && !FailedWithin(RefreshInterval))
            {
                context.Observer?.Verbose($"The keys of {id.Issuer} are {Age(known.At).TotalMinutes:0} minutes old and are refreshed in the background");
                StartFetch(keyId);
            }

            return Warning(known);
        }
    }

    private async Task<KeyLookup> FetchAndFindAsync(string keyId, RequestContext context)
    {
        if (JoinFetch(keyId) is { } fetch)
        {
            string outcome = await fetch.WaitAsync(context.Cancellation).ConfigureAwait(false);
            context.Observer?.Verbose(outcome);
        }

        lock (_gate)
        {
            Fetched? known = Usable();
            if (known is not null && known.Keys.TryFind(keyId, out VerificationKey? key))
            {
                return new KeyLookup(key, Warning: Warning(known));
            }

            // After a failed fetch the issuer may have the key, so the token cannot be judged.
            return known is null || _failure is not null
                ? throw Unavailable()
                : new KeyLookup(null, $"the {known.Keys.Describe()} of {id.Issuer} (fetched {Age(known.At).TotalSeconds:0} s ago)");
        }
    }

    /// <summary>The fetch to wait for: the running one, or a new one unless the last one is too recent.</summary>
    private Task<string>? JoinFetch(string keyId)
    {
        lock (_gate)
        {
            if (_fetch is not null)
            {
                return _fetch;
            }

            Fetched? known = Usable();
            bool fresh = known is not null && Age(known.At) < FreshFor;
            return (fresh && known!.Keys.TryFind(keyId, out _))
                || FailedWithin(known is null ? RetryInterval : RefreshInterval)
                || (fresh && _missedAt is { } missed && Age(missed) < RefreshInterval)
                    ? null
                    : StartFetch(keyId);
        }
    }

    /// <summary>Starts a fetch. It has its own timeout: a caller that cancels does not cancel it for the others.</summary>
    private Task<string> StartFetch(string keyId) => _fetch = Task.Run(() => FetchAsync(keyId, _known?.Keys));

    private async Task<string> FetchAsync(string wanted, KeySet? previous)
    {
        long started = Stopwatch.GetTimestamp();
        KeySet? keys = null;
        ToriiException? failure = null;
        try
        {
            keys = await client.GetAsync(id, previous).ConfigureAwait(false);
        }
        catch (ToriiException e)
        {
            failure = e;
        }
        catch (Exception e)
        {
            failure = new ToriiException(ToriiErrorId.KeysUnavailable, $"The keys of {id.Issuer} could not be read: {e.GetType().Name}.", e) { Variant = "unexpected" };
        }

        lock (_gate)
        {
            Moment now = Now();
            _failure = failure;
            _failedAt = failure is null ? null : now;
            if (keys is not null)
            {
                _known = new Fetched(keys, now);
                _missedAt = keys.TryFind(wanted, out _) ? _missedAt : now;
            }

            _fetch = null;
        }

        return $"GET {id.Issuer}{id.Path}: {keys?.Describe() ?? "failed"} in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms";
    }

    private string? Warning(Fetched known) => _failure is { } cause && Age(known.At) >= FreshFor
        ? $"{cause.Message} The keys fetched {Age(known.At).TotalMinutes:0} minutes ago are used, for at most {UsableFor.TotalMinutes:0} minutes."
        : null;

    private ToriiException Unavailable() => new(
        ToriiErrorId.KeysUnavailable, _failure?.Message ?? $"The keys of {id.Issuer} are not available.", _failure?.InnerException)
    { Variant = _failure?.Variant };

    private bool FailedWithin(TimeSpan interval) => _failedAt is { } failed && Age(failed) < interval;

    private Fetched? Usable() => _known is { } known && Age(known.At) < UsableFor ? known : null;

    private Moment Now() => new(time.GetTimestamp(), time.GetUtcNow());

    /// <summary>The larger age of two clocks: the monotonic one stops while a machine sleeps, the wall clock can be set back.</summary>
    private TimeSpan Age(Moment at)
    {
        TimeSpan monotonic = time.GetElapsedTime(at.Timestamp);
        TimeSpan wall = time.GetUtcNow() - at.Utc;
        return monotonic > wall ? monotonic : wall;
    }

    private readonly record struct Moment(long Timestamp, DateTimeOffset Utc);

    private sealed record Fetched(KeySet Keys, Moment At);
}
