using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Removes origins from the allowed origins, after it asked. An origin that is not in the list is an error; the last
/// one is removed only with <c>-AllowEmpty</c>.
/// </summary>
[Cmdlet(VerbsCommon.Remove, "ToriiAllowedOrigin", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ToriiAllowedOrigin))]
public sealed class RemoveToriiAllowedOriginCommand : ToriiAllowedOriginCommand
{
    /// <summary>Allows the list to become empty. By default removing every origin is an error.</summary>
    [Parameter]
    public SwitchParameter AllowEmpty { get; set; }

    /// <summary>Does not ask for confirmation, unless <c>-Confirm</c> is given. It does not override <c>-WhatIf</c>.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Action => "Remove allowed origins";

    private protected override bool IsForced => Force;

    private protected override AllowedOriginChange CreateChange(AllowedOriginList before, IReadOnlyList<Target<ToriiAllowedOriginReference>> targets)
    {
        foreach (Target<ToriiAllowedOriginReference> absent in targets.Where(t => !before.Contains(t.Reference.Origin)))
        {
            RejectListed(new ToriiException(ToriiErrorId.OriginNotFound, "The origin is not in the list of allowed origins."), absent);
        }

        AllowedOriginChange change = AllowedOriginChange.Remove(before, targets.Select(static t => t.Reference.Origin));
        return change.Wanted.Origins.Count > 0 || change.Count == 0 || AllowEmpty ? change : throw new ToriiException(
            ToriiErrorId.InvalidRequest, $"No origin would be left ({change.Count} would be removed). No change was sent.")
        { Variant = "noOrigin" };
    }

    private protected override IEnumerable<string> SelectOutput(AllowedOriginChange change, AllowedOriginList after, AllowedOriginList named) => change.Removed;
}
