using System.Net;
using System.Text;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

/// <summary>Problem details in every documented and observed form.</summary>
public sealed class ProblemDetailsTests
{
    [Theory]
    [InlineData("""{"code":"weak_password","supportId":"sup-1"}""")]
    [InlineData("""{"code":"weak_password","support_id":"sup-1"}""")]
    [InlineData("""{"properties":{"code":"weak_password","supportId":"sup-1"}}""")]
    [InlineData("""{"properties":{"code":"weak_password","support_id":"sup-1"}}""")]
    [InlineData("""{"code":"weak_password","properties":{"code":"another","supportId":"sup-1"}}""")]
    [InlineData("""{"code":"","supportId":null,"properties":{"code":"weak_password","supportId":"sup-1"}}""")]
    [InlineData("""  {"type":"about:blank","title":"Bad Request","status":400,"detail":"d","instance":"/x","code":"weak_password","supportId":"sup-1"}""")]
    public async Task Code_and_support_id_are_read_from_every_place(string body)
    {
        ToriiApiException error = await Fail(Encoding.UTF8.GetBytes(body));

        Assert.Equal("weak_password", error.Code);
        Assert.Equal("sup-1", error.SupportId);
        Assert.Contains("sup-1", error.Message);
        Assert.Contains("weak_password", error.Message);
    }

    [Theory]
    [InlineData("""{"code":17,"supportId":{"a":1},"detail":["x"],"title":false,"properties":"none"}""")]
    [InlineData("""{"properties":null}""")]
    [InlineData("""{"properties":[1,2]}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[1")]
    [InlineData("{\"detail\":\"cut o")]
    [InlineData("null")]
    [InlineData("\"a string\"")]
    [InlineData("Bad Request")]
    [InlineData("<html></html>")]
    [InlineData("")]
    [InlineData("""{"detail":"\ud800"}""")]
    [InlineData("""{"\ud800":1,"title":"\udc00"}""")]
    public async Task A_body_without_details_causes_no_second_error(string body)
    {
        ToriiApiException error = await Fail(Encoding.UTF8.GetBytes(body));

        Assert.Equal("Torii.InvalidRequest", error.ErrorId);
        Assert.Null(error.Code);
        Assert.Null(error.SupportId);
        Assert.StartsWith("Bad request", error.Message, StringComparison.Ordinal);
        Assert.Equal(body.Length == 0 ? null : body, error.ResponseBody);
    }

    [Fact]
    public async Task Bytes_that_are_not_text_cause_no_second_error()
    {
        ToriiApiException error = await Fail([.. "{\"detail\":\""u8, 0xff, 0xfe, 0x80, .. "\"}"u8]);

        Assert.Equal("Torii.InvalidRequest", error.ErrorId);
    }

    [Fact]
    public async Task Deeply_nested_JSON_causes_no_second_error()
    {
        ToriiApiException error = await Fail(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))));

        Assert.Equal("Torii.InvalidRequest", error.ErrorId);
    }

    [Fact]
    public async Task The_message_is_the_detail_or_else_the_title()
    {
        Assert.StartsWith("The address is taken (", (await Fail("""{"title":"Conflict","detail":"The address is taken."}"""u8.ToArray())).Message, StringComparison.Ordinal);
        Assert.StartsWith("Conflict (", (await Fail("""{"title":"Conflict"}"""u8.ToArray())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_of_the_service_is_printable_and_bounded()
    {
        // Escape sequences, a line break, a bell, and characters that turn the direction of writing.
        string detail = """\u001b[2J\u001b]0;title\u0007 first\r\nsecond \u009b31m \u202egnp.exe\u2066 """ + new string('x', 20_000);
        ToriiApiException error = await Fail(Encoding.UTF8.GetBytes($"{{\"detail\":\"{detail}\",\"code\":\"a\\nb\"}}"));

        Assert.DoesNotContain(error.Message, static c => char.IsControl(c) || c is '\u202e' or '\u2066');
        Assert.Equal("a b", error.Code);
        Assert.InRange(error.Message.Length, 1, 1500);
    }

    private static async Task<ToriiApiException> Fail(byte[] body)
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Raw(body, "application/problem+json", HttpStatusCode.BadRequest)));
        return await Assert.ThrowsAsync<ToriiApiException>(() => client.GetAsync());
    }
}
