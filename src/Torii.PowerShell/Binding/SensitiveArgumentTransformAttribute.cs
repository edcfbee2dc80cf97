using System.Management.Automation;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Wraps an argument so that nothing prints it: the engine keeps the arguments of a command with each of its errors,
/// where a log that writes out whole records would find them.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SensitiveArgumentTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => new SensitiveArgument(inputData);
}

/// <summary>A value that only <see cref="Reveal"/> returns.</summary>
internal sealed class SensitiveArgument(object? value)
{
    private readonly object? _value = value;

    /// <summary>Returns the wrapped value, without the engine's wrapping; any other value as it is.</summary>
    public static object? Reveal(object? argument) =>
        PlainInput.Unwrap(argument) is var bare && bare is SensitiveArgument opaque ? PlainInput.Unwrap(opaque._value) : bare;

    public override string ToString() => "(not shown)";
}
