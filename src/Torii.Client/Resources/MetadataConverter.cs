using System.Text.Json;
using System.Text.Json.Serialization;

namespace Torii.Client.Resources;

/// <summary>Reads metadata as plain values, and writes it as it was.</summary>
internal sealed class MetadataConverter : JsonConverter<ToriiMetadata>
{
    /// <exception cref="JsonException">It is not an object.</exception>
    public override ToriiMetadata Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.StartObject ? (ToriiMetadata)PlainValues.FromElement(JsonElement.ParseValue(ref reader))! : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, ToriiMetadata value, JsonSerializerOptions options) => PlainJson.Write(writer, value);
}

/// <summary>
/// Reads members that have no property as plain values, and writes them as they were: what was read is compared as JSON
/// where the response to the request itself was lost.
/// </summary>
internal sealed class AddedMemberConverter : JsonConverter<object>
{
    public override object? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PlainValues.FromElement(JsonElement.ParseValue(ref reader), depth: 1);

    public override void Write(Utf8JsonWriter writer, object value, JsonSerializerOptions options) => PlainJson.Write(writer, value, depth: 1);
}
