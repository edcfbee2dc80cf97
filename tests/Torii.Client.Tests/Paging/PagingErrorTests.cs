using System.Net;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Paging;

/// <summary>Paging that stops early is an error that names the cursor to continue from.</summary>
public sealed class PagingErrorTests
{
    private readonly List<ToriiUser> _found = [];

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    public async Task An_error_carries_the_cursor_of_the_page_that_was_not_read(int failing, int? lastSeen)
    {
        ScriptedHandler handler = new(sent => sent.Number == failing ? Answer.Empty(HttpStatusCode.Forbidden) : Answer.Json(People.PageOf(5, sent)));

        ToriiException error = await Walk(handler, new UserQuery { PageSize = 1 });

        Assert.Equal("Torii.Forbidden", error.ErrorId);
        Assert.Equal(lastSeen is { } n ? People.Id(n) : null, error.Cursor);
        Assert.Equal(failing - 1, _found.Count);
    }

    [Fact]
    public async Task An_error_on_the_first_page_carries_the_cursor_that_paging_started_at()
    {
        ToriiException error = await Walk(new ScriptedHandler(static _ => Answer.Html()), new UserQuery { Cursor = People.Id(77) });

        Assert.Equal(People.Id(77), error.Cursor);
    }

    [Theory]
    [InlineData("a\nRemove-Item x")]
    [InlineData("a\u001b[2J")]
    [InlineData(TestClient.Key)]
    public async Task A_cursor_that_is_unsafe_to_copy_is_not_reported(string cursor)
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(
            () => Answer.Json(People.Page(cursor, People.User(1))), static () => Answer.Empty(HttpStatusCode.BadRequest));

        Assert.Null((await Walk(handler, new UserQuery())).Cursor);
        Assert.Equal(cursor, Uri.UnescapeDataString(handler.Requests[1].Query("cursor")));
    }

    [Fact]
    public async Task Going_on_at_that_cursor_gives_each_user_once()
    {
        bool down = true;
        ScriptedHandler handler = new(sent => down && sent.Query("cursor") == People.Id(29) ? Answer.Empty(HttpStatusCode.Unauthorized) : Answer.Json(People.PageOf(45, sent)));

        ToriiException error = await Walk(handler, new UserQuery { PageSize = 10 });
        down = false;
        using ToriiService client = TestClient.Create(handler);
        _found.AddRange(await client.SearchAsync(new UserQuery { PageSize = 10, Cursor = error.Cursor }).Soon());

        Assert.Equal(Enumerable.Range(0, 45).Select(People.Id), _found.Select(static u => u.UserId));
    }

    [Fact]
    public async Task A_service_that_ignores_the_cursor_is_noticed_before_anybody_comes_twice()
    {
        ScriptedHandler handler = Endless(static _ => People.Page(People.Id(1), People.User(0), People.User(1)));

        ToriiException error = await Walk(handler, new UserQuery());

        Assert.Equal("Torii.CursorRepeated", error.ErrorId);
        Assert.Equal([People.Id(0), People.Id(1)], _found.Select(static u => u.UserId));
        Assert.Equal(2, handler.Requests.Count);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    public async Task A_longer_cycle_of_cursors_ends_too(int length)
    {
        ScriptedHandler handler = Endless(sent => People.Page(People.Id(sent.Number % length), People.User(sent.Number)));

        ToriiException error = await Walk(handler, new UserQuery());

        Assert.Equal("Torii.CursorRepeated", error.ErrorId);
        Assert.Equal(length + 1, handler.Requests.Count);
        Assert.Equal(_found.Count, _found.DistinctBy(static u => u.UserId).Count());
    }

    [Fact]
    public async Task A_cycle_back_to_the_first_cursor_is_detected()
    {
        ScriptedHandler handler = Endless(static sent => People.Page(People.Id(50), People.User(sent.Number)));

        ToriiException error = await Walk(handler, new UserQuery { Cursor = People.Id(50) });

        Assert.Equal("Torii.CursorRepeated", error.ErrorId);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task A_repeated_cursor_reports_the_cursor_to_continue_from()
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(
            static () => Answer.Json(People.Page(People.Id(1), People.User(1))),
            static () => Answer.Json(People.Page(People.Id(2), People.User(2))),
            static () => Answer.Json(People.Page(People.Id(1), People.User(3))));

        ToriiException error = await Walk(handler, new UserQuery());

        Assert.Equal(People.Id(2), error.Cursor);
        Assert.Contains("incomplete", error.Message);
        Assert.Contains(People.Id(1), error.Message);
        Assert.Equal([People.Id(1), People.Id(2)], _found.Select(static u => u.UserId));
    }

    [Fact]
    public async Task More_pages_without_a_cursor_is_an_error_and_not_the_end()
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(
            static () => Answer.Json(People.Page(People.Id(1), People.User(1))),
            static () => Answer.Json("""{"items":[],"nextCursor":null,"hasMore":true}"""));

        ToriiException error = await Walk(handler, new UserQuery());

        Assert.Equal("Torii.InvalidResponse", error.ErrorId);
        Assert.Contains("incomplete", error.Message);
        Assert.Equal(People.Id(1), error.Cursor);
        Assert.Equal([People.Id(1)], _found.Select(static u => u.UserId));
    }

    [Fact]
    public async Task After_an_error_nothing_more_is_sent()
    {
        ScriptedHandler handler = new(static sent => sent.Number == 2 ? Answer.Empty(HttpStatusCode.BadRequest) : Answer.Json(People.PageOf(500, sent)));

        await Walk(handler, new UserQuery());
        await Patience.Settle();

        Assert.Equal(2, handler.Requests.Count);
    }

    [Fact]
    public async Task The_pages_before_an_error_are_returned()
    {
        ScriptedHandler handler = new(static sent => sent.Number >= 3 ? Answer.Html() : Answer.Json(People.PageOf(500, sent)));

        await Walk(handler, new UserQuery());

        Assert.Equal(200, _found.Count);
    }

    /// <summary>A service whose list never ends. Paging that does not detect it gets another error.</summary>
    private static ScriptedHandler Endless(Func<Sent, System.Text.Json.Nodes.JsonObject> page) =>
        new(sent => sent.Number > 100 ? Answer.Empty(HttpStatusCode.BadRequest) : Answer.Json(page(sent)));

    private async Task<ToriiException> Walk(ScriptedHandler handler, UserQuery search)
    {
        using ToriiService client = TestClient.Create(handler);
        return await Assert.ThrowsAnyAsync<ToriiException>(async () =>
        {
            await foreach (IReadOnlyList<ToriiUser> page in client.Users.SearchAsync(search, default))
            {
                _found.AddRange(page);
            }
        }).Soon();
    }
}
