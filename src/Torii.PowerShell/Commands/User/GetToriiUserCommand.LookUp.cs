using Torii.Client;
using Torii.Client.Users;

namespace Torii.PowerShell.Commands;

/// <summary>Looking users up by id or address: many at once where the service can, in the order in which they came.</summary>
public sealed partial class GetToriiUserCommand
{
    private readonly List<string> _batch = [];
    private ToriiConnection? _batchConnection;
    private LookupGate? _gate;
    private bool _submitted;

    private bool IsByEmail => ParameterSetName == EmailAddressSet;

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
            if (_batch.Count >= (ClientOf(connection).Users.GetLookupBatchSize(IsByEmail) ?? ToriiUserService.MaxLookupBatchSize))
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
        ToriiUserService users = ClientOf(_batchConnection!).Users;
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

    private static Task<IReadOnlyList<UserLookupResult>> Find(ToriiUserService users, bool byEmail, string[] keys, LookupGate gate, RequestContext context) =>
        byEmail ? users.GetManyByEmailAsync(keys, gate, context) : users.GetManyAsync(keys, gate, context);
}
