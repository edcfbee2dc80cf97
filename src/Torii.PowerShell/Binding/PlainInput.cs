using System.Collections;
using System.Management.Automation;

namespace Torii.PowerShell.Binding;

/// <summary>Converts values of the engine to plain values.</summary>
internal static class PlainInput
{
    /// <summary>The largest depth; it also ends a hashtable that contains itself.</summary>
    private const int MaxDepth = 64;

    /// <summary>Converts hashtables and custom objects to dictionaries and lists to arrays; returns other values unwrapped.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: nested too deep.</exception>
    public static object? Of(object? value, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw new ToriiException(ToriiErrorId.InvalidRequest, $"A value cannot be sent: it is nested more than {MaxDepth} levels deep.") { Variant = "json" };
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

    /// <summary>Returns the wrapped value; a custom object stays wrapped.</summary>
    public static object? Unwrap(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
}
