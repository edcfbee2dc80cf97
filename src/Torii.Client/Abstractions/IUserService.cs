using Torii.Client.Resources;

namespace Torii.Client;

/// <summary>The operations of a service on its end-users.</summary>
public interface IUserService
{
    /// <summary>Gets one user.</summary>
    /// <exception cref="ToriiException"><c>Torii.UserNotFound</c>, <c>Torii.InvalidId</c>, or what every request throws.</exception>
    Task<ToriiUser> GetAsync(string userId, RequestContext context);

    /// <summary>Searches users, page by page; the next page is fetched while the current one is used.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.FilterIgnored</c>, <c>Torii.CursorRepeated</c>, <c>Torii.NotSupported</c> for a filter that the service
    /// does not have, or what every request throws, with the cursor of the page that was not read.
    /// </exception>
    IAsyncEnumerable<IReadOnlyList<ToriiUser>> SearchAsync(UserQuery query, RequestContext context);

    /// <summary>
    /// The number of keys that one look-up should be given: the largest batch that the service takes, or 1 where it
    /// has no batches; <see langword="null"/> while that is unknown, which the first look-up of several keys finds out.
    /// </summary>
    int? GetBatchSize(UserKey by);

    /// <summary>Looks up users by id or exact email address, in batches where the service can, else one by one.</summary>
    /// <param name="by">What the keys are.</param>
    /// <param name="keys">At most <see cref="LookupGate.MaxBatchSize"/> keys.</param>
    /// <param name="gate">Bounds the requests of all look-ups of a command.</param>
    /// <param name="context">The caller's.</param>
    /// <returns>One result for each key, in the order of the keys.</returns>
    Task<IReadOnlyList<UserLookupResult>> GetManyAsync(UserKey by, IReadOnlyList<string> keys, LookupGate gate, RequestContext context);

    /// <summary>Creates a user, once, also where responses are lost.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.Conflict</c>: the email address is taken; <c>Torii.FieldNotApplied</c>: the user exists, and a value that
    /// was sent was not stored; <c>Torii.OutcomeUnknown</c>; <c>Torii.NotSupported</c> for a field that the service does
    /// not have; or what every request throws.
    /// </exception>
    Task<ToriiUser> CreateAsync(ResourceBody body, RequestContext context);

    /// <summary>Changes a user.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.FieldNotApplied</c>, <c>Torii.UserNotFound</c>, <c>Torii.OwnAccount</c>, <c>Torii.NotSupported</c> for a
    /// field that the service does not have, or what every request throws.
    /// </exception>
    Task<ToriiUser> UpdateAsync(string userId, ResourceBody body, RequestContext context);

    /// <summary>Merges metadata into the bags of a user.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.FieldNotApplied</c>, <c>Torii.UserNotFound</c>, <c>Torii.NotSupported</c> for a server without metadata,
    /// or what every request throws.
    /// </exception>
    Task<ToriiUser> UpdateMetadataAsync(string userId, ResourceBody body, RequestContext context);

    /// <summary>Deletes a user; <see cref="ServiceInfo.DeletesForGood"/> tells what that means.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.UserNotFound</c>, <c>Torii.OwnAccount</c>, <c>Torii.Forbidden</c>, <c>Torii.OutcomeUnknown</c>, or what every request throws.
    /// </exception>
    Task DeleteAsync(string userId, RequestContext context);

    /// <summary>Bans a user. Repeating it changes nothing.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.UserNotFound</c>, <c>Torii.OwnAccount</c>, <c>Torii.NotSupported</c> for an option that the service does
    /// not have, or what every request throws.
    /// </exception>
    Task<ToriiUser> BanAsync(string userId, RequestContext context, BanOptions? options = null);

    /// <summary>Lifts a ban. Repeating it changes nothing.</summary>
    /// <exception cref="ToriiException"><c>Torii.UserNotFound</c>, or what every request throws.</exception>
    Task<ToriiUser> UnbanAsync(string userId, RequestContext context);
}

/// <summary>The circumstances of a ban.</summary>
/// <param name="Reason">Why, recorded by the service; null for none.</param>
/// <param name="Until">When the ban ends by itself; null for never.</param>
public sealed record BanOptions(string? Reason = null, DateTimeOffset? Until = null);

/// <summary>What a user is looked up by.</summary>
public enum UserKey
{
    /// <summary>The user's id.</summary>
    Id,

    /// <summary>The exact primary email address: ordinal, ignoring case.</summary>
    Email,
}

/// <summary>The result of looking up one key.</summary>
/// <param name="Key">The id or email address.</param>
/// <param name="User">The user; null where none was found.</param>
/// <param name="Error">Why there is no user; null where there is one. Both are null for a key that was not looked up any more.</param>
public readonly record struct UserLookupResult(string Key, ToriiUser? User, ToriiException? Error);
