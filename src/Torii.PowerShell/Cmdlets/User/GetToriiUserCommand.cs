using System.Management.Automation;
using Torii.Client;
using Torii.Client.Http;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Gets users: by id, by exact email address, or by a search that reads every page. A filter that is empty is an
/// error, never every user.
/// </summary>
[Cmdlet(VerbsCommon.Get, "ToriiUser", DefaultParameterSetName = SearchSet)]
[OutputType(typeof(ToriiUser))]
public sealed class GetToriiUserCommand : ToriiBulkCommand
{
    private const string SearchSet = "Search";
    private const string IdSet = "Id";
    private const string EmailAddressSet = "EmailAddress";

    private readonly List<LookupKey> _batch = [];
    private UserTargets _targets = null!;
    private ToriiConnection? _batchConnection;
    private LookupGate? _gate;

    /// <summary>The object from the pipeline.</summary>
    [Parameter(ParameterSetName = IdSet, ValueFromPipeline = true, DontShow = true)]
    [InputRecordTransform]
    public object? InputObject { get; set; }

    /// <summary>The users: ids, users, or rows with a UserId.</summary>
    [Parameter(ParameterSetName = IdSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Id")]
    [UserReferenceTransform]
    public ToriiUserReference[] UserId { get; set; } = [];

    /// <summary>Exact primary email addresses, ignoring case. An address that no user has is an error.</summary>
    [Parameter(ParameterSetName = EmailAddressSet, Mandatory = true)]
    [ValidateNotBlank]
    public string[] EmailAddress { get; set; } = [];

    /// <summary>The whole name, or a wildcard such as Ada*, ignoring case.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [SupportsWildcards]
    [ValidateNotBlank]
    public string? Name { get; set; }

    /// <summary>The whole primary email address, or a wildcard such as *@example.com, ignoring case.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [SupportsWildcards]
    [ValidateNotBlank]
    public string? Email { get; set; }

    /// <summary>Gets only users without a name.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    public SwitchParameter WithoutName { get; set; }

    /// <summary>Gets only users without a primary email address.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    public SwitchParameter WithoutEmail { get; set; }

    /// <summary>Gets only users with one of these statuses.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [ValidateNotBlank]
    [ArgumentCompleter(typeof(UserStatusCompleter))]
    public string[]? Status { get; set; }

    /// <summary>Gets only users with this role; not for torii.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [ValidateNotBlank]
    public string? Role { get; set; }

    /// <summary>Gets only users created at this time or later: ISO 8601, UTC by default, or a date object.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [InstantTransform]
    public DateTimeOffset? CreatedAfter { get; set; }

    /// <summary>Gets only users created at this time or earlier: ISO 8601, UTC by default, or a date object.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [InstantTransform]
    public DateTimeOffset? CreatedBefore { get; set; }

    /// <summary>Returns this many users. Default: all.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [ValidateRange(1L, long.MaxValue)]
    public long First { get; set; }

    /// <summary>The maximum number of users on a page. Default: 100.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [ValidateRange(1, 1000)]
    public int PageSize { get; set; } = 100;

    /// <summary>The cursor of the page to begin with, from an error of an earlier search. Default: the first page.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [ValidateNotBlank]
    public string? Cursor { get; set; }

    /// <summary>The maximum number of requests at once. Default: 8.</summary>
    [Parameter(ParameterSetName = IdSet)]
    [Parameter(ParameterSetName = EmailAddressSet)]
    [ValidateRange(1, 64)]
    public override int ThrottleLimit { get; set; } = 8;

    private protected override bool KeepsOrder => true;

    private UserKey By => ParameterSetName == EmailAddressSet ? UserKey.Email : UserKey.Id;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _targets = new UserTargets(MyInvocation, nameof(UserId));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case SearchSet:
                Search(DefaultConnection());
                break;
            case EmailAddressSet:
                ToriiConnection connection = DefaultConnection();
                foreach (string email in EmailAddress)
                {
                    LookUp(connection, new LookupKey(email, email, null));
                }

                break;
            default:
                foreach (Target<ToriiUserReference> target in _targets.Resolve(UserId, InputObject))
                {
                    LookUp(target);
                }

                break;
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        SubmitBatch();
        base.EndProcessing();
    }

    private protected override void WriteResult(BulkItem item, object? result) =>
        WriteFound(item.Connection, (LookupKey[])item.Input!, (IReadOnlyList<UserLookupResult>)result!);

    /// <inheritdoc/>
    private protected override void EndRun(ToriiException problem, object? target)
    {
        SubmitBatch();
        base.EndRun(problem, target);
    }

    private void LookUp(Target<ToriiUserReference> target)
    {
        ToriiUserReference user = target.Reference;
        if (user.Problem is { } problem)
        {
            SubmitBatch();
            Reject(problem, user.Input, user.Label, target.Row);
        }
        else if (ConnectionFor(user, target.Row) is { } connection)
        {
            if (target.FindIdProblem(ServiceOf(connection)) is { } wrong)
            {
                SubmitBatch();
                Reject(wrong, user.Input, user.Label, target.Row);
            }
            else
            {
                LookUp(connection, new LookupKey(user.UserId, user.Input, target.Row));
            }
        }
    }

    /// <summary>Collects keys: newer servers return a hundred users for one request.</summary>
    private void LookUp(ToriiConnection connection, LookupKey key)
    {
        if (!ReferenceEquals(connection, _batchConnection))
        {
            SubmitBatch();
            _batchConnection = connection;
        }

        _batch.Add(key);
        if (_batch.Count >= (ServiceOf(connection).Users.GetBatchSize(By) ?? LookupGate.MaxBatchSize))
        {
            SubmitBatch();
        }
    }

    private void SubmitBatch()
    {
        if (_batch.Count == 0)
        {
            return;
        }

        LookupKey[] keys = [.. _batch];
        _batch.Clear();
        LookupGate gate = _gate ??= new LookupGate(ThrottleLimit, HaltsOnError);
        IUserService users = ServiceOf(_batchConnection!).Users;
        UserKey by = By;
        string[] values = [.. keys.Select(static k => k.Key)];
        if (Submitted == 0 && users.GetBatchSize(by) is null)
        {
            // Its result decides how the rest is requested, and a later command may have enough by then.
            WriteFound(_batchConnection!, keys, Wait(users.GetManyAsync(by, values, gate, Request)));
            return;
        }

        Submit(new BulkItem
        {
            Connection = _batchConnection!,
            Target = keys.Length == 1 ? values[0] : $"{keys.Length} users",
            Action = "Get users",
            Input = keys,
            Work = async context => await users.GetManyAsync(by, values, gate, context).ConfigureAwait(false),
        });
    }

    private void WriteFound(ToriiConnection connection, LookupKey[] keys, IReadOnlyList<UserLookupResult> results)
    {
        for (int i = 0; i < results.Count; i++)
        {
            if (results[i].User is { } user)
            {
                WriteFrom(connection, user);
            }
            else if (results[i].Error is { } error && !ReferenceEquals(error, _gate?.StoppedBy))
            {
                WriteError(error, keys[i].Input, BulkItem.LabelOf(keys[i].Key, keys[i].Row));
            }
        }

        if (_gate?.StoppedBy is { } stopped)
        {
            ThrowTerminatingError(stopped);
        }
    }

    private void Search(ToriiConnection connection)
    {
        IIdentityService service = ServiceOf(connection);
        IAsyncEnumerator<IReadOnlyList<ToriiUser>> pages;
        try
        {
            pages = service.Users.SearchAsync(ReadQuery(service), Request).GetAsyncEnumerator(StopToken);
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e);
            return;
        }

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
            // Also where a later command of the pipeline needs no more: the request for the next page is cancelled.
            _ = pages.DisposeAsync().AsTask();
        }
    }

    /// <summary>Null at the end, and after an error that ended the search. Nothing is caught around WriteObject.</summary>
    private IReadOnlyList<ToriiUser>? NextPage(IAsyncEnumerator<IReadOnlyList<ToriiUser>> pages)
    {
        try
        {
            return Wait(pages.MoveNextAsync().AsTask()) ? pages.Current : null;
        }
        catch (ToriiException e) when (e.ErrorId != ToriiErrorId.Unauthorized)
        {
            WriteError(e, null);
            return null;
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e);
            throw;
        }
    }

    private UserQuery ReadQuery(IIdentityService service)
    {
        if ((Name is not null && WithoutName) || (Email is not null && WithoutEmail))
        {
            string field = Name is not null && WithoutName ? nameof(Name) : nameof(Email);
            throw new ToriiException(ToriiErrorId.InvalidRequest, $"-{field} and -Without{field} cannot be combined. No request was sent.") { Variant = "combined" };
        }

        if (Status?.FirstOrDefault(s => !service.Info.UserStatuses.Contains(s, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new ToriiException(ToriiErrorId.InvalidRequest, $"'{Redactor.RedactLine(unknown)}' is not a status of a user. No request was sent.")
            {
                Variant = "status",
                Details = new Dictionary<string, string> { ["statuses"] = string.Join(", ", service.Info.UserStatuses) },
            };
        }

        TextPattern? name = Name is null ? null : new TextPattern(nameof(Name), Name);
        TextPattern? email = Email is null ? null : new TextPattern(nameof(Email), Email);
        return new UserQuery
        {
            NameContains = name?.Literal,
            EmailContains = email?.Literal,
            WithoutName = WithoutName,
            WithoutEmail = WithoutEmail,
            Statuses = Status?.Select(static s => s.ToLowerInvariant()).Distinct().ToArray() ?? [],
            Role = Role,
            CreatedAfter = CreatedAfter,
            CreatedBefore = CreatedBefore,
            First = First > 0 ? First : null,
            PageSize = PageSize,
            Cursor = Cursor,
            Keep = name is null && email is null ? null : user => (name?.IsMatch(user.Name) ?? true) && (email?.IsMatch(user.Email) ?? true),
        };
    }

    /// <summary>One key of a look-up.</summary>
    /// <param name="Key">The id or email address.</param>
    /// <param name="Input">The object that it came from; errors carry it.</param>
    /// <param name="Row">The position of its row; null for what is not a row.</param>
    private sealed record LookupKey(string Key, object Input, int? Row);
}
