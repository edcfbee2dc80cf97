namespace Torii.Client.Tokens;

/// <summary>
/// Decodes base64url as RFC 7515 §2 defines it: no padding, no white space, and only the canonical encoding (RFC 4648
/// §3.5). One segment then has exactly one spelling. That does not make a token string an identity: ECDSA signatures
/// are malleable (with r, s also r, n − s is valid), so two strings can carry the same claims and both be valid.
/// </summary>
internal static class StrictBase64Url
{
    private const byte Invalid = 0xFF;
    private static readonly byte[] Values = CreateValues();

    /// <summary>Decodes a segment.</summary>
    /// <returns>The bytes; <see langword="null"/> when the text is not canonical base64url.</returns>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        int rest = text.Length & 3;
        if (rest == 1)
        {
            return null;
        }

        byte[] bytes = new byte[(text.Length >> 2) * 3 + Math.Max(0, rest - 1)];
        uint group = 0;
        int at = 0;
        for (int i = 0; i < text.Length; i++)
        {
            byte value = text[i] < Values.Length ? Values[text[i]] : Invalid;
            if (value == Invalid)
            {
                return null;
            }

            group = (group << 6) | value;
            if ((i & 3) == 3)
            {
                bytes[at++] = (byte)(group >> 16);
                bytes[at++] = (byte)(group >> 8);
                bytes[at++] = (byte)group;
                group = 0;
            }
        }

        // RFC 4648 §3.5: the unused bits of the last character must be zero.
        switch (rest)
        {
            case 2:
                bytes[at] = (byte)(group >> 4);
                return (group & 0xF) == 0 ? bytes : null;
            case 3:
                bytes[at] = (byte)(group >> 10);
                bytes[at + 1] = (byte)(group >> 2);
                return (group & 0x3) == 0 ? bytes : null;
            default:
                return bytes;
        }
    }

    private static byte[] CreateValues()
    {
        byte[] values = new byte[128];
        Array.Fill(values, Invalid);
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (int i = 0; i < Alphabet.Length; i++)
        {
            values[Alphabet[i]] = (byte)i;
        }

        return values;
    }
}
