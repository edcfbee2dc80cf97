using Torii.Client;
using Torii.Client.Http;

namespace Torii.PowerShell;

/// <summary>One operation of a command on one target.</summary>
internal sealed class BulkItem
{
    /// <summary>The connection to use.</summary>
    public required ToriiConnection Connection { get; init; }

    /// <summary>What the operation acts on: two items with the same key never run at once. Null where that cannot matter.</summary>
    public string? Key { get; init; }

    /// <summary>Who or what the target is, for a person: name and id. Text from outside, so it is shown through <see cref="Label"/>.</summary>
    public required string Target { get; init; }

    /// <summary>The operation, for ShouldProcess.</summary>
    public required string Action { get; init; }

    /// <summary>The lines of a change that needs several, for -WhatIf and prompts; null where the action says it all.</summary>
    public string? Lines { get; init; }

    /// <summary>How many targets the operation counts as, for <c>-MaxAffected</c>.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The object from the pipeline or the id; errors carry it.</summary>
    public required object? Input { get; init; }

    /// <summary>The position of the row in the pipeline, counted from 1; null for what is not a row.</summary>
    public int? Row { get; init; }

    /// <summary>Runs the operation; returns what <c>-PassThru</c> or a reading command writes.</summary>
    public required Func<RequestContext, Task<object?>> Work { get; init; }

    /// <summary>Why the operation is not run; null for one that is.</summary>
    public ToriiException? Problem { get; private init; }

    /// <summary>The target as it may be shown: without secrets and without control characters.</summary>
    public string Label => LabelOf(Target, Row);

    /// <summary>An item that only takes its place among the others, so that its error is written in their order.</summary>
    public static BulkItem Rejected(ToriiException problem, object? input, string target, int? row) => Rejected(problem.For(null, SkippedOf(row)), input, row, target);

    private static BulkItem Rejected(ToriiException problem, object? input, int? row, string target) => new()
    {
        Connection = null!,
        Target = target,
        Action = "",
        Input = input,
        Row = row,
        Problem = problem,
        Work = _ => Task.FromException<object?>(problem),
    };

    /// <summary>What an error about a target that no request is sent for says of it.</summary>
    public static string SkippedOf(int? row) => row is null ? "No request was sent for it." : "This row was skipped.";

    /// <summary>A target as it may be shown, with its row.</summary>
    public static string LabelOf(string target, int? row) =>
        row is null ? Redactor.RedactLine(target)
        : string.IsNullOrWhiteSpace(target) ? $"row {row}"
        : $"{Redactor.RedactLine(target)}, row {row}";

    /// <summary>The target with its environment, so that a live one is not taken for a test.</summary>
    public string Describe() => $"{Redactor.RedactLine(Target)} in {DescribeConnection()}";

    /// <summary>The connection with its environment and its host.</summary>
    public string DescribeConnection() =>
        $"{Redactor.RedactLine(Connection.Name)} ({Connection.Environment ?? Connection.Service}, {Connection.ApiUrl.IdnHost}{(Connection.ApiUrl.IsDefaultPort ? "" : $":{Connection.ApiUrl.Port}")})";
}
