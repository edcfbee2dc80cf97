using System.Management.Automation;
using Torii.Client.Tokens;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Removes cached signing keys of issuers from this process, and the record of requests to the issuers: the next token
/// fetches the keys again. Sends no request.
/// </summary>
[Cmdlet(VerbsCommon.Clear, "ToriiSigningKey", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class ClearToriiSigningKeyCommand : ToriiCommand
{
    /// <summary>The issuer; wildcards are supported. Default: all issuers.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotBlank]
    public string Issuer { get; set; } = "*";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        IssuerPattern pattern = new(Issuer);
        foreach (string issuer in SigningKeyCache.Shared.Issuers())
        {
            if (pattern.IsMatch(issuer) && ShouldProcess(issuer, "Remove cached signing keys"))
            {
                SigningKeyCache.Shared.Forget(issuer);
            }
        }
    }
}
