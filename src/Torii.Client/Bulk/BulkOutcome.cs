namespace Torii.Client.Bulk;

/// <summary>The outcome of one item of a bulk run.</summary>
/// <param name="Item">The item.</param>
/// <param name="State">How it ended.</param>
/// <param name="Result">The result of a success, otherwise the default.</param>
/// <param name="Error">The error of a failure, otherwise null.</param>
public readonly record struct BulkOutcome<TItem, TResult>(TItem Item, BulkState State, TResult? Result, Exception? Error);

/// <summary>How an item of a bulk run ended.</summary>
public enum BulkState
{
    /// <summary>The work was done.</summary>
    Succeeded,

    /// <summary>The work failed.</summary>
    Failed,

    /// <summary>The run was stopped before any request of the item was sent.</summary>
    NotStarted,
}

/// <summary>Why a bulk run starts no further item.</summary>
public enum BulkStop
{
    /// <summary>It was not stopped.</summary>
    None,

    /// <summary>An item failed, and <see cref="BulkOptions.HaltOnError"/> is set.</summary>
    Error,

    /// <summary>The service refused the account: its credential (<see cref="ToriiErrorId.Unauthorized"/>), or its role.</summary>
    Unauthorized,

    /// <summary>The service could not be reached, or refused for too many requests, for several items in a row.</summary>
    Unreachable,
}

/// <summary>The settings of a bulk run.</summary>
public sealed record BulkOptions
{
    /// <summary>How many items are worked on at once. Items that wait before a retry are not counted.</summary>
    public required int ThrottleLimit { get; init; }

    /// <summary>Whether no item starts after the first one that failed.</summary>
    public bool HaltOnError { get; init; }

    /// <summary>Whether the outcomes come in the order of the items. Default: as the items complete.</summary>
    public bool KeepOrder { get; init; }
}
