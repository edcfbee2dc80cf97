using System.Security.Cryptography;
using System.Text;

namespace Torii.Client;

/// <summary>
/// A secret key of torii's server API: <c>sk_test_…</c> (development) or <c>sk_live_…</c> (production). Only the
/// authenticator reads the key itself.
/// </summary>
public sealed class SecretKey
{
    private const string Prefix = "sk_";

    private SecretKey(string value, string environment)
    {
        Value = value;
        Environment = environment;
    }

    /// <summary><c>test</c> or <c>live</c>.</summary>
    public string Environment { get; }

    /// <summary>The prefix and, for a key of at least 20 characters, the last four characters.</summary>
    public string Hint => Value.Length >= 20 ? $"{Prefix}{Environment}_…{Value[^4..]}" : $"{Prefix}{Environment}_…";

    internal string Value { get; }

    /// <summary>Parses a key. Surrounding white space is ignored, because a key read from a file ends with a line break.</summary>
    /// <exception cref="ToriiException"><see cref="ToriiErrorId.InvalidSecretKey"/>. The message does not repeat the text.</exception>
    public static SecretKey Parse(string? text)
    {
        string value = text?.Trim() ?? "";
        foreach (string environment in (string[])["test", "live"])
        {
            string prefix = $"{Prefix}{environment}_";
            if (value.StartsWith(prefix, StringComparison.Ordinal)
                && value.Length > prefix.Length
                && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
            {
                return new SecretKey(value, environment);
            }
        }

        throw new ToriiException(
            ToriiErrorId.InvalidSecretKey,
            "The value is not a secret key: a key starts with sk_test_ or sk_live_ and contains only letters, digits, '_', '-' and '.'.");
    }

    /// <summary>A value that is equal for the same key and address and reveals neither.</summary>
    internal string FingerprintFor(Uri address) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{address.AbsoluteUri}\n{Value}")).AsSpan(0, 16));

    /// <summary>The hint, never the key.</summary>
    public override string ToString() => Hint;
}
