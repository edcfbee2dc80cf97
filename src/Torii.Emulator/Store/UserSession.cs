namespace Torii.Emulator.Store;

/// <summary>One session of a user. Revoked sessions are kept, so that revoking one again can be told from a wrong id.</summary>
internal sealed record UserSession
{
    public required Guid Id { get; init; }

    public string? UserAgent { get; init; }

    public string? IpAddress { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset LastUsedAt { get; init; }

    public bool Revoked { get; init; }

    public Guid? ActiveOrganizationId { get; init; }

    public Guid? ImpersonatedBy { get; init; }

    public bool IsAlive(DateTimeOffset now) => !Revoked && ExpiresAt > now;
}
