namespace Torii;

/// <summary>
/// A bag of metadata, by key; keys that differ in case are different keys. Values are strings, <see cref="long"/>,
/// <see cref="decimal"/>, <see cref="System.Numerics.BigInteger"/>, <see cref="double"/>, <see cref="bool"/>,
/// <see langword="null"/>, arrays and further bags, and <see cref="ToriiRawJson"/> for what none of these holds exactly.
/// Dates stay text.
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
    public override string ToString() => PlainJson.ToText(this);
}
