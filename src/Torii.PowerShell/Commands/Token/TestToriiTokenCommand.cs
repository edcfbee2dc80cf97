using System.Management.Automation;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Says whether tokens are good: true or false, one for each, and nothing else. Why one is not goes to -Verbose. Where
/// it cannot be told because the issuer's keys cannot be had, that is an error, and no answer is given.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "ToriiToken", DefaultParameterSetName = TokenSet)]
[OutputType(typeof(bool))]
public sealed class TestToriiTokenCommand : ToriiTokenCommand
{
    private protected override object Evaluate(string? token) => Check(token).Token is not null;
}
