using System.Net;
using System.Numerics;
using System.Text;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.AnyRequest;

public sealed class RequestServiceTests
{
    private readonly ManualTime _time = new() { SkipsWaits = true };

    [Theory]
    [InlineData("GET", "/api/server/v1/users/search", true)]
    [InlineData("POST", "/api/server/v1/users/search", true)]
    [InlineData("POST", "/api/server/v1/users/search?limit=5", true)]
    [InlineData("POST", "/api/server/v1/users", false)]
    [InlineData("POST", "/api/server/v1/users?x=/search", false)]
    [InlineData("POST", "/api/server/v1/research", false)]
    [InlineData("PUT", "/api/server/v1/users/search", false)]
    [InlineData("PATCH", "/api/server/v1/users/search", false)]
    [InlineData("DELETE", "/api/server/v1/users/search", false)]
    public void Only_a_get_and_a_search_read(string method, string path, bool reads)
    {
        using ToriiService service = TestClient.Create(null);

        Assert.Equal(reads, service.Requests!.Create(method, path, null).IsRead);
    }

    [Fact]
    public async Task A_request_is_sent_with_the_key_to_the_base_address_and_its_body_as_it_is()
    {
        ScriptedHandler handler = new(static _ => Answer.Json("{}"));
        using ToriiService service = TestClient.Create(handler, static o => o with { ApiUrl = new Uri("https://api.example.com/base") });

        await SendAsync(service, "PATCH", "/x?y=1", """{ "n": 12345678901234567890.10, "p\u0061ssword": "Xyzzy-42", "ü": null }""");

        Sent sent = Assert.Single(handler.Requests);
        Assert.Equal("https://api.example.com/base/x?y=1", sent.Uri.AbsoluteUri);
        Assert.Equal($"Bearer {TestClient.Key}", sent.Authorization);
        Assert.Equal("""{"n":12345678901234567890.10,"password":"Xyzzy-42","ü":null}""", sent.Body);
    }

    [Fact]
    public async Task Plain_values_are_sent_as_json()
    {
        ScriptedHandler handler = new(static _ => Answer.Json("{}"));
        using ToriiService service = TestClient.Create(handler);

        await SendAsync(service, "PUT", "/x", new ToriiMetadata { ["big"] = BigInteger.Pow(10, 40), ["list"] = new object?[] { 1L, null, "a" } });

        Assert.Equal($$"""{"big":1{{new string('0', 40)}},"list":[1,null,"a"]}""", handler.Requests[0].Body);
    }

    [Fact]
    public async Task No_secret_of_the_body_or_the_query_is_in_a_message()
    {
        Recorder recorder = new();
        using ToriiService service = TestClient.Create(new ScriptedHandler(static _ => Answer.Json("{}")));
        ServiceRequest request = service.Requests!.Create("POST", "/x?token=Xyzzy-1&a=b", """{"user":{"p\u0061ssword":"Xyzzy-2","accessToken":"Xyzzy-3"},"note":"shown"}""");

        await service.Requests.SendAsync(request, TestClient.Context(recorder)).Soon();

        string all = string.Join('\n', recorder.All.Append(request.ShowBody()).Append(request.Description));
        Assert.DoesNotContain("Xyzzy", all);
        Assert.Contains("shown", recorder.DebugMessages.Single());
        Assert.Contains("POST /x?token=[redacted]&a=b", all);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("{\"a\":1,}")]
    [InlineData("// a\n{}")]
    [InlineData("name=value")]
    [InlineData("{} {}")]
    public void A_text_that_is_not_json_is_refused(string text)
    {
        using ToriiService service = TestClient.Create(null);

        ToriiException error = Assert.Throws<ToriiException>(() => service.Requests!.Create("POST", "/x", text));

        Assert.Equal((ToriiErrorId.InvalidRequest, "body"), (error.ErrorId, error.Variant));
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"a\":\"\\udc00\"}")]
    public void A_text_that_is_not_unicode_is_refused(string text)
    {
        using ToriiService service = TestClient.Create(null);

        Assert.Equal("body", Assert.Throws<ToriiException>(() => service.Requests!.Create("POST", "/x", text)).Variant);
    }

    [Fact]
    public void A_get_has_no_body()
    {
        using ToriiService service = TestClient.Create(null);

        Assert.Equal("bodyOfGet", Assert.Throws<ToriiException>(() => service.Requests!.Create("GET", "/x", "{}")).Variant);
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("PUT", true)]
    [InlineData("DELETE", true)]
    [InlineData("POST", false)]
    [InlineData("PATCH", false)]
    public async Task A_request_is_repeated_after_a_server_error_only_where_that_cannot_make_a_change_twice(string method, bool repeats)
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(static () => Answer.Empty(HttpStatusCode.ServiceUnavailable), static () => Answer.Json("1"));
        using ToriiService service = TestClient.Create(handler, time: _time);

        if (repeats)
        {
            Assert.Equal(1L, await SendAsync(service, method, "/x"));
        }
        else
        {
            ToriiException error = await Assert.ThrowsAsync<ToriiApiException>(() => SendAsync(service, method, "/x"));
            Assert.True(error.MayHaveBeenExecuted);
        }

        Assert.Equal(repeats ? 2 : 1, handler.Requests.Count);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    public async Task A_throttled_change_is_sent_again_because_it_was_not_executed(string method)
    {
        ScriptedHandler handler = ScriptedHandler.Sequence(static () => Answer.Empty(HttpStatusCode.TooManyRequests), static () => Answer.Json("1"));
        using ToriiService service = TestClient.Create(handler, time: _time);

        Assert.Equal(1L, await SendAsync(service, method, "/x"));
        Assert.Equal(2, handler.Requests.Count);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        ScriptedHandler handler = new(static _ => Answer.Empty(HttpStatusCode.TemporaryRedirect).With("Location", "https://evil.example.com/x"));
        using ToriiService service = TestClient.Create(handler);

        Assert.Equal(ToriiErrorId.Redirected, (await Assert.ThrowsAsync<ToriiApiException>(() => SendAsync(service, "GET", "/x"))).ErrorId);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task An_error_has_the_status_the_code_and_the_support_id_of_the_service()
    {
        using ToriiService service = TestClient.Create(new ScriptedHandler(static _ => Answer.Problem("""{"detail":"No such thing.","code":"thing_not_found","supportId":"sup_1"}""", HttpStatusCode.NotFound)));

        ToriiApiException error = await Assert.ThrowsAsync<ToriiApiException>(() => SendAsync(service, "DELETE", "/things/1"));

        Assert.Equal((ToriiErrorId.NotFound, "request", 404, "thing_not_found", "sup_1"), (error.ErrorId, error.Variant, error.StatusCode, error.Code, error.SupportId));
    }

    [Fact]
    public async Task Json_becomes_plain_values_and_text_stays_text()
    {
        Assert.Equal("2026-05-16T09:30:00Z", Assert.IsType<ToriiMetadata>(await ReadAsync("""{"at":"2026-05-16T09:30:00Z"}"""))["at"]);
        Assert.Equal([1L, null, "a", true], Assert.IsType<object?[]>(await ReadAsync("""[1,null,"a",true]""")));
        Assert.Null(await ReadAsync("null"));
        Assert.Equal("plain ü", await ReadAsync("plain ü", "text/plain"));
        Assert.Equal("a,b\n1,2", await ReadAsync("a,b\n1,2", "text/csv"));
        Assert.Equal(1L, await ReadAsync("1", null));
        Assert.Null(await ReadAsync("", null, HttpStatusCode.NoContent));
        Assert.Null(await ReadAsync("", null, HttpStatusCode.OK, "DELETE"));
    }

    [Theory]
    [InlineData("<html></html>", "text/html", "GET")]
    [InlineData("<html></html>", "text/html", "DELETE")]
    [InlineData("", null, "GET")]
    [InlineData("{\"a\":", "application/json", "GET")]
    [InlineData("\u0001\u0002", "image/png", "GET")]
    [InlineData("{\"a\":\"\\ud800\"}", "application/json", "GET")]
    public async Task A_response_that_no_service_returns_is_an_error(string body, string? mediaType, string method)
    {
        ToriiApiException error = await Assert.ThrowsAsync<ToriiApiException>(() => ReadAsync(body, mediaType, HttpStatusCode.OK, method));

        Assert.Equal(ToriiErrorId.InvalidResponse, error.ErrorId);
        Assert.Equal(method != "GET", error.MayHaveBeenExecuted);
    }

    [Fact]
    public async Task A_list_is_continued_at_its_cursor_with_the_other_parameters_and_the_body()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(sent.Query("cursor") switch
        {
            "" => """{"items":[1,{"a":2}],"nextCursor":"c/1","hasMore":true}""",
            "c%2F1" => """{"items":[null],"nextCursor":null,"hasMore":false}""",
            _ => "{}",
        }));
        using ToriiService service = TestClient.Create(handler);

        List<object?> items = await ListAsync(service, "POST", "/users/search?limit=2", """{"name":"a"}""");

        Assert.Equal([1L, 2L, null], [items[0], ((ToriiMetadata)items[1]!)["a"], items[2]]);
        Assert.Equal(["/users/search?limit=2", "/users/search?limit=2&cursor=c%2F1"], handler.Requests.Select(static r => r.PathAndQuery));
        Assert.All(handler.Requests, static r => Assert.Equal("""{"name":"a"}""", r.Body));
    }

    [Fact]
    public async Task The_cursor_of_the_path_is_replaced_by_the_next_one()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(sent.Query("cursor") == "a" ? """{"items":[1],"nextCursor":"b"}""" : """{"items":[2]}"""));
        using ToriiService service = TestClient.Create(handler);

        Assert.Equal([1L, 2L], await ListAsync(service, "GET", "/things?cursor=a&x=cursor"));
        Assert.Equal("/things?x=cursor&cursor=b", handler.Requests[1].PathAndQuery);
    }

    [Fact]
    public async Task A_page_that_fails_names_the_cursor_to_continue_at()
    {
        ScriptedHandler handler = new(static sent => sent.Number == 1 ? Answer.Json("""{"items":[1],"nextCursor":"b"}""") : Answer.Empty(HttpStatusCode.Forbidden));
        using ToriiService service = TestClient.Create(handler);

        ToriiException error = await Assert.ThrowsAsync<ToriiApiException>(() => ListAsync(service, "GET", "/things"));

        Assert.EndsWith("it continues at cursor=b.", error.Message);
        Assert.Null(error.Cursor);
    }

    [Fact]
    public async Task A_cursor_that_repeats_ends_the_list_with_an_error()
    {
        using ToriiService service = TestClient.Create(new ScriptedHandler(static _ => Answer.Json("""{"items":[1],"nextCursor":"b"}""")));

        Assert.Equal(ToriiErrorId.CursorRepeated, (await Assert.ThrowsAsync<ToriiException>(() => ListAsync(service, "GET", "/things"))).ErrorId);
    }

    [Theory]
    [InlineData("[1]", "items")]
    [InlineData("{}", "items")]
    [InlineData("""{"items":{}}""", "items")]
    [InlineData("""{"items":[],"nextCursor":5}""", "nextCursor")]
    public async Task A_response_that_is_not_a_page_is_an_error_that_is_not_retried(string json, string member)
    {
        ScriptedHandler handler = new(_ => Answer.Json(json));
        using ToriiService service = TestClient.Create(handler);

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => ListAsync(service, "GET", "/things"));

        Assert.Equal((ToriiErrorId.InvalidResponse, "notAPage"), (error.ErrorId, error.Variant));
        Assert.Contains($"'{member}'", error.Message);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task A_change_is_not_continued()
    {
        ScriptedHandler handler = new(static _ => Answer.Json("{}"));
        using ToriiService service = TestClient.Create(handler);

        Assert.Equal("paginate", (await Assert.ThrowsAsync<ToriiException>(() => ListAsync(service, "POST", "/things"))).Variant);
        Assert.Empty(handler.Requests);
    }

    private static Task<object?> SendAsync(ToriiService service, string method, string path, object? body = null) =>
        service.Requests!.SendAsync(service.Requests.Create(method, path, body), default).Soon();

    private static async Task<object?> ReadAsync(string body, string? mediaType = "application/json", HttpStatusCode status = HttpStatusCode.OK, string method = "GET")
    {
        using ToriiService service = TestClient.Create(new ScriptedHandler(_ => Answer.Raw(Encoding.UTF8.GetBytes(body), mediaType, status)), static o => o with { MaxRetry = 0 });
        return await SendAsync(service, method, "/x");
    }

    private static async Task<List<object?>> ListAsync(ToriiService service, string method, string path, object? body = null)
    {
        List<object?> items = [];
        await foreach (IReadOnlyList<object?> page in service.Requests!.ListAsync(service.Requests.Create(method, path, body), default))
        {
            items.AddRange(page);
        }

        return items;
    }
}
