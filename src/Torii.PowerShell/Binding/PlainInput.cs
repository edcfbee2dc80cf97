using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Numerics;

namespace Torii.PowerShell.Binding;

/// <summary>Converts values of the engine to plain values.</summary>
internal static class PlainInput
{
    private const string Deserialized = "Deserialized.";

    /// <summary>
    /// Converts hashtables and custom objects to dictionaries and lists to arrays; returns other values unwrapped. The
    /// first value that is nested too deep ends it: a hashtable that contains itself twice would never be converted.
    /// </summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.InvalidRequest</c>: nested deeper than can be sent, or two keys of a dictionary are the same text.
    /// </exception>
    public static object? Of(object? value, int depth = 0)
    {
        switch (Unwrap(value))
        {
            case PSObject or (IEnumerable and not string) when depth >= PlainJson.MaxDepth:
                throw PlainValues.TooDeep();
            case IDictionary bag:
                ToriiMetadata members = [];
                foreach (DictionaryEntry entry in bag)
                {
                    string key = Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!;
                    if (!members.TryAdd(key, Of(entry.Value, depth + 1)))
                    {
                        throw PlainValues.Twice(key);
                    }
                }

                return members;
            // Numbers that serialization does not know. Both print the JSON that they are.
            case PSObject number when number.TypeNames.FirstOrDefault() is { } was && (was == Deserialized + typeof(ToriiRawJson).FullName || was == Deserialized + typeof(BigInteger).FullName):
                return PlainValues.FromText($"{number}", depth);
            // What was of another type before it was serialized is no more a bag of values than it was then.
            case PSObject other when other.TypeNames.FirstOrDefault()?.StartsWith(Deserialized, StringComparison.Ordinal) == true
                && !other.TypeNames.Contains(Deserialized + typeof(PSCustomObject).FullName):
                throw PlainValues.Unfit($"a deserialized {other.TypeNames[0].Split('.')[^1]} has no JSON form");
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
            case var scalar:
                return scalar;
        }
    }

    /// <summary>
    /// Returns the wrapped value; a custom object stays wrapped. The output of a command that wrote nothing is null, as
    /// everywhere in the engine, and not an object without properties.
    /// </summary>
    public static object? Unwrap(object? value) =>
        ReferenceEquals(value, AutomationNull.Value) ? null : value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
}
