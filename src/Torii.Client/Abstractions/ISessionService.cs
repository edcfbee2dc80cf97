namespace Torii.Client;

/// <summary>The operations of a service on the sessions of its end-users.</summary>
public interface ISessionService
{
    /// <summary>
    /// Lists the sessions of a user, most recently used first. A service may list expired ones too:
    /// <see cref="ToriiSession.IsExpired"/>.
    /// </summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.Forbidden</c> or <c>Torii.UserNotFound</c> for an unknown user, or what every request throws.
    /// </exception>
    Task<IReadOnlyList<ToriiSession>> ListAsync(string userId, RequestContext context);

    /// <summary>Revokes every session of a user. Repeating it changes nothing.</summary>
    /// <inheritdoc cref="ListAsync" path="/exception"/>
    Task RevokeAllAsync(string userId, RequestContext context);

    /// <summary>Revokes one session. Repeating it changes nothing.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.NotFound</c> where the service tells that the user has no such session, <c>Torii.Forbidden</c> or
    /// <c>Torii.UserNotFound</c> for an unknown user, or what every request throws.
    /// </exception>
    Task RevokeAsync(string userId, string sessionId, RequestContext context);
}
