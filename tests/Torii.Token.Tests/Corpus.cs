using System.Text.Json;
using Torii.Client.Tokens;

namespace Torii.Token.Tests;

/// <summary>A token of the corpus, what it is checked by, and what must come of it.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Reason">The error id; null for a good one.</param>
/// <param name="Token">The token.</param>
/// <param name="Rules">What it must fit.</param>
/// <param name="Now">When.</param>
internal sealed record CorpusEntry(string Name, string? Reason, string Token, TokenRules Rules, DateTimeOffset Now);

/// <summary>The data files that Corpus/make-corpus.mjs makes.</summary>
internal static class Corpus
{
    public const string Issuer = "https://acme.torii.so";

    /// <summary>When the corpus is checked, unless an entry says otherwise.</summary>
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1780272000);

    public static KeySet Keys { get; } = KeySet.Parse(File.ReadAllBytes(PathOf("jwks.json")));

    public static IReadOnlyDictionary<string, CorpusEntry> Hostile { get; } = Read("hostile.json");

    public static IReadOnlyDictionary<string, CorpusEntry> Good { get; } = Read("good.json");

    public static IReadOnlyDictionary<string, CorpusEntry> Deep { get; } = Read("deep.json");

    public static TokenVerdict Check(CorpusEntry entry) => Check(entry.Token, entry.Rules, entry.Now);

    public static TokenVerdict Check(string? token, TokenRules? rules = null, DateTimeOffset? now = null) =>
        new TokenVerifier(Keys, rules ?? new TokenRules { Issuer = Issuer }, new ManualClock(now ?? Now)).VerifyAsync(token, default).Result;

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Corpus", name);

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
            new TokenRules
            {
                Issuer = Rule("issuer")?.GetString() ?? Issuer,
                Audiences = Rule("audience")?.EnumerateArray().Select(a => a.GetString()!).ToArray() ?? [],
                ClockSkew = TimeSpan.FromSeconds(Rule("skew")?.GetInt32() ?? TokenRules.DefaultClockSkewSec),
            },
            Rule("now") is { } now ? DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(now.GetDouble() * 1000)) : Now);
    }

    /// <summary>A token with half of a surrogate pair in it cannot be read as text by this parser; the raw escape is undone by hand.</summary>
    private static string Text(JsonElement element) =>
        element.GetRawText() is var raw && raw.Contains("\\ud800", StringComparison.Ordinal)
            ? raw[1..^1].Replace("\\ud800", "\uD800", StringComparison.Ordinal)
            : element.GetString()!;
}
