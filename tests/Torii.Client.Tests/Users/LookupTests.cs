using System.Net;
using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

/// <summary>Many users by id or address: a hundred a request where the server can, one by one elsewhere, found out safely.</summary>
public sealed class LookupTests
{
    [Fact]
    public async Task A_server_that_can_is_asked_once_for_a_hundred()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(Select(sent, 1000)));

        IReadOnlyList<UserLookupResult> found = await ById(handler, 100);

        Assert.Equal(Enumerable.Range(0, 100).Select(People.Id), found.Select(static r => r.User!.UserId));
        Sent sent = Assert.Single(handler.Requests);
        Assert.True(JsonNode.DeepEquals(
            new JsonObject { ["userIds"] = new JsonArray([.. Enumerable.Range(0, 100).Select(static n => JsonValue.Create(People.Id(n)))]) }, JsonNode.Parse(sent.Body!)));
        Assert.Equal("100", sent.Query("limit"));
    }

    [Fact]
    public async Task Results_come_in_the_order_of_the_keys_and_not_of_the_answer()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(Select(sent, 1000, reverse: true)));
        using ToriiClient client = TestClient.Create(handler);
        string[] keys = [People.Id(5), People.Id(1), People.Id(3)];

        IReadOnlyList<UserLookupResult> found = await client.Users.GetManyAsync(keys, new LookupGate(8, false), default).Soon();

        Assert.Equal(keys, found.Select(static r => r.User!.UserId));
    }

    [Fact]
    public async Task Who_is_not_there_is_an_error_of_that_one()
    {
        ScriptedHandler handler = new(static sent => sent.Method == HttpMethod.Get ? Answer.Empty(HttpStatusCode.NotFound) : Answer.Json(Select(sent, 2)));

        IReadOnlyList<UserLookupResult> found = await ById(handler, 3);

        Assert.Equal([true, true, false], found.Select(static r => r.User is not null));
        Assert.Equal("Torii.UserNotFound", found[2].Error!.ErrorId);
        Assert.Equal(People.Id(2), found[2].Key);
    }

    [Fact]
    public async Task A_server_that_ignores_the_selector_is_found_out_and_nobody_else_comes_through()
    {
        ScriptedHandler handler = new(static sent => sent.Method == HttpMethod.Get ? One(sent) : Answer.Json(People.PageOf(500, sent)));
        using ToriiClient client = TestClient.Create(handler);
        string[] keys = [People.Id(300), People.Id(7)];

        for (int round = 0; round < 3; round++)
        {
            IReadOnlyList<UserLookupResult> found = await client.Users.GetManyAsync(keys, new LookupGate(8, false), default).Soon();
            Assert.Equal(keys, found.Select(static r => r.User!.UserId));
        }

        Assert.Single(handler.Requests, static r => r.Method == HttpMethod.Post);
        Assert.Equal(6, handler.Requests.Count(static r => r.Method == HttpMethod.Get));
    }

    [Fact]
    public async Task A_server_that_begins_to_ignore_it_is_found_out_then()
    {
        ScriptedHandler handler = new(static sent => sent.Method == HttpMethod.Get ? One(sent)
            : Answer.Json(sent.Number == 1 ? Select(sent, 500) : People.PageOf(500, sent)));
        using ToriiClient client = TestClient.Create(handler);

        await client.Users.GetManyAsync([People.Id(1), People.Id(2)], new LookupGate(8, false), default).Soon();
        IReadOnlyList<UserLookupResult> found = await client.Users.GetManyAsync([People.Id(300), People.Id(301)], new LookupGate(8, false), default).Soon();

        Assert.Equal([People.Id(300), People.Id(301)], found.Select(static r => r.User!.UserId));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.UnprocessableEntity)]
    public async Task A_server_that_refuses_the_selector_is_asked_one_by_one(HttpStatusCode status)
    {
        ScriptedHandler handler = new(sent => sent.Method == HttpMethod.Get ? One(sent) : Answer.Empty(status));

        Assert.All(await ById(handler, 5), static r => Assert.NotNull(r.User));
        Assert.Equal(6, handler.Requests.Count);
    }

    [Fact]
    public async Task One_alone_is_asked_for_alone()
    {
        ScriptedHandler handler = new(One);

        await ById(handler, 1);

        Assert.Equal($"/api/server/v1/users/{People.Id(0)}", Assert.Single(handler.Requests).PathAndQuery);
    }

    [Fact]
    public async Task The_gate_bounds_how_many_are_under_way()
    {
        int now = 0;
        int most = 0;
        ScriptedHandler handler = new(async (sent, _) =>
        {
            if (sent.Method == HttpMethod.Post)
            {
                return Answer.Empty(HttpStatusCode.BadRequest);
            }

            int running = Interlocked.Increment(ref now);
            most = Math.Max(most, running);
            await Task.Delay(1);
            Interlocked.Decrement(ref now);
            return One(sent);
        });
        using ToriiClient client = TestClient.Create(handler);

        await client.Users.GetManyAsync([.. Enumerable.Range(0, 50).Select(People.Id)], new LookupGate(3, false), default).Soon();

        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task With_halt_nothing_is_asked_for_after_the_first_who_could_not_be_had()
    {
        ScriptedHandler handler = new(static sent => Answer.Empty(sent.Method == HttpMethod.Post ? HttpStatusCode.BadRequest : HttpStatusCode.NotFound));
        using ToriiClient client = TestClient.Create(handler);

        IReadOnlyList<UserLookupResult> found = await client.Users.GetManyAsync([.. Enumerable.Range(0, 50).Select(People.Id)], new LookupGate(1, true), default).Soon();

        Assert.Equal(2, handler.Requests.Count);
        Assert.Single(found, static r => r.Error is not null);
        Assert.Equal(49, found.Count(static r => r.User is null && r.Error is null));
    }

    [Theory]
    [InlineData("person3@example.com")]
    [InlineData("PERSON3@EXAMPLE.COM")]
    public async Task An_address_is_found_in_any_case_and_never_as_a_part_of_another(string email)
    {
        ScriptedHandler handler = new(static _ => Answer.Json(People.Page(null,
            People.User(1, email: "xperson3@example.com"), People.User(3, email: "Person3@example.com"), People.User(4, email: "person3@example.com.example"))));
        using ToriiClient client = TestClient.Create(handler);

        Assert.Equal(People.Id(3), (await client.Users.GetByEmailAsync(email, default).Soon()).UserId);
    }

    [Fact]
    public async Task An_address_that_nobody_has_is_an_error_that_names_it()
    {
        using ToriiClient client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(People.Page(null, People.User(1, email: "xada@example.com")))));

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.Users.GetByEmailAsync("ada@example.com", default).Soon());

        Assert.Equal("Torii.UserNotFound", error.ErrorId);
        Assert.Contains("ada@example.com", error.Reason);
    }

    private static async Task<IReadOnlyList<UserLookupResult>> ById(ScriptedHandler handler, int count)
    {
        using ToriiClient client = TestClient.Create(handler);
        return await client.Users.GetManyAsync([.. Enumerable.Range(0, count).Select(People.Id)], new LookupGate(8, false), default).Soon();
    }

    private static HttpResponseMessage One(Sent sent) => Answer.Json(People.User(Convert.ToInt32(sent.PathAndQuery[^12..], 16)));

    /// <summary>What a server answers that knows the selector.</summary>
    private static JsonObject Select(Sent sent, int users, bool reverse = false)
    {
        IEnumerable<int> asked = JsonNode.Parse(sent.Body!)!["userIds"]!.AsArray().Select(static id => Convert.ToInt32(((string)id!)[^12..], 16)).Where(n => n < users).Order();
        return People.Page(null, [.. (reverse ? asked.Reverse() : asked).Select(static n => People.User(n))]);
    }
}
