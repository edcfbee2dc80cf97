using System.Globalization;
using System.Text.Json;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>The body of searchUsers. Null is sent for name and email only, where it means "has none".</summary>
internal static class ToriiUserSearch
{
    /// <summary>The names of the filters that are sent.</summary>
    public static IReadOnlyList<string> Members(UserQuery query) => [.. Filters(query).Select(static m => m.Name)];

    /// <summary>The body as JSON.</summary>
    public static byte[] ToJson(UserQuery query) => ToJson(Filters(query));

    /// <summary>The body of a look-up of several users.</summary>
    /// <param name="selector"><c>userIds</c> or <c>emailAddresses</c>.</param>
    /// <param name="values">The ids or email addresses.</param>
    public static byte[] ToJson(string selector, IReadOnlyList<string> values) => ToJson([(selector, values)]);

    private static byte[] ToJson(IEnumerable<(string Name, object? Value)> members)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            foreach ((string name, object? value) in members)
            {
                writer.WritePropertyName(name);
                PlainJson.Write(writer, value);
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static IEnumerable<(string Name, object? Value)> Filters(UserQuery query)
    {
        if (query.NameContains is not null || query.WithoutName)
        {
            yield return ("name", query.NameContains);
        }

        if (query.EmailContains is not null || query.WithoutEmail)
        {
            yield return ("email", query.EmailContains);
        }

        if (query.Statuses.Count > 0)
        {
            // The contract requires unique values.
            yield return ("statuses", query.Statuses.Distinct(StringComparer.OrdinalIgnoreCase));
        }

        // Bounds are sent in whole milliseconds, rounded outwards, so that a response that shows times cut to
        // milliseconds is not a contradiction; the exact bound is applied to the response.
        if (query.CreatedAfter is { } after)
        {
            yield return ("createdAfter", Timestamp(Milliseconds.Floor(after)));
        }

        if (query.CreatedBefore is { } before)
        {
            yield return ("createdBefore", Timestamp(Milliseconds.Ceiling(before)));
        }
    }

    private static string Timestamp(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
