using System.Net;
using System.Text.Json;
using Torii.Client.Http;
using Torii.Client.Paging;

namespace Torii.Client.Users;

/// <summary>What the server API does with users.</summary>
public sealed class ToriiUserService
{
    internal const string Path = "/api/server/v1/users";
    private const string NotFound = "Torii.UserNotFound";

    private static readonly PageReader<ToriiUser> PageReader = new(Json.Default.ToriiUser);

    private readonly ApiPipeline _pipeline;
    private readonly UserCreation _creation;
    private readonly UserLookup _byId;
    private readonly UserLookup _byEmail;

    internal ToriiUserService(ApiPipeline pipeline)
    {
        _pipeline = pipeline;
        _creation = new UserCreation(pipeline, FindByEmailAsync);
        _byId = new UserLookup("userIds", SelectAsync, GetAsync, static (user, id) => ResponseValidator.SameId(user.UserId, id));
        _byEmail = new UserLookup("emailAddresses", SelectAsync, GetByEmailAsync, static (user, email) => EmailText.Same(user.Email, email));
    }

    /// <summary>One user (getUser).</summary>
    /// <exception cref="ToriiException"><c>Torii.UserNotFound</c>, <c>Torii.InvalidId</c>, or what every request throws.</exception>
    public async Task<ToriiUser> GetAsync(string userId, RequestContext context)
    {
        string id = ResourceId.Check(userId, "user");
        return await _pipeline.SendAsync(Request(HttpMethod.Get, id), context, Json.Default.ToriiUser, Is(id)).ConfigureAwait(false);
    }

    /// <summary>The user with an address, in any case.</summary>
    /// <exception cref="ToriiException"><c>Torii.UserNotFound</c>, or what every request throws.</exception>
    public async Task<ToriiUser> GetByEmailAsync(string email, RequestContext context) =>
        await FindByEmailAsync(email, context).ConfigureAwait(false)
        ?? throw new ToriiException(NotFound, $"There is no user with the address '{email}'.", "Check the address, and that the connection is to the right environment.");

    /// <summary>The largest number of ids or addresses that can be looked up at once.</summary>
    public const int MaxLookupBatchSize = UserLookup.BatchSize;

    /// <summary>
    /// How many ids or addresses it pays to look up at once: 100, or 1 where the service cannot; null while that is not
    /// known, which the first look-up of several finds out.
    /// </summary>
    /// <param name="byEmail">Whether addresses are meant.</param>
    public int? GetLookupBatchSize(bool byEmail) => (byEmail ? _byEmail : _byId).UsefulBatchSize;

    /// <summary>Users by id: 100 a request where the service can, else one by one.</summary>
    /// <param name="userIds">At most 100 ids.</param>
    /// <param name="gate">Bounds the requests.</param>
    /// <param name="context">The caller's.</param>
    /// <returns>One result an id, in their order; who is not there has <c>Torii.UserNotFound</c>.</returns>
    public Task<IReadOnlyList<UserLookupResult>> GetManyAsync(IReadOnlyList<string> userIds, LookupGate gate, RequestContext context) =>
        _byId.FindAsync([.. userIds.Select(static id => ResourceId.Check(id, "user"))], gate, context);

    /// <summary>Users by exact address, in any case: 100 a request where the service can, else one by one.</summary>
    /// <inheritdoc cref="GetManyAsync"/>
    public Task<IReadOnlyList<UserLookupResult>> GetManyByEmailAsync(IReadOnlyList<string> emails, LookupGate gate, RequestContext context) =>
        _byEmail.FindAsync(emails, gate, context);

    /// <summary>
    /// The users of a search (searchUsers), page by page; the next page is fetched while the current one is used.
    /// </summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.FilterIgnored</c>, <c>Torii.CursorRepeated</c>, or what every request throws, then with the cursor that
    /// goes on.
    /// </exception>
    public IAsyncEnumerable<IReadOnlyList<ToriiUser>> SearchAsync(UserSearch search, RequestContext context)
    {
        byte[] body = search.Filter.ToJson();
        IReadOnlyList<string> fields = search.Filter.Fields;
        PagedQuery<ToriiUser> walk = new()
        {
            PageSize = search.PageSize,
            First = search.First,
            Filter = search.Filter.Apply,
            Narrows = search.Filter.Narrows,
            Pager = new CursorPager<ToriiUser>((cursor, limit) => SearchRequest(body, fields, cursor, limit), search.Cursor),
            Fetch = (request, cancellation) => _pipeline.SendAsync(request, context with { Cancellation = cancellation }, PageReader.Read),
        };
        return walk.PagesAsync(context.Cancellation);
    }

    /// <summary>The cheapest request that only a valid key gets answered: one user, whoever it is.</summary>
    public Task CheckAsync(RequestContext context) => FetchAsync("{}"u8.ToArray(), [], null, 1, context);

    /// <summary>Creates a user (createUser), once, also where answers are lost.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.Conflict</c>: the address is taken; <c>Torii.FieldNotApplied</c>: the user is there, and what was sent of
    /// it is not; <c>Torii.OutcomeUnknown</c>: nobody can tell; or what every request throws.
    /// </exception>
    public Task<ToriiUser> CreateAsync(ResourceBody body, RequestContext context) => _creation.CreateAsync(body, context);

    /// <summary>Changes a user (updateUser).</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.FieldNotApplied</c>: the service took the request and did not store what it said; <c>Torii.UserNotFound</c>;
    /// or what every request throws.
    /// </exception>
    public async Task<ToriiUser> UpdateAsync(string userId, ResourceBody body, RequestContext context)
    {
        string id = ResourceId.Check(userId, "user");
        ApiRequest request = Request(HttpMethod.Patch, id, body: body);
        (ToriiUser user, ReadOnlyMemory<byte> answer) = await _pipeline.SendAsync(request, context, r => (r.ReadJson(Json.Default.ToriiUser, Is(id)), r.Body)).ConfigureAwait(false);
        return Checked(body, user, answer, context.Observer);
    }

    /// <summary>Bans a user, which ends the user's sessions too (banUser). Doing it again changes nothing.</summary>
    /// <exception cref="ToriiException"><c>Torii.UserNotFound</c>, or what every request throws.</exception>
    public Task<ToriiUser> BanAsync(string userId, RequestContext context) =>
        SetBanAsync(userId, "ban", static status => status == "banned", context);

    /// <summary>Lifts a ban (unbanUser). Doing it again changes nothing.</summary>
    /// <exception cref="ToriiException"><c>Torii.UserNotFound</c>, or what every request throws.</exception>
    public Task<ToriiUser> UnbanAsync(string userId, RequestContext context) =>
        SetBanAsync(userId, "unban", static status => status != "banned", context);

    /// <summary>
    /// Deletes a user, softly (deleteUser). The service answers 403 once the user is deleted, so that is success where
    /// an earlier attempt of ours may have been executed, and an error at the first.
    /// </summary>
    /// <exception cref="ToriiException"><c>Torii.UserNotFound</c>, <c>Torii.Forbidden</c>, or what every request throws.</exception>
    public async Task DeleteAsync(string userId, RequestContext context)
    {
        string id = ResourceId.Check(userId, "user");
        try
        {
            await _pipeline.SendForNothingAsync(Request(HttpMethod.Delete, id), context).ConfigureAwait(false);
        }
        catch (ToriiApiException e) when (e is { StatusCode: (int)HttpStatusCode.Forbidden, MayHaveBeenExecuted: true })
        {
            context.Observer?.Verbose($"User {id} is deleted: an earlier attempt, whose answer was lost, had done it");
        }
    }

    /// <summary>Compares a user with what was sent of it.</summary>
    internal static ToriiUser Checked(ResourceBody body, ToriiUser user, ReadOnlyMemory<byte> answer, IRequestObserver? observer)
    {
        (IReadOnlyList<string> lost, IReadOnlyList<string> respelled) = AppliedFieldsVerifier.Compare(body, user, answer);
        if (respelled.Count > 0)
        {
            observer?.Verbose($"The service stored {string.Join(", ", respelled)} of user {user.UserId} in another spelling");
        }

        return lost.Count == 0 ? user : throw NotApplied(user, string.Join(", ", lost));
    }

    private static ToriiException NotApplied(ToriiUser user, string fields) => new(
        "Torii.FieldNotApplied",
        $"The service accepted the request for user {user.UserId} and did not store: {fields}.",
        "This server's generation may not know the field under that name (FirstName and LastName in place of Name, from contract 0.0.12); look at the user before going on.")
    {
        Result = user,
    };

    private async Task<ToriiUser> SetBanAsync(string userId, string action, Func<string, bool> holds, RequestContext context)
    {
        string id = ResourceId.Check(userId, "user");
        ToriiUser user = await _pipeline.SendAsync(Request(HttpMethod.Post, id, $"/{action}"), context, Json.Default.ToriiUser, Is(id)).ConfigureAwait(false);
        return holds(user.Status) ? user : throw NotApplied(user, "status");
    }

    private async Task<ToriiUser?> FindByEmailAsync(string email, RequestContext context)
    {
        UserSearch search = new() { Filter = new UserFilter { EmailContains = email, Keep = u => EmailText.Same(u.Email, email) } };
        await foreach (IReadOnlyList<ToriiUser> page in SearchAsync(search, context).ConfigureAwait(false))
        {
            if (page.Count > 0)
            {
                return page[0];
            }
        }

        return null;
    }

    private Task<UserPage> SelectAsync(string selector, IReadOnlyList<string> values, RequestContext context)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            PlainJson.Write(writer, new Dictionary<string, object?> { [selector] = values });
        }

        return FetchAsync(stream.ToArray(), [selector], null, UserLookup.BatchSize, context);
    }

    private async Task<UserPage> FetchAsync(
        byte[] body, IReadOnlyList<string> fields, string? cursor, int limit, RequestContext context)
    {
        return await _pipeline.SendAsync(
            SearchRequest(body, fields, cursor, limit),
            context,
            Json.Default.UserPage,
            static page => page.Items is null ? "items" : page.Items.Contains(null!) ? "item" : null).ConfigureAwait(false);
    }

    private static ApiRequest SearchRequest(byte[] body, IReadOnlyList<string> fields, string? cursor, int limit) => new()
    {
        Method = HttpMethod.Post,
        Path = $"{Path}/search?limit={limit}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}",
        Body = body,
        BodyFields = fields,
        IsRead = true,
        Cursor = cursor,
    };

    private static ApiRequest Request(HttpMethod method, string id, string action = "", ResourceBody? body = null) => new()
    {
        Method = method,
        Path = $"{Path}/{id}{action}",
        Body = body?.ToJson(),
        BodyFields = body?.Fields ?? [],
        NotFoundErrorId = NotFound,
    };

    private static Func<ToriiUser, string?> Is(string id) => user => ResponseValidator.FindWrongMember(user, id, user.UserId);
}
