using System.Runtime.CompilerServices;
using Torii.Client.Http;

namespace Torii.Client.Paging;

/// <summary>
/// Walks a cursor-paged list: the next page is fetched while the current one is used, and never more than that one.
/// </summary>
/// <typeparam name="T">What is listed.</typeparam>
internal sealed class CursorPager<T>
{
    /// <summary>Fetches the page at a cursor (null: the first) with at most so many items.</summary>
    public required Func<string?, int, CancellationToken, Task<Page<T>>> Fetch { get; init; }

    /// <summary>What of a page the caller gets; throws when the page cannot be an answer to what was asked.</summary>
    public Func<IReadOnlyList<T>, IReadOnlyList<T>> Narrow { get; init; } = static items => items;

    /// <summary>How many items a page has at most.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>
    /// Whether a page is asked for no more items than are still wanted. Not where items are left out here: then one
    /// that is wanted may need many that are not.
    /// </summary>
    public bool PageSizeFollowsRest { get; init; } = true;

    /// <summary>How many items the caller wants; null for all.</summary>
    public long? First { get; init; }

    /// <summary>Where to start; null for the beginning.</summary>
    public string? Cursor { get; init; }

    /// <summary>
    /// The pages, narrowed, as they come. Ending the enumeration cancels the page that is under way.
    /// </summary>
    /// <exception cref="ToriiException">
    /// A page could not be had (<see cref="ToriiException.Cursor"/> then says which), <c>Torii.CursorRepeated</c>, or
    /// what <see cref="Narrow"/> throws.
    /// </exception>
    public async IAsyncEnumerable<IReadOnlyList<T>> PagesAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using CancellationTokenSource walk = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // Every cursor of a walk is kept, some 100 bytes a page: a cycle found late would have acted on people twice.
        HashSet<string> seen = new(StringComparer.Ordinal);
        long left = First ?? long.MaxValue;
        if (left <= 0)
        {
            yield break;
        }

        string? cursor = Cursor;
        Task<Page<T>>? pending = Start(cursor, left, walk.Token);
        try
        {
            while (pending is not null)
            {
                Page<T> page = await AtCursor(pending, cursor).ConfigureAwait(false);
                if (cursor is not null)
                {
                    seen.Add(cursor);
                }

                IReadOnlyList<T> items = Narrow(page.Items);
                if (items.Count > left)
                {
                    items = items.Take((int)left).ToArray();
                }

                left -= items.Count;
                cursor = NextCursor(page, cursor, seen, wanted: left > 0);
                pending = cursor is null || left == 0 ? null : Start(cursor, left, walk.Token);
                yield return items;
            }
        }
        finally
        {
            walk.Cancel();
            // Nobody waits for a page that nobody wants; its failure is nobody's error.
            _ = pending?.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private Task<Page<T>> Start(string? cursor, long left, CancellationToken cancellation) =>
        Fetch(cursor, PageSizeFollowsRest ? (int)Math.Min(PageSize, left) : PageSize, cancellation);

    /// <summary>The page that such an error is about is not passed on, so its own cursor is the one to go on from.</summary>
    private static string? NextCursor(Page<T> page, string? current, HashSet<string> seen, bool wanted)
    {
        if (string.IsNullOrEmpty(page.NextCursor))
        {
            return page.HasMore == true && wanted
                ? throw new ToriiException(
                    "Torii.InvalidResponse",
                    "The service says that there are more pages but not where the next one is, so the list is not complete.",
                    "Run it again; if it stays so, tell torii.") { Cursor = ForPerson(current) }
                : null;
        }

        return seen.Contains(page.NextCursor)
            ? throw new ToriiException(
                "Torii.CursorRepeated",
                $"The service gave the cursor {Redactor.RedactLine(page.NextCursor)} a second time, so the list would never end. It was stopped "
                + "here and is not complete.",
                "Run it again; if it stays so, tell torii.") { Cursor = ForPerson(current) }
            : page.NextCursor;
    }

    /// <summary>A cursor is a stranger's text, and an error shows it for a person to copy into a command.</summary>
    private static string? ForPerson(string? cursor) => cursor is not null && Redactor.RedactLine(cursor) == cursor ? cursor : null;

    private static async Task<Page<T>> AtCursor(Task<Page<T>> pending, string? cursor)
    {
        try
        {
            return await pending.ConfigureAwait(false);
        }
        catch (ToriiException e)
        {
            e.Cursor = ForPerson(cursor);
            throw;
        }
    }
}
