using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using System.Text.Json;
using Torii.Client.Http;

namespace Torii.PowerShell;

/// <summary>Formats the cells of the views in Torii.Format.ps1xml.</summary>
public static class ToriiFormat
{
    /// <summary>
    /// Returns a text from outside as it may be shown: control and format characters are replaced, so that a name can
    /// neither steer the terminal nor imitate other output.
    /// </summary>
    /// <param name="value">A value; null stays null.</param>
    public static string? Text(object? value) => Unwrap(value) switch
    {
        null => null,
        ToriiMetadata members => Redactor.RedactLine(members.ToString()),
        IDictionary members => Redactor.RedactLine(JsonSerializer.Serialize(members)),
        var other => Redactor.RedactLine(Convert.ToString(other, CultureInfo.InvariantCulture) ?? ""),
    };

    /// <summary>Returns the start of a text as it may be shown, so that a long one leaves room for the columns after it.</summary>
    /// <param name="value">A value; null stays null.</param>
    /// <param name="width">The largest number of characters.</param>
    public static string? Start(object? value, int width) => Text(value) is { } text && text.Length > width ? $"{text[..(width - 1)]}…" : Text(value);

    /// <summary>Returns a text as it may be shown, in lines that end between words where they can.</summary>
    /// <param name="value">A value; null stays null.</param>
    /// <param name="width">The largest number of characters of a line.</param>
    public static string? Wrap(object? value, int width)
    {
        if (Text(value) is not { } text)
        {
            return null;
        }

        StringBuilder lines = new();
        int length = 0;
        foreach (string word in text.Split(' '))
        {
            bool isNext = length > 0 && length + 1 + word.Length > width;
            lines.Append(isNext ? "\n" : length > 0 ? " " : "").Append(word);
            length = (isNext ? 0 : length > 0 ? length + 1 : 0) + word.Length;
        }

        return lines.ToString();
    }

    /// <summary>Returns a time as ISO 8601 in UTC, to the second.</summary>
    /// <param name="value">A date, or its text.</param>
    public static string? Time(object? value) => Format(value, "yyyy-MM-dd'T'HH:mm:ss'Z'");

    /// <summary>Returns a time as ISO 8601 in UTC, to the minute.</summary>
    /// <param name="value">A date, or its text.</param>
    public static string? Minute(object? value) => Format(value, "yyyy-MM-dd'T'HH:mm'Z'");

    /// <summary>Returns the day of a time in UTC as ISO 8601.</summary>
    /// <param name="value">A date, or its text.</param>
    public static string? Date(object? value) => Format(value, "yyyy-MM-dd");

    private static object? Unwrap(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    private static string? Format(object? value, string format) => Unwrap(value) switch
    {
        null => null,
        DateTimeOffset time => time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture),
        DateTime time => time.ToUniversalTime().ToString(format, CultureInfo.InvariantCulture),
        var other when DateTimeOffset.TryParse(other.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) =>
            time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture),
        var other => Text(other),
    };
}
