using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace Torii.Emulator.Http;

/// <summary>A complete reply in memory, so that a fault can still replace, cut or delay it.</summary>
internal sealed record Reply(int Status, string? ContentType = null, ReadOnlyMemory<byte> Body = default)
{
    public static readonly Reply NoContent = new(204);

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public static Reply Json<T>(int status, T value) =>
        JsonBytes(status, JsonFormat.Bytes(value));

    public static Reply JsonBytes(int status, ReadOnlyMemory<byte> body) => new(status, "application/json", body);

    public static Reply Text(int status, string contentType, string text) =>
        new(status, contentType, Encoding.UTF8.GetBytes(text));

    /// <summary>Creates an error as problem+json (RFC 9457), with the top-level members code and supportId that the SDKs read.</summary>
    public static Reply Problem(int status, string code, string detail, string instance, string? field = null, string? invitationStatus = null)
    {
        var problem = new JsonObject
        {
            ["type"] = "urn:torii:problem:" + code,
            ["title"] = ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } phrase ? phrase : $"Error {status}",
            ["status"] = status,
            ["detail"] = detail,
            ["instance"] = instance,
            ["code"] = code,
            ["supportId"] = $"sup_{Random.Shared.NextInt64():x16}",
        };
        if (field is not null)
        {
            problem["properties"] = new JsonObject { ["field"] = field };
        }

        if (invitationStatus is not null)
        {
            problem["invitationStatus"] = invitationStatus;
        }

        return Json(status, problem) with { ContentType = "application/problem+json" };
    }

    public Reply With(string header, string? value) =>
        value is null ? this : this with { Headers = [.. Headers, KeyValuePair.Create(header, value)] };
}
