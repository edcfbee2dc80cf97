using Torii.Emulator.Http;
using Torii.Emulator.Store;

namespace Torii.Emulator.Users;

/// <summary>The operations on users.</summary>
internal sealed class UserOperations(EmulatedEnvironment environment, UserJson json)
{
    public ApiAnswer Create(ApiRequest request)
    {
        var template = ProfileFields.ReadNew(request.Fields(), environment.Contract);
        var user = environment.Users.Create(template)
            ?? throw new Refusal(409, "email_already_exists", "Another user of this environment has this e-mail address.", "email");
        return ApiAnswer.Json(201, json.Bytes(user));
    }

    public ApiAnswer Get(ApiRequest request)
    {
        var id = request.PathId("userId");
        return ApiAnswer.Json(200, json.Bytes(Find(id)));
    }

    public ApiAnswer Update(ApiRequest request)
    {
        var id = request.PathId("userId");
        var fields = request.Fields();
        return Change(id, user => ProfileFields.ReadChange(user, fields, environment.Contract));
    }

    public ApiAnswer UpdateMetadata(ApiRequest request)
    {
        var id = request.PathId("userId");
        var fields = request.Fields();
        return Change(id, user => ProfileFields.ReadMetadata(user, fields, "publicMetadata", "privateMetadata", "unsafeMetadata"));
    }

    public ApiAnswer Ban(ApiRequest request) =>
        Change(request.PathId("userId"), user => user with { Status = UserStatus.Banned }, revokeSessions: true);

    public ApiAnswer Unban(ApiRequest request) =>
        Change(request.PathId("userId"), user => user.Status == UserStatus.Banned ? user with { Status = UserStatus.Active } : user);

    public ApiAnswer Delete(ApiRequest request)
    {
        var user = Find(request.PathId("userId"));
        _ = user.Change(Deleted, revokeSessions: true) ?? throw Refusal.NoAccess();

        // Afterwards, so that the address never has no owner while its user still lives.
        environment.Users.ReleaseEmail(user);
        return ApiAnswer.NoContent;
    }

    private static UserState? Deleted(UserState user)
    {
        var now = Clock.Now();
        return user.Status == UserStatus.Deleted
            ? null
            : user with { Status = UserStatus.Deleted, DeletedAt = now, UpdatedAt = now };
    }

    /// <summary>Changes a living user; a change that changes nothing leaves the time of the last change alone.</summary>
    private ApiAnswer Change(Guid id, Func<UserState, UserState> change, bool revokeSessions = false)
    {
        var user = Find(id);
        _ = user.Change(Applied, revokeSessions) ?? throw Refusal.NoAccess();
        return ApiAnswer.Json(200, json.Bytes(user));

        UserState? Applied(UserState before)
        {
            if (before.Status == UserStatus.Deleted)
            {
                return null;
            }

            var after = change(before);
            return after == before ? before : after with { UpdatedAt = Clock.Now() };
        }
    }

    private UserEntry Find(Guid id)
    {
        if (environment.IsForeign(id))
        {
            throw Refusal.NoAccess();
        }

        return environment.Users.Find(id) ?? throw Refusal.NoSuchUser();
    }
}
