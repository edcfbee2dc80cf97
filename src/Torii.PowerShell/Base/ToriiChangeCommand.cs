using System.Management.Automation;
using Torii.Client;
using Torii.Client.Resources;

namespace Torii.PowerShell;

/// <summary>
/// The base of cmdlets that change something: each asks before it does, and can be limited in the number of targets.
/// </summary>
public abstract class ToriiChangeCommand : ToriiBulkCommand
{
    /// <summary>The number of targets that an error names.</summary>
    private const int Shown = 5;

    private readonly List<BulkItem> _held = [];
    private readonly HashSet<string> _warned = [];
    private int _heldTargets;
    private int _sent;

    /// <summary>
    /// The maximum number of targets: with more, no request is sent. Default: no limit beyond that of the connection.
    /// </summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaxAffected { get; set; }

    /// <inheritdoc/>
    private protected override int Held => _heldTargets;

    /// <summary>Whether nothing may be changed: <c>-WhatIf</c>, or the preference of that name.</summary>
    private protected bool IsWhatIf =>
        MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? bound)
            ? LanguagePrimitives.IsTrue(bound)
            : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    /// <summary>Whether <c>-Force</c> skips the question. It overrides neither <c>-Confirm</c> nor <c>-WhatIf</c>.</summary>
    private protected virtual bool IsForced => false;

    /// <summary>The number of targets that <c>-WhatIf</c> reports.</summary>
    private protected int Reported { get; set; }

    /// <summary>What is not sent above the limit: a command that has to read before it knows its targets names the change.</summary>
    private protected virtual string Withheld => "request";

    /// <summary>Warns of metadata that the service may find too large, once for each size.</summary>
    private protected void WarnOfSize(IIdentityService service, ResourceKind kind, ResourceBody body, string target, int? row)
    {
        if (service.FindMetadataExcess(kind, body) is { } excess && _warned.Add(excess))
        {
            WriteWarning($"{BulkItem.LabelOf(target, row)}: {excess}");
        }
    }

    /// <inheritdoc/>
    private protected override void Submit(BulkItem item)
    {
        // Nothing is sent before all targets are known to be within the limit, also of other connections once one is held.
        if (MaxAffected == 0 && item.Connection.MaxAffected is null && _heldTargets == 0)
        {
            AskAndSubmit(item);
            return;
        }

        _held.Add(item);
        _heldTargets += item.Count;
        if (MaxAffected > 0 && _heldTargets > MaxAffected)
        {
            EndOverLimit($"More than {MaxAffected} {Targets(MaxAffected)} (-MaxAffected)", null, item.Connection);
        }

        if (item.Connection.RemainingAffected is { } rest && HeldOf(item.Connection) > rest)
        {
            EndOverBudget(item.Connection, rest);
        }
    }

    /// <inheritdoc/>
    private protected override void Reject(ToriiException problem, object? input, string target, int? row)
    {
        if (_held.Count == 0)
        {
            base.Reject(problem, input, target, row);
        }
        else
        {
            _held.Add(BulkItem.Rejected(problem, input, target, row));
        }
    }

    /// <summary>Sends what was held back, now that the number of targets is known.</summary>
    protected override void EndProcessing()
    {
        BulkItem[] held = [.. _held];
        TakeFromBudgets(held);
        _held.Clear();
        int next = 0;
        try
        {
            while (next < held.Length)
            {
                BulkItem item = held[next++];
                if (item.Problem is { } problem)
                {
                    base.Reject(problem, item.Input, item.Target, item.Row);
                    continue;
                }

                _heldTargets -= item.Count;
                if (!AskAndSubmit(item))
                {
                    OnNotStarted(item);
                }
            }
        }
        finally
        {
            // The run may have been stopped: what was not sent does not count.
            foreach (BulkItem item in held.Skip(next).Where(static i => i.Problem is null))
            {
                OnNotStarted(item);
            }
        }

        base.EndProcessing();
        if (IsWhatIf && Reported > 0)
        {
            Host?.UI?.WriteLine($"What if: {Reported} {Targets(Reported)} in total; no change was made.");
        }
    }

    /// <summary>A target that was not sent does not count against the limit of its connection.</summary>
    private protected override void OnNotStarted(BulkItem item)
    {
        if (!IsWhatIf && item is { Problem: null, Connection.MaxAffected: not null })
        {
            item.Connection.Release(item.Count);
        }
    }

    /// <summary>Whether to act on a target. Asked on the pipeline thread, before anything about the target is queued.</summary>
    private protected virtual bool Confirm(BulkItem item)
    {
        if (IsForced && !IsWhatIf && !MyInvocation.BoundParameters.ContainsKey("Confirm"))
        {
            WriteVerbose($"{item.Action}: {item.Describe()}");
            return true;
        }

        string text = $"{item.Action} in {item.DescribeConnection()}:\n{item.Lines}";
        return item.Lines is null ? ShouldProcess(item.Describe(), item.Action) : ShouldProcess(text, text, "Confirm");
    }

    /// <summary>Takes the held targets from the budgets of their connections: all of them, or none where one is exceeded.</summary>
    private void TakeFromBudgets(BulkItem[] held)
    {
        if (IsWhatIf)
        {
            return;
        }

        List<BulkItem> taken = [];
        foreach (IGrouping<ToriiConnection, BulkItem> targets in held.Where(static i => i.Problem is null).GroupBy(static i => i.Connection))
        {
            if (!targets.Key.TryAffect(targets.Sum(static i => i.Count)))
            {
                // Another command used the budget meanwhile.
                taken.ForEach(OnNotStarted);
                EndOverBudget(targets.Key, targets.Key.RemainingAffected ?? 0);
            }

            taken.AddRange(targets);
        }
    }

    private bool AskAndSubmit(BulkItem item)
    {
        Reported += item.Count;
        if (!Confirm(item))
        {
            return false;
        }

        _sent += item.Count;
        base.Submit(item);
        return true;
    }

    private int HeldOf(ToriiConnection connection) => _held.Where(i => i.Problem is null && ReferenceEquals(i.Connection, connection)).Sum(static i => i.Count);

    private static string Targets(int count) => count == 1 ? "target" : "targets";

    private void EndOverBudget(ToriiConnection connection, int rest) => EndOverLimit(
        $"More than {rest} {Targets(rest)}: the connection '{connection.Name}' may still affect {rest} of {connection.MaxAffected} (Connect-Torii -MaxAffected)", "budget", connection);

    private void EndOverLimit(string reason, string? variant, ToriiConnection connection)
    {
        string first = string.Join("; ", _held.Where(i => i.Problem is null && (variant is null || ReferenceEquals(i.Connection, connection))).Take(Shown).Select(static i => i.Label));
        string sent = _sent == 0 ? $"no {Withheld} was sent" : $"{_sent} {Targets(_sent)} of another connection had been sent, and no further {Withheld} was sent";
        _held.Clear();
        EndRun(
            new ToriiException(ToriiErrorId.TooManyAffected, $"{reason}; {sent}. The first: {first}.")
            {
                Variant = variant,
                Details = new Dictionary<string, string> { ["name"] = connection.Name },
            },
            null);
    }
}
