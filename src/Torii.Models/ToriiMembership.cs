using System.Text.Json.Serialization;

namespace Torii;

/// <summary>The membership of a user in an organization (listMembers, listUserOrganizations). Both ids together are its key.</summary>
public sealed class ToriiMembership : ToriiObject
{
    /// <summary>The organization's id.</summary>
    [JsonRequired]
    public string OrganizationId { get; set; } = "";

    /// <summary>The organization's name; <see langword="null"/> where the members of one organization were listed by its id.</summary>
    [JsonPropertyName("name")]
    public string? OrganizationName { get; set; }

    /// <summary>The organization's name in addresses, if it has one and the response names it.</summary>
    [JsonPropertyName("slug")]
    public string? OrganizationSlug { get; set; }

    /// <summary>The user's id.</summary>
    public string UserId { get; set; } = "";

    /// <summary>The key of the user's role, for example <c>org:administrator</c>.</summary>
    [JsonRequired]
    public string Role { get; set; } = "";

    /// <summary>The role's name, if the organization's set of roles has one.</summary>
    public string? RoleName { get; set; }

    /// <summary>The membership's public metadata, not the organization's.</summary>
    public ToriiMetadata? PublicMetadata { get; set; }

    /// <summary>The membership's private metadata, not the organization's.</summary>
    public ToriiMetadata? PrivateMetadata { get; set; }

    /// <summary>When the user joined, UTC.</summary>
    [JsonRequired]
    public DateTimeOffset JoinedAt { get; set; }

    /// <summary>
    /// The environment that the membership belongs to. The service's response does not name it; it is that of the
    /// connection, as far as the connection knows it.
    /// </summary>
    public string? EnvironmentId { get; set; }

    /// <summary>User, role and organization, for a prompt.</summary>
    public override string ToString() =>
        $"user {UserId} in organization {(OrganizationName is { Length: > 0 } name ? $"{name} ({OrganizationId})" : OrganizationId)}";

    internal override string? FindMissingMember() =>
        string.IsNullOrEmpty(OrganizationId) ? "organizationId"
        : string.IsNullOrEmpty(UserId) ? "userId"
        : string.IsNullOrEmpty(Role) ? "role"
        : JoinedAt == default ? "joinedAt"
        : null;
}
