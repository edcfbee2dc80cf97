using System.Text.Json;
using Torii.Emulator.Http;

namespace Torii.Emulator.Faults;

/// <summary>A fault that was asked for: which requests it hits, and how many of them.</summary>
internal sealed class FaultRule
{
    private int skip;
    private int? left;

    public required Fault Fault { get; init; }

    private string Operation { get; init; } = "*";

    private Guid? UserId { get; init; }

    public bool IsSpent => left == 0;

    public static FaultRule Read(JsonFields body, IReadOnlyCollection<string> operations)
    {
        var operation = body.Text("operation").Value ?? "*";
        if (operation != "*" && !operations.Contains(operation))
        {
            throw Refusal.BadField("operation", "is not * and none of " + string.Join(", ", operations));
        }

        // Enum.TryParse alone would take numbers, and lists of names, as well.
        var kindName = body.Text("kind", nullable: false).Value ?? "";
        if (!Enum.TryParse<FaultKind>(kindName, ignoreCase: true, out var kind) || !new Fault(kind).Name.Equals(kindName, StringComparison.Ordinal))
        {
            var kinds = Enum.GetValues<FaultKind>().Select(known => new Fault(known).Name);
            throw Refusal.BadField("kind", "is none of " + string.Join(", ", kinds));
        }

        return new FaultRule
        {
            Operation = operation,
            UserId = body.Id("userId").Value,
            Fault = new Fault(kind)
            {
                Status = Within(body, "status", 400, 599) ?? 503,
                RetryAfter = body.Text("retryAfter").Value,
                DelayMs = Within(body, "delayMs", 0, 600_000) ?? 0,
                Executes = body.TryGet("executes", out var executes) && executes.ValueKind == JsonValueKind.True,
                Body = body.Text("body").Value,
                Fields = body.Texts("fields", "a name", _ => true).Value,
            },
            skip = Within(body, "skip", 0, int.MaxValue) ?? 0,
            left = Within(body, "times", 1, int.MaxValue),
        };
    }

    /// <summary>Whether this request is hit; those that the rule lets pass first are counted here, too.</summary>
    public bool Hits(string operation, string? userId)
    {
        if (IsSpent || (Operation != "*" && Operation != operation) || (UserId is not null && UserId.ToString() != userId))
        {
            return false;
        }

        if (skip > 0)
        {
            skip--;
            return false;
        }

        left--;
        return true;
    }

    private static int? Within(JsonFields body, string name, int least, int most)
    {
        var number = body.Number(name).Value;
        return number is null || (number >= least && number <= most)
            ? number
            : throw Refusal.BadField(name, $"is not from {least} to {most}");
    }
}
