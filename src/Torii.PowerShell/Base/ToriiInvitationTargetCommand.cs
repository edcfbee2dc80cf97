using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell;

/// <summary>The base of cmdlets that act on invitations: invitations, ids, and rows with an InvitationId.</summary>
public abstract class ToriiInvitationTargetCommand : ToriiChangeCommand
{
    private InvitationTargets _targets = null!;

    /// <summary>The object from the pipeline.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    [InputRecordTransform]
    public object? InputObject { get; set; }

    /// <summary>The invitations: ids, invitations, or rows with an InvitationId.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Id")]
    [InvitationReferenceTransform]
    public ToriiInvitationReference[] InvitationId { get; set; } = [];

    /// <summary>Writes the invitations that were acted on. By default the cmdlet writes nothing.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>What is done, for ShouldProcess.</summary>
    private protected abstract string Action { get; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _targets = new InvitationTargets(MyInvocation, nameof(InvitationId));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        IReadOnlyList<Target<ToriiInvitationReference>> targets = _targets.Resolve(InvitationId, InputObject);
        Waiting = targets.Count;
        foreach (Target<ToriiInvitationReference> target in targets)
        {
            Waiting--;
            SubmitFor(target, null, (service, connection) =>
            {
                IInvitationService invitations = Require(service, service.Invitations, "invitations");
                return target.ToItem(connection, Action, async context => await ActAsync(invitations, target.Reference.InvitationId, context).ConfigureAwait(false));
            });
        }
    }

    /// <summary>Acts on one invitation; returns the invitation afterwards, at least for <see cref="PassThru"/>.</summary>
    private protected abstract Task<ToriiInvitation?> ActAsync(IInvitationService invitations, string invitationId, RequestContext context);

    private protected override void WriteResult(BulkItem item, object? result)
    {
        if (PassThru)
        {
            WriteFrom(item.Connection, (ToriiInvitation)result!);
        }
    }
}
