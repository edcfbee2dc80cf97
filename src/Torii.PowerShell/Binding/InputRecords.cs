using System.Collections;
using System.Data;
using System.Management.Automation;
using Torii.Client.Http;
using Torii.Client.Input;

namespace Torii.PowerShell.Binding;

/// <summary>Makes records without engine types of what comes through the pipeline or as an argument.</summary>
internal static class InputRecords
{
    /// <summary>How deep a value is searched for secrets; a deeper one is taken for a secret.</summary>
    private const int MaxDepth = 8;

    /// <summary>
    /// Parts of names, lower-case letters only, of columns and members that hold a secret: in English, and the word for
    /// a password in other languages. A name that contains one by chance costs only its place in an error's target.
    /// </summary>
    private static readonly string[] SecretNames =
    [
        "pass", "pwd", "secret", "apikey", "token", "kennwort", "motdepasse", "contraseña", "contrasena", "senha", "wachtwoord",
        "adgangskode", "kodeord", "lösenord", "losenord", "salasana", "hasło", "haslo", "heslo", "jelszó", "jelszo", "parol", "şifre", "sifre",
        "пароль", "密码", "密碼", "パスワード", "비밀번호",
    ];

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
    /// The row with its secrets protected, so that it can be passed on and shows none of them; the row itself where it
    /// has none. Errors carry it, and it can be sent again.
    /// </summary>
    private static PSObject WithoutClearSecrets(PSObject row)
    {
        KeyValuePair<string, object?>[] cells = [.. Properties(row)];
        if (!cells.Any(static c => HoldsSecret(c.Key, c.Value)))
        {
            return row;
        }

        PSObject copy = new();
        foreach ((string name, object? value) in cells)
        {
            copy.Properties.Add(new PSNoteProperty(name, !HoldsSecret(name, value) ? value
                : value is string text && IsSecret(name) ? Secrets.Protect(text)
                : new SensitiveArgument(value)));
        }

        return copy;
    }

    private static bool HoldsSecret(string name, object? value) =>
        value is not (null or "" or System.Security.SecureString) && (IsSecret(name) || HoldsSecret(value, 0));

    /// <summary>Whether a value that is not secret itself has a member that is, also in JSON as text. No member of a .NET object is read.</summary>
    private static bool HoldsSecret(object? value, int depth) => value switch
    {
        string text => text.AsSpan().TrimStart() is ['{' or '[', ..] && Redactor.Redact(text) != text,
        _ when value is null || IsScalar(value) => false,
        _ when depth >= MaxDepth => true,
        IDictionary members => Entries(members).Any(e => IsSecret(e.Key) || HoldsSecret(e.Value, depth + 1)),
        IList items => items.Cast<object?>().Any(i => HoldsSecret(PlainInput.Unwrap(i), depth + 1)),
        PSObject custom => custom.Properties.Any(p => IsSecret(p.Name) || HoldsSecret(PlainInput.Unwrap(Read(p)), depth + 1)),
        _ => PSObject.AsPSObject(value).Properties.Any(static p => IsSecret(p.Name)),
    };

    private static bool IsSecret(string name)
    {
        string letters = InputRecord.Letters(name);
        return SecretNames.Any(n => letters.Contains(n, StringComparison.Ordinal));
    }

    private static IEnumerable<KeyValuePair<string, object?>> Properties(PSObject row) =>
        row.BaseObject is IDictionary members ? Entries(members)
            : row.BaseObject is DataRow data ? data.Table.Columns.Cast<DataColumn>().Select(c => KeyValuePair.Create(c.ColumnName, (object?)data[c]))
            : row.Properties.Select(static p => KeyValuePair.Create(p.Name, Plain(Read(p))));

    /// <summary>A generic dictionary enumerates its own pairs unless it is asked through this interface.</summary>
    private static IEnumerable<KeyValuePair<string, object?>> Entries(IDictionary members)
    {
        IDictionaryEnumerator entries = members.GetEnumerator();
        while (entries.MoveNext())
        {
            yield return KeyValuePair.Create(entries.Key.ToString() ?? "", Plain(entries.Value));
        }
    }

    /// <summary>The value of a cell; of a row that an error carried, the protected one.</summary>
    private static object? Plain(object? value) => SensitiveArgument.Reveal(value);

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
