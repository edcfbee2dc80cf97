using System.Management.Automation;
using Torii.Client;
using Torii.Client.Http;
using Torii.Client.Resources;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Gets users: by id, by exact email address, by a search that reads every page, or the members of an organization. A
/// filter that is empty is an error, never every user.
/// </summary>
[Cmdlet(VerbsCommon.Get, "ToriiUser", DefaultParameterSetName = SearchSet)]
[OutputType(typeof(ToriiUser))]
public sealed class GetToriiUserCommand : ToriiSearchCommand
{
    private const string OrganizationSet = "Organization";
    private const string EmailAddressSet = "EmailAddress";

    private readonly List<LookupKey> _batch = [];
    private UserTargets _targets = null!;
    private ToriiConnection? _batchConnection;
    private LookupGate? _gate;
    private long _written;

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

    /// <summary>The organization whose members are returned: an id, an exact name, or an organization.</summary>
    [Parameter(ParameterSetName = OrganizationSet, Mandatory = true)]
    [OrganizationReferenceTransform(TakesName = true, IsSingle = true)]
    [ArgumentCompleter(typeof(OrganizationCompleter))]
    public ToriiOrganizationReference? Organization { get; set; }

    /// <summary>The whole name, or a wildcard such as Ada*, ignoring case.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [Parameter(ParameterSetName = OrganizationSet)]
    [SupportsWildcards]
    [ValidateNotBlank]
    public string? Name { get; set; }

    /// <summary>The whole primary email address, or a wildcard such as *@example.com, ignoring case.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [Parameter(ParameterSetName = OrganizationSet)]
    [SupportsWildcards]
    [ValidateNotBlank]
    public string? Email { get; set; }

    /// <summary>Gets only users without a name.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [Parameter(ParameterSetName = OrganizationSet)]
    public SwitchParameter WithoutName { get; set; }

    /// <summary>Gets only users without a primary email address.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [Parameter(ParameterSetName = OrganizationSet)]
    public SwitchParameter WithoutEmail { get; set; }

    /// <summary>Gets only users with one of these statuses.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [Parameter(ParameterSetName = OrganizationSet)]
    [ValidateNotBlank]
    [ArgumentCompleter(typeof(UserStatusCompleter))]
    public string[]? Status { get; set; }

    /// <summary>Gets only users with this role; not for torii.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [ValidateNotBlank]
    public string? Role { get; set; }

    /// <summary>Gets only users created at this time or later: ISO 8601, UTC by default, or a date object.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [Parameter(ParameterSetName = OrganizationSet)]
    [InstantTransform]
    public DateTimeOffset? CreatedAfter { get; set; }

    /// <summary>Gets only users created at this time or earlier: ISO 8601, UTC by default, or a date object.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [Parameter(ParameterSetName = OrganizationSet)]
    [InstantTransform]
    public DateTimeOffset? CreatedBefore { get; set; }

    /// <summary>Returns this many users. Default: all.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [Parameter(ParameterSetName = OrganizationSet)]
    [ValidateRange(1L, long.MaxValue)]
    public override long First { get; set; }

    /// <summary>The maximum number of requests at once. Default: 8.</summary>
    [Parameter(ParameterSetName = IdSet)]
    [Parameter(ParameterSetName = EmailAddressSet)]
    [Parameter(ParameterSetName = OrganizationSet)]
    [ValidateRange(1, 64)]
    public override int ThrottleLimit { get; set; } = 8;

    private protected override bool HasEnough => First > 0 && _written >= First;

    private LookupGate Gate => _gate ??= new LookupGate(ThrottleLimit, HaltsOnError);

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
                Search(service => service.Users.SearchAsync(ReadQuery(service), Request));
                break;
            case OrganizationSet:
                GetMembers(new(Organization!, null));
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
                    if (_targets.FindOrganization(InputObject) is { } organization)
                    {
                        SubmitBatch();
                        GetMembers(new(organization, target.Row));
                    }
                    else
                    {
                        LookUp(target);
                    }
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

    private protected override void WriteListed(ToriiConnection connection, object item)
    {
        if (item is Found found)
        {
            WriteFound(connection, found);
        }
        else
        {
            base.WriteListed(connection, item);
        }
    }

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
        LookupGate gate = Gate;
        IUserService users = ServiceOf(_batchConnection!).Users;
        UserKey by = By;
        string[] values = [.. keys.Select(static k => k.Key)];
        if (Submitted == 0 && users.GetBatchSize(by) is null)
        {
            // Its result decides how the rest is requested, and a later command may have enough by then.
            WriteFound(_batchConnection!, new Found(keys, Wait(users.GetManyAsync(by, values, gate, Request)), null));
            return;
        }

        Submit(new BulkItem
        {
            Connection = _batchConnection!,
            Target = keys.Length == 1 ? values[0] : $"{keys.Length} users",
            Action = "Get users",
            Input = keys,
            Work = async context => new Found(keys, await users.GetManyAsync(by, values, gate, context).ConfigureAwait(false), null),
        });
    }

    private void WriteFound(ToriiConnection connection, Found found)
    {
        string? deleted = found.Query is null ? null : ServiceOf(connection).Info.DeletedUserStatus;
        for (int i = 0; i < found.Results.Count && !HasEnough; i++)
        {
            UserLookupResult result = found.Results[i];
            if (found.Query is not null && !IsWanted(found.Query, result, deleted))
            {
                continue;
            }

            if (result.User is { } user)
            {
                _written++;
                WriteFrom(connection, user);
            }
            else if (result.Error is { } error && !ReferenceEquals(error, _gate?.StoppedBy))
            {
                WriteError(error, found.Keys[i].Input, BulkItem.LabelOf(found.Keys[i].Key, found.Keys[i].Row));
            }
        }

        if (_gate?.StoppedBy is { } stopped)
        {
            ThrowTerminatingError(stopped);
        }
    }

    /// <summary>A member who is no longer found is an error, unless only users who are not deleted are wanted.</summary>
    private static bool IsWanted(UserQuery query, UserLookupResult result, string? deleted) =>
        result.User is { } user ? UserQueryVerifier.Matches(query, user)
        : result.Error?.ErrorId != ToriiErrorId.UserNotFound || query.Statuses.Count == 0 || query.Statuses.Contains(deleted);

    /// <summary>
    /// Pages the members of an organization and looks the users up: a response does not show the organizations of a
    /// user, so a search by organization could not be checked.
    /// </summary>
    private void GetMembers(Target<ToriiOrganizationReference> target)
    {
        try
        {
            SubmitFor(target, null, (service, connection) =>
            {
                Require(service, service.Organizations, "organizations");
                return ListOf(target, connection, "Get users", MembersAsync(service, connection, target.Reference, ReadQuery(service), Gate, Request));
            });
        }
        catch (ToriiException e) when (e.ErrorId == ToriiErrorId.InvalidRequest)
        {
            ThrowTerminatingError(e);
        }
    }

    private static async IAsyncEnumerable<IReadOnlyList<Found>> MembersAsync(
        IIdentityService service, ToriiConnection connection, ToriiOrganizationReference organization, UserQuery query, LookupGate gate, RequestContext context)
    {
        bool isFiltered = query.NarrowsResponse || query.WithoutName || query.Statuses.Count > 0;
        int pageSize = isFiltered ? LookupGate.MaxBatchSize : (int)Math.Min(query.First ?? LookupGate.MaxBatchSize, LookupGate.MaxBatchSize);
        await foreach (IReadOnlyList<ToriiMembership> page in OrganizationLookup.ListMembersAsync(service, organization, context, pageSize).ConfigureAwait(false))
        {
            foreach (ToriiMembership[] members in page.Chunk(LookupGate.MaxBatchSize))
            {
                foreach (ToriiMembership member in members)
                {
                    (member.ConnectionName, member.Source) = (connection.Name, connection);
                }

                LookupKey[] keys = [.. members.Select(static m => new LookupKey(m.UserId, m, null))];
                yield return [new Found(keys, await service.Users.GetManyAsync(UserKey.Id, [.. keys.Select(static k => k.Key)], gate, context).ConfigureAwait(false), query)];
            }
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

        TextPattern? name = Name is null ? null : new TextPattern(nameof(Name), Name, normalizes: true);
        TextPattern? email = Email is null ? null : new TextPattern(nameof(Email), Email, normalizes: false);
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
            First = Wanted,
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

    /// <summary>The result of a look-up.</summary>
    /// <param name="Keys">The keys.</param>
    /// <param name="Results">A result for each key.</param>
    /// <param name="Query">The filters that the users must match; null for none.</param>
    private sealed record Found(LookupKey[] Keys, IReadOnlyList<UserLookupResult> Results, UserQuery? Query);
}
