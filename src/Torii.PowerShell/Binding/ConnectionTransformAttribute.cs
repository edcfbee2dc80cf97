using System.Management.Automation;

namespace Torii.PowerShell.Binding;

/// <summary>Accepts a connection or its name, not the copy without a key that another process receives.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConnectionTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object? inputData) => PlainInput.Unwrap(inputData) switch
    {
        ToriiConnection connection => connection,
        string name when !string.IsNullOrWhiteSpace(name) => name,
        null or string => throw new ArgumentTransformationMetadataException("The connection is empty. Name one, or omit the parameter. Is a variable not set?"),
        PSObject copy when InputRecords.Of(copy).Is<ToriiConnection>() => throw new ArgumentTransformationMetadataException(
            "The connection is a copy from another process, which has no key. Run Connect-Torii in this process. (Start-Job and remoting copy objects; ForEach-Object -Parallel with $using: does not.)"),
        var other => throw new ArgumentTransformationMetadataException(
            $"A {other.GetType().Name} is not a connection. Pass a name, or an object of Connect-Torii -PassThru or Get-ToriiConnection."),
    };
}
