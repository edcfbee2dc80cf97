using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell;

/// <summary>A cmdlet that changes something about users: takes users, ids, and rows with a UserId.</summary>
public abstract class ToriiUserTargetCommand : ToriiMutatingCommand
{
    /// <summary>What comes down the pipeline.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The users' ids; users and rows with a UserId are taken too.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [UserIdTransform]
    [ValidateId("user")]
    public string[] UserId { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (FindProblem() is { } problem)
        {
            Reject(problem, InputObject);
            return;
        }

        foreach (string id in UserId)
        {
            PSObject? source = UserIdTransformAttribute.SourceOf(id, InputObject);
            if (ConnectionFor(source) is not { } connection)
            {
                continue;
            }

            UserTarget target = new(id, source?.BaseObject is ToriiUser who ? who.ToString() : id, source ?? (object)id, connection);
            if (CreateItem(ClientOf(connection), target) is { } item)
            {
                Submit(item);
            }
        }
    }

    /// <summary>
    /// Why this record is not acted on. What stands for a session does not stand for its user: the user would be
    /// changed or deleted because one of their sessions was looked at.
    /// </summary>
    private protected virtual ToriiException? FindProblem() =>
        PipelineInput.Has(InputObject, "SessionId") || PipelineInput.Is<ToriiSession>(InputObject)
            ? new ToriiException(
                "Torii.AmbiguousInput",
                "A session, or a row that names one, does not stand for its user here; nothing was done for it.",
                "Pipe it through Get-ToriiUser first if its user is meant.")
            : PipelineInput.FindAmbiguity(InputObject, null);

    /// <summary>What to do for one user; null after an error about it was written, or where there is nothing to do.</summary>
    private protected abstract BulkItem? CreateItem(ToriiService client, UserTarget target);

    /// <summary>A user to act on.</summary>
    /// <param name="UserId">Whom.</param>
    /// <param name="Label">Who that is, for a person.</param>
    /// <param name="Input">What was given for it; errors carry it.</param>
    /// <param name="Connection">Through which connection.</param>
    private protected sealed record UserTarget(string UserId, string Label, object Input, ToriiConnection Connection)
    {
        /// <summary>The item for doing something to this user.</summary>
        public BulkItem ToItem(string action, Func<RequestContext, Task<object?>> work, string? label = null) => new()
        {
            Connection = Connection,
            Key = UserId,
            Target = label ?? Label,
            Action = action,
            Input = Input,
            Work = work,
        };
    }

    /// <summary>Emits the user that the service answered with, or the input where it answers with nothing.</summary>
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
