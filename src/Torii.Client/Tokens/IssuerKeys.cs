using System.Diagnostics;

namespace Torii.Client.Tokens;

/// <summary>One issuer's keys: when they are read again, and what is done while that fails.</summary>
internal sealed class IssuerKeys(string issuer, KeyFetch fetch, TimeProvider time)
{
    /// <summary>How long keys are used without a look at the issuer.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    /// <summary>How long they are used when the issuer does not answer.</summary>
    public static readonly TimeSpan UsableFor = TimeSpan.FromHours(1);

    /// <summary>
    /// How long an issuer is left alone that did not have the key asked for, or did not answer while its keys are
    /// still known: anybody can send a token with an unknown key, and must not make us hammer it.
    /// </summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(30);

    /// <summary>How long an issuer is left alone that did not answer when nothing of it is known.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private volatile Fetched? _known;
    private Task<string>? _flight;
    private Moment? _missedAt;
    private Moment? _failedAt;
    private ToriiException? _failure;

    /// <summary>The key of that name, at once when it is known and fresh.</summary>
    /// <exception cref="ToriiException"><c>Torii.KeysUnavailable</c>.</exception>
    public ValueTask<KeyLookup> FindAsync(string keyId, RequestContext context) =>
        _known is { } known && Age(known.At) < FreshFor && known.Keys.TryFind(keyId, out VerificationKey? key)
            ? new(new KeyLookup(key))
            : new(LookAsync(keyId, context));

    /// <summary>The keys that are known, for a person.</summary>
    public IEnumerable<ToriiSigningKey> Describe() =>
        Usable() is not { } known ? [] : known.Keys.Keys.Select(key => new ToriiSigningKey
        {
            Issuer = issuer,
            KeyId = key.KeyId,
            X = key.X,
            Y = key.Y,
            FetchedAt = known.At.Utc,
            FreshUntil = known.At.Utc + FreshFor,
            UsableUntil = known.At.Utc + UsableFor,
        });

    private async Task<KeyLookup> LookAsync(string keyId, RequestContext context)
    {
        if (Board(keyId) is { } flight)
        {
            string outcome = await flight.WaitAsync(context.Cancellation).ConfigureAwait(false);
            context.Observer?.Verbose(outcome);
        }

        lock (_gate)
        {
            Fetched? known = Usable();
            if (known is not null && known.Keys.TryFind(keyId, out VerificationKey? key))
            {
                bool stale = Age(known.At) >= FreshFor;
                return new KeyLookup(key, Warning: stale && _failure is { } cause
                    ? $"{cause.Reason} Its keys of {Age(known.At).TotalMinutes:0} minutes ago are used, for at most {UsableFor.TotalMinutes:0}."
                    : null);
            }

            // The last word of the issuer counts: without one, a key may be there that is not known yet.
            return known is null || _failure is not null
                ? throw Unavailable()
                : new KeyLookup(null, $"the {known.Keys.Describe()} of {issuer} (read {Age(known.At).TotalSeconds:0} s ago)");
        }
    }

    /// <summary>The fetch to wait for: the one under way, or a new one when it is time for it.</summary>
    private Task<string>? Board(string keyId)
    {
        lock (_gate)
        {
            if (_flight is not null)
            {
                return _flight;
            }

            Fetched? known = Usable();
            bool fresh = known is not null && Age(known.At) < FreshFor;
            if ((fresh && known!.Keys.TryFind(keyId, out _))
                || (_failedAt is { } failed && Age(failed) < (known is null ? RetryInterval : RefreshInterval))
                || (fresh && _missedAt is { } missed && Age(missed) < RefreshInterval))
            {
                return null;
            }

            // Nobody's Ctrl+C ends it for the others; the fetch has its own bounds.
            return _flight = Task.Run(() => FetchAsync(keyId, _known?.Keys));
        }
    }

    private async Task<string> FetchAsync(string wanted, KeySet? before)
    {
        long started = Stopwatch.GetTimestamp();
        KeySet? keys = null;
        ToriiException? failure = null;
        try
        {
            keys = await fetch.GetAsync(issuer, before).ConfigureAwait(false);
        }
        catch (ToriiException e)
        {
            failure = e;
        }
        catch (Exception e)
        {
            failure = new ToriiException("Torii.KeysUnavailable", $"The keys of {issuer} could not be read: {e.GetType().Name}.", "Report it: this should not happen.", e);
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

            _flight = null;
        }

        return $"GET {issuer}{KeyFetch.Path}: {keys?.Describe() ?? "failed"} in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms";
    }

    private ToriiException Unavailable() => new(
        "Torii.KeysUnavailable",
        _failure?.Reason ?? $"The keys of {issuer} are not known.",
        _failure?.RecommendedAction ?? "Try again.",
        _failure?.InnerException);

    private Fetched? Usable() => _known is { } known && Age(known.At) < UsableFor ? known : null;

    private Moment Now() => new(time.GetTimestamp(), time.GetUtcNow());

    /// <summary>By both clocks: the steady one stands still while a machine sleeps, the other can be set back.</summary>
    private TimeSpan Age(Moment at)
    {
        TimeSpan steady = time.GetElapsedTime(at.Timestamp);
        TimeSpan wall = time.GetUtcNow() - at.Utc;
        return steady > wall ? steady : wall;
    }

    private readonly record struct Moment(long Timestamp, DateTimeOffset Utc);

    private sealed record Fetched(KeySet Keys, Moment At);
}
