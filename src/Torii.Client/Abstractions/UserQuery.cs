namespace Torii.Client;

/// <summary>A search for users: the filters, and how much of the result is wanted.</summary>
public sealed record UserQuery : PageOptions
{
    /// <summary>A part of the name, in any case; not blank.</summary>
    public string? NameContains { get; init; }

    /// <summary>Whether only users without a name are wanted.</summary>
    public bool WithoutName { get; init; }

    /// <summary>A part of the primary email address, in any case; not blank.</summary>
    public string? EmailContains { get; init; }

    /// <summary>Whether only users without a primary email address are wanted.</summary>
    public bool WithoutEmail { get; init; }

    /// <summary>Any of these statuses, as the service spells them; empty for all.</summary>
    public IReadOnlyList<string> Statuses { get; init; } = [];

    /// <summary>The earliest time of creation, inclusive.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>The latest time of creation, inclusive.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>A role that the user has, as the service spells it; null for any.</summary>
    public string? Role { get; init; }

    /// <summary>A filter beyond those of the service, applied to its response; null for none.</summary>
    public Func<ToriiUser, bool>? Keep { get; init; }

    /// <summary>Whether a correct response may contain users that are left out here.</summary>
    internal bool NarrowsResponse => Keep is not null || WithoutEmail || CreatedAfter is not null || CreatedBefore is not null;
}
