namespace Torii.Emulator.Invitations;

/// <summary>The state of an invitation at one moment.</summary>
internal sealed record Invitation
{
    public const string Pending = "PENDING", Accepted = "ACCEPTED", Revoked = "REVOKED", Expired = "EXPIRED";
    public static readonly string[] Statuses = [Pending, Accepted, Revoked, Expired];

    public required Guid Id { get; init; }
    public required Guid EnvironmentId { get; init; }
    public required string Email { get; init; }
    public required int ExpiresInDays { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? AcceptedAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public Metadata PublicMetadata { get; init; } = Metadata.Empty;
    public Metadata PrivateMetadata { get; init; } = Metadata.Empty;

    public string Status(DateTimeOffset now) =>
        AcceptedAt is not null ? Accepted : RevokedAt is not null ? Revoked : ExpiresAt <= now ? Expired : Pending;

    /// <summary>Returns the invitation, or refuses what is possible with a pending one only.</summary>
    public Invitation RequirePending()
    {
        string status = Status(DateTimeOffset.UtcNow);
        return status == Pending
            ? this
            : throw new RequestRefusedException(409, "invitation_not_pending", $"The invitation is not pending, its status is {status}.") { InvitationStatus = status };
    }

    /// <summary>Serializes the invitation; the metadata is part of some responses only.</summary>
    public byte[] Json(bool withMetadata) => JsonFormat.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("environmentId", EnvironmentId);
        json.WriteString("email", Email);
        json.WriteString("status", Status(DateTimeOffset.UtcNow));
        json.WriteInstant("expiresAt", ExpiresAt);
        json.WriteInstant("createdAt", CreatedAt);
        json.WriteInstant("acceptedAt", AcceptedAt);
        json.WriteInstant("revokedAt", RevokedAt);
        if (withMetadata)
        {
            json.WriteMetadata("publicMetadata", PublicMetadata);
            json.WriteMetadata("privateMetadata", PrivateMetadata);
        }

        json.WriteEndObject();
    });
}
