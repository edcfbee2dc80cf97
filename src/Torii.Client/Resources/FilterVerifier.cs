using System.Globalization;
using System.Text;
using Torii.Client.Http;

namespace Torii.Client.Resources;

/// <summary>
/// Checks a page of a list against the filter that it answers. A server that does not know a filter may ignore it and
/// return every item, and the caller may be about to delete them.
/// </summary>
internal static class FilterVerifier
{
    /// <summary>Throws where a filter has no meaning: a blank one means every item.</summary>
    /// <param name="problem">What is wrong with the filter; null for a good one.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>.</exception>
    public static void Validate(string? problem)
    {
        if (problem is not null)
        {
            throw new ToriiException(ToriiErrorId.InvalidRequest, $"{problem} No request was sent.") { Variant = "filter" };
        }
    }

    /// <summary>Returns the items of a page that belong to the result.</summary>
    /// <param name="items">The page.</param>
    /// <param name="describe">Names an item, for example by noun and id.</param>
    /// <param name="findContradiction">Why an item cannot be on the page; null where it can.</param>
    /// <param name="belongs">Filters beyond those of the service; null for none.</param>
    /// <exception cref="ToriiException"><c>Torii.FilterIgnored</c>: an item cannot be on the page.</exception>
    public static IReadOnlyList<T> Apply<T>(IReadOnlyList<T> items, Func<T, string> describe, Func<T, string?> findContradiction, Func<T, bool>? belongs)
    {
        foreach (T item in items)
        {
            if (findContradiction(item) is { } contradiction)
            {
                throw Ignored($"{describe(item)}, {contradiction}");
            }
        }

        return belongs is null ? items : [.. items.Where(belongs)];
    }

    /// <summary>The error for a response that no server gives which knows the filter.</summary>
    /// <param name="returned">What the service returned in place of what was asked for.</param>
    public static ToriiException Ignored(string returned) => new(
        ToriiErrorId.FilterIgnored, $"The service returned {Redactor.RedactLine(returned)}. It appears to ignore that filter; nothing of that page was passed on.");

    public static bool IsBlank(string? text) => text is not null && string.IsNullOrWhiteSpace(text);

    /// <summary>As lenient as the substring search of a server may be, so that only a filter that was not applied is noticed.</summary>
    public static bool Contains(string? text, string part) =>
        text is not null
        && CultureInfo.InvariantCulture.CompareInfo.IndexOf(
            text.Normalize(NormalizationForm.FormKC),
            part.Normalize(NormalizationForm.FormKC),
            CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace | CompareOptions.IgnoreWidth | CompareOptions.IgnoreKanaType) >= 0;
}
