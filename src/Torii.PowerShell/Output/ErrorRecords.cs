using System.Management.Automation;

namespace Torii.PowerShell;

/// <summary>The module's exceptions as error records: stable id, category, and what to do. docs/errors.md lists them.</summary>
internal static class ErrorRecords
{
    /// <summary>Every id and its category. A test compares it with the documentation.</summary>
    internal static readonly IReadOnlyDictionary<string, ErrorCategory> Categories = new Dictionary<string, ErrorCategory>(StringComparer.Ordinal)
    {
        [ToriiErrorId.AmbiguousInput] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.AmbiguousMatch] = ErrorCategory.InvalidResult,
        [ToriiErrorId.AspNetCoreNotFound] = ErrorCategory.NotInstalled,
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
        [ToriiErrorId.InvalidHeaders] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.InvalidId] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.InvalidIssuer] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.InvalidJwks] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.InvalidProxy] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.InvalidRequest] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.InvalidResponse] = ErrorCategory.InvalidResult,
        [ToriiErrorId.InvalidSecretKey] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.InvalidTokenInput] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.KeysUnavailable] = ErrorCategory.ResourceUnavailable,
        [ToriiErrorId.NotAnEmulator] = ErrorCategory.InvalidArgument,
        [ToriiErrorId.NotConnected] = ErrorCategory.ConnectionError,
        [ToriiErrorId.NotFound] = ErrorCategory.ObjectNotFound,
        [ToriiErrorId.NotSupported] = ErrorCategory.NotImplemented,
        [ToriiErrorId.OutcomeUnknown] = ErrorCategory.InvalidResult,
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

    public static ErrorRecord From(ToriiException exception, object? target)
    {
        ErrorCategory category = Categories.GetValueOrDefault(exception.ErrorId, ErrorCategory.NotSpecified);
        string reason = exception.Reason;
        string action = ErrorAdvice.For(exception);
        if (exception.Cursor is { } cursor)
        {
            reason += " The list is not complete.";
            action += $" To go on where it broke off, run the same command with -Cursor {cursor}.";
        }

        return new ErrorRecord(exception, exception.ErrorId, category, target)
        {
            // The view shows both; the exception's own message has both for logs that print nothing else.
            ErrorDetails = new ErrorDetails(reason) { RecommendedAction = action },
        };
    }
}
