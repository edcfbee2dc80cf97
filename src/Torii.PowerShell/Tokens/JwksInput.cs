using System.Collections;
using System.Management.Automation;
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
        _ when PipelineInput.Is<ToriiSigningKey>(PSObject.AsPSObject(jwks)) => Set([jwks], issuer),
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
        ["keys"] = keys.Select(PSObject.AsPSObject)
            .Where(k => !PipelineInput.Is<ToriiSigningKey>(k) || PipelineInput.Text(k, nameof(ToriiSigningKey.Issuer)) == issuer)
            .Select(One)
            .ToArray(),
    }.ToString();

    private static object? One(PSObject key) =>
        !PipelineInput.Is<ToriiSigningKey>(key) ? PlainInput.Of(key) : new ToriiMetadata
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["alg"] = PipelineInput.Text(key, nameof(ToriiSigningKey.Algorithm)),
            ["kid"] = PipelineInput.Text(key, nameof(ToriiSigningKey.KeyId)),
            ["x"] = PipelineInput.Text(key, nameof(ToriiSigningKey.X)),
            ["y"] = PipelineInput.Text(key, nameof(ToriiSigningKey.Y)),
        };
}
