using System.Net;

namespace Torii.Client.Http;

/// <summary>What has happened to one request so far, over all its attempts.</summary>
internal sealed class RequestAttempts(ApiRequest request, IRequestObserver? observer)
{
    public ApiRequest Request { get; } = request;

    public IRequestObserver? Observer { get; } = observer;

    /// <summary>How many times it was sent.</summary>
    public int Attempts { get; set; }

    /// <summary>When it was sent first, by our clock.</summary>
    public DateTimeOffset FirstSent { get; set; }

    /// <summary>Whether an attempt may have been executed although no answer, or no good one, told so.</summary>
    public bool MayHaveBeenExecuted { get; private set; }

    /// <summary>How long it has waited between attempts.</summary>
    public TimeSpan Waited { get; set; }

    /// <summary>The wait before the next attempt, once that is decided.</summary>
    public TimeSpan NextDelay { get; set; }

    /// <summary>
    /// Notes how an attempt ended. A server error says that it failed somewhere, not where; a connection that was
    /// never made cannot have carried a request.
    /// </summary>
    public void Note(HttpStatusCode status) => MayHaveBeenExecuted |= status is >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout;

    /// <inheritdoc cref="Note(HttpStatusCode)"/>
    public void Note(Exception exception) =>
        MayHaveBeenExecuted |= exception is not HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
        };
}
