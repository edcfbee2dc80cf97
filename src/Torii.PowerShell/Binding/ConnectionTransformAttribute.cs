using System.Management.Automation;

namespace Torii.PowerShell.Binding;

/// <summary>Takes the name of a connection or the connection itself, not the dead copy that another process gets.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConnectionTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            ToriiConnection connection => connection,
            string name when !string.IsNullOrWhiteSpace(name) => name,
            null or string => throw new ArgumentTransformationMetadataException(
                "The connection is empty. Name one, or leave the parameter out; is a variable not set?"),
            _ when PipelineInput.Is<ToriiConnection>(PSObject.AsPSObject(inputData!)) => throw new ArgumentTransformationMetadataException(
                "That connection is a copy from another process, which has no key. Run Connect-Torii in this one (Start-Job and remoting copy objects; ForEach-Object -Parallel with $using: does not)."),
            var other => throw new ArgumentTransformationMetadataException($"A {other.GetType().Name} is no connection: give a name, or what Connect-Torii -PassThru or Get-ToriiConnection gave."),
        };
}
