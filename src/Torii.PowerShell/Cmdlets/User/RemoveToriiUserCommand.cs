using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Deletes users. The cmdlet asks for each of them unless <c>-Force</c> or <c>-Confirm:$false</c> is given, and deletes
/// one after the other unless <c>-ThrottleLimit</c> is given.
/// </summary>
[Cmdlet(VerbsCommon.Remove, "ToriiUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ToriiUser), typeof(string))]
public sealed class RemoveToriiUserCommand : ToriiUserTargetCommand
{
    /// <summary>Sets the default of <c>-ThrottleLimit</c> to 1.</summary>
    public RemoveToriiUserCommand() => ThrottleLimit = 1;

    /// <summary>
    /// Does not ask for confirmation, unless <c>-Confirm</c> is given, and also deletes the account of the connection
    /// itself. It does not override <c>-WhatIf</c>.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool IsForced => Force;

    private protected override BulkItem CreateItem(IIdentityService service, ToriiConnection connection, Target<ToriiUserReference> target) =>
        target.ToItem(connection, service.Info.DeletesForGood ? "Delete user for good" : "Delete user", async context =>
        {
            await service.Users.DeleteAsync(target.Reference.UserId, context with { AllowsOwnAccount = Force }).ConfigureAwait(false);
            return null;
        });
}
