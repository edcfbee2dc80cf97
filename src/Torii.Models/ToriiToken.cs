namespace Torii;

/// <summary>
/// The verified claims of an end-user's token: signature, issuer and times are valid. The token itself is not part of
/// the object. A token with a <see cref="SessionId"/> stands for that session, not for all sessions of its user. Only
/// the module creates instances.
/// </summary>
public sealed class ToriiToken
{
    private readonly ReadOnlyMemory<byte> _payload;
    private IDictionary<string, object?>? _claims;

    internal ToriiToken(ReadOnlyMemory<byte> payload) => _payload = payload;

    /// <summary>Always <see langword="true"/>; see <see cref="ToriiUnverifiedToken"/>.</summary>
    public bool Verified { get; } = true;

    /// <summary>The user's id (<c>sub</c>).</summary>
    public required string UserId { get; init; }

    /// <summary>The session that the token was issued for (<c>sid</c>); <see langword="null"/> for a token without one.</summary>
    public string? SessionId { get; init; }

    /// <summary>The environment of the user (<c>pid</c>). Every token of torii has one.</summary>
    public string? EnvironmentId { get; init; }

    /// <summary>The issuer (<c>iss</c>), exactly as in the token.</summary>
    public required string Issuer { get; init; }

    /// <summary>Whether the user's email address is verified; only <c>true</c> in the token is true.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>Whether the profile is complete; only <c>false</c> in the token is false, and an absent claim is true.</summary>
    public bool ProfileComplete { get; init; } = true;

    /// <summary>Whether the session is an impersonation; only <c>true</c> in the token is true.</summary>
    public bool Impersonating { get; init; }

    /// <summary>The user's locale; <see langword="null"/> for a token without one.</summary>
    public string? Locale { get; init; }

    /// <summary>The active organization: <c>org_id</c> of older tokens, <c>o</c> of newer ones.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>When the token was issued (<c>iat</c>), in UTC. Every token of torii has it.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>When the token expires (<c>exp</c>), in UTC. The clock skew extends it.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>
    /// All claims by name. Values are those of <see cref="ToriiMetadata"/>.
    /// </summary>
    public IDictionary<string, object?> Claims => _claims ??= PlainValues.FromJson(_payload);

    /// <summary>The connection whose issuer the token was validated against; cmdlets that receive the object use that connection.</summary>
    public string? ConnectionName { get; internal set; }

    /// <summary>The live connection behind <see cref="ConnectionName"/>; it does not survive serialization.</summary>
    internal ToriiConnection? Source { get; set; }

    /// <summary>Returns the id of the user, never the token.</summary>
    public override string ToString() => $"verified token of user {UserId}";
}

/// <summary>
/// The content of a token that was not validated. It has no property that identifies a user or a session, so that no
/// script or cmdlet can act on it as on a <see cref="ToriiToken"/>.
/// </summary>
public sealed class ToriiUnverifiedToken
{
    internal ToriiUnverifiedToken(ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> payload)
    {
        Header = PlainValues.FromJson(header);
        Claims = PlainValues.FromJson(payload);
    }

    /// <summary>Always <see langword="false"/>.</summary>
    public bool Verified { get; }

    /// <summary>The members of the token's header.</summary>
    public IDictionary<string, object?> Header { get; }

    /// <summary>The members of the token's payload. Anyone can have written them.</summary>
    public IDictionary<string, object?> Claims { get; }

    /// <summary>Returns a text that marks the object as not verified.</summary>
    public override string ToString() => "UNVERIFIED token";
}
