using System.Management.Automation;
using System.Security;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Turns text into a SecureString, which nothing prints. Anything else is wrapped, so that no error record shows it,
/// and refused by the cmdlet.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => PlainInput.Unwrap(inputData) switch
    {
        string text when !string.IsNullOrWhiteSpace(text) => Secrets.Protect(text),
        null or string or SecureString or ScriptBlock or SensitiveArgument or DBNull => inputData,
        var other => new SensitiveArgument(other),
    };
}
