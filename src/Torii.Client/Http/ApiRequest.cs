namespace Torii.Client.Http;

/// <summary>A request of a service before it becomes an HTTP message.</summary>
internal sealed class ApiRequest
{
    private string? _description;
    private bool? _isRead;

    public required HttpMethod Method { get; init; }

    /// <summary>Path and query below the base address, escaped.</summary>
    public required string Path { get; init; }

    /// <summary>The JSON body, UTF-8; none when null or empty.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>The names of the body's fields, for logs that must not show values.</summary>
    public IReadOnlyCollection<string> BodyFields { get; init; } = [];

    /// <summary>When the request may be repeated.</summary>
    public RetrySafety Safety { get; init; } = RetrySafety.Repeatable;

    /// <summary>Whether the request changes nothing. Default: <see langword="true"/> for GET. Set it for a search by POST.</summary>
    public bool IsRead
    {
        get => _isRead ?? Method == HttpMethod.Get;
        init => _isRead = value;
    }

    /// <summary>The error id for status 404.</summary>
    public string NotFoundErrorId { get; init; } = ToriiErrorId.NotFound;

    /// <summary>Further headers. They may be secret and are never logged.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>
    /// The part of the service that the request belongs to, where a server may lack it and then responds with an empty
    /// 404: <c>admin plugin</c>. Null for what every server has.
    /// </summary>
    public string? Part { get; init; }

    /// <summary>Which recommended actions apply to its errors; null for the usual ones.</summary>
    public string? ErrorVariant { get; init; }

    /// <summary>Whether a response without content confirms the change; null for the rule of the service.</summary>
    public Func<ApiResponse, bool>? IsConfirmation { get; init; }

    /// <summary>Whether a successful response contains a secret, so that no error repeats any of it.</summary>
    public bool ReturnsSecret { get; init; }

    /// <summary>The position in a list that this request continues from: a cursor, an offset. Null for its beginning.</summary>
    public string? Cursor { get; init; }

    /// <summary>Method and path for messages. A cursor in the path comes from outside, so the text is redacted.</summary>
    public string Describe() => _description ??= Redactor.RedactLine($"{Method} {Path}");
}

/// <summary>When a request may be sent a second time.</summary>
internal enum RetrySafety
{
    /// <summary>Always: sending it twice has the effect of sending it once.</summary>
    Repeatable,

    /// <summary>Only when the earlier attempt was certainly not executed: it was not delivered, or was refused (429).</summary>
    OnlyIfNotExecuted,

    /// <summary>Never: what it creates must not exist twice, not even for a moment.</summary>
    Never,
}
