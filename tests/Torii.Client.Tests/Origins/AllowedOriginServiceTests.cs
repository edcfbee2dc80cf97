using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Origins;

public sealed class AllowedOriginServiceTests
{
    private const string A = "https://a.example.com";
    private const string B = "https://b.example.com";
    private const string C = "https://c.example.com";

    private readonly ManualTime _time = new() { SkipsWaits = true };
    private readonly List<string> _list = [A];
    private readonly Queue<Func<Sent, HttpResponseMessage?>> _onPut = new();
    private readonly ScriptedHandler _handler;

    public AllowedOriginServiceTests() => _handler = new(sent =>
    {
        if (sent.Method == HttpMethod.Put && _onPut.TryDequeue(out Func<Sent, HttpResponseMessage?>? script) && script(sent) is { } response)
        {
            return response;
        }

        if (sent.Method == HttpMethod.Put)
        {
            Store(sent);
        }

        return Answer.Json(Shape(_list));
    });

    private string[] Methods => [.. _handler.Requests.Select(static r => r.Method.Method)];

    [Fact]
    public async Task A_change_is_one_read_one_replacement_and_one_read()
    {
        AllowedOriginList after = await AddAsync(B);

        Assert.Equal(["GET", "PUT", "GET"], Methods);
        Assert.All(_handler.Requests, static r => Assert.Equal("/api/server/v1/allowed-origins", r.PathAndQuery));
        Assert.Equal([A, B], after.Origins);
        Body.AssertIs(Shape([A, B]), _handler.Requests[1], "the body");
    }

    [Fact]
    public async Task A_list_that_was_read_a_while_ago_is_read_again_before_it_is_replaced()
    {
        using ToriiService service = Create();
        AllowedOriginList before = await service.AllowedOrigins!.GetAsync(default).Soon();
        _time.Advance(TimeSpan.FromMinutes(1));

        await service.AllowedOrigins.ReplaceAsync(AllowedOriginChange.Add(before, [B]), default).Soon();

        Assert.Equal(["GET", "GET", "PUT", "GET"], Methods);
    }

    [Fact]
    public async Task A_change_of_another_client_while_a_person_was_asked_is_reported_and_not_overwritten()
    {
        using ToriiService service = Create();
        AllowedOriginList before = await service.AllowedOrigins!.GetAsync(default).Soon();
        _list.Add(C);
        _time.Advance(TimeSpan.FromMinutes(1));

        ToriiConcurrentChangeException error = await Assert.ThrowsAsync<ToriiConcurrentChangeException>(
            () => service.AllowedOrigins.ReplaceAsync(AllowedOriginChange.Add(before, [B]), default).Soon());

        Assert.Equal(["GET", "GET"], Methods);
        Assert.Equal([A], error.Expected);
        Assert.Equal([A, C], error.Found);
        Assert.Contains($"Expected: {A}. Found: {A}, {C}.", error.Message);
        Assert.False(error.MayHaveBeenExecuted);
    }

    [Fact]
    public async Task A_change_of_another_client_after_ours_is_reported_with_both_lists()
    {
        _onPut.Enqueue(sent =>
        {
            Store(sent);
            HttpResponseMessage response = Answer.Json(Shape(_list));
            _list.Remove(B);
            return response;
        });

        ToriiConcurrentChangeException error = await Assert.ThrowsAsync<ToriiConcurrentChangeException>(() => AddAsync(B));

        Assert.Equal(["GET", "PUT", "GET"], Methods);
        Assert.Equal([A, B], error.Expected);
        Assert.Equal([A], error.Found);
        Assert.True(error.MayHaveBeenExecuted);
    }

    [Fact]
    public async Task A_service_that_stores_another_list_is_not_a_concurrent_change()
    {
        _onPut.Enqueue(_ => Answer.Json(Shape(_list)));

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => AddAsync(B));

        Assert.Equal((ToriiErrorId.FieldNotApplied, "origins"), (error.ErrorId, error.Variant));
        Assert.Contains($"{B} is missing", error.Message);
        Assert.True(error.MayHaveBeenExecuted);
    }

    [Fact]
    public async Task A_service_may_respell_and_reorder_the_list()
    {
        ScriptedHandler handler = new(_ => Answer.Json(Shape([B + "/", A.ToUpperInvariant()])));
        using ToriiService service = TestClient.Create(handler, time: _time);

        AllowedOriginList after = await service.AllowedOrigins!.ReplaceAsync(AllowedOriginChange.Add(new([A], _time.GetTimestamp()), [B]), default).Soon();

        Assert.Equal([B + "/", A.ToUpperInvariant()], after.Origins);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(0)]
    public async Task A_change_whose_response_was_lost_is_found_by_reading_and_not_sent_again(int status)
    {
        _onPut.Enqueue(sent =>
        {
            Store(sent);
            return status == 0 ? throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off") : Answer.Empty((HttpStatusCode)status);
        });

        AllowedOriginList after = await AddAsync(B);

        Assert.Equal([A, B], after.Origins);
        Assert.Equal(["GET", "PUT", "GET"], Methods);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(0)]
    public async Task A_change_that_was_not_executed_is_read_and_sent_again(int status)
    {
        _onPut.Enqueue(_ => status == 0 ? throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off") : Answer.Empty((HttpStatusCode)status));

        AllowedOriginList after = await AddAsync(B);

        Assert.Equal([A, B], after.Origins);
        Assert.Equal(["GET", "PUT", "GET", "PUT", "GET"], Methods);
    }

    [Fact]
    public async Task A_lost_change_is_not_repeated_over_the_change_of_another_client()
    {
        _onPut.Enqueue(_ =>
        {
            _list.Add(C);
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off");
        });

        ToriiConcurrentChangeException error = await Assert.ThrowsAsync<ToriiConcurrentChangeException>(() => AddAsync(B));

        Assert.Equal(["GET", "PUT", "GET"], Methods);
        Assert.Equal([A, C], error.Found);
        Assert.Equal([A, C], _list);
        Assert.True(error.MayHaveBeenExecuted);
    }

    [Fact]
    public async Task Repeating_is_bounded()
    {
        for (int i = 0; i < 20; i++)
        {
            _onPut.Enqueue(static _ => Answer.Empty(HttpStatusCode.InternalServerError));
        }

        ToriiApiException error = await Assert.ThrowsAsync<ToriiApiException>(() => AddAsync(B, static o => o with { MaxRetry = 2 }));

        Assert.Equal(3, Methods.Count(static m => m == "PUT"));
        Assert.Equal(ToriiErrorId.ServiceUnavailable, error.ErrorId);
        Assert.EndsWith("When the list was read afterwards, it was as before.", error.Message);
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_after_the_change_is_an_unknown_outcome()
    {
        int reads = 0;
        ScriptedHandler handler = new(sent => sent.Method == HttpMethod.Put ? throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut off")
            : ++reads == 1 ? Answer.Json(Shape(_list)) : Answer.Empty(HttpStatusCode.Forbidden));
        using ToriiService service = TestClient.Create(handler, time: _time);
        AllowedOriginList before = await service.AllowedOrigins!.GetAsync(default).Soon();

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => service.AllowedOrigins.ReplaceAsync(AllowedOriginChange.Add(before, [B]), default).Soon());

        Assert.Equal((ToriiErrorId.OutcomeUnknown, "origins"), (error.ErrorId, error.Variant));
        Assert.True(error.MayHaveBeenExecuted);
    }

    [Fact]
    public async Task A_refused_change_is_an_error_without_a_further_read()
    {
        _onPut.Enqueue(static _ => Answer.Problem("""{"detail":"Too many origins."}""", HttpStatusCode.BadRequest));

        ToriiApiException error = await Assert.ThrowsAsync<ToriiApiException>(() => AddAsync(B));

        Assert.Equal(ToriiErrorId.InvalidRequest, error.ErrorId);
        Assert.False(error.MayHaveBeenExecuted);
        Assert.Equal(["GET", "PUT"], Methods);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    public async Task A_server_without_allowed_origins_is_not_supported(int status)
    {
        using ToriiService service = TestClient.Create(new ScriptedHandler(_ => Answer.Problem("{}", (HttpStatusCode)status)));

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => service.AllowedOrigins!.GetAsync(default).Soon());

        Assert.Equal((ToriiErrorId.NotSupported, "server"), (error.ErrorId, error.Variant));
        Assert.Contains("no allowed origins", error.Message);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"origins":null}""")]
    [InlineData("""{"origins":["https://a.example.com",null]}""")]
    [InlineData("""{"origins":[""]}""")]
    [InlineData("""{"origins":"https://a.example.com"}""")]
    public async Task A_response_of_another_shape_is_not_an_empty_list(string json)
    {
        using ToriiService service = TestClient.Create(new ScriptedHandler(_ => Answer.Json(json)));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => service.AllowedOrigins!.GetAsync(default).Soon());

        Assert.Equal(ToriiErrorId.InvalidResponse, error.ErrorId);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_before_a_repetition()
    {
        using CancellationTokenSource stop = new();
        ManualTime time = new();
        ScriptedHandler handler = new(sent => sent.Method == HttpMethod.Put ? Answer.Empty(HttpStatusCode.InternalServerError) : Answer.Json(Shape(_list)));
        using ToriiService service = TestClient.Create(handler, time: time);
        AllowedOriginList before = await service.AllowedOrigins!.GetAsync(default).Soon();
        Task<AllowedOriginList> replace = service.AllowedOrigins.ReplaceAsync(AllowedOriginChange.Add(before, [B]), TestClient.Context(cancellation: stop.Token));
        await Patience.Until(() => time.Waits.Count > 0, "it waits");

        await Patience.AtOnce(async () =>
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => replace);
        });
    }

    private async Task<AllowedOriginList> AddAsync(string origin, Func<ToriiServiceOptions, ToriiServiceOptions>? change = null)
    {
        using ToriiService service = Create(change);
        AllowedOriginList before = await service.AllowedOrigins!.GetAsync(default).Soon();
        return await service.AllowedOrigins.ReplaceAsync(AllowedOriginChange.Add(before, [origin]), default).Soon();
    }

    private ToriiService Create(Func<ToriiServiceOptions, ToriiServiceOptions>? change = null) => TestClient.Create(_handler, change, _time);

    private void Store(Sent sent)
    {
        _list.Clear();
        _list.AddRange(JsonSerializer.Deserialize<string[]>(JsonNode.Parse(sent.Body!)!["origins"])!);
    }

    private static JsonObject Shape(IEnumerable<string> origins) => new() { ["origins"] = new JsonArray([.. origins.Select(static o => (JsonNode)o)]) };
}
