using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace Torii.Emulator.Http;

/// <summary>The body of an error (RFC 9457), with the top-level members code and supportId that the SDKs read.</summary>
internal sealed record Problem
{
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Detail { get; init; }

    public required string Instance { get; init; }

    public required string Code { get; init; }

    public required string SupportId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Properties { get; init; }

    public static string TitleOf(int status) => ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } phrase ? phrase : $"Error {status}";
}
