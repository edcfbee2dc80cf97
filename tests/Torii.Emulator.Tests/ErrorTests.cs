using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

public class ErrorTests(EmulatorFixture fixture) : IClassFixture<EmulatorFixture>
{
    private EmulatorProcess Emulator => fixture.Emulator;

    public static TheoryData<string, string> Operations_of_the_contract => new()
    {
        { "POST", "/users" },
        { "POST", "/users/search" },
        { "GET", "/users/{id}" },
        { "PATCH", "/users/{id}" },
        { "DELETE", "/users/{id}" },
        { "POST", "/users/{id}/ban" },
        { "POST", "/users/{id}/unban" },
        { "GET", "/users/{id}/sessions" },
        { "DELETE", "/users/{id}/sessions" },
        { "DELETE", "/users/{id}/sessions/{id}" },
        { "GET", "/nothing/here" },
    };

    [Theory]
    [MemberData(nameof(Operations_of_the_contract))]
    public async Task A_missing_or_wrong_key_is_401_for_every_operation(string method, string path)
    {
        path = "/api/server/v1" + path.Replace("{id}", Guid.NewGuid().ToString());
        AuthenticationHeaderValue?[] wrong =
        [
            null,
            new("Bearer", "sk_test_wrong"),
            new("Bearer", Emulator.SecretKey + "x"),
            new("Bearer", Emulator.SecretKey.ToLowerInvariant()),
            new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Emulator.SecretKey + ":"))),
        ];
        foreach (AuthenticationHeaderValue? authorization in wrong)
        {
            using var anonymous = new HttpClient { BaseAddress = new Uri(Emulator.ApiUrl) };
            anonymous.DefaultRequestHeaders.Authorization = authorization;
            using HttpResponseMessage response = await anonymous.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
            var answer = new Answer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(), new Dictionary<string, string>());
            answer.Problem(401, "invalid_secret_key");
            Assert.DoesNotContain(Emulator.SecretKey, answer.Text);
        }
    }

    [Theory]
    [InlineData("bearer ")]
    [InlineData("BEARER ")]
    [InlineData("Bearer  ")]
    public async Task The_authentication_scheme_is_case_insensitive(string scheme) =>
        (await Emulator.SendAsync("POST", Operations.Users + "/search", null, request =>
            request.Headers.TryAddWithoutValidation("Authorization", scheme + Emulator.SecretKey))).Ok();

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/ban")]
    [InlineData("POST", "/unban")]
    public async Task An_unknown_user_is_404(string method, string suffix) =>
        (await Emulator.SendAsync(method, Operations.User(Guid.NewGuid().ToString()) + suffix, method == "PATCH" ? new { } : null))
            .Problem(404, "user_not_found");

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/ban")]
    [InlineData("POST", "/unban")]
    public async Task A_user_of_another_environment_is_403(string method, string suffix)
    {
        JsonElement foreign = (await Emulator.SendAsync("GET", "/_emulator/foreign")).Ok();
        foreach (JsonElement id in foreign.GetProperty("userIds").EnumerateArray())
        {
            (await Emulator.SendAsync(method, Operations.User(id.GetString()!) + suffix, method == "PATCH" ? new { } : null))
                .Problem(403, "access_denied");
        }

        Assert.Contains(foreign.Text("userId"), foreign.GetProperty("userIds").EnumerateArray().Select(id => id.GetString()));
    }

    [Theory]
    [InlineData("GET", "/abc")]
    [InlineData("GET", "/01931a738b0070008000000000000000")]
    [InlineData("GET", "/{01931a73-8b00-7000-8000-000000000000}")]
    [InlineData("GET", "/search")]
    [InlineData("PATCH", "/abc")]
    [InlineData("DELETE", "/abc")]
    [InlineData("POST", "/abc/ban")]
    [InlineData("POST", "/abc/unban")]
    public async Task An_id_that_is_not_a_UUID_is_400_and_names_the_field(string method, string path) =>
        (await Emulator.SendAsync(method, Operations.Users + path, method == "PATCH" ? new { } : null)).Problem(400, "invalid_request", "userId");

    [Fact]
    public async Task Ids_are_case_insensitive()
    {
        string id = await Emulator.CreateAsync();

        Assert.Equal(id, (await Emulator.GetAsync(id.ToUpperInvariant())).Ok().Id());
    }

    [Theory]
    [InlineData("[]", "invalid_request")]
    [InlineData("null", "invalid_request")]
    [InlineData("\"x\"", "invalid_request")]
    [InlineData("5", "invalid_request")]
    [InlineData("{", "invalid_json")]
    [InlineData("{\"name\":\"x\",}", "invalid_json")]
    [InlineData("{name:\"x\"}", "invalid_json")]
    [InlineData("hello", "invalid_json")]
    [InlineData("{\"name\":\"\\ud800\"}", "invalid_json")]
    [InlineData("{\"\\udc00\":1}", "invalid_json")]
    public async Task A_body_that_is_not_a_JSON_object_is_400(string body, string code)
    {
        string id = await Emulator.CreateAsync();
        foreach ((string? method, string? path) in new[] { ("POST", Operations.Users), ("POST", Operations.Users + "/search"), ("PATCH", Operations.User(id)) })
        {
            (await Emulator.SendAsync(method, path, body)).Problem(400, code);
        }
    }

    [Fact]
    public async Task A_body_that_is_not_UTF_8_is_400() =>
        (await Emulator.SendAsync("POST", Operations.Users, null, request =>
        {
            request.Content = new ByteArrayContent([.. "{\"name\":\""u8, 0xFF, .. "\"}"u8]);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        })).Problem(400, "invalid_json");

    [Fact]
    public async Task A_missing_required_body_is_400()
    {
        (await Emulator.SendAsync("POST", Operations.Users)).Problem(400, "invalid_request", "body");
        (await Emulator.SendAsync("PATCH", Operations.User(await Emulator.CreateAsync()))).Problem(400, "invalid_request", "body");
    }

    [Fact]
    public async Task A_body_with_another_content_type_is_415() =>
        (await Emulator.SendAsync("POST", Operations.Users, null, request => request.Content = new StringContent("{}", Encoding.UTF8, "text/plain")))
            .Problem(415, "unsupported_media_type");

    [Fact]
    public async Task A_body_over_1_MB_is_413_and_the_connection_stays_usable()
    {
        (await Emulator.SendAsync("POST", Operations.Users, new { name = new string('x', 1024 * 1024) })).Problem(413, "payload_too_large");
        (await Emulator.SendAsync("POST", Operations.Users, new { name = new string('x', 1024 * 1000) })).Ok(201);
    }

    [Theory]
    [InlineData("PUT", "/users", "POST")]
    [InlineData("GET", "/users", "POST")]
    [InlineData("PUT", "/users/01931a73-8b00-7000-8000-000000000000", "DELETE, GET, PATCH")]
    [InlineData("GET", "/users/01931a73-8b00-7000-8000-000000000000/ban", "POST")]
    [InlineData("POST", "/users/01931a73-8b00-7000-8000-000000000000/sessions", "DELETE, GET")]
    public async Task A_method_that_a_path_does_not_support_is_405(string method, string path, string allowed)
    {
        Answer answer = await Emulator.SendAsync(method, "/api/server/v1" + path);

        answer.Problem(405, "method_not_allowed");
        Assert.Equal(allowed, string.Join(", ", answer.Headers["Allow"].Split(", ").Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("/api/server/v1/organizations")]
    [InlineData("/api/server/v1/users/")]
    [InlineData("/API/server/v1/users")]
    [InlineData("/api/server/v2/users")]
    [InlineData("/")]
    [InlineData("/_emulator/nothing")]
    [InlineData("/_torii/nothing")]
    public async Task An_unknown_path_is_404(string path) => (await Emulator.SendAsync("POST", path, new { })).Problem(404, "not_found");

    [Fact]
    public async Task Each_error_has_its_own_support_id()
    {
        Answer one = await Emulator.GetAsync("abc");
        Answer other = await Emulator.GetAsync("abc");

        Assert.NotEqual(one["supportId"], other["supportId"]);
        Assert.Equal("/api/server/v1/users/abc", one["instance"]);
    }
}
