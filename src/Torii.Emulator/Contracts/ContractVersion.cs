namespace Torii.Emulator.Contracts;

/// <summary>One generation of the contract: what its users and sessions look like, and what its search understands.</summary>
internal sealed record ContractVersion(string Name)
{
    public static readonly ContractVersion V002 = new("0.0.2") { HasPendingVerification = true };

    public static readonly ContractVersion V003 = new("0.0.3") { HasEmailVerifiedAt = true, HasActiveOrganization = true };

    public static readonly ContractVersion V0012 = new("0.0.12")
    {
        HasEmailVerifiedAt = true,
        HasActiveOrganization = true,
        HasImpersonatedBy = true,
        HasNameParts = true,
        HasMetadata = true,
        HasIdSelectors = true,
        BlankEmailIsNoRestriction = true,
    };

    private static readonly ContractVersion[] Known = [V002, V003, V0012];

    public static ContractVersion Default => V003;

    public static string KnownNames => string.Join(", ", Known.Select(version => version.Name));

    /// <summary>A fourth status beside active, banned and deleted.</summary>
    public bool HasPendingVerification { get; private init; }

    public bool HasEmailVerifiedAt { get; private init; }

    /// <summary>Sessions show the organization that they act in.</summary>
    public bool HasActiveOrganization { get; private init; }

    /// <summary>Sessions show who opened them for somebody else.</summary>
    public bool HasImpersonatedBy { get; private init; }

    /// <summary>First and last name are written and the full name is read-only; phone, address and birthday are gone.</summary>
    public bool HasNameParts { get; private init; }

    public bool HasMetadata { get; private init; }

    /// <summary>Search knows userIds, emailAddresses and organizationId.</summary>
    public bool HasIdSelectors { get; private init; }

    /// <summary>A null or blank email in a search restricts nothing, where older servers look for users without one.</summary>
    public bool BlankEmailIsNoRestriction { get; private init; }

    public static bool TryFind(string? name, out ContractVersion? version)
    {
        version = Array.Find(Known, candidate => candidate.Name == name);
        return version is not null;
    }
}
