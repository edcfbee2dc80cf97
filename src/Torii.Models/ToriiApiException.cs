namespace Torii;

/// <summary>An error that a response of the service caused.</summary>
public sealed class ToriiApiException : ToriiException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="errorId">The stable id, for example <c>Torii.UserNotFound</c>.</param>
    /// <param name="message">What happened, in one sentence, without advice.</param>
    /// <param name="statusCode">The HTTP status of the response.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ToriiApiException(string errorId, string message, int statusCode, Exception? innerException = null)
        : base(errorId, message, innerException) => StatusCode = statusCode;

    /// <summary>The HTTP status of the response.</summary>
    public int StatusCode { get; }

    /// <summary>The error code of the service, if the response has one.</summary>
    public string? Code { get; init; }

    /// <summary>The support id of the service, if the response has one.</summary>
    public string? SupportId { get; init; }

    /// <summary>The body of the response as text: at most 4,096 characters, secrets redacted.</summary>
    public string? ResponseBody { get; init; }

    /// <summary>The request, for example <c>GET /api/server/v1/users/…</c>.</summary>
    public string? Request { get; init; }

    /// <summary>The number of times that the request was sent.</summary>
    public int Attempts { get; init; } = 1;
}
