using System.Text;
using Torii.Client.Http;
using Torii.Client.Paging;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Paging;

public sealed class PageReaderTests
{
    private static readonly PageReader<ToriiUser> Reader = new(ToriiJson.Default.ToriiUser, static user => user.FindMissingMember());

    [Fact]
    public void An_item_that_cannot_be_read_does_not_hide_how_the_list_continues()
    {
        Page<ToriiUser> page = Read("""{"extra":{"items":[1]},"items":[{},{"id":1}],"nextCursor":"c","hasMore":true,"total":7,"more":[[]]}""");

        Assert.Equal((2, "c", true, 7L), (page.Count, page.NextCursor, page.HasMore, page.Total));
        Assert.Throws<ToriiException>(() => page.Items);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"items":null}""")]
    [InlineData("""{"items":{}}""")]
    [InlineData("""{"items":[],"nextCursor":17}""")]
    [InlineData("""{"items":[],"hasMore":"no"}""")]
    [InlineData("""{"items":[]""")]
    [InlineData("""{"items":[{"id":"0193""")]
    [InlineData("""{"items":[{"id":17,"name":"Ada""")]
    [InlineData("""{"items":[{"id":17}""")]
    [InlineData("""{"items":[17,{"id":]}]}""")]
    [InlineData("""{"items":[]} {}""")]
    [InlineData("""{"items":[],"nextCursor":"\ud800"}""")]
    public void A_body_that_is_not_a_page_is_unreadable(string body)
    {
        Assert.Throws<UnreadableResponseException>(() => Read(body));
    }

    [Theory]
    [InlineData("name", "\"\\ud800\"", "name")]
    [InlineData("publicMetadata", "{\"a\":[\"\\udc00\"]}", "publicMetadata")]
    [InlineData("other", "{\"\\ud800\":1}", "other")]
    [InlineData("createdAt", "\"yesterday\"", "createdAt")]
    [InlineData("id", "17", "id")]
    [InlineData("deletedAt", "\"yesterday\"", "deletedAt")]
    [InlineData("unsafeMetadata", "[]", "unsafeMetadata")]
    [InlineData("locale", "{}", "locale")]
    [InlineData("status", "null", "status")]
    public void An_item_that_cannot_be_read_is_named_with_its_id_and_member(string member, string value, string named)
    {
        System.Text.Json.Nodes.JsonObject user = People.User(1);
        user.Remove(member);
        string bad = $"{user.ToJsonString()[..^1]},\"{member}\":{value}}}";
        Page<ToriiUser> page = Read($$"""{"items":[{{People.User(0).ToJsonString()}},{{bad}}]}""");

        ToriiException error = Assert.Throws<ToriiException>(() => page.Items);

        Assert.Equal((ToriiErrorId.InvalidResponse, "item"), (error.ErrorId, error.Variant));
        Assert.StartsWith("Item 2 of the page", error.Message, StringComparison.Ordinal);
        Assert.Equal(member != "id", error.Message.Contains($"(id '{People.Id(1)}')", StringComparison.Ordinal));
        Assert.Contains($"'{named}'", error.Message);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("17")]
    [InlineData("[]")]
    public void An_item_that_is_not_an_object_is_named_by_its_place(string item)
    {
        ToriiException error = Assert.Throws<ToriiException>(() => Read($$"""{"items":[{{item}}]}""").Items);

        Assert.Equal("Item 1 of the page has another shape.", error.Message);
    }

    private static Page<ToriiUser> Read(string body) => Reader.Read(new ApiResponse(System.Net.HttpStatusCode.OK, Encoding.UTF8.GetBytes(body)));
}
