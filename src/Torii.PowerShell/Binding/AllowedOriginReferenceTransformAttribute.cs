using System.Collections;
using System.Management.Automation;
using Torii.Client.Input;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Makes references of origins, objects of a list, and rows. It never fails: what names no origin becomes a reference
/// with a problem, because a command that replaces a list must learn of every record that it could not read.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AllowedOriginReferenceTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object? inputData) => PlainInput.Unwrap(inputData) switch
    {
        ToriiAllowedOriginReference[] references => references,
        // A script block that the engine runs for each record.
        ScriptBlock script => script,
        IList { Count: > 0 } many and not IDictionary => many.Cast<object?>().Select(Of).ToArray(),
        _ => new[] { Of(inputData) },
    };

    private static ToriiAllowedOriginReference Of(object? input) => PlainInput.Unwrap(input) switch
    {
        null or DBNull or ICollection { Count: 0 } => OriginReferences.FromText(null),
        ToriiAllowedOriginReference reference => reference,
        var value when InputRecords.IsScalar(value) => OriginReferences.FromText(InputRecord.ToText(value)),
        _ => OriginReferences.FromRecord(InputRecords.Of(input!)),
    };
}
