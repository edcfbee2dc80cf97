using System.Text.Json;
using Torii.Client.Http;

namespace Torii.Client.Users;

/// <summary>
/// What a create or an update says of a user. Tri-state (updateUser): a field that is absent is left alone, null
/// clears it, a value sets it. Fields are named as on the wire.
/// </summary>
public sealed class ResourceBody
{
    private readonly Dictionary<string, object?> _fields = new(StringComparer.Ordinal);

    /// <summary>The fields that are sent, in the order in which they were named.</summary>
    public IReadOnlyCollection<string> Fields => _fields.Keys;

    /// <summary>What is sent of each field; null clears.</summary>
    internal IReadOnlyDictionary<string, object?> Values => _fields;

    /// <summary>Sets a field.</summary>
    /// <param name="field">Its name on the wire, for example <c>dateOfBirth</c>.</param>
    /// <param name="value">Text, a number, a truth value, or a dictionary or list of such.</param>
    public void Set(string field, object value) => _fields[field] = value ?? throw new ArgumentNullException(nameof(value));

    /// <summary>Clears a field: null on the wire.</summary>
    public void Clear(string field) => _fields[field] = null;

    /// <summary>The body as JSON for a person to read, passwords redacted.</summary>
    public string ToDisplay() => Redactor.RedactBody(ToJson())!;

    internal byte[] ToJson()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            PlainJson.Write(writer, _fields);
        }

        return stream.ToArray();
    }
}
