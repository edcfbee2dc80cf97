using Torii.Client.Bulk;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Bulk;

/// <summary>Drives a run as a cmdlet does: from one thread.</summary>
internal static class BulkTest
{
    public static BulkRun<TItem, TResult> Run<TItem, TResult>(
        Func<TItem, RequestContext, Task<TResult>> work, int throttle = 8, bool halt = false, bool keepOrder = false, Func<TItem, string?>? key = null, CancellationToken cancellation = default) =>
        new(work, new BulkOptions { ThrottleLimit = throttle, HaltOnError = halt, KeepOrder = keepOrder }, key, new RequestContext(cancellation));

    public static async Task<List<BulkOutcome<TItem, TResult>>> DriveAsync<TItem, TResult>(this BulkRun<TItem, TResult> run, IEnumerable<TItem> items)
    {
        List<BulkOutcome<TItem, TResult>> outcomes = [];
        foreach (TItem item in items)
        {
            while (!run.TryPost(item))
            {
                Assert.True(await run.OutcomeAvailableAsync().Soon());
                run.Take(outcomes);
            }
        }

        return await run.DrainAsync(outcomes);
    }

    public static async Task<List<BulkOutcome<TItem, TResult>>> DrainAsync<TItem, TResult>(this BulkRun<TItem, TResult> run, List<BulkOutcome<TItem, TResult>>? outcomes = null)
    {
        outcomes ??= [];
        run.Complete();
        while (await run.OutcomeAvailableAsync().Soon())
        {
            run.Take(outcomes);
        }

        return outcomes;
    }

    public static void Take<TItem, TResult>(this BulkRun<TItem, TResult> run, List<BulkOutcome<TItem, TResult>> outcomes)
    {
        while (run.TryReceive(out BulkOutcome<TItem, TResult> outcome))
        {
            outcomes.Add(outcome);
        }
    }
}
