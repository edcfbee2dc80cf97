namespace Torii.Client.Tokens;

/// <summary>
/// base64url as tokens have it (RFC 7515 §2): no padding, no white space, and of the spellings of the same bytes only
/// the canonical one, so that no two different tokens mean the same.
/// </summary>
internal static class Base64Url
{
    private const byte None = 0xFF;
    private static readonly byte[] Values = CreateValues();

    /// <summary>The bytes; null when the text is not exactly what an encoder makes of them.</summary>
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
            byte value = text[i] < Values.Length ? Values[text[i]] : None;
            if (value == None)
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

        // What is left over of the last character says nothing, and must be zero.
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
        Array.Fill(values, None);
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (int i = 0; i < Alphabet.Length; i++)
        {
            values[Alphabet[i]] = (byte)i;
        }

        return values;
    }
}
