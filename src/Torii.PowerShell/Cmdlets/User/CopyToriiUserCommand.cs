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
    private readonly Dictionary<string, string?> _planned = new(StringComparer.OrdinalIgnoreCase);
    private ToriiConnection _destination = null!;
    private bool _isWhatIf;

    /// <summary>The connection that receives the users, or its name.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ConnectionTransform]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public object To { get; set; } = "";

    /// <summary>Updates users whose email address exists at the destination. By default they are skipped.</summary>
    [Parameter]
    public SwitchParameter Update { get; set; }

    /// <summary>A preview is in the order of the input.</summary>
    private protected override bool KeepsOrder => _isWhatIf;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _isWhatIf = IsWhatIf;
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
        if (!_isWhatIf)
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
        return target.ToItem(_destination, "Copy user", async context =>
            _isWhatIf ? (await copy.PlanAsync(id, context).ConfigureAwait(false), null) : await copy.CopyAsync(id, context).ConfigureAwait(false));
    }

    /// <summary>A preview reads first, and then shows what would be done.</summary>
    private protected override bool Confirm(BulkItem item) => _isWhatIf || base.Confirm(item);

    private protected override void WriteResult(BulkItem item, object? result)
    {
        (UserCopyPlan plan, ToriiUser? user) = ((UserCopyPlan, ToriiUser?))result!;
        if (_isWhatIf && !Update && plan.Action == UserCopyAction.Create && !_planned.TryAdd(plan.Source.Email!, item.Key))
        {
            // By then, an earlier target has created a user with the address.
            plan = plan with { Action = _planned[plan.Source.Email!] == item.Key ? UserCopyAction.SkipCopied : UserCopyAction.SkipExisting };
        }

        Report(plan, item.Label);
        if (_isWhatIf && plan.IsSkipped)
        {
            Reported--;
        }
        else if (_isWhatIf)
        {
            string steps = string.Join(", ", plan.Steps.Select(static s => s.Body.Members.Count == 0 ? s.Name : $"{s.Name}: {s.Body.ToDisplay()}"));
            ShouldProcess(item.Describe(), plan.Action == UserCopyAction.Complete || steps.Length == 0 ? $"{Describe(plan.Action)} {steps}".Trim() : steps);
        }
        else if (PassThru && !plan.IsSkipped)
        {
            WriteFrom(item.Connection, user!);
        }
    }

    /// <summary>A preview that is stopped has changed nothing.</summary>
    private protected override void OnDispose()
    {
        if (!_isWhatIf)
        {
            base.OnDispose();
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
