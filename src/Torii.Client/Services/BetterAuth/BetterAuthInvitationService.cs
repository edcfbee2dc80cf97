using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>
/// The invitations to the organizations of the account (organization plugin). The server shows one by its id to its
/// recipient only, so an id is looked for in the lists.
/// </summary>
internal sealed class BetterAuthInvitationService : IInvitationService
{
    private const string Pending = "pending";

    private readonly ApiPipeline _pipeline;
    private readonly BetterAuthOrganizationService _organizations;
    private readonly ResourceOperations<ToriiInvitation> _invitations;
    private readonly RecentResources<ToriiInvitation> _recent;

    internal BetterAuthInvitationService(ApiPipeline pipeline, BetterAuthOrganizationService organizations, TimeProvider time)
    {
        _pipeline = pipeline;
        _organizations = organizations;
        DateTimeOffset started = time.GetUtcNow();
        _invitations = new ResourceOperations<ToriiInvitation>(pipeline, new ResourceType<ToriiInvitation>
        {
            Noun = "invitation",
            Json = BetterAuthJson.Invitation,
            Id = static i => i.InvitationId,
            NotFoundErrorId = ToriiErrorId.InvitationNotFound,
            ErrorVariant = "invitation",
        }, time);
        _recent = new RecentResources<ToriiInvitation>(static i => i.InvitationId, static i => i.CreatedAt ?? default, () => pipeline.Clock.EarliestAt(started));
    }

    /// <summary>Gets an invitation to one of the account's organizations.</summary>
    /// <inheritdoc/>
    public async Task<ToriiInvitation> GetAsync(string invitationId, RequestContext context) =>
        (await ListAsync(null, context).ConfigureAwait(false)).Find(i => i.InvitationId == invitationId) ?? throw new ToriiException(
            ToriiErrorId.InvitationNotFound, $"No organization of the account has the invitation {Redactor.RedactLine(invitationId)}.");

    /// <summary>Lists invitations (GET /organization/list-invitations), which the server returns at once.</summary>
    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<ToriiInvitation>> SearchAsync(InvitationQuery query, RequestContext context)
    {
        FilterVerifier.Validate(
            FilterVerifier.IsBlank(query.Search) ? "The filter by email address is blank."
            : FilterVerifier.IsBlank(query.OrganizationId) ? "The filter by organization is blank."
            : query.Statuses.Any(string.IsNullOrWhiteSpace) ? "A status to filter by is blank."
            : null);
        return BetterAuthOrganizationService.InPages(
            async () => (await ListAsync(query.OrganizationId, context).ConfigureAwait(false)).Where(i =>
                (query.Search is not { } part || i.Email.Contains(part, StringComparison.OrdinalIgnoreCase))
                && (query.Statuses.Count == 0 || query.Statuses.Contains(i.Status, StringComparer.OrdinalIgnoreCase))),
            query);
    }

    /// <summary>Invites someone to an organization (POST /organization/invite-member). It is sent once, because each sends an email.</summary>
    /// <inheritdoc/>
    public Task<ToriiInvitation> CreateAsync(ResourceBody body, RequestContext context)
    {
        body.CheckMembers("Better Auth", ["email", "organizationId", "role"], "Invitations");
        if (body.Text("email") is not { } email || body.Text("organizationId") is not { } organization || body.Text("role") is null)
        {
            throw new ToriiException(ToriiErrorId.InvalidRequest, "An invitation of Better Auth has an email address, an organization and a role. No request was sent.");
        }

        ResourceCreation<ToriiInvitation> creation = new(
            _pipeline,
            _invitations,
            _recent,
            async (address, caller) => (await ListAsync(organization, caller).ConfigureAwait(false)).FindAll(i => i.Status == Pending && EmailText.IsSame(i.Email, address)));
        return creation.CreateAsync(Invite(body), email, context, confirm: Task.FromResult);
    }

    /// <summary>Sends the email of a pending invitation again (POST /organization/invite-member), which also makes it last longer.</summary>
    /// <inheritdoc/>
    public async Task<ToriiInvitation> ResendAsync(string invitationId, RequestContext context)
    {
        ToriiInvitation invitation = await GetPendingAsync(invitationId, context).ConfigureAwait(false);
        ResourceBody body = new();
        body.Set("organizationId", invitation.OrganizationId!);
        body.Set("email", invitation.Email);
        body.Set("role", invitation.Role ?? "");
        byte[] sent = body.ToJson();
        body.Set("resend", true);
        return await _invitations.SendAsync(Invite(body), invitationId, context, sent).ConfigureAwait(false);
    }

    /// <summary>Cancels a pending invitation (POST /organization/cancel-invitation).</summary>
    /// <inheritdoc/>
    public async Task RevokeAsync(string invitationId, RequestContext context)
    {
        await GetPendingAsync(invitationId, context).ConfigureAwait(false);
        ResourceBody body = new();
        body.Set("invitationId", invitationId);
        ToriiInvitation canceled = await _invitations.SendAsync(Request("cancel-invitation", body, RetrySafety.Repeatable), invitationId, context, default(ReadOnlyMemory<byte>)).ConfigureAwait(false);
        if (canceled.Status != "canceled")
        {
            throw _invitations.NotApplied(canceled, "status");
        }
    }

    /// <inheritdoc/>
    public Task<ToriiInvitation> UpdateMetadataAsync(string invitationId, ResourceBody body, RequestContext context) =>
        throw new ToriiException(ToriiErrorId.NotSupported, "Invitations of Better Auth have no metadata; those of torii have. No request was sent.");

    private static ApiRequest Invite(ResourceBody body) => Request("invite-member", body, RetrySafety.OnlyIfNotExecuted);

    private static ApiRequest Request(string action, ResourceBody body, RetrySafety safety) => new()
    {
        Method = HttpMethod.Post,
        Path = $"/organization/{action}",
        Body = body.ToJson(),
        BodyFields = body.Members,
        NotFoundErrorId = ToriiErrorId.InvitationNotFound,
        ErrorVariant = "invitation",
        Part = BetterAuthService.OrganizationPlugin,
        Safety = safety,
    };

    private async Task<ToriiInvitation> GetPendingAsync(string invitationId, RequestContext context)
    {
        ToriiInvitation invitation = await GetAsync(invitationId, context).ConfigureAwait(false);
        return invitation.Status == Pending ? invitation : throw new ToriiException(
            ToriiErrorId.Conflict, $"The invitation is not pending: its status is {Redactor.RedactLine(invitation.Status)}. The change was not made.")
        {
            Variant = "invitation",
        };
    }

    /// <param name="organizationId">The organization; null for all of the account.</param>
    /// <param name="context">The caller's.</param>
    private async Task<List<ToriiInvitation>> ListAsync(string? organizationId, RequestContext context)
    {
        List<ToriiInvitation> invitations = [];
        foreach (string id in organizationId is not null ? [organizationId] : (await _organizations.ListAsync(context).ConfigureAwait(false)).Select(static o => o.OrganizationId))
        {
            invitations.AddRange(await _pipeline.SendAsync(
                new ApiRequest
                {
                    Method = HttpMethod.Get,
                    Path = $"/organization/list-invitations?organizationId={Uri.EscapeDataString(id)}",
                    NotFoundErrorId = ToriiErrorId.OrganizationNotFound,
                    Part = BetterAuthService.OrganizationPlugin,
                },
                context,
                response => BetterAuthJson.ReadList(response, null, BetterAuthJson.Invitation) is var found && found.TrueForAll(i => i.Item.OrganizationId == id)
                    ? found.ConvertAll(static i => i.Item) : throw new UnreadableResponseException("organizationId")).ConfigureAwait(false));
        }

        return invitations;
    }
}
