using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Net.Http.Headers;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Tokens;

/// <summary>
/// Finds the bearer token in a request's headers, in whatever a web framework hands over: a hashtable or dictionary,
/// a NameValueCollection (WebHeaderCollection is one), HttpHeaders, or pairs of names and values.
/// </summary>
internal static class TokenHeaders
{
    private const string Scheme = "Bearer";

    /// <summary>The token; null when the header is not there or carries none.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="name">Which of them, in any case.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidHeaders</c>: that is no collection of headers.</exception>
    public static string? FindToken(object? headers, string name) => ReadBearer(FirstValue(SensitiveArgument.Reveal(headers), name));

    /// <summary><c>Bearer token</c>, the first word in any case (RFC 9110 §11.1).</summary>
    private static string? ReadBearer(string? value)
    {
        string text = value?.Trim() ?? "";
        bool isBearer = text.Length > Scheme.Length
            && text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && text[Scheme.Length] is ' ' or '\t';
        return isBearer ? text[Scheme.Length..].Trim() : null;
    }

    private static string? FirstValue(object? headers, string name)
    {
        switch (headers)
        {
            case NameValueCollection collection:
                return collection.AllKeys.FirstOrDefault(k => IsNamed(k, name)) is { } key ? collection.GetValues(key)?.FirstOrDefault() : null;
            case HttpHeaders http:
                return http.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
            case IDictionary dictionary:
                foreach (DictionaryEntry entry in dictionary)
                {
                    if (IsNamed(entry.Key, name))
                    {
                        return First(entry.Value);
                    }
                }

                return null;
            case IEnumerable pairs and not string:
                foreach (object? pair in pairs)
                {
                    PSObject? item = pair is null ? null : PSObject.AsPSObject(pair);
                    if (item?.Properties["Key"] is not { } called || item.Properties["Value"] is not { } value)
                    {
                        throw Unknown(headers);
                    }

                    if (IsNamed(called.Value, name))
                    {
                        return First(value.Value);
                    }
                }

                return null;
            default:
                throw Unknown(headers);
        }
    }

    private static bool IsNamed(object? key, string name) => string.Equals(key?.ToString(), name, StringComparison.OrdinalIgnoreCase);

    /// <summary>A header that is given as a list means its first value.</summary>
    private static string? First(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null => null,
        string text => text,
        IEnumerable many => many.Cast<object?>().FirstOrDefault()?.ToString(),
        var other => other.ToString(),
    };

    private static ToriiException Unknown(object? headers) => new(
        "Torii.InvalidHeaders",
        $"An object of type {headers?.GetType().Name ?? "null"} is no collection of headers.",
        "Give the request's headers as a hashtable, a dictionary, a WebHeaderCollection or HttpRequestHeaders.");
}
