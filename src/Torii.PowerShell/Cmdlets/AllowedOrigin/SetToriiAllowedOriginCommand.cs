using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Makes the allowed origins exactly those that are given: others are removed. Where one of them cannot be used, the
/// list is not changed at all, because that one would be removed.
/// </summary>
[Cmdlet(VerbsCommon.Set, "ToriiAllowedOrigin", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ToriiAllowedOrigin))]
public sealed class SetToriiAllowedOriginCommand : ToriiAllowedOriginCommand
{
    private bool _isRefused;

    private protected override string Action => "Set allowed origins";

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!_isRefused)
        {
            base.EndProcessing();
        }
    }

    private protected override void Reject(ToriiException problem, object? input, string target, int? row)
    {
        _isRefused = true;
        WriteError(problem.For(null, "No origin is set."), input, BulkItem.LabelOf(target, row));
    }

    private protected override AllowedOriginChange CreateChange(AllowedOriginList before, IReadOnlyList<Target<ToriiAllowedOriginReference>> targets) =>
        AllowedOriginChange.Set(before, targets.Select(static t => t.Reference.Origin));

    private protected override IEnumerable<string> SelectOutput(AllowedOriginChange change, AllowedOriginList after, AllowedOriginList named) => after.Origins;
}
