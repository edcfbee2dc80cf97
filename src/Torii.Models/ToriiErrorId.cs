namespace Torii;

/// <summary>
/// The ids of the module's errors. They are stable: a script may compare <c>FullyQualifiedErrorId</c> or
/// <see cref="ToriiException.ErrorId"/> with them. docs/errors.md lists each with its cause and the recommended action.
/// </summary>
public static class ToriiErrorId
{
    /// <summary><c>Torii.AmbiguousInput</c>.</summary>
    public const string AmbiguousInput = "Torii.AmbiguousInput";

    /// <summary><c>Torii.AmbiguousMatch</c>.</summary>
    public const string AmbiguousMatch = "Torii.AmbiguousMatch";

    /// <summary><c>Torii.AspNetCoreNotFound</c>.</summary>
    public const string AspNetCoreNotFound = "Torii.AspNetCoreNotFound";

    /// <summary><c>Torii.ConcurrentChange</c>.</summary>
    public const string ConcurrentChange = "Torii.ConcurrentChange";

    /// <summary><c>Torii.Conflict</c>.</summary>
    public const string Conflict = "Torii.Conflict";

    /// <summary><c>Torii.ConnectionFailed</c>.</summary>
    public const string ConnectionFailed = "Torii.ConnectionFailed";

    /// <summary><c>Torii.ConnectionGone</c>.</summary>
    public const string ConnectionGone = "Torii.ConnectionGone";

    /// <summary><c>Torii.ConnectionMismatch</c>.</summary>
    public const string ConnectionMismatch = "Torii.ConnectionMismatch";

    /// <summary><c>Torii.CursorRepeated</c>.</summary>
    public const string CursorRepeated = "Torii.CursorRepeated";

    /// <summary><c>Torii.DotNetNotFound</c>.</summary>
    public const string DotNetNotFound = "Torii.DotNetNotFound";

    /// <summary><c>Torii.EmulatorFailed</c>.</summary>
    public const string EmulatorFailed = "Torii.EmulatorFailed";

    /// <summary><c>Torii.EmulatorNotFound</c>.</summary>
    public const string EmulatorNotFound = "Torii.EmulatorNotFound";

    /// <summary><c>Torii.FieldNotApplied</c>.</summary>
    public const string FieldNotApplied = "Torii.FieldNotApplied";

    /// <summary><c>Torii.FilterIgnored</c>.</summary>
    public const string FilterIgnored = "Torii.FilterIgnored";

    /// <summary><c>Torii.Forbidden</c>.</summary>
    public const string Forbidden = "Torii.Forbidden";

    /// <summary><c>Torii.InvalidApiUrl</c>.</summary>
    public const string InvalidApiUrl = "Torii.InvalidApiUrl";

    /// <summary><c>Torii.InvalidCredential</c>.</summary>
    public const string InvalidCredential = "Torii.InvalidCredential";

    /// <summary><c>Torii.InvalidHeaders</c>.</summary>
    public const string InvalidHeaders = "Torii.InvalidHeaders";

    /// <summary><c>Torii.InvalidId</c>.</summary>
    public const string InvalidId = "Torii.InvalidId";

    /// <summary><c>Torii.InvalidIssuer</c>.</summary>
    public const string InvalidIssuer = "Torii.InvalidIssuer";

    /// <summary><c>Torii.InvalidJwks</c>.</summary>
    public const string InvalidJwks = "Torii.InvalidJwks";

    /// <summary><c>Torii.InvalidProxy</c>.</summary>
    public const string InvalidProxy = "Torii.InvalidProxy";

    /// <summary><c>Torii.InvalidRequest</c>.</summary>
    public const string InvalidRequest = "Torii.InvalidRequest";

    /// <summary><c>Torii.InvalidResponse</c>.</summary>
    public const string InvalidResponse = "Torii.InvalidResponse";

    /// <summary><c>Torii.InvalidSecretKey</c>.</summary>
    public const string InvalidSecretKey = "Torii.InvalidSecretKey";

    /// <summary><c>Torii.InvalidTokenInput</c>.</summary>
    public const string InvalidTokenInput = "Torii.InvalidTokenInput";

    /// <summary><c>Torii.InvitationNotFound</c>.</summary>
    public const string InvitationNotFound = "Torii.InvitationNotFound";

    /// <summary><c>Torii.KeysUnavailable</c>.</summary>
    public const string KeysUnavailable = "Torii.KeysUnavailable";

    /// <summary><c>Torii.NotAnEmulator</c>.</summary>
    public const string NotAnEmulator = "Torii.NotAnEmulator";

    /// <summary><c>Torii.NotConnected</c>.</summary>
    public const string NotConnected = "Torii.NotConnected";

    /// <summary><c>Torii.NotFound</c>.</summary>
    public const string NotFound = "Torii.NotFound";

    /// <summary><c>Torii.NotSupported</c>.</summary>
    public const string NotSupported = "Torii.NotSupported";

    /// <summary><c>Torii.OrganizationNotFound</c>.</summary>
    public const string OrganizationNotFound = "Torii.OrganizationNotFound";

    /// <summary><c>Torii.OriginNotFound</c>.</summary>
    public const string OriginNotFound = "Torii.OriginNotFound";

    /// <summary><c>Torii.OutcomeUnknown</c>.</summary>
    public const string OutcomeUnknown = "Torii.OutcomeUnknown";

    /// <summary><c>Torii.OwnAccount</c>.</summary>
    public const string OwnAccount = "Torii.OwnAccount";

    /// <summary><c>Torii.PortInUse</c>.</summary>
    public const string PortInUse = "Torii.PortInUse";

    /// <summary><c>Torii.QuotaExceeded</c>.</summary>
    public const string QuotaExceeded = "Torii.QuotaExceeded";

    /// <summary><c>Torii.Redirected</c>.</summary>
    public const string Redirected = "Torii.Redirected";

    /// <summary><c>Torii.ServiceUnavailable</c>.</summary>
    public const string ServiceUnavailable = "Torii.ServiceUnavailable";

    /// <summary><c>Torii.Timeout</c>.</summary>
    public const string Timeout = "Torii.Timeout";

    /// <summary><c>Torii.TokenAlgorithm</c>.</summary>
    public const string TokenAlgorithm = "Torii.TokenAlgorithm";

    /// <summary><c>Torii.TokenAudience</c>.</summary>
    public const string TokenAudience = "Torii.TokenAudience";

    /// <summary><c>Torii.TokenClaims</c>.</summary>
    public const string TokenClaims = "Torii.TokenClaims";

    /// <summary><c>Torii.TokenExpired</c>.</summary>
    public const string TokenExpired = "Torii.TokenExpired";

    /// <summary><c>Torii.TokenHeader</c>.</summary>
    public const string TokenHeader = "Torii.TokenHeader";

    /// <summary><c>Torii.TokenIssuer</c>.</summary>
    public const string TokenIssuer = "Torii.TokenIssuer";

    /// <summary><c>Torii.TokenMalformed</c>.</summary>
    public const string TokenMalformed = "Torii.TokenMalformed";

    /// <summary><c>Torii.TokenMissing</c>.</summary>
    public const string TokenMissing = "Torii.TokenMissing";

    /// <summary><c>Torii.TokenNotYetValid</c>.</summary>
    public const string TokenNotYetValid = "Torii.TokenNotYetValid";

    /// <summary><c>Torii.TokenSignature</c>.</summary>
    public const string TokenSignature = "Torii.TokenSignature";

    /// <summary><c>Torii.TokenUnknownKey</c>.</summary>
    public const string TokenUnknownKey = "Torii.TokenUnknownKey";

    /// <summary><c>Torii.TooManyAffected</c>.</summary>
    public const string TooManyAffected = "Torii.TooManyAffected";

    /// <summary><c>Torii.TooManyRequests</c>.</summary>
    public const string TooManyRequests = "Torii.TooManyRequests";

    /// <summary><c>Torii.Unauthorized</c>.</summary>
    public const string Unauthorized = "Torii.Unauthorized";

    /// <summary><c>Torii.Unexpected</c>.</summary>
    public const string Unexpected = "Torii.Unexpected";

    /// <summary><c>Torii.UnexpectedStatus</c>.</summary>
    public const string UnexpectedStatus = "Torii.UnexpectedStatus";

    /// <summary><c>Torii.UserNotFound</c>.</summary>
    public const string UserNotFound = "Torii.UserNotFound";
}
