using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Makes the service send users an email with which they verify their address. No email is sent a second time.</summary>
[Cmdlet(VerbsCommunications.Send, "ToriiVerificationEmail", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ToriiUser), typeof(string))]
public sealed class SendToriiVerificationEmailCommand : ToriiUserTargetCommand
{
    /// <summary>The page that the email leads to. Default: that of the service.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? RedirectUrl { get; set; }

    private protected override BulkItem CreateItem(IIdentityService service, ToriiConnection connection, Target<ToriiUserReference> target)
    {
        IAccountService accounts = Require(service, service.Accounts, "verification emails");
        return target.ToItem(connection, "Send verification email", async context =>
        {
            await accounts.SendVerificationEmailAsync(target.Reference.UserId, RedirectUrl, context).ConfigureAwait(false);
            return null;
        });
    }
}
