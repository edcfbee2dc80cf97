namespace Torii.Client.Tokens;

/// <summary>What a token must satisfy. The defaults are those of torii; another service sets its own values.</summary>
public sealed record TokenValidationOptions
{
    /// <summary>The clock skew that the official SDKs of torii allow, in seconds.</summary>
    public const int DefaultClockSkewSec = 30;

    /// <summary>The signature algorithm of torii.</summary>
    public const string DefaultAlgorithm = "ES256";

    /// <summary>The path of torii's JSON Web Key Set, relative to the issuer.</summary>
    public const string DefaultJwksPath = "/_torii/.well-known/jwks.json";

    private readonly string _issuer = "";
    private readonly string _jwksPath = DefaultJwksPath;
    private readonly SigningAlgorithm _algorithm = SigningAlgorithm.Get(DefaultAlgorithm);
    private readonly IReadOnlyList<string> _requiredStrings = ["sub", "pid", "iss"];
    private readonly IReadOnlyList<string> _requiredTimes = ["iat", "exp"];

    /// <summary>
    /// The expected <c>iss</c>. A single trailing slash is ignored, here and in the token; otherwise the comparison is
    /// ordinal.
    /// </summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidIssuer</c>: not an address that keys may be read from.</exception>
    public required string Issuer
    {
        get => _issuer;
        init => _issuer = NormalizeIssuer(value);
    }

    /// <summary>The expected <c>alg</c>: <c>ES256</c> (the default), <c>RS256</c> or <c>PS256</c>. It also decides which keys of a key set are used.</summary>
    /// <exception cref="ArgumentException">The algorithm is not supported.</exception>
    public string Algorithm
    {
        get => _algorithm.Name;
        init => _algorithm = SigningAlgorithm.Get(value);
    }

    /// <summary>The path of the issuer's JSON Web Key Set, appended to <see cref="Issuer"/>.</summary>
    /// <exception cref="ArgumentException">The path does not begin with exactly one slash.</exception>
    public string JwksPath
    {
        get => _jwksPath;

        // Without the slash the path could extend the issuer's host name.
        init => _jwksPath = value is ['/', not ('/' or '\\'), ..] ? value : throw new ArgumentException("The path must begin with exactly one slash.", nameof(value));
    }

    /// <summary>The claims that must be non-empty strings. <c>sub</c> and <c>iss</c> are always among them.</summary>
    /// <exception cref="ArgumentException"><c>sub</c> or <c>iss</c> is missing.</exception>
    public IReadOnlyList<string> RequiredStringClaims
    {
        get => _requiredStrings;
        init => _requiredStrings = value.Contains("sub") && value.Contains("iss") ? value : throw new ArgumentException("'sub' and 'iss' are required.", nameof(value));
    }

    /// <summary>The claims that must be numbers of seconds since 1970. <c>exp</c> is always among them.</summary>
    /// <exception cref="ArgumentException"><c>exp</c> is missing.</exception>
    public IReadOnlyList<string> RequiredTimeClaims
    {
        get => _requiredTimes;
        init => _requiredTimes = value.Contains("exp") ? value : throw new ArgumentException("'exp' is required.", nameof(value));
    }

    /// <summary>The audiences of which <c>aud</c> must contain one; empty to ignore <c>aud</c>.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>The allowed clock skew. Default: 30 seconds.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(DefaultClockSkewSec);

    internal SigningAlgorithm SigningAlgorithm => _algorithm;

    /// <summary>Validates an issuer and removes surrounding white space and a single trailing slash.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidIssuer</c>.</exception>
    public static string NormalizeIssuer(string? issuer)
    {
        string text = issuer?.Trim() ?? "";
        ServiceAddress.Check(Uri.TryCreate(text, UriKind.Absolute, out Uri? address) ? address : null, "-Issuer", ToriiErrorId.InvalidIssuer);
        return WithoutSlash(text);
    }

    internal static string WithoutSlash(string text) => text.EndsWith('/') ? text[..^1] : text;
}
