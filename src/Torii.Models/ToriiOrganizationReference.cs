namespace Torii;

/// <summary>Names an organization: by id or name, by a <see cref="ToriiOrganization"/>, or by a record such as a row of a CSV file.</summary>
public sealed class ToriiOrganizationReference : ToriiReference
{
    /// <summary>Creates a reference from an id or an exact name; the service tells which one it is.</summary>
    /// <param name="idOrName">The organization's id or its whole name.</param>
    public ToriiOrganizationReference(string idOrName)
        : this(idOrName, idOrName)
    {
    }

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

    /// <inheritdoc/>
    internal override string Key => $"organization/{OrganizationId}";
}
