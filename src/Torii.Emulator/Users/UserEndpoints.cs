namespace Torii.Emulator.Users;

/// <summary>The operations on users.</summary>
internal sealed class UserEndpoints(EmulatedEnvironment environment)
{
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
        UserEntry user = Change(Find(request), before => before with { Status = UserStatus.Deleted, DeletedAt = Clock.Now(), Memberships = [] }, revokeSessions: true);

        // Last, so that the address is not free while the user is not deleted yet.
        environment.Users.ReleaseEmail(user);
        return Reply.NoContent;
    }

    private Reply Search(OperationRequest request)
    {
        var criteria = new SearchCriteria(request.Fields(optional: true), environment.Contract);
        return Pager.Page(
            request,
            cursor => (criteria.UserIds is { } ids ? Selected(ids, cursor) : environment.Users.After(cursor)).Where(user => criteria.Matches(user.User)),
            user => user.Id,
            user => user.Json(Serialize),
            MaxLimit);
    }

    private IEnumerable<UserEntry> Selected(List<Guid> ids, Guid? cursor) =>
        ids.Where(id => cursor is null || id.CompareTo(cursor.Value) > 0).Select(environment.Users.Find).OfType<UserEntry>();

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
