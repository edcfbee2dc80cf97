using System.Management.Automation;
using Torii.Client;

namespace Torii.PowerShell.Binding;

/// <summary>Refuses what is no id of torii before anything is sent.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateIdAttribute(string noun) : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object? element)
    {
        string? text = element?.ToString();
        if (!ResourceId.IsValid(text))
        {
            throw new ValidationMetadataException($"{ResourceId.Explain(text, noun)} {ResourceId.Example}");
        }
    }
}
