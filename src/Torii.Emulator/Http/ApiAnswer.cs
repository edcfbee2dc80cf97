using System.Text.Json;

namespace Torii.Emulator.Http;

/// <summary>A whole answer in memory, so that a fault can still cut, replace or delay it.</summary>
internal sealed record ApiAnswer(int Status, string? ContentType = null, ReadOnlyMemory<byte> Body = default)
{
    public static readonly ApiAnswer NoContent = new(204);

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public static ApiAnswer Json(int status, Action<Utf8JsonWriter> write) => Json(status, JsonBytes.Write(write));

    public static ApiAnswer Json(int status, ReadOnlyMemory<byte> body) => new(status, "application/json", body);

    public ApiAnswer With(string header, string? value) =>
        value is null ? this : this with { Headers = [.. Headers, KeyValuePair.Create(header, value)] };
}
