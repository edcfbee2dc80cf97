using System.Text.Json;
using System.Text.Json.Nodes;

namespace Torii.Emulator.Store;

/// <summary>A metadata bag. It is stored as compact JSON, on which the size limit is measured.</summary>
internal sealed class Metadata
{
    /// <summary>The limit for the three bags of a user together, and for each other bag alone.</summary>
    public const int MaxBytes = 8 * 1024;

    public static readonly Metadata Empty = new("{}"u8.ToArray());

    private Metadata(byte[] json) => Json = json;

    public byte[] Json { get; }

    public static Metadata Parse(string json) => Empty.Merge(JsonDocument.Parse(json).RootElement);

    /// <summary>Merges a change: objects merge by member, null removes a member, any other value, arrays included, replaces.</summary>
    public Metadata Merge(JsonElement change)
    {
        JsonObject merged = JsonNode.Parse(Json)!.AsObject();
        MergeInto(merged, change);
        byte[] json = JsonFormat.Bytes(merged);
        return json.AsSpan().SequenceEqual(Json) ? this : new Metadata(json);
    }

    /// <summary>Merges the named bag of a body, if it is there, into a bag with a limit of its own.</summary>
    public Metadata MergeAlone(BodyFields body, string name)
    {
        Metadata merged = body.Object(name).Value is { } change ? Merge(change) : this;
        return merged.Json.Length <= MaxBytes
            ? merged
            : throw new RequestRefusedException(
                400, "metadata_too_large", $"'{name}' would take {merged.Json.Length} of {MaxBytes} bytes.", name);
    }

    private static void MergeInto(JsonObject target, JsonElement change)
    {
        foreach (JsonProperty member in change.EnumerateObject())
        {
            switch (member.Value.ValueKind)
            {
                case JsonValueKind.Null:
                    target.Remove(member.Name);
                    break;
                case JsonValueKind.Object:
                    if (target[member.Name] is not JsonObject inner)
                    {
                        inner = [];
                        target[member.Name] = inner;
                    }

                    MergeInto(inner, member.Value);
                    break;
                default:
                    target[member.Name] = JsonNode.Parse(member.Value.GetRawText());
                    break;
            }
        }
    }
}
