using System.Collections.Concurrent;
using Torii.Client.Http;
using Torii.Client.Paging;

namespace Torii.Client.Tests.Paging;

/// <summary>Paging without a service: other kinds of positions, and the order of requests and checks.</summary>
public sealed class PagedQueryTests
{
    private readonly ConcurrentQueue<string> _log = new();

    private IEnumerable<string> Log => [.. _log];

    [Theory]
    [InlineData(0, 100, null, "0+100")]
    [InlineData(250, 100, null, "0+100 100+100 200+100")]
    [InlineData(200, 100, null, "0+100 100+100")]
    [InlineData(250, 100, 130L, "0+100 100+30")]
    public async Task A_list_with_offsets_is_read(int total, int pageSize, long? first, string requests)
    {
        PagedQuery<int> query = Query(new OffsetPager(), pageSize, first, request =>
        {
            int[] parts = [.. request.Path.Split('+').Select(int.Parse)];
            return Page(Enumerable.Range(parts[0], Math.Clamp(total - parts[0], 0, parts[1])), total);
        });

        List<int> found = await ReadAsync(query);

        Assert.Equal(Enumerable.Range(0, (int)Math.Min(total, first ?? total)), found);
        Assert.Equal(requests, string.Join(' ', Log.Where(static l => l.Contains('+'))));
    }

    [Fact]
    public async Task The_next_page_is_requested_before_the_items_are_checked()
    {
        TaskCompletionSource third = new();
        PagedQuery<int> query = Query(
            new OffsetPager(),
            1,
            null,
            request =>
            {
                _ = request.Path == "2+1" && third.TrySetResult();
                return new Page<int>([request.Path[0]]) { Total = 3 };
            },
            items => items[0] != '1' || third.Task.Wait(TimeSpan.FromSeconds(20)) ? items : throw new TimeoutException(),
            narrows: false);

        Assert.Equal(['0', '1', '2'], await ReadAsync(query));
    }

    [Fact]
    public async Task The_next_page_is_requested_although_an_item_cannot_be_read()
    {
        ToriiException fault = new(ToriiErrorId.InvalidResponse, "Item 1 of the page has another shape.");
        PagedQuery<int> query = Query(
            new CursorPager<int>(static (at, _) => new ApiRequest { Method = HttpMethod.Get, Path = at ?? "first", Cursor = at }, null),
            100, null, request => request.Path == "first" ? new Page<int>([0], fault) { NextCursor = "second" } : new Page<int>([1]));

        Assert.Same(fault, await Assert.ThrowsAsync<ToriiException>(() => ReadAsync(query)));

        Assert.Equal(["first", "second"], Log);
        Assert.Null(fault.Cursor);
    }

    [Fact]
    public async Task A_page_that_may_be_narrowed_is_filtered_before_the_next_one_is_requested()
    {
        PagedQuery<int> query = Query(
            new OffsetPager(), 2, 1, request => Page(request.Path[0] == '0' ? [7, 8] : [9], 3), items =>
            {
                _log.Enqueue($"filter {items[0]}");
                return [.. items.Where(static i => i > 8)];
            });

        Assert.Equal([9], await ReadAsync(query));

        Assert.Equal(["0+2", "filter 7", "2+2", "filter 9"], Log);
    }

    [Fact]
    public async Task A_service_that_returns_empty_pages_for_ever_is_an_error()
    {
        int cursor = 0;
        PagedQuery<int> query = Query(
            new CursorPager<int>(static (at, _) => new ApiRequest { Method = HttpMethod.Get, Path = "+", Cursor = at }, null),
            100, null, _ => new Page<int>([]) { NextCursor = $"{++cursor}" });

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => ReadAsync(query));

        Assert.Equal((ToriiErrorId.InvalidResponse, "paging", "999"), (error.ErrorId, error.Variant, error.Cursor));
        Assert.Equal(1000, cursor);
    }

    private static async Task<List<int>> ReadAsync(PagedQuery<int> query)
    {
        List<int> found = [];
        await foreach (IReadOnlyList<int> page in query.PagesAsync(default))
        {
            found.AddRange(page);
        }

        return found;
    }

    private PagedQuery<int> Query(
        IPager<int> pager, int pageSize, long? first, Func<ApiRequest, Page<int>> answer, Func<IReadOnlyList<int>, IReadOnlyList<int>>? filter = null, bool narrows = true) => new()
        {
            Pager = pager,
            PageSize = pageSize,
            First = first,
            Filter = filter,
            Narrows = filter is not null && narrows,
            Fetch = (request, _) =>
            {
                _log.Enqueue(request.Path);
                return Task.FromResult(answer(request));
            },
        };

    private static Page<int> Page(IEnumerable<int> items, int total) => new([.. items]) { Total = total };

    private sealed class OffsetPager : IPager<int>
    {
        private int _offset;

        public ApiRequest First(int limit) => At(limit);

        public ApiRequest? Next(Page<int> page, int limit)
        {
            _offset += page.Count;
            return _offset < page.Total ? At(limit) : null;
        }

        private ApiRequest At(int limit) => new() { Method = HttpMethod.Get, Path = $"{_offset}+{limit}", Cursor = $"{_offset}" };
    }
}
