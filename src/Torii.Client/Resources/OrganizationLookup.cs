using Torii.Client.Http;

namespace Torii.Client.Resources;

/// <summary>Finds an organization by id or by its exact name, and reads what belongs to it.</summary>
internal static class OrganizationLookup
{
    private const int LongestShown = 80;
    private const int MostShown = 8;

    /// <summary>Gets the organization that a reference names.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.OrganizationNotFound</c>, <c>Torii.AmbiguousMatch</c>: several organizations have the name; or what every
    /// request throws.
    /// </exception>
    public static Task<ToriiOrganization> GetAsync(IIdentityService service, ToriiOrganizationReference reference, RequestContext context) =>
        IsName(service, reference) ? FindByNameAsync(service, reference.OrganizationId, context)
            : service.Organizations!.GetAsync(reference.OrganizationId, context);

    /// <summary>Lists the members of an organization. They carry its name where it is known without a request.</summary>
    /// <inheritdoc cref="GetAsync" path="/exception"/>
    public static async IAsyncEnumerable<IReadOnlyList<ToriiMembership>> ListMembersAsync(
        IIdentityService service, ToriiOrganizationReference reference, RequestContext context, int pageSize = 100)
    {
        ToriiOrganization? known = IsName(service, reference)
            ? await FindByNameAsync(service, reference.OrganizationId, context).ConfigureAwait(false)
            : reference.Input as ToriiOrganization;
        string id = known?.OrganizationId ?? reference.OrganizationId;
        await foreach (IReadOnlyList<ToriiMembership> page in
            service.Organizations!.ListMembersAsync(id, new PageOptions { PageSize = pageSize }, context).ConfigureAwait(false))
        {
            foreach (ToriiMembership member in page)
            {
                member.OrganizationName ??= known?.Name;
                member.OrganizationSlug ??= known?.Slug;
            }

            yield return page;
        }
    }

    /// <summary>Lists the organizations of a user. The list of memberships does not have all of their members, so each is requested.</summary>
    /// <param name="organizations">The service.</param>
    /// <param name="userId">The user's id.</param>
    /// <param name="claim">Whether an organization is wanted, given its id.</param>
    /// <param name="context">The caller's.</param>
    public static async IAsyncEnumerable<IReadOnlyList<ToriiOrganization>> ListOfUserAsync(
        IOrganizationService organizations, string userId, Func<string, bool> claim, RequestContext context)
    {
        await foreach (IReadOnlyList<ToriiMembership> page in organizations.ListOfUserAsync(userId, new PageOptions(), context).ConfigureAwait(false))
        {
            foreach (ToriiMembership membership in page.Where(m => claim(m.OrganizationId)))
            {
                yield return [await organizations.GetAsync(membership.OrganizationId, context).ConfigureAwait(false)];
            }
        }
    }

    /// <summary>Gets one membership: the one of a user in an organization.</summary>
    /// <exception cref="ToriiException"><c>Torii.OrganizationNotFound</c>: the user is not a member; or what every request throws.</exception>
    public static async Task<ToriiMembership> GetMembershipAsync(IOrganizationService organizations, string organizationId, string userId, RequestContext context)
    {
        await foreach (IReadOnlyList<ToriiMembership> page in organizations.ListOfUserAsync(userId, new PageOptions(), context).ConfigureAwait(false))
        {
            if (page.FirstOrDefault(m => ResponseValidator.SameId(m.OrganizationId, organizationId)) is { } membership)
            {
                return membership;
            }
        }

        throw new ToriiException(ToriiErrorId.OrganizationNotFound, $"User {userId} is not a member of organization {organizationId}.");
    }

    private static bool IsName(IIdentityService service, ToriiOrganizationReference reference) =>
        reference.MayBeName && (service.Info.HasOpaqueIds || service.FindIdProblem(ResourceKind.Organization, reference.OrganizationId) is not null);

    /// <summary>
    /// The one organization with exactly a name, ignoring case, or with an id that may be a name. The service filters by a
    /// part of the name.
    /// </summary>
    private static async Task<ToriiOrganization> FindByNameAsync(IIdentityService service, string name, RequestContext context)
    {
        string shown = Redactor.RedactLine(name.Length > LongestShown ? name[..LongestShown] + "…" : name);
        List<ToriiOrganization> found = [];
        if (PlainJson.IsUnicode(name))
        {
            string wanted = name.Trim().Normalize();
            bool isOpaque = service.Info.HasOpaqueIds;
            OrganizationQuery query = new()
            {
                NameContains = isOpaque ? null : wanted,
                Keep = o => string.Equals(o.Name.Trim().Normalize(), wanted, StringComparison.OrdinalIgnoreCase) || (isOpaque && o.OrganizationId == wanted),
            };
            await foreach (IReadOnlyList<ToriiOrganization> page in service.Organizations!.SearchAsync(query, context).ConfigureAwait(false))
            {
                found.AddRange(page);
            }
        }

        return found switch
        {
            [var organization] => organization,
            [] => throw new ToriiException(ToriiErrorId.OrganizationNotFound, $"No organization {(service.Info.HasOpaqueIds ? "of the account is named, or has the id," : "is named")} '{shown}'."),
            _ => throw new ToriiException(
                ToriiErrorId.AmbiguousMatch,
                $"{found.Count} organizations are named '{shown}': {string.Join(", ", found.Take(MostShown).Select(static o => o.OrganizationId))}{(found.Count > MostShown ? ", …" : "")}.")
            { Variant = "organization" },
        };
    }
}
