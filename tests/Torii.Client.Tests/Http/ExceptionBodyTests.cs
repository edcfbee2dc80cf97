using System.Diagnostics;
using System.Net;
using System.Text;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

/// <summary>What an exception keeps of the response: bounded, printable, without secrets.</summary>
[Collection(nameof(Alone))]
public sealed class ExceptionBodyTests
{
    private const int Bound = 4096;
    private const int TenMegabytes = 10 * 1024 * 1024;

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public async Task Ten_megabytes_of_random_bytes_are_cut_to_the_limit(HttpStatusCode status)
    {
        byte[] garbage = new byte[TenMegabytes];
        new Random(1).NextBytes(garbage);

        ToriiApiException error = await Fail(Answer.Raw(garbage, "application/json", status));

        Assert.InRange(error.ResponseBody!.Length, 1, Bound);
        Assert.InRange(error.Message.Length, 1, 1500);
    }

    [Theory]
    [InlineData("{\"detail\":\"", "x")]
    [InlineData("", "\\")]
    [InlineData("\"password\":\"", "\\")]
    [InlineData("", "eyJ")]
    [InlineData("", "\"")]
    [InlineData("", "sk_test_")]
    [InlineData("", "é")]
    public async Task Ten_megabytes_that_are_hard_to_search_for_secrets_take_no_noticeable_time(string begin, string repeated)
    {
        string garbage = new StringBuilder(begin).Insert(begin.Length, repeated, TenMegabytes / Encoding.UTF8.GetByteCount(repeated)).ToString();
        HttpResponseMessage answer = Answer.Json(garbage, HttpStatusCode.BadRequest);
        long started = Stopwatch.GetTimestamp();

        ToriiApiException error = await Fail(answer);

        // Milliseconds, unless a search goes back again and again: then it would be minutes.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(error.ResponseBody!.Length, 1, Bound);
    }

    [Fact]
    public async Task A_short_body_is_kept_completely()
    {
        string body = new('y', Bound);

        Assert.Equal(body, (await Fail(Answer.Raw(Encoding.UTF8.GetBytes(body), "text/plain", HttpStatusCode.BadRequest))).ResponseBody);
    }

    [Fact]
    public async Task A_longer_body_is_cut_and_ends_with_an_ellipsis()
    {
        string body = (await Fail(Answer.Raw(Encoding.UTF8.GetBytes(new string('y', Bound + 1)), "text/plain", HttpStatusCode.BadRequest))).ResponseBody!;

        Assert.Equal(Bound, body.Length);
        Assert.EndsWith("…", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_at_the_cut_does_not_survive_in_part()
    {
        foreach (int at in Enumerable.Range(Bound - 40, 60))
        {
            string body = new string('.', at) + " " + TestClient.Key;

            string kept = (await Fail(Answer.Raw(Encoding.UTF8.GetBytes(body), "text/plain", HttpStatusCode.BadRequest))).ResponseBody!;

            Assert.DoesNotContain(TestClient.Key[8..12], kept);
        }
    }

    [Fact]
    public async Task The_body_is_printable_and_keeps_its_line_breaks()
    {
        string body = (await Fail(Answer.Raw("\u001b[2J first\r\n\tsecond \u0007\u009b"u8.ToArray(), "text/plain", HttpStatusCode.BadRequest))).ResponseBody!;

        Assert.Contains("first\r\n\tsecond", body);
        Assert.DoesNotContain(body, static c => char.IsControl(c) && c is not ('\r' or '\n' or '\t'));
    }

    private static async Task<ToriiApiException> Fail(HttpResponseMessage answer)
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ => answer), static o => o with { MaxRetry = 0 });
        return await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());
    }
}
