using System.Text;
using Torii.Emulator.Http;

namespace Torii.Emulator.Faults;

/// <summary>What goes wrong with one request.</summary>
internal sealed record Fault(FaultKind Kind)
{
    private const int GarbageBytes = 10 * 1024 * 1024;

    private static readonly Lazy<byte[]> Garbage = new(() =>
    {
        var bytes = new byte[GarbageBytes];
        Array.Fill(bytes, (byte)'#');
        return bytes;
    });

    public int Status { get; init; } = 503;

    public string? RetryAfter { get; init; }

    public int DelayMs { get; init; }

    /// <summary>The request is carried out although its answer is a bad status.</summary>
    public bool Executes { get; init; }

    /// <summary>Sent in place of the usual wrong answer.</summary>
    public string? Body { get; init; }

    /// <summary>The members of the body that are overlooked; null means all of them.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    public string Name => char.ToLowerInvariant(Kind.ToString()[0]) + Kind.ToString()[1..];

    /// <summary>Whether the operation is carried out, whatever its answer then turns into.</summary>
    public bool Handles => Executes || Kind is FaultKind.Truncate or FaultKind.ResetAfter or FaultKind.Slow
        or FaultKind.RepeatCursor or FaultKind.IgnoreFilter;

    public bool Overlooks(string field) => Kind == FaultKind.IgnoreFilter && (Fields is null || Fields.Contains(field));

    /// <summary>The answer that the client gets in place of the real one, or the real one where the fault lies elsewhere.</summary>
    public ApiAnswer Answer(ApiAnswer? real, string operation, string instance) => Kind switch
    {
        FaultKind.Status => BadStatus(instance).With("Retry-After", RetryAfter),
        FaultKind.Html => new ApiAnswer(200, "text/html; charset=utf-8", Text(Body ?? "<!doctype html><title>Sign in</title><p>A page that has nothing to do here.</p>")),
        FaultKind.Garbage => new ApiAnswer(200, "application/json", Garbage.Value),
        FaultKind.Empty => new ApiAnswer(200, "application/json"),
        FaultKind.WrongShape => new ApiAnswer(200, "application/json", Text(Body ?? (operation == "searchUsers" ? """{"items":"x"}""" : "[]"))),
        _ => real ?? ApiAnswer.NoContent,
    };

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private ApiAnswer BadStatus(string instance)
    {
        if (Body is not null)
        {
            return new ApiAnswer(Status, "text/plain; charset=utf-8", Text(Body));
        }

        var (code, detail) = Status switch
        {
            429 => ("rate_limited", "Too many requests."),
            500 => ("internal_error", "Something went wrong."),
            503 => ("service_unavailable", "The service is not available."),
            _ => ("injected_fault", "This answer was asked for."),
        };
        return Problem.Create(Status, code, detail, instance);
    }
}
