namespace Torii.Emulator.Organizations;

/// <summary>An organization, with the members of its JSON.</summary>
internal sealed record Organization
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public string? Slug { get; init; }

    /// <summary>Gets the id of the set that names the roles. Without a set, no role has a name.</summary>
    public Guid? RoleSetId { get; init; }
    public Metadata PublicMetadata { get; init; } = Metadata.Empty;
    public Metadata PrivateMetadata { get; init; } = Metadata.Empty;
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Returns the display name of a role, or null when the role is not in the set of the organization.</summary>
    public string? RoleName(string role) => RoleSetId is null ? null : role switch
    {
        "org:administrator" => "Administrator",
        "org:member" => "Member",
        _ => null,
    };
}

/// <summary>The membership of a user in an organization. It is part of the user's state.</summary>
internal sealed record Membership(Guid OrganizationId, string Role, DateTimeOffset JoinedAt)
{
    public Metadata PublicMetadata { get; init; } = Metadata.Empty;
    public Metadata PrivateMetadata { get; init; } = Metadata.Empty;
}
