using System.Collections;
using System.Management.Automation;
using Torii.Client.Input;
using Torii.Client.Tokens;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Tokens;

/// <summary>A key set as a person has it at hand.</summary>
internal static class JwksInput
{
    /// <summary>JSON text as it is; objects with 'keys', and keys of Get-ToriiSigningKey, as the JSON that they stand for.</summary>
    /// <param name="jwks">The key set.</param>
    /// <param name="issuer">Whose tokens are checked: what Get-ToriiSigningKey gave for another issuer is left out.</param>
    public static string ToJson(object jwks, string issuer) => (jwks is PSObject wrapped ? wrapped.BaseObject : jwks) switch
    {
        string text => text,
        // What Get-Content gives without -Raw.
        IEnumerable<object> lines when lines.All(static l => l is string or PSObject { BaseObject: string }) => string.Join('\n', lines),
        IEnumerable keys and not IDictionary => Set(keys.Cast<object>(), issuer),
        _ when InputRecords.Of(jwks).Is<ToriiSigningKey>() => Set([jwks], issuer),
        _ => PlainInput.Of(jwks)?.ToString() ?? "",
    };

    /// <exception cref="ToriiException"><c>Torii.InvalidJwks</c>: it cannot be read, or is too large for one.</exception>
    public static byte[] ReadFile(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] content = new byte[Math.Min(file.Length, KeySet.MaxBytes + 1)];
            file.ReadExactly(content);
            // A file that an editor saved may begin with a byte order mark.
            return content.AsSpan().StartsWith("\uFEFF"u8) ? content[3..] : content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ToriiException("Torii.InvalidJwks", $"The key set in '{path}' cannot be read: {e.Message}", "Check -JwksPath.", e);
        }
    }

    private static string Set(IEnumerable<object> keys, string issuer) => new ToriiMetadata
    {
        ["keys"] = keys.Select(static k => (Key: k, Record: InputRecords.Of(k)))
            .Where(k => !k.Record.Is<ToriiSigningKey>() || k.Record.Text(nameof(ToriiSigningKey.Issuer)) == issuer)
            .Select(static k => k.Record.Is<ToriiSigningKey>() ? Jwk(k.Record) : PlainInput.Of(k.Key))
            .ToArray(),
    }.ToString();

    private static ToriiMetadata Jwk(InputRecord key) => new()
    {
        ["kty"] = "EC",
        ["crv"] = "P-256",
        ["alg"] = key.Text(nameof(ToriiSigningKey.Algorithm)),
        ["kid"] = key.Text(nameof(ToriiSigningKey.KeyId)),
        ["x"] = key.Text(nameof(ToriiSigningKey.X)),
        ["y"] = key.Text(nameof(ToriiSigningKey.Y)),
    };
}
