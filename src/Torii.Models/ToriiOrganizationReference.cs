namespace Torii;

/// <summary>Names an organization: by id or name, by a <see cref="ToriiOrganization"/>, or by a record such as a row of a CSV file.</summary>
public sealed class ToriiOrganizationReference : ToriiReference
{
    /// <summary>Creates a reference from an id or an exact name; the service tells which one it is.</summary>
    /// <param name="idOrName">The organization's id or its whole name.</param>
    public ToriiOrganizationReference(string idOrName)
        : this(idOrName, idOrName) => MayBeName = true;

    /// <summary>Creates a reference from an organization; it remembers the connection that the organization was read through.</summary>
    /// <param name="organization">The organization.</param>
    /// <exception cref="ArgumentNullException"><paramref name="organization"/> is null.</exception>
    public ToriiOrganizationReference(ToriiOrganization organization)
        : base(organization?.OrganizationId ?? throw new ArgumentNullException(nameof(organization)), organization, organization.EnvironmentId) =>
        OrganizationId = organization.OrganizationId;

    internal ToriiOrganizationReference(string? organizationId, object input)
        : base(organizationId ?? "", input) => OrganizationId = organizationId ?? "";

    /// <summary>The organization's id, or the name that it was referred to by; empty for a record that carries neither.</summary>
    public string OrganizationId { get; }

    /// <summary>Whether a text that is not an id is the organization's name; an id of a record is never a name.</summary>
    internal bool MayBeName { get; }

    /// <summary>Whether the record is a membership: it does not stand for its organization where the organization is changed.</summary>
    internal bool IsMembership { get; init; }

    /// <inheritdoc/>
    internal override string Key => $"organization/{OrganizationId}";
}
