namespace Torii.Client.Http;

/// <summary>A request of the server API before it becomes HTTP.</summary>
internal sealed class ApiRequest
{
    private string? _description;

    public required HttpMethod Method { get; init; }

    /// <summary>Path and query below the base address, escaped.</summary>
    public required string Path { get; init; }

    /// <summary>The JSON body, UTF-8; none when null or empty.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>The names of the body's fields, for readers who must not see values.</summary>
    public IReadOnlyCollection<string> BodyFields { get; init; } = [];

    /// <summary>When it may be tried again.</summary>
    public RetrySafety Safety { get; init; } = RetrySafety.Repeatable;

    /// <summary>What a 404 means here, for its error id.</summary>
    public string NotFoundErrorId { get; init; } = "Torii.NotFound";

    /// <summary>For a person. A cursor in the path is a stranger's text.</summary>
    public string Describe() => _description ??= Redactor.RedactLine($"{Method} {Path}");
}
