using System.Buffers;
using System.Text;

namespace Torii.Emulator.Users;

/// <summary>The operations on users.</summary>
internal sealed class UserEndpoints(EmulatedEnvironment environment)
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 1000;
    private const string Path = "/api/server/v1/users";
    private const string UserPath = Path + "/{userId}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapOperation("createUser", "POST", Path, Create);
        routes.MapOperation("searchUsers", "POST", Path + "/search", Search);
        routes.MapOperation("getUser", "GET", UserPath, request => Json(200, Find(request)));
        routes.MapOperation("updateUser", "PATCH", UserPath, Update);
        routes.MapOperation("deleteUser", "DELETE", UserPath, Delete);
        routes.MapOperation("banUser", "POST", UserPath + "/ban", Ban);
        routes.MapOperation("unbanUser", "POST", UserPath + "/unban", Unban);
        if (environment.Contract >= Contract.V0012)
        {
            routes.MapOperation("updateUserMetadata", "PATCH", UserPath + "/metadata", UpdateMetadata);
        }
    }

    private Reply Create(OperationRequest request)
    {
        UserEntry? user = environment.Users.Create(ProfileReader.ReadNew(request.Fields(), environment));
        return user is not null
            ? Json(201, user)
            : throw new RequestRefusedException(409, "email_already_exists", "Another user of this environment has this email address.", "email");
    }

    private Reply Update(OperationRequest request)
    {
        request.PathId("userId");
        BodyFields fields = request.Fields();
        return Change(request, user => ProfileReader.ReadChange(user, fields, environment.Contract));
    }

    private Reply UpdateMetadata(OperationRequest request)
    {
        request.PathId("userId");
        BodyFields fields = request.Fields();
        return Change(request, user => ProfileReader.ReadMetadata(user, fields, "publicMetadata", "privateMetadata", "unsafeMetadata"));
    }

    private Reply Ban(OperationRequest request) =>
        Change(request, user => user with { Status = UserStatus.Banned }, revokeSessions: true);

    private Reply Unban(OperationRequest request) =>
        Change(request, user => user.Status == UserStatus.Banned ? user with { Status = UserStatus.Active } : user);

    private Reply Delete(OperationRequest request)
    {
        UserEntry user = Change(Find(request), before => before with { Status = UserStatus.Deleted, DeletedAt = Clock.Now() }, revokeSessions: true);

        // Last, so that the address is not free while the user is not deleted yet.
        environment.Users.ReleaseEmail(user);
        return Reply.NoContent;
    }

    /// <summary>
    /// Returns a page. The cursor is the id of the last user of the page before, and the next page starts at the first
    /// greater id, so no change of a user between two pages moves the position.
    /// </summary>
    private Reply Search(OperationRequest request)
    {
        int limit = Math.Clamp(request.QueryNumber("limit") ?? DefaultLimit, 1, MaxLimit);
        Guid? cursor = request.QueryId("cursor");
        var criteria = new SearchCriteria(request.Fields(optional: true), environment.Contract);
        ReadOnlySpan<UserEntry> users = criteria.UserIds is { } ids ? [.. ids.Select(environment.Users.Find).OfType<UserEntry>()] : environment.Users.Snapshot();

        var page = new List<UserEntry>(limit);
        Guid? next = null;
        foreach (UserEntry user in users[(cursor is { } after ? UserStore.FirstAfter(users, after) : 0)..])
        {
            if (!criteria.Matches(user.User))
            {
                continue;
            }

            // One match more than fits, so that the page with the last match has no cursor.
            if (page.Count == limit)
            {
                next = page[^1].Id;
                break;
            }

            page.Add(user);
        }

        if (request.RepeatsCursor)
        {
            next = cursor ?? (page.Count > 0 ? page[^1].Id : Guid.NewGuid());
        }

        return Page(page, next);
    }

    /// <summary>Builds the page from the JSON of its users, which is already serialized.</summary>
    private Reply Page(List<UserEntry> users, Guid? next)
    {
        var body = new ArrayBufferWriter<byte>(users.Count * 512 + 128);
        body.Write("{\"items\":["u8);
        for (int i = 0; i < users.Count; i++)
        {
            body.Write(i > 0 ? ","u8 : default);
            body.Write(users[i].Json(Serialize));
        }

        body.Write(next is { } cursor ? Encoding.UTF8.GetBytes($"],\"nextCursor\":\"{cursor}\",\"hasMore\":true}}") : "],\"nextCursor\":null,\"hasMore\":false}"u8);
        return Reply.JsonBytes(200, body.WrittenMemory);
    }

    private Reply Change(OperationRequest request, Func<User, User> change, bool revokeSessions = false) =>
        Json(200, Change(Find(request), change, revokeSessions));

    /// <summary>Changes a user who is not deleted. A change without an effect keeps the time of the last change.</summary>
    private static UserEntry Change(UserEntry entry, Func<User, User> change, bool revokeSessions)
    {
        User? changed = entry.Change(
            before =>
            {
                User? after = before.Status == UserStatus.Deleted ? null : change(before);
                return after == before ? before : after is null ? null : after with { UpdatedAt = after.DeletedAt ?? Clock.Now() };
            },
            revokeSessions);
        return changed is null ? throw RequestRefusedException.NoAccess() : entry;
    }

    private UserEntry Find(OperationRequest request)
    {
        Guid id = request.PathId("userId");
        return environment.ForeignUsers.Contains(id)
            ? throw RequestRefusedException.NoAccess()
            : environment.Users.Find(id) ?? throw RequestRefusedException.NoSuchUser();
    }

    private Reply Json(int status, UserEntry user) => Reply.JsonBytes(status, user.Json(Serialize));

    private byte[] Serialize(User user) => JsonFormat.Write(json => user.Write(json, environment.Contract));
}
