using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Torii.Client.Tokens;

/// <summary>Finds the key that a token names.</summary>
public interface IKeySource
{
    /// <summary>Looks for an issuer's key.</summary>
    /// <param name="issuer">Whose key, without a trailing slash.</param>
    /// <param name="keyId">Its name.</param>
    /// <param name="context">When to give up, and whom to tell of requests.</param>
    /// <exception cref="ToriiException"><c>Torii.KeysUnavailable</c>: whether there is such a key could not be found out.</exception>
    internal ValueTask<KeyLookup> FindAsync(string issuer, string keyId, RequestContext context);
}

/// <summary>What came of a look for a key.</summary>
/// <param name="Key">The key; null when the issuer has none of that name.</param>
/// <param name="Keys">Which keys were looked through in vain, for a message.</param>
/// <param name="Warning">What the caller should be told although the key is there.</param>
internal readonly record struct KeyLookup(VerificationKey? Key, string Keys = "", string? Warning = null);

/// <summary>
/// The keys of a JSON Web Key Set (RFC 7517) that tokens may be signed with: public P-256 keys with a name, for
/// signing with ES256. Everything else in a set is skipped, because a set may serve other purposes too.
/// </summary>
public sealed class KeySet : IKeySource
{
    /// <summary>The largest set that is read, in bytes. torii's have a few hundred.</summary>
    public const int MaxBytes = 256 * 1024;

    private readonly Dictionary<string, VerificationKey> _keys = new(StringComparer.Ordinal);

    private KeySet()
    {
    }

    internal IReadOnlyCollection<VerificationKey> Keys => _keys.Values;

    /// <summary>How many entries of the set were of no use.</summary>
    internal int Skipped { get; private set; }

    /// <summary>Reads a set.</summary>
    /// <param name="json">The set, UTF-8.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidJwks</c>: that is no key set.</exception>
    public static KeySet Parse(ReadOnlyMemory<byte> json) => Parse(json, before: null);

    /// <summary>Reads a set; keys that were there before stay the imported objects that they are.</summary>
    internal static KeySet Parse(ReadOnlyMemory<byte> json, KeySet? before)
    {
        KeySet result = new();
        try
        {
            if (json.Length > MaxBytes)
            {
                throw Invalid($"is larger than {MaxBytes} bytes");
            }

            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("keys", out JsonElement keys)
                || keys.ValueKind != JsonValueKind.Array)
            {
                throw Invalid("is not an object with an array 'keys'");
            }

            result.Add(keys, before);
            return result;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Invalid("is not JSON", e);
        }
    }

    /// <summary>The key of that name.</summary>
    internal bool TryFind(string keyId, [NotNullWhen(true)] out VerificationKey? key) => _keys.TryGetValue(keyId, out key);

    /// <summary>How many keys there are, for a message.</summary>
    internal string Describe() => (_keys.Count, Skipped) switch
    {
        (1, 0) => "1 key",
        (var n, 0) => $"{n} keys",
        var (n, skipped) => $"{n} usable of {n + skipped} keys",
    };

    ValueTask<KeyLookup> IKeySource.FindAsync(string issuer, string keyId, RequestContext context) =>
        new(TryFind(keyId, out VerificationKey? key) ? new KeyLookup(key) : new KeyLookup(null, $"the {Describe()} given"));

    private void Add(JsonElement entries, KeySet? before)
    {
        HashSet<string> ambiguous = new(StringComparer.Ordinal);
        foreach (JsonElement entry in entries.EnumerateArray())
        {
            if (!IsForSigning(entry) || Member(entry, "kid") is not { Length: > 0 } id || Member(entry, "x") is not { } x || Member(entry, "y") is not { } y)
            {
                Skipped++;
            }
            else if (_keys.TryGetValue(id, out VerificationKey? same))
            {
                // Two keys of one name: nobody can say which of them is meant. The same key twice is one.
                Skipped++;
                if (same.X != x || same.Y != y)
                {
                    ambiguous.Add(id);
                }
            }
            else if ((before?._keys.GetValueOrDefault(id) is { } known && known.X == x && known.Y == y ? known : VerificationKey.Import(id, x, y)) is { } key)
            {
                _keys.Add(id, key);
            }
            else
            {
                Skipped++;
            }
        }

        foreach (string id in ambiguous)
        {
            _keys.Remove(id);
            Skipped++;
        }
    }

    /// <summary>EC, P-256, and nothing in it that says it is for something else. A key with its private half is nobody's secret any more.</summary>
    private static bool IsForSigning(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object
        && Member(entry, "kty") == "EC"
        && Member(entry, "crv") == "P-256"
        && (!entry.TryGetProperty("use", out _) || Member(entry, "use") == "sig")
        && (!entry.TryGetProperty("alg", out _) || Member(entry, "alg") == "ES256")
        && (!entry.TryGetProperty("key_ops", out JsonElement uses)
            || (uses.ValueKind == JsonValueKind.Array && uses.EnumerateArray().Any(static u => u.ValueKind == JsonValueKind.String && u.ValueEquals("verify"))))
        && !entry.TryGetProperty("d", out _);

    private static string? Member(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ToriiException Invalid(string problem, Exception? cause = null) => new(
        "Torii.InvalidJwks",
        $"That {problem}, and so no key set.",
        "Give what the issuer answers at /_torii/.well-known/jwks.json: {\"keys\":[…]}.",
        cause);
}
