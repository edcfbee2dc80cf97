using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Torii;

/// <summary>
/// A bag of metadata, by key. Values are strings, numbers (<see cref="long"/>, <see cref="double"/>, <see cref="decimal"/>),
/// <see cref="bool"/>, <see langword="null"/>, arrays and further bags.
/// </summary>
public sealed class ToriiMetadata : Dictionary<string, object?>
{
    /// <summary>Makes an empty bag.</summary>
    public ToriiMetadata()
        : base(StringComparer.Ordinal)
    {
    }

    internal ToriiMetadata(IDictionary<string, object?> members)
        : base(members, StringComparer.Ordinal)
    {
    }

    /// <summary>The bag as JSON, so that a cell of a CSV file holds what can be read back.</summary>
    public override string ToString()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            PlainJson.Write(writer, this);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
