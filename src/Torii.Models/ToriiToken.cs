namespace Torii;

/// <summary>
/// The verified claims of an end-user's token, as <c>ConvertFrom-ToriiToken</c> gives them: the signature, the issuer
/// and the times were checked. The token itself is not in here. Only the module makes one.
/// </summary>
public sealed class ToriiToken
{
    private readonly ReadOnlyMemory<byte> _payload;
    private IDictionary<string, object?>? _claims;

    internal ToriiToken(ReadOnlyMemory<byte> payload) => _payload = payload;

    /// <summary>Always true: what did not pass is a <see cref="ToriiUnverifiedToken"/> at most.</summary>
    public bool Verified => true;

    /// <summary>The user's id (<c>sub</c>).</summary>
    public required string UserId { get; init; }

    /// <summary>The session that the token belongs to (<c>sid</c>); <see langword="null"/> where the token names none.</summary>
    public string? SessionId { get; init; }

    /// <summary>The environment that the user belongs to (<c>pid</c>).</summary>
    public required string EnvironmentId { get; init; }

    /// <summary>Who issued the token (<c>iss</c>), as the token spells it.</summary>
    public required string Issuer { get; init; }

    /// <summary>Whether the user's address was verified; only <c>true</c> in the token is true.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>Whether the profile is complete; only <c>false</c> in the token is false, and absent is true.</summary>
    public bool ProfileComplete { get; init; } = true;

    /// <summary>Whether somebody acts as the user; only <c>true</c> in the token is true.</summary>
    public bool Impersonating { get; init; }

    /// <summary>The user's language, if the token says one.</summary>
    public string? Locale { get; init; }

    /// <summary>The active organization: <c>org_id</c> of older tokens, <c>o</c> of newer ones.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>When the token was issued (<c>iat</c>), UTC.</summary>
    public DateTimeOffset IssuedAt { get; init; }

    /// <summary>When the token expires (<c>exp</c>), UTC. It is accepted a little longer, see <c>-ClockSkewSec</c>.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>
    /// Every claim by its name in the token. Values are strings, <see cref="long"/>, <see cref="double"/>,
    /// <see cref="bool"/>, <see langword="null"/>, arrays and dictionaries.
    /// </summary>
    public IDictionary<string, object?> Claims => _claims ??= PlainValues.FromJson(_payload);

    /// <summary>The connection whose issuer it was checked against; cmdlets that get the object use that connection.</summary>
    public string? ConnectionName { get; internal set; }

    /// <summary>The live connection behind <see cref="ConnectionName"/>; it does not survive serialization.</summary>
    internal ToriiConnection? Source { get; set; }

    /// <summary>Whose token it is, never the token.</summary>
    public override string ToString() => $"verified token of user {UserId}";
}

/// <summary>
/// What a token says of itself, not checked by anybody (<c>ConvertFrom-ToriiToken -Unverified</c>). It has none of the
/// properties of a <see cref="ToriiToken"/> that a script would act on, so that it cannot pass for one.
/// </summary>
public sealed class ToriiUnverifiedToken
{
    internal ToriiUnverifiedToken(ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> payload)
    {
        Header = PlainValues.FromJson(header);
        Claims = PlainValues.FromJson(payload);
    }

    /// <summary>Always false.</summary>
    public bool Verified => false;

    /// <summary>The members of the token's header.</summary>
    public IDictionary<string, object?> Header { get; }

    /// <summary>The members of the token's payload. Anybody can have written them.</summary>
    public IDictionary<string, object?> Claims { get; }

    /// <summary>That it is not to be trusted.</summary>
    public override string ToString() => "UNVERIFIED token";
}
