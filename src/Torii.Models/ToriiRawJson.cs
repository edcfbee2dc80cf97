namespace Torii;

/// <summary>
/// A value of metadata as the JSON that it is, because no plain value holds it: a number that no number type of .NET has
/// exactly (<c>1e400</c>, or more digits than a decimal), or what is nested more than 64 levels deep. Sent again, a number
/// is the same number. Only the module creates instances.
/// </summary>
public sealed class ToriiRawJson
{
    internal ToriiRawJson(string json) => Json = json;

    /// <summary>The JSON text.</summary>
    public string Json { get; }

    /// <summary>Whether it is a number, not an object or an array.</summary>
    internal bool IsNumber => Json[0] is '-' or (>= '0' and <= '9');

    /// <summary>Whether both are the same text.</summary>
    /// <param name="obj">The other value.</param>
    public override bool Equals(object? obj) => obj is ToriiRawJson other && other.Json == Json;

    /// <summary>The hash code of the text.</summary>
    public override int GetHashCode() => Json.GetHashCode(StringComparison.Ordinal);

    /// <summary>The JSON text.</summary>
    public override string ToString() => Json;
}
