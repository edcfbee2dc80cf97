using Torii.Client.Http;
using Torii.Client.Sessions;
using Torii.Client.Users;

namespace Torii.Client;

/// <summary>
/// A client of torii's server API. Safe to use from many threads; one client is one connection to one environment.
/// </summary>
public sealed class ToriiService : IDisposable
{
    private readonly ApiPipeline _pipeline;

    /// <summary>Makes a client; nothing is sent.</summary>
    /// <param name="options">Where to, and as whom.</param>
    /// <param name="handler">Sends the requests in place of the network; for tests.</param>
    /// <param name="time">The clock; the system's unless told.</param>
    public ToriiService(ToriiServiceOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _pipeline = new ApiPipeline(options, handler, time ?? TimeProvider.System);
        Users = new ToriiUserService(_pipeline);
        Sessions = new ToriiSessionService(_pipeline);
    }

    /// <summary>Where to, and as whom.</summary>
    public ToriiServiceOptions Options { get; }

    /// <summary>What can be done with users.</summary>
    public ToriiUserService Users { get; }

    /// <summary>What can be done with sessions.</summary>
    public ToriiSessionService Sessions { get; }

    /// <summary>Sends the requests; for operations that are not part of torii's API.</summary>
    internal ApiPipeline Pipeline => _pipeline;

    /// <summary>Ends the requests that are under way and closes the connections.</summary>
    public void Dispose() => _pipeline.Dispose();
}
