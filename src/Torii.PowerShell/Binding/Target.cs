using Torii.Client;

namespace Torii.PowerShell.Binding;

/// <summary>What to act on, and where it came from.</summary>
/// <typeparam name="TReference">The kind of the resource.</typeparam>
/// <param name="Reference">The resource.</param>
/// <param name="Row">The position of its row in the pipeline, counted from 1; null for what is not a row.</param>
internal sealed record Target<TReference>(TReference Reference, int? Row)
    where TReference : ToriiReference
{
    /// <summary>The item for an operation on this target.</summary>
    /// <param name="connection">The connection to use.</param>
    /// <param name="action">The operation, for ShouldProcess.</param>
    /// <param name="work">Runs it.</param>
    /// <param name="label">What is acted on, for a person; null for the target.</param>
    /// <param name="key">What is acted on; null for the target.</param>
    public BulkItem ToItem(ToriiConnection connection, string action, Func<RequestContext, Task<object?>> work, string? label = null, string? key = null) => new()
    {
        Connection = connection,
        Key = key ?? Reference.Key,
        Target = label ?? Reference.Label,
        Action = action,
        Input = Reference.Input,
        Row = Row,
        Work = work,
    };

    /// <summary>Describes an id that the service does not accept; null for good ones.</summary>
    public ToriiException? FindIdProblem(IIdentityService service)
    {
        (ResourceKind Kind, string? Id)[] ids = Reference switch
        {
            ToriiUserReference user => [(ResourceKind.User, user.UserId), .. user.SessionId is { } session ? [(ResourceKind.Session, (string?)session)] : Array.Empty<(ResourceKind, string?)>()],
            ToriiMembershipReference membership => [(ResourceKind.Organization, membership.OrganizationId), (ResourceKind.User, membership.UserId)],
            ToriiInvitationReference invitation => [(ResourceKind.Invitation, invitation.InvitationId)],
            ToriiOrganizationReference { MayBeName: false } organization => [(ResourceKind.Organization, organization.OrganizationId)],
            _ => [],
        };
        (string Problem, string? Id) found = ids.Select(i => (service.FindIdProblem(i.Kind, i.Id)!, i.Id)).FirstOrDefault(static i => i.Item1 is not null);
        return found.Problem is null ? null
            : new ToriiException(ToriiErrorId.InvalidId, found.Problem) { Variant = Reference is ToriiUserReference && found.Id?.Contains('@', StringComparison.Ordinal) == true ? "address" : null };
    }
}
