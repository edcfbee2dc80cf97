using Torii.Client.Resources;

namespace Torii.Client;

/// <summary>The operations of a service on its invitations.</summary>
public interface IInvitationService
{
    /// <summary>Gets one invitation.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.InvitationNotFound</c>, <c>Torii.InvalidId</c>, <c>Torii.NotSupported</c> for a server without
    /// invitations, or what every request throws.
    /// </exception>
    Task<ToriiInvitation> GetAsync(string invitationId, RequestContext context);

    /// <summary>Lists invitations, page by page.</summary>
    /// <exception cref="ToriiException"><c>Torii.FilterIgnored</c>, <c>Torii.CursorRepeated</c>, <c>Torii.NotSupported</c>, or what every request throws.</exception>
    IAsyncEnumerable<IReadOnlyList<ToriiInvitation>> SearchAsync(InvitationQuery query, RequestContext context);

    /// <summary>Creates an invitation, once, also where responses are lost; the service sends the email.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.Conflict</c>: an account with the address exists; <c>Torii.FieldNotApplied</c>: the invitation exists, and a
    /// value that was sent was not stored; <c>Torii.OutcomeUnknown</c>; <c>Torii.NotSupported</c>; or what every request throws.
    /// </exception>
    Task<ToriiInvitation> CreateAsync(ResourceBody body, RequestContext context);

    /// <summary>Sends the email of an invitation again, at most once.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvitationNotFound</c>, <c>Torii.Conflict</c> for one that is not pending, <c>Torii.NotSupported</c>, or what every request throws.</exception>
    Task<ToriiInvitation> ResendAsync(string invitationId, RequestContext context);

    /// <summary>Revokes an invitation.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.InvitationNotFound</c>, <c>Torii.Conflict</c> for one that is not pending, <c>Torii.OutcomeUnknown</c>,
    /// <c>Torii.NotSupported</c>, or what every request throws.
    /// </exception>
    Task RevokeAsync(string invitationId, RequestContext context);

    /// <summary>Merges metadata into the bags of a pending invitation.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.FieldNotApplied</c>, <c>Torii.InvitationNotFound</c>, <c>Torii.Conflict</c> for one that is not pending,
    /// <c>Torii.NotSupported</c>, or what every request throws.
    /// </exception>
    Task<ToriiInvitation> UpdateMetadataAsync(string invitationId, ResourceBody body, RequestContext context);
}

/// <summary>A search for invitations.</summary>
public sealed record InvitationQuery : PageOptions
{
    /// <summary>Any of these statuses, as the service spells them; empty for all.</summary>
    public IReadOnlyList<string> Statuses { get; init; } = [];

    /// <summary>A part of the address, in any case; not blank. Null for all invitations.</summary>
    public string? Search { get; init; }
}
