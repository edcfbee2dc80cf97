using System.Collections;
using System.Management.Automation;
using Torii.Client.Input;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Makes user references of ids, users, sessions, tokens and rows. A record that does not name a user becomes a
/// reference with a problem, so that it is an error of that record with an id of this module.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UserReferenceTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        PlainInput.Unwrap(inputData) switch
        {
            ToriiUserReference[] references => references,
            // A script block that the engine runs for each record.
            ScriptBlock script => script,
            IList { Count: 0 } => throw Empty(),
            IList many and not IDictionary => many.Cast<object?>().Select(Of).ToArray(),
            _ => new[] { Of(inputData) },
        };

    private static ToriiUserReference Of(object? input) => PlainInput.Unwrap(input) switch
    {
        null or DBNull => throw Empty(),
        ToriiUserReference reference => reference,
        // An id with a property SessionId (Select-Object -ExpandProperty adds one) may have been a session.
        var value when InputRecords.IsScalar(value) && input is PSObject { Properties: { } added } && added["SessionId"] is not null => UserReferences.FromRecord(InputRecords.Of(input)),
        var value when InputRecords.IsScalar(value) => InputRecord.ToText(value) is { } id && !string.IsNullOrWhiteSpace(id) ? UserReferences.FromId(id) : throw Empty(),
        _ => UserReferences.FromRecord(InputRecords.Of(input!)),
    };

    private static ArgumentTransformationMetadataException Empty() => new(
        "The user id is empty. Pass an id, a user, or a row with a UserId. Is a variable not set?");
}
