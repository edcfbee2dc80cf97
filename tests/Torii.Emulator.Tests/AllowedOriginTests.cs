using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

/// <summary>Allowed origins, from contract 0.0.12.</summary>
public class AllowedOriginTests(AllowedOriginTests.Newest fixture) : IClassFixture<AllowedOriginTests.Newest>
{
    private EmulatorProcess Emulator => fixture.Emulator;

    [Fact]
    public async Task Two_origins_are_seeded()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "0", "--contract", "0.0.12");

        Assert.Equal("""{"origins":["https://app.example.com","capacitor://localhost"]}""", (await emulator.SendAsync("GET", Operations.AllowedOrigins)).Ok().GetRawText());
    }

    [Theory]
    [InlineData("https://a.example")]
    [InlineData("http://localhost:3000", "capacitor://localhost", "com.example.app://callback")]
    [InlineData("https://[::1]:8443", "http://127.0.0.1")]
    [InlineData]
    public async Task Setting_replaces_the_whole_list(params string[] origins)
    {
        await SetAsync("https://before.example");

        Answer answer = await SetAsync(origins);

        Assert.Equal(origins, Read(answer.Ok()));
        Assert.Equal(origins, Read((await Emulator.SendAsync("GET", Operations.AllowedOrigins)).Ok()));
    }

    [Theory]
    [InlineData("https://a.example/")]
    [InlineData("https://a.example/path")]
    [InlineData("https://a.example?x=1")]
    [InlineData("https://a.example#x")]
    [InlineData("https://user@a.example")]
    [InlineData("https://*.example")]
    [InlineData("https://a.example:70000")]
    [InlineData("https://a.example:")]
    [InlineData("https://")]
    [InlineData("a.example")]
    [InlineData("//a.example")]
    [InlineData(" https://a.example")]
    [InlineData("https://a.example\n")]
    [InlineData("javascript:alert(1)")]
    [InlineData("null")]
    [InlineData("")]
    public async Task Text_that_is_not_an_origin_is_400_and_changes_nothing(string origin)
    {
        await SetAsync("https://before.example");

        (await SetAsync("https://a.example", origin)).Problem(400, "invalid_request", "origins");

        Assert.Equal(["https://before.example"], Read((await Emulator.SendAsync("GET", Operations.AllowedOrigins)).Ok()));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"origins":null}""")]
    [InlineData("""{"origins":"https://a.example"}""")]
    [InlineData("""{"origins":[null]}""")]
    public async Task A_body_without_a_list_is_400(string body) =>
        (await Emulator.SendAsync("PUT", Operations.AllowedOrigins, body)).Problem(400, "invalid_request", "origins");

    [Fact]
    public async Task More_than_100_origins_are_400()
    {
        string[] origins = [.. Enumerable.Range(0, 101).Select(i => $"https://{i}.example")];

        (await SetAsync(origins)).Problem(400, "invalid_request", "origins");
        Assert.Equal(origins[..100], Read((await SetAsync(origins[..100])).Ok()));
    }

    [Fact]
    public async Task Equal_origins_are_stored_once_as_they_were_written_first() =>
        Assert.Equal(
            ["HTTPS://A.example", "http://a.example"],
            Read((await SetAsync("HTTPS://A.example", "http://a.example", "https://a.example:443", "https://a.example")).Ok()));

    [Fact]
    public async Task The_response_to_a_new_list_can_be_lost()
    {
        await Emulator.AddFaultAsync(new { operation = "setAllowedOrigins", kind = "resetAfter", times = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => SetAsync("https://lost.example"));

        Assert.Equal(["https://lost.example"], Read((await Emulator.SendAsync("GET", Operations.AllowedOrigins)).Ok()));
    }

    [Fact]
    public async Task A_filter_fault_loses_the_new_list_and_answers_200()
    {
        await SetAsync("https://before.example");
        await Emulator.AddFaultAsync(new { operation = "setAllowedOrigins", kind = "ignoreFilter", times = 1 });

        Assert.Equal(["https://before.example"], Read((await SetAsync("https://after.example")).Ok()));
    }

    private static IEnumerable<string?> Read(JsonElement body) => body.GetProperty("origins").EnumerateArray().Select(origin => origin.GetString());

    private Task<Answer> SetAsync(params string[] origins) => Emulator.SendAsync("PUT", Operations.AllowedOrigins, new { origins });

    public sealed class Newest : EmulatorFixture
    {
        protected override string[] Arguments => ["--users", "0", "--contract", "0.0.13"];
    }
}
