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
        foreach (UserTarget target in _targets.Resolve(UserId, InputObject))
        {
            if (target.User.Problem is { } problem)
            {
                Reject(problem, target.User.Input, target.User.Label, target.Row);
            }
            else if (ChooseConnection(target) is { } connection)
            {
                IIdentityService service = ServiceOf(connection);
                if (UserTargets.FindIdProblem(service, target.User) is { } wrong)
                {
                    Reject(wrong, target.User.Input, target.User.Label, target.Row);
                }
                else if (CreateItem(service, connection, target) is { } item)
                {
                    Submit(item);
                }
            }
        }
    }

    /// <summary>The connection for a user; null after an error about that user was written.</summary>
    private protected virtual ToriiConnection? ChooseConnection(UserTarget target) => ConnectionFor(target.User, target.Row);

    /// <summary>The operation for one user; null after an error about it was written.</summary>
    private protected abstract BulkItem? CreateItem(IIdentityService service, ToriiConnection connection, UserTarget target);
}
