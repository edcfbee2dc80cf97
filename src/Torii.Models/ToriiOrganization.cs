using System.Text.Json.Serialization;

namespace Torii;

/// <summary>An organization of an environment (getOrganization, listOrganizations).</summary>
public sealed class ToriiOrganization : ToriiObject
{
    /// <summary>The organization's id.</summary>
    [JsonPropertyName("id"), JsonRequired]
    public string OrganizationId { get; set; } = "";

    /// <summary>The same as <see cref="OrganizationId"/>, for scripts that look for an id by its short name.</summary>
    [JsonIgnore]
    public string Id => OrganizationId;

    /// <summary>The name that people see. It need not be unique.</summary>
    [JsonRequired]
    public string Name { get; set; } = "";

    /// <summary>The name in addresses, if there is one.</summary>
    public string? Slug { get; set; }

    /// <summary>The set of roles that the organization uses, if it is bound to one.</summary>
    public string? RoleSetId { get; set; }

    /// <summary>Metadata that every member's client may read.</summary>
    public ToriiMetadata? PublicMetadata { get; set; }

    /// <summary>Metadata that only a server sees.</summary>
    public ToriiMetadata? PrivateMetadata { get; set; }

    /// <summary>When the organization was created, UTC.</summary>
    [JsonRequired]
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>
    /// The environment that the organization belongs to. The service's response does not name it; it is that of the
    /// connection, as far as the connection knows it.
    /// </summary>
    public string? EnvironmentId { get; set; }

    /// <summary>Name and id, for a prompt.</summary>
    public override string ToString() => $"{Name} ({OrganizationId})";

    internal override string? FindMissingMember() =>
        string.IsNullOrEmpty(OrganizationId) ? "id" : string.IsNullOrEmpty(Name) ? "name" : CreatedAt == default ? "createdAt" : null;
}
