using System.Text.Json;
using Torii.Client.Tests.Support;
using Torii.Client.Tokens;

namespace Torii.Client.Tests.Tokens;

/// <summary>A token of the corpus, how it is validated, and the expected result.</summary>
/// <param name="Name">What is special about the token.</param>
/// <param name="Reason">The expected error id; null for a valid token.</param>
/// <param name="Token">The token.</param>
/// <param name="Options">What the token must satisfy.</param>
/// <param name="Now">The time of the validation.</param>
/// <param name="IsTimed">Whether the result is true at that time only.</param>
internal sealed record CorpusEntry(string Name, string? Reason, string Token, TokenValidationOptions Options, DateTimeOffset Now, bool IsTimed);

/// <summary>The data files that Corpus/make-corpus.mjs creates.</summary>
internal static class Corpus
{
    public const string Issuer = "https://acme.torii.so";

    /// <summary>The time of the validation where an entry sets none.</summary>
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1780272000);

    public static KeySet Keys { get; } = KeySet.Parse(File.ReadAllBytes(PathOf("jwks.json")));

    public static IReadOnlyDictionary<string, CorpusEntry> Hostile { get; } = Read("hostile.json");

    public static IReadOnlyDictionary<string, CorpusEntry> Good { get; } = Read("good.json");

    public static IReadOnlyDictionary<string, CorpusEntry> Deep { get; } = Read("deep.json");

    public static TokenValidationResult Check(CorpusEntry entry) => Check(entry.Token, entry.Options, entry.Now);

    public static TokenValidationResult Check(string? token, TokenValidationOptions? rules = null, DateTimeOffset? now = null) =>
        new TokenVerifier(Keys, rules ?? new TokenValidationOptions { Issuer = Issuer }, new ManualTime(now ?? Now)).VerifyAsync(token, default).Result;

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Tokens", "Corpus", name);

    private static Dictionary<string, CorpusEntry> Read(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(PathOf(name)));
        return document.RootElement.EnumerateArray().Select(Entry).ToDictionary(e => e.Name);
    }

    private static CorpusEntry Entry(JsonElement entry)
    {
        JsonElement rules = entry.TryGetProperty("rules", out JsonElement given) ? given : default;
        JsonElement? Rule(string name) => rules.ValueKind == JsonValueKind.Object && rules.TryGetProperty(name, out JsonElement value) ? value : null;
        return new CorpusEntry(
            entry.GetProperty("name").GetString()!,
            entry.TryGetProperty("reason", out JsonElement reason) ? reason.GetString() : null,
            entry.TryGetProperty("token", out JsonElement token)
                ? Text(token)
                : string.Concat(entry.GetProperty("parts").EnumerateArray().SelectMany(p => Enumerable.Repeat(Text(p[0]), p[1].GetInt32()))),
            new TokenValidationOptions
            {
                Issuer = Rule("issuer")?.GetString() ?? Issuer,
                Audiences = Rule("audience")?.EnumerateArray().Select(a => a.GetString()!).ToArray() ?? [],
                ClockSkew = TimeSpan.FromSeconds(Rule("skew")?.GetInt32() ?? TokenValidationOptions.DefaultClockSkewSec),
            },
            Rule("now") is { } now ? DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(now.GetDouble() * 1000)) : Now,
            Rule("now") is not null);
    }

    /// <summary>System.Text.Json does not read an unpaired surrogate, so its escape is decoded here.</summary>
    private static string Text(JsonElement element) =>
        element.GetRawText() is var raw && raw.Contains("\\ud800", StringComparison.Ordinal)
            ? raw[1..^1].Replace("\\ud800", "\uD800", StringComparison.Ordinal)
            : element.GetString()!;
}
