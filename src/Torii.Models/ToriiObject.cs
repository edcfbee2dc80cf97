using System.Text.Json.Serialization;

namespace Torii;

/// <summary>
/// What every object of the service has in common: where it came from, and the members that this version of the
/// module does not know by name.
/// </summary>
public abstract class ToriiObject : IJsonOnDeserialized
{
    private ToriiMetadata? _additionalProperties;

    /// <summary>
    /// The name of the connection that the object was read through; cmdlets that get the object use that connection.
    /// <see langword="null"/> for an object that no cmdlet emitted.
    /// </summary>
    [JsonIgnore]
    public string? ConnectionName { get; set; }

    /// <summary>
    /// Members of the service's answer that have no property of their own, by their name on the wire. Values are
    /// strings, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, <see langword="null"/>, arrays and
    /// dictionaries. Never <see langword="null"/>.
    /// </summary>
    [JsonExtensionData]
    public IDictionary<string, object?> AdditionalProperties
    {
        get => _additionalProperties ??= [];
        set => _additionalProperties = value is null ? null : value as ToriiMetadata ?? new ToriiMetadata(value);
    }

    /// <summary>
    /// The live connection behind <see cref="ConnectionName"/>. A name can be given to another tenant later, this
    /// cannot; it does not survive serialization.
    /// </summary>
    [JsonIgnore]
    internal ToriiConnection? Source { get; set; }

    /// <summary>The members without which an answer is not of this kind; <see langword="null"/> when all are there.</summary>
    internal abstract string? FindMissingMember();

    /// <summary>Replaces the parser's own element type, which nobody can use at a prompt, by plain values.</summary>
    void IJsonOnDeserialized.OnDeserialized() => PlainValues.ReplaceElements(_additionalProperties);
}
