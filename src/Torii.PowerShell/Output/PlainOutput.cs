using System.Management.Automation;

namespace Torii.PowerShell;

/// <summary>Makes objects of the shell of the plain values of a response.</summary>
internal static class PlainOutput
{
    /// <summary>
    /// Converts dictionaries to custom objects. One whose names differ in case only, or are empty, stays a dictionary: a
    /// custom object cannot have these properties.
    /// </summary>
    public static object? Of(object? value) => value switch
    {
        ToriiMetadata members => OfMembers(members),
        object?[] items => items.Select(Of).ToArray(),
        _ => value,
    };

    private static object OfMembers(ToriiMetadata members)
    {
        IEnumerable<KeyValuePair<string, object?>> converted = members.Select(static m => KeyValuePair.Create(m.Key, Of(m.Value)));
        if (members.ContainsKey("") || members.Keys.Distinct(StringComparer.OrdinalIgnoreCase).Count() < members.Count)
        {
            return new ToriiMetadata(converted.ToDictionary());
        }

        PSObject custom = new();
        foreach ((string name, object? value) in converted)
        {
            custom.Properties.Add(new PSNoteProperty(name, value));
        }

        return custom;
    }
}
