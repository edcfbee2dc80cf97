using System.Text.Json;

namespace Torii.Emulator.Users;

/// <summary>The state of a user at one moment. Immutable, so that no reader sees half of a change.</summary>
internal sealed record User
{
    public Guid Id { get; init; }
    public Guid EnvironmentId { get; init; }
    public string? Name { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string? Phone { get; init; }
    public string? Locale { get; init; }
    public string? Address { get; init; }
    public DateOnly? DateOfBirth { get; init; }
    public UserStatus Status { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public string? Email { get; init; }
    public DateTimeOffset? EmailVerifiedAt { get; init; }
    public DateTimeOffset? DeletedAt { get; init; }
    public Metadata PublicMetadata { get; init; } = Metadata.Empty;
    public Metadata PrivateMetadata { get; init; } = Metadata.Empty;
    public Metadata UnsafeMetadata { get; init; } = Metadata.Empty;

    /// <summary>Gets the organizations of which the user is a member; they are not part of the user's JSON.</summary>
    public IReadOnlyList<Membership> Memberships { get; init; } = [];

    public Membership? MembershipIn(Guid organizationId) =>
        Memberships.FirstOrDefault(membership => membership.OrganizationId == organizationId);

    public static string? FullName(string? firstName, string? lastName) =>
        $"{firstName} {lastName}".Trim() is { Length: > 0 } full ? full : null;

    /// <summary>
    /// Writes the members that the contract has. By hand, because paging writes every user once and generated
    /// serialization takes noticeably longer until it is compiled.
    /// </summary>
    public void Write(Utf8JsonWriter json, Contract contract)
    {
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("environmentId", EnvironmentId);
        json.WriteString("name", Name);
        if (contract >= Contract.V0012)
        {
            json.WriteString("firstName", FirstName);
            json.WriteString("lastName", LastName);
            json.WriteString("locale", Locale);
        }
        else
        {
            json.WriteString("phone", Phone);
            json.WriteString("locale", Locale);
            json.WriteString("address", Address);
            json.WriteString("dateOfBirth", DateOfBirth?.ToString("O"));
        }

        json.WriteString("status", Status.Name());
        json.WriteInstant("createdAt", CreatedAt);
        json.WriteInstant("updatedAt", UpdatedAt);
        json.WriteString("email", Email);
        if (contract >= Contract.V003)
        {
            json.WriteInstant("emailVerifiedAt", EmailVerifiedAt);
        }

        json.WriteInstant("deletedAt", DeletedAt);
        if (contract >= Contract.V0012)
        {
            json.WriteMetadata("publicMetadata", PublicMetadata);
            json.WriteMetadata("privateMetadata", PrivateMetadata);
            json.WriteMetadata("unsafeMetadata", UnsafeMetadata);
        }

        json.WriteEndObject();
    }
}
