using System.Collections.Concurrent;
using System.Management.Automation;
using Torii.Client;
using Torii.Client.Input;
using Torii.Client.Resources;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Gets organizations: by id, by a search that reads every page, or those that users are members of.</summary>
[Cmdlet(VerbsCommon.Get, "ToriiOrganization", DefaultParameterSetName = SearchSet)]
[OutputType(typeof(ToriiOrganization))]
public sealed class GetToriiOrganizationCommand : ToriiSearchCommand
{
    private readonly ConcurrentDictionary<string, bool> _claimed = new(StringComparer.OrdinalIgnoreCase);
    private OrganizationTargets _targets = null!;

    /// <summary>The object from the pipeline.</summary>
    [Parameter(ParameterSetName = IdSet, ValueFromPipeline = true, DontShow = true)]
    [InputRecordTransform]
    public object? InputObject { get; set; }

    /// <summary>The organizations: ids, organizations, memberships, or rows with an OrganizationId. A user from the pipeline means the user's organizations.</summary>
    [Parameter(ParameterSetName = IdSet, Mandatory = true, ValueFromPipeline = true)]
    [Alias("Id")]
    [OrganizationReferenceTransform]
    [ArgumentCompleter(typeof(OrganizationCompleter))]
    public ToriiOrganizationReference[] OrganizationId { get; set; } = [];

    /// <summary>The whole name, or a wildcard such as Acme*, ignoring case. A text that is an id means the organization with that id.</summary>
    [Parameter(ParameterSetName = SearchSet, Position = 0)]
    [SupportsWildcards]
    [TextTransform]
    [ValidateNotBlank]
    [ArgumentCompleter(typeof(OrganizationCompleter))]
    public string? Name { get; set; }

    /// <summary>The maximum number of targets that are worked on at once. Default: 8.</summary>
    [Parameter(ParameterSetName = IdSet)]
    [ValidateRange(1, 64)]
    public override int ThrottleLimit { get; set; } = 8;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _targets = new OrganizationTargets(MyInvocation, nameof(OrganizationId));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == SearchSet)
        {
            Search(Find);
            return;
        }

        foreach (Target<ToriiReference> target in _targets.ResolveAny(OrganizationId, InputObject))
        {
            switch (target.Reference)
            {
                case ToriiOrganizationReference organization:
                    GetOne(new(organization, target.Row));
                    break;
                case ToriiMembershipReference membership:
                    GetOne(new(OrganizationReferences.Of(membership), target.Row), isOnce: true);
                    break;
                case ToriiUserReference user:
                    GetOrganizations(new(user, target.Row));
                    break;
                default:
                    SubmitFor(target, new ToriiException(ToriiErrorId.InvalidId, "The object does not name an organization or a user.") { Variant = "resource" }, static (_, _) => null);
                    break;
            }
        }
    }

    private void GetOne(Target<ToriiOrganizationReference> target, bool isOnce = false) => SubmitFor(target, null, (service, connection) =>
    {
        Organizations(service);
        return isOnce && !Claim(connection, target.Reference.OrganizationId) ? null
            : target.ToItem(connection, "Get organization", async context => await OrganizationLookup.GetAsync(service, target.Reference, context).ConfigureAwait(false));
    });

    private void GetOrganizations(Target<ToriiUserReference> target) => SubmitFor(target, null, (service, connection) => ListOf(
        target,
        connection,
        "Get organizations",
        OrganizationLookup.ListOfUserAsync(Organizations(service), target.Reference.UserId, id => Claim(connection, id), Request)));

    private IAsyncEnumerable<IReadOnlyList<ToriiOrganization>> Find(IIdentityService service)
    {
        IOrganizationService organizations = Organizations(service);
        bool isOpaque = service.Info.HasOpaqueIds;
        if (Name is not null && !isOpaque && service.FindIdProblem(ResourceKind.Organization, Name) is null)
        {
            return One(organizations.GetAsync(Name, Request));
        }

        TextPattern? name = Name is null ? null : new TextPattern(nameof(Name), Name, normalizes: true);
        return organizations.SearchAsync(
            new OrganizationQuery
            {
                NameContains = isOpaque ? null : name?.Literal,
                Keep = name is null ? null : organization => name.IsMatch(organization.Name) || (isOpaque && organization.OrganizationId == Name),
                First = Wanted,
                PageSize = PageSize,
                Cursor = Cursor,
            },
            Request);
    }

    /// <summary>Whether no membership and no user before led to the organization: each is written once.</summary>
    private bool Claim(ToriiConnection connection, string organizationId) => _claimed.TryAdd($"{connection.Fingerprint}/{organizationId}", true);

    private static IOrganizationService Organizations(IIdentityService service) => Require(service, service.Organizations, "organizations");

    private static async IAsyncEnumerable<IReadOnlyList<ToriiOrganization>> One(Task<ToriiOrganization> organization)
    {
        yield return [await organization.ConfigureAwait(false)];
    }
}
