using System.Text.Json.Serialization;

namespace Torii;

/// <summary>
/// Represents an object of a service: the connection that it was read through, and the members that this version of
/// the module has no property for.
/// </summary>
public abstract class ToriiObject : IJsonOnDeserialized
{
    private ToriiMetadata? _additionalProperties;

    /// <summary>
    /// The name of the connection that the object was read through; cmdlets that receive the object use that connection.
    /// <see langword="null"/> for an object that no cmdlet wrote.
    /// </summary>
    [JsonIgnore]
    public string? ConnectionName { get; set; }

    /// <summary>
    /// Members of the response that have no property of their own, by their name in JSON. Values are
    /// those of <see cref="ToriiMetadata"/>. Never <see langword="null"/>.
    /// </summary>
    [JsonExtensionData]
    public IDictionary<string, object?> AdditionalProperties
    {
        get => _additionalProperties ??= [];
        set => _additionalProperties = value is null ? null : value as ToriiMetadata ?? new ToriiMetadata(value);
    }

    /// <summary>
    /// The connection behind <see cref="ConnectionName"/>. The name can belong to another environment later; this does not
    /// change. It does not survive serialization.
    /// </summary>
    [JsonIgnore]
    internal ToriiConnection? Source { get; set; }

    /// <summary>The name of a required member that is missing; <see langword="null"/> when none is.</summary>
    internal abstract string? FindMissingMember();

    /// <summary>Replaces the parser's element type with plain values.</summary>
    void IJsonOnDeserialized.OnDeserialized() => PlainValues.ReplaceElements(_additionalProperties);
}
