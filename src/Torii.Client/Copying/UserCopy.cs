using Torii.Client.Resources;

namespace Torii.Client.Copying;

/// <summary>What a copy does with a user.</summary>
public enum UserCopyAction
{
    /// <summary>Creates the user.</summary>
    Create,

    /// <summary>Sets the fields of a user who exists.</summary>
    Update,

    /// <summary>Sets what an interrupted copy did not set.</summary>
    Complete,

    /// <summary>Nothing: the user was copied before.</summary>
    SkipCopied,

    /// <summary>Nothing: the copy was deleted at the destination.</summary>
    SkipDeleted,

    /// <summary>Nothing: another user has the email address.</summary>
    SkipExisting,
}

/// <summary>What is to be done for one user.</summary>
/// <param name="Action">What a copy does.</param>
/// <param name="Source">The user at the source, as read now.</param>
/// <param name="Existing">The user at the destination; null for none.</param>
/// <param name="Import">The requests.</param>
/// <param name="Dropped">The properties that have a value and are not stored.</param>
/// <param name="Warnings">What remains different between the two users and matters; the user is not named.</param>
public sealed record UserCopyPlan(
    UserCopyAction Action, ToriiUser Source, ToriiUser? Existing, UserImport Import, IReadOnlyList<string> Dropped, IReadOnlyList<string> Warnings)
{
    /// <summary>Whether nothing is changed.</summary>
    public bool IsSkipped => Action is UserCopyAction.SkipCopied or UserCopyAction.SkipDeleted or UserCopyAction.SkipExisting;

    /// <summary>The values that are sent first; empty where the user is skipped.</summary>
    public ResourceBody Body => Action switch
    {
        UserCopyAction.Create => Import.Create,
        UserCopyAction.Update => Import.Update,
        UserCopyAction.Complete => Import.Complete,
        _ => new ResourceBody(),
    };
}

/// <summary>
/// Copies users from one service to another. It can be repeated after an interruption: before a user is created, the
/// destination is searched for the email address and for the id of the original, which a copy keeps.
/// </summary>
/// <param name="source">The service that the users are read from.</param>
/// <param name="destination">The service that receives them.</param>
/// <param name="updates">Whether existing users with the email address are updated. Otherwise they are left alone.</param>
/// <param name="time">Tells whether a ban is over.</param>
/// <remarks>An instance serves one command: it lists the copies at the destination once.</remarks>
public sealed class UserCopy(IIdentityService source, IIdentityService destination, bool updates, TimeProvider time)
{
    private const string Banned = "banned";

    private readonly IUserImport _import = destination.UserImport
        ?? throw new ToriiException(ToriiErrorId.NotSupported, $"The service {destination.Info.Kind} cannot receive users of another service. No request was sent.");

    private readonly object _lock = new();
    private Task<IReadOnlyDictionary<string, string>>? _copies;

    /// <summary>Reads a user at both services and decides what to do; sends no change.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.UserNotFound</c>; <c>Torii.InvalidRequest</c>: the user cannot be copied; <c>Torii.AmbiguousMatch</c>: several
    /// users of the destination can be the one; or what every request throws.
    /// </exception>
    public async Task<UserCopyPlan> PlanAsync(string userId, RequestContext context)
    {
        ToriiUser user = await source.Users.GetAsync(userId, context).ConfigureAwait(false);
        if ((IsDeleted(user) ? "The user is deleted" : string.IsNullOrWhiteSpace(user.Email) ? "The user has no email address, by which a copy could be found again" : null) is { } problem)
        {
            throw new ToriiException(ToriiErrorId.InvalidRequest, $"{problem}, and was not copied.") { Variant = "copy" };
        }

        UserImport import = await _import.MapAsync(user, IsBanned(user), source.Info, context).ConfigureAwait(false);
        ToriiUser? existing = await FindAsync(user, context).ConfigureAwait(false);
        UserCopyAction action =
            existing is null ? UserCopyAction.Create
            : IsDeleted(existing) ? UserCopyAction.SkipDeleted
            : updates ? UserCopyAction.Update
            : !IsCopy(existing, user) ? UserCopyAction.SkipExisting
            : UserOrigin.Of(existing) is { IsUnfinished: true } ? UserCopyAction.Complete
            : UserCopyAction.SkipCopied;
        List<string> dropped = [.. import.Dropped];
        if (action == UserCopyAction.Update)
        {
            Protect(existing!, user, import.Update, dropped);
        }

        UserCopyPlan plan = new(action, user, existing, import, dropped, []);
        return plan with { Warnings = [.. FindDifferences(plan)] };
    }

    /// <summary>Copies one user.</summary>
    /// <returns>What was done, and the user at the destination after it.</returns>
    /// <exception cref="ToriiException">
    /// What <see cref="PlanAsync"/>, <see cref="IUserService.CreateAsync"/>, <see cref="IUserService.UpdateAsync"/>,
    /// <see cref="IUserService.UpdateMetadataAsync"/> and <see cref="IUserService.BanAsync"/> throw.
    /// </exception>
    public async Task<(UserCopyPlan Plan, ToriiUser User)> CopyAsync(string userId, RequestContext context)
    {
        UserCopyPlan plan = await PlanAsync(userId, context).ConfigureAwait(false);
        UserImport import = plan.Import;
        if (plan.IsSkipped)
        {
            return (plan, plan.Existing!);
        }

        bool isCreated = plan.Action == UserCopyAction.Create;
        ToriiUser copy = isCreated ? await destination.Users.CreateAsync(import.Create, context).ConfigureAwait(false) : plan.Existing!;

        // A banned user must not be able to sign in, so this comes before everything else.
        if (IsBanned(plan.Source) && !IsBanned(copy) && !(isCreated && import.IsBannedByCreate))
        {
            copy = await BanAsync(copy.UserId, plan.Source, context).ConfigureAwait(false);
        }

        ResourceBody fields = plan.Action == UserCopyAction.Update ? import.Update : import.Complete;
        if (fields.Members.Count > 0)
        {
            copy = await destination.Users.UpdateAsync(copy.UserId, fields, context).ConfigureAwait(false);
        }

        ResourceBody metadata = plan.Action == UserCopyAction.Update ? import.Metadata : import.Finish;
        if (metadata.Members.Count > 0)
        {
            copy = await destination.Users.UpdateMetadataAsync(copy.UserId, metadata, context).ConfigureAwait(false);
        }

        return (plan, copy);
    }

    /// <summary>
    /// What another person could have who registered with the address before the copy: a role and a verified address
    /// are not given to a user who may not own the address.
    /// </summary>
    private void Protect(ToriiUser existing, ToriiUser user, ResourceBody update, List<string> dropped)
    {
        bool isProven = IsCopy(existing, user) || existing.EmailVerified == true || existing.EmailVerifiedAt is not null;
        foreach ((string member, string property) in new[] { ("role", nameof(ToriiUser.Role)), ("emailVerified", nameof(ToriiUser.EmailVerified)) })
        {
            if (!isProven && update.Members.Contains(member))
            {
                update.Remove(member);
                dropped.Add($"{property} of existing users whose address is not verified");
            }
        }

        if (user.Role == existing.Role)
        {
            update.Remove("role");
        }
    }

    private IEnumerable<string> FindDifferences(UserCopyPlan plan)
    {
        if (plan.Existing is not { } existing || IsDeleted(existing))
        {
            yield break;
        }

        if (plan.IsSkipped && IsBanned(plan.Source) && !IsBanned(existing))
        {
            yield return $"is banned in the source and not in the destination ({existing.UserId})";
        }

        if (!EmailText.IsSame(existing.Email, plan.Source.Email!))
        {
            yield return $"was copied before with another email address ({existing.Email}), which is kept";
        }
    }

    /// <summary>Finds the user at the destination by the email address and by the kept id.</summary>
    private async Task<ToriiUser?> FindAsync(ToriiUser user, RequestContext context)
    {
        ToriiUser? byAddress = await FindByAddressAsync(user.Email!, context).ConfigureAwait(false);
        if (byAddress is not null && byAddress.UserId == user.UserId && byAddress.CreatedAt == user.CreatedAt)
        {
            throw new ToriiException(ToriiErrorId.InvalidRequest, "The source and the destination are the same user.") { Variant = "copy" };
        }

        if (byAddress is not null && IsCopy(byAddress, user))
        {
            return byAddress;
        }

        ToriiUser? byId = await FindKeptAsync(user, context).ConfigureAwait(false);
        return byAddress is null || byId is null || IsDeleted(byId) ? byAddress ?? byId
            : throw new ToriiException(
                ToriiErrorId.AmbiguousMatch, $"The destination has a copy of the user ({byId.UserId}) with another email address, and another user with this one ({byAddress.UserId}).")
            { Variant = "copy" };
    }

    private async Task<ToriiUser?> FindKeptAsync(ToriiUser user, RequestContext context)
    {
        string? id = _import.KeepsId(user.UserId) ? user.UserId
            : !await _import.KeepsOriginAsync(context).ConfigureAwait(false) ? null
            : (await ListCopiesAsync(context).ConfigureAwait(false)).GetValueOrDefault(user.UserId);
        if (UserOrigin.Of(user) is { } origin && origin.IsAt(destination.Info))
        {
            // The user came from there.
            id = origin.UserId;
        }

        try
        {
            return id is null || destination.FindIdProblem(ResourceKind.User, id) is not null ? null : await destination.Users.GetAsync(id, context).ConfigureAwait(false);
        }
        catch (ToriiException e) when (e.ErrorId == ToriiErrorId.UserNotFound)
        {
            return null;
        }
    }

    private bool IsCopy(ToriiUser existing, ToriiUser user) =>
        (_import.KeepsId(user.UserId) && existing.UserId == user.UserId)
        || UserOrigin.Of(existing)?.Is(source.Info, user.UserId) == true
        || UserOrigin.Of(user)?.Is(destination.Info, existing.UserId) == true;

    private async Task<ToriiUser?> FindByAddressAsync(string email, RequestContext context)
    {
        UserLookupResult found = (await destination.Users.GetManyAsync(UserKey.Email, [email], new LookupGate(1, false), context).ConfigureAwait(false))[0];
        return found.Error is null or { ErrorId: ToriiErrorId.UserNotFound } ? found.User : throw found.Error;
    }

    private Task<IReadOnlyDictionary<string, string>> ListCopiesAsync(RequestContext context)
    {
        lock (_lock)
        {
            return _copies ??= ReadCopiesAsync(context);
        }
    }

    /// <summary>The id of the copy for each id of an original. No service finds users by their metadata, so all are read.</summary>
    private async Task<IReadOnlyDictionary<string, string>> ReadCopiesAsync(RequestContext context)
    {
        Dictionary<string, string> copies = new(StringComparer.Ordinal);
        foreach (UserQuery query in new[] { destination.Info.DeletedUserStatus is { } deleted ? new UserQuery { Statuses = [deleted] } : null, new UserQuery() }.OfType<UserQuery>())
        {
            try
            {
                await foreach (IReadOnlyList<ToriiUser> page in destination.Users.SearchAsync(query, context with { Slot = null }).ConfigureAwait(false))
                {
                    foreach (ToriiUser user in page)
                    {
                        if (UserOrigin.Of(user) is { } origin && origin.IsAt(source.Info))
                        {
                            copies[origin.UserId] = user.UserId;
                        }
                    }
                }
            }
            catch (ToriiException e) when (query.Statuses.Count > 0 && e.ErrorId is ToriiErrorId.FilterIgnored)
            {
                // A server that cannot list deleted users.
            }
        }

        return copies;
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

    private static bool IsDeleted(ToriiUser user) => user.DeletedAt is not null || user.Status == "deleted";

    /// <summary>A service may show a ban as such after its end, until the user signs in.</summary>
    private bool IsBanned(ToriiUser user) => user.Status == Banned && !(user.BanExpiresAt <= time.GetUtcNow());
}
