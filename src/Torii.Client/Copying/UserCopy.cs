using Torii.Client.Resources;

namespace Torii.Client.Copying;

/// <summary>What became of a user that was to be copied.</summary>
public enum UserCopyState
{
    /// <summary>The user was created.</summary>
    Created,

    /// <summary>A user with the email address existed and was updated, or an interrupted copy was completed.</summary>
    Updated,

    /// <summary>The user was copied before, and nothing was left to do.</summary>
    CopiedBefore,

    /// <summary>Another user with the email address exists and was left alone.</summary>
    Exists,
}

/// <summary>The outcome for one user.</summary>
/// <param name="State">What became of the user.</param>
/// <param name="User">The user at the destination.</param>
/// <param name="Dropped">The properties that the destination does not store.</param>
public sealed record UserCopyResult(UserCopyState State, ToriiUser User, IReadOnlyList<string> Dropped);

/// <summary>
/// Copies users from one service to another. It can be repeated after an interruption: a user is looked up by email
/// address, and by the id of its origin that the copy keeps, before it is created.
/// </summary>
/// <param name="source">The service that the users are read from.</param>
/// <param name="destination">The service that receives them.</param>
/// <param name="updates">Whether existing users with the email address are updated. Otherwise they are left alone.</param>
public sealed class UserCopy(IIdentityService source, IIdentityService destination, bool updates)
{
    private const string Banned = "banned";
    private const string Deleted = "deleted";

    private readonly IUserImport _import = destination.UserImport
        ?? throw new ToriiException(ToriiErrorId.NotSupported, $"The service {destination.Info.Kind} cannot receive users of another service. No request was sent.");

    /// <summary>Reads a user and maps it; sends no change.</summary>
    /// <exception cref="ToriiException"><c>Torii.UserNotFound</c>, <c>Torii.InvalidRequest</c>: the user cannot be copied; or what every request throws.</exception>
    public async Task<(ToriiUser User, UserImport Import)> MapAsync(string userId, RequestContext context)
    {
        ToriiUser user = await source.Users.GetAsync(userId, context).ConfigureAwait(false);
        string? problem =
            user.Status == Deleted || user.DeletedAt is not null ? "The user is deleted"
            : string.IsNullOrWhiteSpace(user.Email) ? "The user has no email address, by which a copy could be found again"
            : null;
        return problem is null
            ? (user, await _import.MapAsync(user, source.Info, context).ConfigureAwait(false))
            : throw new ToriiException(ToriiErrorId.InvalidRequest, $"{problem}, and was not copied.") { Variant = "copy" };
    }

    /// <summary>Copies one user.</summary>
    /// <exception cref="ToriiException">
    /// What <see cref="MapAsync"/> throws; <c>Torii.AmbiguousMatch</c>: the destination has several users with the email
    /// address; or what <see cref="IUserService.CreateAsync"/>, <see cref="IUserService.UpdateAsync"/> and
    /// <see cref="IUserService.BanAsync"/> throw.
    /// </exception>
    public async Task<UserCopyResult> CopyAsync(string userId, RequestContext context)
    {
        (ToriiUser user, UserImport import) = await MapAsync(userId, context).ConfigureAwait(false);
        ToriiUser? existing = await FindAsync(user.Email!, context).ConfigureAwait(false);
        UserCopyState state = UserCopyState.Created;
        if (existing is not null)
        {
            bool isCopy = ResponseValidator.SameId(_import.FindOriginalId(existing, source.Info), user.UserId);
            state = updates ? UserCopyState.Updated : isCopy ? UserCopyState.CopiedBefore : UserCopyState.Exists;
            if (state == UserCopyState.Exists)
            {
                return new(state, existing, import.Dropped);
            }
        }

        ToriiUser copy = existing ?? await destination.Users.CreateAsync(import.Create, context).ConfigureAwait(false);
        if (state != UserCopyState.CopiedBefore && import.Update.Members.Count > 0)
        {
            copy = await destination.Users.UpdateAsync(copy.UserId, import.Update, context).ConfigureAwait(false);
        }

        // A copy that was interrupted between creation and ban is completed: a banned user must not be able to sign in.
        if (user.Status == Banned && copy.Status != Banned)
        {
            copy = await BanAsync(copy.UserId, user, context).ConfigureAwait(false);
            state = state == UserCopyState.CopiedBefore ? UserCopyState.Updated : state;
        }

        return new(state, copy, import.Dropped);
    }

    private async Task<ToriiUser?> FindAsync(string email, RequestContext context)
    {
        UserLookupResult found = (await destination.Users.GetManyAsync(UserKey.Email, [email], new LookupGate(1, false), context).ConfigureAwait(false))[0];
        return found.Error is null or { ErrorId: ToriiErrorId.UserNotFound } ? found.User : throw found.Error;
    }

    private async Task<ToriiUser> BanAsync(string id, ToriiUser user, RequestContext context)
    {
        try
        {
            return await destination.Users.BanAsync(id, context, new BanOptions(user.BanReason, user.BanExpiresAt)).ConfigureAwait(false);
        }
        catch (ToriiException e) when (e.ErrorId == ToriiErrorId.NotSupported)
        {
            return await destination.Users.BanAsync(id, context).ConfigureAwait(false);
        }
    }
}
