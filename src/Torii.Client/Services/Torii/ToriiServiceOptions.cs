using Torii.Client.Http;

namespace Torii.Client.Services;

/// <summary>The settings of a <see cref="ToriiService"/>.</summary>
public sealed record ToriiServiceOptions : ServiceOptions
{
    /// <summary>The default address of the official SDKs.</summary>
    public const string DefaultApiUrl = "https://api.torii.so";

    private readonly Uri _apiUrl = new(DefaultApiUrl);

    /// <summary>The secret key to authenticate with.</summary>
    public required SecretKey SecretKey { get; init; }

    /// <summary>The base address of the server API: https, or http on a loopback address.</summary>
    /// <exception cref="ToriiException"><see cref="ToriiErrorId.InvalidApiUrl"/>.</exception>
    public Uri ApiUrl
    {
        get => _apiUrl;
        init => _apiUrl = ServiceAddress.Check(value, "The API address", ToriiErrorId.InvalidApiUrl);
    }

    internal ServiceDescription Describe() => new()
    {
        Name = "torii",
        BaseAddress = ApiUrl,
        Options = this,
        Authenticator = new SecretKeyAuthenticator(SecretKey),
    };
}
