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

    /// <summary>Returns the wrapped value as a plain value; a custom object is a dictionary then.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: nested too deep.</exception>
    public static object? RevealPlain(object? argument) => PlainInput.Of(Reveal(argument));

    public override string ToString() => "(not shown)";
}
