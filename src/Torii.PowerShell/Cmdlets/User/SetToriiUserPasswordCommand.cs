using System.Management.Automation;
using Torii.Client;
using Torii.Client.Input;
using Torii.Client.Resources;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Sets the passwords of users. Sessions outlive the old password unless <c>-RevokeSession</c> is given.</summary>
[Cmdlet(VerbsCommon.Set, "ToriiUserPassword", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ToriiUser), typeof(string))]
public sealed class SetToriiUserPasswordCommand : ToriiUserTargetCommand
{
    private static readonly FieldParameter<SetToriiUserPasswordCommand>[] Parameters = [new(new(nameof(Password), InputFieldKind.Secret), static c => c.Password)];

    private FieldParameters<SetToriiUserPasswordCommand> _fields = null!;

    /// <summary>The new password, a SecureString or a string; the policy of the service applies.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [SecretTransform]
    public object? Password { get; set; }

    /// <summary>Also revokes every session of the user. By default, who is signed in stays signed in.</summary>
    [Parameter]
    public SwitchParameter RevokeSession { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            if (MyInvocation.BoundParameters.ContainsKey(nameof(UserId)) && !MyInvocation.BoundParameters.ContainsKey(nameof(Password)))
            {
                // The one value without a name may be the password, which no message may repeat.
                throw new ToriiException(ToriiErrorId.InvalidRequest, "There is a value for -UserId and none for -Password.") { Variant = "passwordPosition" };
            }

            _fields = new FieldParameters<SetToriiUserPasswordCommand>(this, Parameters);
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e.For(null, NothingSent));
        }
    }

    private protected override BulkItem? CreateItem(IIdentityService service, ToriiConnection connection, Target<ToriiUserReference> target)
    {
        IAccountService accounts = Require(service, service.Accounts, "passwords that an administrator can set");
        ResourceBody body = new();
        try
        {
            _fields.Read(Record is { Live: null } record ? record : null, body);
            if (body.Members.Count == 0)
            {
                throw new ToriiException(ToriiErrorId.InvalidRequest, "There is no password.") { Variant = "noPassword" };
            }
        }
        catch (ToriiException e)
        {
            Reject(e, target.Reference.Input, target.Reference.Label, target.Row);
            return null;
        }

        return target.ToItem(connection, RevokeSession ? "Set password and revoke all sessions" : "Set password", async context =>
        {
            await accounts.SetPasswordAsync(target.Reference.UserId, body.Text("password")!, RevokeSession, context).ConfigureAwait(false);
            return null;
        });
    }
}
