using System.Management.Automation;
using Torii.Client;
using Torii.Client.Users;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Finds end-users: by id, by exact address, or by a search that streams every page. A filter that is empty is an error, never
/// everybody.
/// </summary>
[Cmdlet(VerbsCommon.Get, "ToriiUser", DefaultParameterSetName = SearchSet)]
[OutputType(typeof(ToriiUser))]
public sealed partial class GetToriiUserCommand : ToriiBulkCommand
{
    private const string SearchSet = "Search";
    private const string IdSet = "Id";
    private const string EmailAddressSet = "EmailAddress";

    private readonly List<string> _batch = [];
    private ToriiConnection? _batchConnection;
    private LookupGate? _gate;
    private bool _submitted;

    private bool IsByEmail => ParameterSetName == EmailAddressSet;

    /// <summary>What comes down the pipeline.</summary>
    [Parameter(ParameterSetName = IdSet, ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The users' ids; users and rows with a UserId are taken too.</summary>
    [Parameter(ParameterSetName = IdSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [UserIdTransform]
    [ValidateId("user")]
    public string[] UserId { get; set; } = [];

    /// <summary>Exact primary addresses, in any case; one that nobody has is an error of its own.</summary>
    [Parameter(ParameterSetName = EmailAddressSet, Mandatory = true)]
    [ValidateNotBlank]
    public string[] EmailAddress { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case SearchSet:
                Search(DefaultConnection());
                break;
            case EmailAddressSet:
                LookUp(DefaultConnection(), EmailAddress);
                break;
            default:
                foreach (string id in UserId)
                {
                    if (ConnectionFor(UserIdTransformAttribute.SourceOf(id, InputObject)) is { } connection)
                    {
                        LookUp(connection, [id]);
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

    private protected override void WriteResult(BulkItem item, object? result) =>
        WriteFound(item.Connection, (IReadOnlyList<UserLookupResult>)result!);

    private void WriteFound(ToriiConnection connection, IReadOnlyList<UserLookupResult> results)
    {
        foreach (UserLookupResult one in results)
        {
            if (one.User is { } user)
            {
                WriteFrom(connection, user);
            }
            else if (one.Error is { } error)
            {
                WriteError(error, one.Key);
            }
        }
    }

    /// <summary>Collects keys: newer servers answer for a hundred of them at once.</summary>
    private void LookUp(ToriiConnection connection, IEnumerable<string> keys)
    {
        if (!ReferenceEquals(connection, _batchConnection))
        {
            SubmitBatch();
            _batchConnection = connection;
        }

        foreach (string key in keys)
        {
            _batch.Add(key);
            if (_batch.Count >= (ClientOf(connection).Users.GetLookupBatchSize(IsByEmail) ?? UserOperations.MaxLookupBatchSize))
            {
                SubmitBatch();
            }
        }
    }

    private void SubmitBatch()
    {
        if (_batch.Count == 0)
        {
            return;
        }

        string[] keys = [.. _batch];
        _batch.Clear();
        LookupGate gate = _gate ??= new LookupGate(ThrottleLimit, HaltsOnError);
        UserOperations users = ClientOf(_batchConnection!).Users;
        bool byEmail = IsByEmail;
        if (!_submitted && users.GetLookupBatchSize(byEmail) is null)
        {
            // What it finds out decides how the rest is asked for, and a later command may have enough by then.
            WriteFound(_batchConnection!, Wait(Find(users, byEmail, keys, gate, Request)));
            return;
        }

        _submitted = true;
        Submit(new BulkItem
        {
            Connection = _batchConnection!,
            Target = $"{keys.Length} users",
            Action = "Get",
            Input = keys,
            Work = async context => await Find(users, byEmail, keys, gate, context).ConfigureAwait(false),
        });
    }

    private static Task<IReadOnlyList<UserLookupResult>> Find(UserOperations users, bool byEmail, string[] keys, LookupGate gate, RequestContext context) =>
        byEmail ? users.GetManyByEmailAsync(keys, gate, context) : users.GetManyAsync(keys, gate, context);
}
