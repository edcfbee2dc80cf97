using System.Security.Cryptography;
using System.Text;

namespace Torii.Client;

/// <summary>
/// A secret key of the server API: <c>sk_test_…</c> (development) or <c>sk_live_…</c> (production). Only the request
/// pipeline gets the key itself out of it.
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

    /// <summary>Prefix and the last four characters, for a key long enough that these give nothing away.</summary>
    public string Hint => Value.Length >= 20 ? $"{Prefix}{Environment}_…{Value[^4..]}" : $"{Prefix}{Environment}_…";

    internal string Value { get; }

    /// <summary>Takes a key, with white space around it removed (a key read from a file ends with a line break).</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidSecretKey</c>: it is not a key. The message does not repeat it.</exception>
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
            "Torii.InvalidSecretKey",
            "That is not a secret key of torii: one begins with sk_test_ or sk_live_ and has only letters, digits, '_', '-' and '.'.",
            "Copy it from the dashboard of the environment; a publishable key does not work here.");
    }

    /// <summary>A value that is the same for the same key and address and gives away neither.</summary>
    internal string FingerprintFor(Uri address) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{address.AbsoluteUri}\n{Value}")).AsSpan(0, 16));

    /// <summary>The hint, never the key.</summary>
    public override string ToString() => Hint;
}
