namespace Torii.Emulator.Store;

/// <summary>All that can change about a user, as of one moment. Immutable, so that a reader never sees half a change.</summary>
internal sealed record UserState
{
    public string? Name { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? Phone { get; init; }

    public string? Locale { get; init; }

    public string? Address { get; init; }

    public DateOnly? DateOfBirth { get; init; }

    public string? Email { get; init; }

    public DateTimeOffset? EmailVerifiedAt { get; init; }

    public UserStatus Status { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>The organization that the user is a member of; shows only in search and on sessions.</summary>
    public Guid? OrganizationId { get; init; }

    public Metadata PublicMetadata { get; init; } = Metadata.Empty;

    public Metadata PrivateMetadata { get; init; } = Metadata.Empty;

    public Metadata UnsafeMetadata { get; init; } = Metadata.Empty;
}
