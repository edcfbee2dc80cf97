using Torii.Client.Resources;

namespace Torii.Client;

/// <summary>The operations of a service on its organizations and their members.</summary>
public interface IOrganizationService
{
    /// <summary>Gets one organization.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.OrganizationNotFound</c>, <c>Torii.InvalidId</c>, <c>Torii.NotSupported</c> for a server without
    /// organizations, or what every request throws.
    /// </exception>
    Task<ToriiOrganization> GetAsync(string organizationId, RequestContext context);

    /// <summary>Lists organizations, page by page.</summary>
    /// <exception cref="ToriiException"><c>Torii.FilterIgnored</c>, <c>Torii.CursorRepeated</c>, <c>Torii.NotSupported</c>, or what every request throws.</exception>
    IAsyncEnumerable<IReadOnlyList<ToriiOrganization>> SearchAsync(OrganizationQuery query, RequestContext context);

    /// <summary>Lists the members of an organization, page by page.</summary>
    /// <exception cref="ToriiException"><c>Torii.OrganizationNotFound</c>, <c>Torii.CursorRepeated</c>, <c>Torii.NotSupported</c>, or what every request throws.</exception>
    IAsyncEnumerable<IReadOnlyList<ToriiMembership>> ListMembersAsync(string organizationId, PageOptions options, RequestContext context);

    /// <summary>Lists the memberships of a user, page by page; each names its organization.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.Forbidden</c> or <c>Torii.UserNotFound</c> for an unknown user, <c>Torii.CursorRepeated</c>,
    /// <c>Torii.NotSupported</c>, or what every request throws.
    /// </exception>
    IAsyncEnumerable<IReadOnlyList<ToriiMembership>> ListOfUserAsync(string userId, PageOptions options, RequestContext context);

    /// <summary>Merges metadata into the bags of an organization.</summary>
    /// <exception cref="ToriiException"><c>Torii.FieldNotApplied</c>, <c>Torii.OrganizationNotFound</c>, <c>Torii.NotSupported</c>, or what every request throws.</exception>
    Task<ToriiOrganization> UpdateMetadataAsync(string organizationId, ResourceBody body, RequestContext context);

    /// <summary>Merges metadata into the bags of a membership.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.FieldNotApplied</c>, <c>Torii.OrganizationNotFound</c> for an unknown organization or membership,
    /// <c>Torii.NotSupported</c>, or what every request throws.
    /// </exception>
    Task<ToriiMembership> UpdateMembershipMetadataAsync(string organizationId, string userId, ResourceBody body, RequestContext context);
}

/// <summary>How much of a list is wanted.</summary>
public record PageOptions
{
    /// <summary>The maximum number of items on a page. Default: 100.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>The number of items wanted; null for all.</summary>
    public long? First { get; init; }

    /// <summary>The cursor of the page to begin with; null for the first page.</summary>
    public string? Cursor { get; init; }
}

/// <summary>A search for organizations.</summary>
public sealed record OrganizationQuery : PageOptions
{
    /// <summary>A part of the name, in any case; not blank. Null for all organizations.</summary>
    public string? NameContains { get; init; }

    /// <summary>A filter beyond those of the service, applied to its response; null for none.</summary>
    public Func<ToriiOrganization, bool>? Keep { get; init; }
}
