using System.Management.Automation;

namespace Torii.PowerShell;

/// <summary>The module's exceptions as error records: stable id, category, and what to do. docs/errors.md lists them.</summary>
internal static class ErrorRecords
{
    /// <summary>Every id and its category. A test compares it with the documentation.</summary>
    internal static readonly IReadOnlyDictionary<string, ErrorCategory> Categories = new Dictionary<string, ErrorCategory>(StringComparer.Ordinal)
    {
        ["Torii.AmbiguousInput"] = ErrorCategory.InvalidArgument,
        ["Torii.AspNetCoreNotFound"] = ErrorCategory.NotInstalled,
        ["Torii.Conflict"] = ErrorCategory.ResourceExists,
        ["Torii.ConnectionFailed"] = ErrorCategory.ConnectionError,
        ["Torii.ConnectionGone"] = ErrorCategory.ObjectNotFound,
        ["Torii.ConnectionMismatch"] = ErrorCategory.InvalidArgument,
        ["Torii.CursorRepeated"] = ErrorCategory.InvalidResult,
        ["Torii.DotNetNotFound"] = ErrorCategory.NotInstalled,
        ["Torii.EmulatorFailed"] = ErrorCategory.OpenError,
        ["Torii.EmulatorNotFound"] = ErrorCategory.ObjectNotFound,
        ["Torii.FieldNotApplied"] = ErrorCategory.InvalidResult,
        ["Torii.FilterIgnored"] = ErrorCategory.InvalidResult,
        ["Torii.Forbidden"] = ErrorCategory.PermissionDenied,
        ["Torii.InvalidApiUrl"] = ErrorCategory.InvalidArgument,
        ["Torii.InvalidHeaders"] = ErrorCategory.InvalidArgument,
        ["Torii.InvalidId"] = ErrorCategory.InvalidArgument,
        ["Torii.InvalidIssuer"] = ErrorCategory.InvalidArgument,
        ["Torii.InvalidJwks"] = ErrorCategory.InvalidArgument,
        ["Torii.InvalidProxy"] = ErrorCategory.InvalidArgument,
        ["Torii.InvalidRequest"] = ErrorCategory.InvalidArgument,
        ["Torii.InvalidResponse"] = ErrorCategory.InvalidResult,
        ["Torii.InvalidSecretKey"] = ErrorCategory.InvalidArgument,
        ["Torii.InvalidTokenInput"] = ErrorCategory.InvalidArgument,
        ["Torii.KeysUnavailable"] = ErrorCategory.ResourceUnavailable,
        ["Torii.NotAnEmulator"] = ErrorCategory.InvalidArgument,
        ["Torii.NotConnected"] = ErrorCategory.ConnectionError,
        ["Torii.NotFound"] = ErrorCategory.ObjectNotFound,
        ["Torii.OutcomeUnknown"] = ErrorCategory.InvalidResult,
        ["Torii.PortInUse"] = ErrorCategory.ResourceBusy,
        ["Torii.QuotaExceeded"] = ErrorCategory.QuotaExceeded,
        ["Torii.Redirected"] = ErrorCategory.ResourceUnavailable,
        ["Torii.ServiceUnavailable"] = ErrorCategory.ResourceUnavailable,
        ["Torii.Timeout"] = ErrorCategory.OperationTimeout,
        ["Torii.TokenAlgorithm"] = ErrorCategory.AuthenticationError,
        ["Torii.TokenAudience"] = ErrorCategory.AuthenticationError,
        ["Torii.TokenClaims"] = ErrorCategory.AuthenticationError,
        ["Torii.TokenExpired"] = ErrorCategory.AuthenticationError,
        ["Torii.TokenHeader"] = ErrorCategory.AuthenticationError,
        ["Torii.TokenIssuer"] = ErrorCategory.AuthenticationError,
        ["Torii.TokenMalformed"] = ErrorCategory.AuthenticationError,
        ["Torii.TokenMissing"] = ErrorCategory.AuthenticationError,
        ["Torii.TokenNotYetValid"] = ErrorCategory.AuthenticationError,
        ["Torii.TokenSignature"] = ErrorCategory.AuthenticationError,
        ["Torii.TokenUnknownKey"] = ErrorCategory.AuthenticationError,
        ["Torii.TooManyAffected"] = ErrorCategory.LimitsExceeded,
        ["Torii.TooManyRequests"] = ErrorCategory.LimitsExceeded,
        ["Torii.Unauthorized"] = ErrorCategory.AuthenticationError,
        ["Torii.Unexpected"] = ErrorCategory.NotSpecified,
        ["Torii.UnexpectedStatus"] = ErrorCategory.InvalidResult,
        ["Torii.UserNotFound"] = ErrorCategory.ObjectNotFound,
    };

    public static ErrorRecord From(ToriiException exception, object? target)
    {
        ErrorCategory category = Categories.GetValueOrDefault(exception.ErrorId, ErrorCategory.NotSpecified);
        string reason = exception.Reason;
        string action = exception.RecommendedAction;
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
