using System.Collections;
using System.Globalization;
using System.Text;

namespace Torii.Client.Input;

/// <summary>
/// One object as a caller passed it: a live object of this library, a deserialized one, a row of a file, or a
/// dictionary. It has no type of a shell; values are plain (scalars, <see cref="IDictionary"/>, <see cref="IList"/>).
/// </summary>
/// <param name="source">What errors about the record carry. It contains no secret in clear text.</param>
/// <param name="live">The object, where it is one of this library; null for anything else.</param>
/// <param name="typeNames">The names of its types, with prefixes such as <c>Deserialized.</c> and <c>Selected.</c>.</param>
/// <param name="read">Reads its properties, when they are needed first.</param>
/// <param name="toPlain">Converts the value of a property to a plain one; null where all are plain.</param>
public sealed class InputRecord(
    object source,
    object? live,
    IReadOnlyList<string> typeNames,
    Func<IEnumerable<KeyValuePair<string, object?>>> read,
    Func<object?, object?>? toPlain = null)
{
    private IReadOnlyList<KeyValuePair<string, object?>>? _properties;

    /// <summary>Whether properties were added to the live object.</summary>
    public bool IsExtended { get; init; }

    /// <summary>What errors about the record carry.</summary>
    public object Source { get; } = source;

    /// <summary>The object, where it is one of this library; null for anything else.</summary>
    public object? Live { get; } = live;

    /// <summary>The properties of the record in their order, with the values that they have.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Properties => _properties ??= [.. read()];

    /// <summary>Whether the record is of a type of this library, or was before it was serialized or selected from.</summary>
    public bool Is<T>() => Live is T || typeNames.Any(static n => n.EndsWith(typeof(T).FullName!, StringComparison.Ordinal));

    /// <summary>Whether the record has a property, filled or not. The name is compared ignoring case.</summary>
    public bool Has(string property) => Properties.Any(p => IsNamed(p.Key, property));

    /// <summary>Whether the record has two properties whose names differ in case only, with different values.</summary>
    public bool IsContradictory(string property) =>
        Properties.Where(p => IsNamed(p.Key, property)).Select(static p => ToText(p.Value) ?? "").Distinct(StringComparer.OrdinalIgnoreCase).Count() > 1;

    /// <summary>The value of a property as a plain value; null where there is none. The name is compared ignoring case.</summary>
    public object? Value(string property) => toPlain is null ? Raw(property) : toPlain(Raw(property));

    /// <summary>The text of a scalar property; null where it is missing, blank or not a scalar.</summary>
    public string? Text(string property) => ToText(Raw(property)) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>The name of a property that matches another name only without its non-letters: <c>session_id</c>, <c>E-mail</c>.</summary>
    public string? FindNearlyNamed(string property)
    {
        string letters = Letters(property);
        return Properties.FirstOrDefault(p => !IsNamed(p.Key, property) && Letters(p.Key) == letters).Key;
    }

    /// <summary>The letters of a name in lower case.</summary>
    internal static string Letters(string name) =>
        // A dotless i is what a Turkish culture makes of an I.
        string.Concat(name.Normalize(NormalizationForm.FormKC).Where(char.IsLetter).Select(char.ToLowerInvariant)).Replace('ı', 'i');

    /// <summary>Whether a value means nothing: null, database null, and blank text.</summary>
    internal static bool IsEmpty(object? value) =>
        value is null or DBNull || (value is string text && string.IsNullOrWhiteSpace(text)) || value is System.Security.SecureString { Length: 0 };

    /// <summary>A scalar as culture-invariant text; null for a value that is not a scalar.</summary>
    internal static string? ToText(object? value) => value switch
    {
        string text => text,
        char or Enum or Guid or Uri => value.ToString(),
        bool truth => truth ? "true" : "false",
        DateTime or DateTimeOffset => ((IFormattable)value).ToString("o", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        IFormattable and (byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal) =>
            ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    private object? Raw(string property) => Properties.FirstOrDefault(p => IsNamed(p.Key, property)).Value;

    private static bool IsNamed(string? name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}
