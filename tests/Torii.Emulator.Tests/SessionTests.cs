using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

public class SessionTests(EmulatorFixture fixture) : IClassFixture<EmulatorFixture>
{
    private static readonly string[] Members =
        ["activeOrganizationId", "createdAt", "environmentId", "expiresAt", "id", "ipAddress", "lastUsedAt", "userAgent", "userId"];

    private EmulatorProcess Emulator => fixture.Emulator;

    [Fact]
    public async Task Sessions_are_ordered_by_last_use_descending()
    {
        (List<JsonElement>? users, int _) = await Emulator.FindAllAsync(new { }, 1000);
        int several = 0;
        foreach (JsonElement user in users.Take(60))
        {
            var sessions = (await Emulator.SessionsAsync(user.Id())).Ok().EnumerateArray().ToList();
            var used = sessions.Select(session => session.GetProperty("lastUsedAt").GetDateTimeOffset()).ToList();
            Assert.Equal(used.OrderDescending(), used);
            several += sessions.Count > 1 ? 1 : 0;
            Assert.All(sessions, session =>
            {
                Assert.Equal(Members, session.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
                Assert.Equal(user.Id(), session.Text("userId"));
                Assert.Equal(Emulator.EnvironmentId, session.Text("environmentId"));
                Assert.True(session.GetProperty("expiresAt").GetDateTimeOffset() > DateTimeOffset.UtcNow);
                Assert.True(session.GetProperty("createdAt").GetDateTimeOffset() <= session.GetProperty("lastUsedAt").GetDateTimeOffset());
            });
        }

        Assert.True(several > 5);
    }

    [Fact]
    public async Task Expired_sessions_are_not_listed()
    {
        string id = await Emulator.CreateAsync();
        await Emulator.SignInAsync(id, expiresInSeconds: -1);
        string alive = await Emulator.SignInAsync(id);

        JsonElement session = Assert.Single((await Emulator.SessionsAsync(id)).Ok().EnumerateArray());

        Assert.Equal(alive, session.Id());
    }

    [Fact]
    public async Task Revoking_a_session_revokes_that_session_only_and_is_idempotent()
    {
        string id = await Emulator.CreateAsync();
        string first = await Emulator.SignInAsync(id), second = await Emulator.SignInAsync(id);

        for (int i = 0; i < 3; i++)
        {
            (await RevokeAsync(id, first)).Ok(204);
        }

        Assert.Equal(second, Assert.Single((await Emulator.SessionsAsync(id)).Ok().EnumerateArray()).Id());
    }

    [Fact]
    public async Task Revoking_an_expired_session_succeeds()
    {
        string id = await Emulator.CreateAsync();

        (await RevokeAsync(id, await Emulator.SignInAsync(id, expiresInSeconds: -1))).Ok(204);
    }

    [Fact]
    public async Task Revoking_all_sessions_of_a_user_is_idempotent()
    {
        string id = await Emulator.CreateAsync(), other = await Emulator.CreateAsync();
        await Emulator.SignInAsync(id);
        await Emulator.SignInAsync(id);
        await Emulator.SignInAsync(other);

        for (int i = 0; i < 3; i++)
        {
            (await Emulator.SendAsync("DELETE", Operations.User(id) + "/sessions")).Ok(204);
        }

        Assert.Empty((await Emulator.SessionsAsync(id)).Ok().EnumerateArray());
        Assert.Single((await Emulator.SessionsAsync(other)).Ok().EnumerateArray());
    }

    [Fact]
    public async Task An_unknown_or_foreign_user_is_403()
    {
        JsonElement foreign = (await Emulator.SendAsync("GET", "/_emulator/foreign")).Ok();
        foreach (string? id in new[] { Guid.NewGuid().ToString(), foreign.Text("userId")! })
        {
            (await Emulator.SessionsAsync(id)).Problem(403, "access_denied");
            (await Emulator.SendAsync("DELETE", Operations.User(id) + "/sessions")).Problem(403, "access_denied");
            (await RevokeAsync(id, Guid.NewGuid().ToString())).Problem(403, "access_denied");
        }
    }

    [Fact]
    public async Task Revoking_a_session_of_another_user_is_403_and_revokes_nothing()
    {
        string id = await Emulator.CreateAsync(), other = await Emulator.CreateAsync();
        string session = await Emulator.SignInAsync(other);

        (await RevokeAsync(id, session)).Problem(403, "access_denied");

        Assert.Single((await Emulator.SessionsAsync(other)).Ok().EnumerateArray());
    }

    [Theory]
    [InlineData("GET", "/abc/sessions", "userId")]
    [InlineData("DELETE", "/abc/sessions", "userId")]
    [InlineData("DELETE", "/abc/sessions/01931a73-8b00-7000-8000-000000000000", "userId")]
    [InlineData("DELETE", "/01931a73-8b00-7000-8000-000000000000/sessions/abc", "sessionId")]
    public async Task An_id_that_is_not_a_UUID_is_400_and_names_the_field(string method, string path, string field) =>
        (await Emulator.SendAsync(method, Operations.Users + path)).Problem(400, "invalid_request", field);

    private Task<Answer> RevokeAsync(string userId, string sessionId) =>
        Emulator.SendAsync("DELETE", $"{Operations.User(userId)}/sessions/{sessionId}");
}
