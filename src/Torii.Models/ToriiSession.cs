using System.Text.Json.Serialization;

namespace Torii;

/// <summary>
/// A live session of an end-user (listSessions). It has no property named Id on purpose: a cmdlet that takes users
/// could mistake it for its user and end all of that user's sessions.
/// </summary>
public sealed class ToriiSession : ToriiObject
{
    /// <summary>The session's id.</summary>
    [JsonPropertyName("id"), JsonRequired]
    public string SessionId { get; set; } = "";

    /// <summary>The user whose session it is.</summary>
    [JsonRequired]
    public string UserId { get; set; } = "";

    /// <summary>The User-Agent header with which the session began.</summary>
    public string? UserAgent { get; set; }

    /// <summary>The address from which the session began.</summary>
    public string? IpAddress { get; set; }

    /// <summary>When the session began, UTC.</summary>
    [JsonRequired]
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the session was used last, UTC.</summary>
    [JsonRequired]
    public DateTimeOffset LastUsedAt { get; set; }

    /// <summary>When the session ends by itself, UTC.</summary>
    [JsonRequired]
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Whether the session has ended by itself, by this machine's clock; a service may list it nevertheless.</summary>
    [JsonIgnore]
    public bool IsExpired => ExpiresAt <= DateTimeOffset.UtcNow;

    /// <summary>The organization that the session acts for; contracts from 0.0.3.</summary>
    public string? ActiveOrganizationId { get; set; }

    /// <summary>Who acts as the user in this session; contracts from 0.0.12.</summary>
    public string? ImpersonatedBy { get; set; }

    /// <summary>The environment that the session belongs to; <see langword="null"/> where the service has no environments.</summary>
    public string? EnvironmentId { get; set; }

    /// <summary>Which session it is. Not an id of anything: it is no argument for a cmdlet.</summary>
    public override string ToString() => $"session {SessionId} of user {UserId}";

    internal override string? FindMissingMember() =>
        string.IsNullOrEmpty(SessionId) ? "id" : string.IsNullOrEmpty(UserId) ? "userId" : null;
}
