using System.Collections;
using System.Data;
using System.Management.Automation;
using Torii.Client.Input;

namespace Torii.PowerShell.Binding;

/// <summary>Makes records without engine types of what comes through the pipeline or as an argument.</summary>
internal static class InputRecords
{
    /// <summary>Parts of names, letters only, of columns that hold a secret.</summary>
    private static readonly string[] SecretNames = ["password", "passwd", "passphrase", "pwd", "secret", "apikey", "token"];

    /// <summary>A record of any object that is not a scalar.</summary>
    public static InputRecord Of(object input)
    {
        PSObject row = PSObject.AsPSObject(input);
        bool isLive = row.BaseObject is ToriiObject or ToriiToken or ToriiUnverifiedToken or ToriiConnection or ToriiEmulator or ToriiSigningKey;
        return new InputRecord(
            isLive ? row.BaseObject : WithoutClearSecrets(row),
            isLive ? row.BaseObject : null,
            isLive ? [] : row.TypeNames,
            () => Properties(row),
            static value => PlainInput.Of(value))
        {
            IsExtended = isLive && row.Properties.Any(static p => p.MemberType == PSMemberTypes.NoteProperty),
        };
    }

    /// <summary>Whether a value is text, a number or the like, which can be an id and has no properties of interest.</summary>
    public static bool IsScalar(object? value) => value is string or ValueType and not DictionaryEntry or Uri;

    /// <summary>
    /// The row with its secrets as SecureStrings, so that it can be passed on and shows none of them; the row itself
    /// where it has none. Errors carry it, and it can be sent again.
    /// </summary>
    private static PSObject WithoutClearSecrets(PSObject row)
    {
        if (!Properties(row).Any(static p => IsSecret(p.Key) && p.Value is not (null or System.Security.SecureString)))
        {
            return row;
        }

        PSObject copy = new();
        foreach ((string name, object? value) in Properties(row))
        {
            copy.Properties.Add(new PSNoteProperty(name, !IsSecret(name) ? value : value switch
            {
                null or System.Security.SecureString => value,
                string text when text.Length > 0 => Secrets.Protect(text),
                string => value,
                _ => new SensitiveArgument(value),
            }));
        }

        return copy;
    }

    private static bool IsSecret(string name)
    {
        string letters = string.Concat(name.Where(char.IsLetter)).ToLowerInvariant();
        return SecretNames.Any(letters.Contains);
    }

    private static IEnumerable<KeyValuePair<string, object?>> Properties(PSObject row) =>
        row.BaseObject is IDictionary members ? Entries(members)
            : row.BaseObject is DataRow data ? data.Table.Columns.Cast<DataColumn>().Select(c => KeyValuePair.Create(c.ColumnName, (object?)data[c]))
            : row.Properties.Select(static p => KeyValuePair.Create(p.Name, PlainInput.Unwrap(Read(p))));

    /// <summary>A generic dictionary enumerates its own pairs unless it is asked through this interface.</summary>
    private static IEnumerable<KeyValuePair<string, object?>> Entries(IDictionary members)
    {
        IDictionaryEnumerator entries = members.GetEnumerator();
        while (entries.MoveNext())
        {
            yield return KeyValuePair.Create(entries.Key.ToString() ?? "", PlainInput.Unwrap(entries.Value));
        }
    }

    private static object? Read(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException)
        {
            // A property whose getter fails has no value.
            return null;
        }
    }
}
