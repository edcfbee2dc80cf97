using Torii.Client.Resources;

namespace Torii.Client;

/// <summary>The operations of a service on the origins that it allows.</summary>
public interface IAllowedOriginService
{
    /// <summary>Gets the list.</summary>
    /// <exception cref="ToriiException"><c>Torii.NotSupported</c>, or what every request throws.</exception>
    Task<AllowedOriginList> GetAsync(RequestContext context);

    /// <summary>
    /// Replaces the list. The service has no conditional request: the list is read again after the change, and before it
    /// where it was read a while ago or where the response to the change was lost.
    /// </summary>
    /// <param name="change">The change, based on a list that was read.</param>
    /// <param name="context">The caller's.</param>
    /// <returns>The list after the change.</returns>
    /// <exception cref="ToriiException">
    /// <c>Torii.ConcurrentChange</c>: another client changed the list; <c>Torii.FieldNotApplied</c>: the service accepted
    /// another list than was sent; <c>Torii.OutcomeUnknown</c>: the list could not be read after the change;
    /// <c>Torii.NotSupported</c>; or what every request throws.
    /// </exception>
    Task<AllowedOriginList> ReplaceAsync(AllowedOriginChange change, RequestContext context);
}

/// <summary>A list of allowed origins as it was read.</summary>
/// <param name="origins">The origins, in the spelling and the order of the service.</param>
/// <param name="readAt">When it was read, as a timestamp of the service's clock source.</param>
public sealed class AllowedOriginList(IReadOnlyList<string> origins, long readAt = 0)
{
    private readonly HashSet<string> _normalized = new(origins.Select(OriginText.Normalize), StringComparer.Ordinal);

    /// <summary>The origins, in the spelling and the order of the service.</summary>
    public IReadOnlyList<string> Origins => origins;

    internal long ReadAt => readAt;

    /// <summary>Whether the list has an origin, in any spelling.</summary>
    public bool Contains(string origin) => _normalized.Contains(OriginText.Normalize(origin));

    /// <summary>Whether both lists have the same origins. Their order and spelling do not count.</summary>
    public bool IsSame(AllowedOriginList other) => _normalized.SetEquals(other._normalized);
}

/// <summary>A change of a list of allowed origins.</summary>
public sealed class AllowedOriginChange
{
    private AllowedOriginChange(AllowedOriginList before, IEnumerable<string> wanted)
    {
        Before = before;
        Wanted = new AllowedOriginList([.. wanted]);
        Added = [.. Wanted.Origins.Where(o => !before.Contains(o))];
        Removed = [.. before.Origins.Where(o => !Wanted.Contains(o))];
    }

    /// <summary>The list that the change is based on.</summary>
    public AllowedOriginList Before { get; }

    /// <summary>The list after the change: what was there in its spelling, new origins normalized.</summary>
    public AllowedOriginList Wanted { get; }

    /// <summary>The origins that the change adds.</summary>
    public IReadOnlyList<string> Added { get; }

    /// <summary>The origins that the change removes.</summary>
    public IReadOnlyList<string> Removed { get; }

    /// <summary>How many origins the change adds and removes.</summary>
    public int Count => Added.Count + Removed.Count;

    /// <summary>One line for each origin that is added (<c>+</c>) or removed (<c>-</c>), safe to show.</summary>
    public IEnumerable<string> Lines => Added.Select(static o => $"+ {Http.Redactor.RedactLine(o)}").Concat(Removed.Select(static o => $"- {Http.Redactor.RedactLine(o)}"));

    /// <summary>Adds origins to a list.</summary>
    public static AllowedOriginChange Add(AllowedOriginList before, IEnumerable<string> origins) =>
        new(before, before.Origins.Concat(Distinct(origins).Where(o => !before.Contains(o))));

    /// <summary>Removes origins from a list, in every spelling that it has of them.</summary>
    public static AllowedOriginChange Remove(AllowedOriginList before, IEnumerable<string> origins)
    {
        AllowedOriginList removed = new([.. origins]);
        return new(before, before.Origins.Where(o => !removed.Contains(o)));
    }

    /// <summary>Makes a list consist of these origins.</summary>
    public static AllowedOriginChange Set(AllowedOriginList before, IEnumerable<string> origins) =>
        new(before, Distinct(origins).Select(o => before.Origins.FirstOrDefault(b => OriginText.IsSame(b, o)) ?? o));

    private static IEnumerable<string> Distinct(IEnumerable<string> origins) => origins.Select(OriginText.Normalize).Distinct(StringComparer.Ordinal);
}
