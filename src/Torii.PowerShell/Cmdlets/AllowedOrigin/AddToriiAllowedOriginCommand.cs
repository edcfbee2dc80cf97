using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Adds origins to the allowed origins. One that is in the list already is not an error.</summary>
[Cmdlet(VerbsCommon.Add, "ToriiAllowedOrigin", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ToriiAllowedOrigin))]
public sealed class AddToriiAllowedOriginCommand : ToriiAllowedOriginCommand
{
    private protected override string Action => "Add allowed origins";

    private protected override AllowedOriginChange CreateChange(AllowedOriginList before, IReadOnlyList<Target<ToriiAllowedOriginReference>> targets) =>
        AllowedOriginChange.Add(before, targets.Select(static t => t.Reference.Origin));

    private protected override IEnumerable<string> SelectOutput(AllowedOriginChange change, AllowedOriginList after, AllowedOriginList named) =>
        after.Origins.Where(named.Contains);
}
