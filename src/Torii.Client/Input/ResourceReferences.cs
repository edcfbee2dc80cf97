using Torii.Client.Http;

namespace Torii.Client.Input;

/// <summary>
/// Decides which resource a caller's record names. What could name another resource than was meant is
/// <c>Torii.AmbiguousInput</c>: a row that was a membership never stands for its organization or its user.
/// </summary>
internal static class ResourceReferences
{
    private const string UserId = "UserId";
    private const string OrganizationId = "OrganizationId";
    private const string InvitationId = "InvitationId";

    /// <summary>Properties that only a membership has. A row with one of them and not both ids has lost one.</summary>
    private static readonly string[] MembershipOnly = ["JoinedAt", "RoleName", "OrganizationName", "OrganizationSlug"];

    /// <summary>The invitation, membership, organization or user that a record names.</summary>
    public static ToriiReference FromRecord(InputRecord record) => record.Live switch
    {
        ToriiOrganization organization when !Contradicts(record, OrganizationId, organization.OrganizationId) && !record.Has(UserId) => new ToriiOrganizationReference(organization) { Input = record.Source },
        ToriiMembership membership when !Contradicts(record, OrganizationId, membership.OrganizationId) && !Contradicts(record, UserId, membership.UserId) =>
            new ToriiMembershipReference(membership) { Input = record.Source },
        ToriiInvitation invitation when !Contradicts(record, InvitationId, invitation.InvitationId) => new ToriiInvitationReference(invitation) { Input = record.Source },
        ToriiOrganization or ToriiMembership or ToriiInvitation => Ambiguous(record, "A property that was added to the object names another resource."),
        not null => User(record),
        _ => FromRow(record),
    };

    private static ToriiReference FromRow(InputRecord record)
    {
        string[] keys = [UserId, OrganizationId, InvitationId];
        string? user = record.Text(UserId);
        string? organization = record.Text(OrganizationId);
        string? invitation = record.Text(InvitationId);
        string? problem =
            keys.FirstOrDefault(record.IsContradictory) is not null ? "It has two columns whose names differ in case only."
            : keys.Select(record.FindNearlyNamed).FirstOrDefault(static n => n is not null) is { } near ? $"Its column '{near}' looks like the id of a resource and is not used."
            : UserReferences.FindUnusable(record)
            // Where invitations are to an organization, their rows name it.
            ?? (invitation is not null && (user ?? (record.Has("ExpiresAt") ? null : organization)) is not null ? "It names an invitation and another resource."
            : keys.FirstOrDefault(k => record.Has(k) && record.Text(k) is null && !(k == OrganizationId && invitation is not null)) is { } empty ? $"Its {empty} is empty."
            : (user is null || organization is null) && MembershipOnly.FirstOrDefault(record.Has) is { } column ? $"It has the column {column} of a membership and not both of its ids."
            : (user is null || organization is null) && record.Is<ToriiMembership>() ? "It was a membership, and one of its ids is missing."
            : user is null && (invitation ?? organization) is { } key && record.Text("Id") is { } id && !Resources.ResponseValidator.SameId(id, key) ? $"Its Id and its {(invitation is null ? OrganizationId : InvitationId)} differ."
            : null);
        if (problem is not null)
        {
            return Ambiguous(record, problem);
        }

        string? connection = record.Text(nameof(ToriiObject.ConnectionName));
        string? environment = record.Text(nameof(ToriiUser.EnvironmentId));
        return invitation is not null
            ? new ToriiInvitationReference(invitation, record.Source) { Label = UserReferences.LabelOf(record, invitation), ConnectionName = connection, EnvironmentId = environment }
            : organization is not null && user is not null
            ? new ToriiMembershipReference(organization, user, record.Source) { ConnectionName = connection, EnvironmentId = environment }
            : organization is not null
            ? new ToriiOrganizationReference(organization, record.Source) { Label = UserReferences.LabelOf(record, organization), ConnectionName = connection, EnvironmentId = environment }
            : User(record);
    }

    /// <summary>The user of a record that names no other resource.</summary>
    private static ToriiUserReference User(InputRecord record) => UserReferences.FromRecord(record) switch
    {
        { Problem.ErrorId: ToriiErrorId.InvalidId } nothing => new(null, record.Source)
        {
            Label = nothing.Label,
            Problem = new ToriiException(ToriiErrorId.InvalidId, "The object does not name a user, an organization or an invitation.") { Variant = "resource" },
        },
        var user => user,
    };

    /// <summary>Whether a property that was added to a live object names another resource.</summary>
    private static bool Contradicts(InputRecord record, string key, string id) => record.IsExtended && !Resources.ResponseValidator.SameId(record.Text(key), id);

    private static ToriiUserReference Ambiguous(InputRecord record, string problem) => new(null, record.Source)
    {
        Label = UserReferences.LabelOf(record, record.Text(InvitationId) ?? record.Text(OrganizationId) ?? record.Text(UserId)),
        Problem = new ToriiException(ToriiErrorId.AmbiguousInput, Redactor.RedactLine(problem)) { Variant = "resource" },
    };
}
