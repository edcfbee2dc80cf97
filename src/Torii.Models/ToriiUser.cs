using System.Text.Json.Serialization;

namespace Torii;

/// <summary>
/// An end-user of an environment (getUser, searchUsers). Holds the union of what the service's generations answer;
/// a member that a server does not have is <see langword="null"/>.
/// </summary>
public sealed class ToriiUser : ToriiObject
{
    /// <summary>The user's id. torii's are UUIDs in order of creation (version 7).</summary>
    [JsonPropertyName("id"), JsonRequired]
    public string UserId { get; set; } = "";

    /// <summary>The same as <see cref="UserId"/>, for scripts that look for an id by its short name.</summary>
    [JsonIgnore]
    public string Id => UserId;

    /// <summary>Full name, if there is one.</summary>
    public string? Name { get; set; }

    /// <summary>Given name; contracts from 0.0.12.</summary>
    public string? FirstName { get; set; }

    /// <summary>Family name; contracts from 0.0.12.</summary>
    public string? LastName { get; set; }

    /// <summary>Primary address, if there is one. It need not be verified.</summary>
    public string? Email { get; set; }

    /// <summary>Whether the primary address is verified, for a service that does not tell when it was.</summary>
    public bool? EmailVerified { get; set; }

    /// <summary>When the primary address was verified, UTC.</summary>
    public DateTimeOffset? EmailVerifiedAt { get; set; }

    /// <summary>As the service spells it: <c>active</c>, <c>banned</c>, <c>deleted</c>, <c>pending_verification</c>.</summary>
    [JsonRequired]
    public string Status { get; set; } = "";

    /// <summary>Why the user is banned, for a service that records it.</summary>
    public string? BanReason { get; set; }

    /// <summary>
    /// When the ban ends by itself, UTC; <see langword="null"/> for never. The status may stay <c>banned</c> until the
    /// user signs in after that.
    /// </summary>
    public DateTimeOffset? BanExpiresAt { get; set; }

    /// <summary>The roles of the user, separated by commas, for a service whose users have roles.</summary>
    public string? Role { get; set; }

    /// <summary>The name that the user signs in with, if there is one.</summary>
    public string? UserName { get; set; }

    /// <summary>Telephone number; it need not be verified.</summary>
    public string? Phone { get; set; }

    /// <summary>Language of mails and pages, <c>en</c> or <c>da</c>.</summary>
    public string? Locale { get; set; }

    /// <summary>Postal address, free text.</summary>
    public string? Address { get; set; }

    /// <summary>
    /// Date of birth as <c>yyyy-MM-dd</c>. A string, because a date type would be written to a CSV file in a form
    /// that reads as another day elsewhere.
    /// </summary>
    public string? DateOfBirth { get; set; }

    /// <summary>When the user was created, UTC.</summary>
    [JsonRequired]
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the user was changed last, UTC.</summary>
    [JsonRequired]
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When the user was deleted, UTC; <see langword="null"/> for one who was not.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>Metadata that the user's own client may read; contracts from 0.0.12.</summary>
    public ToriiMetadata? PublicMetadata { get; set; }

    /// <summary>Metadata that only a server sees; contracts from 0.0.12.</summary>
    public ToriiMetadata? PrivateMetadata { get; set; }

    /// <summary>Metadata that the end-user may write, so not to be trusted; contracts from 0.0.12.</summary>
    public ToriiMetadata? UnsafeMetadata { get; set; }

    /// <summary>The environment that the user belongs to; <see langword="null"/> where the service has no environments.</summary>
    public string? EnvironmentId { get; set; }

    /// <summary>Who it is, for a prompt: address, else name, and the id.</summary>
    public override string ToString() => (Email ?? Name) is { Length: > 0 } label ? $"{label} ({UserId})" : UserId;

    internal override string? FindMissingMember() =>
        string.IsNullOrEmpty(UserId) ? "id"
        : string.IsNullOrEmpty(Status) ? "status"
        : CreatedAt == default ? "createdAt"
        : UpdatedAt == default ? "updatedAt"
        : null;
}
