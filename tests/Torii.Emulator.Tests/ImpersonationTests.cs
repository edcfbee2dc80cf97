using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

/// <summary>Impersonation tokens, from contract 0.0.12.</summary>
public class ImpersonationTests(ImpersonationTests.Newest fixture) : IClassFixture<ImpersonationTests.Newest>, IAsyncLifetime
{
    private string target = "";
    private string actor = "";

    private EmulatorProcess Emulator => fixture.Emulator;

    public async Task InitializeAsync()
    {
        (await Emulator.SendAsync("PUT", "/_emulator/settings", new { })).Ok(204);
        (target, actor) = (await Emulator.CreateAsync(), await Emulator.CreateAsync());
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_token_is_random_and_valid_for_600_seconds()
    {
        JsonElement one = (await MintAsync(new { })).Ok(), other = (await MintAsync(new { })).Ok();

        Assert.Equal(["token", "expiresInSeconds", "url"], one.EnumerateObject().Select(member => member.Name));
        Assert.Equal(600, one.GetProperty("expiresInSeconds").GetInt32());
        Assert.Null(one.Text("url"));
        Assert.Matches("^imp_[0-9a-f]{64}$", one.Text("token"));
        Assert.NotEqual(one.Text("token"), other.Text("token"));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(600)]
    public async Task The_lifetime_can_be_60_to_600_seconds(int seconds) =>
        Assert.Equal(seconds, (await MintAsync(new { expiresInSeconds = seconds })).Ok().GetProperty("expiresInSeconds").GetInt32());

    [Theory]
    [InlineData("https://app.example.com/dashboard?tab=1#top")]
    [InlineData("https://APP.example.com:443")]
    [InlineData("capacitor://localhost/start")]
    public async Task A_redirect_URL_of_an_allowed_origin_adds_a_link_with_the_token(string redirectUrl)
    {
        JsonElement minted = (await MintAsync(new { redirectUrl })).Ok();

        Assert.Equal($"{Emulator.ApiUrl}/_torii/auth/session/impersonate?token={minted.Text("token")}", minted.Text("url"));
    }

    [Theory]
    [InlineData("""{"redirectUrl":"https://app.example.com.evil.example/"}""", "redirect_url_not_allowed", "redirectUrl")]
    [InlineData("""{"redirectUrl":"https://app.example.com:8443/"}""", "redirect_url_not_allowed", "redirectUrl")]
    [InlineData("""{"redirectUrl":"http://app.example.com/"}""", "redirect_url_not_allowed", "redirectUrl")]
    [InlineData("""{"redirectUrl":"https://app.example.com@evil.example/"}""", "invalid_request", "redirectUrl")]
    [InlineData("""{"redirectUrl":"dashboard"}""", "invalid_request", "redirectUrl")]
    [InlineData("""{"expiresInSeconds":59}""", "invalid_request", "expiresInSeconds")]
    [InlineData("""{"expiresInSeconds":601}""", "invalid_request", "expiresInSeconds")]
    [InlineData("""{"expiresInSeconds":"600"}""", "invalid_request", "expiresInSeconds")]
    [InlineData("""{"reason":null}""", "invalid_request", "reason")]
    [InlineData("""{"reason":" "}""", "invalid_request", "reason")]
    [InlineData("""{"actorUserId":null}""", "invalid_request", "actorUserId")]
    [InlineData("""{"actorUserId":"ada"}""", "invalid_request", "actorUserId")]
    public async Task An_invalid_request_is_400_and_names_the_field(string body, string code, string field) =>
        (await MintAsync(JsonDocument.Parse(body).RootElement)).Problem(400, code, field);

    [Fact]
    public async Task Actor_and_reason_are_required()
    {
        (await Emulator.SendAsync("POST", Path(target), new { reason = "x" })).Problem(400, "invalid_request", "actorUserId");
        (await Emulator.SendAsync("POST", Path(target), new { actorUserId = actor })).Problem(400, "invalid_request", "reason");
    }

    [Fact]
    public async Task A_reason_has_at_most_500_characters()
    {
        (await MintAsync(new { reason = new string('r', 500) })).Ok();
        (await MintAsync(new { reason = new string('r', 501) })).Problem(400, "invalid_request", "reason");
    }

    [Fact]
    public async Task An_unknown_or_foreign_target_or_actor_is_403()
    {
        string foreign = (await Emulator.SendAsync("GET", "/_emulator/foreign"))["userId"];
        foreach (string stranger in new[] { foreign, Guid.NewGuid().ToString() })
        {
            (await MintAsync(new { actorUserId = stranger })).Problem(403, "access_denied");
            target = stranger;
            (await MintAsync(new { })).Problem(403, "access_denied");
            await InitializeAsync();
        }
    }

    [Fact]
    public async Task A_deleted_target_is_400_and_a_deleted_actor_403()
    {
        (await Emulator.DeleteAsync(target)).Ok(204);

        (await MintAsync(new { })).Problem(400, "user_deleted");
        (target, actor) = (actor, target);
        (await MintAsync(new { })).Problem(403, "access_denied");
    }

    [Fact]
    public async Task A_banned_user_can_be_impersonated()
    {
        (await Emulator.BanAsync(target)).Ok();

        (await MintAsync(new { })).Ok();
    }

    [Fact]
    public async Task An_exhausted_quota_is_402()
    {
        (await Emulator.SendAsync("PUT", "/_emulator/settings", new { impersonations = 1 })).Ok(204);

        (await MintAsync(new { actorUserId = Guid.NewGuid() })).Problem(403, "access_denied");
        (await MintAsync(new { })).Ok();
        (await MintAsync(new { })).Problem(402, "impersonation_quota_exhausted");
    }

    [Fact]
    public async Task Disabled_impersonation_is_403()
    {
        (await Emulator.SendAsync("PUT", "/_emulator/settings", new { impersonationDisabled = true })).Ok(204);

        (await MintAsync(new { })).Problem(403, "impersonation_disabled");
        (await Emulator.SendAsync("PUT", "/_emulator/settings", new { })).Ok(204);
        (await MintAsync(new { })).Ok();
    }

    [Theory]
    [InlineData(402)]
    [InlineData(403)]
    public async Task A_refusal_can_be_injected_for_one_user(int status)
    {
        await Emulator.AddFaultAsync(new { operation = "mintImpersonationToken", kind = "status", status, userId = target, times = 1 });

        (await MintAsync(new { })).Problem(status, "injected_fault");
        (await MintAsync(new { })).Ok();
    }

    [Fact]
    public async Task A_filter_fault_ignores_the_lifetime_and_the_redirect_URL()
    {
        await Emulator.AddFaultAsync(new { operation = "mintImpersonationToken", kind = "ignoreFilter", times = 1 });

        JsonElement minted = (await MintAsync(new { expiresInSeconds = 60, redirectUrl = "https://app.example.com" })).Ok();

        Assert.Equal((600, null), (minted.GetProperty("expiresInSeconds").GetInt32(), minted.Text("url")));
    }

    [Fact]
    public async Task The_journal_contains_no_token()
    {
        string token = (await MintAsync(new { redirectUrl = "https://app.example.com" })).Ok().Text("token")!;

        Assert.DoesNotContain(token, (await Emulator.SendAsync("GET", "/_emulator/journal")).Text);
    }

    private static string Path(string userId) => Operations.User(userId) + "/impersonation-token";

    /// <summary>Requests a token; the members of <paramref name="body"/> override the defaults.</summary>
    private Task<Answer> MintAsync(object body)
    {
        var members = new Dictionary<string, object?> { ["actorUserId"] = actor, ["reason"] = "Ticket 4821" };
        foreach (JsonProperty member in JsonSerializer.SerializeToElement(body).EnumerateObject())
        {
            members[member.Name] = member.Value;
        }

        return Emulator.SendAsync("POST", Path(target), members);
    }

    public sealed class Newest : EmulatorFixture
    {
        protected override string[] Arguments => ["--users", "0", "--contract", "0.0.13"];
    }
}
