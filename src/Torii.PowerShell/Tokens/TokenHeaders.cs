using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Net.Http.Headers;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Tokens;

/// <summary>
/// Finds the bearer token in a request's headers, in the types that web frameworks use: a hashtable or dictionary, a
/// NameValueCollection such as WebHeaderCollection, HttpHeaders, or pairs of names and values.
/// </summary>
internal static class TokenHeaders
{
    private const string Scheme = "Bearer";

    /// <summary>Also ends an array that contains itself.</summary>
    private const int MaxNesting = 8;

    /// <summary>Finds the token.</summary>
    /// <param name="headers">The headers of one request.</param>
    /// <param name="name">The header's name, compared case-insensitively.</param>
    /// <returns>The token; <see langword="null"/> when the header is missing or carries none.</returns>
    /// <exception cref="ToriiException"><c>Torii.InvalidHeaders</c>: not a collection of headers, or the header has several values that differ.</exception>
    public static string? FindToken(object? headers, string name)
    {
        string[] values = [.. FindValues(SensitiveArgument.Reveal(headers), name)
            .SelectMany(static v => Flatten(v, 0))
            .Select(static v => v.Trim())
            .Distinct(StringComparer.Ordinal)];
        return values.Length <= 1 ? ReadBearer(values.FirstOrDefault()) : throw new ToriiException(
            ToriiErrorId.InvalidHeaders, $"The header '{name}' has {values.Length} values that differ.")
        { Variant = "ambiguous" };
    }

    /// <summary>The token of <c>Bearer token</c>; the scheme is compared case-insensitively (RFC 9110 §11.1).</summary>
    private static string? ReadBearer(string? value)
    {
        bool isBearer = value?.Length > Scheme.Length
            && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && value[Scheme.Length] is ' ' or '\t';
        return isBearer ? value![Scheme.Length..].Trim() : null;
    }

    /// <summary>The values of every header of that name: a case-sensitive collection can have several.</summary>
    private static IEnumerable<object?> FindValues(object? headers, string name)
    {
        switch (headers)
        {
            case NameValueCollection collection:
                return Enumerable.Range(0, collection.Count).Where(i => IsNamed(collection.GetKey(i), name)).SelectMany(i => collection.GetValues(i) ?? []);
            case HttpHeaders http:
                return http.TryGetValues(name, out IEnumerable<string>? values) ? values : [];
            case IDictionary dictionary:
                return Entries(dictionary).Where(e => IsNamed(e.Key, name)).Select(static e => e.Value);
            case IEnumerable pairs and not string:
                return pairs.Cast<object?>().Select(p => Pair(p) ?? throw Invalid(headers)).ToArray().Where(p => IsNamed(p.Key, name)).Select(static p => p.Value);
            default:
                throw Invalid(headers);
        }
    }

    private static IEnumerable<DictionaryEntry> Entries(IDictionary dictionary)
    {
        foreach (DictionaryEntry entry in dictionary)
        {
            yield return entry;
        }
    }

    private static (object? Key, object? Value)? Pair(object? item) =>
        item is not null && PSObject.AsPSObject(item) is { BaseObject: not IDictionary } pair && pair.Properties["Key"] is { } key && pair.Properties["Value"] is { } value
            ? (key.Value, value.Value)
            : null;

    private static bool IsNamed(object? key, string name) => string.Equals(key?.ToString(), name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The texts of a value that may be a list. A null is not a value.</summary>
    private static IEnumerable<string> Flatten(object? value, int level) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null => [],
        string text => [text],
        IEnumerable and not IDictionary when level == MaxNesting => throw new ToriiException(ToriiErrorId.InvalidHeaders, $"The header's value is nested more than {MaxNesting} levels deep."),
        IEnumerable many and not IDictionary => many.Cast<object?>().SelectMany(v => Flatten(v, level + 1)),
        var other => [other.ToString() ?? ""],
    };

    private static ToriiException Invalid(object? headers) => new(
        ToriiErrorId.InvalidHeaders, $"An object of type {headers?.GetType().Name ?? "null"} is not a collection of headers.");
}
