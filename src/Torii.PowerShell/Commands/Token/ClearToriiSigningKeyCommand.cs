using System.Management.Automation;
using Torii.Client.Tokens;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Forgets issuers' keys in this process, and that the issuers were asked: the next token has them read again. Sends
/// nothing.
/// </summary>
[Cmdlet(VerbsCommon.Clear, "ToriiSigningKey", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class ClearToriiSigningKeyCommand : ToriiCommand
{
    /// <summary>The issuer; wildcards may be used. Keys are taken from the pipeline. Default: all.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotBlank]
    public string Issuer { get; set; } = "*";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        IssuerPattern pattern = new(Issuer);
        foreach (string issuer in KeyRing.Shared.Issuers())
        {
            if (pattern.IsMatch(issuer) && ShouldProcess(issuer, "Forget signing keys"))
            {
                KeyRing.Shared.Forget(issuer);
            }
        }
    }
}
