using System.Runtime.CompilerServices;
using Torii.Client.Http;

namespace Torii.Client.Paging;

/// <summary>
/// Reads a list page by page. The next page is requested as soon as a page tells its position, and fetched and parsed
/// while the caller uses the page before; never more than that one page is requested in advance.
/// </summary>
/// <typeparam name="T">The type of an item.</typeparam>
internal sealed class PagedQuery<T>
{
    private const int MostEmptyPages = 1000;

    /// <summary>How the list continues.</summary>
    public required IPager<T> Pager { get; init; }

    /// <summary>Sends the request of a page.</summary>
    public required Func<ApiRequest, CancellationToken, Task<Page<T>>> Fetch { get; init; }

    /// <summary>
    /// Returns the items of a page that the caller gets. Throws when the page cannot be the response to the query. Null
    /// for all items.
    /// </summary>
    public Func<IReadOnlyList<T>, IReadOnlyList<T>>? Filter { get; init; }

    /// <summary>Whether <see cref="Filter"/> may remove items of a correct page.</summary>
    public bool Narrows { get; init; }

    /// <summary>The largest number of items of a page.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>How many items the caller wants; null for all. Without a local filter no larger page is requested.</summary>
    public long? First { get; init; }

    /// <summary>The pages, filtered. Ending the enumeration cancels the request that is under way.</summary>
    /// <exception cref="ToriiException">
    /// A page could not be read (<see cref="ToriiException.Cursor"/> names it), <see cref="ToriiErrorId.CursorRepeated"/>,
    /// or what <see cref="Filter"/> throws.
    /// </exception>
    public async IAsyncEnumerable<IReadOnlyList<T>> PagesAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // All positions are kept, about 100 bytes a page: a cycle that is found late would repeat changes.
        HashSet<string> seen = new(StringComparer.Ordinal);
        long wanted = First ?? long.MaxValue;
        if (wanted <= 0)
        {
            yield break;
        }

        ApiRequest? request = Pager.First(Limit(wanted));
        Task<Page<T>>? pending = Fetch(request, stop.Token);
        int empty = 0;
        // The first page shows whether the service applies the filter, and a page that is narrowed how many are left.
        bool checksFirst = Filter is not null;
        try
        {
            while (pending is not null)
            {
                string? cursor = request!.Cursor;
                Page<T> page;
                IReadOnlyList<T> items;
                try
                {
                    page = await pending.ConfigureAwait(false);
                    if (cursor is not null)
                    {
                        seen.Add(cursor);
                    }

                    pending = null;
                    empty = page.Count == 0 ? empty + 1 : 0;
                    bool early = !checksFirst && (!Narrows || First is null);
                    if (early)
                    {
                        request = Next(page, wanted - page.Count, seen, empty);
                        pending = request is null ? null : Fetch(request, stop.Token);
                    }

                    items = Filter is null ? page.Items : Filter(page.Items);
                    items = items.Count > wanted ? [.. items.Take((int)wanted)] : items;
                    wanted -= items.Count;
                    if (!early)
                    {
                        request = Next(page, wanted, seen, empty);
                        pending = request is null ? null : Fetch(request, stop.Token);
                    }

                    checksFirst = false;
                }
                catch (ToriiException e)
                {
                    e.Cursor = Copyable(cursor);
                    throw;
                }

                yield return items;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            // Observe an abandoned page so that its exception is not reported as unobserved.
            _ = pending?.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private int Limit(long wanted) => Narrows ? PageSize : (int)Math.Min(PageSize, wanted);

    private ApiRequest? Next(Page<T> page, long wanted, HashSet<string> seen, int empty)
    {
        if (wanted <= 0)
        {
            // Also where no page is wanted any more: a page that names a position of before may be a page of before.
            return page.NextCursor is { } last && seen.Contains(last) ? throw Repeated(last) : null;
        }

        ApiRequest? next = Pager.Next(page, Limit(wanted));
        return next is { Cursor: { } cursor } && seen.Contains(cursor) ? throw Repeated(cursor)
            : next is not null && empty >= MostEmptyPages
                ? throw new ToriiException(
                    ToriiErrorId.InvalidResponse, $"The service returned {MostEmptyPages} empty pages in a row. The list is incomplete.")
                { Variant = "paging" }
                : next;
    }

    private static ToriiException Repeated(string cursor) => new(
        ToriiErrorId.CursorRepeated,
        $"The service returned the cursor {Redactor.RedactLine(cursor)} a second time, so the list would never end. It is incomplete.");

    /// <summary>The error shows the cursor for a person to copy into a command, so it must be safe to show.</summary>
    private static string? Copyable(string? cursor) => cursor is not null && Redactor.RedactLine(cursor) == cursor ? cursor : null;
}
