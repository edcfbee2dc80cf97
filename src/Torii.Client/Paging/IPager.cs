using Torii.Client.Http;

namespace Torii.Client.Paging;

/// <summary>Knows how a service continues a list: by cursor, by offset, by key.</summary>
/// <typeparam name="T">The type of an item.</typeparam>
internal interface IPager<T>
{
    /// <summary>The request of the first page.</summary>
    /// <param name="limit">The largest number of items.</param>
    ApiRequest First(int limit);

    /// <summary>The request of the page after this one; null at the end of the list.</summary>
    /// <remarks>
    /// <see cref="ApiRequest.Cursor"/> must be set. Reading <see cref="Page{T}.Items"/> here parses them before the next
    /// request is sent.
    /// </remarks>
    /// <exception cref="ToriiException">The page does not tell how the list continues.</exception>
    ApiRequest? Next(Page<T> page, int limit);
}

/// <summary>
/// Continues a list after the key of its last item. Items that are changed or removed meanwhile make it skip none, as an
/// offset would. A page may tell how many items are left. That was counted after the page was read, so a full page is
/// never taken for the last one: items of it that were removed meanwhile are missing in the count.
/// </summary>
/// <param name="request">Creates the request for the items after a key (null: the first ones) with a limit.</param>
/// <param name="key">Reads the key of an item.</param>
/// <param name="start">The key to start after; null for the beginning of the list.</param>
internal sealed class KeysetPager<T>(Func<string?, int, ApiRequest> request, Func<T, string> key, string? start) : IPager<T>
{
    private long? _left;
    private int _limit;

    public ApiRequest First(int limit) => Request(start, limit);

    public ApiRequest? Next(Page<T> page, int limit)
    {
        if (page.Count == 0)
        {
            return _left is null or <= 0 ? null : throw new ToriiException(
                ToriiErrorId.InvalidResponse, $"The service returned an empty page although {_left} more items were announced, so the list is incomplete.")
            { Variant = "paging" };
        }

        _left = page.Total - page.Count;
        return _left <= 0 && page.Count < _limit ? null : Request(key(page.Items[^1]), limit);
    }

    private ApiRequest Request(string? after, int limit)
    {
        _limit = limit;
        return request(after, limit);
    }
}

/// <summary>Continues a list at the cursor that its last page names.</summary>
/// <param name="request">Creates the request for the page at a cursor (null: the first page) with a limit.</param>
/// <param name="start">The cursor to start at; null for the beginning of the list.</param>
internal sealed class CursorPager<T>(Func<string?, int, ApiRequest> request, string? start) : IPager<T>
{
    public ApiRequest First(int limit) => request(start, limit);

    public ApiRequest? Next(Page<T> page, int limit) =>
        !string.IsNullOrEmpty(page.NextCursor) ? request(page.NextCursor, limit)
        : page.HasMore != true ? null
        : throw new ToriiException(ToriiErrorId.InvalidResponse, "The service reports more pages but does not name the next one, so the list is incomplete.") { Variant = "paging" };
}
