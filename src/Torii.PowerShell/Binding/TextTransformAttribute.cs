using System.Management.Automation;
using Torii.Client.Input;

namespace Torii.PowerShell.Binding;

/// <summary>Refuses an object where a text is meant: the engine would take what the object prints for the text.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TextTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        PlainInput.Unwrap(inputData) switch
        {
            null => null,
            var value => InputRecord.ToText(value)
                ?? throw new ArgumentTransformationMetadataException($"A {value.GetType().Name} is not a text. Pipe the object, or pass its id."),
        };
}
