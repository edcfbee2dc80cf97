using System.Net;

namespace Torii.Client.Http;

/// <summary>The state of one request over all its attempts.</summary>
internal sealed class RequestAttempts(ApiRequest request, RequestContext caller, Action<ApiResponse> read)
{
    public ApiRequest Request { get; } = request;

    public RequestContext Caller { get; } = caller;

    public IRequestObserver? Observer => Caller.Observer;

    /// <summary>Reads a successful response.</summary>
    /// <exception cref="UnreadableResponseException">It is not the service's response to this request.</exception>
    public Action<ApiResponse> Read { get; } = read;

    /// <summary>How many times the request was sent.</summary>
    public int Attempts { get; set; }

    /// <summary>When the first attempt that may have been executed was sent, else the last one, by this machine's clock; null before.</summary>
    public DateTimeOffset? FirstSent { get; set; }

    /// <summary>When it was first to be sent, by the clock of the gate.</summary>
    public TimeSpan? Entered { get; set; }

    /// <summary>Whether a change may have been made although no usable response confirms it.</summary>
    public bool MayHaveBeenExecuted { get; private set; }

    /// <summary>Whether the credential was replaced.</summary>
    public bool Refreshed { get; set; }

    /// <summary>How long the waits that this request itself caused take together.</summary>
    public TimeSpan Waited { get; set; }

    /// <summary>The wait before the next attempt, once it is decided.</summary>
    public TimeSpan NextDelay { get; set; }

    /// <summary>
    /// Records the response of an attempt. A server error tells that the request failed, not at which point; 303 is the
    /// response to a change that was made; an unreadable success comes from the service or from a proxy.
    /// </summary>
    public void Note(ApiResponse response) => MayHaveBeenExecuted |= !Request.IsRead
        && (response is { Unreadable: not null, Status: < HttpStatusCode.MultipleChoices }
            || response.Status is >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.SeeOther);

    /// <summary>Records the failure of an attempt. A connection that was not established carried no request.</summary>
    public void Note(Exception exception) => MayHaveBeenExecuted |= !Request.IsRead && exception is not HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError or HttpRequestError.UserAuthenticationError,
    };
}
