using System.Collections.Concurrent;
using Torii.Client.Http;
using Torii.Client.Paging;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Paging;

/// <summary>Paging without a service: other kinds of positions, and the order of requests and parsing.</summary>
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
    public async Task The_next_page_is_requested_before_the_items_are_parsed()
    {
        TaskCompletionSource second = new();
        PagedQuery<int> query = Query(new OffsetPager(), 2, null, request =>
        {
            if (request.Path == "2+2")
            {
                second.SetResult();
                return Page([9], 3);
            }

            return new Page<int>([default, default], (_, index) => second.Task.Wait(TimeSpan.FromSeconds(20)) ? 7 + index : throw new TimeoutException()) { Total = 3 };
        });

        Assert.Equal([7, 8, 9], await ReadAsync(query));
    }

    [Fact]
    public async Task The_next_page_is_parsed_while_the_caller_uses_the_one_before()
    {
        PagedQuery<int> query = Query(new OffsetPager(), 2, null, request => Page(request.Path[0] == '0' ? [7, 8] : [9], 3));
        await using IAsyncEnumerator<IReadOnlyList<int>> pages = query.PagesAsync(default).GetAsyncEnumerator();

        Assert.True(await pages.MoveNextAsync());

        await Patience.Until(() => Log.Contains("parse 9"), "the second page is parsed");
    }

    [Fact]
    public async Task A_page_that_may_be_narrowed_is_parsed_before_the_next_one_is_requested()
    {
        PagedQuery<int> query = Query(
            new OffsetPager(), 2, 1, request => Page(request.Path[0] == '0' ? [7, 8] : [9], 3), static items => [.. items.Where(static i => i > 8)]);

        Assert.Equal([9], await ReadAsync(query));

        Assert.Equal(["0+2", "parse 7", "parse 8", "2+2", "parse 9"], Log);
    }

    [Fact]
    public async Task A_service_that_returns_empty_pages_for_ever_is_an_error()
    {
        int cursor = 0;
        PagedQuery<int> query = Query(
            new CursorPager<int>(static (at, _) => new ApiRequest { Method = HttpMethod.Get, Path = "+", Cursor = at }, null),
            100, null, _ => new Page<int>([], static (_, _) => 0) { NextCursor = $"{++cursor}" });

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
        IPager<int> pager, int pageSize, long? first, Func<ApiRequest, Page<int>> answer, Func<IReadOnlyList<int>, IReadOnlyList<int>>? filter = null) => new()
        {
            Pager = pager,
            PageSize = pageSize,
            First = first,
            Filter = filter,
            Narrows = filter is not null,
            Fetch = (request, _) =>
            {
                _log.Enqueue(request.Path);
                return Task.FromResult(answer(request));
            },
        };

    private Page<int> Page(IEnumerable<int> items, int total)
    {
        int[] all = [.. items];
        return new Page<int>(
            [.. all.Select(static _ => ReadOnlyMemory<byte>.Empty)],
            (_, index) =>
            {
                _log.Enqueue($"parse {all[index]}");
                return all[index];
            })
        { Total = total };
    }

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
