using System.Text;

namespace Torii.Client.Tokens;

/// <summary>
/// A token that has the form of one of torii's, before anything in it is believed. These checks come first, in this
/// order: the first of them keeps a parser from being fed what it cannot bear.
/// </summary>
internal sealed class SignedToken
{
    /// <summary>The longest token that is looked at, in characters.</summary>
    public const int MaxLength = 250 * 1024;

    /// <summary>The longest name of a key.</summary>
    public const int MaxKeyIdLength = 256;

    /// <summary>Members of a header that change what the signature means or what is signed (RFC 7515 §4.1.11, RFC 7797, RFC 7516).</summary>
    private static readonly string[] Unsupported = ["crit", "b64", "zip", "enc", "cty"];

    /// <summary>Members of a header by which a token brings its own key or says where to get one (RFC 7515 §4.1.2 to 4.1.6).</summary>
    private static readonly string[] OwnKeys = ["jku", "jwk", "x5u", "x5c"];

    private SignedToken(string keyId, StrictObject header, StrictObject payload, byte[] content, byte[] signature)
    {
        KeyId = keyId;
        Header = header;
        Payload = payload;
        Content = content;
        Signature = signature;
    }

    /// <summary>The key that the token says it is signed with.</summary>
    public string KeyId { get; }

    public StrictObject Header { get; }

    public StrictObject Payload { get; }

    /// <summary>What was signed: the first two segments as they stand.</summary>
    public byte[] Content { get; }

    public byte[] Signature { get; }

    /// <summary>Reads a token; null with the reason where it is not one of ES256 in the form that torii has.</summary>
    public static SignedToken? Read(string? text, out TokenRefusal? refusal)
    {
        if (Segments.Read(text, out refusal) is not { } segments || (refusal = CheckHeader(segments.Header)) is not null)
        {
            return null;
        }

        return new SignedToken(
            segments.Header.Text("kid")!, segments.Header, segments.Payload, Encoding.ASCII.GetBytes(text!, 0, segments.ContentLength), segments.Signature);
    }

    private static TokenRefusal? CheckHeader(StrictObject header)
    {
        if (!string.Equals(header.Text("alg"), "ES256", StringComparison.Ordinal))
        {
            return TokenRefusal.OfAlgorithm();
        }

        foreach (string name in Unsupported)
        {
            if (header.Has(name))
            {
                return TokenRefusal.OfHeader($"has '{name}', which is not supported");
            }
        }

        foreach (string name in OwnKeys)
        {
            if (header.Has(name))
            {
                return TokenRefusal.OfHeader($"brings a key of its own ('{name}')");
            }
        }

        return header.Has("typ") && header.Text("typ") is null ? TokenRefusal.OfHeader("has a 'typ' that is not a string")
            : header.Text("kid") is not { Length: > 0 and <= MaxKeyIdLength } ? TokenRefusal.OfHeader("does not name its key ('kid')")
            : null;
    }

    /// <summary>The three parts of any signed token, whoever signed it and how.</summary>
    internal sealed record Segments(StrictObject Header, StrictObject Payload, byte[] Signature, int ContentLength)
    {
        /// <summary>Splits and decodes; null with the reason where that cannot be done to the letter.</summary>
        public static Segments? Read(string? text, out TokenRefusal? refusal)
        {
            refusal = null;
            if (string.IsNullOrWhiteSpace(text))
            {
                refusal = TokenRefusal.NoToken("There is no token.");
                return null;
            }

            if (text.Length > MaxLength)
            {
                return Refuse($"is longer than {MaxLength} characters", out refusal);
            }

            int first = text.IndexOf('.');
            int second = first < 0 ? -1 : text.IndexOf('.', first + 1);
            if (second < 0 || text.IndexOf('.', second + 1) >= 0)
            {
                return Refuse("does not have three segments", out refusal);
            }

            if (Base64Url.Decode(text.AsSpan(0, first)) is not { } header
                || Base64Url.Decode(text.AsSpan(first + 1, second - first - 1)) is not { } payload
                || Base64Url.Decode(text.AsSpan(second + 1)) is not { } signature)
            {
                return Refuse("has a segment that is not canonical base64url without padding", out refusal);
            }

            if (StrictObject.Read(header, out string? problem) is not { } headerMembers)
            {
                return Refuse($"has a header that {problem}", out refusal);
            }

            return StrictObject.Read(payload, out problem) is { } payloadMembers
                ? new Segments(headerMembers, payloadMembers, signature, second)
                : Refuse($"has a payload that {problem}", out refusal);
        }

        private static Segments? Refuse(string reason, out TokenRefusal refusal)
        {
            refusal = TokenRefusal.IsMalformed(reason);
            return null;
        }
    }
}
