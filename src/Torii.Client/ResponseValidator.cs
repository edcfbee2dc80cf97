namespace Torii.Client;

/// <summary>What the parser cannot see: members that are there and say nothing, or speak of something else.</summary>
internal static class ResponseValidator
{
    /// <summary>The member of an item that is wrong; null when all is well.</summary>
    /// <param name="item">What was read.</param>
    /// <param name="id">What it must be the answer to, and <paramref name="actual"/> what it says it is; null where that cannot be told.</param>
    /// <param name="actual">Its own id, or its user's.</param>
    /// <param name="member">The name of that member.</param>
    public static string? FindWrongMember(ToriiObject? item, string? id = null, string? actual = null, string member = "id") =>
        item is null ? "item"
        : item.FindMissingMember() is { } missing ? missing
        : id is not null && !SameId(id, actual) ? member
        : null;

    /// <exception cref="ToriiException"><c>Torii.InvalidResponse</c>.</exception>
    public static T NotNull<T>(T? value, string member)
        where T : class => value ?? throw new ToriiException(
            "Torii.InvalidResponse",
            $"The answer is missing its '{member}'.",
            "Check the address that it came from.");

    public static bool SameId(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
