namespace Torii;

/// <summary>
/// A connection that <c>Connect-Torii</c> opened: the service, the address and the account, never the secret key. It
/// can be passed to another runspace (<c>$using:connection</c>), where <c>-Connection</c> accepts it.
/// </summary>
public sealed class ToriiConnection
{
    private Func<string?> _environmentId;
    private Func<DateTimeOffset?> _expiresAt;
    private int _affected;
    private volatile string? _closed;

    internal ToriiConnection(Func<string?>? environmentId = null, Func<DateTimeOffset?>? expiresAt = null)
    {
        _environmentId = environmentId ?? (static () => null);
        _expiresAt = expiresAt ?? (static () => null);
    }

    /// <summary>The name under which the runspace keeps the connection. Default: <c>default</c>.</summary>
    public string Name { get; internal init; } = "default";

    /// <summary>The kind of the service, for example <c>torii</c>.</summary>
    public string Service { get; internal init; } = "torii";

    /// <summary>The base address of the server API.</summary>
    public required Uri ApiUrl { get; init; }

    /// <summary>
    /// The issuer of end-users' tokens, if one is known. A string, because the comparison with a token is exact and
    /// <see cref="Uri"/> folds case and default ports.
    /// </summary>
    public string? Issuer { get; init; }

    /// <summary>
    /// The kind of the environment: <c>test</c> for a key that begins with <c>sk_test_</c>, <c>live</c> for
    /// <c>sk_live_</c>; <see langword="null"/> where the service has no environments.
    /// </summary>
    public string? Environment { get; init; }

    /// <summary>
    /// The id of the environment, as soon as an object was read through the connection; <see langword="null"/> before,
    /// and where the service has no environments.
    /// </summary>
    public string? EnvironmentId => _environmentId();

    /// <summary>
    /// When the session of the connection expires unless it is used or renewed before, UTC; <see langword="null"/> for a
    /// credential that does not expire.
    /// </summary>
    public DateTimeOffset? ExpiresAt => _expiresAt();

    /// <summary>Enough of the key to tell it from another one, for example <c>sk_test_…9f2c</c>.</summary>
    public required string KeyHint { get; init; }

    /// <summary>The time limit for one attempt of a request, in seconds.</summary>
    public int TimeoutSec { get; init; }

    /// <summary>The maximum number of times that a repeatable request is sent again.</summary>
    public int MaxRetry { get; init; }

    /// <summary>
    /// The maximum number of targets that may be changed through the connection, over all commands;
    /// <see langword="null"/> for no limit.
    /// </summary>
    public int? MaxAffected { get; init; }

    /// <summary>The number of targets that may still be changed; <see langword="null"/> for no limit.</summary>
    public int? RemainingAffected => MaxAffected is { } limit ? Math.Max(0, limit - Volatile.Read(ref _affected)) : null;

    /// <summary>The proxy that was given; <see langword="null"/> for the system's setting.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>
    /// A value of address and account that reveals neither: two connections with the same fingerprint act alike.
    /// </summary>
    internal string Fingerprint { get; init; } = "";

    /// <summary>Why and when the connection was closed; <see langword="null"/> for an open one.</summary>
    internal string? Closed => _closed;

    /// <summary>Marks the connection as closed, and drops its reference to the service and the key.</summary>
    internal void Close(string reason)
    {
        string? environmentId = EnvironmentId;
        DateTimeOffset? expiresAt = ExpiresAt;
        _environmentId = () => environmentId;
        _expiresAt = () => expiresAt;
        _closed = reason;
    }

    /// <summary>Takes targets from the budget: all of them, or none where fewer are left.</summary>
    internal bool TryAffect(int count)
    {
        if (MaxAffected is not { } limit)
        {
            return true;
        }

        int seen = Volatile.Read(ref _affected);
        while (seen + (long)count <= limit)
        {
            int found = Interlocked.CompareExchange(ref _affected, seen + count, seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }

        return false;
    }

    /// <summary>Returns targets to the budget that were not changed after all.</summary>
    internal void Release(int count) => Interlocked.Add(ref _affected, -count);

    /// <summary>Name, address and key hint on one line.</summary>
    public override string ToString() => $"{Name} ({ApiUrl.GetLeftPart(UriPartial.Authority)}, {KeyHint})";
}
