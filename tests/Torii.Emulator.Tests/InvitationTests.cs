using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

/// <summary>Invitations, from contract 0.0.12.</summary>
public class InvitationTests(InvitationTests.Newest fixture) : IClassFixture<InvitationTests.Newest>, IAsyncLifetime
{
    private static readonly string[] Members = ["acceptedAt", "createdAt", "email", "environmentId", "expiresAt", "id", "revokedAt", "status"];

    private EmulatorProcess Emulator => fixture.Emulator;

    public async Task InitializeAsync() => (await Emulator.SendAsync("PUT", "/_emulator/settings", new { })).Ok(204);

    public Task DisposeAsync() => InitializeAsync();

    [Fact]
    public async Task A_new_invitation_is_pending_for_7_days()
    {
        JsonElement invitation = (await Emulator.InviteAsync("Ida@New.example")).Ok(201);

        Assert.Equal(Members, Names(invitation));
        Assert.Equal(("Ida@New.example", "PENDING", Emulator.EnvironmentId), (invitation.Text("email"), invitation.Text("status"), invitation.Text("environmentId")));
        Assert.Equal(TimeSpan.FromDays(7), Time(invitation, "expiresAt") - Time(invitation, "createdAt"));
        Assert.Equal((null, null), (invitation.Text("acceptedAt"), invitation.Text("revokedAt")));
        Assert.Contains(invitation.Id(), (await Emulator.ListAllAsync(Operations.Invitations)).Items.Select(Operations.Id));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(365)]
    public async Task ExpiresInDays_is_a_number_from_1_to_365(int days)
    {
        JsonElement invitation = (await CreateAsync(new { expiresInDays = days })).Ok(201);

        Assert.Equal(TimeSpan.FromDays(days), Time(invitation, "expiresAt") - Time(invitation, "createdAt"));
    }

    [Theory]
    [InlineData("""{"email":"x@y.example","privateMetadata":{}}""", "invalid_request", "publicMetadata")]
    [InlineData("""{"email":"x@y.example","publicMetadata":{}}""", "invalid_request", "privateMetadata")]
    [InlineData("""{"email":"x@y.example","publicMetadata":null,"privateMetadata":{}}""", "invalid_request", "publicMetadata")]
    [InlineData("""{"publicMetadata":{},"privateMetadata":{}}""", "invalid_request", "email")]
    [InlineData("""{"email":null,"publicMetadata":{},"privateMetadata":{}}""", "invalid_request", "email")]
    [InlineData("""{"email":"x@","publicMetadata":{},"privateMetadata":{}}""", "invalid_email", "email")]
    [InlineData("""{"email":"","publicMetadata":{},"privateMetadata":{}}""", "invalid_email", "email")]
    [InlineData("""{"email":"x@y.example","publicMetadata":{},"privateMetadata":{},"expiresInDays":0}""", "invalid_request", "expiresInDays")]
    [InlineData("""{"email":"x@y.example","publicMetadata":{},"privateMetadata":{},"expiresInDays":366}""", "invalid_request", "expiresInDays")]
    [InlineData("""{"email":"x@y.example","publicMetadata":{},"privateMetadata":{},"expiresInDays":1.5}""", "invalid_request", "expiresInDays")]
    [InlineData("""{"email":"x@y.example","publicMetadata":{},"privateMetadata":{},"redirectUrl":"/welcome"}""", "invalid_request", "redirectUrl")]
    [InlineData("""{"email":"x@y.example","publicMetadata":{},"privateMetadata":{},"redirectUrl":"https://evil.example/"}""", "redirect_url_not_allowed", "redirectUrl")]
    public async Task An_invalid_invitation_is_400_and_names_the_field(string body, string code, string field)
    {
        (await Emulator.InviteAsync("", body)).Problem(400, code, field);

        Assert.Empty((await Emulator.ListAllAsync(Operations.Invitations + "?search=x@y.example")).Items);
    }

    [Fact]
    public async Task Metadata_over_8_KB_in_one_bag_is_400()
    {
        (await CreateAsync(new { privateMetadata = new { a = new string('a', 8185) } })).Problem(400, "metadata_too_large", "privateMetadata");
        (await CreateAsync(new { publicMetadata = new { a = new string('a', 8184) }, privateMetadata = new { a = new string('a', 8184) } })).Ok(201);
    }

    [Fact]
    public async Task An_address_with_an_account_is_409_until_the_user_is_deleted()
    {
        string id = await Emulator.CreateAsync(new { email = "taken@new.example" });

        (await Emulator.InviteAsync("Taken@NEW.example")).Problem(409, "email_already_exists", "email");
        (await Emulator.DeleteAsync(id)).Ok(204);
        (await Emulator.InviteAsync("Taken@NEW.example")).Ok(201);
    }

    [Fact]
    public async Task A_second_invitation_to_an_address_is_created_as_well()
    {
        string first = (await Emulator.InviteAsync("twice@new.example")).Ok(201).Id();
        string second = (await Emulator.InviteAsync("twice@new.example")).Ok(201).Id();

        (List<JsonElement> found, int _) = await Emulator.ListAllAsync(Operations.Invitations + "?search=twice@new&status=PENDING");
        Assert.Equal([first, second], found.Select(Operations.Id));
    }

    [Fact]
    public async Task Ids_of_new_invitations_ascend()
    {
        var created = new List<string>();
        for (int i = 0; i < 50; i++)
        {
            created.Add((await Emulator.InviteAsync($"{i}@ascending.example")).Ok(201).Id());
        }

        Assert.Equal(created, (await Emulator.ListAllAsync(Operations.Invitations + "?search=ascending")).Items.Select(Operations.Id));
    }

    [Fact]
    public async Task Without_a_sign_up_URL_an_invitation_is_400()
    {
        (await Emulator.SendAsync("PUT", "/_emulator/settings", new { signUpUrlMissing = true })).Ok(204);

        (await Emulator.InviteAsync("nowhere@new.example")).Problem(400, "sign_up_url_missing");
    }

    [Fact]
    public async Task An_exhausted_rate_limit_is_429_for_creating_and_resending()
    {
        (await Emulator.SendAsync("PUT", "/_emulator/settings", new { invitations = 2 })).Ok(204);
        string id = (await Emulator.InviteAsync("limited@new.example")).Ok(201).Id();
        JsonElement before = (await Emulator.SendAsync("POST", Path(id) + "/resend")).Ok();

        (await Emulator.InviteAsync("limited2@new.example")).Problem(429, "invitation_rate_limited");
        (await Emulator.SendAsync("POST", Path(id) + "/resend")).Problem(429, "invitation_rate_limited");

        Assert.Equal(before.Text("expiresAt"), (await GetAsync(id)).Text("expiresAt"));
        Assert.Empty((await Emulator.ListAllAsync(Operations.Invitations + "?search=limited2")).Items);
    }

    [Fact]
    public async Task The_status_filter_can_be_repeated()
    {
        (List<JsonElement> all, int _) = await Emulator.ListAllAsync(Operations.Invitations);
        foreach (string[] statuses in new string[][] { ["PENDING"], ["ACCEPTED"], ["REVOKED"], ["EXPIRED"], ["REVOKED", "EXPIRED"], ["PENDING", "PENDING"] })
        {
            (List<JsonElement> found, int _) = await Emulator.ListAllAsync(Operations.Invitations + "?" + string.Join("&", statuses.Select(status => "status=" + status)));

            Assert.NotEmpty(found);
            Assert.Equal(all.Where(invitation => statuses.Contains(invitation.Text("status"))).Select(Operations.Id), found.Select(Operations.Id));
        }
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("")]
    [InlineData("PENDING,REVOKED")]
    public async Task An_unknown_status_is_400(string status) =>
        (await Emulator.SendAsync("GET", $"{Operations.Invitations}?status=PENDING&status={status}")).Problem(400, "invalid_request", "status");

    [Fact]
    public async Task Search_is_a_substring_of_the_address_in_any_case()
    {
        string id = (await Emulator.InviteAsync("Findable.Person@new.example")).Ok(201).Id();

        Assert.Equal([id], (await Emulator.ListAllAsync(Operations.Invitations + "?search=ABLE.person%40")).Items.Select(Operations.Id));
        Assert.Empty((await Emulator.ListAllAsync(Operations.Invitations + "?search=ABLE.person%40&status=REVOKED")).Items);
    }

    [Theory]
    [InlineData("search", "?search=nobody-has-this&status=REVOKED", "REVOKED")]
    [InlineData("status", "?search=invited.example&status=REVOKED", "ACCEPTED EXPIRED PENDING REVOKED")]
    public async Task A_filter_fault_ignores_the_filter(string field, string query, string statuses)
    {
        await Emulator.AddFaultAsync(new { operation = "listInvitations", kind = "ignoreFilter", fields = new[] { field }, times = 1 });

        JsonElement page = (await Emulator.SendAsync("GET", Operations.Invitations + query + "&limit=100")).Ok();

        Assert.Equal(statuses.Split(' '), page.GetProperty("items").EnumerateArray().Select(invitation => invitation.Text("status")).Distinct().Order());
    }

    [Fact]
    public async Task Reading_shows_both_bags_and_the_list_shows_neither()
    {
        JsonElement created = (await CreateAsync(new { publicMetadata = new { plan = "pro" }, privateMetadata = new { crm = 1 } })).Ok(201);

        JsonElement read = await GetAsync(created.Id());

        Assert.Equal([.. Members.Take(6), "privateMetadata", "publicMetadata", .. Members.Skip(6)], Names(read));
        Assert.Equal(("""{"plan":"pro"}""", """{"crm":1}"""), (read.GetProperty("publicMetadata").GetRawText(), read.GetProperty("privateMetadata").GetRawText()));
        Assert.All((await Emulator.ListAllAsync(Operations.Invitations)).Items, invitation => Assert.Equal(Members, Names(invitation)));
    }

    [Fact]
    public async Task In_contract_0_0_12_reading_shows_no_metadata()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "0", "--contract", "0.0.12");
        string id = await emulator.FindInvitationAsync("PENDING");

        Assert.Equal(Members, Names((await emulator.SendAsync("GET", Path(id))).Ok()));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("DELETE", "")]
    [InlineData("PATCH", "")]
    [InlineData("POST", "/resend")]
    public async Task An_unknown_invitation_and_one_of_another_environment_are_404(string method, string suffix)
    {
        string foreign = (await Emulator.SendAsync("GET", "/_emulator/foreign"))["invitationId"];
        object? body = method == "PATCH" ? new { publicMetadata = new { } } : null;
        foreach (string id in new[] { foreign, Guid.NewGuid().ToString() })
        {
            (await Emulator.SendAsync(method, Path(id) + suffix, body)).Problem(404, "invitation_not_found");
        }

        (await Emulator.SendAsync(method, Path("abc") + suffix, body)).Problem(400, "invalid_request", "invitationId");
    }

    [Fact]
    public async Task Revoking_is_200_without_a_body_and_then_409()
    {
        string id = (await Emulator.InviteAsync("revoked@new.example")).Ok(201).Id();

        Answer revoked = await Emulator.SendAsync("DELETE", Path(id));

        Assert.Equal((200, "", null), (revoked.Status, revoked.Text, revoked.ContentType));
        JsonElement read = await GetAsync(id);
        Assert.Equal("REVOKED", read.Text("status"));
        Assert.True(Time(read, "revokedAt") >= Time(read, "createdAt"));
        AssertNotPending(await Emulator.SendAsync("DELETE", Path(id)), "REVOKED");
        Assert.Equal(read.GetRawText(), (await GetAsync(id)).GetRawText());
    }

    [Theory]
    [InlineData("ACCEPTED")]
    [InlineData("REVOKED")]
    [InlineData("EXPIRED")]
    public async Task Only_a_pending_invitation_can_be_revoked_resent_or_changed(string status)
    {
        string id = await Emulator.FindInvitationAsync(status);
        string before = (await GetAsync(id)).GetRawText();

        AssertNotPending(await Emulator.SendAsync("DELETE", Path(id)), status);
        AssertNotPending(await Emulator.SendAsync("POST", Path(id) + "/resend"), status);
        AssertNotPending(await Emulator.SendAsync("PATCH", Path(id), new { publicMetadata = new { a = 1 } }), status);

        Assert.Equal(before, (await GetAsync(id)).GetRawText());
    }

    [Fact]
    public async Task Resending_starts_the_lifetime_again()
    {
        JsonElement before = (await CreateAsync(new { expiresInDays = 3 })).Ok(201);

        JsonElement after = (await Emulator.SendAsync("POST", Path(before.Id()) + "/resend")).Ok();

        Assert.Equal(Members, Names(after));
        Assert.True(Time(after, "expiresAt") > Time(before, "expiresAt"));
        Assert.Equal((before.Id(), before.Text("createdAt"), "PENDING"), (after.Id(), after.Text("createdAt"), after.Text("status")));
        Assert.Equal(after.Text("expiresAt"), (await GetAsync(before.Id())).Text("expiresAt"));
    }

    [Fact]
    public async Task A_pending_invitation_expires_at_its_time()
    {
        string id = (await Emulator.InviteAsync("late@new.example")).Ok(201).Id();

        JsonElement ended = (await EndAsync(id, "EXPIRED")).Ok();

        Assert.Null(ended.Text("userId"));
        JsonElement read = await GetAsync(id);
        Assert.Equal("EXPIRED", read.Text("status"));
        Assert.True(Time(read, "expiresAt") <= DateTimeOffset.UtcNow);
        Assert.DoesNotContain(id, (await Emulator.ListAllAsync(Operations.Invitations + "?status=PENDING")).Items.Select(Operations.Id));
        AssertNotPending(await Emulator.SendAsync("DELETE", Path(id)), "EXPIRED");
    }

    [Fact]
    public async Task An_accepted_invitation_creates_the_user_with_its_metadata()
    {
        string id = (await CreateAsync(new { email = "guest@new.example", publicMetadata = new { plan = "pro" } })).Ok(201).Id();

        string user = (await EndAsync(id, "ACCEPTED"))["userId"];

        JsonElement read = await GetAsync(id);
        Assert.Equal("ACCEPTED", read.Text("status"));
        Assert.NotNull(read.Text("acceptedAt"));
        Assert.Equal("""{"plan":"pro"}""", (await Emulator.GetAsync(user)).Ok().GetProperty("publicMetadata").GetRawText());
        (await Emulator.InviteAsync("guest@new.example")).Problem(409, "email_already_exists");
        AssertNotPending(await EndAsync(id, "EXPIRED"), "ACCEPTED");
    }

    [Theory]
    [InlineData("REVOKED", "status")]
    [InlineData("accepted", "status")]
    public async Task Ending_an_invitation_in_another_way_is_400(string status, string field) =>
        (await EndAsync(await Emulator.FindInvitationAsync("PENDING"), status)).Problem(400, "invalid_request", field);

    [Fact]
    public async Task Ending_an_unknown_invitation_is_400() =>
        (await EndAsync(Guid.NewGuid().ToString(), "ACCEPTED")).Problem(400, "invalid_request", "invitationId");

    [Fact]
    public async Task A_patch_conflict_can_be_injected()
    {
        string id = (await Emulator.InviteAsync("conflict@new.example")).Ok(201).Id();
        await Emulator.AddFaultAsync(new { operation = "updateInvitationMetadata", kind = "status", status = 409, code = "invitation_patch_conflict", id, times = 1 });

        (await Emulator.SendAsync("PATCH", Path(id), new { publicMetadata = new { } })).Problem(409, "invitation_patch_conflict");
        (await Emulator.SendAsync("PATCH", Path(id), new { publicMetadata = new { } })).Ok();
    }

    [Fact]
    public async Task The_response_to_a_new_invitation_can_be_lost()
    {
        await Emulator.AddFaultAsync(new { operation = "createInvitation", kind = "resetAfter", times = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => Emulator.InviteAsync("lost@new.example"));

        Assert.Single((await Emulator.ListAllAsync(Operations.Invitations + "?search=lost@new")).Items);
    }

    [Fact]
    public async Task A_filter_fault_loses_the_expiry_and_a_bag_of_a_new_invitation()
    {
        await Emulator.AddFaultAsync(new { operation = "createInvitation", kind = "ignoreFilter", times = 1 });

        JsonElement invitation = (await CreateAsync(new { expiresInDays = 90, publicMetadata = new { a = 1 } })).Ok(201);

        Assert.Equal(TimeSpan.FromDays(7), Time(invitation, "expiresAt") - Time(invitation, "createdAt"));
        Assert.Equal("{}", (await GetAsync(invitation.Id())).GetProperty("publicMetadata").GetRawText());
    }

    [Fact]
    public async Task Seeded_invitations_have_every_status_and_fitting_dates()
    {
        await using EmulatorProcess emulator = await EmulatorProcess.StartAsync("--users", "200", "--contract", "0.0.13");

        ILookup<string?, JsonElement> byStatus = (await emulator.ListAllAsync(Operations.Invitations)).Items.ToLookup(invitation => invitation.Text("status"));

        Assert.Equal(["ACCEPTED", "EXPIRED", "PENDING", "REVOKED"], byStatus.Select(group => group.Key).Order());
        Assert.All(byStatus, group => Assert.Equal(4, group.Count()));
        Assert.All(byStatus.SelectMany(group => group), invitation => Assert.Equal(
            (invitation.Text("status") == "ACCEPTED", invitation.Text("status") == "REVOKED"),
            (invitation.Text("acceptedAt") is not null, invitation.Text("revokedAt") is not null)));
        Assert.All(byStatus["ACCEPTED"], invitation => Assert.InRange(Time(invitation, "acceptedAt"), Time(invitation, "createdAt"), Time(invitation, "expiresAt")));
        Assert.All(byStatus["REVOKED"], invitation => Assert.InRange(Time(invitation, "revokedAt"), Time(invitation, "createdAt"), Time(invitation, "expiresAt")));
        foreach (JsonElement pending in byStatus["PENDING"])
        {
            (await emulator.InviteAsync(pending.Text("email")!)).Ok(201);
        }
    }

    private static void AssertNotPending(Answer answer, string status) =>
        Assert.Equal(status, answer.Problem(409, "invitation_not_pending")["invitationStatus"]);

    private static string Path(string id) => $"{Operations.Invitations}/{id}";

    private static IEnumerable<string> Names(JsonElement item) => item.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal);

    private static DateTimeOffset Time(JsonElement invitation, string name) => invitation.GetProperty(name).GetDateTimeOffset();

    private async Task<JsonElement> GetAsync(string id) => (await Emulator.SendAsync("GET", Path(id))).Ok();

    private Task<Answer> EndAsync(string invitationId, string status) => Emulator.SendAsync("POST", "/_emulator/invitations", new { invitationId, status });

    /// <summary>Creates an invitation with a new address; the members of <paramref name="body"/> override the defaults.</summary>
    private Task<Answer> CreateAsync(object body)
    {
        var members = new Dictionary<string, object?>
        {
            ["email"] = $"{Guid.NewGuid()}@new.example",
            ["publicMetadata"] = new { },
            ["privateMetadata"] = new { },
        };
        foreach (JsonProperty member in JsonSerializer.SerializeToElement(body).EnumerateObject())
        {
            members[member.Name] = member.Value;
        }

        return Emulator.InviteAsync("", members);
    }

    public sealed class Newest : EmulatorFixture
    {
        protected override string[] Arguments => ["--users", "20", "--contract", "0.0.13"];
    }
}
