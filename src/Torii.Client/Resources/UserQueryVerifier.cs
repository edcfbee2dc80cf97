using static Torii.Client.Resources.FilterVerifier;

namespace Torii.Client.Resources;

/// <summary>Checks a page of users against the query that it answers.</summary>
internal static class UserQueryVerifier
{
    /// <summary>Describes a query that has no meaning; null for a good one.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: a filter is blank, and a blank one means every user.</exception>
    public static void Validate(UserQuery query) => FilterVerifier.Validate(
        IsBlank(query.NameContains) ? "The filter by name is blank."
        : IsBlank(query.EmailContains) ? "The filter by email address is blank."
        : query.Statuses.Any(string.IsNullOrWhiteSpace) ? "A status to filter by is blank."
        : query.NameContains is not null && query.WithoutName ? "A filter by name and a filter for users without a name cannot be combined."
        : query.EmailContains is not null && query.WithoutEmail ? "A filter by email address and a filter for users without one cannot be combined."
        : null);

    /// <summary>Returns the users of a page that belong to the result.</summary>
    /// <exception cref="ToriiException"><c>Torii.FilterIgnored</c>: a user on the page cannot belong to it.</exception>
    public static IReadOnlyList<ToriiUser> Apply(UserQuery query, IReadOnlyList<ToriiUser> users) => FilterVerifier.Apply(
        users, static u => $"user {u.UserId}", u => FindContradiction(query, u), query.NarrowsResponse ? u => Belongs(query, u) : null);

    private static string? FindContradiction(UserQuery query, ToriiUser user) =>
        query.NameContains is { } name && !Contains(user.Name, name) ? $"whose name does not contain '{name}'"
        : query.WithoutName && !string.IsNullOrWhiteSpace(user.Name) ? "who has a name, and users without a name were requested"
        : query.EmailContains is { } email && !Contains(user.Email, email) && !Contains(user.Email is null ? null : EmailText.Canonical(user.Email), EmailText.Canonical(email))
            ? $"whose email address does not contain '{email}'"
        : query.Statuses.Count > 0 && !query.Statuses.Contains(user.Status, StringComparer.OrdinalIgnoreCase)
            ? $"whose status is {user.Status}, and {string.Join(" or ", query.Statuses)} was requested"
        : query.CreatedAfter is { } after && user.CreatedAt < Milliseconds.Floor(after) ? $"who was created {user.CreatedAt:u}, before the requested time"
        : query.CreatedBefore is { } before && user.CreatedAt > Milliseconds.Ceiling(before) ? $"who was created {user.CreatedAt:u}, after the requested time"
        : null;

    /// <summary>
    /// Users with an email address are left out here and are not a contradiction: from contract 0.0.12 on, a null
    /// email filter is documented as no restriction.
    /// </summary>
    private static bool Belongs(UserQuery query, ToriiUser user) =>
        (!query.WithoutEmail || string.IsNullOrWhiteSpace(user.Email))
        && (query.CreatedAfter is not { } after || user.CreatedAt >= after)
        && (query.CreatedBefore is not { } before || user.CreatedAt <= before)
        && (query.Keep is null || query.Keep(user));
}
