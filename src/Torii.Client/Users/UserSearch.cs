namespace Torii.Client.Users;

/// <summary>A search: whom, and how much of it.</summary>
public sealed record UserSearch
{
    /// <summary>Whom to search for; everybody unless told.</summary>
    public UserFilter Filter { get; init; } = new();

    /// <summary>How many users a page has at most. Default 100.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>How many users are wanted; null for all. No page that is asked for is larger.</summary>
    public long? First { get; init; }

    /// <summary>Where an earlier walk broke off; null for the beginning.</summary>
    public string? Cursor { get; init; }
}
