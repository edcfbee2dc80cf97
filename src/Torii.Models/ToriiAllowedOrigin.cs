using System.Text.Json.Serialization;

namespace Torii;

/// <summary>An origin that an environment allows beyond those of its own addresses (the operations on allowed origins).</summary>
public sealed class ToriiAllowedOrigin : ToriiObject
{
    /// <summary>Scheme, host and port, as the service lists it: <c>https://app.example.com</c>, <c>capacitor://localhost</c>.</summary>
    [JsonRequired]
    public string Origin { get; set; } = "";

    /// <summary>
    /// The environment that the list belongs to. The service's response does not name it; it is that of the connection,
    /// as far as the connection knows it.
    /// </summary>
    public string? EnvironmentId { get; set; }

    /// <summary>The origin.</summary>
    public override string ToString() => Origin;

    internal override string? FindMissingMember() => string.IsNullOrEmpty(Origin) ? "origin" : null;
}
