namespace Torii.Client;

/// <summary>What the parser cannot see: members that are there and say nothing, or speak of something else.</summary>
internal static class Expect
{
    /// <exception cref="ToriiException"><c>Torii.InvalidResponse</c>.</exception>
    public static T Whole<T>(T? item, string? wrongMember = null)
        where T : ToriiObject
    {
        string? member = item is null ? "item" : wrongMember ?? item.FindMissingMember();
        return member is null ? item! : throw Invalid(member);
    }

    /// <exception cref="ToriiException"><c>Torii.InvalidResponse</c>.</exception>
    public static T NotNull<T>(T? value, string member)
        where T : class => value ?? throw Invalid(member);

    public static bool SameId(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static ToriiException Invalid(string member) => new(
        "Torii.InvalidResponse",
        $"The service's answer is missing its '{member}' or speaks of another one.",
        "Check that -ApiUrl is the address of torii's server API.");
}
