using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

public class PagingTests(EmulatorFixture fixture) : IClassFixture<EmulatorFixture>
{
    private const int Workers = 4;
    private const int MaxChanges = 600;

    private EmulatorProcess Emulator => fixture.Emulator;

    [Fact]
    public async Task A_page_has_20_users_by_default()
    {
        JsonElement page = (await Emulator.SearchAsync(new { })).Ok();

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
    public async Task Paging_takes_the_number_of_users_by_the_limit_rounded_up(int limit, int requests)
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "250");

        (List<JsonElement> Users, int Requests) found = await emulator.FindAllAsync(new { }, limit);

        Assert.Equal(requests, found.Requests);
        Assert.Equal(250, found.Users.Select(Operations.Id).Distinct().Count());
    }

    [Fact]
    public async Task Filtered_paging_takes_no_more_pages_than_the_matches_fill()
    {
        (List<JsonElement> Users, int Requests) found = await Emulator.FindAllAsync(new { statuses = new[] { "banned" } }, 5);

        Assert.Equal(25, found.Users.Count);
        Assert.Equal(5, found.Requests);
    }

    [Fact]
    public async Task An_empty_environment_is_one_empty_page()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "0");

        JsonElement page = (await emulator.SearchAsync(new { })).Ok();

        Assert.Equal("""{"items":[],"nextCursor":null,"hasMore":false}""", page.GetRawText());
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("-5", 1)]
    [InlineData("5000", 250)]
    public async Task A_limit_out_of_range_is_clamped(string limit, int expected)
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "250");

        Assert.Equal(expected, (await emulator.SearchAsync(null, "?limit=" + limit)).Ok().GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_limit_above_1000_is_clamped_to_1000()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "1100");

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
    public async Task An_invalid_limit_or_cursor_is_400_and_names_the_parameter(string query, string field) =>
        (await Emulator.SearchAsync(new { }, query)).Problem(400, "invalid_request", field);

    [Fact]
    public async Task Paging_continues_after_a_user_who_was_deleted()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "30");
        (List<JsonElement>? all, int _) = await emulator.FindAllAsync(new { }, 100);
        JsonElement page = (await emulator.SearchAsync(new { }, "?limit=10")).Ok();
        string cursor = page.Text("nextCursor")!;
        (await emulator.DeleteAsync(cursor)).Ok(204);

        JsonElement next = (await emulator.SearchAsync(new { }, "?limit=10&cursor=" + cursor)).Ok();

        Assert.Equal(all.Skip(10).Take(10).Select(Operations.Id), next.Ids());
    }

    [Fact]
    public async Task Paging_continues_after_a_user_who_no_longer_matches()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "40");
        var filter = new { statuses = new[] { "active" } };
        (List<JsonElement>? all, int _) = await emulator.FindAllAsync(filter, 100);
        string cursor = (await emulator.SearchAsync(filter, "?limit=10")).Ok().Text("nextCursor")!;
        (await emulator.BanAsync(cursor)).Ok();

        JsonElement next = (await emulator.SearchAsync(filter, "?limit=10&cursor=" + cursor)).Ok();

        Assert.Equal(all.Skip(10).Take(10).Select(Operations.Id), next.Ids());
    }

    [Fact]
    public async Task An_unknown_cursor_starts_after_its_position()
    {
        (List<JsonElement>? all, int _) = await Emulator.FindAllAsync(new { }, 1000);

        Assert.Empty((await Emulator.SearchAsync(new { }, "?cursor=ffffffff-ffff-7fff-bfff-ffffffffffff")).Ok().Ids());
        JsonElement first = (await Emulator.SearchAsync(new { }, "?limit=1&cursor=00000000-0000-0000-0000-000000000000")).Ok();
        Assert.Equal(all[0].Id(), Assert.Single(first.Ids()));
    }

    [Fact]
    public async Task Paging_returns_each_user_once_while_the_results_are_banned()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "100");

        (List<JsonElement>? found, int _) = await emulator.FindAllAsync(new { statuses = new[] { "active" } }, 7, async page =>
        {
            foreach (string id in page.Ids())
            {
                (await emulator.BanAsync(id)).Ok();
            }
        });

        Assert.Equal(90, found.Count);
        Assert.Equal(90, found.Select(Operations.Id).Distinct().Count());
        Assert.Empty((await emulator.SearchAsync(new { statuses = new[] { "active" } })).Ok().Ids());
    }

    [Fact]
    public async Task Paging_returns_each_user_once_during_concurrent_changes()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "600");
        (List<JsonElement>? before, int _) = await emulator.FindAllAsync(new { }, 1000);
        var victims = before.Where((_, index) => index % 5 == 0).Select(Operations.Id).ToList();
        using var done = new CancellationTokenSource();
        Task[] others = [.. Enumerable.Range(0, Workers).Select(worker => ChangeUsersAsync(emulator, victims, worker, done.Token))];

        (List<JsonElement>? during, int _) = await emulator.FindAllAsync(new { }, 5);
        await done.CancelAsync();
        await Task.WhenAll(others);

        var ids = during.Select(Operations.Id).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Empty(before.Select(Operations.Id).Except(victims).Except(ids));
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public async Task Concurrently_created_users_have_ascending_ids_and_are_all_found()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "0");

        string[] created = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => emulator.CreateAsync()));

        (List<JsonElement>? found, int _) = await emulator.FindAllAsync(new { }, 100);
        Assert.Equal(created.Order(StringComparer.Ordinal), found.Select(Operations.Id));
        Assert.Equal(found.Select(Created).Order(), found.Select(Created));
    }

    private static DateTimeOffset Created(JsonElement user) => user.GetProperty("createdAt").GetDateTimeOffset();

    /// <summary>
    /// Creates, bans and deletes users until told to stop. Bounded, because paging also returns the users that are
    /// created meanwhile and would never end on a machine that runs this loop faster than the paging.
    /// </summary>
    private static async Task ChangeUsersAsync(EmulatorProcess emulator, List<string> victims, int worker, CancellationToken done)
    {
        for (int i = worker; i < MaxChanges && !done.IsCancellationRequested; i += Workers)
        {
            string victim = victims[i % victims.Count];
            await emulator.CreateAsync();
            await emulator.BanAsync(victim);
            if (i % 3 == 0)
            {
                await emulator.DeleteAsync(victim);
            }
        }
    }
}
