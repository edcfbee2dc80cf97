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

    /// <summary>The fields that users of other services have.</summary>
    private static readonly string[] OfOtherServices = ["role", "userName", "displayUserName", "emailVerified", "image"];

    private readonly ApiPipeline _pipeline;
    private readonly ResourceOperations<ToriiUser> _users;
    private readonly ResourceCreation<ToriiUser> _creation;
    private readonly UserLookup _byId;
    private readonly UserLookup _byEmail;
    private readonly RecentResources<ToriiUser> _recent;
    private readonly PageReader<ToriiUser> _pages;
    private readonly Action<string?> _learnEnvironment;

    internal ToriiUserService(ApiPipeline pipeline, TimeProvider time, Action<string?> learnEnvironment)
    {
        _pipeline = pipeline;
        _learnEnvironment = learnEnvironment;
        DateTimeOffset started = time.GetUtcNow();
        _recent = new RecentResources<ToriiUser>(static u => u.UserId, static u => u.CreatedAt, () => pipeline.Clock.EarliestAt(started));
        _users = new ResourceOperations<ToriiUser>(pipeline, new ResourceType<ToriiUser>
        {
            Noun = "user",
            Json = ToriiJson.Default.ToriiUser,
            Id = static u => u.UserId,
            UpdatedAt = static u => u.UpdatedAt,
            NotFoundErrorId = ToriiErrorId.UserNotFound,
            WriteOnly = new HashSet<string>(StringComparer.Ordinal) { "password" },
            FindMissingMember = static u => string.IsNullOrEmpty(u.EnvironmentId) ? "environmentId" : null,
            Seen = u =>
            {
                learnEnvironment(u.EnvironmentId);
                HasMetadata = u.PublicMetadata is not null;
            },
        }, time);
        _pages = new PageReader<ToriiUser>(ToriiJson.Default.ToriiUser, user => _users.FindWrongMember(user));
        _creation = new ResourceCreation<ToriiUser>(pipeline, _users, _recent, FindByEmailAsync);
        _byId = new UserLookup("userIds", SelectAsync, GetAsync, new UserLookup.Matcher(static (u, id) => ResponseValidator.SameId(u.UserId, id)));
        _byEmail = new UserLookup(
            "emailAddresses",
            SelectAsync,
            GetByEmailAsync,
            new UserLookup.Matcher(static (u, email) => EmailText.IsSame(u.Email, email) && !UserLookup.IsDeleted(u), static (u, email) => EmailText.IsSimilar(u.Email, email)));
    }

    /// <summary>Whether the users of the server have metadata; null while no user was read.</summary>
    internal bool? HasMetadata { get; private set; }

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
        Lookup(by).FindAsync([.. keys.Select(key => by == UserKey.Id ? ToriiId.Check(ResourceKind.User, key) : key.Trim())], gate, context);

    /// <summary>Searches users (searchUsers).</summary>
    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<ToriiUser>> SearchAsync(UserQuery query, RequestContext context) => SearchAsync(query, context, isRecorded: true);

    /// <summary>Creates a user (createUser).</summary>
    /// <inheritdoc/>
    public Task<ToriiUser> CreateAsync(ResourceBody body, RequestContext context)
    {
        CheckFields(body);
        // The service refuses a second user with an email address, so only then a repetition creates no one twice.
        string? email = body.Text("email");
        return _creation.CreateAsync(
            _users.Request(HttpMethod.Post, Path, body, email is null ? RetrySafety.OnlyIfNotExecuted : RetrySafety.Repeatable), email, context);
    }

    /// <summary>Changes a user (updateUser).</summary>
    /// <inheritdoc/>
    public Task<ToriiUser> UpdateAsync(string userId, ResourceBody body, RequestContext context)
    {
        string id = ToriiId.Check(ResourceKind.User, userId);
        CheckFields(body);
        return _users.SendAsync(_users.Request(HttpMethod.Patch, $"{Path}/{id}", body), id, context);
    }

    /// <summary>Merges metadata into the bags of a user (updateUserMetadata).</summary>
    /// <inheritdoc/>
    public Task<ToriiUser> UpdateMetadataAsync(string userId, ResourceBody body, RequestContext context)
    {
        string id = ToriiId.Check(ResourceKind.User, userId);
        return ToriiFeature.Metadata.SendAsync(
            _pipeline, context, $"{Path}/{id}", () => _users.SendAsync(_users.Request(HttpMethod.Patch, $"{Path}/{id}/metadata", body), id, context));
    }

    /// <summary>Bans a user, which revokes the user's sessions too (banUser).</summary>
    /// <inheritdoc/>
    public Task<ToriiUser> BanAsync(string userId, RequestContext context, BanOptions? options = null) =>
        options is null or { Reason: null, Until: null } ? SetBanAsync(userId, "ban", static status => status == "banned", context)
        : throw new ToriiException(ToriiErrorId.NotSupported, "torii bans without a reason and without an end. No request was sent.");

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
        Learn((await FetchAsync("{}"u8.ToArray(), [], 1, context).ConfigureAwait(false)).Items, isRecorded: false);

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

    /// <summary>A field that this library has no name for is sent, because a newer server may have it; its response shows whether it was stored.</summary>
    private static void CheckFields(ResourceBody body)
    {
        if (body.Members.FirstOrDefault(OfOtherServices.Contains) is { } unknown)
        {
            throw new ToriiException(ToriiErrorId.NotSupported, $"Users of torii have no '{unknown}'; the fields are {string.Join(", ", ToriiService.UserFields)}. No request was sent.");
        }
    }

    private UserLookup Lookup(UserKey by) => by == UserKey.Id ? _byId : _byEmail;

    private IAsyncEnumerable<IReadOnlyList<ToriiUser>> SearchAsync(UserQuery query, RequestContext context, bool isRecorded)
    {
        UserQueryVerifier.Validate(query);
        if (query.Role is not null)
        {
            throw new ToriiException(ToriiErrorId.NotSupported, "Users of torii have no role; a member of an organization has one. No request was sent.");
        }

        byte[] body = ToriiUserSearch.ToJson(query);
        IReadOnlyList<string> members = ToriiUserSearch.Members(query);
        return new PagedQuery<ToriiUser>
        {
            Pager = new CursorPager<ToriiUser>((cursor, limit) => SearchRequest(body, members, cursor, limit), query.Cursor),
            Fetch = (request, cancellation) => _pipeline.SendAsync(request, context with { Cancellation = cancellation }, _pages.Read),
            Filter = users => UserQueryVerifier.Apply(query, Learn(users, isRecorded)),
            Narrows = query.NarrowsResponse,
            PageSize = query.PageSize,
            First = query.First,
        }.PagesAsync(context.Cancellation);
    }

    /// <summary>
    /// The one user with exactly an email address who is not deleted. A search may leave deleted users out, so they are
    /// searched for where there is no other user.
    /// </summary>
    private async Task<ToriiUser> GetByEmailAsync(string email, RequestContext context)
    {
        IReadOnlyList<ToriiUser> found = await FindByEmailAsync(email, [], context).ConfigureAwait(false);
        try
        {
            return UserLookup.ChooseByEmail(email, found.Count > 0 ? found : await FindByEmailAsync(email, [Deleted], context).ConfigureAwait(false));
        }
        catch (ToriiException e) when (e.ErrorId == ToriiErrorId.FilterIgnored)
        {
            // A service without that status; its first response was complete.
            return UserLookup.ChooseByEmail(email, found);
        }
    }

    private Task<IReadOnlyList<ToriiUser>> FindByEmailAsync(string email, RequestContext context) => FindByEmailAsync(email, [], context);

    /// <summary>Every user with exactly an email address.</summary>
    private async Task<IReadOnlyList<ToriiUser>> FindByEmailAsync(string email, IReadOnlyList<string> statuses, RequestContext context)
    {
        List<ToriiUser> found = [];
        UserQuery query = new() { EmailContains = email, Statuses = statuses, Keep = u => EmailText.IsSame(u.Email, email) };
        await foreach (IReadOnlyList<ToriiUser> page in SearchAsync(query, context, isRecorded: false).ConfigureAwait(false))
        {
            found.AddRange(page);
        }

        return found;
    }

    private async Task<Page<ToriiUser>> SelectAsync(string selector, IReadOnlyList<string> values, RequestContext context)
    {
        Page<ToriiUser> page = await FetchAsync(ToriiUserSearch.ToJson(selector, values), [selector], LookupGate.MaxBatchSize, context).ConfigureAwait(false);
        Learn(page.Items, isRecorded: true);
        return page;
    }

    private Task<Page<ToriiUser>> FetchAsync(byte[] body, IReadOnlyList<string> members, int limit, RequestContext context) =>
        _pipeline.SendAsync(SearchRequest(body, members, null, limit), context, _pages.Read);

    private static ApiRequest SearchRequest(byte[] body, IReadOnlyList<string> members, string? cursor, int limit) => new()
    {
        Method = HttpMethod.Post,
        Path = $"{Path}/search?limit={limit}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}",
        Body = body,
        BodyFields = members,
        Cursor = cursor,
        IsRead = true,
    };

    private IReadOnlyList<ToriiUser> Learn(IReadOnlyList<ToriiUser> users, bool isRecorded)
    {
        if (users.Count > 0)
        {
            _learnEnvironment(users[0].EnvironmentId);
            HasMetadata = users[0].PublicMetadata is not null;
        }

        if (isRecorded)
        {
            _recent.AddRead(users);
        }

        return users;
    }
}
