using System.Text.RegularExpressions;
using Torii.Client.Http;
using Torii.Client.Paging;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>The user operations of the admin plugin.</summary>
internal sealed partial class BetterAuthUserService : IUserService
{
    /// <summary>The fields of a user, with the name that Better Auth has for each.</summary>
    private static readonly Dictionary<string, string> WireNames = new(StringComparer.Ordinal)
    {
        ["name"] = "name",
        ["email"] = "email",
        ["emailVerified"] = "emailVerified",
        ["password"] = "password",
        ["role"] = "role",
        ["userName"] = "username",
        ["displayUserName"] = "displayUsername",
        ["image"] = "image",
    };

    /// <summary>Fields that a creation may choose, and that cannot be changed.</summary>
    private static readonly Dictionary<string, string> OnlyAtCreation = new(StringComparer.Ordinal)
    {
        ["id"] = "id",
        ["banned"] = "banned",
        ["banReason"] = "banReason",
        ["banExpires"] = "banExpires",
    };

    /// <summary>How far the end of a ban may be from the one that was asked for: a request that waits makes it later.</summary>
    private static readonly TimeSpan LargestDeviation = TimeSpan.FromMinutes(5);

    private static readonly string[] Clearable = ["userName", "displayUserName", "image"];
    private static readonly string[] TopLevel = ["name", "email", "password", "role"];

    private readonly ApiPipeline _pipeline;
    private readonly ApiPipeline _anonymous;
    private readonly BetterAuthSession _session;
    private readonly TimeProvider _time;
    private readonly ResourceOperations<ToriiUser> _users;
    private readonly PageReader<ToriiUser> _pages;
    private readonly UserLookup _byId;
    private readonly UserLookup _byEmail;
    private readonly ResourceCreation<ToriiUser> _creation;

    internal BetterAuthUserService(ApiPipeline pipeline, ApiPipeline anonymous, BetterAuthSession session, TimeProvider time)
    {
        _pipeline = pipeline;
        _anonymous = anonymous;
        _session = session;
        _time = time;
        _users = new ResourceOperations<ToriiUser>(pipeline, new ResourceType<ToriiUser>
        {
            Noun = "user",
            Json = BetterAuthJson.User,
            Id = static u => u.UserId,
            UpdatedAt = static u => u.UpdatedAt,
            NotFoundErrorId = ToriiErrorId.UserNotFound,
            WriteOnly = new HashSet<string>(StringComparer.Ordinal) { "password" },
            ErrorVariant = BetterAuthService.ErrorVariant,
            Content = static body => BetterAuthJson.Unwrap(body, "user") is var user && !user.Span.SequenceEqual("null"u8) ? user
                // Servers before 1.6.20 confirm a change of a user who does not exist.
                : throw new ToriiException(ToriiErrorId.UserNotFound, "User not found (the server responded without a user)."),
        }, time);
        _pages = new PageReader<ToriiUser>(BetterAuthJson.User, user => _users.FindWrongMember(user)) { ItemsMember = "users" };
        DateTimeOffset started = time.GetUtcNow();
        RecentResources<ToriiUser> recent = new(static u => u.UserId, static u => u.CreatedAt, () => pipeline.Clock.EarliestAt(started));
        _creation = new ResourceCreation<ToriiUser>(pipeline, _users, recent, FindByEmailAsync);
        _byId = new UserLookup("", null, GetAsync, new UserLookup.Matcher(static (u, id) => u.UserId == id));
        _byEmail = new UserLookup("", null, GetByEmailAsync, new UserLookup.Matcher(static (u, email) => EmailText.IsSame(u.Email, email)));
    }

    /// <summary>The members that <see cref="CreateAsync"/> and <see cref="UpdateAsync"/> take.</summary>
    public static IReadOnlyList<string> Fields { get; } = [.. WireNames.Keys];

    /// <summary>Gets one user (GET /admin/get-user).</summary>
    /// <inheritdoc/>
    public Task<ToriiUser> GetAsync(string userId, RequestContext context) => GetAsync(userId, context, null);

    /// <inheritdoc/>
    public int? GetBatchSize(UserKey by) => 1;

    /// <inheritdoc/>
    public Task<IReadOnlyList<UserLookupResult>> GetManyAsync(UserKey by, IReadOnlyList<string> keys, LookupGate gate, RequestContext context) =>
        (by == UserKey.Id ? _byId : _byEmail).FindAsync([.. keys.Select(static k => k.Trim())], gate, context);

    /// <summary>
    /// Searches users (GET /admin/list-users), in the order of their ids. The one filter of the server holds the place
    /// in the list, so that no user is skipped while those before are changed. Its search takes a part of the email
    /// address; as it depends on the database in case and in <c>%</c> and <c>_</c>, it only narrows the list, and every
    /// filter is applied here.
    /// </summary>
    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<ToriiUser>> SearchAsync(UserQuery query, RequestContext context)
    {
        UserQueryVerifier.Validate(query);
        FilterVerifier.Validate(query.Role is { } wanted && (string.IsNullOrWhiteSpace(wanted) || wanted.Contains(',')) ? "The filter by role is not the name of one role." : null);
        string search = SearchText(query.EmailContains) is { Length: > 0 } text ? $"&searchField=email&searchValue={Uri.EscapeDataString(text)}" : "";
        bool narrows = query.NarrowsResponse || query.NameContains is not null || query.WithoutName || query.EmailContains is not null || query.Statuses.Count > 0 || query.Role is not null;
        return new PagedQuery<ToriiUser>
        {
            Pager = new KeysetPager<ToriiUser>(
                (after, limit) => ListRequest(
                    $"limit={limit}&sortBy=id&sortDirection=asc{search}{(after is null ? "" : $"&filterField=id&filterOperator=gt&filterValue={Uri.EscapeDataString(after)}")}", after),
                static u => u.UserId,
                query.Cursor),
            Fetch = (request, cancellation) => FetchAsync(request, context with { Cancellation = cancellation }),
            Filter = narrows ? users => [.. users.Where(u => Belongs(query, u))] : null,
            Narrows = narrows,
            PageSize = query.PageSize,
            First = query.First,
        }.PagesAsync(context.Cancellation);
    }

    /// <summary>
    /// Creates a user (POST /admin/create-user). The server refuses a second user with an email address, so the request
    /// may be repeated; a user with that address who was created since the first attempt is the one it created.
    /// </summary>
    /// <inheritdoc/>
    public async Task<ToriiUser> CreateAsync(ResourceBody body, RequestContext context)
    {
        ResourceBody wire = ToWire(body, OnlyAtCreation);
        if (body.Text("email") is not { } email || string.IsNullOrWhiteSpace(email) || body.Text("name") is null)
        {
            throw Invalid("A user of Better Auth needs an email address and a name.", "nameAndEmail");
        }

        byte[] sent = wire.ToJson();
        return await _creation.CreateAsync(
            Change("create-user", Nest(wire, m => TopLevel.Contains(m)), wire), email, context, sent, found => GetAsync(found.UserId, context, sent)).ConfigureAwait(false);
    }

    /// <summary>Changes a user (POST /admin/update-user).</summary>
    /// <inheritdoc/>
    public async Task<ToriiUser> UpdateAsync(string userId, ResourceBody body, RequestContext context)
    {
        ResourceBody wire = ToWire(body);
        if (body.Members.Contains("password"))
        {
            throw new ToriiException(ToriiErrorId.NotSupported, "Better Auth does not change a password together with other fields; set it by itself. No request was sent.");
        }

        await CheckIdAsync(userId, context).ConfigureAwait(false);
        if (body.Members.Contains("role"))
        {
            await CheckNotOwnAsync(userId, "given other roles", context).ConfigureAwait(false);
        }

        byte[] sent = wire.ToJson();
        if (body.Text("userName") is { } name && !await CheckUserNameAsync(userId, name, context).ConfigureAwait(false))
        {
            // To the server a user name is taken, also by the user who has it.
            wire.Remove("username");
            if (wire.Members.Count == 0)
            {
                return await GetAsync(userId, context, sent).ConfigureAwait(false);
            }
        }

        ResourceBody request = Nest(wire, static _ => false);
        request.Set("userId", userId);
        try
        {
            return await _users.SendAsync(Change("update-user", request, wire), userId, context, sent).ConfigureAwait(false);
        }
        catch (ToriiException e) when (e is { ErrorId: ToriiErrorId.Conflict, MayHaveBeenExecuted: true })
        {
            // What an earlier attempt stored is taken for the next one.
            if (await FindStoredAsync(userId, sent, context).ConfigureAwait(false) is { } stored)
            {
                return stored;
            }

            throw;
        }
    }

    /// <summary>The user, where a change is stored; null where it is not, or where that is not known.</summary>
    private async Task<ToriiUser?> FindStoredAsync(string userId, byte[] sent, RequestContext context)
    {
        try
        {
            return await GetAsync(userId, context, sent).ConfigureAwait(false);
        }
        catch (ToriiException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task<ToriiUser> UpdateMetadataAsync(string userId, ResourceBody body, RequestContext context) =>
        throw new ToriiException(ToriiErrorId.NotSupported, "Users of Better Auth have no metadata; a server may have additional fields. No request was sent.") { Variant = "request" };

    /// <summary>Deletes a user for good (POST /admin/remove-user). A 404 after an attempt that may have been executed is its result.</summary>
    /// <inheritdoc/>
    public async Task DeleteAsync(string userId, RequestContext context)
    {
        await CheckIdAsync(userId, context).ConfigureAwait(false);
        await CheckNotOwnAsync(userId, "deleted", context).ConfigureAwait(false);
        try
        {
            await _pipeline.SendForNothingAsync(Change("remove-user", Target(userId)), context).ConfigureAwait(false);
        }
        catch (ToriiApiException e) when (e is { ErrorId: ToriiErrorId.UserNotFound, MayHaveBeenExecuted: true })
        {
            context.Observer?.Verbose($"User {userId} does not exist any more: an earlier attempt was executed, and its response was lost");
        }
    }

    /// <summary>Bans a user, which ends the user's sessions too (POST /admin/ban-user). API keys of the user keep working.</summary>
    /// <inheritdoc/>
    public async Task<ToriiUser> BanAsync(string userId, RequestContext context, BanOptions? options = null)
    {
        ResourceBody body = Target(userId);
        ResourceBody sent = new();
        sent.Set("banned", true);
        if (options?.Reason is { } reason)
        {
            body.Set("banReason", string.IsNullOrWhiteSpace(reason) ? throw Invalid("The reason of the ban is blank.") : reason);
            sent.Set("banReason", reason);
        }

        SetEnd(body, options?.Until);
        await CheckIdAsync(userId, context).ConfigureAwait(false);
        await CheckNotOwnAsync(userId, "banned", context).ConfigureAwait(false);
        if (options?.Until is not null && _pipeline.Clock.Offset is null)
        {
            await GetAsync(userId, context).ConfigureAwait(false);
            SetEnd(body, options.Until);
        }

        ToriiUser user = await _users.SendAsync(Change("ban-user", body), userId, context, sent.ToJson()).ConfigureAwait(false);
        return options?.Until is not { } until ? user.BanExpiresAt is null ? user : await BanForeverAsync(user, context).ConfigureAwait(false)
            : user.BanExpiresAt is { } end && (end - until).Duration() < LargestDeviation ? user
            : throw _users.NotApplied(user, "banExpires");
    }

    /// <summary>The server adds the seconds to its own clock, which the first response shows. None would be a ban for ever.</summary>
    private void SetEnd(ResourceBody body, DateTimeOffset? end)
    {
        if (end is { } until)
        {
            DateTimeOffset now = _time.GetUtcNow();
            double seconds = Math.Ceiling((until - (_pipeline.Clock.EarliestAt(now) ?? now)).TotalSeconds);
            body.Set("banExpiresIn", seconds >= 1 ? (long)seconds : throw Invalid("The end of the ban is in the past.", "past"));
        }
    }

    /// <summary>
    /// Removes the end of a ban (POST /admin/update-user). Before 1.4 a new ban keeps the end of an earlier one, and any
    /// server may be configured with an end for all bans.
    /// </summary>
    private async Task<ToriiUser> BanForeverAsync(ToriiUser user, RequestContext context)
    {
        ResourceBody forever = new();
        forever.Clear("banExpires");
        ResourceBody request = Nest(forever, static _ => false);
        request.Set("userId", user.UserId);
        try
        {
            return await _users.SendAsync(Change("update-user", request, forever), user.UserId, context, forever.ToJson()).ConfigureAwait(false);
        }
        catch (ToriiException e)
        {
            throw new ToriiException(e.ErrorId, $"The user was banned, and the end of the ban ({user.BanExpiresAt:u}) was not removed: {e.Message}", e)
            {
                Variant = e.Variant,
                Details = e.Details,
                MayHaveBeenExecuted = true,
                Result = user,
            };
        }
    }

    /// <summary>Lifts a ban (POST /admin/unban-user).</summary>
    /// <inheritdoc/>
    public async Task<ToriiUser> UnbanAsync(string userId, RequestContext context)
    {
        await CheckIdAsync(userId, context).ConfigureAwait(false);
        ToriiUser user = await _users.SendAsync(Change("unban-user", Target(userId)), userId, context, default(ReadOnlyMemory<byte>)).ConfigureAwait(false);
        return user.Status != BetterAuthService.Banned ? user : throw _users.NotApplied(user, "banned");
    }

    /// <summary>Reads one user, which takes an administrator.</summary>
    internal Task CheckAsync(RequestContext context) => FetchAsync(ListRequest("limit=1"), context);

    /// <summary>A request of the admin plugin about users that changes something.</summary>
    /// <param name="action">The last part of its path.</param>
    /// <param name="body">The body.</param>
    /// <param name="shown">The body with the names for logs. Default: <paramref name="body"/>.</param>
    internal static ApiRequest Change(string action, ResourceBody body, ResourceBody? shown = null) => new()
    {
        Method = HttpMethod.Post,
        Path = $"/admin/{action}",
        Body = body.ToJson(),
        BodyFields = (shown ?? body).Members,
        NotFoundErrorId = ToriiErrorId.UserNotFound,
        ErrorVariant = BetterAuthService.ErrorVariant,
        Part = BetterAuthService.AdminPlugin,
    };

    /// <summary>A body that names a user.</summary>
    internal static ResourceBody Target(string userId)
    {
        ResourceBody body = new();
        body.Set("userId", userId);
        return body;
    }

    /// <summary>The longest part of a text that all databases compare alike: ASCII without the backslash, an escape in some.</summary>
    private static string? SearchText(string? text) =>
        text?.ToLowerInvariant().Split([.. text.ToLowerInvariant().Where(static c => c is < ' ' or > '~' or '\\').Distinct().DefaultIfEmpty('\\')]).MaxBy(static p => p.Length);

    private static bool Belongs(UserQuery query, ToriiUser user) =>
        (query.NameContains is not { } name || user.Name?.Contains(name, StringComparison.OrdinalIgnoreCase) == true)
        && (!query.WithoutName || string.IsNullOrWhiteSpace(user.Name))
        && (query.EmailContains is not { } email || user.Email?.Contains(email, StringComparison.OrdinalIgnoreCase) == true)
        && (!query.WithoutEmail || string.IsNullOrWhiteSpace(user.Email))
        && (query.Statuses.Count == 0 || query.Statuses.Contains(user.Status, StringComparer.OrdinalIgnoreCase))
        && (query.Role is not { } role || (user.Role ?? "").Split(',', StringSplitOptions.TrimEntries).Contains(role.Trim(), StringComparer.Ordinal))
        && (query.CreatedAfter is not { } after || user.CreatedAt >= after)
        && (query.CreatedBefore is not { } before || user.CreatedAt <= before)
        && (query.Keep is null || query.Keep(user));

    private static ApiRequest ListRequest(string parameters, string? cursor = null) => new()
    {
        Method = HttpMethod.Get,
        Path = $"/admin/list-users?{parameters}",
        Cursor = cursor,
        ErrorVariant = BetterAuthService.ErrorVariant,
        Part = BetterAuthService.AdminPlugin,
    };

    private static ResourceBody ToWire(ResourceBody body, Dictionary<string, string>? further = null)
    {
        body.CheckMembers("Better Auth", further is null ? Fields : [.. Fields, .. further.Keys]);
        ResourceBody wire = new();
        foreach ((string member, object? value) in body.Values)
        {
            string name = WireNames.GetValueOrDefault(member) ?? further![member];
            if (value is null)
            {
                wire.Clear(Clearable.Contains(member) ? name : throw Invalid($"'{member}' of a user of Better Auth cannot be cleared.", "notNullable"));
            }
            else
            {
                // The server stores a value of any type.
                wire.Set(name, member switch
                {
                    "emailVerified" or "banned" => value is bool ? value : throw Invalid($"'{member}' is not a Boolean."),
                    "role" => Roles(value),
                    _ => value as string ?? throw Invalid($"'{member}' is not text."),
                });
            }
        }

        return wire;
    }

    /// <summary>Roles as the server stores them: in one text, separated by commas.</summary>
    private static string Roles(object value)
    {
        string[] roles = [.. (value as IEnumerable<object?> ?? [value]).SelectMany(static r => (r as string ?? "").Split(','))];
        return roles.Length == 0 || roles.Any(string.IsNullOrWhiteSpace) ? throw Invalid("A role is blank.") : string.Join(',', roles.Select(static r => r.Trim()));
    }

    /// <summary>Puts members under <c>data</c>, where the server takes every column.</summary>
    private static ResourceBody Nest(ResourceBody wire, Func<string, bool> isTopLevel)
    {
        ResourceBody body = new();
        foreach ((string member, object? value) in wire.Values.Where(m => isTopLevel(m.Key)))
        {
            body.Set(member, value!);
        }

        Dictionary<string, object?> data = wire.Values.Where(m => !isTopLevel(m.Key)).ToDictionary(static m => m.Key, static m => m.Value);
        if (data.Count > 0)
        {
            body.Set("data", data);
        }

        return body;
    }

    private static ToriiException Invalid(string problem, string? variant = null) => new(ToriiErrorId.InvalidRequest, $"{problem} No request was sent.") { Variant = variant };

    /// <param name="userId">The user.</param>
    /// <param name="context">The caller's.</param>
    /// <param name="sent">The members that the user must have; null for any.</param>
    private async Task<ToriiUser> GetAsync(string userId, RequestContext context, ReadOnlyMemory<byte>? sent)
    {
        ToriiUser user = await _users.SendAsync(
            new ApiRequest
            {
                Method = HttpMethod.Get,
                Path = $"/admin/get-user?id={Uri.EscapeDataString(userId)}",
                NotFoundErrorId = ToriiErrorId.UserNotFound,
                ErrorVariant = BetterAuthService.ErrorVariant,
                Part = BetterAuthService.AdminPlugin,
            },
            null,
            context,
            sent).ConfigureAwait(false);
        return ResponseValidator.SameId(user.UserId, userId) ? user : throw new ToriiException(
            ToriiErrorId.UserNotFound, $"No user has the id {Redactor.RedactLine(userId)}: the server takes it for {Redactor.RedactLine(user.UserId)}.");
    }

    /// <summary>
    /// Reads a page. The server hides an error as an empty list, so an empty one counts only if the server lists users
    /// otherwise: the account of the connection exists.
    /// </summary>
    private async Task<Page<ToriiUser>> FetchAsync(ApiRequest request, RequestContext context)
    {
        Page<ToriiUser> page = await _pipeline.SendAsync(request, context, _pages.Read).ConfigureAwait(false);
        if (page.Count == 0 && (await _pipeline.SendAsync(ListRequest("limit=1"), context, _pages.Read).ConfigureAwait(false)).Count == 0)
        {
            throw new ToriiException(
                ToriiErrorId.InvalidResponse, "The service returned an empty list of users although the account of the connection exists: it hides an error.")
            {
                Variant = "paging",
            };
        }

        return page;
    }

    private async Task<ToriiUser> GetByEmailAsync(string email, RequestContext context) =>
        UserLookup.ChooseByEmail(email, await FindByEmailAsync(email, context).ConfigureAwait(false));

    /// <summary>Every user with exactly an email address, which the server stores in lower case.</summary>
    private async Task<IReadOnlyList<ToriiUser>> FindByEmailAsync(string email, RequestContext context)
    {
        Page<ToriiUser> page = await FetchAsync(
            ListRequest($"limit=100&filterField=email&filterOperator=eq&filterValue={Uri.EscapeDataString(email.ToLowerInvariant())}"), context).ConfigureAwait(false);
        ToriiUser[] found = [.. page.Items.Where(u => EmailText.IsSame(u.Email, email))];
        return found.Length > 0 || page.IsWhole ? found : throw FilterVerifier.Ignored($"users without the email address {email}");
    }

    /// <summary>
    /// Refuses a user name that is taken: the server answers an update with one as if it had failed (500). Also finds out
    /// whether there are user names (POST /is-username-available).
    /// </summary>
    /// <returns>Whether the name is free; false where the user has it.</returns>
    private async Task<bool> CheckUserNameAsync(string userId, string name, RequestContext context)
    {
        ResourceBody body = new();
        body.Set("username", name);
        bool isAvailable = await _anonymous.SendAsync(
            new ApiRequest { Method = HttpMethod.Post, Path = "/is-username-available", Body = body.ToJson(), BodyFields = body.Members, IsRead = true, Part = "username plugin" },
            context,
            static response => BetterAuthJson.Read(response, static root => root.GetProperty("available").GetBoolean())).ConfigureAwait(false);
        if (!isAvailable && !string.Equals((await GetAsync(userId, context).ConfigureAwait(false)).UserName, name, StringComparison.OrdinalIgnoreCase))
        {
            throw new ToriiException(ToriiErrorId.Conflict, $"The user name '{Redactor.RedactLine(name)}' is taken. The change was not made.") { Variant = "userName" };
        }

        return isAvailable;
    }

    /// <summary>
    /// Refuses an id that the server may take for another one. A server with serial ids converts text to a number, so
    /// that <c>0x9</c> and <c>09</c> are user 9, and other databases ignore accents. Ids as servers make them need no
    /// request.
    /// </summary>
    /// <exception cref="ToriiException"><c>Torii.UserNotFound</c>.</exception>
    internal Task CheckIdAsync(string userId, RequestContext context) =>
        ExactId().IsMatch(userId) ? Task.CompletedTask : GetAsync(userId, context);

    /// <summary>A number in the spelling of a server, or ASCII letters, digits, hyphens and underscores that are no number in another spelling.</summary>
    [GeneratedRegex(@"^(?:0|[1-9][0-9]{0,14}|(?!-?[0-9]+(?:[eE]-?[0-9]+)?\z|0[xXoObB]|-?Infinity\z)[A-Za-z0-9_-]+)\z")]
    private static partial Regex ExactId();

    private async Task CheckNotOwnAsync(string userId, string action, RequestContext context)
    {
        if (!context.AllowsOwnAccount && ResponseValidator.SameId(userId, (await _session.GetAccountAsync(context).ConfigureAwait(false)).UserId))
        {
            throw new ToriiException(ToriiErrorId.OwnAccount, $"User {userId} is the account of this connection ({_session.Hint}) and was not {action}.");
        }
    }
}
