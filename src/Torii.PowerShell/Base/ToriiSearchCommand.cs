using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell;

/// <summary>The base of cmdlets that search a list of the service, or get its items by id.</summary>
public abstract class ToriiSearchCommand : ToriiListCommand
{
    private protected const string SearchSet = "Search";
    private protected const string IdSet = "Id";

    /// <summary>Returns this many objects. Default: all.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [ValidateRange(1L, long.MaxValue)]
    public virtual long First { get; set; }

    /// <summary>The maximum number of objects on a page. Default: 100.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [ValidateRange(1, 1000)]
    public int PageSize { get; set; } = 100;

    /// <summary>The cursor of the page to begin with, from an error of an earlier search. Default: the first page.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [ValidateNotBlank]
    public string? Cursor { get; set; }

    /// <summary>The number of objects wanted; null for all.</summary>
    private protected long? Wanted => First > 0 ? First : null;

    /// <summary>Writes what a search finds; a search that cannot be sent ends the command.</summary>
    /// <param name="search">Begins the search.</param>
    private protected void Search(Func<IIdentityService, IAsyncEnumerable<IReadOnlyList<object>>> search)
    {
        ToriiConnection connection = DefaultConnection();
        IAsyncEnumerable<IReadOnlyList<object>> found;
        try
        {
            found = search(ServiceOf(connection));
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e);
            return;
        }

        WriteList(connection, found);
    }
}
