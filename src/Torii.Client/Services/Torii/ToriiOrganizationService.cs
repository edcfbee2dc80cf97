using Torii.Client.Http;
using Torii.Client.Paging;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>The operations of torii on organizations and their members, from contract 0.0.12 on.</summary>
/// <param name="pipeline">Sends the requests.</param>
/// <param name="time">The clock.</param>
/// <param name="environmentId">The environment of the connection, as far as it is known; no response repeats it.</param>
internal sealed class ToriiOrganizationService(ApiPipeline pipeline, TimeProvider time, Func<string?> environmentId) : IOrganizationService
{
    private const string Path = "/api/server/v1/organizations";

    private readonly ResourceOperations<ToriiOrganization> _organizations = new(
        pipeline,
        new ResourceType<ToriiOrganization>
        {
            Noun = "organization",
            Json = ToriiJson.Default.ToriiOrganization,
            Id = static o => o.OrganizationId,
            NotFoundErrorId = ToriiErrorId.OrganizationNotFound,
            Seen = o => o.EnvironmentId ??= environmentId(),
        },
        time);

    private readonly ResourceOperations<ToriiMembership> _memberships = new(
        pipeline,
        new ResourceType<ToriiMembership>
        {
            Noun = "membership",
            Json = ToriiJson.Default.ToriiMembership,
            Id = static m => MembershipId(m.OrganizationId, m.UserId),
            NotFoundErrorId = ToriiErrorId.OrganizationNotFound,
            Seen = m => m.EnvironmentId ??= environmentId(),
        },
        time);

    /// <summary>Gets one organization (getOrganization).</summary>
    /// <inheritdoc/>
    public async Task<ToriiOrganization> GetAsync(string organizationId, RequestContext context)
    {
        string id = ToriiId.Check(ResourceKind.Organization, organizationId);
        return await SendAsync(() => _organizations.SendAsync(_organizations.Request(HttpMethod.Get, $"{Path}/{id}"), id, context), context).ConfigureAwait(false);
    }

    /// <summary>Lists organizations (listOrganizations).</summary>
    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<ToriiOrganization>> SearchAsync(OrganizationQuery query, RequestContext context)
    {
        FilterVerifier.Validate(FilterVerifier.IsBlank(query.NameContains) ? "The filter by name is blank." : null);
        string filter = query.NameContains is { } name ? $"name={Uri.EscapeDataString(name)}&" : "";
        return ListAsync(
            $"{Path}?{filter}",
            ToriiErrorId.NotFound,
            _organizations,
            o => _organizations.FindWrongMember(o),
            found => FilterVerifier.Apply(found, static o => $"organization {o.OrganizationId}", o => FindContradiction(query, o), query.Keep),
            query,
            context);
    }

    /// <summary>Lists the members of an organization (listMembers), by user id, which is the order in which the users were created.</summary>
    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<ToriiMembership>> ListMembersAsync(string organizationId, PageOptions options, RequestContext context)
    {
        string id = ToriiId.Check(ResourceKind.Organization, organizationId);
        return ListAsync(
            $"{Path}/{id}/members?",
            ToriiErrorId.OrganizationNotFound,
            _memberships,
            m => ResponseValidator.FindWrongMember(m, id, m.OrganizationId, "organizationId"),
            null,
            options,
            context);
    }

    /// <summary>Lists the memberships of a user (listUserOrganizations). The service answers 403 for an unknown user.</summary>
    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<ToriiMembership>> ListOfUserAsync(string userId, PageOptions options, RequestContext context)
    {
        string id = ToriiId.Check(ResourceKind.User, userId);
        return ListAsync(
            $"{ToriiUserService.Path}/{id}/organizations?",
            ToriiErrorId.UserNotFound,
            _memberships,
            m =>
            {
                // The response is about one user and does not repeat the id.
                m.UserId = string.IsNullOrEmpty(m.UserId) ? id : m.UserId;
                return ResponseValidator.FindWrongMember(m, id, m.UserId, "userId");
            },
            null,
            options,
            context);
    }

    /// <summary>Merges metadata into the bags of an organization (updateOrganizationMetadata).</summary>
    /// <inheritdoc/>
    public async Task<ToriiOrganization> UpdateMetadataAsync(string organizationId, ResourceBody body, RequestContext context)
    {
        string id = ToriiId.Check(ResourceKind.Organization, organizationId);
        return await SendAsync(
            () => _organizations.SendAsync(_organizations.Request(HttpMethod.Patch, $"{Path}/{id}/metadata", body), id, context), context).ConfigureAwait(false);
    }

    /// <summary>Merges metadata into the bags of a membership (updateMemberMetadata).</summary>
    /// <inheritdoc/>
    public async Task<ToriiMembership> UpdateMembershipMetadataAsync(string organizationId, string userId, ResourceBody body, RequestContext context)
    {
        string organization = ToriiId.Check(ResourceKind.Organization, organizationId);
        string user = ToriiId.Check(ResourceKind.User, userId);
        ApiRequest request = _memberships.Request(HttpMethod.Patch, $"{Path}/{organization}/members/{user}/metadata", body);
        try
        {
            return await SendAsync(() => _memberships.SendAsync(request, MembershipId(organization, user), context), context).ConfigureAwait(false);
        }
        catch (ToriiApiException e) when (e.ErrorId == ToriiErrorId.OrganizationNotFound)
        {
            throw e.For(null, $"Organization {organization} does not exist, or user {user} is not a member of it.");
        }
    }

    private static string MembershipId(string organizationId, string userId) => $"{organizationId}/{userId}";

    private static string? FindContradiction(OrganizationQuery query, ToriiOrganization organization) =>
        query.NameContains is { } name && !FilterVerifier.Contains(organization.Name, name) ? $"whose name does not contain '{name}'" : null;

    /// <summary>A server that has organizations lists them, also where the organization or user of the request does not exist.</summary>
    private Task<T> SendAsync<T>(Func<Task<T>> send, RequestContext context, bool namesId = true) =>
        ToriiFeature.Organizations.SendAsync(pipeline, context, namesId ? $"{Path}?limit=1" : null, send, probeNamesTarget: false);

    private IAsyncEnumerable<IReadOnlyList<T>> ListAsync<T>(
        string path,
        string notFoundErrorId,
        ResourceOperations<T> operations,
        Func<T, string?> findWrongMember,
        Func<IReadOnlyList<T>, IReadOnlyList<T>>? filter,
        PageOptions options,
        RequestContext context)
        where T : ToriiObject
    {
        PageReader<T> pages = new(operations.Type.Json, found =>
        {
            operations.Type.Seen?.Invoke(found);
            return findWrongMember(found);
        });
        return new PagedQuery<T>
        {
            Pager = new CursorPager<T>(
                (cursor, limit) => new ApiRequest
                {
                    Method = HttpMethod.Get,
                    Path = $"{path}limit={limit}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}",
                    Cursor = cursor,
                    NotFoundErrorId = notFoundErrorId,
                },
                options.Cursor),
            Fetch = (request, cancellation) =>
            {
                RequestContext page = context with { Cancellation = cancellation };
                return SendAsync(() => pipeline.SendAsync(request, page, pages.Read), page, namesId: notFoundErrorId != ToriiErrorId.NotFound);
            },
            Filter = filter,
            Narrows = options is OrganizationQuery { Keep: not null },
            PageSize = options.PageSize,
            First = options.First,
        }.PagesAsync(context.Cancellation);
    }
}
