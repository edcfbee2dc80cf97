using Microsoft.Extensions.Primitives;

namespace Torii.Emulator.Invitations;

/// <summary>The operations on invitations. No email is sent.</summary>
internal sealed class InvitationEndpoints(EmulatedEnvironment environment)
{
    private const int DefaultDays = 7;
    private const int MaxDays = 365;
    private const string Path = "/api/server/v1/invitations";
    private const string InvitationPath = Path + "/{invitationId}";

    private readonly IdSequence ids = new();

    public void Map(IEndpointRouteBuilder routes)
    {
        bool hasDetail = environment.Contract >= Contract.V0013;
        routes.MapOperation("listInvitations", "GET", Path, List);
        routes.MapOperation("createInvitation", "POST", Path, Create);
        routes.MapOperation("getInvitation", "GET", InvitationPath, request => Reply.JsonBytes(200, Find(request).Json(hasDetail)));
        routes.MapOperation("revokeInvitation", "DELETE", InvitationPath, Revoke);
        routes.MapOperation("resendInvitation", "POST", InvitationPath + "/resend", Resend);
        if (hasDetail)
        {
            routes.MapOperation("updateInvitationMetadata", "PATCH", InvitationPath, UpdateMetadata);
        }
    }

    private Reply List(OperationRequest request)
    {
        StringValues statuses = request.QueryTexts("status");
        if (statuses.Except(Invitation.Statuses).Any())
        {
            throw RequestRefusedException.BadField("status", "is not one of " + string.Join(", ", Invitation.Statuses));
        }

        string search = request.QueryText("search") ?? "";
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return Pager.Page(
            request,
            cursor => environment.Invitations.After(cursor).Where(invitation =>
                (statuses.Count == 0 || statuses.Contains(invitation.Status(now)))
                && invitation.Email.Contains(search, StringComparison.OrdinalIgnoreCase)),
            invitation => invitation.Id,
            invitation => invitation.Json(withMetadata: false));
    }

    private Reply Create(OperationRequest request)
    {
        BodyFields fields = request.Fields();
        string email = fields.Complete.RequiredText("email");
        ProfileReader.RefuseBadEmail(email);
        foreach (string bag in new[] { "publicMetadata", "privateMetadata" })
        {
            _ = fields.Complete.Object(bag).Value ?? throw RequestRefusedException.Missing(bag);
        }

        int days = fields.Number("expiresInDays", 1, MaxDays) ?? DefaultDays;
        environment.Origins.ReadRedirectUrl(fields);
        Metadata publicMetadata = Metadata.Empty.MergeAlone(fields, "publicMetadata"), privateMetadata = Metadata.Empty.MergeAlone(fields, "privateMetadata");
        if (environment.Settings.SignUpUrlMissing)
        {
            throw new RequestRefusedException(400, "sign_up_url_missing", "The environment has no sign-up URL.");
        }

        if (environment.Users.HasEmail(email))
        {
            throw new RequestRefusedException(409, "email_already_exists", "A user of this environment has this email address.", "email");
        }

        TakeEmail();
        (Guid id, DateTimeOffset now) = ids.Next();
        return Reply.JsonBytes(201, environment.Invitations.Add(new Invitation
        {
            Id = id,
            EnvironmentId = environment.Id,
            Email = email,
            ExpiresInDays = days,
            CreatedAt = now,
            ExpiresAt = now.AddDays(days),
            PublicMetadata = publicMetadata,
            PrivateMetadata = privateMetadata,
        }).Json(withMetadata: false));
    }

    private Reply Revoke(OperationRequest request)
    {
        Change(request, invitation => invitation with { RevokedAt = Clock.Now() });
        return new Reply(200);
    }

    private Reply Resend(OperationRequest request)
    {
        Find(request).RequirePending();
        TakeEmail();
        return Reply.JsonBytes(200, Change(request, invitation => invitation with { ExpiresAt = Clock.Now().AddDays(invitation.ExpiresInDays) }).Json(withMetadata: false));
    }

    private Reply UpdateMetadata(OperationRequest request)
    {
        request.PathId("invitationId");
        BodyFields fields = request.Fields().WithBag();
        return Reply.JsonBytes(200, Change(request, invitation => invitation with
        {
            PublicMetadata = invitation.PublicMetadata.MergeAlone(fields, "publicMetadata"),
            PrivateMetadata = invitation.PrivateMetadata.MergeAlone(fields, "privateMetadata"),
        }).Json(withMetadata: true));
    }

    private Invitation Change(OperationRequest request, Func<Invitation, Invitation> change) =>
        environment.Invitations.Change(Find(request).Id, invitation => change(invitation.RequirePending()));

    private void TakeEmail()
    {
        if (!environment.Settings.TakeInvitation())
        {
            throw new RequestRefusedException(429, "invitation_rate_limited", "The invitation rate limit of the environment is exhausted.");
        }
    }

    private Invitation Find(OperationRequest request) =>
        environment.Invitations.Find(request.PathId("invitationId"))
        ?? throw new RequestRefusedException(404, "invitation_not_found", "No invitation of this environment has this id.", "invitationId");
}
