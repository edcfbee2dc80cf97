using System.Collections;
using System.Globalization;
using System.Net;
using System.Security;
using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Input;

/// <summary>A field that a command can send, and that a row can have as a column.</summary>
/// <param name="Name">The name as a parameter, a property and a column.</param>
/// <param name="Kind">The values that it takes.</param>
public sealed record InputField(string Name, InputFieldKind Kind = InputFieldKind.Text)
{
    /// <summary>Whether a command can clear the field.</summary>
    public bool IsClearable { get; init; }

    /// <summary>Names of columns that other systems use for the field. A row with one of them is refused, not ignored.</summary>
    internal IReadOnlyList<string> Synonyms => Name switch
    {
        "Email" => ["EmailAddress", "Mail", "UserPrincipalName"],
        "Password" => ["Passwd", "Pwd", "InitialPassword"],
        "Phone" => ["PhoneNumber", "Telephone"],
        "DateOfBirth" => ["DOB", "BirthDate"],
        _ => [],
    };

    /// <summary>The name of the member of a request body.</summary>
    public string Member { get; init; } = char.ToLowerInvariant(Name[0]) + Name[1..];
}

/// <summary>The values that a field takes.</summary>
public enum InputFieldKind
{
    /// <summary>A scalar, sent as text.</summary>
    Text,

    /// <summary>A whole number of at least 1.</summary>
    WholeNumber,

    /// <summary>A date, sent as <c>yyyy-MM-dd</c>.</summary>
    Date,

    /// <summary>A Boolean, or the text <c>true</c> or <c>false</c> in any case.</summary>
    Boolean,

    /// <summary>A list of texts, or one text with commas.</summary>
    Texts,

    /// <summary>An object: a dictionary, or a JSON object as text.</summary>
    Metadata,

    /// <summary>A secret: text or a <see cref="SecureString"/>, and nothing that converts to text.</summary>
    Secret,
}

/// <summary>
/// Reads the values of fields from a command line or from a row into a request body. An empty value of a command line
/// is an error; an empty cell of a row is absent; a value that a field does not take is an error, never dropped.
/// </summary>
public static class InputFields
{
    /// <summary>The number of columns that an error names.</summary>
    private const int MaxNamed = 5;

    /// <summary>Whether a value means nothing: null, database null, and blank text.</summary>
    public static bool IsEmpty(object? value) => InputRecord.IsEmpty(value);

    /// <summary>Adds a value of the command line.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: the value is empty, or the field does not take it.</exception>
    public static void ReadArgument(InputField field, object? value, ResourceBody body)
    {
        if (InputRecord.IsEmpty(value))
        {
            throw new ToriiException(ToriiErrorId.InvalidRequest, $"-{field.Name} is empty.")
            {
                Variant = field.IsClearable ? "emptyClearable" : "empty",
                Details = new Dictionary<string, string> { ["name"] = field.Name },
            };
        }

        body.Set(field.Member, Convert(field, value!));
    }

    /// <summary>Adds the cells of a row that are not empty.</summary>
    /// <param name="fields">The fields that the row may have.</param>
    /// <param name="row">The row.</param>
    /// <param name="except">Fields of the command line, which count before those of the row.</param>
    /// <param name="body">Receives the values.</param>
    /// <exception cref="ToriiException">
    /// <c>Torii.InvalidRequest</c>: a cell is not what its field takes, or a column nearly has the name of a field.
    /// </exception>
    public static void ReadRow(IReadOnlyList<InputField> fields, InputRecord row, IReadOnlySet<string> except, ResourceBody body)
    {
        foreach (InputField field in fields)
        {
            if (except.Contains(field.Name))
            {
                continue;
            }

            if (!row.Has(field.Name) && FindNearlyNamed(row, field) is { } near)
            {
                throw new ToriiException(ToriiErrorId.InvalidRequest, $"The column '{Redactor.RedactLine(near)}' looks like {field.Name} and is not used.")
                {
                    Variant = "column",
                    Details = new Dictionary<string, string> { ["name"] = field.Name },
                };
            }

            if (row.Value(field.Name) is { } value && !InputRecord.IsEmpty(value))
            {
                body.Set(field.Member, Convert(field, value));
            }
        }
    }

    /// <summary>Why a row sets nothing, where none of its columns is used; null for a row that has empty cells only.</summary>
    /// <param name="fields">The columns that are used.</param>
    /// <param name="row">The row; null for an input that has no columns, such as text.</param>
    /// <param name="keys">Columns that tell which object the row is about.</param>
    public static ToriiException? FindUnused(IReadOnlyList<string> fields, InputRecord? row, IReadOnlyList<string> keys)
    {
        string[] columns = [.. row?.Properties.Select(static p => p.Key).Except(keys, StringComparer.OrdinalIgnoreCase) ?? []];
        if (row is not null && (columns.Length == 0 || columns.Intersect(fields, StringComparer.OrdinalIgnoreCase).Any()))
        {
            return null;
        }

        string named = string.Join(", ", columns.Take(MaxNamed).Select(Redactor.RedactLine));
        return new ToriiException(
            ToriiErrorId.InvalidRequest,
            row is null ? "The input is not a row with columns." : $"None of the columns is used: {named}{(columns.Length > MaxNamed ? ", …" : "")}.")
        {
            Variant = "unknownColumns",
            Details = new Dictionary<string, string> { ["fields"] = string.Join(", ", fields) },
        };
    }

    private static string? FindNearlyNamed(InputRecord row, InputField field) =>
        row.FindNearlyNamed(field.Name) ?? field.Synonyms.Select(s => row.Properties.FirstOrDefault(p => InputRecord.Letters(p.Key) == InputRecord.Letters(s)).Key).FirstOrDefault(static n => n is not null);

    private static object Convert(InputField field, object value) => field.Kind switch
    {
        InputFieldKind.Secret => ToSecret(field, value),
        InputFieldKind.WholeNumber => ToWholeNumber(value) ?? throw Unfit(field, $"{Show(value)} is not a whole number of at least 1", "number"),
        InputFieldKind.Date => ToDate(value) ?? throw Unfit(field, $"{Show(value)} is not a date", "date"),
        InputFieldKind.Metadata => ToMetadata(field, value),
        InputFieldKind.Boolean => value as bool? ?? (bool.TryParse(InputRecord.ToText(value), out bool truth) ? truth : throw Unfit(field, $"{Show(value)} is neither true nor false", "boolean")),
        InputFieldKind.Texts => ToTexts(value) ?? throw Unfit(field, $"{Kind(value)} is not a list of texts", "scalar"),
        _ => InputRecord.ToText(value) ?? throw Unfit(field, $"{Kind(value)} is not a single value", "scalar"),
    };

    /// <summary>The message never repeats the value: it may be a secret in the wrong type.</summary>
    private static string ToSecret(InputField field, object value) => value switch
    {
        SecureString secret => new NetworkCredential("", secret).Password,
        string text => text,
        _ when InputRecord.ToText(value) is not null => throw Unfit(field, $"the value has the type {value.GetType().Name} and is not a string", "quote"),
        _ => throw Unfit(field, "the value is neither a string nor a SecureString", "secret"),
    };

    private static int? ToWholeNumber(object value) =>
        int.TryParse(InputRecord.ToText(value)?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;

    private static string? ToDate(object value) => value switch
    {
        DateOnly or DateTime or DateTimeOffset => ((IFormattable)value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        string text when DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) => text.Trim(),
        _ => null,
    };

    private static string[]? ToTexts(object value)
    {
        object?[] items = value is string or not IList ? [value] : [.. ((IList)value).Cast<object?>()];
        return items.All(static i => !InputRecord.IsEmpty(i) && InputRecord.ToText(i) is not null)
            ? [.. items.SelectMany(static i => InputRecord.ToText(i)!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))]
            : null;
    }

    /// <summary>An object that can be sent; one that cannot is refused before any request.</summary>
    private static IDictionary ToMetadata(InputField field, object value)
    {
        try
        {
            if ((value is string text ? PlainValues.FromText(text) : value) is IDictionary bag)
            {
                _ = PlainJson.ToRequest(bag);
                return bag;
            }
        }
        catch (ToriiException e)
        {
            throw new ToriiException(e.ErrorId, $"{field.Name}: {Redactor.RedactLine(e.Message)}", e) { Variant = e.Variant };
        }

        throw Unfit(field, "the value is neither a dictionary nor a JSON object", "metadata");
    }

    private static ToriiException Unfit(InputField field, string problem, string variant) => new(
        ToriiErrorId.InvalidRequest, $"{field.Name}: {problem}.")
    {
        Variant = variant,
        Details = new Dictionary<string, string> { ["name"] = field.Name },
    };

    private static string Show(object value) => InputRecord.ToText(value) is { } text ? $"'{Redactor.RedactLine(text)}'" : Kind(value);

    private static string Kind(object value) => value switch
    {
        IDictionary => "a nested object",
        IEnumerable => "a list",
        _ => $"a {value.GetType().Name}",
    };
}
