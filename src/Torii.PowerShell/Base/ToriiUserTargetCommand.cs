using System.Management.Automation;
using Torii.Client;
using Torii.Client.Input;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell;

/// <summary>The base of cmdlets that change users, or what belongs to them: users, ids, and rows with a UserId.</summary>
public abstract class ToriiUserTargetCommand : ToriiChangeCommand
{
    private UserTargets _targets = null!;

    /// <summary>The object from the pipeline.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    [InputRecordTransform]
    public object? InputObject { get; set; }

    /// <summary>The users: ids, users, or rows with a UserId.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Id")]
    [UserReferenceTransform]
    public ToriiUserReference[] UserId { get; set; } = [];

    /// <summary>Writes the objects that were changed. By default the cmdlet writes nothing.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>The record from the pipeline; null for an id or an argument.</summary>
    private protected InputRecord? Record => UserTargets.RecordOf(InputObject);

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _targets = new UserTargets(MyInvocation, nameof(UserId));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        IReadOnlyList<Target<ToriiUserReference>> targets = _targets.Resolve(UserId, InputObject);
        Waiting = targets.Count;
        foreach (Target<ToriiUserReference> target in targets)
        {
            Waiting--;
            SubmitFor(target, FindProblem(target.Reference), (service, connection) => CreateItem(service, connection, target));
        }
    }

    /// <summary>Why a user is not acted on.</summary>
    private protected virtual ToriiException? FindProblem(ToriiUserReference user) => FindSubstitute(user);

    /// <summary>
    /// The error for a session or a membership in place of its user: the user would be changed or deleted because one
    /// of their sessions was read. Null for a user.
    /// </summary>
    internal static ToriiException? FindSubstitute(ToriiUserReference user) =>
        user.IsSession ? NotTheUser("A session, or an object that names one,", "session")
        : user.IsMembership ? NotTheUser("A membership", "membership")
        : null;

    private protected static ToriiException NotTheUser(string what, string variant) =>
        new(ToriiErrorId.AmbiguousInput, $"{what} is not accepted in place of its user.") { Variant = variant };

    /// <summary>The operation for one user; null after an error about it was written, or where there is nothing to do.</summary>
    private protected abstract BulkItem? CreateItem(IIdentityService service, ToriiConnection connection, Target<ToriiUserReference> target);

    /// <summary>Writes the user that the service returned, or the input where it returns nothing.</summary>
    private protected override void WriteResult(BulkItem item, object? result)
    {
        if (!PassThru)
        {
            return;
        }

        if (result is ToriiUser user)
        {
            WriteFrom(item.Connection, user);
        }
        else
        {
            WriteObject(item.Input);
        }
    }
}
