using System.Security;

namespace Torii;

/// <summary>A token with which its holder signs in as a user, once (mintImpersonationToken).</summary>
public sealed class ToriiImpersonationToken : ToriiObject
{
    /// <summary>The user to act as.</summary>
    public string UserId { get; set; } = "";

    /// <summary>The user on whose behalf.</summary>
    public string ActorUserId { get; set; } = "";

    /// <summary>The lifetime in seconds.</summary>
    public long ExpiresInSec { get; set; }

    /// <summary>When the token expires, UTC, by this machine's clock.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>The token: a <see cref="SecureString"/>, or text where the caller asked for that.</summary>
    public object Token { get; set; } = "";

    /// <summary>An address that signs in with the token, which it contains; <see langword="null"/> where there is none.</summary>
    public object? Url { get; set; }

    /// <summary>The user and the expiry, never the token.</summary>
    public override string ToString() => $"impersonation token for {UserId}, valid until {ExpiresAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}";

    internal override string? FindMissingMember() => string.IsNullOrEmpty(UserId) ? "userId" : null;
}
