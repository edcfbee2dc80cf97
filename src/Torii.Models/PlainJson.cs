using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace Torii;

/// <summary>Writes plain values as JSON: dictionaries, lists and scalars.</summary>
internal static class PlainJson
{
    /// <summary>The depth that a service accepts; it also ends a dictionary that contains itself.</summary>
    private const int MaxDepth = 64;

    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: a value that has no JSON form.</exception>
    public static void Write(Utf8JsonWriter writer, object? value, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw Unfit($"it is nested more than {MaxDepth} levels deep");
        }

        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text when !IsUnicode(text):
                throw Unfit("it contains text that is not valid Unicode");
            case string text:
                writer.WriteStringValue(text);
                break;
            case char c:
                writer.WriteStringValue(c.ToString());
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case double number when !double.IsFinite(number):
                throw Unfit("JSON has no form for infinity and NaN");
            case float number when !float.IsFinite(number):
                throw Unfit("JSON has no form for infinity and NaN");
            case Enum name:
                writer.WriteStringValue(name.ToString());
                break;
            case byte or sbyte or short or ushort or int or uint or long:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case ulong number:
                writer.WriteNumberValue(number);
                break;
            case float number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case DateTime moment:
                writer.WriteStringValue(moment);
                break;
            case DateTimeOffset moment:
                writer.WriteStringValue(moment);
                break;
            case Guid id:
                writer.WriteStringValue(id);
                break;
            case Uri address:
                writer.WriteStringValue(address.OriginalString);
                break;
            case IReadOnlyDictionary<string, object?> members:
                WriteObject(writer, members, depth);
                break;
            case IDictionary members:
                WriteObject(writer, Pairs(members), depth);
                break;
            case IEnumerable items:
                WriteArray(writer, items, depth);
                break;
            default:
                throw Unfit($"the type {value.GetType().Name} has no JSON form");
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, object?>> members, int depth)
    {
        writer.WriteStartObject();
        foreach ((string name, object? member) in members)
        {
            writer.WritePropertyName(name);
            Write(writer, member, depth + 1);
        }

        writer.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter writer, IEnumerable items, int depth)
    {
        writer.WriteStartArray();
        foreach (object? item in items)
        {
            Write(writer, item, depth + 1);
        }

        writer.WriteEndArray();
    }

    private static IEnumerable<KeyValuePair<string, object?>> Pairs(IDictionary members)
    {
        foreach (DictionaryEntry entry in members)
        {
            yield return new(Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!, entry.Value);
        }
    }

    /// <summary>Whether a text has no lone surrogate, which would be sent as another character.</summary>
    public static bool IsUnicode(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !char.IsSurrogatePair(text, i++))
            {
                return false;
            }
        }

        return true;
    }

    private static ToriiException Unfit(string why) => new(ToriiErrorId.InvalidRequest, $"A value cannot be sent: {why}.") { Variant = "json" };
}
