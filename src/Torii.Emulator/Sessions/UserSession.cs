using System.Text.Json;

namespace Torii.Emulator.Sessions;

/// <summary>A session of a user. Revoked sessions are kept, so that a repeated revocation differs from a wrong id.</summary>
internal sealed record UserSession
{
    public required Guid Id { get; init; }
    public required Guid UserId { get; init; }
    public required Guid EnvironmentId { get; init; }
    public string? UserAgent { get; init; }
    public string? IpAddress { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset LastUsedAt { get; init; }
    public Guid? ActiveOrganizationId { get; init; }
    public Guid? ImpersonatedBy { get; init; }
    public bool Revoked { get; init; }

    public bool IsActive(DateTimeOffset now) => !Revoked && ExpiresAt > now;

    /// <summary>Writes the members that the contract has.</summary>
    public void Write(Utf8JsonWriter json, Contract contract)
    {
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("userId", UserId);
        json.WriteString("environmentId", EnvironmentId);
        json.WriteString("userAgent", UserAgent);
        json.WriteString("ipAddress", IpAddress);
        json.WriteInstant("createdAt", CreatedAt);
        json.WriteInstant("expiresAt", ExpiresAt);
        json.WriteInstant("lastUsedAt", LastUsedAt);
        if (contract >= Contract.V003)
        {
            json.WriteString("activeOrganizationId", ActiveOrganizationId?.ToString());
        }

        if (contract >= Contract.V0012)
        {
            json.WriteString("impersonatedBy", ImpersonatedBy?.ToString());
        }

        json.WriteEndObject();
    }
}
