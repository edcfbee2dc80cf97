using System.Management.Automation;
using Torii.Client.Tokens;

namespace Torii.PowerShell.Commands;

/// <summary>Gives the verified claims of tokens, and for one that is not good an error whose id is the reason.</summary>
[Cmdlet(VerbsData.ConvertFrom, "ToriiToken", DefaultParameterSetName = TokenSet)]
[OutputType(typeof(ToriiToken), typeof(ToriiUnverifiedToken))]
public sealed class ConvertFromToriiTokenCommand : ToriiTokenCommand
{
    /// <summary>Reads what the token says without checking any of it. The result is of another type, and nothing to act on.</summary>
    [Parameter]
    public SwitchParameter Unverified { get; set; }

    private protected override bool Verifies => !Unverified;

    private protected override object Evaluate(string? token)
    {
        if (Unverified)
        {
            return TokenVerifier.ReadUnverified(token);
        }

        (ToriiToken? claims, ToriiException? refusal) = Check(token);
        return claims ?? throw refusal!;
    }
}
