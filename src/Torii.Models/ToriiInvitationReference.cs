namespace Torii;

/// <summary>Names an invitation: by id, by a <see cref="ToriiInvitation"/>, or by a record such as a row of a CSV file.</summary>
public sealed class ToriiInvitationReference : ToriiReference
{
    /// <summary>Creates a reference from an id. The service checks the syntax of the id before it is used.</summary>
    /// <param name="invitationId">The invitation's id.</param>
    public ToriiInvitationReference(string invitationId)
        : this(invitationId, invitationId)
    {
    }

    /// <summary>Creates a reference from an invitation; it remembers the connection that the invitation was read through.</summary>
    /// <param name="invitation">The invitation.</param>
    /// <exception cref="ArgumentNullException"><paramref name="invitation"/> is null.</exception>
    public ToriiInvitationReference(ToriiInvitation invitation)
        : base(invitation?.InvitationId ?? throw new ArgumentNullException(nameof(invitation)), invitation, invitation.EnvironmentId) =>
        InvitationId = invitation.InvitationId;

    internal ToriiInvitationReference(string? invitationId, object input)
        : base(invitationId ?? "", input) => InvitationId = invitationId ?? "";

    /// <summary>The invitation's id; empty for a record that does not carry one.</summary>
    public string InvitationId { get; }

    /// <inheritdoc/>
    internal override string Key => $"invitation/{InvitationId}";
}
