using System.Management.Automation;
using Torii.Client.Tokens;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Shows the issuers' keys that this process knows and checks tokens with. Sends nothing.</summary>
[Cmdlet(VerbsCommon.Get, "ToriiSigningKey")]
[OutputType(typeof(ToriiSigningKey))]
public sealed class GetToriiSigningKeyCommand : ToriiCommand
{
    /// <summary>The issuer; wildcards may be used. Default: all.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotBlank]
    public string Issuer { get; set; } = "*";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        IssuerPattern pattern = new(Issuer);
        foreach (ToriiSigningKey key in KeyRing.Shared.Known())
        {
            if (pattern.IsMatch(key.Issuer))
            {
                WriteObject(key);
            }
        }
    }
}
