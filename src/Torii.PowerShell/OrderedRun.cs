using Torii.Client.Bulk;

namespace Torii.PowerShell;

/// <summary>
/// Feeds items to a <see cref="BulkRun{TItem,TResult}"/> from the pipeline thread and hands the outcomes to the
/// command as soon as they are there, in the order of the items.
/// </summary>
/// <param name="run">Where the items are worked on.</param>
/// <param name="wait">Waits on the pipeline thread.</param>
/// <param name="emit">Gets each outcome, on the pipeline thread.</param>
internal sealed class OrderedRun<T>(BulkRun<T, object?> run, Func<Task<bool>, bool> wait, Action<BulkOutcome<T, object?>> emit)
{
    public void Add(T item)
    {
        while (!run.TryPost(item))
        {
            if (!wait(run.OutcomeAvailableAsync()))
            {
                return;
            }

            EmitWhatIsThere();
        }

        EmitWhatIsThere();
    }

    /// <summary>Waits for what is under way and emits it.</summary>
    public void Finish()
    {
        foreach (BulkOutcome<T, object?> outcome in Drain())
        {
            emit(outcome);
        }
    }

    /// <summary>Takes nothing more, and gives what is still to come.</summary>
    public IEnumerable<BulkOutcome<T, object?>> Drain()
    {
        run.Complete();
        while (wait(run.OutcomeAvailableAsync()))
        {
            while (run.TryReceive(out BulkOutcome<T, object?> outcome))
            {
                yield return outcome;
            }
        }
    }

    private void EmitWhatIsThere()
    {
        while (run.TryReceive(out BulkOutcome<T, object?> outcome))
        {
            emit(outcome);
        }
    }
}
