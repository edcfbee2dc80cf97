namespace Torii.Client;

/// <summary>The operations of a service on the origins that may call it from a browser or an app.</summary>
public interface IAllowedOriginService
{
    /// <summary>Gets the list.</summary>
    /// <exception cref="ToriiException"><c>Torii.NotSupported</c>, or what every request throws.</exception>
    Task<IReadOnlyList<string>> GetAsync(RequestContext context);

    /// <summary>
    /// Replaces the list if it is still the expected one. The service has no conditional request, so the list is read
    /// before and after the change.
    /// </summary>
    /// <param name="expected">The list that the change is based on.</param>
    /// <param name="wanted">The new list.</param>
    /// <param name="context">The caller's.</param>
    /// <returns>The list after the change.</returns>
    /// <exception cref="ToriiException">
    /// <c>Torii.ConcurrentChange</c>: somebody else changed the list before or after; <c>Torii.NotSupported</c>; or what
    /// every request throws.
    /// </exception>
    Task<IReadOnlyList<string>> ReplaceAsync(IReadOnlyList<string> expected, IReadOnlyList<string> wanted, RequestContext context);
}
