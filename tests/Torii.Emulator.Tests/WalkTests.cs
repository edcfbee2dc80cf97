using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

public class WalkTests(EmulatorFixture fixture) : IClassFixture<EmulatorFixture>
{
    private EmulatorProcess Emulator => fixture.Emulator;

    [Fact]
    public async Task A_page_has_20_users_unless_the_limit_says_otherwise()
    {
        var page = (await Emulator.SearchAsync(new { })).Ok();

        Assert.Equal(20, page.GetProperty("items").GetArrayLength());
        Assert.True(page.GetProperty("hasMore").GetBoolean());
        Assert.Equal(7, (await Emulator.SearchAsync(new { }, "?limit=7")).Ok().GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData(1000, 1)]
    [InlineData(250, 1)]
    [InlineData(249, 2)]
    [InlineData(125, 2)]
    [InlineData(50, 5)]
    [InlineData(49, 6)]
    public async Task N_users_take_exactly_n_by_limit_requests_rounded_up(int limit, int requests)
    {
        await using var emulator = await EmulatorProcess.StartAsync("--users", "250");

        var walk = await emulator.WalkAsync(new { }, limit);

        Assert.Equal(requests, walk.Requests);
        Assert.Equal(250, walk.Users.Select(Operations.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_filtered_walk_takes_no_more_pages_than_its_matches_fill()
    {
        var walk = await Emulator.WalkAsync(new { statuses = new[] { "banned" } }, 5);

        Assert.Equal(25, walk.Users.Count);
        Assert.Equal(5, walk.Requests);
    }

    [Fact]
    public async Task An_empty_environment_is_one_empty_page()
    {
        await using var emulator = await EmulatorProcess.StartAsync("--users", "0");

        var page = (await emulator.SearchAsync(new { })).Ok();

        Assert.Equal("""{"items":[],"nextCursor":null,"hasMore":false}""", page.GetRawText());
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("-5", 1)]
    [InlineData("5000", 250)]
    public async Task A_limit_out_of_range_is_brought_into_it(string limit, int expected)
    {
        await using var emulator = await EmulatorProcess.StartAsync("--users", "250");

        Assert.Equal(expected, (await emulator.SearchAsync(null, "?limit=" + limit)).Ok().GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_limit_above_1000_is_taken_for_1000()
    {
        await using var emulator = await EmulatorProcess.StartAsync("--users", "1100");

        Assert.Equal(1000, (await emulator.SearchAsync(null, "?limit=1100")).Ok().GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("?limit=ten", "limit")]
    [InlineData("?limit=", "limit")]
    [InlineData("?limit=1.5", "limit")]
    [InlineData("?limit=99999999999", "limit")]
    [InlineData("?cursor=abc", "cursor")]
    [InlineData("?cursor=", "cursor")]
    [InlineData("?cursor=01931a738b0070008000000000000000", "cursor")]
    public async Task A_bad_limit_or_cursor_is_refused_by_name(string query, string field) =>
        (await Emulator.SearchAsync(new { }, query)).Problem(400, "invalid_request", field);

    [Fact]
    public async Task A_cursor_of_a_deleted_user_still_continues_the_walk()
    {
        await using var emulator = await EmulatorProcess.StartAsync("--users", "30");
        var (all, _) = await emulator.WalkAsync(new { }, 100);
        var page = (await emulator.SearchAsync(new { }, "?limit=10")).Ok();
        var cursor = page.Text("nextCursor")!;
        (await emulator.DeleteAsync(cursor)).Ok(204);

        var next = (await emulator.SearchAsync(new { }, "?limit=10&cursor=" + cursor)).Ok();

        Assert.Equal(all.Skip(10).Take(10).Select(Operations.Id), next.Ids());
    }

    [Fact]
    public async Task A_cursor_of_a_user_who_no_longer_matches_still_continues_the_walk()
    {
        await using var emulator = await EmulatorProcess.StartAsync("--users", "40");
        var filter = new { statuses = new[] { "active" } };
        var (all, _) = await emulator.WalkAsync(filter, 100);
        var cursor = (await emulator.SearchAsync(filter, "?limit=10")).Ok().Text("nextCursor")!;
        (await emulator.BanAsync(cursor)).Ok();

        var next = (await emulator.SearchAsync(filter, "?limit=10&cursor=" + cursor)).Ok();

        Assert.Equal(all.Skip(10).Take(10).Select(Operations.Id), next.Ids());
    }

    [Fact]
    public async Task A_cursor_that_was_never_given_out_starts_after_its_place()
    {
        var (all, _) = await Emulator.WalkAsync(new { }, 1000);

        Assert.Empty((await Emulator.SearchAsync(new { }, "?cursor=ffffffff-ffff-7fff-bfff-ffffffffffff")).Ok().Ids());
        var first = (await Emulator.SearchAsync(new { }, "?limit=1&cursor=00000000-0000-0000-0000-000000000000")).Ok();
        Assert.Equal(all[0].Id(), Assert.Single(first.Ids()));
    }

    [Fact]
    public async Task A_walk_that_bans_what_it_finds_finds_each_user_once()
    {
        await using var emulator = await EmulatorProcess.StartAsync("--users", "100");
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await emulator.SearchAsync(new { statuses = new[] { "active" } }, "?limit=7" + (cursor is null ? "" : "&cursor=" + cursor))).Ok();
            cursor = page.Text("nextCursor");
            foreach (var id in page.Ids())
            {
                seen.Add(id);
                (await emulator.BanAsync(id)).Ok();
            }
        }
        while (cursor is not null);

        Assert.Equal(90, seen.Count);
        Assert.Equal(90, seen.Distinct().Count());
        Assert.Empty((await emulator.SearchAsync(new { statuses = new[] { "active" } })).Ok().Ids());
    }

    [Fact]
    public async Task Each_user_comes_exactly_once_while_others_ban_create_and_delete()
    {
        await using var emulator = await EmulatorProcess.StartAsync("--users", "600");
        var (before, _) = await emulator.WalkAsync(new { }, 1000);
        var victims = before.Where((_, index) => index % 5 == 0).Select(Operations.Id).ToList();
        using var done = new CancellationTokenSource();
        var others = Enumerable.Range(0, 4).Select(worker => DisturbAsync(emulator, victims, worker, done.Token)).ToArray();

        var (during, _) = await emulator.WalkAsync(new { }, 5);
        await done.CancelAsync();
        await Task.WhenAll(others);

        var ids = during.Select(Operations.Id).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Empty(before.Select(Operations.Id).Except(victims).Except(ids));
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public async Task Users_who_are_created_in_parallel_get_ascending_ids_and_are_all_found()
    {
        await using var emulator = await EmulatorProcess.StartAsync("--users", "0");

        var created = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => emulator.CreateAsync()));

        var (found, _) = await emulator.WalkAsync(new { }, 100);
        Assert.Equal(created.Order(StringComparer.Ordinal), found.Select(Operations.Id));
        Assert.Equal(found.Select(Created).Order(), found.Select(Created));
    }

    private static DateTimeOffset Created(JsonElement user) => user.GetProperty("createdAt").GetDateTimeOffset();

    private static async Task DisturbAsync(EmulatorProcess emulator, List<string> victims, int worker, CancellationToken done)
    {
        for (var i = worker; !done.IsCancellationRequested; i += 4)
        {
            var victim = victims[i % victims.Count];
            await emulator.CreateAsync();
            await emulator.BanAsync(victim);
            if (i % 3 == 0)
            {
                await emulator.DeleteAsync(victim);
            }
        }
    }
}
