using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Torii;

/// <summary>Writes plain values as JSON: dictionaries, lists and scalars.</summary>
internal static class PlainJson
{
    /// <summary>The maximum number of objects and arrays around one another; it also ends a dictionary that contains itself.</summary>
    internal const int MaxDepth = 64;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A value as JSON for a person, a file or a comparison.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: a value that has no JSON form.</exception>
    public static string ToText(object? value) => Encoding.UTF8.GetString(ToBytes(writer => Write(writer, value)));

    /// <summary>A value as JSON for a request, UTF-8.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: a value that has no JSON form, or is nested too deep.</exception>
    public static byte[] ToRequest(object? value) => ToBytes(writer => Write(writer, value, isSent: true));

    /// <summary>Writes JSON, UTF-8, without escapes that are not necessary.</summary>
    public static byte[] ToBytes(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, Options))
        {
            write(writer);
        }

        return stream.ToArray();
    }

    /// <summary>Writes a value.</summary>
    /// <param name="writer">Receives the JSON.</param>
    /// <param name="value">The value.</param>
    /// <param name="isSent">Whether the JSON is sent to a service, which takes no more than <see cref="MaxDepth"/> levels.</param>
    /// <param name="depth">The number of objects and arrays around the value.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: a value that has no JSON form, or is nested too deep.</exception>
    public static void Write(Utf8JsonWriter writer, object? value, bool isSent = false, int depth = 0)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text when !IsUnicode(text):
                throw PlainValues.Unfit("it contains text that is not valid Unicode");
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
                throw PlainValues.Unfit("JSON has no form for infinity and NaN");
            case float number when !float.IsFinite(number):
                throw PlainValues.Unfit("JSON has no form for infinity and NaN");
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
            case BigInteger number:
                writer.WriteRawValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case ToriiRawJson raw when raw.IsNumber || !isSent:
                writer.WriteRawValue(raw.Json, skipInputValidation: true);
                break;
            case DateTime moment:
                writer.WriteStringValue(moment);
                break;
            case DateTimeOffset moment:
                writer.WriteStringValue(moment);
                break;
            case DateOnly date:
                writer.WriteStringValue(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                break;
            case Guid id:
                writer.WriteStringValue(id);
                break;
            case Uri address:
                writer.WriteStringValue(address.OriginalString);
                break;
            case ToriiRawJson:
            case IEnumerable when depth >= MaxDepth:
                throw PlainValues.TooDeep();
            case IReadOnlyDictionary<string, object?> members:
                WriteObject(writer, members, isSent, depth);
                break;
            case IDictionary members:
                WriteObject(writer, Pairs(members), isSent, depth);
                break;
            case IEnumerable items:
                WriteArray(writer, items, isSent, depth);
                break;
            default:
                throw PlainValues.Unfit($"the type {value.GetType().Name} has no JSON form");
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, object?>> members, bool isSent, int depth)
    {
        writer.WriteStartObject();
        foreach ((string name, object? member) in members)
        {
            writer.WritePropertyName(IsUnicode(name) ? name : throw PlainValues.Unfit("it has a key that is not valid Unicode"));
            Write(writer, member, isSent, depth + 1);
        }

        writer.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter writer, IEnumerable items, bool isSent, int depth)
    {
        writer.WriteStartArray();
        foreach (object? item in items)
        {
            Write(writer, item, isSent, depth + 1);
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
}
