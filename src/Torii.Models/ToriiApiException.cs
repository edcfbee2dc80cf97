namespace Torii;

/// <summary>The service answered, and the answer was not what was asked for.</summary>
public sealed class ToriiApiException : ToriiException
{
    /// <summary>Makes one.</summary>
    /// <param name="errorId">The stable id, for example <c>Torii.UserNotFound</c>.</param>
    /// <param name="message">What happened, in one sentence.</param>
    /// <param name="statusCode">The HTTP status of the answer.</param>
    /// <param name="innerException">What it came from.</param>
    public ToriiApiException(string errorId, string message, int statusCode, Exception? innerException = null)
        : base(errorId, message, innerException) => StatusCode = statusCode;

    internal ToriiApiException(string errorId, string message, string transitionalAction, int statusCode, Exception? innerException = null)
        : base(errorId, message, transitionalAction, innerException) => StatusCode = statusCode;

    /// <summary>The HTTP status of the answer.</summary>
    public int StatusCode { get; }

    /// <summary>The service's own word for the error (<c>code</c> of its problem details), if it gave one.</summary>
    public string? Code { get; init; }

    /// <summary>What to name to torii's support, if the service gave it.</summary>
    public string? SupportId { get; init; }

    /// <summary>The answer's body as text: at most 4,096 characters, secrets redacted.</summary>
    public string? ResponseBody { get; init; }

    /// <summary>The request that was answered, for example <c>GET /api/server/v1/users/…</c>.</summary>
    public string? Request { get; init; }

    /// <summary>How many times the request was sent.</summary>
    public int Attempts { get; init; } = 1;
}
