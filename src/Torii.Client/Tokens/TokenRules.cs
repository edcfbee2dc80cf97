namespace Torii.Client.Tokens;

/// <summary>What a token must fit besides its signature.</summary>
public sealed record TokenRules
{
    /// <summary>What the official SDKs allow two clocks to differ by.</summary>
    public const int DefaultClockSkewSec = 30;

    private readonly string _issuer = "";

    /// <summary>Who must have issued it. A slash at the end is taken off, here and in the token; all else counts.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidIssuer</c>: no address that keys may be read from.</exception>
    public required string Issuer
    {
        get => _issuer;
        init => _issuer = NormalizeIssuer(value);
    }

    /// <summary>The token must be for one of these; none for whatever audience.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>How far two clocks may differ. Default 30 seconds.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(DefaultClockSkewSec);

    /// <summary>The issuer as its keys are kept under: without white space around it and one slash at the end.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidIssuer</c>.</exception>
    public static string NormalizeIssuer(string? issuer)
    {
        string text = issuer?.Trim() ?? "";
        ServiceAddress.Check(Uri.TryCreate(text, UriKind.Absolute, out Uri? address) ? address : null, "-Issuer", "Torii.InvalidIssuer");
        return WithoutSlash(text);
    }

    internal static string WithoutSlash(string text) => text.EndsWith('/') ? text[..^1] : text;
}
