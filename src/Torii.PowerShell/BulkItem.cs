using Torii.Client;

namespace Torii.PowerShell;

/// <summary>One thing that a command does to one target.</summary>
internal sealed class BulkItem
{
    /// <summary>Through which connection.</summary>
    public required ToriiConnection Connection { get; init; }

    /// <summary>What it acts on, so that two items for one target never run at once; null where that cannot matter.</summary>
    public string? Key { get; init; }

    /// <summary>Who that is, for a person: name, id.</summary>
    public required string Target { get; init; }

    /// <summary>What is done, for ShouldProcess.</summary>
    public required string Action { get; init; }

    /// <summary>What came down the pipeline, or the id that was given; errors carry it.</summary>
    public required object? Input { get; init; }

    /// <summary>Does it, and gives what <c>-PassThru</c> or a reading command emits.</summary>
    public required Func<RequestContext, Task<object?>> Work { get; init; }

    /// <summary>Why it is not to be done at all; null when it is.</summary>
    public ToriiException? Problem { get; private init; }

    /// <summary>A target that only takes its place among the others, so that its error comes out in their order.</summary>
    public static BulkItem Rejected(ToriiException problem, object? input) => new()
    {
        Connection = null!,
        Target = "",
        Action = "",
        Input = input,
        Problem = problem,
        Work = _ => Task.FromException<object?>(problem),
    };

    /// <summary>Target, with the environment it is in: nobody is to take a live one for a test.</summary>
    public string Describe() => $"{Target} in {Connection.Name} ({Connection.Environment}, {Connection.ApiUrl.Authority})";
}
