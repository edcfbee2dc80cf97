using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Paging;

/// <summary>The requested pages are no larger than what is wanted.</summary>
public sealed class FirstTests
{
    [Theory]
    [InlineData(1, 100, "1")]
    [InlineData(100, 100, "100")]
    [InlineData(250, 100, "100 100 50")]
    [InlineData(3, 2, "2 1")]
    public async Task No_page_is_larger_than_what_is_still_wanted(long first, int pageSize, string limits)
    {
        ScriptedHandler handler = new(static sent => Answer.Json(People.PageOf(1000, sent)));
        using ToriiService client = TestClient.Create(handler);

        List<ToriiUser> found = await client.SearchAsync(new UserQuery { First = first, PageSize = pageSize }).Soon();

        Assert.Equal(first, found.Count);
        Assert.Equal(limits, string.Join(' ', handler.Requests.Select(static r => r.Query("limit"))));
    }

    [Fact]
    public async Task First_beyond_the_end_returns_the_whole_list()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(People.PageOf(130, sent)));
        using ToriiService client = TestClient.Create(handler);

        Assert.Equal(130, (await client.SearchAsync(new UserQuery { First = 500 }).Soon()).Count);
        Assert.Equal(2, handler.Requests.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Without_a_wanted_item_no_request_is_sent(long first)
    {
        ScriptedHandler handler = new(static sent => Answer.Json(People.PageOf(5, sent)));
        using ToriiService client = TestClient.Create(handler);

        Assert.Empty(await client.SearchAsync(new UserQuery { First = first }).Soon());
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task A_page_with_more_items_than_requested_returns_no_more_than_First()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(People.Page(null, [.. Enumerable.Range(0, 20).Select(static n => People.User(n))])));
        using ToriiService client = TestClient.Create(handler);

        Assert.Equal(3, (await client.SearchAsync(new UserQuery { First = 3 }).Soon()).Count);
    }

    [Fact]
    public async Task With_a_local_filter_the_page_size_does_not_follow_First()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(People.PageOf(1000, sent)));
        using ToriiService client = TestClient.Create(handler);
        UserQuery search = new() { First = 1, PageSize = 200, Keep = static u => u.UserId == People.Id(999) };

        List<ToriiUser> found = await client.SearchAsync(search).Soon();

        Assert.Equal(People.Id(999), Assert.Single(found).UserId);
        Assert.All(handler.Requests, static r => Assert.Equal("200", r.Query("limit")));
        Assert.Equal(5, handler.Requests.Count);
    }

    [Fact]
    public async Task With_a_local_filter_nothing_is_requested_after_the_last_wanted_item()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(People.PageOf(1000, sent)));
        using ToriiService client = TestClient.Create(handler);
        UserQuery search = new() { First = 2, Keep = static u => u.UserId == People.Id(50) || u.UserId == People.Id(150) };

        Assert.Equal(2, (await client.SearchAsync(search).Soon()).Count);
        await Patience.Settle();

        Assert.Equal(2, handler.Requests.Count);
    }

    [Fact]
    public async Task No_page_is_requested_after_the_last_wanted_item()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(People.PageOf(1000, sent)));
        using ToriiService client = TestClient.Create(handler);

        await client.SearchAsync(new UserQuery { First = 200 }).Soon();
        await Patience.Settle();

        Assert.Equal(2, handler.Requests.Count);
    }

    [Fact]
    public async Task A_missing_cursor_after_the_last_wanted_item_is_no_error()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json("""{"items":[""" + People.User().ToJsonString() + """],"hasMore":true}""")));

        Assert.Single(await client.SearchAsync(new UserQuery { First = 1 }).Soon());
    }
}
