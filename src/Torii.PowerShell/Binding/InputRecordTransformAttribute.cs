using System.Collections;
using System.Management.Automation;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Wraps the object from the pipeline into a record that shows nothing of it: the engine keeps the bound parameters
/// with each error, where a log that writes out whole records would find the secrets of a row.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InputRecordTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        PlainInput.Unwrap(inputData) switch
        {
            null or SensitiveArgument => inputData,
            var scalar when InputRecords.IsScalar(scalar) => new SensitiveArgument(scalar),
            // A list in one piece: each of its elements is a target of its own.
            IList and not IDictionary => new SensitiveArgument(null),
            _ => new SensitiveArgument(InputRecords.Of(inputData!)),
        };
}
