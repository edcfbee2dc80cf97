using System.Collections;
using System.Management.Automation;

namespace Torii.PowerShell.Binding;

/// <summary>The engine wraps values; what is sent is what they wrap.</summary>
internal static class PlainInput
{
    /// <summary>What also ends a hashtable that contains itself, before the stack does.</summary>
    private const int MaxDepth = 64;

    /// <summary>Hashtables and custom objects as bags, lists as arrays, everything else as it is.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: nested without end.</exception>
    public static object? Of(object? value, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw new ToriiException("Torii.InvalidRequest", $"A value cannot be sent: it is nested more than {MaxDepth} levels deep.", "Correct the value; nothing was sent.");
        }

        switch (Unwrap(value))
        {
            case IDictionary bag:
                ToriiMetadata members = [];
                foreach (DictionaryEntry entry in bag)
                {
                    members[entry.Key.ToString()!] = Of(entry.Value, depth + 1);
                }

                return members;
            case PSObject custom:
                ToriiMetadata properties = [];
                foreach (PSPropertyInfo property in custom.Properties)
                {
                    properties[property.Name] = Of(property.Value, depth + 1);
                }

                return properties;
            case IEnumerable items and not string:
                return items.Cast<object?>().Select(i => Of(i, depth + 1)).ToArray();
            case SwitchParameter flag:
                return flag.IsPresent;
            case var other:
                return other;
        }
    }

    /// <summary>What a wrapper holds; a custom object, which is nothing without its wrapper, stays in it.</summary>
    public static object? Unwrap(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
}
