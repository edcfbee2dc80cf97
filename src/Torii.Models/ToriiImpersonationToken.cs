using System.Net;
using System.Security;

namespace Torii;

/// <summary>A token with which its holder signs in as a user, once (mintImpersonationToken).</summary>
/// <typeparam name="TSecret">The type of its secrets.</typeparam>
public abstract class ToriiImpersonation<TSecret> : ToriiObject
    where TSecret : class
{
    private protected ToriiImpersonation(TSecret token, TSecret? url)
    {
        Token = token;
        Url = url;
    }

    /// <summary>The user to act as.</summary>
    public required string UserId { get; init; }

    /// <summary>The user on whose behalf; the service records it.</summary>
    public required string ActorUserId { get; init; }

    /// <summary>Why; the service records it.</summary>
    public required string Reason { get; init; }

    /// <summary>The lifetime in seconds.</summary>
    public required long ExpiresInSec { get; init; }

    /// <summary>When the token expires, UTC, by this machine's clock.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The token. Whoever has it can sign in as the user.</summary>
    public TSecret Token { get; }

    /// <summary>
    /// A link that signs in with the token, which it contains; <see langword="null"/> where the environment has no
    /// landing page for it.
    /// </summary>
    public TSecret? Url { get; }

    /// <summary>The user and the expiry, never the token.</summary>
    public override string ToString() => $"impersonation token for {UserId}, valid until {ExpiresAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}";

    internal override string? FindMissingMember() => null;
}

/// <summary>An impersonation token that nothing prints.</summary>
public sealed class ToriiImpersonationToken : ToriiImpersonation<SecureString>
{
    internal ToriiImpersonationToken(string token, string? url)
        : base(new NetworkCredential("", token).SecurePassword, url is null ? null : new NetworkCredential("", url).SecurePassword)
    {
    }

    /// <summary>The same token as plain text, which lists, logs and files show.</summary>
    public ToriiPlainImpersonationToken ToPlainText() => new(new NetworkCredential("", Token).Password, Url is null ? null : new NetworkCredential("", Url).Password)
    {
        UserId = UserId,
        ActorUserId = ActorUserId,
        Reason = Reason,
        ExpiresInSec = ExpiresInSec,
        ExpiresAt = ExpiresAt,
    };
}

/// <summary>An impersonation token as plain text, for callers that asked for that.</summary>
public sealed class ToriiPlainImpersonationToken : ToriiImpersonation<string>
{
    internal ToriiPlainImpersonationToken(string token, string? url)
        : base(token, url)
    {
    }
}
