using System.Management.Automation;
using System.Text;
using Torii.Client.Tokens;
using Torii.PowerShell.Binding;
using Torii.PowerShell.Tokens;

namespace Torii.PowerShell;

/// <summary>Base class of the cmdlets that validate end-users' tokens, given as such or in a request's headers.</summary>
public abstract class ToriiTokenCommand : ToriiConnectedCommand
{
    /// <summary>The parameter set with a token.</summary>
    protected const string TokenSet = "Token";

    /// <summary>The parameter set with a request's headers.</summary>
    protected const string HeadersSet = "Headers";

    private TokenVerification? _verification;

    /// <summary>The token, a string or a SecureString. Several tokens come through the pipeline. Tokens are never shown.</summary>
    [Parameter(ParameterSetName = TokenSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [SensitiveArgumentTransform]
    public object? Token { get; set; }

    /// <summary>
    /// The headers of one request: a hashtable, a dictionary, a WebHeaderCollection or HttpRequestHeaders. The token is
    /// in 'Authorization: Bearer token'; header names are compared case-insensitively.
    /// </summary>
    [Parameter(ParameterSetName = HeadersSet, Mandatory = true)]
    [SensitiveArgumentTransform]
    public object? Headers { get; set; }

    /// <summary>The name of the header that carries the token. Default: Authorization.</summary>
    [Parameter(ParameterSetName = HeadersSet)]
    [ValidateNotBlank]
    public string HeaderName { get; set; } = "Authorization";

    /// <summary>The expected issuer. Default: the issuer of the connection.</summary>
    [Parameter]
    [ValidateNotBlank]
    public string? Issuer { get; set; }

    /// <summary>The audiences of which the token must name one. Default: the audience is ignored, because torii sets none.</summary>
    [Parameter]
    [ValidateNotBlank]
    public string[]? Audience { get; set; }

    /// <summary>The allowed clock skew, in seconds, from 0 to 300. Default: 30.</summary>
    [Parameter]
    [ValidateRange(0, 300)]
    public int ClockSkewSec { get; set; } = TokenValidationOptions.DefaultClockSkewSec;

    /// <summary>A file with the issuer's keys (JWKS), to use instead of fetching them.</summary>
    [Parameter]
    [ValidateNotBlank]
    public string? JwksPath { get; set; }

    /// <summary>The issuer's keys (JWKS) as JSON, as an object with 'keys', or from Get-ToriiSigningKey, to use instead of fetching them.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Jwks { get; set; }

    /// <summary>Whether the tokens are validated.</summary>
    private protected virtual bool Verifies => true;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (!Verifies)
        {
            return;
        }

        try
        {
            // What else the tokens must satisfy is up to the service of the connection; an issuer alone is one of torii.
            ToriiConnection? connection = Issuer is null || Connection is not null ? IssuingConnection() : null;
            TokenValidationOptions rules = connection is null ? new() { Issuer = Issuer! }
                : ServiceOf(connection).GetTokenOptions(Issuer ?? connection.Issuer)
                ?? throw new ToriiException(ToriiErrorId.InvalidIssuer, $"The connection '{connection.Name}' has no issuer.") { Variant = "missing" };
            TokenValidationOptions options = rules with { Audiences = Audience ?? rules.Audiences, ClockSkew = TimeSpan.FromSeconds(ClockSkewSec) };
            _verification = new TokenVerification(options, ReadJwks(options.Issuer), connection);
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        object output;
        try
        {
            output = Evaluate(ParameterSetName == HeadersSet ? TokenHeaders.FindToken(Headers, HeaderName) : TokenInput.Read(Token));
        }
        catch (ToriiException e)
        {
            // The next token is processed all the same. The error contains no token.
            WriteError(e, target: null);
            return;
        }

        WriteObject(output);
    }

    /// <summary>Returns the output for one token; <see langword="null"/> is a missing token.</summary>
    /// <exception cref="ToriiException">The token is not valid, or could not be validated.</exception>
    private protected abstract object Evaluate(string? token);

    /// <summary>Validates one token and returns its claims, or the reason why it is not valid.</summary>
    /// <exception cref="ToriiException">The token could not be validated.</exception>
    private protected (ToriiToken? Token, ToriiException? Refusal) Validate(string? token) => _verification!.Validate(token, Request, Wait, this);

    private ToriiConnection IssuingConnection() => HasConnection ? DefaultConnection() : throw new ToriiException(
        ToriiErrorId.NotConnected, "This runspace has no default connection to take the issuer from.")
    { Variant = "issuer" };

    private byte[]? ReadJwks(string issuer)
    {
        if (Jwks is not null && JwksPath is not null)
        {
            throw new ToriiException(ToriiErrorId.AmbiguousInput, "-Jwks and -JwksPath cannot be combined.") { Variant = "jwks" };
        }

        if (Jwks is not null)
        {
            return Encoding.UTF8.GetBytes(JwksInput.ToJson(Jwks, issuer));
        }

        return JwksPath is null ? null : JwksInput.ReadFile(GetUnresolvedProviderPathFromPSPath(JwksPath));
    }
}
