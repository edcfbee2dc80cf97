using System.Management.Automation;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Wraps what is bound into something that nothing prints: the engine keeps a command's arguments with each of its
/// errors and verbose messages, where a log that writes out whole records would find them.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SensitiveArgumentTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => new SensitiveArgument(inputData);
}

/// <summary>A value that only <see cref="Reveal"/> gives.</summary>
internal sealed class SensitiveArgument(object? value)
{
    private readonly object? _value = value;

    /// <summary>What was wrapped, out of the engine's own wrapping too; any other value as it is.</summary>
    public static object? Reveal(object? argument) =>
        Base(argument) is var bare && bare is SensitiveArgument opaque ? Base(opaque._value) : bare;

    public override string ToString() => "(not shown)";

    private static object? Base(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
