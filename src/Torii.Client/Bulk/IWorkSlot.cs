namespace Torii.Client.Bulk;

/// <summary>The place that an item of a bulk run has among those that are worked on at once.</summary>
internal interface IWorkSlot
{
    /// <summary>Gives up the place while the item waits, so that another one proceeds.</summary>
    void Release();

    /// <summary>Waits for a place again.</summary>
    Task ReacquireAsync(CancellationToken cancellation);

    /// <summary>Called before each request.</summary>
    /// <exception cref="WorkNotStartedException">The run was stopped before the first request of the item.</exception>
    void BeforeSend();
}

/// <summary>A run was stopped before an item had sent a request.</summary>
internal sealed class WorkNotStartedException : Exception;
