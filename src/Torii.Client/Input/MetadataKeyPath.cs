using System.Text;
using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Input;

/// <summary>
/// A key of metadata to delete, as a person names it: <c>plan.tier</c>, or with the name of its bag
/// <c>Private:plan.tier</c>. In a key, <c>\.</c>, <c>\:</c> and <c>\\</c> stand for the character after the backslash.
/// </summary>
internal static class MetadataKeyPath
{
    /// <summary>Adds the deletion of a key to a request: null at the key (RFC 7396, as the service merges).</summary>
    /// <param name="path">The path.</param>
    /// <param name="bags">The fields that a path can name.</param>
    /// <param name="named">The fields that the command names: a path without the name of a bag belongs to the only one.</param>
    /// <param name="body">Receives the deletion.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: it is not a path, could belong to several bags, or is also set.</exception>
    public static void Remove(string path, IReadOnlyList<InputField> bags, IReadOnlyList<InputField> named, ResourceBody body)
    {
        (string? name, List<string> keys) = Split(path);
        InputField bag = name is not null
            ? bags.FirstOrDefault(b => string.Equals(b.Name, name, StringComparison.OrdinalIgnoreCase))
                ?? throw Invalid($"'{Redactor.RedactLine(path)}' names the bag '{Redactor.RedactLine(name)}', which does not exist.", "removeKeyBag")
            : named.Count == 1 ? named[0]
            : throw Invalid($"The key '{Redactor.RedactLine(path)}' can belong to {string.Join(" or ", (named.Count == 0 ? bags : named).Select(static b => b.Name))}.", "removeKeyBag");
        ToriiMetadata at = body.Values.GetValueOrDefault(bag.Member) as ToriiMetadata ?? [];
        body.Set(bag.Member, at);
        foreach (string key in keys.SkipLast(1))
        {
            if (!at.TryGetValue(key, out object? inner))
            {
                at[key] = inner = new ToriiMetadata();
            }

            at = inner as ToriiMetadata ?? throw Conflict(path);
        }

        if (at.TryGetValue(keys[^1], out object? set) && set is not null)
        {
            throw Conflict(path);
        }

        at[keys[^1]] = null;
    }

    private static (string? Bag, List<string> Keys) Split(string path)
    {
        string? bag = null;
        List<string> keys = [];
        StringBuilder key = new();
        for (int i = 0; i < path.Length; i++)
        {
            char c = path[i];
            if (c == '\\' && i + 1 < path.Length && path[i + 1] is '.' or ':' or '\\')
            {
                key.Append(path[++i]);
            }
            else if (c == ':' && bag is null && keys.Count == 0)
            {
                bag = key.ToString();
                key.Clear();
            }
            else if (c == '.')
            {
                keys.Add(key.ToString());
                key.Clear();
            }
            else
            {
                key.Append(c);
            }
        }

        keys.Add(key.ToString());
        return keys.All(static k => k.Length > 0) ? (bag, keys) : throw Invalid($"'{Redactor.RedactLine(path)}' is not a path of keys: a key in it is empty.", "removeKey");
    }

    private static ToriiException Conflict(string path) => Invalid($"The key '{Redactor.RedactLine(path)}' is removed, and it or a key around it or within it is set or removed too.", "setAndRemoved");

    private static ToriiException Invalid(string problem, string variant) => new(ToriiErrorId.InvalidRequest, problem) { Variant = variant };
}
