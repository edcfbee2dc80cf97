namespace Torii.Client;

/// <summary>The operations of a service that let one person act as an end-user.</summary>
public interface IImpersonationService
{
    /// <summary>Creates a token with which its holder signs in as a user, once. The request is never repeated.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.QuotaExceeded</c>, <c>Torii.Forbidden</c>, <c>Torii.UserNotFound</c>, <c>Torii.OutcomeUnknown</c>,
    /// <c>Torii.FieldNotApplied</c>: the token has another lifetime than requested, and is not returned;
    /// <c>Torii.NotSupported</c>, or what every request throws.
    /// </exception>
    Task<ToriiImpersonationToken> CreateTokenAsync(ImpersonationRequest request, RequestContext context);
}

/// <summary>A request for an impersonation token.</summary>
public sealed record ImpersonationRequest
{
    /// <summary>The user to act as.</summary>
    public required string UserId { get; init; }

    /// <summary>The user on whose behalf, recorded by the service.</summary>
    public required string ActorUserId { get; init; }

    /// <summary>Why, recorded by the service.</summary>
    public required string Reason { get; init; }

    /// <summary>The lifetime in seconds; null for the default of the service.</summary>
    public int? ExpiresInSec { get; init; }

    /// <summary>Where the browser goes after it signed in; null for the default of the environment.</summary>
    public Uri? RedirectUrl { get; init; }
}
