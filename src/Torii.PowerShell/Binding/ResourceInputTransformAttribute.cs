using System.Collections;
using System.Management.Automation;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Wraps what names resources of any kind into records that show nothing of it, as <see cref="InputRecordTransformAttribute"/>
/// does; of a list, each element is one. A scalar stays: it is an id that does not say what it names.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ResourceInputTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        PlainInput.Unwrap(inputData) switch
        {
            null or SensitiveArgument => inputData,
            IList { Count: 0 } => throw Empty(),
            IList many and not IDictionary => new SensitiveArgument(many.Cast<object?>().Select(Of).ToArray()),
            _ => new SensitiveArgument(new[] { Of(inputData) }),
        };

    private static object Of(object? input) => PlainInput.Unwrap(input) switch
    {
        null or DBNull => throw Empty(),
        var value when InputRecords.IsScalar(value) => value,
        _ => InputRecords.Of(input!),
    };

    private static ArgumentTransformationMetadataException Empty() => new(
        "The value is empty. Pass a user, an organization, a membership, an invitation, or a row of one. Is a variable not set?");
}
