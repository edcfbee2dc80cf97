using System.Management.Automation;
using Torii.Client;

namespace Torii.PowerShell.Commands;

/// <summary>Makes the service send users an email with which they verify their address. No email is sent a second time.</summary>
[Cmdlet(VerbsCommunications.Send, "ToriiVerificationEmail", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ToriiUser), typeof(string))]
public sealed class SendToriiVerificationEmailCommand : ToriiAccountEmailCommand
{
    private protected override string Email => "verification email";

    private protected override Task SendAsync(IAccountService accounts, string userId, RequestContext context) =>
        accounts.SendVerificationEmailAsync(userId, RedirectUrl, context);
}
