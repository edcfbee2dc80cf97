using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Paging;

/// <summary>Which pages are requested, and when.</summary>
[Collection(nameof(Alone))]
public sealed class CursorPagerTests
{
    [Theory]
    [InlineData(1, 100, 1)]
    [InlineData(99, 100, 1)]
    [InlineData(100, 100, 1)]
    [InlineData(101, 100, 2)]
    [InlineData(200, 100, 2)]
    [InlineData(250, 100, 3)]
    [InlineData(7, 1, 7)]
    [InlineData(1000, 1000, 1)]
    public async Task Reading_a_list_takes_one_request_a_page(int users, int pageSize, int requests)
    {
        ScriptedHandler handler = Directory(users);
        using ToriiService client = TestClient.Create(handler);

        List<ToriiUser> found = await client.SearchAsync(new UserQuery { PageSize = pageSize }).Soon();

        Assert.Equal(Enumerable.Range(0, users).Select(People.Id), found.Select(static u => u.UserId));
        Assert.Equal(requests, handler.Requests.Count);
        Assert.All(handler.Requests, r => Assert.Equal($"{pageSize}", r.Query("limit")));
    }

    [Fact]
    public async Task An_empty_list_takes_one_request()
    {
        ScriptedHandler handler = Directory(0);
        using ToriiService client = TestClient.Create(handler);

        Assert.Empty(await client.SearchAsync(new UserQuery()).Soon());
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task Each_page_is_asked_for_at_the_cursor_of_the_one_before()
    {
        ScriptedHandler handler = Directory(250);
        using ToriiService client = TestClient.Create(handler);

        await client.SearchAsync(new UserQuery()).Soon();

        Assert.Equal(["", People.Id(99), People.Id(199)], handler.Requests.Select(static r => r.Query("cursor")));
    }

    [Fact]
    public async Task Paging_can_start_at_a_cursor()
    {
        ScriptedHandler handler = Directory(250);
        using ToriiService client = TestClient.Create(handler);

        List<ToriiUser> found = await client.SearchAsync(new UserQuery { Cursor = People.Id(199) }).Soon();

        Assert.Equal(People.Id(200), found[0].UserId);
        Assert.Equal(50, found.Count);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task A_cursor_is_escaped_in_the_request()
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(
            static () => Answer.Json(People.Page("a/b&limit=9?#é", People.User(1))), static () => Answer.Json(People.Page(null)));
        using ToriiService client = TestClient.Create(handler);

        await client.SearchAsync(new UserQuery()).Soon();

        Assert.Equal("/api/server/v1/users/search?limit=100&cursor=a%2Fb%26limit%3D9%3F%23%C3%A9", handler.Requests[1].PathAndQuery);
    }

    [Fact]
    public async Task Only_the_next_page_is_requested_while_one_is_used()
    {
        ScriptedHandler handler = Directory(1000);
        using ToriiService client = TestClient.Create(handler);
        await using IAsyncEnumerator<IReadOnlyList<ToriiUser>> pages = client.Users.SearchAsync(new UserQuery(), default).GetAsyncEnumerator();
        await Patience.Settle();
        Assert.Empty(handler.Requests);

        for (int page = 1; page <= 3; page++)
        {
            Assert.True(await pages.MoveNextAsync());
            await Patience.Until(() => handler.Requests.Count == page + 1, "the next page is asked for");
            await Patience.Settle();
            Assert.Equal(page + 1, handler.Requests.Count);
        }
    }

    [Fact]
    public async Task The_last_page_is_followed_by_no_request()
    {
        ScriptedHandler handler = Directory(100);
        using ToriiService client = TestClient.Create(handler);
        await using IAsyncEnumerator<IReadOnlyList<ToriiUser>> pages = client.Users.SearchAsync(new UserQuery(), default).GetAsyncEnumerator();

        Assert.True(await pages.MoveNextAsync());
        await Patience.Settle();
        Assert.False(await pages.MoveNextAsync());

        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task A_page_is_returned_before_the_next_one_has_arrived()
    {
        TaskCompletionSource second = new();
        ScriptedHandler handler = new(async (sent, _) =>
        {
            await (sent.Number == 2 ? second.Task : Task.CompletedTask);
            return Answer.Json(People.PageOf(200, sent));
        });
        using ToriiService client = TestClient.Create(handler);
        await using IAsyncEnumerator<IReadOnlyList<ToriiUser>> pages = client.Users.SearchAsync(new UserQuery(), default).GetAsyncEnumerator();

        Assert.True(await pages.MoveNextAsync().AsTask().Soon());
        Assert.Equal(100, pages.Current.Count);
        second.SetResult();
        Assert.True(await pages.MoveNextAsync().AsTask().Soon());
    }

    [Fact]
    public async Task Ending_the_enumeration_cancels_the_request_under_way()
    {
        TaskCompletionSource cancelled = new();
        ScriptedHandler handler = new(async (sent, cancellation) =>
        {
            if (sent.Number == 2)
            {
                await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancelled.SetResult();
            }

            return Answer.Json(People.PageOf(500, sent));
        });
        using ToriiService client = TestClient.Create(handler);
        IAsyncEnumerator<IReadOnlyList<ToriiUser>> pages = client.Users.SearchAsync(new UserQuery(), default).GetAsyncEnumerator();
        Assert.True(await pages.MoveNextAsync());
        await Patience.Until(() => handler.Requests.Count == 2, "the second page is asked for");

        await Patience.AtOnce(() => pages.DisposeAsync().AsTask());

        await cancelled.Task.Soon();
        await Patience.Settle();
        Assert.Equal(2, handler.Requests.Count);
    }

    [Fact]
    public async Task The_failure_of_an_abandoned_page_is_not_reported_as_unobserved()
    {
        List<Exception> unobserved = [];
        EventHandler<UnobservedTaskExceptionEventArgs> watch = (_, e) =>
        {
            if (e.Exception.ToString().Contains("walk-that-ended", StringComparison.Ordinal))
            {
                unobserved.Add(e.Exception);
            }
        };
        TaskScheduler.UnobservedTaskException += watch;
        try
        {
            await AbandonWalkAsync();
            for (int i = 0; i < 5; i++)
            {
                await Patience.Settle();
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= watch;
        }

        Assert.Empty(unobserved);
    }

    [Fact]
    public async Task An_empty_page_does_not_end_the_list()
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(
            static () => Answer.Json(People.Page(People.Id(1), People.User(1))),
            static () => Answer.Json(People.Page(People.Id(2))),
            static () => Answer.Json(People.Page(null, People.User(3))));
        using ToriiService client = TestClient.Create(handler);

        List<ToriiUser> found = await client.SearchAsync(new UserQuery()).Soon();

        Assert.Equal([People.Id(1), People.Id(3)], found.Select(static u => u.UserId));
        Assert.Equal(3, handler.Requests.Count);
    }

    [Theory]
    [InlineData("""{"items":[],"hasMore":false}""")]
    [InlineData("""{"items":[],"nextCursor":null}""")]
    [InlineData("""{"items":[],"nextCursor":"","hasMore":false}""")]
    [InlineData("""{"items":[]}""")]
    public async Task A_page_without_a_cursor_is_the_last_one(string page)
    {
        ScriptedHandler handler = new(_ => Answer.Json(page));
        using ToriiService client = TestClient.Create(handler);

        Assert.Empty(await client.SearchAsync(new UserQuery()).Soon());
        Assert.Single(handler.Requests);
    }

    private static async Task AbandonWalkAsync()
    {
        ScriptedHandler handler = new(static async (sent, _) =>
        {
            if (sent.Number > 1)
            {
                await Task.Yield();
                throw new InvalidOperationException("walk-that-ended");
            }

            return Answer.Json(People.PageOf(500, sent));
        });
        using ToriiService client = TestClient.Create(handler);
        await using IAsyncEnumerator<IReadOnlyList<ToriiUser>> pages = client.Users.SearchAsync(new UserQuery(), default).GetAsyncEnumerator();
        Assert.True(await pages.MoveNextAsync());
    }

    private static ScriptedHandler Directory(int users) => new(sent => Answer.Json(People.PageOf(users, sent)));
}
