using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell;

/// <summary>The base of cmdlets that read something for each user: users, ids, and rows with a UserId.</summary>
public abstract class ToriiUserReadCommand : ToriiBulkCommand
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

    private protected override bool KeepsOrder => true;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _targets = new UserTargets(MyInvocation, nameof(UserId));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (Target<ToriiUserReference> target in _targets.Resolve(UserId, InputObject))
        {
            SubmitFor(target, null, (service, connection) => CreateItem(service, connection, target));
        }
    }

    /// <summary>The operation for one user; null after an error about it was written.</summary>
    private protected abstract BulkItem? CreateItem(IIdentityService service, ToriiConnection connection, Target<ToriiUserReference> target);
}
