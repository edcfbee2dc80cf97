namespace Torii;

/// <summary>The result of one check of a connection.</summary>
public sealed class ToriiConnectionCheck
{
    /// <summary>The name of the connection.</summary>
    public required string ConnectionName { get; init; }

    /// <summary>
    /// What was checked: <c>Connection</c>, <c>Proxy</c>, <c>NameResolution</c>, <c>Tcp</c>, <c>Tls</c>, <c>Credential</c>,
    /// <c>ClockSkew</c>, <c>IssuerKeys</c>, <c>Features</c>.
    /// </summary>
    public required string Check { get; init; }

    /// <summary><c>Passed</c>, <c>Warning</c>, <c>Failed</c>, or <c>Skipped</c> where another result or the kind of the connection leaves nothing to check.</summary>
    public required string Status { get; init; }

    /// <summary>What was found.</summary>
    public required string Message { get; init; }

    /// <summary>What to do; <see langword="null"/> where nothing is to be done.</summary>
    public string? RecommendedAction { get; init; }

    /// <summary>How long the check took, in milliseconds.</summary>
    public long ElapsedMs { get; init; }

    /// <summary>Check, status and message on one line.</summary>
    public override string ToString() => $"{Check}: {Status}. {Message}";
}
