using Torii.Client.Copying;
using Torii.Client.Resources;

namespace Torii.Client;

/// <summary>How a service stores users who come from another service.</summary>
public interface IUserImport
{
    /// <summary>Whether a copy has the id of its original.</summary>
    /// <param name="userId">The id, which is none that a server assigns in turn.</param>
    /// <param name="context">The caller's.</param>
    Task<bool> KeepsIdAsync(string userId, RequestContext context);

    /// <summary>Whether a copy keeps its <see cref="UserOrigin"/>.</summary>
    Task<bool> KeepsOriginAsync(RequestContext context);

    /// <summary>Maps a user of another service to the fields that this one can store.</summary>
    /// <param name="user">The user as the other service returned it.</param>
    /// <param name="isBanned">Whether the user is banned now.</param>
    /// <param name="origin">The other service.</param>
    /// <param name="context">The caller's.</param>
    Task<UserImport> MapAsync(ToriiUser user, bool isBanned, ServiceInfo origin, RequestContext context);
}

/// <summary>A user of another service as the requests that store it. An empty body stands for no request.</summary>
/// <param name="Create">Creates the user.</param>
/// <param name="Complete">Sets what creation cannot set.</param>
/// <param name="Update">Changes a user who exists.</param>
/// <param name="Metadata">Merges metadata into a user who exists, and keeps the origin.</param>
/// <param name="Finish">Metadata that marks a created user as completely copied.</param>
/// <param name="Ban">The circumstances of the user's ban that the service stores.</param>
/// <param name="IsBannedByCreate">Whether <paramref name="Create"/> bans a banned user.</param>
/// <param name="Dropped">The properties of the user that have a value and are not stored.</param>
public sealed record UserImport(
    ResourceBody Create,
    ResourceBody Complete,
    ResourceBody Update,
    ResourceBody Metadata,
    ResourceBody Finish,
    BanOptions Ban,
    bool IsBannedByCreate,
    IReadOnlyList<string> Dropped)
{
    /// <summary>The name of a user, for a service that has no parts of it; empty for none.</summary>
    internal static string FullName(ToriiUser user) =>
        user.Name ?? string.Join(' ', new[] { user.FirstName, user.LastName }.Where(static n => !string.IsNullOrEmpty(n)));

    /// <summary>The members with a value that a model has no property for.</summary>
    /// <param name="user">The user.</param>
    /// <param name="known">Those that the service stores nevertheless.</param>
    internal static IEnumerable<string> AddedMembers(ToriiUser user, params string[] known) =>
        user.AdditionalProperties.Where(m => m.Value is not (null or false or "" or System.Collections.ICollection { Count: 0 }) && !known.Contains(m.Key))
            .Select(static m => Http.Redactor.RedactLine(m.Key));
}
