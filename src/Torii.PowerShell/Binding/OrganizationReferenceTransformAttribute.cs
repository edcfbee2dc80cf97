using Torii.Client.Input;

namespace Torii.PowerShell.Binding;

/// <summary>Makes organization references of texts, organizations, memberships and rows.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OrganizationReferenceTransformAttribute : ReferenceTransformAttribute<ToriiOrganizationReference>
{
    /// <summary>Whether a text that is not an id is a name.</summary>
    public bool TakesName { get; set; }

    /// <summary>Whether the parameter takes one organization, not an array.</summary>
    public bool IsSingle { get; set; }

    private protected override string? One => IsSingle ? "organization" : null;

    private protected override ToriiOrganizationReference FromText(string text) => TakesName ? new(text) : OrganizationReferences.FromId(text);

    private protected override ToriiOrganizationReference FromRecord(InputRecord record) => OrganizationReferences.FromRecord(record);

    private protected override ToriiOrganizationReference FromNothing() =>
        throw Empty($"The organization is empty. Pass an id{(TakesName ? ", a name" : "")} or an organization.");
}
