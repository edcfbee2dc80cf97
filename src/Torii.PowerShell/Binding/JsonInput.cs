using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Torii.PowerShell.Binding;

/// <summary>Values of the shell as JSON: dictionaries and objects, lists, text, numbers, switches, dates, nothing.</summary>
internal static class JsonInput
{
    private const int MaxDepth = 20;

    /// <summary>The value as JSON; null for nothing, which JSON calls null.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidValue</c>: nested too deep, or of a kind that JSON has none for.</exception>
    public static JsonNode? ToNode(object? value, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw new ToriiException("Torii.InvalidValue", $"The value is nested deeper than {MaxDepth}.", "Give a value without loops in it.");
        }

        return (value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : value) switch
        {
            null => null,
            string or char or Guid or Uri => JsonValue.Create(value!.ToString()),
            bool flag => JsonValue.Create(flag),
            SwitchParameter flag => JsonValue.Create(flag.IsPresent),
            double or float or decimal => JsonNode.Parse(((IFormattable)Base(value!)).ToString(null, CultureInfo.InvariantCulture)),
            byte or sbyte or short or ushort or int or uint or long or ulong => JsonNode.Parse(((IFormattable)Base(value!)).ToString(null, CultureInfo.InvariantCulture)),
            // The only form of a moment that tokens have.
            DateTime moment => JsonValue.Create(new DateTimeOffset(moment).ToUnixTimeSeconds()),
            DateTimeOffset moment => JsonValue.Create(moment.ToUnixTimeSeconds()),
            IDictionary members => Members(members.Cast<DictionaryEntry>().Select(static e => (e.Key.ToString()!, (object?)e.Value)), depth),
            PSObject item => Members(item.Properties.Select(static p => (p.Name, (object?)p.Value)), depth),
            IEnumerable items => new JsonArray(items.Cast<object?>().Select(i => ToNode(i, depth + 1)).ToArray()),
            var other => throw new ToriiException("Torii.InvalidValue", $"A {other.GetType().Name} has no form in JSON.", "Give text, numbers, switches, dates, lists and hashtables."),
        };
    }

    private static object Base(object value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static JsonObject Members(IEnumerable<(string Name, object? Value)> members, int depth)
    {
        JsonObject result = [];
        foreach ((string name, object? value) in members)
        {
            result[name] = ToNode(value, depth + 1);
        }

        return result;
    }
}
