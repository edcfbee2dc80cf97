using System.Collections;
using System.Management.Automation;
using Torii.Client.Input;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Makes invitation references of ids, invitations and rows. A record that does not name an invitation becomes a
/// reference with a problem, so that it is an error of that record with an id of this module.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InvitationReferenceTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        PlainInput.Unwrap(inputData) switch
        {
            ToriiInvitationReference[] references => references,
            // A script block that the engine runs for each record.
            ScriptBlock script => script,
            IList { Count: 0 } => throw Empty(),
            IList many and not IDictionary => many.Cast<object?>().Select(Of).ToArray(),
            _ => new[] { Of(inputData) },
        };

    private static ToriiInvitationReference Of(object? input) => PlainInput.Unwrap(input) switch
    {
        null or DBNull => throw Empty(),
        ToriiInvitationReference reference => reference,
        var value when InputRecords.IsScalar(value) =>
            InputRecord.ToText(value) is { } id && !string.IsNullOrWhiteSpace(id) ? new ToriiInvitationReference(id) : throw Empty(),
        _ => InvitationReferences.FromRecord(InputRecords.Of(input!)),
    };

    private static ArgumentTransformationMetadataException Empty() => new(
        "The invitation id is empty. Pass an id, an invitation, or a row with an InvitationId. Is a variable not set?");
}
