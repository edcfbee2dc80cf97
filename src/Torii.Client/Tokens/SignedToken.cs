namespace Torii.Client.Tokens;

/// <summary>
/// A token that has the expected form; nothing in it is trusted yet. These checks run in this order and before any
/// library parses the token, because a parser that recurses can be crashed by a deeply nested one.
/// </summary>
internal sealed class SignedToken
{
    /// <summary>The maximum length of a token, in characters.</summary>
    public const int MaxLength = 250 * 1024;

    /// <summary>The maximum length of a <c>kid</c>, in characters.</summary>
    public const int MaxKeyIdLength = 256;

    /// <summary>Header members that change what is signed or what the signature means (RFC 7515 §4.1.10 and §4.1.11, RFC 7797, RFC 7516).</summary>
    private static readonly string[] Unsupported = ["crit", "b64", "zip", "enc", "cty"];

    /// <summary>Header members by which a token carries a key or an address of one (RFC 7515 §4.1.2 to §4.1.6).</summary>
    private static readonly string[] EmbeddedKeys = ["jku", "jwk", "x5u", "x5c"];

    private SignedToken(string text, string keyId, StrictJsonObject payload)
    {
        Text = text;
        KeyId = keyId;
        Payload = payload;
    }

    /// <summary>The token as it was given.</summary>
    public string Text { get; }

    /// <summary>The <c>kid</c> of the header.</summary>
    public string KeyId { get; }

    public StrictJsonObject Payload { get; }

    /// <summary>Reads a token that is signed with the algorithm.</summary>
    /// <returns>The token; <see langword="null"/> with the error where its form is not the expected one.</returns>
    public static SignedToken? Read(string? text, SigningAlgorithm algorithm, out TokenValidationError? error)
    {
        if (Segments.Read(text, out error) is not { } segments || (error = CheckHeader(segments.Header, algorithm)) is not null)
        {
            return null;
        }

        return new SignedToken(text!, segments.Header.Text("kid")!, segments.Payload) { HasSignatureLength = algorithm.SignatureBytes is not { } length || segments.SignatureBytes == length };
    }

    /// <summary>Whether the signature has the length that the algorithm prescribes.</summary>
    public bool HasSignatureLength { get; private init; }

    private static TokenValidationError? CheckHeader(StrictJsonObject header, SigningAlgorithm algorithm)
    {
        if (!string.Equals(header.Text("alg"), algorithm.Name, StringComparison.Ordinal))
        {
            return TokenValidationError.Algorithm(algorithm.Name);
        }

        foreach (string name in Unsupported)
        {
            if (header.Has(name))
            {
                return TokenValidationError.Header($"contains '{name}', which is not supported");
            }
        }

        foreach (string name in EmbeddedKeys)
        {
            if (header.Has(name))
            {
                return TokenValidationError.Header($"contains a key or its address ('{name}')");
            }
        }

        return header.Has("typ") && !IsJwt(header.Text("typ")) ? TokenValidationError.Header("has a 'typ' other than 'JWT'")
            : header.Text("kid") is not { Length: > 0 and <= MaxKeyIdLength } ? TokenValidationError.Header($"has no 'kid' of 1 to {MaxKeyIdLength} characters")
            : null;
    }

    /// <summary>
    /// Another type of token of the same issuer, such as <c>logout+jwt</c> or <c>dpop+jwt</c>, is not an end-user's
    /// token (RFC 8725 §3.11). A media type is compared case-insensitively, and "application/" may be omitted (RFC 7515
    /// §4.1.9).
    /// </summary>
    private static bool IsJwt(string? type) =>
        string.Equals(type, "JWT", StringComparison.OrdinalIgnoreCase) || string.Equals(type, "application/jwt", StringComparison.OrdinalIgnoreCase);

    /// <summary>The parts of a signed token, whatever its algorithm and issuer.</summary>
    internal sealed record Segments(StrictJsonObject Header, StrictJsonObject Payload, int SignatureBytes)
    {
        /// <summary>Splits and decodes a token.</summary>
        /// <returns>The parts; <see langword="null"/> with the error for a malformed token.</returns>
        public static Segments? Read(string? text, out TokenValidationError? error)
        {
            error = null;
            if (string.IsNullOrWhiteSpace(text))
            {
                error = TokenValidationError.Missing();
                return null;
            }

            if (text.Length > MaxLength)
            {
                return Fail($"is longer than {MaxLength} characters", out error);
            }

            int first = text.IndexOf('.');
            int second = first < 0 ? -1 : text.IndexOf('.', first + 1);
            if (second < 0 || text.IndexOf('.', second + 1) >= 0)
            {
                return Fail("does not have exactly three segments", out error);
            }

            if (StrictBase64Url.Decode(text.AsSpan(0, first)) is not { } header
                || StrictBase64Url.Decode(text.AsSpan(first + 1, second - first - 1)) is not { } payload
                || StrictBase64Url.Decode(text.AsSpan(second + 1)) is not { } signature)
            {
                return Fail("has a segment that is not canonical base64url without padding", out error);
            }

            if (StrictJsonObject.Read(header, out string? problem) is not { } headerMembers)
            {
                return Fail($"has a header that {problem}", out error);
            }

            return StrictJsonObject.Read(payload, out problem) is { } payloadMembers
                ? new Segments(headerMembers, payloadMembers, signature.Length)
                : Fail($"has a payload that {problem}", out error);
        }

        private static Segments? Fail(string problem, out TokenValidationError error)
        {
            error = TokenValidationError.Malformed(problem);
            return null;
        }
    }
}
