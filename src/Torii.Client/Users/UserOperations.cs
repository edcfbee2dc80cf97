using Torii.Client.Http;
using Torii.Client.Paging;

namespace Torii.Client.Users;

/// <summary>What the server API does with users.</summary>
public sealed class UserOperations
{
    internal const string Path = "/api/server/v1/users";

    private readonly ApiPipeline _pipeline;

    internal UserOperations(ApiPipeline pipeline) => _pipeline = pipeline;

    /// <summary>One user (getUser).</summary>
    /// <exception cref="ToriiException"><c>Torii.UserNotFound</c>, <c>Torii.InvalidId</c>, or what every request throws.</exception>
    public async Task<ToriiUser> GetAsync(string userId, RequestContext context)
    {
        string id = ResourceId.Check(userId, "user");
        ToriiUser user = await _pipeline.SendAsync(
            new ApiRequest { Method = HttpMethod.Get, Path = $"{Path}/{id}", Repeatable = true, NotFoundErrorId = "Torii.UserNotFound" },
            context,
            Json.Default.ToriiUser).ConfigureAwait(false);
        return Expect.Whole(user, Expect.SameId(user.UserId, id) ? null : "id");
    }

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
        PageWalk<ToriiUser> walk = new()
        {
            // When users are left out here, what is still wanted says nothing about how large the next page must be.
            PageSize = (int)Math.Min(search.PageSize, search.First ?? long.MaxValue),
            PageSizeFollowsRest = !search.Filter.Narrows,
            First = search.First,
            Cursor = search.Cursor,
            Narrow = search.Filter.Apply,
            Fetch = (cursor, limit, cancellation) => FetchAsync(body, fields, cursor, limit, context with { Cancellation = cancellation }),
        };
        return walk.PagesAsync(context.Cancellation);
    }

    /// <summary>The cheapest request that only a valid key gets answered: one user, whoever it is.</summary>
    public Task CheckAsync(RequestContext context) => FetchAsync("{}"u8.ToArray(), [], null, 1, context);

    private async Task<Page<ToriiUser>> FetchAsync(
        byte[] body, IReadOnlyList<string> fields, string? cursor, int limit, RequestContext context)
    {
        string at = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
        UserPage page = await _pipeline.SendAsync(
            new ApiRequest
            {
                Method = HttpMethod.Post,
                Path = $"{Path}/search?limit={limit}{at}",
                Body = body,
                BodyFields = fields,
                Repeatable = true,
            },
            context,
            Json.Default.UserPage).ConfigureAwait(false);
        foreach (ToriiUser user in Expect.NotNull(page.Items, "items"))
        {
            Expect.Whole(user);
        }

        return new Page<ToriiUser>(page.Items, page.NextCursor, page.HasMore);
    }
}
