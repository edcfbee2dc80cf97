using System.Management.Automation;
using Torii.Client.Tokens;

namespace Torii.PowerShell.Commands;

/// <summary>Returns the verified claims of tokens. A token that is not valid is an error whose id is the reason.</summary>
[Cmdlet(VerbsData.ConvertFrom, "ToriiToken", DefaultParameterSetName = TokenSet)]
[OutputType(typeof(ToriiToken), typeof(ToriiUnverifiedToken))]
public sealed class ConvertFromToriiTokenCommand : ToriiTokenCommand
{
    /// <summary>Reads the token without validating it. The result is of another type and identifies no user.</summary>
    [Parameter]
    public SwitchParameter Unverified { get; set; }

    private protected override bool Verifies => !Unverified;

    private protected override object Evaluate(string? token)
    {
        if (Unverified)
        {
            return TokenVerifier.ReadUnverified(token);
        }

        (ToriiToken? claims, ToriiException? refusal) = Validate(token);
        return claims ?? throw refusal!;
    }
}
