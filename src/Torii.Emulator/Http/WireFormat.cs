using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Torii.Emulator.Http;

/// <summary>How instants, days and ids are spelled on the wire, both ways.</summary>
internal static partial class WireFormat
{
    public static string Instant(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    public static void WriteInstant(this Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } value)
        {
            json.WriteString(name, Instant(value));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    public static void WriteId(this Utf8JsonWriter json, string name, Guid? id)
    {
        if (id is { } value)
        {
            json.WriteString(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>An instant has a zone; digits beyond what .NET can hold are cut off, as sub-microseconds are by the service.</summary>
    public static bool TryInstant(string text, out DateTimeOffset time)
    {
        time = default;
        var match = InstantShape().Match(text);
        if (!match.Success)
        {
            return false;
        }

        var fraction = match.Groups["fraction"].Value;
        var zone = match.Groups["zone"].Value;
        var normal = match.Groups["seconds"].Value + (fraction.Length > 8 ? fraction[..8] : fraction) + (zone is "z" ? "Z" : zone);
        return DateTimeOffset.TryParseExact(
            normal,
            ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out time);
    }

    public static bool TryDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    public static bool TryId(string? text, out Guid id) => Guid.TryParseExact(text, "D", out id);

    [GeneratedRegex(@"^(?<seconds>[0-9]{4}-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9])(?<fraction>\.[0-9]{1,9})?(?<zone>[Zz]|[+-][0-9][0-9]:[0-9][0-9])$", RegexOptions.CultureInvariant)]
    private static partial Regex InstantShape();
}
