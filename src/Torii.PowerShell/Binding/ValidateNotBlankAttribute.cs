using System.Management.Automation;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Refuses null, empty text and white space: a blank filter would mean every user.
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
            throw new ValidationMetadataException("The value is empty. Specify a value, or omit the parameter. Is a variable not set?");
        }
    }
}
