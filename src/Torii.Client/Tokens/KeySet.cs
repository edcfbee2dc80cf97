using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Torii.Client.Tokens;

/// <summary>Finds the key that a token names.</summary>
public interface IKeySource
{
    /// <summary>Finds a key.</summary>
    /// <param name="options">Which issuer's key, at which path and for which algorithm.</param>
    /// <param name="keyId">The <c>kid</c>.</param>
    /// <param name="context">Cancellation, and the observer of requests.</param>
    /// <exception cref="ToriiException"><c>Torii.KeysUnavailable</c>: whether the key exists is unknown.</exception>
    internal ValueTask<KeyLookup> FindAsync(TokenValidationOptions options, string keyId, RequestContext context);
}

/// <summary>The result of looking for a key.</summary>
/// <param name="Key">The key; <see langword="null"/> when the issuer has no key of that name.</param>
/// <param name="Keys">The keys that were searched, for a message.</param>
/// <param name="Warning">A message for the user when the key was found.</param>
internal readonly record struct KeyLookup(VerificationKey? Key, string Keys = "", string? Warning = null);

/// <summary>
/// The keys of a JSON Web Key Set (RFC 7517) that can verify one algorithm's signatures: public keys with a
/// <c>kid</c>. Other entries are skipped, because a set may serve several purposes.
/// </summary>
public sealed class KeySet : IKeySource
{
    /// <summary>The maximum size of a set, in bytes. Those of torii have a few hundred.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Members that only private or symmetric keys have (RFC 7518 §6).</summary>
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    private readonly Dictionary<string, VerificationKey> _keys = new(StringComparer.Ordinal);
    private readonly SigningAlgorithm _algorithm;

    private KeySet(SigningAlgorithm algorithm) => _algorithm = algorithm;

    internal IReadOnlyCollection<VerificationKey> Keys => _keys.Values;

    /// <summary>The number of entries that were skipped.</summary>
    internal int Skipped { get; private set; }

    /// <summary>Parses a set.</summary>
    /// <param name="json">The set, UTF-8.</param>
    /// <param name="algorithm">The algorithm to take keys for. Default: <c>ES256</c>.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidJwks</c>: not a valid JSON Web Key Set.</exception>
    public static KeySet Parse(ReadOnlyMemory<byte> json, string algorithm = TokenValidationOptions.DefaultAlgorithm) =>
        Parse(json, SigningAlgorithm.Get(algorithm), previous: null);

    /// <summary>Parses a set; keys that the previous one has too stay the same imported objects.</summary>
    internal static KeySet Parse(ReadOnlyMemory<byte> json, SigningAlgorithm algorithm, KeySet? previous)
    {
        KeySet result = new(algorithm);
        try
        {
            if (json.Length > MaxBytes)
            {
                throw Invalid($"larger than {MaxBytes / 1024} KiB");
            }

            using JsonDocument document = JsonDocument.Parse(json);
            if (FindKeys(document.RootElement) is not { ValueKind: JsonValueKind.Array } keys)
            {
                throw Invalid("not an object with an array 'keys'");
            }

            result.Add(keys, previous);
            return result;
        }
        catch (JsonException e)
        {
            throw Invalid("not valid JSON", e);
        }
    }

    internal bool TryFind(string keyId, [NotNullWhen(true)] out VerificationKey? key) => _keys.TryGetValue(keyId, out key);

    /// <summary>The number of keys, for a message.</summary>
    internal string Describe() => (_keys.Count, Skipped) switch
    {
        (1, 0) => "1 key",
        (var n, 0) => $"{n} keys",
        var (n, skipped) => $"{n} usable of {n + skipped} keys",
    };

    ValueTask<KeyLookup> IKeySource.FindAsync(TokenValidationOptions options, string keyId, RequestContext context) =>
        new(options.SigningAlgorithm == _algorithm && TryFind(keyId, out VerificationKey? key) ? new KeyLookup(key) : new KeyLookup(null, $"the {Describe()} given"));

    private static JsonElement? FindKeys(JsonElement root)
    {
        JsonElement? keys = null;
        if (root.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in root.EnumerateObject())
            {
                try
                {
                    keys = member.NameEquals("keys") ? member.Value : keys;
                }
                catch (InvalidOperationException)
                {
                    // A name with an unpaired surrogate is not "keys".
                }
            }
        }

        return keys;
    }

    private void Add(JsonElement entries, KeySet? previous)
    {
        HashSet<string> ambiguous = new(StringComparer.Ordinal);
        foreach (JsonElement entry in entries.EnumerateArray())
        {
            if (Import(entry) is not { } key)
            {
                Skipped++;
            }
            else if (!_keys.TryGetValue(key.KeyId, out VerificationKey? same))
            {
                _keys.Add(key.KeyId, previous?._keys.GetValueOrDefault(key.KeyId) is { } known && known.IsSame(key) ? known : key);
            }
            else
            {
                // The same key twice is one key; which of two different keys of one name is meant is unknown.
                Skipped++;
                if (!same.IsSame(key))
                {
                    ambiguous.Add(key.KeyId);
                }
            }
        }

        foreach (string id in ambiguous)
        {
            _keys.Remove(id);
            Skipped++;
        }
    }

    /// <summary>The key of an entry; <see langword="null"/> where the entry is not a usable key. One bad entry does not affect the others.</summary>
    private VerificationKey? Import(JsonElement entry)
    {
        try
        {
            return !IsForVerifying(entry) || Text(entry, "kid") is not { Length: > 0 } id ? null
                : _algorithm.Curve is not null
                    ? Text(entry, "x") is { } x && Text(entry, "y") is { } y ? VerificationKey.FromPoint(id, _algorithm, x, y) : null
                : Text(entry, "n") is { } n && Text(entry, "e") is { } e ? VerificationKey.FromModulus(id, _algorithm, n, e)
                : null;
        }
        catch (InvalidOperationException)
        {
            // Thrown where a string is not valid UTF-8 or contains an unpaired surrogate.
            return null;
        }
    }

    /// <summary>
    /// Whether an entry is a public key of the algorithm that is not restricted to another use. A published private
    /// key is not trusted. A null or an empty <c>key_ops</c> counts as absent: serializers write those, Microsoft's
    /// JsonWebKey among them.
    /// </summary>
    private bool IsForVerifying(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object
        && Text(entry, "kty") == _algorithm.KeyType
        && (_algorithm.Curve is null || Text(entry, "crv") == _algorithm.Curve)
        && (!Has(entry, "use", out _) || Text(entry, "use") == "sig")
        && (!Has(entry, "alg", out _) || Text(entry, "alg") == _algorithm.Name)
        && (!Has(entry, "key_ops", out JsonElement operations) || AllowVerify(operations))
        && !PrivateMembers.Any(name => Has(entry, name, out _));

    private static bool AllowVerify(JsonElement operations) =>
        operations.ValueKind == JsonValueKind.Array
        && (operations.GetArrayLength() == 0 || operations.EnumerateArray().Any(static o => o.ValueKind == JsonValueKind.String && o.ValueEquals("verify")));

    private static bool Has(JsonElement entry, string name, out JsonElement value) =>
        entry.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ToriiException Invalid(string problem, Exception? cause = null) => new(
        ToriiErrorId.InvalidJwks, $"Not a valid JSON Web Key Set: {problem}.", cause);
}
