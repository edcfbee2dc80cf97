using System.Management.Automation;
using Torii.Client;

namespace Torii.PowerShell.Commands;

/// <summary>Makes the service send users an email with which they choose a new password. No email is sent a second time.</summary>
[Cmdlet(VerbsCommunications.Send, "ToriiPasswordReset", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ToriiUser), typeof(string))]
public sealed class SendToriiPasswordResetCommand : ToriiAccountEmailCommand
{
    private protected override string Email => "password reset";

    private protected override Task SendAsync(IAccountService accounts, string userId, RequestContext context) =>
        accounts.SendPasswordResetAsync(userId, RedirectUrl, context);
}
