namespace Torii.Emulator.Faults;

/// <summary>A rule that injects a fault: which requests it hits, and how many of them.</summary>
internal sealed class FaultRule
{
    private const int MaxDelayMs = 600_000;

    private int skip;
    private int? left;

    public required Fault Fault { get; init; }

    private string Operation { get; init; } = "*";

    /// <summary>Gets the id that the path of a request contains, in any place.</summary>
    private Guid? Id { get; init; }

    public bool IsSpent => left == 0;

    public static FaultRule Read(BodyFields body, IReadOnlyCollection<string> operations)
    {
        string operation = body.Text("operation").Value ?? "*";
        if (operation != "*" && !operations.Contains(operation))
        {
            throw RequestRefusedException.BadField("operation", "is not * or one of " + string.Join(", ", operations));
        }

        // By the documented name: Enum.TryParse also accepts numbers and other spellings.
        Dictionary<string, FaultKind> kinds = Enum.GetValues<FaultKind>().ToDictionary(known => new Fault(known).Name);
        if (!kinds.TryGetValue(body.Text("kind", nullable: false).Value ?? "", out FaultKind kind))
        {
            throw RequestRefusedException.BadField("kind", "is not one of " + string.Join(", ", kinds.Keys));
        }

        return new FaultRule
        {
            Operation = operation,
            Id = body.Id("id").Value ?? body.Id("userId").Value,
            Fault = new Fault(kind)
            {
                Status = body.Number("status", 400, 599) ?? 503,
                Code = body.Text("code").Value,
                RetryAfter = body.Text("retryAfter").Value,
                DelayMs = body.Number("delayMs", 0, MaxDelayMs) ?? 0,
                ForcesExecution = body.IsTrue("executes"),
                Body = body.Text("body").Value,
                Fields = body.Texts("fields", "a string", _ => true),
            },
            skip = body.Number("skip", 0, int.MaxValue) ?? 0,
            left = body.Number("times", 1, int.MaxValue),
        };
    }

    /// <summary>Returns whether the rule hits a request, and counts the requests that it skips or hits.</summary>
    public bool Hits(string operation, string path)
    {
        if (IsSpent || (Operation != "*" && Operation != operation) || (Id is { } id && !path.Contains(id.ToString(), StringComparison.OrdinalIgnoreCase)))
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
}
