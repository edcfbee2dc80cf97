using System.Management.Automation;
using System.Text;
using Torii.Client.Tokens;
using Torii.PowerShell.Binding;
using Torii.PowerShell.Tokens;

namespace Torii.PowerShell;

/// <summary>A cmdlet that checks end-users' tokens, given as such or in a request's headers.</summary>
public abstract class ToriiTokenCommand : ToriiConnectedCommand
{
    /// <summary>Tokens are the input.</summary>
    protected const string TokenSet = "Token";

    /// <summary>A request's headers are the input.</summary>
    protected const string HeadersSet = "Headers";

    private TokenGate? _gate;

    /// <summary>The tokens, each a string or a SecureString. None of them is ever shown.</summary>
    [Parameter(ParameterSetName = TokenSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [SensitiveArgumentTransform(Each = true)]
    public object?[]? Token { get; set; }

    /// <summary>
    /// A request's headers: a hashtable, a dictionary, a WebHeaderCollection or HttpRequestHeaders. The token is
    /// 'Bearer token' in one of them; names in any case.
    /// </summary>
    [Parameter(ParameterSetName = HeadersSet, Mandatory = true)]
    [SensitiveArgumentTransform]
    public object? Headers { get; set; }

    /// <summary>The header that carries the token. Default: Authorization.</summary>
    [Parameter(ParameterSetName = HeadersSet)]
    [ValidateNotBlank]
    public string HeaderName { get; set; } = "Authorization";

    /// <summary>Who must have issued the token. Default: the connection's issuer.</summary>
    [Parameter]
    [ValidateNotBlank]
    public string? Issuer { get; set; }

    /// <summary>The token must be for one of these audiences. Default: not checked, torii sets none.</summary>
    [Parameter]
    [ValidateNotBlank]
    public string[]? Audience { get; set; }

    /// <summary>How far this clock and the issuer's may differ, in seconds. Default 30.</summary>
    [Parameter]
    [ValidateRange(0, 300)]
    public int ClockSkewSec { get; set; } = TokenRules.DefaultClockSkewSec;

    /// <summary>A file with the issuer's keys (JWKS); no network is used then.</summary>
    [Parameter]
    [ValidateNotBlank]
    public string? JwksPath { get; set; }

    /// <summary>The issuer's keys (JWKS) as JSON, as an object with 'keys', or as Get-ToriiSigningKey gives them; no network is used then.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Jwks { get; set; }

    /// <summary>Whether tokens are checked at all.</summary>
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
            ToriiConnection? connection = Issuer is null ? IssuingConnection() : null;
            TokenRules rules = new()
            {
                Issuer = Issuer ?? connection!.Issuer ?? throw new ToriiException(
                    "Torii.InvalidIssuer", $"The connection '{connection.Name}' has no issuer.", "Give one with -Issuer, or connect with Connect-Torii -Issuer (or TORII_ISSUER)."),
                Audiences = Audience ?? [],
                ClockSkew = TimeSpan.FromSeconds(ClockSkewSec),
            };
            _gate = new TokenGate(rules, ReadJwks(rules.Issuer), connection);
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == HeadersSet)
        {
            Answer(() => TokenHeaders.FindToken(Headers, HeaderName));
            return;
        }

        foreach (object? token in Token ?? [null])
        {
            Answer(() => TokenGate.Reveal(token));
        }
    }

    /// <summary>What the cmdlet emits for one token, null for one that was not there.</summary>
    /// <exception cref="ToriiException">It could not be told, or is refused.</exception>
    private protected abstract object Evaluate(string? token);

    /// <summary>Checks one token: its claims, or why it is refused.</summary>
    /// <exception cref="ToriiException">It could not be told.</exception>
    private protected (ToriiToken? Token, ToriiException? Refusal) Check(string? token) => _gate!.Check(token, Request, Wait, this);

    /// <summary>One token that is in error does not keep the others from being told. The error shows none of them.</summary>
    private void Answer(Func<string?> read)
    {
        object answer;
        try
        {
            answer = Evaluate(read());
        }
        catch (ToriiException e)
        {
            WriteError(e, target: null);
            return;
        }

        WriteObject(answer);
    }

    private ToriiConnection IssuingConnection() => HasConnection ? DefaultConnection() : throw new ToriiException(
        "Torii.NotConnected", "There is no default connection in this runspace to take the issuer from.", "Give the issuer with -Issuer, or run Connect-Torii first.");

    private byte[]? ReadJwks(string issuer)
    {
        if (Jwks is not null && JwksPath is not null)
        {
            throw new ToriiException("Torii.AmbiguousInput", "Both -Jwks and -JwksPath are given.", "Give one of them.");
        }

        if (Jwks is not null)
        {
            return Encoding.UTF8.GetBytes(JwksInput.ToJson(Jwks, issuer));
        }

        return JwksPath is null ? null : JwksInput.ReadFile(GetUnresolvedProviderPathFromPSPath(JwksPath));
    }
}
