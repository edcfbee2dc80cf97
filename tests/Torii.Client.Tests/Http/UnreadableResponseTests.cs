using System.Net;
using System.Text;
using Torii.Client.Http;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

/// <summary>Responses with a successful status that are not torii's.</summary>
public sealed class UnreadableResponseTests
{
    [Theory]
    [InlineData("", "application/json", "an empty body")]
    [InlineData("", null, "an empty body")]
    [InlineData("<!DOCTYPE html><title>Sign in</title>", "text/html", "HTML")]
    [InlineData("OK", "text/plain", "text/plain")]
    [InlineData("OK", null, "no content type")]
    [InlineData("null", "application/json", "JSON that is incomplete or has another shape")]
    [InlineData("[]", "application/json", "JSON that is incomplete or has another shape")]
    [InlineData("42", "application/json", "JSON that is incomplete or has another shape")]
    [InlineData("{}", "application/json", "JSON that is incomplete or has another shape")]
    [InlineData("{\"id\":\"0193", "application/json", "JSON that is incomplete")]
    [InlineData("{\"error\":\"nope\"}", "application/json", "JSON that is incomplete or has another shape")]
    public async Task The_error_names_the_kind_of_content(string body, string? mediaType, string what)
    {
        ToriiApiException error = await FailApi(() => Answer.Raw(Encoding.UTF8.GetBytes(body), mediaType));

        Assert.Equal("Torii.InvalidResponse", error.ErrorId);
        Assert.Equal(200, error.StatusCode);
        Assert.Contains(what, error.Message);
        Assert.Contains("https://api.example.com", error.Message);
        Assert.Equal(body.Length == 0 ? null : body, error.ResponseBody);
    }

    [Theory]
    [InlineData("id", "null")]
    [InlineData("id", "17")]
    [InlineData("id", "\"\"")]
    [InlineData("status", "null")]
    [InlineData("status", "[]")]
    [InlineData("createdAt", "null")]
    [InlineData("createdAt", "\"yesterday\"")]
    [InlineData("updatedAt", "0")]
    [InlineData("name", "{}")]
    [InlineData("publicMetadata", "[1]")]
    public async Task A_user_with_a_member_of_another_type_is_refused(string member, string value)
    {
        string json = People.User().ToJsonString();
        string broken = json.Contains($"\"{member}\":", StringComparison.Ordinal)
            ? System.Text.RegularExpressions.Regex.Replace(json, $"\"{member}\":(\"[^\"]*\"|null)", $"\"{member}\":{value}")
            : $"{json[..^1]},\"{member}\":{value}}}";

        Assert.Equal("Torii.InvalidResponse", (await Fail(() => Answer.Json(broken))).ErrorId);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("environmentId")]
    [InlineData("status")]
    [InlineData("createdAt")]
    [InlineData("updatedAt")]
    public async Task A_user_without_a_required_member_is_refused(string member)
    {
        System.Text.Json.Nodes.JsonObject user = People.User();
        user.Remove(member);

        Assert.Equal("Torii.InvalidResponse", (await Fail(() => Answer.Json(user))).ErrorId);
    }

    [Theory]
    [InlineData("""{"items":null,"hasMore":false}""")]
    [InlineData("""{"items":[null],"hasMore":false}""")]
    [InlineData("""{"items":{},"hasMore":false}""")]
    [InlineData("""{"hasMore":false}""")]
    [InlineData("""{"items":[],"hasMore":"no"}""")]
    [InlineData("""{"items":[],"nextCursor":17,"hasMore":true}""")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task A_page_of_another_shape_is_refused(string body)
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Json(body)));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.SearchAsync(new UserQuery()).Soon());

        Assert.Equal("Torii.InvalidResponse", error.ErrorId);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("[{}]")]
    [InlineData("[17]")]
    public async Task A_list_of_sessions_of_another_shape_is_refused(string body)
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Json(body)));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.Sessions.ListAsync(TestClient.UserId, default).Soon());

        Assert.Equal("Torii.InvalidResponse", error.ErrorId);
    }

    [Theory]
    [InlineData("text/html", "<html>Sign in to the Wi-Fi</html>")]
    [InlineData("text/html", "")]
    [InlineData("application/json", "{\"id\":\"0193")]
    public async Task A_page_of_a_proxy_in_place_of_the_response_is_retried_like_a_502(string mediaType, string body)
    {
        int sent = 0;
        ScriptedHandler handler = new(request => ++sent <= 2 ? Answer.Raw(Encoding.UTF8.GetBytes(body), mediaType)
            : request.Method == HttpMethod.Delete ? Answer.Empty(HttpStatusCode.NoContent) : Answer.Json(People.User()));
        using ToriiService client = TestClient.Create(handler);

        await client.Sessions.RevokeAllAsync(TestClient.UserId, default).Soon();
        Assert.Equal(3, sent);
        sent = 0;
        await client.GetAsync();
        Assert.Equal(3, sent);
    }

    [Fact]
    public async Task A_page_of_a_proxy_in_place_of_the_response_to_an_unrepeatable_request_is_not_retried()
    {
        ScriptedHandler handler = new(static _ => Answer.Html());
        using ApiPipeline pipeline = new(TestClient.Options.Describe(), handler, new ManualTime { SkipsWaits = true });

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => pipeline.SendForNothingAsync(
            new ApiRequest { Method = HttpMethod.Post, Path = "/x", Safety = RetrySafety.OnlyIfNotExecuted }, default).Soon());

        Assert.True(error.MayHaveBeenExecuted);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task With_FailFast_a_page_of_another_server_is_reported_at_once()
    {
        ScriptedHandler handler = new(static _ => Answer.Html());
        using ToriiService client = TestClient.Create(handler);

        await Assert.ThrowsAsync<ToriiApiException>(() => client.CheckAsync(new RequestContext { FailFast = true }).Soon());

        Assert.Single(handler.Requests);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task A_page_of_a_proxy_does_not_confirm_a_revocation(string? mediaType)
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Raw("<html>Sign in to the Wi-Fi</html>"u8.ToArray(), mediaType)));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.Sessions.RevokeAllAsync(TestClient.UserId, default).Soon());

        Assert.Equal("Torii.InvalidResponse", error.ErrorId);
    }

    [Theory]
    [InlineData("""{"x":"\ud800"}""")]
    [InlineData("""{"x":{"y":["\udc00"]}}""")]
    [InlineData("""{"name":"\ud800"}""")]
    [InlineData("""{"publicMetadata":{"x":"\ud800"}}""")]
    public async Task Text_that_is_not_Unicode_is_an_invalid_response(string members)
    {
        string json = $"{People.User(name: null).ToJsonString()[..^1].Replace("\"name\":null,", "", StringComparison.Ordinal)},{members[1..]}";

        Assert.Equal("Torii.InvalidResponse", (await Fail(() => Answer.Json(json))).ErrorId);
    }

    private static async Task<ToriiException> Fail(Func<HttpResponseMessage> answer)
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ => answer()));
        return await Assert.ThrowsAnyAsync<ToriiException>(() => client.GetAsync());
    }

    private static async Task<ToriiApiException> FailApi(Func<HttpResponseMessage> answer) => Assert.IsType<ToriiApiException>(await Fail(answer));
}
