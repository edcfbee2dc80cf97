using System.Management.Automation;
using Torii.Client.Tokens;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Gets the cached signing keys of this process. Sends no request.</summary>
[Cmdlet(VerbsCommon.Get, "ToriiSigningKey")]
[OutputType(typeof(ToriiSigningKey))]
public sealed class GetToriiSigningKeyCommand : ToriiCommand
{
    /// <summary>The issuer; wildcards are supported. Default: all issuers.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotBlank]
    public string Issuer { get; set; } = "*";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        IssuerPattern pattern = new(Issuer);
        foreach (ToriiSigningKey key in SigningKeyCache.Shared.Known())
        {
            if (pattern.IsMatch(key.Issuer))
            {
                WriteObject(key);
            }
        }
    }
}
