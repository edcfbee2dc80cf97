using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Torii.Client.Http;

/// <summary>A response that was read to its end.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body, at most <see cref="Transport.MaxBodyBytes"/>.</param>
/// <param name="MediaType">The content type without its parameters.</param>
/// <param name="RetryAfter">How long the service asks to wait.</param>
/// <param name="Location">The target of a redirect.</param>
/// <param name="Date">The time of the response by the service's clock.</param>
internal sealed record ApiResponse(
    HttpStatusCode Status,
    ReadOnlyMemory<byte> Body,
    string? MediaType = null,
    TimeSpan? RetryAfter = null,
    Uri? Location = null,
    DateTimeOffset? Date = null)
{
    /// <summary>The headers; null where there are none to read.</summary>
    public HttpResponseHeaders? Headers { get; init; }

    /// <summary>The Authorization or Cookie header that the request was sent with. Internal, so that no text of the record contains it.</summary>
    internal string? Credential { get; init; }

    /// <summary>Why a response with a successful status cannot be used; null when it can.</summary>
    public Exception? Unreadable { get; init; }

    public bool IsSuccess => (int)Status is >= 200 and < 300 && Unreadable is null;

    /// <summary>Reads the body as JSON.</summary>
    /// <param name="shape">The expected shape.</param>
    /// <param name="findWrongMember">Returns the name of a member that is missing or belongs to another object; null when there is none.</param>
    /// <exception cref="UnreadableResponseException">The body has another shape.</exception>
    public T ReadJson<T>(JsonTypeInfo<T> shape, Func<T, string?>? findWrongMember = null)
        where T : class
    {
        try
        {
            T value = JsonSerializer.Deserialize(Body.Span, shape) ?? throw new UnreadableResponseException(null);
            return findWrongMember?.Invoke(value) is { } wrong ? throw new UnreadableResponseException(wrong) : value;
        }
        catch (JsonException e)
        {
            throw new UnreadableResponseException(JsonFault.FindMember(e, Body.Span), e);
        }
    }
}

/// <summary>A response has a successful status, but not the content that the service returns for the request.</summary>
/// <param name="member">The member that is missing or belongs to another object, where it is known.</param>
/// <param name="inner">The cause.</param>
internal sealed class UnreadableResponseException(string? member, Exception? inner = null)
    : Exception(inner?.Message ?? "The response has another shape.", inner)
{
    public string? Member => member;
}
