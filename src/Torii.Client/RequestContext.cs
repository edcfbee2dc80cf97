using Torii.Client.Bulk;

namespace Torii.Client;

/// <summary>Receives messages about requests, responses and waits. Called from any thread; no text contains a secret.</summary>
public interface IRequestObserver
{
    /// <summary>Whether <see cref="Verbose"/> is used. The lines about requests are formatted only then.</summary>
    bool WantsVerbose => true;

    /// <summary>Receives a line about a request, a response or a wait, without values, because logs are widely read.</summary>
    void Verbose(string message);

    /// <summary>Whether <see cref="Debug"/> is used. Bodies are formatted only then.</summary>
    bool WantsDebug => true;

    /// <summary>Receives the body of a request, with secrets redacted.</summary>
    void Debug(string message);
}

/// <summary>What the requests of one caller share.</summary>
/// <param name="Cancellation">Ends requests, body reads and waits at once.</param>
/// <param name="Observer">Receives messages about the requests.</param>
public readonly record struct RequestContext(CancellationToken Cancellation, IRequestObserver? Observer = null)
{
    /// <summary>
    /// Reports a failure that the address or a proxy explains (nothing listens there, a response of another kind of
    /// server) at the first attempt. Errors that the service itself returns are still retried.
    /// </summary>
    public bool FailFast { get; init; }

    /// <summary>
    /// Whether the account of the connection itself may be banned, deleted or given other roles. By default that is
    /// <c>Torii.OwnAccount</c>.
    /// </summary>
    public bool AllowsOwnAccount { get; init; }

    /// <summary>The place among the concurrent items of a bulk run. A request gives it up while it waits.</summary>
    internal IWorkSlot? Slot { get; init; }
}
