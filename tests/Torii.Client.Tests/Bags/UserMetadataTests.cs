using System.Net;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Bags;

/// <summary>updateUserMetadata: what is sent, and which answers are believed.</summary>
public sealed class UserMetadataTests
{
    private const string Operation = $"/api/server/v1/users/{Id}/metadata";
    private const string Id = "01931a73-8b00-7000-8000-000000000000";

    private static readonly ToriiMetadata Change = new() { ["plan"] = new ToriiMetadata { ["tier"] = "pro", ["old"] = null } };

    [Fact]
    public async Task The_bags_that_are_named_are_sent_and_the_user_is_returned()
    {
        ScriptedHandler handler = EchoService.For();
        using ToriiService client = TestClient.Create(handler);

        ToriiUser user = await client.Users.UpdateMetadataAsync(Id.ToUpperInvariant(), Body.Of(("publicMetadata", Change), ("unsafeMetadata", new ToriiMetadata { ["n"] = 1 })), default).Soon();

        Assert.Equal("pro", ((ToriiMetadata)user.PublicMetadata!["plan"]!)["tier"]);
        Sent sent = Assert.Single(handler.Requests);
        Assert.Equal((HttpMethod.Patch, Operation), (sent.Method, sent.PathAndQuery));
        Assert.Equal("""{"publicMetadata":{"plan":{"tier":"pro","old":null}},"unsafeMetadata":{"n":1}}""", sent.Body);
    }

    [Fact]
    public async Task An_unknown_user_is_told_from_a_server_without_metadata()
    {
        Assert.Equal(ToriiErrorId.UserNotFound, (await Fail(static _ => Answer.Problem("{}", HttpStatusCode.NotFound))).Error.ErrorId);

        foreach (HttpStatusCode missing in (HttpStatusCode[])[HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed])
        {
            (ToriiException error, ScriptedHandler handler) = await Fail(sent =>
                sent.Method == HttpMethod.Patch ? Answer.Problem("{}", missing) : Answer.Json(People.User()));
            Assert.Equal(ToriiErrorId.NotSupported, error.ErrorId);
            Assert.Contains("metadata", error.Message);
            Assert.False(error.MayHaveBeenExecuted);
            Assert.All(handler.Requests.Skip(1), static r => Assert.Equal(HttpMethod.Get, r.Method));
        }
    }

    [Fact]
    public async Task A_refusal_for_size_keeps_the_detail_of_the_service()
    {
        (ToriiException error, ScriptedHandler handler) = await Fail(static _ => Answer.Problem(
            """{"title":"Bad Request","detail":"Metadata would take 9143 of 8192 bytes.","code":"metadata_too_large","supportId":"sup_1"}""", HttpStatusCode.BadRequest));

        Assert.Equal(ToriiErrorId.InvalidRequest, error.ErrorId);
        Assert.Contains("Metadata would take 9143 of 8192 bytes (status 400, metadata_too_large, support id sup_1). The change was not made.", error.Message);
        Assert.Single(handler.Requests);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{"plan":{"tier":"free"}}""")]
    [InlineData("""{"plan":{"tier":"pro","old":1}}""")]
    [InlineData("""{"plan":{"tier":"pro","old":null}}""")]
    [InlineData("""{"plan":"pro"}""")]
    public async Task A_bag_that_does_not_hold_the_change_is_not_reported_as_stored(string? stored)
    {
        string user = People.User().ToJsonString();
        (ToriiException error, _) = await Fail(_ => Answer.Json(stored is null ? user : $$"""{{user[..^1]}},"publicMetadata":{{stored}}}"""));

        Assert.Equal(ToriiErrorId.FieldNotApplied, error.ErrorId);
        Assert.Contains("did not store: publicMetadata.", error.Message);
        Assert.Equal(Id, Assert.IsType<ToriiUser>(error.Result).UserId);
    }

    [Theory]
    [InlineData("""{"plan":{}}""", "{}", false)]
    [InlineData("""{"plan":{"inner":{}}}""", """{"plan":{}}""", false)]
    [InlineData("""{"plan":{"inner":{}}}""", """{"plan":{"inner":{"kept":1}}}""", true)]
    [InlineData("""{"plan":{"inner":{"gone":null}}}""", "{}", true)]
    [InlineData("""{"plan":{"inner":{"gone":null},"set":{}}}""", "{}", false)]
    [InlineData("""{"list":[]}""", """{"list":[]}""", true)]
    [InlineData("""{"list":[]}""", """{"list":[1]}""", false)]
    [InlineData("""{"list":[]}""", "{}", false)]
    [InlineData("""{"list":["one"]}""", """{"list":"one"}""", false)]
    [InlineData("""{"list":[null]}""", """{"list":[]}""", false)]
    [InlineData("""{"n":9007199254740993}""", """{"n":9007199254740992}""", false)]
    [InlineData("""{"n":1e400}""", """{"n":10e399}""", true)]
    [InlineData("""{"n":1e400}""", """{"n":"1e400"}""", false)]
    [InlineData("""{"n":0.10}""", """{"n":0.1}""", true)]
    public async Task Empty_objects_arrays_and_numbers_count(string sent, string stored, bool isStored)
    {
        ToriiException? error = (ToriiException?)await Record.ExceptionAsync(async () =>
        {
            using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Json($$"""{{People.User().ToJsonString()[..^1]}},"publicMetadata":{{stored}}}""")));
            await client.Users.UpdateMetadataAsync(Id, Body.Of(("publicMetadata", PlainValues.FromText(sent))), default).Soon();
        });

        Assert.Equal(isStored ? null : ToriiErrorId.FieldNotApplied, error?.ErrorId);
    }

    [Fact]
    public async Task A_merge_is_repeated_after_a_lost_response()
    {
        ScriptedHandler handler = new(sent => sent.Number == 1 ? throw new HttpRequestException(HttpRequestError.ResponseEnded)
            : Answer.Json(EchoService.Stored(People.User(), System.Text.Json.Nodes.JsonNode.Parse(sent.Body!)!.AsObject())));
        using ToriiService client = TestClient.Create(handler);

        await client.Users.UpdateMetadataAsync(Id, Body.Of(("publicMetadata", Change)), default).Soon();

        Assert.Equal(2, handler.Requests.Count);
    }

    [Fact]
    public void The_bags_of_a_user_share_one_budget_and_each_other_bag_has_its_own()
    {
        using ToriiService client = TestClient.Create(null);
        // {"a":"…"} is 8 bytes without the text.
        ResourceBody full = Body.Of(("publicMetadata", Text(8192 - 8)), ("privateMetadata", Text(8192 - 8)));
        ResourceBody large = Body.Of(("publicMetadata", Text(8193 - 8)), ("privateMetadata", Text(0)));

        Assert.Contains("publicMetadata, privateMetadata is 16,384 bytes", client.FindMetadataExcess(ResourceKind.User, full));
        foreach (ResourceKind kind in (ResourceKind[])[ResourceKind.Organization, ResourceKind.Membership, ResourceKind.Invitation])
        {
            Assert.Null(client.FindMetadataExcess(kind, full));
            Assert.Contains("as publicMetadata is 8,193 bytes", client.FindMetadataExcess(kind, large));
        }

        Assert.Null(client.FindMetadataExcess(ResourceKind.User, Body.Of(("unsafeMetadata", Text(8192 - 8)))));
        // Bytes, not characters.
        Assert.NotNull(client.FindMetadataExcess(ResourceKind.User, Body.Of(("unsafeMetadata", new ToriiMetadata { ["a"] = new string('é', 4100) }))));
        Assert.Null(client.FindMetadataExcess(ResourceKind.User, Body.Of(("firstName", new string('x', 9000)))));
    }

    private static ToriiMetadata Text(int length) => new() { ["a"] = new string('x', length) };

    private static async Task<(ToriiException Error, ScriptedHandler Handler)> Fail(Func<Sent, HttpResponseMessage> answer)
    {
        ScriptedHandler handler = new(answer);
        using ToriiService client = TestClient.Create(handler);
        return (await Assert.ThrowsAnyAsync<ToriiException>(() => client.Users.UpdateMetadataAsync(Id, Body.Of(("publicMetadata", Change)), default).Soon()), handler);
    }
}
