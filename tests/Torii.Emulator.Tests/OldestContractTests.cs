using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

/// <summary>The differences of contract 0.0.2.</summary>
public class OldestContractTests(OldestContractTests.Oldest fixture) : IClassFixture<OldestContractTests.Oldest>
{
    private EmulatorProcess Emulator => fixture.Emulator;

    [Fact]
    public async Task Searching_by_pending_verification_returns_pending_users()
    {
        (List<JsonElement>? pending, int _) = await Emulator.FindAllAsync(new { statuses = new[] { "pending_verification" } }, 100);

        Assert.InRange(pending.Count, 5, 20);
        Assert.All(pending, user => Assert.Equal("pending_verification", user.Text("status")));
    }

    [Fact]
    public async Task Unbanning_a_formerly_pending_user_makes_the_user_active()
    {
        string id = (await Emulator.SearchAsync(new { statuses = new[] { "pending_verification" } }, "?limit=1")).Ok().Ids().Single();

        Assert.Equal("pending_verification", (await Emulator.UnbanAsync(id)).Ok().Text("status"));
        Assert.Equal("banned", (await Emulator.BanAsync(id)).Ok().Text("status"));
        Assert.Equal("active", (await Emulator.UnbanAsync(id)).Ok().Text("status"));
    }

    [Fact]
    public async Task Users_lack_emailVerifiedAt_and_sessions_lack_activeOrganizationId()
    {
        string id = await Emulator.CreateAsync(new { name = "Ann", phone = "+45 1" });
        await Emulator.SignInAsync(id);

        JsonElement user = (await Emulator.GetAsync(id)).Ok();
        JsonElement session = (await Emulator.SessionsAsync(id)).Ok()[0];

        Assert.False(user.TryGetProperty("emailVerifiedAt", out _));
        Assert.False(user.TryGetProperty("firstName", out _));
        Assert.Equal("+45 1", user.Text("phone"));
        Assert.False(session.TryGetProperty("activeOrganizationId", out _));
    }

    [Fact]
    public async Task A_null_email_filter_returns_users_without_an_address()
    {
        (List<JsonElement>? found, int _) = await Emulator.FindAllAsync(new { email = (string?)null }, 100);

        Assert.NotEmpty(found);
        Assert.All(found, user => Assert.Null(user.Text("email")));
    }

    public sealed class Oldest : EmulatorFixture
    {
        protected override string[] Arguments => ["--users", "200", "--contract", "0.0.2"];
    }
}
