using System.Management.Automation;

namespace Torii.PowerShell;

/// <summary>
/// A cmdlet that changes something: asks before it does, and can be told how many targets it may touch at most.
/// </summary>
public abstract class ToriiMutatingCommand : ToriiBulkCommand
{
    private const int Shown = 5;

    private readonly List<BulkItem> _held = [];
    private int? _limit;
    private int _affected;
    private int _submitted;

    /// <summary>Emits what was acted on; by default the cmdlet emits nothing.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>
    /// How many targets may be affected at most: when more arrive, nothing at all is sent. Default: the connection's;
    /// without that, no limit.
    /// </summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaxAffected { get; set; }

    /// <summary>Whether nothing may be changed: <c>-WhatIf</c>, or the preference of that name.</summary>
    private protected bool IsWhatIf =>
        MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? bound)
            ? LanguagePrimitives.IsTrue(bound)
            : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    /// <inheritdoc/>
    private protected override void Submit(BulkItem item)
    {
        if (LimitFor(item) is not { } limit)
        {
            AskAndSubmit(item);
            return;
        }

        _held.Add(item);
        if (++_affected > limit)
        {
            string first = string.Join("; ", _held.Where(static i => i.Problem is null).Take(Shown).Select(static i => i.Target));
            // Targets of a connection without a limit may have come before: what may have been sent must not be denied.
            string sent = _submitted == 0 ? "nothing was sent" : $"none of them was touched ({_submitted} of a connection without a limit came before and may have been)";
            ThrowTerminatingError(new ToriiException(
                "Torii.TooManyAffected",
                $"At most {limit} may be affected, and {_affected} targets arrived with more perhaps to come, so {sent}. The first: {first}.",
                "Look at the targets; if all of them are meant, give a larger -MaxAffected."));
        }
    }

    private protected override void Reject(ToriiException problem, object? input)
    {
        if (_held.Count == 0)
        {
            base.Reject(problem, input);
        }
        else
        {
            _held.Add(BulkItem.Rejected(problem, input));
        }
    }

    /// <summary>Sends what was held back, once it is known that there is no more of it than there may be.</summary>
    protected override void EndProcessing()
    {
        foreach (BulkItem item in _held)
        {
            if (item.Problem is { } problem)
            {
                base.Reject(problem, item.Input);
            }
            else
            {
                AskAndSubmit(item);
            }
        }

        base.EndProcessing();
    }

    /// <summary>Whether to do it. Asked on the pipeline thread, before anything of the target is queued.</summary>
    private protected virtual bool Confirm(BulkItem item) => ShouldProcess(item.Describe(), item.Action);

    private void AskAndSubmit(BulkItem item)
    {
        if (Confirm(item))
        {
            _submitted++;
            base.Submit(item);
        }
    }

    /// <summary>The smallest limit seen: targets of several connections are counted together.</summary>
    private int? LimitFor(BulkItem item)
    {
        int? limit = MaxAffected > 0 ? MaxAffected : item.Connection.MaxAffected;
        return _limit = _limit is { } seen && (limit is null || seen < limit) ? seen : limit;
    }
}
