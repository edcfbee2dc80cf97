namespace Torii.Emulator.Http;

/// <summary>The exception for a request that an operation does not carry out; it becomes a problem reply.</summary>
internal sealed class RequestRefusedException(int status, string code, string detail, string? field = null) : Exception(detail)
{
    /// <summary>Gets the state of the invitation that is not pending.</summary>
    public string? InvitationStatus { get; init; }

    public Reply ToReply(string instance) => Reply.Problem(status, code, Message, instance, field, InvitationStatus);

    public static RequestRefusedException BadField(string field, string problem) => new(400, "invalid_request", $"'{field}' {problem}.", field);

    public static RequestRefusedException Missing(string field) => BadField(field, "is missing");

    /// <summary>Creates the 403 that does not reveal whether a user is of another environment, deleted or (for sessions) unknown.</summary>
    public static RequestRefusedException NoAccess() => new(403, "access_denied", "The secret key has no access to this user.");

    public static RequestRefusedException NoSuchUser() => new(404, "user_not_found", "No user has this id.", "userId");
}
