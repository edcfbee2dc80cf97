using System.Collections;
using System.Management.Automation;
using Torii.Client.Input;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Makes organization references of texts, organizations, memberships and rows. A record that does not name an
/// organization becomes a reference with a problem, so that it is an error of that record with an id of this module.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OrganizationReferenceTransformAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether a text that is not an id is a name.</summary>
    public bool TakesName { get; set; }

    /// <summary>Whether the parameter takes one organization, not an array.</summary>
    public bool IsSingle { get; set; }

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        PlainInput.Unwrap(inputData) switch
        {
            ToriiOrganizationReference[] references when !IsSingle => references,
            // A script block that the engine runs for each record.
            ScriptBlock script => script,
            IList { Count: 0 } => throw Empty(),
            IList { Count: > 1 } and not IDictionary when IsSingle => throw new ArgumentTransformationMetadataException("Pass one organization. Several can be piped."),
            IList many and not IDictionary => IsSingle ? Of(many[0]) : many.Cast<object?>().Select(Of).ToArray(),
            _ => IsSingle ? Of(inputData) : new[] { Of(inputData) },
        };

    private ToriiOrganizationReference Of(object? input) => PlainInput.Unwrap(input) switch
    {
        null or DBNull => throw Empty(),
        ToriiOrganizationReference reference => reference,
        var value when InputRecords.IsScalar(value) =>
            InputRecord.ToText(value) is not { } text || string.IsNullOrWhiteSpace(text) ? throw Empty()
            : TakesName ? new ToriiOrganizationReference(text) : OrganizationReferences.FromId(text),
        _ => OrganizationReferences.FromRecord(InputRecords.Of(input!)),
    };

    private ArgumentTransformationMetadataException Empty() => new(
        $"The organization is empty. Pass an id{(TakesName ? ", a name" : "")} or an organization. Is a variable not set?");
}
