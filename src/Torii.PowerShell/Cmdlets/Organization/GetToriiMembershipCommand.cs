using System.Management.Automation;
using Torii.Client;
using Torii.Client.Resources;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Gets memberships: the members of organizations, or the organizations that users are members of.</summary>
[Cmdlet(VerbsCommon.Get, "ToriiMembership", DefaultParameterSetName = UserSet)]
[OutputType(typeof(ToriiMembership))]
public sealed class GetToriiMembershipCommand : ToriiListCommand
{
    private const string UserSet = "User";
    private const string OrganizationSet = "Organization";

    private UserTargets _targets = null!;

    /// <summary>The object from the pipeline.</summary>
    [Parameter(ParameterSetName = UserSet, ValueFromPipeline = true, DontShow = true)]
    [InputRecordTransform]
    public object? InputObject { get; set; }

    /// <summary>The organizations whose members are returned: ids, exact names, or organizations.</summary>
    [Parameter(ParameterSetName = OrganizationSet, Mandatory = true, Position = 0)]
    [OrganizationReferenceTransform(TakesName = true)]
    [ArgumentCompleter(typeof(OrganizationCompleter))]
    public ToriiOrganizationReference[] Organization { get; set; } = [];

    /// <summary>The users whose memberships are returned: ids, users, or rows with a UserId. An organization from the pipeline means its members.</summary>
    [Parameter(ParameterSetName = UserSet, Mandatory = true, ValueFromPipeline = true)]
    [Alias("Id")]
    [UserReferenceTransform]
    public ToriiUserReference[] UserId { get; set; } = [];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _targets = new UserTargets(MyInvocation, nameof(UserId));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == OrganizationSet)
        {
            foreach (ToriiOrganizationReference organization in Organization)
            {
                GetMembers(new(organization, null));
            }

            return;
        }

        foreach (Target<ToriiReference> target in _targets.ResolveAny(UserId, InputObject))
        {
            switch (target.Reference)
            {
                case ToriiOrganizationReference organization:
                    GetMembers(new(organization, target.Row));
                    break;
                case ToriiMembershipReference membership:
                    GetMembership(new(membership, target.Row));
                    break;
                case ToriiUserReference user:
                    GetMemberships(new(user, target.Row));
                    break;
                default:
                    SubmitFor(target, new ToriiException(ToriiErrorId.InvalidId, "The object does not name an organization or a user.") { Variant = "resource" }, static (_, _) => null);
                    break;
            }
        }
    }

    private void GetMembers(Target<ToriiOrganizationReference> target) => SubmitFor(target, null, (service, connection) =>
    {
        Organizations(service);
        return ListOf(target, connection, "Get members", OrganizationLookup.ListMembersAsync(service, target.Reference, Request));
    });

    private void GetMembership(Target<ToriiMembershipReference> target) => SubmitFor(target, null, (service, connection) =>
    {
        IOrganizationService organizations = Organizations(service);
        ToriiMembershipReference membership = target.Reference;
        return target.ToItem(
            connection, "Get membership", async context => await OrganizationLookup.GetMembershipAsync(organizations, membership.OrganizationId, membership.UserId, context).ConfigureAwait(false));
    });

    private void GetMemberships(Target<ToriiUserReference> target)
    {
        ToriiException? problem = !_targets.IsExplicit && target.Reference.Input is string
            ? new ToriiException(ToriiErrorId.AmbiguousInput, "A text from the pipeline can be the id of a user or of an organization.") { Variant = "userOrOrganization" }
            : null;
        SubmitFor(target, problem, (service, connection) => ListOf(
            target, connection, "Get memberships", WithViewOfUser(Organizations(service).ListOfUserAsync(target.Reference.UserId, new PageOptions(), Request))));
    }

    /// <summary>Has the memberships of one user shown as a table of organizations, not of users.</summary>
    private static async IAsyncEnumerable<IReadOnlyList<ToriiMembership>> WithViewOfUser(IAsyncEnumerable<IReadOnlyList<ToriiMembership>> pages)
    {
        await foreach (IReadOnlyList<ToriiMembership> page in pages.ConfigureAwait(false))
        {
            foreach (ToriiMembership membership in page)
            {
                PSObject.AsPSObject(membership).TypeNames.Insert(0, $"{typeof(ToriiMembership).FullName}#OfUser");
            }

            yield return page;
        }
    }

    private static IOrganizationService Organizations(IIdentityService service) => Require(service, service.Organizations, "organizations");
}
