using System.Collections;
using System.Management.Automation;
using Torii.Client.Input;
using Torii.Client.Tokens;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Tokens;

/// <summary>Reads a JSON Web Key Set from the forms that scripts have it in.</summary>
internal static class JwksInput
{
    /// <summary>Returns JSON text as it is, and objects with 'keys' or output of Get-ToriiSigningKey as JSON.</summary>
    /// <param name="jwks">The key set.</param>
    /// <param name="issuer">The issuer of the tokens: keys that Get-ToriiSigningKey returned for another issuer are left out.</param>
    public static string ToJson(object jwks, string issuer) => (jwks is PSObject wrapped ? wrapped.BaseObject : jwks) switch
    {
        string text => text,

        // The output of Get-Content without -Raw.
        IEnumerable<object> lines when lines.All(static l => l is string or PSObject { BaseObject: string }) => string.Join('\n', lines),
        IEnumerable keys and not IDictionary => ToSet(keys.Cast<object>(), issuer),
        _ when InputRecords.Of(jwks).Is<ToriiSigningKey>() => ToSet([jwks], issuer),
        _ => PlainInput.Of(jwks)?.ToString() ?? "",
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidJwks</c>: the file cannot be read. One that is too large is refused by its content.</exception>
    public static byte[] ReadFile(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] content = new byte[Math.Min(file.Length, KeySet.MaxBytes + 1)];
            file.ReadExactly(content);

            // Editors write a byte order mark.
            return content.AsSpan().StartsWith("\uFEFF"u8) ? content[3..] : content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ToriiException(ToriiErrorId.InvalidJwks, $"The file '{path}' cannot be read: {e.Message}", e) { Variant = "file" };
        }
    }

    private static string ToSet(IEnumerable<object> keys, string issuer) => new ToriiMetadata
    {
        ["keys"] = keys.Select(static k => (Key: k, Record: InputRecords.Of(k)))
            .Where(k => !k.Record.Is<ToriiSigningKey>() || k.Record.Text(nameof(ToriiSigningKey.Issuer)) == issuer)
            .Select(static k => k.Record.Is<ToriiSigningKey>() ? ToKey(k.Record) : PlainInput.Of(k.Key))
            .ToArray(),
    }.ToString();

    private static ToriiMetadata ToKey(InputRecord key)
    {
        bool isRsa = key.Text(nameof(ToriiSigningKey.N)) is not null;
        return new ToriiMetadata
        {
            ["kty"] = isRsa ? "RSA" : "EC",
            ["crv"] = isRsa ? null : "P-256",
            ["alg"] = key.Text(nameof(ToriiSigningKey.Algorithm)),
            ["kid"] = key.Text(nameof(ToriiSigningKey.KeyId)),
            ["x"] = key.Text(nameof(ToriiSigningKey.X)),
            ["y"] = key.Text(nameof(ToriiSigningKey.Y)),
            ["n"] = key.Text(nameof(ToriiSigningKey.N)),
            ["e"] = key.Text(nameof(ToriiSigningKey.E)),
        };
    }
}
