namespace Torii.Client.Http;

/// <summary>What the pipeline knows about a service: everything that differs between two services.</summary>
internal sealed class ServiceDescription
{
    /// <summary>The name of the service in messages.</summary>
    public required string Name { get; init; }

    /// <summary>The address that the path of a request is appended to.</summary>
    public required Uri BaseAddress { get; init; }

    public required ServiceOptions Options { get; init; }

    public required IAuthenticator Authenticator { get; init; }

    public IErrorReader ErrorReader { get; init; } = new ProblemDetailsReader();

    /// <summary>Whether a successful response confirms a change that returns no content. Default: status 204.</summary>
    public Func<ApiResponse, bool> IsConfirmation { get; init; } = static response => response.Status == System.Net.HttpStatusCode.NoContent;

    /// <summary>The headers that name the time to wait, in seconds or as a date. The first that is present counts.</summary>
    public IReadOnlyList<string> RetryAfterHeaders { get; init; } = ["Retry-After"];

    /// <summary>The address in messages.</summary>
    public string Address => ServiceAddress.Display(BaseAddress);
}

/// <summary>Proves the identity of the caller to a service.</summary>
internal interface IAuthenticator
{
    /// <summary>Identifies the credential in messages without revealing it.</summary>
    string Hint { get; }

    /// <summary>Every value that is sent as a credential now. The redactor removes them literally.</summary>
    IReadOnlyCollection<string> Secrets { get; }

    /// <summary>Obtains a credential where that takes requests of its own. Called before each request, outside its timeout.</summary>
    /// <exception cref="ToriiException">There is none.</exception>
    ValueTask PrepareAsync(RequestContext caller) => ValueTask.CompletedTask;

    /// <summary>Adds the credential to a request.</summary>
    ValueTask ApplyAsync(HttpRequestMessage message, CancellationToken cancellation);

    /// <summary>Replaces a credential that the service refused.</summary>
    /// <returns>Whether there is a new one, so that the request is sent once more.</returns>
    ValueTask<bool> RefreshAsync(ApiResponse unauthorized, CancellationToken cancellation);
}

/// <summary>Reads the body of an error response.</summary>
internal interface IErrorReader
{
    /// <summary>Never throws: a body of another kind is an error without content.</summary>
    ApiError Read(ReadOnlyMemory<byte> body);
}

/// <summary>The content of an error response. Texts are as received; the error mapper redacts them.</summary>
internal readonly record struct ApiError(string? Title, string? Detail, string? Code, string? SupportId)
{
    /// <summary>The error id, where the content decides it and not the status.</summary>
    public string? ErrorId { get; init; }

    /// <summary>Which recommended actions apply, where the content decides it and not the request.</summary>
    public string? Variant { get; init; }

    /// <summary>The state that the resource is in, where that is why the change was refused.</summary>
    public string? State { get; init; }
}

/// <summary>Authenticates with a fixed key as a bearer credential.</summary>
internal sealed class SecretKeyAuthenticator(SecretKey key) : IAuthenticator
{
    private readonly System.Net.Http.Headers.AuthenticationHeaderValue _header = new("Bearer", key.Value);

    public string Hint => key.Hint;

    public IReadOnlyCollection<string> Secrets { get; } = [key.Value];

    public ValueTask ApplyAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        message.Headers.Authorization = _header;
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> RefreshAsync(ApiResponse unauthorized, CancellationToken cancellation) => ValueTask.FromResult(false);
}
