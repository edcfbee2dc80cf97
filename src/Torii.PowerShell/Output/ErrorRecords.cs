using System.Management.Automation;

namespace Torii.PowerShell;

/// <summary>The exceptions of the module as error records: stable id, category and recommended action. docs/errors.md lists them.</summary>
internal static class ErrorRecords
{
    /// <summary>Every id and its category. A test compares it with the documentation.</summary>
    internal static readonly IReadOnlyDictionary<string, ErrorCategory> Categories = new Dictionary<string, ErrorCategory>(StringComparer.Ordinal)
    {
        [ToriiErrorId.AmbiguousInput] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.AmbiguousMatch] = ErrorCategory.InvalidResult,
        [ToriiErrorId.AspNetCoreNotFound] = ErrorCategory.NotInstalled,
        [ToriiErrorId.ConcurrentChange] = ErrorCategory.InvalidResult,
        [ToriiErrorId.Conflict] = ErrorCategory.ResourceExists,
        [ToriiErrorId.ConnectionFailed] = ErrorCategory.ConnectionError,
        [ToriiErrorId.ConnectionGone] = ErrorCategory.ObjectNotFound,
        [ToriiErrorId.ConnectionMismatch] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.CursorRepeated] = ErrorCategory.InvalidResult,
        [ToriiErrorId.DotNetNotFound] = ErrorCategory.NotInstalled,
        [ToriiErrorId.EmulatorFailed] = ErrorCategory.OpenError,
        [ToriiErrorId.EmulatorNotFound] = ErrorCategory.ObjectNotFound,
        [ToriiErrorId.FieldNotApplied] = ErrorCategory.InvalidResult,
        [ToriiErrorId.FilterIgnored] = ErrorCategory.InvalidResult,
        [ToriiErrorId.Forbidden] = ErrorCategory.PermissionDenied,
        [ToriiErrorId.InvalidApiUrl] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.InvalidCredential] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.InvalidHeaders] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.InvalidId] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.InvalidIssuer] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.InvalidJwks] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.InvalidProxy] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.InvalidRequest] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.InvalidResponse] = ErrorCategory.InvalidResult,
        [ToriiErrorId.InvalidSecretKey] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.InvalidTokenInput] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.InvitationNotFound] = ErrorCategory.ObjectNotFound,
        [ToriiErrorId.KeysUnavailable] = ErrorCategory.ResourceUnavailable,
        [ToriiErrorId.NotAnEmulator] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.NotConnected] = ErrorCategory.ConnectionError,
        [ToriiErrorId.NotFound] = ErrorCategory.ObjectNotFound,
        [ToriiErrorId.NotSupported] = ErrorCategory.NotImplemented,
        [ToriiErrorId.OrganizationNotFound] = ErrorCategory.ObjectNotFound,
        [ToriiErrorId.OriginNotFound] = ErrorCategory.ObjectNotFound,
        [ToriiErrorId.OutcomeUnknown] = ErrorCategory.InvalidResult,
        [ToriiErrorId.OwnAccount] = ErrorCategory.InvalidOperation,
        [ToriiErrorId.PortInUse] = ErrorCategory.ResourceBusy,
        [ToriiErrorId.QuotaExceeded] = ErrorCategory.QuotaExceeded,
        [ToriiErrorId.Redirected] = ErrorCategory.ResourceUnavailable,
        [ToriiErrorId.ServiceUnavailable] = ErrorCategory.ResourceUnavailable,
        [ToriiErrorId.Timeout] = ErrorCategory.OperationTimeout,
        [ToriiErrorId.TokenAlgorithm] = ErrorCategory.AuthenticationError,
        [ToriiErrorId.TokenAudience] = ErrorCategory.AuthenticationError,
        [ToriiErrorId.TokenClaims] = ErrorCategory.AuthenticationError,
        [ToriiErrorId.TokenExpired] = ErrorCategory.AuthenticationError,
        [ToriiErrorId.TokenHeader] = ErrorCategory.AuthenticationError,
        [ToriiErrorId.TokenIssuer] = ErrorCategory.AuthenticationError,
        [ToriiErrorId.TokenMalformed] = ErrorCategory.AuthenticationError,
        [ToriiErrorId.TokenMissing] = ErrorCategory.AuthenticationError,
        [ToriiErrorId.TokenNotYetValid] = ErrorCategory.AuthenticationError,
        [ToriiErrorId.TokenSignature] = ErrorCategory.AuthenticationError,
        [ToriiErrorId.TokenUnknownKey] = ErrorCategory.AuthenticationError,
        [ToriiErrorId.TooManyAffected] = ErrorCategory.LimitsExceeded,
        [ToriiErrorId.TooManyRequests] = ErrorCategory.LimitsExceeded,
        [ToriiErrorId.Unauthorized] = ErrorCategory.AuthenticationError,
        [ToriiErrorId.Unexpected] = ErrorCategory.NotSpecified,
        [ToriiErrorId.UnexpectedStatus] = ErrorCategory.InvalidResult,
        [ToriiErrorId.UserNotFound] = ErrorCategory.ObjectNotFound,
    };

    /// <summary>An exception as an error record.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="target">What the error is about.</param>
    /// <param name="label">Who or what the target is, for the message; null where the message says it.</param>
    public static ErrorRecord From(ToriiException exception, object? target, string? label = null)
    {
        ToriiException error = exception.For(label);
        string message = error.Message;
        string action = ErrorAdvice.For(exception);
        if (exception.Cursor is { } cursor)
        {
            message += " The list is not complete.";
            action += $" To continue from there, run the same command with -Cursor '{cursor}'.";
        }

        return new ErrorRecord(error, exception.ErrorId, Categories.GetValueOrDefault(exception.ErrorId, ErrorCategory.NotSpecified), target)
        {
            ErrorDetails = new ErrorDetails(message) { RecommendedAction = action },
        };
    }
}
