using System.Globalization;
using System.Text.RegularExpressions;

namespace Torii.Emulator.Http;

/// <summary>Parses instants, dates and ids as the contract spells them, and nothing more lenient.</summary>
internal static partial class ValueFormat
{
    private static readonly string[] InstantFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK"];

    /// <summary>Parses an instant with a zone. Digits beyond the seventh of a fraction are dropped.</summary>
    public static bool TryInstant(string text, out DateTimeOffset time)
    {
        time = default;
        Match match = InstantShape().Match(text);
        return match.Success && DateTimeOffset.TryParseExact(
            match.Groups["kept"].Value + match.Groups["zone"].Value.ToUpperInvariant(),
            InstantFormats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out time);
    }

    public static bool TryDate(string text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    public static bool TryId(string? text, out Guid id) => Guid.TryParseExact(text, "D", out id);

    [GeneratedRegex(@"^(?<kept>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?)((?<=\.[0-9]{7})[0-9]{1,2})?(?<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex InstantShape();
}
