using System.Management.Automation;
using Torii.Client;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Deletes users. It is asked for each of them unless <c>-Force</c> or <c>-Confirm:$false</c> is given, and one goes
/// after the other unless <c>-ThrottleLimit</c> says otherwise.
/// </summary>
[Cmdlet(VerbsCommon.Remove, "ToriiUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ToriiUser), typeof(string))]
public sealed class RemoveToriiUserCommand : ToriiUserTargetCommand
{
    /// <summary>Makes it one after the other unless told.</summary>
    public RemoveToriiUserCommand() => ThrottleLimit = 1;

    /// <summary>Asks no question. It does not override -WhatIf.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool Confirm(BulkItem item)
    {
        if (!Force || IsWhatIf)
        {
            return base.Confirm(item);
        }

        WriteVerbose($"{item.Action}: {item.Describe()}");
        return true;
    }

    private protected override BulkItem CreateItem(ToriiService client, UserTarget target) =>
        target.ToItem("Delete user", async context =>
        {
            await client.Users.DeleteAsync(target.UserId, context).ConfigureAwait(false);
            return null;
        });
}
