using Torii.Emulator.Http;
using Torii.Emulator.Store;

namespace Torii.Emulator.Users;

/// <summary>
/// Pages through users by key: the cursor is the id of the last user that was given out, and the next page starts at
/// the first greater id. Nothing that happens to any user between two pages moves that place.
/// </summary>
internal sealed class UserSearch(EmulatedEnvironment environment, UserJson json)
{
    public const int DefaultLimit = 20;
    public const int MostPerPage = 1000;

    public ApiAnswer Search(ApiRequest request)
    {
        var limit = Math.Clamp(request.QueryNumber("limit") ?? DefaultLimit, 1, MostPerPage);
        var cursor = request.QueryId("cursor");
        var filter = UserFilter.Read(request.Fields(optional: true), environment.Contract);

        var page = new List<UserEntry>(limit);
        var more = filter.UserIds is { } ids
            ? Collect(Named(ids), cursor, filter, limit, page)
            : Collect(environment.Users.Snapshot(), cursor, filter, limit, page);
        var next = more ? page[^1].Id : (Guid?)null;
        if (request.RepeatsCursor)
        {
            next = cursor ?? (page.Count > 0 ? page[^1].Id : Guid.NewGuid());
        }

        return ApiAnswer.Json(200, json.Page(page, next));
    }

    /// <summary>Fills the page, and looks one match further, so that a page that takes the last match says so.</summary>
    private static bool Collect(ReadOnlySpan<UserEntry> users, Guid? cursor, UserFilter filter, int limit, List<UserEntry> page)
    {
        var start = cursor is { } after ? UserDirectory.FirstAfter(users, after) : 0;
        foreach (var user in users[start..])
        {
            if (filter.Matches(user.State))
            {
                if (page.Count == limit)
                {
                    return true;
                }

                page.Add(user);
            }
        }

        return false;
    }

    private UserEntry[] Named(List<Guid> ids) => [.. ids.Select(environment.Users.Find).OfType<UserEntry>()];
}
