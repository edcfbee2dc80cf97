using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell;

/// <summary>The base of cmdlets that make the service send users an email about their account.</summary>
public abstract class ToriiAccountEmailCommand : ToriiUserTargetCommand
{
    /// <summary>The page that the email leads to. Default: that of the service.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? RedirectUrl { get; set; }

    /// <summary>What is sent, in singular and lower case.</summary>
    private protected abstract string Email { get; }

    /// <summary>Sends the email to one user.</summary>
    private protected abstract Task SendAsync(IAccountService accounts, string userId, RequestContext context);

    private protected override BulkItem CreateItem(IIdentityService service, ToriiConnection connection, Target<ToriiUserReference> target)
    {
        IAccountService accounts = Require(service, service.Accounts, $"{Email}s");
        return target.ToItem(connection, $"Send {Email}", async context =>
        {
            await SendAsync(accounts, target.Reference.UserId, context).ConfigureAwait(false);
            return null;
        });
    }
}
