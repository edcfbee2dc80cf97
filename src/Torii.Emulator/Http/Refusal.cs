namespace Torii.Emulator.Http;

/// <summary>Thrown by an operation that cannot be done as asked; the pipeline turns it into a problem.</summary>
internal sealed class Refusal(int status, string code, string detail, string? field = null) : Exception(detail)
{
    public ApiAnswer ToAnswer(string instance) => Problem.Create(status, code, Message, instance, field);

    public static Refusal BadField(string field, string what) => new(400, "invalid_request", $"'{field}' {what}.", field);

    /// <summary>One answer for another environment, for a deleted user and (on sessions) for nobody: it tells nothing apart.</summary>
    public static Refusal NoAccess() => new(403, "access_denied", "The secret key has no access to this user.");

    public static Refusal NoSuchUser() => new(404, "user_not_found", "There is no user with this id.", "userId");
}
