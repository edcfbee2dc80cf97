using System.Security.Cryptography;
using System.Text;
using Torii.Client.Http;
using Torii.Client.Tokens;

namespace Torii.Client.Services;

/// <summary>The settings of a <see cref="BetterAuthService"/>.</summary>
public sealed record BetterAuthServiceOptions : ServiceOptions
{
    /// <summary>The path of the API where an address has none, the default of Better Auth.</summary>
    public const string DefaultPath = "/api/auth";

    private readonly Uri _apiUrl = new("https://localhost");
    private readonly string _tokenAlgorithm = TokenValidationOptions.DefaultAlgorithm;

    /// <summary>The account to act as.</summary>
    public required BetterAuthCredential Credential { get; init; }

    /// <summary>The address of the API: https, or http on a loopback address. <see cref="DefaultPath"/> is added to one without a path.</summary>
    /// <exception cref="ToriiException"><see cref="ToriiErrorId.InvalidApiUrl"/>.</exception>
    public required Uri ApiUrl
    {
        get => _apiUrl;
        init => _apiUrl = ServiceAddress.Check(value, "The API address", ToriiErrorId.InvalidApiUrl).AbsolutePath == "/" ? new Uri(value, DefaultPath) : value;
    }

    /// <summary>
    /// The algorithm of the jwt plugin: <c>ES256</c> (the default here), <c>RS256</c> or <c>PS256</c>. Only tokens that
    /// are signed with it are valid, whatever they name.
    /// </summary>
    /// <exception cref="ToriiException"><see cref="ToriiErrorId.NotSupported"/>: another one, such as <c>EdDSA</c>, the default of the plugin.</exception>
    public string TokenAlgorithm
    {
        get => _tokenAlgorithm;
        init
        {
            try
            {
                _tokenAlgorithm = SigningAlgorithm.Get(value).Name;
            }
            catch (ArgumentException e)
            {
                throw new ToriiException(
                    ToriiErrorId.NotSupported,
                    $"Tokens that Better Auth signs with {Redactor.RedactLine(value ?? "no algorithm")} cannot be verified; configure the jwt plugin with keyPairConfig.alg ES256, RS256 or PS256.",
                    e)
                {
                    Variant = "algorithm",
                };
            }
        }
    }

    /// <summary>Scheme, host and port, as a browser sends them.</summary>
    internal string Origin => ApiUrl.GetLeftPart(UriPartial.Authority);

    internal ServiceDescription Describe(IAuthenticator authenticator) => new()
    {
        Name = "Better Auth",
        BaseAddress = ApiUrl,
        Options = this,
        Authenticator = authenticator,
        ErrorReader = new BetterAuthErrorReader(),
        IsConfirmation = BetterAuthErrorReader.IsConfirmation,
        RetryAfterHeaders = ["X-Retry-After", "Retry-After"],
    };
}

/// <summary>The account that a connection to Better Auth acts as. Nothing that it shows contains the password or the token.</summary>
public sealed class BetterAuthCredential
{
    private BetterAuthCredential(string hint) => Hint = hint;

    /// <summary>The email address or user name; for a session token, that it is one.</summary>
    public string Hint { get; }

    internal string? Login { get; private init; }

    internal string? Password { get; private init; }

    internal string? TotpCode { get; private init; }

    internal string? SessionToken { get; private init; }

    /// <summary>A credential that signs in, and signs in again when the session ends.</summary>
    /// <param name="login">An email address; text without an <c>@</c> is a user name, which takes the username plugin.</param>
    /// <param name="password">The password.</param>
    /// <param name="totpCode">
    /// The code of an authenticator app, for an account with two-factor authentication. It is valid once, so such a
    /// connection cannot sign in again.
    /// </param>
    /// <exception cref="ToriiException"><see cref="ToriiErrorId.InvalidCredential"/>.</exception>
    public static BetterAuthCredential FromPassword(string? login, string? password, string? totpCode = null)
    {
        string name = login?.Trim() ?? "";
        string? code = totpCode?.Replace(" ", "", StringComparison.Ordinal);
        string? problem = name.Length == 0 ? "The user name is empty."
            : string.IsNullOrEmpty(password) ? "The password is empty."
            : null;
        bool isCode = code is null || (code.Length is >= 6 and <= 8 && code.All(char.IsAsciiDigit));
        return problem is not null ? throw new ToriiException(ToriiErrorId.InvalidCredential, problem)
            : !isCode ? throw new ToriiException(ToriiErrorId.InvalidCredential, "The one-time code is not a code of 6 to 8 digits.") { Variant = "totp" }
            : new BetterAuthCredential(Redactor.RedactLine(name)) { Login = name, Password = password, TotpCode = code };
    }

    /// <summary>A session that was opened elsewhere. The connection ends with it, and does not end it.</summary>
    /// <param name="token">The session's token: with its signature, as in a cookie or the header <c>set-auth-token</c>, or without.</param>
    /// <exception cref="ToriiException"><see cref="ToriiErrorId.InvalidCredential"/>. The message does not repeat the token.</exception>
    public static BetterAuthCredential FromSessionToken(string? token)
    {
        string value = token?.Trim() ?? "";
        return value.Length == 0 || !value.All(static c => c is > ' ' and <= '~' and not (';' or ',' or '"'))
            ? throw new ToriiException(ToriiErrorId.InvalidCredential, value.Length == 0 ? "The session token is empty." : "The session token contains characters that no token has.")
            : new BetterAuthCredential("session token") { SessionToken = value };
    }

    /// <summary>A value that is equal for the same account and address and reveals neither.</summary>
    internal string FingerprintFor(Uri address) => Convert.ToHexString(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{address.AbsoluteUri}\n{(Login is null ? $"token\n{SessionToken}" : $"login\n{Login.ToLowerInvariant()}")}")).AsSpan(0, 16));

    /// <summary>The hint, never the password or the token.</summary>
    public override string ToString() => Hint;
}
