using System.Text.Json.Serialization;

namespace Torii;

/// <summary>An invitation to an environment (the invitation operations).</summary>
public sealed class ToriiInvitation : ToriiObject
{
    /// <summary>The invitation's id.</summary>
    [JsonPropertyName("id"), JsonRequired]
    public string InvitationId { get; set; } = "";

    /// <summary>The same as <see cref="InvitationId"/>, for scripts that look for an id by its short name.</summary>
    [JsonIgnore]
    public string Id => InvitationId;

    /// <summary>The organization that the invitation is to; <see langword="null"/> where it is to the environment.</summary>
    public string? OrganizationId { get; set; }

    /// <summary>The role that the invitation offers, if it names one.</summary>
    public string? Role { get; set; }

    /// <summary>The address that was invited.</summary>
    [JsonRequired]
    public string Email { get; set; } = "";

    /// <summary>As the service spells it: <c>PENDING</c>, <c>ACCEPTED</c>, <c>REVOKED</c>, <c>EXPIRED</c>.</summary>
    [JsonRequired]
    public string Status { get; set; } = "";

    /// <summary>When the invitation was created, UTC; <see langword="null"/> where the service does not return it (Better Auth before 1.4.0).</summary>
    [JsonRequired]
    public DateTimeOffset? CreatedAt { get; set; }

    /// <summary>When the invitation expires, UTC.</summary>
    [JsonRequired]
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When the invitation was accepted, UTC; <see langword="null"/> for one that was not.</summary>
    public DateTimeOffset? AcceptedAt { get; set; }

    /// <summary>When the invitation was revoked, UTC; <see langword="null"/> for one that was not.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>Public metadata of the user who accepts; contracts from 0.0.13 show it.</summary>
    public ToriiMetadata? PublicMetadata { get; set; }

    /// <summary>Private metadata of the user who accepts; contracts from 0.0.13 show it.</summary>
    public ToriiMetadata? PrivateMetadata { get; set; }

    /// <summary>The environment that the invitation belongs to; <see langword="null"/> where the service has no environments.</summary>
    public string? EnvironmentId { get; set; }

    /// <summary>Address and id, for a prompt.</summary>
    public override string ToString() => $"invitation of {Email} ({InvitationId})";

    internal override string? FindMissingMember() =>
        string.IsNullOrEmpty(InvitationId) ? "id"
        : string.IsNullOrEmpty(Email) ? "email"
        : string.IsNullOrEmpty(Status) ? "status"
        : ExpiresAt == default ? "expiresAt"
        : null;
}
