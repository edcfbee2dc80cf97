using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Makes the service send users an email with which they choose a new password. No email is sent a second time.</summary>
[Cmdlet(VerbsCommunications.Send, "ToriiPasswordReset", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ToriiUser), typeof(string))]
public sealed class SendToriiPasswordResetCommand : ToriiUserTargetCommand
{
    /// <summary>The page that the email leads to. Default: that of the service.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? RedirectUrl { get; set; }

    private protected override BulkItem CreateItem(IIdentityService service, ToriiConnection connection, Target<ToriiUserReference> target)
    {
        IAccountService accounts = Require(service, service.Accounts, "password resets");
        return target.ToItem(connection, "Send password reset", async context =>
        {
            await accounts.SendPasswordResetAsync(target.Reference.UserId, RedirectUrl, context).ConfigureAwait(false);
            return null;
        });
    }
}
