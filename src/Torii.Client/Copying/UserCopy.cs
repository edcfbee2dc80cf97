using Torii.Client.Http;
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

/// <summary>A request that a copy sends.</summary>
/// <param name="Name">What it does, for a person.</param>
/// <param name="Body">The values.</param>
/// <param name="SendAsync">Sends it for the copy; null for a user who is created by it.</param>
public sealed record UserCopyStep(string Name, ResourceBody Body, Func<ToriiUser?, RequestContext, Task<ToriiUser>> SendAsync);

/// <summary>What is to be done for one user.</summary>
/// <param name="Action">What a copy does.</param>
/// <param name="Source">The user at the source, as read now.</param>
/// <param name="Existing">The user at the destination; null for none.</param>
/// <param name="Steps">The changes, in their order; empty where the user is skipped.</param>
/// <param name="Dropped">The properties that have a value and are not stored.</param>
/// <param name="Warnings">What remains different between the two users and matters; the user is not named.</param>
public sealed record UserCopyPlan(
    UserCopyAction Action, ToriiUser Source, ToriiUser? Existing, IReadOnlyList<UserCopyStep> Steps, IReadOnlyList<string> Dropped, IReadOnlyList<string> Warnings)
{
    /// <summary>Whether nothing is changed.</summary>
    public bool IsSkipped => Action is UserCopyAction.SkipCopied or UserCopyAction.SkipDeleted or UserCopyAction.SkipExisting;
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
    private const string Ban = "Ban user";

    /// <summary>Shorter ids may be numbers that a server assigns in turn: the same id is another user elsewhere.</summary>
    private const int ShortestUniqueId = 20;

    private readonly IUserImport _import = destination.UserImport
        ?? throw new ToriiException(ToriiErrorId.NotSupported, $"The service {destination.Info.Kind} cannot receive users of another service. No request was sent.");

    private readonly object _lock = new();
    private Task<ILookup<string, string>>? _copies;

    /// <summary>Whether no other server makes the same id for another user.</summary>
    internal static bool IsUnique(string userId) => userId.Length >= ShortestUniqueId && !userId.All(char.IsAsciiDigit);

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
            : !IsCounterpart(existing, user) ? UserCopyAction.SkipExisting
            : UserOrigin.Of(existing) is { IsUnfinished: true } ? UserCopyAction.Complete
            : UserCopyAction.SkipCopied;
        List<string> dropped = [.. import.Dropped];
        if (action == UserCopyAction.Update)
        {
            import = Protect(existing!, user, import, dropped);
        }

        UserCopyPlan plan = new(action, user, existing, [], dropped, []);
        return plan.IsSkipped ? plan with { Warnings = [.. FindDifferences(plan)] }
            : plan with { Steps = [.. FindSteps(plan, import)], Warnings = [.. FindDifferences(plan), .. FindExcess(import)] };
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
        try
        {
            return await RunAsync(plan, context).ConfigureAwait(false);
        }
        catch (ToriiException e) when (e.ErrorId == ToriiErrorId.Conflict && plan.Action == UserCopyAction.Create)
        {
            // Another target of the command, or another process, may have created a user with the address meanwhile.
            UserCopyPlan now = await PlanAsync(userId, context).ConfigureAwait(false);
            if (now.Action == UserCopyAction.Create)
            {
                throw;
            }

            return await RunAsync(now, context).ConfigureAwait(false);
        }
    }

    private static async Task<(UserCopyPlan Plan, ToriiUser User)> RunAsync(UserCopyPlan plan, RequestContext context)
    {
        ToriiUser? copy = plan.Existing;
        ToriiException? failed = null;
        List<string> left = [];
        foreach (UserCopyStep step in plan.Steps)
        {
            // A user who was created although a value was not stored must not be able to sign in, either.
            if (failed is null || step.Name == Ban)
            {
                try
                {
                    copy = await step.SendAsync(copy, context).ConfigureAwait(false);
                    continue;
                }
                catch (ToriiException e) when (failed is null)
                {
                    failed = e;
                    copy ??= e.Result as ToriiUser;
                    if (copy is null)
                    {
                        throw;
                    }
                }
                catch (ToriiException)
                {
                    // The first error is reported, and what was not done.
                }
            }

            left.Add(step.Name);
        }

        return failed is null ? (plan, copy!)
            : throw failed.For(null, $"User {Redactor.RedactLine(copy!.UserId)} is in the destination; not completed: {string.Join(", ", left).ToLowerInvariant()}.");
    }

    private IEnumerable<UserCopyStep> FindSteps(UserCopyPlan plan, UserImport import)
    {
        bool isCreated = plan.Action == UserCopyAction.Create;
        if (isCreated)
        {
            yield return new("Create user", import.Create, (_, context) => destination.Users.CreateAsync(import.Create, context));
        }

        // A banned user must not be able to sign in, so this comes before everything else.
        if (LacksBan(plan.Existing, plan.Source) && !(isCreated && import.IsBannedByCreate))
        {
            ResourceBody shown = new();
            Show("reason", import.Ban.Reason);
            Show("until", import.Ban.Until);
            yield return new(Ban, shown, (copy, context) => destination.Users.BanAsync(copy!.UserId, context, import.Ban));

            void Show(string name, object? value)
            {
                if (value is not null)
                {
                    shown.Set(name, value);
                }
            }
        }

        (ResourceBody fields, ResourceBody metadata) = plan.Action == UserCopyAction.Update ? (import.Update, import.Metadata) : (import.Complete, import.Finish);
        if (fields.Members.Count > 0)
        {
            yield return new("Update user", fields, (copy, context) => destination.Users.UpdateAsync(copy!.UserId, fields, context));
        }

        if (metadata.Members.Count > 0)
        {
            yield return new("Update metadata", metadata, (copy, context) => destination.Users.UpdateMetadataAsync(copy!.UserId, metadata, context));
        }
    }

    /// <summary>
    /// What another person could have who registered with the address before the copy: roles, a verified address, and
    /// metadata that only an administrator writes are not given to a user who may not own the address.
    /// </summary>
    private UserImport Protect(ToriiUser existing, ToriiUser user, UserImport import, List<string> dropped)
    {
        ResourceBody update = import.Update;
        if (user.Role == existing.Role)
        {
            update.Remove("role");
        }

        if (existing.EmailVerified == true || existing.EmailVerifiedAt is not null || IsCopy(existing, user))
        {
            return import;
        }

        List<string> names = [];
        foreach ((string member, string property) in new[] { ("role", nameof(ToriiUser.Role)), ("emailVerified", nameof(ToriiUser.EmailVerified)) })
        {
            if (update.Members.Contains(member))
            {
                update.Remove(member);
                names.Add(property);
            }
        }

        if (import.Metadata.Members.Count > 0)
        {
            names.AddRange(user.PublicMetadata is { Count: > 0 } ? [nameof(ToriiUser.PublicMetadata)] : []);
            names.AddRange(user.PrivateMetadata?.Keys.Any(static k => k != UserOrigin.Key) == true ? [nameof(ToriiUser.PrivateMetadata)] : []);
        }

        dropped.AddRange(names.Select(static n => $"{n} of existing users whose address is not verified"));
        return import with { Metadata = new() };
    }

    /// <summary>Metadata that the service may find too large, and refuse the user for.</summary>
    private IEnumerable<string> FindExcess(UserImport import) =>
        destination.FindMetadataExcess(ResourceKind.User, import.Create) is { } excess ? [excess.TrimEnd('.')] : [];

    private IEnumerable<string> FindDifferences(UserCopyPlan plan)
    {
        if (plan.Existing is not { } existing || IsDeleted(existing))
        {
            yield break;
        }

        if (plan.IsSkipped && LacksBan(existing, plan.Source))
        {
            yield return IsBanned(existing) ? $"is banned longer in the source than in the destination ({existing.UserId})"
                : $"is banned in the source and not in the destination ({existing.UserId})";
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

        if (byAddress is not null && IsCounterpart(byAddress, user))
        {
            return byAddress;
        }

        ToriiUser[] kept = await FindKeptAsync(user, context).ConfigureAwait(false);
        ToriiUser[] found = [.. kept.Where(static u => !IsDeleted(u)), .. byAddress is null ? Array.Empty<ToriiUser>() : [byAddress]];
        if (found.Length > 1)
        {
            throw Ambiguous($"The destination has several users who can be the copy, by the kept id or by the email address: {string.Join(", ", found.Select(static u => u.UserId))}.");
        }

        if (updates && byAddress is not null && await FindOtherOriginalAsync(byAddress, context).ConfigureAwait(false) is { } other)
        {
            throw Ambiguous($"The user of the destination with this email address ({byAddress.UserId}) is a copy of another user of the source ({other}).");
        }

        return found.Length > 0 ? found[0] : kept.FirstOrDefault();
    }

    private static ToriiException Ambiguous(string message) => new(ToriiErrorId.AmbiguousMatch, Redactor.RedactLine(message)) { Variant = "copy" };

    /// <summary>Finds the users of the destination that the kept ids name: the copy, and the original of a user who came from there.</summary>
    private async Task<ToriiUser[]> FindKeptAsync(ToriiUser user, RequestContext context)
    {
        HashSet<string> ids = new(StringComparer.Ordinal);
        if (UserOrigin.Of(user) is { } origin && origin.IsAt(destination.Info))
        {
            ids.Add(origin.UserId);
        }

        if (await CanHaveIdAsync(destination, user.UserId, source, context).ConfigureAwait(false))
        {
            ids.Add(user.UserId);
        }

        if (await _import.KeepsOriginAsync(context).ConfigureAwait(false))
        {
            ids.UnionWith((await ListCopiesAsync(context).ConfigureAwait(false))[user.UserId]);
        }

        List<ToriiUser> found = [];
        foreach (string id in ids.Where(i => destination.FindIdProblem(ResourceKind.User, i) is null))
        {
            if (await GetAsync(destination, id, context).ConfigureAwait(false) is { } kept && IsCounterpart(kept, user))
            {
                found.Add(kept);
            }
        }

        return [.. found];
    }

    /// <summary>The id of another user of the source whose copy this is: the address was given to somebody else since.</summary>
    private async Task<string?> FindOtherOriginalAsync(ToriiUser existing, RequestContext context) =>
        UserOrigin.Of(existing) is { } origin && origin.IsAt(source.Info) ? origin.UserId
        : await CanHaveIdAsync(source, existing.UserId, destination, context).ConfigureAwait(false)
            ? (await GetAsync(source, existing.UserId, context).ConfigureAwait(false))?.UserId
        : null;

    /// <summary>Reads a user; null for one who does not exist, or who is in another environment of the service.</summary>
    private static async Task<ToriiUser?> GetAsync(IIdentityService service, string id, RequestContext context)
    {
        try
        {
            return await service.Users.GetAsync(id, context).ConfigureAwait(false);
        }
        catch (ToriiException e) when (e.ErrorId is ToriiErrorId.UserNotFound or ToriiErrorId.Forbidden && !e.IsOfAccount)
        {
            return null;
        }
    }

    /// <summary>Whether an id of one service can be that of the same user in another: one of them keeps it, and it has the form of the other's ids.</summary>
    private static async Task<bool> CanHaveIdAsync(IIdentityService service, string userId, IIdentityService other, RequestContext context)
    {
        return IsUnique(userId)
            && service.FindIdProblem(ResourceKind.User, userId) is null
            && (await KeepsIdAsync(service).ConfigureAwait(false) || (!service.Info.HasOpaqueIds && await KeepsIdAsync(other).ConfigureAwait(false)));

        async Task<bool> KeepsIdAsync(IIdentityService which) => which.UserImport is { } import && await import.KeepsIdAsync(userId, context).ConfigureAwait(false);
    }

    /// <summary>Whether one of the two users is a copy of the other.</summary>
    private bool IsCounterpart(ToriiUser existing, ToriiUser user) =>
        (existing.UserId == user.UserId && IsUnique(user.UserId))
        || UserOrigin.Of(existing)?.Is(source.Info, user) == true
        || UserOrigin.Of(user)?.Is(destination.Info, existing) == true;

    /// <summary>
    /// Whether the user of the destination is a copy of that of the source, and so was created by an administrator. The
    /// original of a user may have been created by anyone.
    /// </summary>
    private bool IsCopy(ToriiUser existing, ToriiUser user) =>
        UserOrigin.Of(existing)?.Is(source.Info, user) == true
        || (existing.UserId == user.UserId && IsUnique(user.UserId) && existing.CreatedAt > user.CreatedAt);

    private async Task<ToriiUser?> FindByAddressAsync(string email, RequestContext context)
    {
        UserLookupResult found = (await destination.Users.GetManyAsync(UserKey.Email, [email], new LookupGate(1, false), context).ConfigureAwait(false))[0];
        return found.Error is null or { ErrorId: ToriiErrorId.UserNotFound } ? found.User : throw found.Error;
    }

    private Task<ILookup<string, string>> ListCopiesAsync(RequestContext context)
    {
        lock (_lock)
        {
            return _copies ??= ReadCopiesAsync(context);
        }
    }

    /// <summary>The ids of the copies for each id of an original. No service finds users by their metadata, so all are read.</summary>
    private async Task<ILookup<string, string>> ReadCopiesAsync(RequestContext context)
    {
        context.Observer?.Verbose("All users of the destination are read once, to find copies with another email address");
        HashSet<(string Original, string Copy)> copies = [];
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
                            copies.Add((origin.UserId, user.UserId));
                        }
                    }
                }
            }
            catch (ToriiException e) when (query.Statuses.Count > 0 && e.ErrorId is ToriiErrorId.FilterIgnored)
            {
                // A server that cannot list deleted users.
            }
            catch (ToriiException e)
            {
                // The list begins anew, so the page that failed is of no use.
                ToriiException failed = e.For(null, "The users of the destination were read to find earlier copies; no change was made.");
                failed.Cursor = null;
                throw failed;
            }
        }

        return copies.ToLookup(static c => c.Original, static c => c.Copy, StringComparer.Ordinal);
    }

    private static bool IsDeleted(ToriiUser user) => user.DeletedAt is not null || user.Status == "deleted";

    /// <summary>A service may show a ban as such after its end, until the user signs in.</summary>
    private bool IsBanned(ToriiUser user) => user.Status == "banned" && !(user.BanExpiresAt <= time.GetUtcNow());

    /// <summary>Whether a user is banned at the source, and not as long at the destination.</summary>
    private bool LacksBan(ToriiUser? existing, ToriiUser user) =>
        IsBanned(user) && !(existing is not null && IsBanned(existing) && (existing.BanExpiresAt is null || user.BanExpiresAt <= existing.BanExpiresAt));
}
