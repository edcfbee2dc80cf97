using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using System.Text.Json;
using Torii.Client.Users;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Reads what is to be sent of a user. What was named on the command line is sent for every target and must not be
/// empty; of a row, the cells that are not empty are sent; of a live user, nothing: its old values would overwrite what
/// others changed meanwhile.
/// </summary>
/// <remarks>
/// The names of the command line are taken once, before the first record: the engine's own dictionary still holds an
/// earlier row's names later on.
/// </remarks>
internal sealed class UserFieldReader
{
    private readonly PSCmdlet _command;
    private readonly IReadOnlyList<UserField> _fields;
    private readonly HashSet<string> _commandLine;

    /// <summary>Call it in BeginProcessing. A value on the command line that is empty ends the command (<c>Torii.InvalidRequest</c>).</summary>
    /// <param name="command">Whose parameters are read; each field is one of its properties.</param>
    /// <param name="fields">What it can send.</param>
    public UserFieldReader(PSCmdlet command, IReadOnlyList<UserField> fields)
    {
        _command = command;
        _fields = fields;
        _commandLine = new(command.MyInvocation.BoundParameters.Keys, StringComparer.OrdinalIgnoreCase);
        // A script block that is to be run for each record is something here, and its value is judged then.
        if (fields.FirstOrDefault(f => command.MyInvocation.BoundParameters.TryGetValue(f.Property, out object? value) && IsEmpty(PlainInput.Unwrap(value))) is { } empty)
        {
            command.ThrowTerminatingError(ErrorRecords.From(Empty(empty), null));
        }
    }

    /// <summary>Whether the parameter was named on the command line.</summary>
    public bool IsOnCommandLine(string property) => _commandLine.Contains(property);

    /// <summary>Adds what this record says to a body.</summary>
    /// <param name="body">Gets the values.</param>
    /// <param name="input">The object from the pipeline, if there is one.</param>
    /// <param name="takesLiveUsers">Whether a live user is read like a row: when it is to be copied, not changed.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: a value is empty, or is not what the field takes.</exception>
    public void Read(ResourceBody body, PSObject? input, bool takesLiveUsers = false)
    {
        // A token's Locale is what it was when the user signed in.
        bool isRow = input is not null && !PipelineInput.Is<ToriiToken>(input) && (takesLiveUsers || input.BaseObject is not ToriiUser);
        foreach (UserField field in _fields)
        {
            object? value = PlainInput.Unwrap(_command.GetType().GetProperty(field.Property)!.GetValue(_command));
            if (_commandLine.Contains(field.Property))
            {
                // Only what stands on the command line is run: a row is data.
                value = value is ScriptBlock script ? Evaluate(field, script, input) : value;
                body.Set(field.Wire, IsEmpty(value) ? throw Empty(field) : Convert(field, value!));
            }
            else if (isRow && !IsEmpty(value))
            {
                body.Set(field.Wire, Convert(field, value!));
            }
        }
    }

    /// <summary>The engine runs a script block for each record where a parameter takes text, and not where it takes any object.</summary>
    private static object? Evaluate(UserField field, ScriptBlock script, PSObject? input)
    {
        try
        {
            Collection<PSObject?> results = script.InvokeWithContext(null, [new PSVariable("_", input)]);
            return results.Count == 1 ? PlainInput.Unwrap(results[0]) : results.Count == 0 ? null : results;
        }
        catch (RuntimeException e)
        {
            throw new ToriiException("Torii.InvalidRequest", $"The script block of -{field.Property} failed, and nothing was sent.", "Correct the script block, or name the column alike and leave the parameter out.", e);
        }
    }

    private static bool IsEmpty(object? value) => value is null || (value is string text && string.IsNullOrWhiteSpace(text)) || value is SecureString { Length: 0 };

    private ToriiException Empty(UserField field) => new(
        "Torii.InvalidRequest",
        $"-{field.Property} is empty, and nothing was sent.",
        _command.GetType().GetProperty(field.ClearSwitch) is not null
            ? $"To clear it, say so with -{field.ClearSwitch}; is a variable not set?"
            : "Give a value, or leave the parameter out; is a variable not set?");

    private static object Convert(UserField field, object value) => field.Kind switch
    {
        UserFieldKind.Secret => value is SecureString secret ? Secrets.Reveal(secret) : System.Convert.ToString(value, CultureInfo.InvariantCulture)!,
        UserFieldKind.Date => ToDate(field, value),
        UserFieldKind.Metadata => ToBag(field, value),
        _ => value as string ?? System.Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>A date as <c>yyyy-MM-dd</c>; nothing whose meaning depends on the culture.</summary>
    private static string ToDate(UserField field, object value) => value switch
    {
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        string text when DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) => text.Trim(),
        _ => throw new ToriiException(
            "Torii.InvalidRequest",
            $"'{value}' is no value for {field.Property}, and nothing was sent.",
            "Write the date as yyyy-MM-dd, for example 1815-12-10, or give a date object."),
    };

    private static IDictionary ToBag(UserField field, object value)
    {
        if (PlainInput.Of(value) is IDictionary bag)
        {
            return bag;
        }

        try
        {
            if (value is string text && JsonDocument.Parse(text) is { RootElement.ValueKind: JsonValueKind.Object } document)
            {
                return (IDictionary)PlainValues.FromElement(document.RootElement)!;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new ToriiException(
            "Torii.InvalidRequest",
            $"{field.Property} takes a hashtable, or a JSON object as text, and nothing was sent.",
            "Write it as @{ key = 'value' }, or in a row as {\"key\":\"value\"}.");
    }
}
