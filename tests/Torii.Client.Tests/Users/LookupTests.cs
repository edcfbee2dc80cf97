using System.Net;
using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

/// <summary>Many users at once where the server has the selectors, one by one elsewhere, and never somebody else.</summary>
public sealed class LookupTests
{
    private readonly LookupGate _gate = new(8, haltOnError: false);

    private enum Selectors
    {
        Known,
        Ignored,
        Refused,
    }

    [Fact]
    public async Task A_hundred_ids_are_one_request_in_their_order()
    {
        ScriptedHandler handler = Service(300, Selectors.Known);
        using ToriiService client = TestClient.Create(handler);
        string[] ids = [.. Enumerable.Range(0, 100).Select(static n => People.Id(299 - (n * 2)))];

        IReadOnlyList<UserLookupResult> found = await client.Users.GetManyAsync(UserKey.Id, ids, _gate, default).Soon();

        Assert.Equal(ids, found.Select(static r => r.User!.UserId));
        Assert.Equal(ids, found.Select(static r => r.Key));
        Sent sent = Assert.Single(handler.Requests);
        Assert.Equal("POST /api/server/v1/users/search?limit=100", $"{sent.Method} {sent.PathAndQuery}");
        Body.AssertIs(new JsonObject { ["userIds"] = new JsonArray([.. ids.Select(static i => JsonValue.Create(i))]) }, sent, "ids");
    }

    [Fact]
    public async Task A_hundred_addresses_are_one_request_in_any_case()
    {
        ScriptedHandler handler = Service(300, Selectors.Known);
        using ToriiService client = TestClient.Create(handler);
        string[] emails = [.. Enumerable.Range(0, 100).Select(static n => $"Person{n * 3}@EXAMPLE.com")];

        IReadOnlyList<UserLookupResult> found = await client.Users.GetManyAsync(UserKey.Email, emails, _gate, default).Soon();

        Assert.Equal(Enumerable.Range(0, 100).Select(static n => $"person{n * 3}@example.com"), found.Select(static r => r.User!.Email));
        Body.AssertIs(new JsonObject { ["emailAddresses"] = new JsonArray([.. emails.Select(static e => JsonValue.Create(e))]) }, Assert.Single(handler.Requests), "addresses");
    }

    [Theory]
    [InlineData("Ignored", 1)]
    [InlineData("Refused", 3)]
    public async Task Only_a_server_that_ignores_the_selector_is_not_asked_for_a_batch_again(string how, int batches)
    {
        ScriptedHandler handler = Service(300, Enum.Parse<Selectors>(how));
        using ToriiService client = TestClient.Create(handler);

        for (int batch = 0; batch < 3; batch++)
        {
            string[] ids = [.. Enumerable.Range(batch * 100, 100).Reverse().Select(People.Id)];
            IReadOnlyList<UserLookupResult> found = await client.Users.GetManyAsync(UserKey.Id, ids, _gate, default).Soon();
            Assert.Equal(ids, found.Select(static r => r.User!.UserId));
        }

        Assert.Equal(batches, handler.Requests.Count(static r => r.Method == HttpMethod.Post));
        Assert.Equal(300, handler.Requests.Count(static r => r.Method == HttpMethod.Get));
    }

    [Theory]
    [InlineData("Ignored")]
    [InlineData("Refused")]
    public async Task Addresses_are_then_searched_for_one_by_one_and_a_part_of_one_is_not_it(string how)
    {
        ScriptedHandler handler = Service(50, Enum.Parse<Selectors>(how));
        using ToriiService client = TestClient.Create(handler);

        IReadOnlyList<UserLookupResult> found = await client.Users.GetManyAsync(UserKey.Email, ["person1@example.com", "erson1@example.com", "PERSON2@example.com"], _gate, default).Soon();

        Assert.Equal([People.Id(1), null, People.Id(2)], found.Select(static r => r.User?.UserId));
        Assert.Equal("Torii.UserNotFound", found[1].Error!.ErrorId);
    }

    /// <summary>A server that ignores the selector of a small environment answers with just those who were asked for.</summary>
    [Fact]
    public async Task In_a_small_environment_where_everybody_was_asked_for_nobody_is_mistaken_afterwards()
    {
        ScriptedHandler handler = Service(3, Selectors.Ignored);
        using ToriiService client = TestClient.Create(handler);

        IReadOnlyList<UserLookupResult> all = await client.Users.GetManyAsync(UserKey.Id, [People.Id(2), People.Id(0), People.Id(1)], _gate, default).Soon();
        IReadOnlyList<UserLookupResult> two = await client.Users.GetManyAsync(UserKey.Id, [People.Id(1), People.Id(0)], _gate, default).Soon();

        Assert.Equal([People.Id(2), People.Id(0), People.Id(1)], all.Select(static r => r.User!.UserId));
        Assert.Equal([People.Id(1), People.Id(0)], two.Select(static r => r.User!.UserId));
        Assert.Equal(2, handler.Requests.Count(static r => r.Method == HttpMethod.Get));
    }

    [Fact]
    public async Task Batches_that_come_together_wait_for_what_the_first_finds_out()
    {
        ScriptedHandler handler = Service(500, Selectors.Ignored);
        using ToriiService client = TestClient.Create(handler);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(b => client.Users.GetManyAsync(UserKey.Id, [.. Enumerable.Range(b * 100, 100).Select(People.Id)], _gate, default))).Soon();

        Assert.Equal(1, handler.Requests.Count(static r => r.Method == HttpMethod.Post));
        Assert.Equal(500, handler.Requests.Count(static r => r.Method == HttpMethod.Get));
    }

    [Theory]
    [InlineData("Known", 3)]
    [InlineData("Ignored", 5)]
    public async Task Who_is_not_there_is_an_error_of_their_own_in_their_place(string how, int requests)
    {
        ScriptedHandler handler = Service(200, Enum.Parse<Selectors>(how));
        using ToriiService client = TestClient.Create(handler);

        IReadOnlyList<UserLookupResult> found = await client.Users.GetManyAsync(UserKey.Id, [People.Id(1), People.Id(900), People.Id(2), People.Id(901)], _gate, default).Soon();

        Assert.Equal([People.Id(1), null, People.Id(2), null], found.Select(static r => r.User?.UserId));
        Assert.Equal([null, "Torii.UserNotFound", null, "Torii.UserNotFound"], found.Select(static r => r.Error?.ErrorId));
        Assert.Equal(requests, handler.Requests.Count);
    }

    [Fact]
    public async Task One_id_alone_is_simply_got()
    {
        ScriptedHandler handler = Service(200, Selectors.Known);
        using ToriiService client = TestClient.Create(handler);

        Assert.Equal(People.Id(5), Assert.Single(await client.Users.GetManyAsync(UserKey.Id, [People.Id(5)], _gate, default).Soon()).User!.UserId);

        Assert.Equal(HttpMethod.Get, Assert.Single(handler.Requests).Method);
    }

    [Fact]
    public async Task The_same_id_twice_is_answered_twice()
    {
        using ToriiService client = TestClient.Create(Service(200, Selectors.Known));

        IReadOnlyList<UserLookupResult> found = await client.Users.GetManyAsync(UserKey.Id, [People.Id(5), People.Id(5).ToUpperInvariant()], _gate, default).Soon();

        Assert.Equal([People.Id(5), People.Id(5)], found.Select(static r => r.User!.UserId));
    }

    [Fact]
    public async Task An_answer_that_failed_once_says_nothing_about_what_the_server_can()
    {
        ScriptedHandler well = Service(300, Selectors.Known);
        HttpMessageInvoker inner = new(well);
        int searches = 0;
        ScriptedHandler handler = new(async (sent, cancellation) =>
        {
            if (sent.Method == HttpMethod.Post && Interlocked.Increment(ref searches) <= 6)
            {
                return Answer.Html();
            }

            using HttpRequestMessage again = new(sent.Method, sent.Uri) { Content = sent.Body is null ? null : new StringContent(sent.Body) };
            return await inner.SendAsync(again, cancellation);
        });
        using ToriiService client = TestClient.Create(handler);

        Assert.All(await client.Users.GetManyAsync(UserKey.Id, [People.Id(1), People.Id(2)], _gate, default).Soon(), static r => Assert.NotNull(r.User));
        Assert.All(await client.Users.GetManyAsync(UserKey.Id, [People.Id(3), People.Id(4)], _gate, default).Soon(), static r => Assert.NotNull(r.User));

        Assert.Equal(7, searches);
        Assert.Equal(2, well.Requests.Count(static r => r.Method == HttpMethod.Get));
    }

    [Fact]
    public async Task An_answer_with_one_stranger_in_it_is_not_believed_in_any_of_it()
    {
        ScriptedHandler handler = new(static sent => sent.Method == HttpMethod.Get
            ? Answer.Problem("""{"detail":"gone"}""", HttpStatusCode.NotFound)
            : Answer.Json(People.Page(null, People.User(1), People.User(7))));
        using ToriiService client = TestClient.Create(handler);

        IReadOnlyList<UserLookupResult> found = await client.Users.GetManyAsync(UserKey.Id, [People.Id(1), People.Id(2)], _gate, default).Soon();

        Assert.All(found, static r => Assert.Equal("Torii.UserNotFound", r.Error?.ErrorId));
    }

    [Fact]
    public async Task After_the_first_error_nothing_new_is_asked_for_when_the_caller_wants_to_stop()
    {
        ScriptedHandler handler = Service(100, Selectors.Ignored);
        using ToriiService client = TestClient.Create(handler);

        IReadOnlyList<UserLookupResult> found = await client.Users.GetManyAsync(UserKey.Id,
            [People.Id(900), .. Enumerable.Range(0, 90).Select(People.Id)], new LookupGate(1, haltOnError: true), default).Soon();

        Assert.Equal("Torii.UserNotFound", found[0].Error?.ErrorId);
        Assert.All(found.Skip(1), static r => Assert.True(r.User is null && r.Error is null));
        Assert.Single(handler.Requests, static r => r.Method == HttpMethod.Get);
    }

    [Fact]
    public async Task No_more_requests_are_under_way_than_the_gate_lets_through()
    {
        int now = 0;
        int most = 0;
        ScriptedHandler handler = new(async (sent, cancellation) =>
        {
            int seen = Interlocked.Increment(ref now);
            InterlockedMax(ref most, seen);
            await Task.Delay(2, cancellation);
            Interlocked.Decrement(ref now);
            return sent.Method == HttpMethod.Post ? Answer.Empty(HttpStatusCode.BadRequest) : Answer.Json(People.User(Convert.ToInt32(sent.PathAndQuery[^12..], 16)));
        });
        using ToriiService client = TestClient.Create(handler);

        await client.Users.GetManyAsync(UserKey.Id, [.. Enumerable.Range(0, 60).Select(People.Id)], new LookupGate(3, haltOnError: false), default).Soon();

        Assert.InRange(most, 2, 3);
    }

    private static void InterlockedMax(ref int most, int seen)
    {
        for (int before = most; seen > before && Interlocked.CompareExchange(ref most, seen, before) != before;)
        {
            before = most;
        }
    }

    private static ScriptedHandler Service(int users, Selectors selectors) => new(sent =>
    {
        if (sent.Method == HttpMethod.Get)
        {
            int n = Convert.ToInt32(sent.PathAndQuery[^12..], 16);
            return n < users ? Answer.Json(Person(n)) : Answer.Problem("""{"detail":"no such user"}""", HttpStatusCode.NotFound);
        }

        JsonObject body = JsonNode.Parse(sent.Body!)!.AsObject();
        if (selectors == Selectors.Refused && (body.ContainsKey("userIds") || body.ContainsKey("emailAddresses")))
        {
            return Answer.Problem("""{"detail":"unknown member"}""", HttpStatusCode.BadRequest);
        }

        IEnumerable<JsonObject> found = Enumerable.Range(0, users).Select(Person);
        if ((string?)body["email"] is { } part)
        {
            found = found.Where(u => ((string)u["email"]!).Contains(part, StringComparison.OrdinalIgnoreCase));
        }

        if (selectors == Selectors.Known)
        {
            found = found.Where(u => IsAmong(body["userIds"], u["id"]) && IsAmong(body["emailAddresses"], u["email"]));
        }

        JsonObject[] page = [.. found.Take(int.Parse(sent.Query("limit")) + 1)];
        return page.Length > int.Parse(sent.Query("limit"))
            ? Answer.Json(People.Page((string)page[^2]["id"]!, page[..^1]))
            : Answer.Json(People.Page(null, page));
    });

    private static bool IsAmong(JsonNode? selector, JsonNode? value) =>
        selector is null || selector.AsArray().Any(s => string.Equals((string?)s, (string?)value, StringComparison.OrdinalIgnoreCase));

    private static JsonObject Person(int n) => People.User(n, $"Person {n}", $"person{n}@example.com");
}
