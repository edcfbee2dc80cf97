using System.Management.Automation;
using Torii.Client;
using Torii.Client.Copying;
using Torii.PowerShell.Binding;
using Torii.PowerShell.Connections;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Copies users to another connection: the fields that both services have, and bans. A user whose email address exists
/// there is skipped, or updated with <c>-Update</c>. It can be run again after an interruption.
/// </summary>
[Cmdlet(VerbsCommon.Copy, "ToriiUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ToriiUser))]
public sealed class CopyToriiUserCommand : ToriiUserTargetCommand
{
    private readonly Dictionary<UserCopyAction, int> _counts = [];
    private readonly HashSet<string> _dropped = [];
    private readonly Dictionary<ToriiConnection, UserCopy> _copies = [];
    private ToriiConnection _destination = null!;

    /// <summary>The connection that receives the users, or its name.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ConnectionTransform]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public object To { get; set; } = "";

    /// <summary>Updates users whose email address exists at the destination. By default they are skipped.</summary>
    [Parameter]
    public SwitchParameter Update { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            _destination = new ConnectionResolver(To).Default;
            Require(ServiceOf(_destination), ServiceOf(_destination).UserImport, "way to receive users of another service");
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e, To);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        if (_counts.Count == 0)
        {
            return;
        }

        string dropped = _dropped.Count == 0 ? "" : $" The destination does not store: {string.Join(", ", _dropped.Order(StringComparer.Ordinal))}.";
        WriteWarning($"Passwords, sessions and second factors are not copied.{dropped}");
        WarnOfSkipped(UserCopyAction.SkipExisting, $"the email address exists in {_destination.Name}. -Update updates such users; -Verbose names them");
        WarnOfSkipped(UserCopyAction.SkipDeleted, $"a copy was deleted in {_destination.Name}; -Verbose names them");
        int Count(UserCopyAction action) => _counts.GetValueOrDefault(action);
        if (!IsWhatIf)
        {
            WriteVerbose($"{Count(UserCopyAction.Create)} created, {Count(UserCopyAction.Update)} updated, {Count(UserCopyAction.Complete)} completed, {Count(UserCopyAction.SkipCopied)} copied before, {Count(UserCopyAction.SkipDeleted) + Count(UserCopyAction.SkipExisting)} skipped.");
        }
    }

    private protected override BulkItem? CreateItem(IIdentityService service, ToriiConnection connection, Target<ToriiUserReference> target)
    {
        if (connection.Fingerprint == _destination.Fingerprint)
        {
            throw new ToriiException(ToriiErrorId.NotSupported, $"The user is in {_destination.Name} already: the source and the destination are the same.");
        }

        if (!_copies.TryGetValue(connection, out UserCopy? copy))
        {
            _copies[connection] = copy = new UserCopy(service, ServiceOf(_destination), Update, TimeProvider.System);
        }

        string id = target.Reference.UserId;
        string action = "Copy user";
        if (IsWhatIf)
        {
            try
            {
                UserCopyPlan plan = Wait(copy.PlanAsync(id, Request));
                Report(plan, BulkItem.LabelOf(target.Reference.Label, target.Row));
                if (plan.IsSkipped)
                {
                    return null;
                }

                action = $"{Describe(plan.Action)}: {plan.Body.ToDisplay()}";
            }
            catch (ToriiException e)
            {
                Reject(e, target.Reference.Input, target.Reference.Label, target.Row);
                return null;
            }
        }

        return target.ToItem(_destination, action, async context => await copy.CopyAsync(id, context).ConfigureAwait(false));
    }

    private protected override void WriteResult(BulkItem item, object? result)
    {
        (UserCopyPlan plan, ToriiUser user) = ((UserCopyPlan, ToriiUser))result!;
        Report(plan, item.Label);
        if (PassThru && !plan.IsSkipped)
        {
            WriteFrom(item.Connection, user);
        }
    }

    private void Report(UserCopyPlan plan, string label)
    {
        _counts[plan.Action] = _counts.GetValueOrDefault(plan.Action) + 1;
        _dropped.UnionWith(plan.Dropped);
        foreach (string warning in plan.Warnings)
        {
            WriteWarning(Client.Http.Redactor.RedactLine($"{label}: {warning}."));
        }

        WriteVerbose($"{Describe(plan.Action)}: {label}");
    }

    private void WarnOfSkipped(UserCopyAction action, string why)
    {
        if (_counts.GetValueOrDefault(action) is var count and > 0)
        {
            WriteWarning($"{count} {(count == 1 ? "user is" : "users are")} skipped, because {why}.");
        }
    }

    private static string Describe(UserCopyAction action) => action switch
    {
        UserCopyAction.Create => "Create user",
        UserCopyAction.Update => "Update user",
        UserCopyAction.Complete => "Complete the interrupted copy of user",
        UserCopyAction.SkipCopied => "Skip user, copied before",
        UserCopyAction.SkipDeleted => "Skip user, deleted at the destination",
        _ => "Skip user, whose email address exists",
    };
}
