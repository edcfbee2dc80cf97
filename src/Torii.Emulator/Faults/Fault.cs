using System.Text.Json;
using System.Text.Json.Nodes;

namespace Torii.Emulator.Faults;

/// <summary>A fault that is injected into one request.</summary>
internal sealed record Fault(FaultKind Kind)
{
    private const int GarbageBytes = 10 * 1024 * 1024;

    private static readonly Lazy<byte[]> Garbage = new(() =>
    {
        byte[] bytes = new byte[GarbageBytes];
        Array.Fill(bytes, (byte)'#');
        return bytes;
    });

    public int Status { get; init; } = 503;

    /// <summary>Gets the value of the header Retry-After, which is sent exactly as it is.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>Gets the code of the problem, in place of one that fits the status.</summary>
    public string? Code { get; init; }

    public int DelayMs { get; init; }

    /// <summary>Gets whether the operation is executed although the reply does not show it.</summary>
    public bool ForcesExecution { get; init; }

    /// <summary>Gets the body that replaces the default body of the kind.</summary>
    public string? Body { get; init; }

    /// <summary>Gets the request members that are ignored; null means all of them.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    public string Name => JsonNamingPolicy.CamelCase.ConvertName(Kind.ToString());

    public bool Executes => ForcesExecution || Kind is FaultKind.Truncate or FaultKind.ResetAfter or FaultKind.Slow
        or FaultKind.RepeatCursor or FaultKind.IgnoreFilter or FaultKind.OmitNulls;

    public bool Ignores(string field) => Kind == FaultKind.IgnoreFilter && (Fields is null || Fields.Contains(field));

    /// <summary>Gets the reply to send: one in place of the real reply, or the real one when the fault is elsewhere.</summary>
    public Reply Apply(Reply? real, string operation, string instance) => Kind switch
    {
        FaultKind.Status => BadStatus(instance).With("Retry-After", RetryAfter),
        FaultKind.Html => Reply.Text(200, "text/html; charset=utf-8", Body ?? "<!doctype html><title>Sign in</title><p>This page is not from the API.</p>"),
        FaultKind.Garbage => Reply.JsonBytes(200, Garbage.Value),
        FaultKind.Empty => Reply.JsonBytes(200, default),
        FaultKind.WrongShape => Reply.Text(200, "application/json", Body ?? (operation == "searchUsers" ? """{"items":"x"}""" : "[]")),
        FaultKind.OmitNulls when real is { Body.IsEmpty: false } => real with { Body = WithoutNulls(real.Body) },
        _ => real ?? Reply.NoContent,
    };

    private Reply BadStatus(string instance)
    {
        if (Body is not null)
        {
            return Reply.Text(Status, "text/plain; charset=utf-8", Body);
        }

        (string? code, string? detail) = Status switch
        {
            429 => ("rate_limited", "Too many requests (injected fault)."),
            500 => ("internal_error", "The service failed (injected fault)."),
            503 => ("service_unavailable", "The service is not available (injected fault)."),
            _ => ("injected_fault", "This reply is an injected fault."),
        };
        return Reply.Problem(Status, Code ?? code, detail, instance);
    }

    private static byte[] WithoutNulls(ReadOnlyMemory<byte> json)
    {
        var root = JsonNode.Parse(json.Span);
        RemoveNulls(root);
        return JsonSerializer.SerializeToUtf8Bytes(root, JsonFormat.Options);
    }

    private static void RemoveNulls(JsonNode? node)
    {
        foreach (JsonNode? item in node as JsonArray ?? [])
        {
            RemoveNulls(item);
        }

        foreach ((string? name, JsonNode? value) in (node as JsonObject ?? []).ToList())
        {
            RemoveNulls(value);
            if (value is null)
            {
                node!.AsObject().Remove(name);
            }
        }
    }
}
