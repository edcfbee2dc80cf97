using Torii.PowerShell.Binding;

namespace Torii.PowerShell;

/// <summary>
/// The base of cmdlets that read lists page by page: a list is written while its next page is requested, and no
/// further page is requested when a later command of the pipeline has enough.
/// </summary>
public abstract class ToriiListCommand : ToriiBulkCommand
{
    private protected override bool KeepsOrder => true;

    /// <summary>Whether as many objects were written as the command returns.</summary>
    private protected virtual bool HasEnough => false;

    /// <summary>Writes one item of a list.</summary>
    private protected virtual void WriteListed(ToriiConnection connection, object item) => WriteFrom(connection, (ToriiObject)item);

    /// <summary>The list of a target as an operation: its first page is requested beside those of other targets, the others while it is written.</summary>
    /// <param name="target">The target.</param>
    /// <param name="connection">The connection to use.</param>
    /// <param name="action">The operation.</param>
    /// <param name="list">The pages.</param>
    private protected static BulkItem ListOf<TReference>(
        Target<TReference> target, ToriiConnection connection, string action, IAsyncEnumerable<IReadOnlyList<object>> list)
        where TReference : ToriiReference =>
        target.ToItem(connection, action, async context =>
        {
            IAsyncEnumerator<IReadOnlyList<object>> pages = list.GetAsyncEnumerator(context.Cancellation);
            return new Listing(pages, await pages.MoveNextAsync().ConfigureAwait(false) ? pages.Current : null);
        });

    private protected override void WriteResult(BulkItem item, object? result)
    {
        if (result is Listing list)
        {
            WritePages(item.Connection, list.Pages, list.First, item);
        }
        else
        {
            WriteListed(item.Connection, result!);
        }
    }

    /// <summary>Writes a list that belongs to no target.</summary>
    private protected void WriteList(ToriiConnection connection, IAsyncEnumerable<IReadOnlyList<object>> list)
    {
        IAsyncEnumerator<IReadOnlyList<object>> pages = list.GetAsyncEnumerator(StopToken);
        WritePages(connection, pages, NextPage(pages, null), null);
    }

    private void WritePages(ToriiConnection connection, IAsyncEnumerator<IReadOnlyList<object>> pages, IReadOnlyList<object>? page, BulkItem? item)
    {
        try
        {
            while (page is not null && !HasEnough)
            {
                foreach (object listed in page.TakeWhile(_ => !HasEnough))
                {
                    WriteListed(connection, listed);
                }

                if (IsHalting)
                {
                    WriteWarning($"{item!.Label}: the list may not be complete; no request is sent after an error.");
                    break;
                }

                page = HasEnough ? null : NextPage(pages, item);
            }
        }
        finally
        {
            // Also where a later command of the pipeline needs no more: the request for the next page is cancelled.
            _ = pages.DisposeAsync().AsTask();
        }
    }

    /// <summary>Null at the end, and after an error that ended the list. Nothing is caught around WriteObject.</summary>
    private IReadOnlyList<object>? NextPage(IAsyncEnumerator<IReadOnlyList<object>> pages, BulkItem? item)
    {
        try
        {
            return Wait(pages.MoveNextAsync().AsTask()) ? pages.Current : null;
        }
        catch (ToriiException e) when (!e.IsOfAccount)
        {
            WriteError(e, item?.Input, item?.Label);
            return null;
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e, item?.Input, item?.Label);
            throw;
        }
    }

    /// <summary>A list under way.</summary>
    /// <param name="Pages">The pages after the first one.</param>
    /// <param name="First">The first page; null for a list without pages.</param>
    private sealed record Listing(IAsyncEnumerator<IReadOnlyList<object>> Pages, IReadOnlyList<object>? First);
}
