using Torii.Client.Http;

namespace Torii.Client;

/// <summary>
/// Any request of a service, for operations that this library does not have. It is authenticated, throttled, retried
/// and redacted as every other request, and goes to the address of the connection only.
/// </summary>
public interface IRequestService
{
    /// <summary>Checks a request; nothing is sent.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path below the base address, escaped, with its query; or an absolute address that begins with the base address.</param>
    /// <param name="body">JSON text, or plain values (dictionaries, lists, scalars); null for no body.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: the path leaves the base address, or the body is not JSON.</exception>
    ServiceRequest Create(string method, string path, object? body);

    /// <summary>Sends a request.</summary>
    /// <returns>
    /// The response as plain values: dictionaries, arrays and scalars of JSON, or a string for text of another type. Null
    /// where the response has no content.
    /// </returns>
    /// <exception cref="ToriiException">What every request throws.</exception>
    Task<object?> SendAsync(ServiceRequest request, RequestContext context);

    /// <summary>Sends a request that reads a list, and continues it, page by page.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.InvalidRequest</c>: the request is not one that reads; <c>Torii.InvalidResponse</c>: the response is not a
    /// page; <c>Torii.CursorRepeated</c>; or what every request throws.
    /// </exception>
    IAsyncEnumerable<IReadOnlyList<object?>> ListAsync(ServiceRequest request, RequestContext context);
}

/// <summary>A request that was checked.</summary>
public sealed class ServiceRequest
{
    internal ServiceRequest(ApiRequest request) => Request = request;

    /// <summary>Whether it changes nothing.</summary>
    public bool IsRead => Request.IsRead;

    /// <summary>Method and path, safe to show.</summary>
    public string Description => Request.Describe();

    /// <summary>The path without its query: two requests with the same one act on the same thing.</summary>
    public string Target => Request.Path.Split('?')[0];

    internal ApiRequest Request { get; }

    /// <summary>The body for a person to read, secrets redacted; null for none.</summary>
    public string? ShowBody() => Request.Body is { } body ? Redactor.RedactBody(body) : null;
}
