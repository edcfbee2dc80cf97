using System.Management.Automation;
using System.Security;

namespace Torii.PowerShell.Binding;

/// <summary>Takes a secret as SecureString or as plain text; it goes on as a SecureString, which nothing prints.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretTransformAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether rows bind it: a cell that is no secret is judged by the cmdlet then, which knows the row.</summary>
    public bool TakesCells { get; init; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            SecureString { Length: > 0 } secret => secret,
            string text when !string.IsNullOrWhiteSpace(text) => Secrets.Protect(text),
            _ when TakesCells => inputData,
            null or string or SecureString => throw new ArgumentTransformationMetadataException("The secret is empty; is a variable not set?"),
            // The value is not repeated: it may be a secret in the wrong wrapping.
            var other => throw new ArgumentTransformationMetadataException($"A {other.GetType().Name} is no secret: give a SecureString or a string."),
        };
}
