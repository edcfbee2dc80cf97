using System.Management.Automation;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Refuses null, empty and white space. A filter that is blank would mean everybody: <c>-Email $undefined</c> never
/// does.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateNotBlankAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object? arguments, EngineIntrinsics engineIntrinsics)
    {
        bool blank = arguments switch
        {
            null => true,
            string text => string.IsNullOrWhiteSpace(text),
            object[] many => many.Length == 0 || many.Any(static m => string.IsNullOrWhiteSpace(m?.ToString())),
            _ => false,
        };
        if (blank)
        {
            throw new ValidationMetadataException("The value is empty. Give a value, or leave the parameter out; is a variable not set?");
        }
    }
}
