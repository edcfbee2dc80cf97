namespace Torii.Client;

/// <summary>The operations of a service on the passwords of its end-users, and on the emails about their accounts.</summary>
public interface IAccountService
{
    /// <summary>Sets the password of a user.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="password">The new password.</param>
    /// <param name="revokeSessions">Whether the user's sessions end too. Otherwise whoever is signed in stays signed in.</param>
    /// <param name="context">The caller's.</param>
    /// <exception cref="ToriiException"><c>Torii.UserNotFound</c>, <c>Torii.InvalidRequest</c>, or what every request throws.</exception>
    Task SetPasswordAsync(string userId, string password, bool revokeSessions, RequestContext context);

    /// <summary>Makes the service send an email with which the user chooses a new password. The request is never repeated.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="redirectUrl">The page that the email leads to; null for the default of the service.</param>
    /// <param name="context">The caller's.</param>
    /// <exception cref="ToriiException">
    /// <c>Torii.UserNotFound</c>, <c>Torii.NotSupported</c> for a server that sends no such emails, or what every request throws.
    /// </exception>
    Task SendPasswordResetAsync(string userId, Uri? redirectUrl, RequestContext context);

    /// <summary>Makes the service send an email with which the user verifies the address. The request is never repeated.</summary>
    /// <inheritdoc cref="SendPasswordResetAsync" path="/param"/>
    /// <exception cref="ToriiException">
    /// <c>Torii.Conflict</c>: the address is verified; <c>Torii.UserNotFound</c>; <c>Torii.NotSupported</c> for a server
    /// that sends no such emails; or what every request throws.
    /// </exception>
    Task SendVerificationEmailAsync(string userId, Uri? redirectUrl, RequestContext context);
}
