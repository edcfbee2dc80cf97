using System.Net;

namespace Torii.Client.Http;

/// <summary>An answer, read to its end.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body; bounded (<see cref="Transport.MaxBodyBytes"/>).</param>
/// <param name="MediaType">The content type without its parameters.</param>
/// <param name="RetryAfter">How long the service asks to wait, seconds and dates alike.</param>
/// <param name="Location">Where a redirect points.</param>
/// <param name="Date">The service's clock when it answered.</param>
/// <param name="Attempts">How many times the request was sent.</param>
/// <param name="FirstSent">When it was sent first, by our clock.</param>
internal sealed record ApiResponse(
    HttpStatusCode Status,
    ReadOnlyMemory<byte> Body,
    string? MediaType,
    TimeSpan? RetryAfter,
    Uri? Location,
    DateTimeOffset? Date,
    int Attempts = 1,
    DateTimeOffset? FirstSent = null)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;
}
