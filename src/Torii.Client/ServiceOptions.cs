namespace Torii.Client;

/// <summary>The settings that the connections of all services have.</summary>
public abstract record ServiceOptions
{
    private readonly Uri? _proxy;

    /// <summary>How long one attempt may take, body included. Default: 30 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many times a failed request that may be repeated is retried. Default: 5.</summary>
    public int MaxRetry { get; init; } = 5;

    /// <summary>
    /// How long the waits of one request may take together, and how long a connection may be without any accepted
    /// request before throttled requests fail. Default: 2 minutes.
    /// </summary>
    public TimeSpan MaxTotalWait { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The proxy to use; <see langword="null"/> for the system's proxy. Never used for a loopback address.</summary>
    /// <exception cref="ToriiException"><see cref="ToriiErrorId.InvalidProxy"/>.</exception>
    public Uri? Proxy
    {
        get => _proxy;
        init => _proxy = value is null ? null : ServiceAddress.CheckProxy(value);
    }

    /// <summary>The product name in the User-Agent header.</summary>
    public string UserAgent { get; init; } = "torii-dotnet";
}
