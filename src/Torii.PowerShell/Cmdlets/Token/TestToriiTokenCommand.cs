using System.Management.Automation;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Tests whether tokens are valid: one Boolean for each token and nothing else. The reason of a refusal is written with
/// -Verbose. A token that could not be validated, for example without the issuer's keys, is an error without a result.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "ToriiToken", DefaultParameterSetName = TokenSet)]
[OutputType(typeof(bool))]
public sealed class TestToriiTokenCommand : ToriiTokenCommand
{
    private protected override object Evaluate(string? token) => Validate(token).Token is not null;
}
