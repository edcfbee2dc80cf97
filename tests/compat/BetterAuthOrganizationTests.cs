using System.Net;
using System.Text.Json;
using Torii.Client;
using Torii.Client.Services;
using Torii.Client.Tokens;
using static Torii.Compat.Tests.BetterAuthExtensions;

namespace Torii.Compat.Tests;

/// <summary>Organizations, invitations, impersonation and tokens of a real Better Auth server.</summary>
public sealed class BetterAuthOrganizationTests : IAsyncLifetime
{
    private BetterAuthServer _server = null!;
    private BetterAuthService _service = null!;
    private string _token = "";

    public async Task InitializeAsync()
    {
        if (BetterAuthServer.MissingReason.Value is null)
        {
            _server = await BetterAuthServer.StartAsync();
            _service = _server.Connect();
            _token = await _server.SignInAsync(_server.AdminEmail, _server.AdminPassword);
        }
    }

    public async Task DisposeAsync() => await (_server?.DisposeAsync() ?? default);

    [BetterAuthFact]
    public async Task The_account_sees_its_organizations_and_their_members()
    {
        string acme = await CreateOrganizationAsync("Acme", new { tier = "gold" });
        string beta = await CreateOrganizationAsync("Beta", null);
        ToriiUser ann = await JoinAsync(acme, "ann");
        await JoinAsync(acme, "bob");
        await JoinAsync(beta, "cyd");

        ToriiOrganization found = Assert.Single(await ReadAsync(_service.Organizations!.SearchAsync(new OrganizationQuery { NameContains = "ACM" }, default)));
        Assert.Equal((acme, "Acme", "acme", "gold"), (found.OrganizationId, found.Name, found.Slug, found.PublicMetadata!["tier"]));
        Assert.Equal("gold", (await _service.Organizations.GetAsync(acme, default)).PublicMetadata!["tier"]);
        Assert.Equal(ToriiErrorId.OrganizationNotFound, await FailAsync(() => _service.Organizations.GetAsync("nowhere", default)));

        List<ToriiMembership> members = await ReadAsync(_service.Organizations.ListMembersAsync(acme, new PageOptions { PageSize = 1 }, default));
        Assert.Equal(3, members.Select(static m => m.UserId).Distinct().Count());
        Assert.Equal("member", members.Single(m => m.UserId == ann.UserId).Role);

        ToriiMembership membership = Assert.Single(await ReadAsync(_service.Organizations.ListOfUserAsync(ann.UserId, new PageOptions(), default)));
        Assert.Equal((acme, "Acme", ann.UserId), (membership.OrganizationId, membership.OrganizationName, membership.UserId));
        Assert.Equal(ToriiErrorId.UserNotFound, await FailAsync(() => ReadAsync(_service.Organizations.ListOfUserAsync("nobody", new PageOptions(), default))));
    }

    [BetterAuthFact]
    public async Task An_invitation_is_created_sent_again_and_revoked()
    {
        string acme = await CreateOrganizationAsync("Acme", null);

        ToriiInvitation created = await _service.Invitations!.CreateAsync(Body(("email", "new@example.test"), ("organizationId", acme), ("role", "member")), default);
        Assert.Equal(("new@example.test", "pending", acme, "member"), (created.Email, created.Status, created.OrganizationId, created.Role));
        Assert.Equal(ToriiErrorId.Conflict, await FailAsync(() => _service.Invitations.CreateAsync(Body(("email", "new@example.test"), ("organizationId", acme), ("role", "member")), default)));

        Assert.Equal(created.InvitationId, (await _service.Invitations.ResendAsync(created.InvitationId, default)).InvitationId);
        Assert.Equal(["invitation new@example.test", "invitation new@example.test"], await _server.MailsAsync());

        await _service.Invitations.RevokeAsync(created.InvitationId, default);
        Assert.Equal("canceled", (await _service.Invitations.GetAsync(created.InvitationId, default)).Status);
        Assert.Equal(ToriiErrorId.Conflict, await FailAsync(() => _service.Invitations.RevokeAsync(created.InvitationId, default)));
        Assert.Empty(await ReadAsync(_service.Invitations.SearchAsync(new InvitationQuery { Statuses = ["pending"] }, default)));
        Assert.Single(await ReadAsync(_service.Invitations.SearchAsync(new InvitationQuery { OrganizationId = acme, Search = "NEW@" }, default)));
        Assert.Equal(ToriiErrorId.InvitationNotFound, await FailAsync(() => _service.Invitations.GetAsync("none", default)));
    }

    [BetterAuthFact]
    public async Task An_impersonation_token_acts_as_the_user_and_ends_with_its_session()
    {
        ToriiUser ann = await _service.CreateAsync("ann");
        await _service.CheckAsync(default);

        ToriiImpersonationToken token = await _service.Impersonation!.CreateTokenAsync(new ImpersonationRequest { UserId = ann.UserId, ActorUserId = "", Reason = "" }, default);

        Assert.Equal((ann.UserId, _service.Info.AccountUserId, 3600), (token.UserId, token.ActorUserId, token.ExpiresInSec));
        JsonElement seen = (await _server.SendAsync("/api/auth/get-session", null, new NetworkCredential("", token.Token).Password)).Body;
        Assert.Equal(ann.UserId, seen.GetProperty("user").GetProperty("id").GetString());
        ToriiSession session = Assert.Single(await _service.Sessions.ListAsync(ann.UserId, default));
        Assert.Equal(_service.Info.AccountUserId, session.ImpersonatedBy);
        Assert.Equal(ToriiErrorId.Forbidden, await FailAsync(() => _service.Impersonation.CreateTokenAsync(new ImpersonationRequest { UserId = _service.Info.AccountUserId!, ActorUserId = "", Reason = "" }, default)));
        Assert.Equal(ToriiErrorId.UserNotFound, await FailAsync(() => _service.Impersonation.CreateTokenAsync(new ImpersonationRequest { UserId = "nobody", ActorUserId = "", Reason = "" }, default)));
    }

    [BetterAuthFact]
    public async Task A_token_of_the_jwt_plugin_is_verified_with_the_algorithm_of_the_connection()
    {
        string token = (await _server.SendAsync("/api/auth/token", null, _token)).Body.GetProperty("token").GetString()!;
        SigningKeyCache keys = new();

        TokenValidationResult es256 = await new TokenVerifier(keys, _service.GetTokenOptions(null)).VerifyAsync(token, default);
        TokenValidationResult rs256 = await new TokenVerifier(keys, _server.Connect(change: o => o with { TokenAlgorithm = "RS256" }).GetTokenOptions(null)).VerifyAsync(token, default);

        await _service.CheckAsync(default);
        Assert.Equal(_service.Info.AccountUserId, es256.Token!.UserId);
        Assert.Equal(ToriiErrorId.TokenAlgorithm, rs256.Error!.ErrorId);
    }

    [BetterAuthFact]
    public async Task Tokens_with_other_supported_algorithms_are_verified()
    {
        foreach (string algorithm in (string[])["RS256", "PS256"])
        {
            await using BetterAuthServer server = await BetterAuthServer.StartAsync(new { jwtAlgorithm = algorithm });
            string token = (await server.SendAsync("/api/auth/token", null, await server.SignInAsync(server.AdminEmail, server.AdminPassword))).Body.GetProperty("token").GetString()!;

            TokenVerifier verifier = new(new SigningKeyCache(), server.Connect(change: o => o with { TokenAlgorithm = algorithm }).GetTokenOptions(null));

            Assert.Null((await verifier.VerifyAsync(token, default)).Error);
        }
    }

    private static async Task<List<T>> ReadAsync<T>(IAsyncEnumerable<IReadOnlyList<T>> pages)
    {
        List<T> all = [];
        await foreach (IReadOnlyList<T> page in pages)
        {
            all.AddRange(page);
        }

        return all;
    }

    private async Task<string> CreateOrganizationAsync(string name, object? metadata)
    {
        object body = metadata is null ? new { name, slug = name.ToLowerInvariant() } : new { name, slug = name.ToLowerInvariant(), metadata };
        return (await _server.SendAsync("/api/auth/organization/create", body, _token)).Body.GetProperty("id").GetString()!;
    }

    /// <summary>A user who was invited to an organization and accepted.</summary>
    private async Task<ToriiUser> JoinAsync(string organizationId, string name)
    {
        ToriiUser user = await _service.CreateAsync(name, ("password", "password-one"));
        ToriiInvitation invitation = await _service.Invitations!.CreateAsync(Body(("email", user.Email), ("organizationId", organizationId), ("role", "member")), default);
        (int status, JsonElement _, HttpResponseMessage _) = await _server.SendAsync(
            "/api/auth/organization/accept-invitation", new { invitationId = invitation.InvitationId }, await _server.SignInAsync(user.Email!, "password-one"));
        Assert.Equal(200, status);
        return user;
    }
}
