using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;
using Torii.Client.Http;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Accepts a time in ISO 8601, whatever the culture: the engine's conversion reads 03/04/2026 as two different days. Text
/// without an offset is UTC; a date object without one is local time, as everywhere in PowerShell.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed partial class InstantTransformAttribute : ArgumentTransformationAttribute
{
    private const string Exported = " Export-Csv writes dates in the format of the culture: export the property as text with ToString('o').";

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss'Z'",
    ];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            DateTimeOffset moment => moment,
            DateTime { Kind: DateTimeKind.Unspecified } local => new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Local)),
            DateTime moment => new DateTimeOffset(moment),
            string text when DateTimeOffset.TryParseExact(
                text.Trim(), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset moment) => moment,
            null => throw new ArgumentTransformationMetadataException("The date is empty. Specify a date, or omit the parameter. Is a variable not set?"),
            var other => throw new ArgumentTransformationMetadataException(
                $"'{Redactor.RedactLine(other.ToString() ?? "")}' is not a date in ISO 8601. Write it as 2026-05-16 or 2026-05-16T09:30:00Z, or pass a date object such as (Get-Date).AddDays(-7).{(IsExported(other) ? Exported : "")}"),
        };

    /// <summary>
    /// Whether a text may be what Export-Csv wrote of a date: in the format and the calendar of its culture, which another
    /// culture reads as another day in spite of the offset.
    /// </summary>
    private static bool IsExported(object value) => value is string text && Offset().IsMatch(text);

    [GeneratedRegex(@" [+-]\d\d:\d\d\s*\z")]
    private static partial Regex Offset();
}
