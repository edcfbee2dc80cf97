using Torii.Client.Resources;

namespace Torii.Client;

/// <summary>How a service stores users who come from another service.</summary>
public interface IUserImport
{
    /// <summary>Maps a user of another service to the fields that this one can store.</summary>
    /// <param name="user">The user as the other service returned it.</param>
    /// <param name="origin">The other service.</param>
    /// <param name="context">The caller's.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: the user cannot be stored here; or what every request throws.</exception>
    Task<UserImport> MapAsync(ToriiUser user, ServiceInfo origin, RequestContext context);

    /// <summary>The id that a user of this service had at another one, where it was recorded; null where it was not.</summary>
    string? FindOriginalId(ToriiUser user, ServiceInfo origin);
}

/// <summary>A user of another service as the requests that store it.</summary>
/// <param name="Create">Creates the user; contains the id of its origin.</param>
/// <param name="Update">Sets the other fields of the user; empty where creation sets all.</param>
/// <param name="Dropped">The properties of the user that have a value and are not stored.</param>
public sealed record UserImport(ResourceBody Create, ResourceBody Update, IReadOnlyList<string> Dropped);
