using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

public class UserTests(EmulatorFixture fixture) : IClassFixture<EmulatorFixture>
{
    private static readonly string[] Members =
    [
        "address", "createdAt", "dateOfBirth", "deletedAt", "email", "emailVerifiedAt", "environmentId",
        "id", "locale", "name", "phone", "status", "updatedAt",
    ];

    private EmulatorProcess Emulator => fixture.Emulator;

    [Fact]
    public async Task A_new_user_has_the_given_values_and_null_otherwise()
    {
        Answer answer = await Emulator.SendAsync("POST", Operations.Users, new
        {
            email = "Ada.Lovelace@Example.com",
            password = "correct horse battery staple",
            name = "Ada Lovelace",
            phone = "+4512345678",
            address = "St James's Square 12, London",
            dateOfBirth = "1815-12-10",
        });

        JsonElement user = answer.Ok(201);
        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal(Members, user.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal("Ada.Lovelace@Example.com", user.Text("email"));
        Assert.Equal("Ada Lovelace", user.Text("name"));
        Assert.Equal("+4512345678", user.Text("phone"));
        Assert.Equal("St James's Square 12, London", user.Text("address"));
        Assert.Equal("1815-12-10", user.Text("dateOfBirth"));
        Assert.Equal("active", user.Text("status"));
        Assert.Equal(Emulator.EnvironmentId, user.Text("environmentId"));
        Assert.Equal(user.Text("createdAt"), user.Text("updatedAt"));
        Assert.Null(user.Text("locale"));
        Assert.Null(user.Text("deletedAt"));
        Assert.DoesNotContain("horse", answer.Text);
    }

    [Fact]
    public async Task No_member_is_required_of_a_new_user()
    {
        JsonElement user = (await Emulator.SendAsync("POST", Operations.Users, new { })).Ok(201);

        Assert.Equal(Members, user.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Null(user.Text("email"));
        Assert.Null(user.Text("name"));
    }

    [Fact]
    public async Task Null_equals_absent_for_a_new_user()
    {
        JsonElement user = (await Emulator.SendAsync("POST", Operations.Users, """{"email":null,"password":null,"name":null,"dateOfBirth":null}""")).Ok(201);

        Assert.Null(user.Text("email"));
    }

    [Fact]
    public async Task Unknown_members_are_ignored()
    {
        JsonElement user = (await Emulator.SendAsync("POST", Operations.Users, new { name = "Ann", firstName = "Ann", locale = "da", shoeSize = 38 })).Ok(201);

        Assert.Equal(Members, user.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Null(user.Text("locale"));
        Assert.Equal("Ann", (await Emulator.PatchAsync(user.Id(), new { email = "x@example.com", firstName = "Bea" })).Ok().Text("name"));
    }

    [Fact]
    public async Task An_address_is_unique_among_users_regardless_of_case()
    {
        string id = await Emulator.CreateAsync(new { email = "only.one@example.com" });

        (await Emulator.SendAsync("POST", Operations.Users, new { email = "Only.One@EXAMPLE.com" })).Problem(409, "email_already_exists");
        (await Emulator.DeleteAsync(id)).Ok(204);
        Assert.NotEqual(id, await Emulator.CreateAsync(new { email = "ONLY.one@example.com" }));
    }

    [Fact]
    public async Task Concurrent_creations_with_one_address_create_one_user()
    {
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            Emulator.SendAsync("POST", Operations.Users, new { email = "contested@example.com" })));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(19, answers.Count(answer => answer.Status == 409));
    }

    [Theory]
    [InlineData("""{"password":"short77"}""", "weak_password", "password")]
    [InlineData("""{"password":""}""", "weak_password", "password")]
    [InlineData("""{"email":"ada"}""", "invalid_email", "email")]
    [InlineData("""{"email":""}""", "invalid_email", "email")]
    [InlineData("""{"email":"a b@example.com"}""", "invalid_email", "email")]
    [InlineData("""{"email":"a@b@example.com"}""", "invalid_email", "email")]
    [InlineData("""{"email":"@example.com"}""", "invalid_email", "email")]
    [InlineData("""{"email":"ada@example.com\n"}""", "invalid_email", "email")]
    [InlineData("""{"email":7}""", "invalid_request", "email")]
    [InlineData("""{"name":false}""", "invalid_request", "name")]
    [InlineData("""{"phone":4512345678}""", "invalid_request", "phone")]
    [InlineData("""{"address":["x"]}""", "invalid_request", "address")]
    [InlineData("""{"dateOfBirth":"10-12-1815"}""", "invalid_request", "dateOfBirth")]
    [InlineData("""{"dateOfBirth":"1815-02-30"}""", "invalid_request", "dateOfBirth")]
    [InlineData("""{"dateOfBirth":"1815-12-10T00:00:00Z"}""", "invalid_request", "dateOfBirth")]
    public async Task A_new_user_with_an_invalid_value_is_400_and_names_the_field(string body, string code, string field) =>
        (await Emulator.SendAsync("POST", Operations.Users, body)).Problem(400, code, field);

    [Fact]
    public async Task Updating_sets_clears_and_keeps_members()
    {
        string id = await Emulator.CreateAsync(new { name = "Ann", phone = "+45 1", address = "Here 1", dateOfBirth = "2000-02-29" });

        JsonElement user = (await Emulator.PatchAsync(id, """{"name":"Anne","phone":null,"locale":"da"}""")).Ok();

        Assert.Equal("Anne", user.Text("name"));
        Assert.Null(user.Text("phone"));
        Assert.Equal("da", user.Text("locale"));
        Assert.Equal("Here 1", user.Text("address"));
        Assert.Equal("2000-02-29", user.Text("dateOfBirth"));
        Assert.True(user.GetProperty("updatedAt").GetDateTimeOffset() > user.GetProperty("createdAt").GetDateTimeOffset());
        Assert.Equal(user.GetRawText(), (await Emulator.GetAsync(id)).Text);
    }

    [Fact]
    public async Task Each_member_can_be_cleared()
    {
        string id = await Emulator.CreateAsync(new { name = "Ann", phone = "+45 1", address = "Here 1", dateOfBirth = "2000-02-29" });
        await Emulator.PatchAsync(id, new { locale = "en" });

        JsonElement user = (await Emulator.PatchAsync(id, """{"name":null,"phone":null,"address":null,"dateOfBirth":null,"locale":null}""")).Ok();

        Assert.All(["name", "phone", "address", "dateOfBirth", "locale"], name => Assert.Null(user.Text(name)));
    }

    [Fact]
    public async Task An_empty_update_is_valid_and_changes_nothing()
    {
        string id = await Emulator.CreateAsync(new { name = "Ann" });
        string before = (await Emulator.GetAsync(id)).Text;

        Assert.Equal(before, (await Emulator.PatchAsync(id, "{}")).Ok().GetRawText());
    }

    [Theory]
    [InlineData("""{"locale":"fr"}""", "locale")]
    [InlineData("""{"locale":"EN"}""", "locale")]
    [InlineData("""{"locale":5}""", "locale")]
    [InlineData("""{"name":{}}""", "name")]
    [InlineData("""{"phone":1}""", "phone")]
    [InlineData("""{"dateOfBirth":"tomorrow"}""", "dateOfBirth")]
    public async Task An_invalid_update_is_400_and_changes_nothing(string body, string field)
    {
        string id = await Emulator.CreateAsync(new { name = "Ann" });
        string before = (await Emulator.GetAsync(id)).Text;

        (await Emulator.PatchAsync(id, body)).Problem(400, "invalid_request", field);

        Assert.Equal(before, (await Emulator.GetAsync(id)).Text);
    }

    [Fact]
    public async Task Banning_revokes_the_sessions_and_is_idempotent()
    {
        string id = await Emulator.CreateAsync();
        await Emulator.SignInAsync(id);

        JsonElement banned = (await Emulator.BanAsync(id)).Ok();

        Assert.Equal("banned", banned.Text("status"));
        Assert.Empty((await Emulator.SessionsAsync(id)).Ok().EnumerateArray());
        Assert.Equal(banned.GetRawText(), (await Emulator.BanAsync(id)).Ok().GetRawText());
        Assert.Equal("active", (await Emulator.UnbanAsync(id)).Ok().Text("status"));
        Assert.Equal("active", (await Emulator.UnbanAsync(id)).Ok().Text("status"));
    }

    [Fact]
    public async Task The_first_deletion_is_204_and_later_ones_are_403()
    {
        string id = await Emulator.CreateAsync(new { email = "leaving@example.com" });
        await Emulator.SignInAsync(id);

        (await Emulator.DeleteAsync(id)).Ok(204);

        (await Emulator.DeleteAsync(id)).Problem(403, "access_denied");
        (await Emulator.DeleteAsync(id)).Problem(403, "access_denied");
        JsonElement user = (await Emulator.GetAsync(id)).Ok();
        Assert.Equal("deleted", user.Text("status"));
        Assert.NotNull(user.Text("deletedAt"));
        Assert.Equal("leaving@example.com", user.Text("email"));
    }

    [Fact]
    public async Task One_of_many_concurrent_deletions_succeeds()
    {
        string id = await Emulator.CreateAsync();

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Emulator.DeleteAsync(id)));

        Assert.Single(answers, answer => answer.Status == 204);
        Assert.Equal(19, answers.Count(answer => answer.Status == 403));
    }

    [Fact]
    public async Task A_deleted_user_can_be_read_but_not_changed()
    {
        string id = await Emulator.CreateAsync();
        await Emulator.DeleteAsync(id);

        (await Emulator.PatchAsync(id, new { name = "Ghost" })).Problem(403, "access_denied");
        (await Emulator.BanAsync(id)).Problem(403, "access_denied");
        (await Emulator.UnbanAsync(id)).Problem(403, "access_denied");
        (await Emulator.SessionsAsync(id)).Problem(403, "access_denied");
        (await Emulator.SendAsync("DELETE", Operations.User(id) + "/sessions")).Problem(403, "access_denied");
    }

    [Fact]
    public async Task Concurrent_updates_of_one_user_are_all_kept()
    {
        string id = await Emulator.CreateAsync();
        object[] changes = [new { name = "Ann" }, new { phone = "+45 1" }, new { address = "Here" }, new { dateOfBirth = "2000-01-01" }, new { locale = "en" }];

        await Task.WhenAll(changes.Select(change => Emulator.PatchAsync(id, change)));

        JsonElement user = (await Emulator.GetAsync(id)).Ok();
        Assert.All(["name", "phone", "address", "dateOfBirth", "locale"], name => Assert.NotNull(user.Text(name)));
    }
}
