namespace Torii.Client;

/// <summary>Finds out why a connection to a service does not work, step by step. No check changes anything.</summary>
public interface IConnectionDiagnostics
{
    /// <summary>Runs the checks that the service has, one after the other. A check that another one rules out is skipped.</summary>
    /// <param name="issuer">The issuer of end-users' tokens; null where none is known.</param>
    /// <param name="limit">How long each check may take.</param>
    /// <param name="context">The caller's.</param>
    IAsyncEnumerable<ConnectionCheck> RunAsync(string? issuer, TimeSpan limit, RequestContext context);
}

/// <summary>The result of one check.</summary>
public sealed record ConnectionCheck
{
    /// <summary>The name of the check.</summary>
    public required string Check { get; init; }

    /// <summary>The result.</summary>
    public required CheckStatus Status { get; init; }

    /// <summary>What was found, in one sentence, safe to show.</summary>
    public required string Message { get; init; }

    /// <summary>The error that explains the result; null where there is none.</summary>
    public ToriiException? Error { get; init; }

    /// <summary>Which recommended action applies where there is no error; null for none.</summary>
    public string? Advice { get; init; }

    /// <summary>How long the check took.</summary>
    public TimeSpan Elapsed { get; init; }
}

/// <summary>The result of a check.</summary>
public enum CheckStatus
{
    /// <summary>Nothing is wrong.</summary>
    Passed,

    /// <summary>It works, and something should be changed.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Failed,

    /// <summary>There is nothing to check, or another check failed before.</summary>
    Skipped,
}
