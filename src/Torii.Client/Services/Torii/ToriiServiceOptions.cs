namespace Torii.Client.Services;

/// <summary>What a <see cref="ToriiService"/> needs to know.</summary>
public sealed record ToriiServiceOptions
{
    /// <summary>The address that the official SDKs use when told none.</summary>
    public const string DefaultApiUrl = "https://api.torii.so";

    private readonly Uri _apiUrl = new(DefaultApiUrl);

    /// <summary>The secret key to authenticate with.</summary>
    public required SecretKey SecretKey { get; init; }

    /// <summary>The base address of the server API: https, or http on a loopback address.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidApiUrl</c>.</exception>
    public Uri ApiUrl
    {
        get => _apiUrl;
        init => _apiUrl = ServiceAddress.Check(value, "-ApiUrl", "Torii.InvalidApiUrl");
    }

    /// <summary>How long one attempt may take, body included. Default 30 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many times a request that may be repeated is tried again. Default 5.</summary>
    public int MaxRetry { get; init; } = 5;

    /// <summary>How long all waits of one request together may take. Default 2 minutes.</summary>
    public TimeSpan MaxTotalWait { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The proxy to use; null for what the system says.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>What calls itself the client, in the User-Agent header.</summary>
    public string UserAgent { get; init; } = "torii-dotnet";
}
