using Torii.Client.Http;
using Torii.Client.Paging;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>
/// The operations of the organization plugin. An administrator has no rights in it: the service shows the organizations
/// that the account of the connection is a member of.
/// </summary>
internal sealed class BetterAuthOrganizationService(ApiPipeline pipeline, IUserService users) : IOrganizationService
{
    private readonly PageReader<ToriiMembership> _members = new(BetterAuthJson.Membership, static m => ResponseValidator.FindWrongMember(m)) { ItemsMember = "members" };

    /// <summary>Gets an organization (GET /organization/get-full-organization).</summary>
    /// <inheritdoc/>
    public Task<ToriiOrganization> GetAsync(string organizationId, RequestContext context) => pipeline.SendAsync(
        Get($"get-full-organization?organizationId={Uri.EscapeDataString(organizationId)}&membersLimit=1"),
        context,
        BetterAuthJson.Organization,
        found => ResponseValidator.FindWrongMember(found, organizationId, found.OrganizationId));

    /// <summary>Lists the organizations of the account (GET /organization/list), which the server returns at once.</summary>
    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<ToriiOrganization>> SearchAsync(OrganizationQuery query, RequestContext context)
    {
        FilterVerifier.Validate(FilterVerifier.IsBlank(query.NameContains) ? "The filter by name is blank." : null);
        return InPages(
            async () => (await ListAsync(context).ConfigureAwait(false)).Where(o =>
                (query.NameContains is not { } name || o.Name.Contains(name, StringComparison.OrdinalIgnoreCase)) && (query.Keep is null || query.Keep(o))),
            query);
    }

    /// <summary>Lists the members of an organization (GET /organization/list-members), in the order of the memberships' ids.</summary>
    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<ToriiMembership>> ListMembersAsync(string organizationId, PageOptions options, RequestContext context) => new PagedQuery<ToriiMembership>
    {
        Pager = new KeysetPager<ToriiMembership>(
            (after, limit) => MembersRequest(organizationId, $"limit={limit}&sortBy=id&sortDirection=asc{(after is null ? "" : $"&filterField=id&filterOperator=gt&filterValue={Uri.EscapeDataString(after)}")}", after),
            static m => m.AdditionalProperties.TryGetValue("id", out object? id) && id is string text
                ? text : throw new ToriiException(ToriiErrorId.InvalidResponse, "A membership has no 'id', so the list cannot be continued.") { Variant = "paging" },
            options.Cursor),
        Fetch = (request, cancellation) => pipeline.SendAsync(request, context with { Cancellation = cancellation }, _members.Read),
        // Without an id that it knows, a server takes another organization: the active one of the session.
        Filter = members => members.FirstOrDefault(m => m.OrganizationId != organizationId) is { } other
            ? throw FilterVerifier.Ignored($"a member of organization {other.OrganizationId} in place of those of {organizationId}") : members,
        PageSize = options.PageSize,
        First = options.First,
    }.PagesAsync(context.Cancellation);

    /// <summary>Lists the memberships of a user in the organizations of the account.</summary>
    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<ToriiMembership>> ListOfUserAsync(string userId, PageOptions options, RequestContext context) => InPages(
        async Task<IEnumerable<ToriiMembership>> () =>
        {
            List<ToriiMembership> found = [];
            foreach (ToriiOrganization organization in await ListAsync(context).ConfigureAwait(false))
            {
                Page<ToriiMembership> page = await pipeline.SendAsync(
                    MembersRequest(organization.OrganizationId, $"filterField=userId&filterOperator=eq&filterValue={Uri.EscapeDataString(userId)}"), context, _members.Read).ConfigureAwait(false);
                ToriiMembership[] own = [.. page.Items.Where(m => m.UserId == userId && m.OrganizationId == organization.OrganizationId)];
                if (own.Length == 0 && !page.IsWhole)
                {
                    throw FilterVerifier.Ignored($"members of organization {organization.OrganizationId} who are not user {userId}");
                }

                foreach (ToriiMembership membership in own)
                {
                    membership.OrganizationName = organization.Name;
                    membership.OrganizationSlug = organization.Slug;
                    found.Add(membership);
                }
            }

            if (found.Count == 0)
            {
                await users.GetAsync(userId, context).ConfigureAwait(false);
            }

            return found;
        },
        options);

    /// <inheritdoc/>
    public Task<ToriiOrganization> UpdateMetadataAsync(string organizationId, ResourceBody body, RequestContext context) =>
        throw new ToriiException(ToriiErrorId.NotSupported, "Better Auth merges no metadata: it replaces the metadata of an organization as a whole. No request was sent.");

    /// <inheritdoc/>
    public Task<ToriiMembership> UpdateMembershipMetadataAsync(string organizationId, string userId, ResourceBody body, RequestContext context) =>
        throw new ToriiException(ToriiErrorId.NotSupported, "Memberships of Better Auth have no metadata; those of torii have. No request was sent.");

    /// <summary>All organizations of the account.</summary>
    public Task<List<ToriiOrganization>> ListAsync(RequestContext context) => pipeline.SendAsync(
        Get("list"), context, static response => BetterAuthJson.ReadList(response, null, BetterAuthJson.Organization).ConvertAll(static o => o.Item));

    /// <summary>A list that the server returns at once, in pages. A position in it cannot be continued from.</summary>
    internal static async IAsyncEnumerable<IReadOnlyList<T>> InPages<T>(Func<Task<IEnumerable<T>>> list, PageOptions options)
    {
        if (options.Cursor is not null)
        {
            throw new ToriiException(ToriiErrorId.NotSupported, "Better Auth returns this list at once, so there is no position to continue from. No request was sent.");
        }

        if (options.First is null or > 0)
        {
            IEnumerable<T> items = await list().ConfigureAwait(false);
            foreach (T[] page in items.Take((int)Math.Min(options.First ?? int.MaxValue, int.MaxValue)).Chunk(options.PageSize))
            {
                yield return page;
            }
        }
    }

    private static ApiRequest MembersRequest(string organizationId, string parameters, string? cursor = null) =>
        Get($"list-members?organizationId={Uri.EscapeDataString(organizationId)}&{parameters}", cursor);

    private static ApiRequest Get(string path, string? cursor = null) => new()
    {
        Method = HttpMethod.Get,
        Path = $"/organization/{path}",
        Cursor = cursor,
        NotFoundErrorId = ToriiErrorId.OrganizationNotFound,
        ErrorVariant = BetterAuthService.ErrorVariant,
        Part = BetterAuthService.OrganizationPlugin,
    };
}
