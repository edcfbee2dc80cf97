using System.Net;
using Torii.Client.Http;
using Torii.Client.Paging;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>The user operations of torii.</summary>
internal sealed class ToriiUserService : IUserService
{
    internal const string Path = "/api/server/v1/users";
    private const string Deleted = "deleted";

    private readonly ApiPipeline _pipeline;
    private readonly ResourceOperations<ToriiUser> _users;
    private readonly UserCreation _creation;
    private readonly UserLookup _byId;
    private readonly UserLookup _byEmail;
    private readonly RecentUsers _recent;
    private readonly Action<string?> _learnEnvironment;

    internal ToriiUserService(ApiPipeline pipeline, TimeProvider time, Action<string?> learnEnvironment)
    {
        _pipeline = pipeline;
        _learnEnvironment = learnEnvironment;
        DateTimeOffset started = time.GetUtcNow();
        _recent = new RecentUsers(() => pipeline.Clock.EarliestAt(started));
        _users = new ResourceOperations<ToriiUser>(pipeline, new ResourceType<ToriiUser>
        {
            Noun = "user",
            Json = ToriiJson.Default.ToriiUser,
            Id = static u => u.UserId,
            UpdatedAt = static u => u.UpdatedAt,
            NotFoundErrorId = ToriiErrorId.UserNotFound,
            WriteOnly = new HashSet<string>(StringComparer.Ordinal) { "password" },
            FindMissingMember = static u => string.IsNullOrEmpty(u.EnvironmentId) ? "environmentId" : null,
            Seen = u => learnEnvironment(u.EnvironmentId),
        }, time);
        _creation = new UserCreation(pipeline, _users, _recent, FindByEmailAsync);
        _byId = new UserLookup("userIds", SelectAsync, GetAsync, new UserLookup.Matcher(static (u, id) => ResponseValidator.SameId(u.UserId, id)));
        _byEmail = new UserLookup(
            "emailAddresses",
            SelectAsync,
            GetByEmailAsync,
            new UserLookup.Matcher(static (u, email) => EmailText.IsSame(u.Email, email) && !UserLookup.IsDeleted(u), static (u, email) => EmailText.IsSimilar(u.Email, email)));
    }

    /// <summary>Gets one user (getUser).</summary>
    /// <inheritdoc/>
    public async Task<ToriiUser> GetAsync(string userId, RequestContext context)
    {
        ToriiUser user = await GetUnrecordedAsync(userId, context).ConfigureAwait(false);
        _recent.AddRead([user]);
        return user;
    }

    /// <inheritdoc/>
    public int? GetBatchSize(UserKey by) => Lookup(by).UsefulBatchSize;

    /// <inheritdoc/>
    public Task<IReadOnlyList<UserLookupResult>> GetManyAsync(UserKey by, IReadOnlyList<string> keys, LookupGate gate, RequestContext context) =>
        Lookup(by).FindAsync(by == UserKey.Id ? [.. keys.Select(static id => ToriiId.Check(ResourceKind.User, id))] : keys, gate, context);

    /// <summary>Searches users (searchUsers).</summary>
    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<ToriiUser>> SearchAsync(UserQuery query, RequestContext context) => SearchAsync(query, context, isRecorded: true);

    /// <summary>Creates a user (createUser).</summary>
    /// <inheritdoc/>
    public Task<ToriiUser> CreateAsync(ResourceBody body, RequestContext context) => _creation.CreateAsync(body, context);

    /// <summary>Changes a user (updateUser).</summary>
    /// <inheritdoc/>
    public Task<ToriiUser> UpdateAsync(string userId, ResourceBody body, RequestContext context)
    {
        string id = ToriiId.Check(ResourceKind.User, userId);
        return _users.SendAsync(_users.Request(HttpMethod.Patch, $"{Path}/{id}", body), id, context);
    }

    /// <summary>Bans a user, which revokes the user's sessions too (banUser).</summary>
    /// <inheritdoc/>
    public Task<ToriiUser> BanAsync(string userId, RequestContext context) => SetBanAsync(userId, "ban", static status => status == "banned", context);

    /// <summary>Lifts a ban (unbanUser).</summary>
    /// <inheritdoc/>
    public Task<ToriiUser> UnbanAsync(string userId, RequestContext context) => SetBanAsync(userId, "unban", static status => status != "banned", context);

    /// <summary>
    /// Deletes a user, softly (deleteUser). The service answers 403 for a user who is already deleted, so after an
    /// attempt that may have been executed a 403 is confirmed by reading the user.
    /// </summary>
    /// <inheritdoc/>
    public async Task DeleteAsync(string userId, RequestContext context)
    {
        string id = ToriiId.Check(ResourceKind.User, userId);
        try
        {
            await _pipeline.SendForNothingAsync(_users.Request(HttpMethod.Delete, $"{Path}/{id}"), context).ConfigureAwait(false);
        }
        catch (ToriiApiException e) when (e is { StatusCode: (int)HttpStatusCode.Forbidden, MayHaveBeenExecuted: true })
        {
            await ConfirmDeletedAsync(id, e, context).ConfigureAwait(false);
            context.Observer?.Verbose($"User {id} is deleted: an earlier attempt was executed, and its response was lost");
        }
    }

    /// <summary>The cheapest request that only a valid key gets answered: one user of the environment.</summary>
    internal async Task CheckAsync(RequestContext context) =>
        Learn(await FetchAsync("{}"u8.ToArray(), [], null, 1, context).ConfigureAwait(false));

    private async Task<ToriiUser> GetUnrecordedAsync(string userId, RequestContext context)
    {
        string id = ToriiId.Check(ResourceKind.User, userId);
        return await _users.SendAsync(_users.Request(HttpMethod.Get, $"{Path}/{id}"), id, context).ConfigureAwait(false);
    }

    /// <summary>Returns only where the user is known to be deleted, and not before our first attempt.</summary>
    private async Task ConfirmDeletedAsync(string id, ToriiApiException forbidden, RequestContext context)
    {
        ToriiUser user;
        try
        {
            user = await GetUnrecordedAsync(id, context).ConfigureAwait(false);
        }
        catch (ToriiException e) when (e.ErrorId == ToriiErrorId.UserNotFound)
        {
            return;
        }
        catch (ToriiException e)
        {
            throw new ToriiException(
                ToriiErrorId.OutcomeUnknown, $"Whether the user was deleted is not known: the response was lost, and reading the user failed ({e.Message.TrimEnd('.')}).", e)
            {
                Variant = "delete",
                MayHaveBeenExecuted = true,
            };
        }

        if (user.Status != Deleted && user.DeletedAt is null)
        {
            forbidden.MayHaveBeenExecuted = false;
            throw forbidden;
        }

        if (user.DeletedAt is { } at && forbidden.FirstSentAt is { } sent && _pipeline.Clock.EarliestAt(sent) is { } earliest && at < Milliseconds.Floor(earliest))
        {
            throw new ToriiApiException(
                ToriiErrorId.Forbidden, $"The user was deleted before, at {at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}; the change was not made.", forbidden.StatusCode, forbidden)
            {
                Variant = "deleted",
                Code = forbidden.Code,
                SupportId = forbidden.SupportId,
                Request = forbidden.Request,
                Attempts = forbidden.Attempts,
            };
        }
    }

    private async Task<ToriiUser> SetBanAsync(string userId, string action, Func<string, bool> holds, RequestContext context)
    {
        string id = ToriiId.Check(ResourceKind.User, userId);
        ToriiUser user = await _users.SendAsync(_users.Request(HttpMethod.Post, $"{Path}/{id}/{action}"), id, context).ConfigureAwait(false);
        return holds(user.Status) ? user : throw _users.NotApplied(user, "status");
    }

    private UserLookup Lookup(UserKey by) => by == UserKey.Id ? _byId : _byEmail;

    private IAsyncEnumerable<IReadOnlyList<ToriiUser>> SearchAsync(UserQuery query, RequestContext context, bool isRecorded)
    {
        UserQueryVerifier.Validate(query);
        byte[] body = ToriiUserSearch.ToJson(query);
        IReadOnlyList<string> members = ToriiUserSearch.Members(query);
        CursorPager<ToriiUser> pager = new()
        {
            PageSize = query.PageSize,
            // Where users are left out here, the number that is still wanted says nothing about the size of the next page.
            PageSizeFollowsRest = !query.NarrowsResponse,
            First = query.First,
            Cursor = query.Cursor,
            Narrow = users => UserQueryVerifier.Apply(query, users),
            Fetch = async (cursor, limit, cancellation) =>
            {
                UserPage page = await FetchAsync(body, members, cursor, limit, context with { Cancellation = cancellation }).ConfigureAwait(false);
                Learn(page);
                if (isRecorded)
                {
                    _recent.AddRead(page.Items);
                }

                return new Page<ToriiUser>(page.Items, page.NextCursor, page.HasMore);
            },
        };
        return pager.PagesAsync(context.Cancellation);
    }

    /// <summary>The one user with exactly an email address who is not deleted.</summary>
    private async Task<ToriiUser> GetByEmailAsync(string email, RequestContext context) =>
        UserLookup.ChooseByEmail(email, await FindByEmailAsync(email, context).ConfigureAwait(false));

    /// <summary>Every user with exactly an email address, deleted ones included.</summary>
    private async Task<IReadOnlyList<ToriiUser>> FindByEmailAsync(string email, RequestContext context)
    {
        List<ToriiUser> found = [];
        UserQuery query = new() { EmailContains = email.Trim(), Keep = u => EmailText.IsSame(u.Email, email) };
        await foreach (IReadOnlyList<ToriiUser> page in SearchAsync(query, context, isRecorded: false).ConfigureAwait(false))
        {
            found.AddRange(page);
        }

        return found;
    }

    private async Task<UserPage> SelectAsync(string selector, IReadOnlyList<string> values, RequestContext context)
    {
        UserPage page = await FetchAsync(ToriiUserSearch.ToJson(selector, values), [selector], null, LookupGate.MaxBatchSize, context).ConfigureAwait(false);
        Learn(page);
        _recent.AddRead(page.Items);
        return page;
    }

    private Task<UserPage> FetchAsync(byte[] body, IReadOnlyList<string> members, string? cursor, int limit, RequestContext context)
    {
        string at = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
        return _pipeline.SendAsync(
            new ApiRequest { Method = HttpMethod.Post, Path = $"{Path}/search?limit={limit}{at}", Body = body, BodyFields = members },
            context,
            ToriiJson.Default.UserPage,
            page => page.Items is null ? "items" : page.Items.Select(u => _users.FindWrongMember(u)).FirstOrDefault(static m => m is not null));
    }

    private void Learn(UserPage page) => _learnEnvironment(page.Items.FirstOrDefault()?.EnvironmentId);
}
