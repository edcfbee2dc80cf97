namespace Torii.Client.Services;

/// <summary>Opens the services that this library knows. The caller knows a service by its interface only.</summary>
public static class IdentityServices
{
    /// <summary>Opens torii; no request is sent.</summary>
    /// <param name="options">The address, the key and the limits.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidProxy</c>.</exception>
    public static IIdentityService Open(ToriiServiceOptions options) => new ToriiService(options);

    /// <summary>Opens a server with Better Auth; no request is sent.</summary>
    /// <param name="options">The address, the account and the limits.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidProxy</c>.</exception>
    public static IIdentityService Open(BetterAuthServiceOptions options) => new BetterAuthService(options);
}
