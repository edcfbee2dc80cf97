namespace Torii.Client.Resources;

/// <summary>Checks that a parsed response contains what its contract requires, and describes the resource that was requested.</summary>
internal static class ResponseValidator
{
    /// <summary>The name of the member of an item that is wrong; null when none is.</summary>
    /// <param name="item">The parsed item.</param>
    /// <param name="id">The id that was requested; null where none was.</param>
    /// <param name="actual">The id that the item has.</param>
    /// <param name="member">The name of the member that holds that id.</param>
    public static string? FindWrongMember(ToriiObject? item, string? id = null, string? actual = null, string member = "id") =>
        item is null ? "item"
        : item.FindMissingMember() is { } missing ? missing
        : id is not null && !SameId(id, actual) ? member
        : null;

    /// <exception cref="ToriiException"><c>Torii.InvalidResponse</c>.</exception>
    public static T NotNull<T>(T? value, string member)
        where T : class => value ?? throw new ToriiException(ToriiErrorId.InvalidResponse, $"The response has no '{member}'.");

    public static bool SameId(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
