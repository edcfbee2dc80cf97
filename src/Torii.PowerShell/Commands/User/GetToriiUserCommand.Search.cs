using System.Management.Automation;
using Torii.Client.Users;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>The search: what it filters by, and the walk over its pages.</summary>
public sealed partial class GetToriiUserCommand
{
    /// <summary>The whole name, or a wildcard such as Ada*; in any case.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [SupportsWildcards]
    [ValidateNotBlank]
    public string? Name { get; set; }

    /// <summary>The whole primary address, or a wildcard such as *@example.com; in any case.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [SupportsWildcards]
    [ValidateNotBlank]
    public string? Email { get; set; }

    /// <summary>Only users without a name.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    public SwitchParameter WithoutName { get; set; }

    /// <summary>Only users without a primary address.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    public SwitchParameter WithoutEmail { get; set; }

    /// <summary>Only users with one of these statuses.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [ValidateNotNullOrEmpty]
    [ValidateSet("active", "banned", "deleted", "pending_verification")]
    public string[]? Status { get; set; }

    /// <summary>Only users created at this moment or later: ISO 8601, UTC unless it says otherwise, or a date object.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [InstantTransform]
    public DateTimeOffset? CreatedAfter { get; set; }

    /// <summary>Only users created at this moment or earlier: ISO 8601, UTC unless it says otherwise, or a date object.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [InstantTransform]
    public DateTimeOffset? CreatedBefore { get; set; }

    /// <summary>How many users are wanted. Default: all. No page that is asked for is larger.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [ValidateRange(1L, long.MaxValue)]
    public long First { get; set; }

    /// <summary>How many users a page has at most. Default 100.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [ValidateRange(1, 1000)]
    public int PageSize { get; set; } = 100;

    /// <summary>Where an earlier walk broke off, as its error said. Default: the beginning.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [ValidateId("cursor")]
    public string? Cursor { get; set; }

    private void Search(ToriiConnection connection)
    {
        UserSearch search = new() { Filter = ReadFilter(), First = First > 0 ? First : null, PageSize = PageSize, Cursor = Cursor };
        IAsyncEnumerator<IReadOnlyList<ToriiUser>> pages = ClientOf(connection).Users.SearchAsync(search, Request).GetAsyncEnumerator(StopToken);
        try
        {
            while (NextPage(pages) is { } page)
            {
                foreach (ToriiUser user in page)
                {
                    WriteFrom(connection, user);
                }
            }
        }
        finally
        {
            // Whoever ends the walk, a later command of the pipeline included: the page under way is not fetched.
            _ = pages.DisposeAsync();
        }
    }

    /// <summary>Null at the end of the walk, and after an error that ended it. Nothing is caught around WriteObject.</summary>
    private IReadOnlyList<ToriiUser>? NextPage(IAsyncEnumerator<IReadOnlyList<ToriiUser>> pages)
    {
        try
        {
            return Wait(pages.MoveNextAsync().AsTask()) ? pages.Current : null;
        }
        catch (ToriiException e)
        {
            WriteError(e, null);
            return null;
        }
    }

    private UserFilter ReadFilter()
    {
        if ((Name is not null && WithoutName) || (Email is not null && WithoutEmail))
        {
            string field = Name is not null && WithoutName ? nameof(Name) : nameof(Email);
            ThrowTerminatingError(new ToriiException("Torii.InvalidRequest", $"-{field} and -Without{field} ask for users that cannot be.", "Leave one of them out."));
        }

        TextPattern? name = Name is null ? null : new TextPattern(Name);
        TextPattern? email = Email is null ? null : new TextPattern(Email);
        return new UserFilter
        {
            NameContains = name?.Literal,
            EmailContains = email?.Literal,
            WithoutName = WithoutName,
            WithoutEmail = WithoutEmail,
            Statuses = Status?.Select(static s => s.ToLowerInvariant()).Distinct().ToArray() ?? [],
            CreatedAfter = CreatedAfter,
            CreatedBefore = CreatedBefore,
            Keep = name is null && email is null ? null : user => (name?.IsMatch(user.Name) ?? true) && (email?.IsMatch(user.Email) != false || EmailText.Same(user.Email, Email)),
        };
    }
}
