namespace Torii;

/// <summary>Names the membership of a user in an organization: by both ids, by a <see cref="ToriiMembership"/>, or by a record such as a row of a CSV file.</summary>
public sealed class ToriiMembershipReference : ToriiReference
{
    /// <summary>Creates a reference from the ids. The service checks their syntax before they are used.</summary>
    /// <param name="organizationId">The organization's id.</param>
    /// <param name="userId">The user's id.</param>
    public ToriiMembershipReference(string organizationId, string userId)
        : this(organizationId, userId, userId)
    {
    }

    /// <summary>Creates a reference from a membership; it remembers the connection that the membership was read through.</summary>
    /// <param name="membership">The membership.</param>
    /// <exception cref="ArgumentNullException"><paramref name="membership"/> is null.</exception>
    public ToriiMembershipReference(ToriiMembership membership)
        : base(membership?.UserId ?? throw new ArgumentNullException(nameof(membership)), membership, membership.EnvironmentId)
    {
        OrganizationId = membership.OrganizationId;
        UserId = membership.UserId;
    }

    internal ToriiMembershipReference(string? organizationId, string? userId, object input)
        : base($"user {userId} in organization {organizationId}", input)
    {
        OrganizationId = organizationId ?? "";
        UserId = userId ?? "";
    }

    /// <summary>The organization's id; empty for a record that does not carry one.</summary>
    public string OrganizationId { get; }

    /// <summary>The user's id; empty for a record that does not carry one.</summary>
    public string UserId { get; }

    /// <inheritdoc/>
    internal override string Key => $"membership/{OrganizationId}/{UserId}";
}
