using System.Management.Automation.Language;

namespace Torii.PowerShell.Binding;

/// <summary>The text that a completion inserts.</summary>
internal static class CompletionText
{
    /// <summary>A value as an argument: in quotes unless it is made of letters, digits and the like.</summary>
    public static string Quote(string value) =>
        value.Length > 0 && value.All(static c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.') && char.IsLetterOrDigit(value[0])
            ? value : $"'{CodeGeneration.EscapeSingleQuotedStringContent(value)}'";

    /// <summary>The value that is being typed, with or without its opening quote.</summary>
    public static string Unquote(string word) =>
        word.StartsWith('\'') ? word.Trim('\'').Replace("''", "'", StringComparison.Ordinal) : word.Trim('"');
}
