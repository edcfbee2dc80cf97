using System.Text;
using System.Text.Json;

namespace Torii.Emulator.Http;

/// <summary>A complete reply in memory, so that a fault can still replace, cut or delay it.</summary>
internal sealed record Reply(int Status, string? ContentType = null, ReadOnlyMemory<byte> Body = default)
{
    public static readonly Reply NoContent = new(204);

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public static Reply Json<T>(int status, T value) =>
        JsonBytes(status, JsonSerializer.SerializeToUtf8Bytes(value, JsonFormat.Options));

    public static Reply JsonBytes(int status, ReadOnlyMemory<byte> body) => new(status, "application/json", body);

    public static Reply Text(int status, string contentType, string text) =>
        new(status, contentType, Encoding.UTF8.GetBytes(text));

    /// <summary>Creates an error: problem+json with a stable code and an id to quote to support.</summary>
    public static Reply Problem(int status, string code, string detail, string instance, string? field = null) => Json(status, new Problem
    {
        Type = "urn:torii:problem:" + code,
        Title = Http.Problem.TitleOf(status),
        Status = status,
        Detail = detail,
        Instance = instance,
        Code = code,
        SupportId = $"sup_{Random.Shared.NextInt64():x16}",
        Properties = field is null ? null : new Dictionary<string, string> { ["field"] = field },
    }) with { ContentType = "application/problem+json" };

    public Reply With(string header, string? value) =>
        value is null ? this : this with { Headers = [.. Headers, KeyValuePair.Create(header, value)] };
}
