using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

public sealed class GetUserTests
{
    [Fact]
    public async Task A_user_is_read_with_all_its_members()
    {
        ToriiUser user = await Get("""
            {"id":"01931a73-8b00-7000-8000-000000000000","environmentId":"01931a72-0000-7000-8000-000000000000","name":"Ada Lovelace",
             "firstName":"Ada","lastName":"Lovelace","email":"ada@example.com","emailVerifiedAt":"2026-05-16T09:31:00Z","status":"pending_verification",
             "phone":"+15555550100","locale":"da","address":"221B Baker Street","dateOfBirth":"1815-12-10",
             "createdAt":"2026-05-16T09:30:00.123Z","updatedAt":"2026-05-16T12:30:00+02:00","deletedAt":"2026-05-17T00:00:00Z"}
            """);

        Assert.Equal("01931a73-8b00-7000-8000-000000000000", user.UserId);
        Assert.Equal(user.UserId, user.Id);
        Assert.Equal(People.EnvironmentId, user.EnvironmentId);
        Assert.Equal("Ada Lovelace", user.Name);
        Assert.Equal("Ada", user.FirstName);
        Assert.Equal("Lovelace", user.LastName);
        Assert.Equal("ada@example.com", user.Email);
        Assert.Equal(new DateTimeOffset(2026, 5, 16, 9, 31, 0, TimeSpan.Zero), user.EmailVerifiedAt);
        Assert.Equal("pending_verification", user.Status);
        Assert.Equal("+15555550100", user.Phone);
        Assert.Equal("da", user.Locale);
        Assert.Equal("221B Baker Street", user.Address);
        Assert.Equal("1815-12-10", user.DateOfBirth);
        Assert.Equal(new DateTimeOffset(2026, 5, 16, 9, 30, 0, 123, TimeSpan.Zero), user.CreatedAt);
        Assert.Equal(new DateTimeOffset(2026, 5, 16, 10, 30, 0, TimeSpan.Zero), user.UpdatedAt);
        Assert.Equal(new DateTimeOffset(2026, 5, 17, 0, 0, 0, TimeSpan.Zero), user.DeletedAt);
        Assert.Empty(user.AdditionalProperties);
    }

    [Fact]
    public async Task Members_that_nobody_knew_of_are_kept_as_plain_values()
    {
        ToriiUser user = await Get("""
            {"s":"text","i":17,"big":9007199254740993,"d":1.5,"huge":12345678901234567890,"t":true,"f":false,"n":null,
             "a":[1,"two",[3],{"four":4}],"o":{"in":{"deep":[null]}},"CamelCase":1}
            """, mergeInto: true);

        Assert.Equal("text", user.AdditionalProperties["s"]);
        Assert.Equal(17L, user.AdditionalProperties["i"]);
        Assert.Equal(9007199254740993L, user.AdditionalProperties["big"]);
        Assert.Equal(1.5m, user.AdditionalProperties["d"]);
        Assert.Equal(12345678901234567890m, user.AdditionalProperties["huge"]);
        Assert.Equal(true, user.AdditionalProperties["t"]);
        Assert.Equal(false, user.AdditionalProperties["f"]);
        Assert.Null(user.AdditionalProperties["n"]);
        Assert.True(user.AdditionalProperties.ContainsKey("CamelCase"));
        object?[] list = Assert.IsType<object?[]>(user.AdditionalProperties["a"]);
        Assert.Equal(1L, list[0]);
        Assert.Equal("two", list[1]);
        Assert.Equal(3L, Assert.Single(Assert.IsType<object?[]>(list[2])));
        Assert.Equal(4L, Assert.IsAssignableFrom<IDictionary<string, object?>>(list[3])["four"]);
        object? inner = Assert.IsAssignableFrom<IDictionary<string, object?>>(user.AdditionalProperties["o"])["in"];
        Assert.Null(Assert.Single(Assert.IsType<object?[]>(Assert.IsAssignableFrom<IDictionary<string, object?>>(inner)["deep"])));
        Assert.All(Flatten(user.AdditionalProperties), static v => Assert.False(v is System.Text.Json.JsonElement));
    }

    [Theory]
    [InlineData("2026-05-16T09:30:00Z", 0)]
    [InlineData("2026-05-16T09:30:00.5Z", 5_000_000)]
    [InlineData("2026-05-16T11:30:00.123456+02:00", 1_234_560)]
    [InlineData("2026-05-16T09:30:00.123456789Z", 1_234_567)]
    public async Task A_moment_is_read_to_the_last_digit_that_there_is_room_for(string text, long ticks)
    {
        ToriiUser user = await Get(People.User(createdAt: text).ToJsonString());

        Assert.Equal(new DateTimeOffset(2026, 5, 16, 9, 30, 0, TimeSpan.Zero).AddTicks(ticks), user.CreatedAt);
    }

    [Fact]
    public async Task Metadata_is_plain_too()
    {
        ToriiUser user = await Get("""
            {"publicMetadata":{"plan":"pro","seats":5,"tags":["a"],"nested":{"on":true}},"privateMetadata":{},"unsafeMetadata":null}
            """, mergeInto: true);

        Assert.Equal("pro", user.PublicMetadata!["plan"]);
        Assert.Equal(5L, user.PublicMetadata["seats"]);
        Assert.Equal("a", Assert.Single(Assert.IsType<object?[]>(user.PublicMetadata["tags"])));
        Assert.Equal(true, Assert.IsAssignableFrom<IDictionary<string, object?>>(user.PublicMetadata["nested"])["on"]);
        Assert.Empty(user.PrivateMetadata!);
        Assert.Null(user.UnsafeMetadata);
        Assert.All(Flatten(user.PublicMetadata), static v => Assert.False(v is System.Text.Json.JsonElement));
    }

    [Fact]
    public async Task A_member_of_the_service_cannot_pretend_where_the_user_came_from()
    {
        ToriiUser user = await Get("""{"connectionName":"production","ConnectionName":"production"}""", mergeInto: true);

        Assert.Null(user.ConnectionName);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("ada@example.com")]
    [InlineData("01931a738b0070008000000000000000")]
    [InlineData("{01931a73-8b00-7000-8000-000000000000}")]
    [InlineData("01931a73-8b00-7000-8000-000000000000/sessions")]
    [InlineData("../sessions")]
    [InlineData("01931a73-8b00-7000-8000-00000000000g")]
    public async Task What_is_no_id_is_refused_before_a_request(string? id)
    {
        ScriptedHandler handler = new(static _ => Answer.Json(People.User()));
        using ToriiService client = TestClient.Create(handler);

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.Users.GetAsync(id!, default));

        Assert.Equal("Torii.InvalidId", error.ErrorId);
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task An_answer_about_somebody_else_is_refused()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(People.User(1))));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => client.Users.GetAsync(People.Id(0), default));

        Assert.Equal("Torii.InvalidResponse", error.ErrorId);
    }

    [Fact]
    public async Task An_id_in_capitals_is_the_same_id()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(People.User(0xabc)));
        using ToriiService client = TestClient.Create(handler);

        ToriiUser user = await client.Users.GetAsync(People.Id(0xabc).ToUpperInvariant(), default);

        Assert.Equal(People.Id(0xabc), user.UserId);
        Assert.Equal($"/api/server/v1/users/{People.Id(0xabc)}", Assert.Single(handler.Requests).PathAndQuery);
    }

    private static async Task<ToriiUser> Get(string json, bool mergeInto = false)
    {
        string body = mergeInto ? $"{People.User().ToJsonString()[..^1]},{json.Trim()[1..]}" : json;
        using ToriiService client = TestClient.Create(new ScriptedHandler(_ => Answer.Json(body)));
        return await client.GetAsync();
    }

    private static IEnumerable<object?> Flatten(object? value) => value switch
    {
        IDictionary<string, object?> members => members.Values.SelectMany(Flatten).Append(value),
        object?[] items => items.SelectMany(Flatten).Append(value),
        _ => [value],
    };
}
