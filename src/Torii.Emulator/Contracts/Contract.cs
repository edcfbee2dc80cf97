namespace Torii.Emulator.Contracts;

/// <summary>The generations of the contract that can be emulated, oldest first.</summary>
internal enum Contract
{
    /// <summary>Adds the status pending_verification to active, banned and deleted.</summary>
    V002,

    /// <summary>Adds emailVerifiedAt to users and activeOrganizationId to sessions.</summary>
    V003,

    /// <summary>
    /// Replaces phone, address and dateOfBirth with first and last name and metadata; adds search selectors and
    /// impersonatedBy, organizations, invitations, impersonation tokens and allowed origins. In a search, a null or blank email restricts nothing; before, null found users without one.
    /// </summary>
    V0012,

    /// <summary>Adds the metadata of an invitation, and the operation that changes it.</summary>
    V0013,
}

/// <summary>Converts contracts to and from the values of the option --contract.</summary>
internal static class ContractNames
{
    private static readonly Dictionary<string, Contract> ByName = new()
    {
        ["0.0.2"] = Contract.V002,
        ["0.0.3"] = Contract.V003,
        ["0.0.12"] = Contract.V0012,
        ["0.0.13"] = Contract.V0013,
    };

    public static IEnumerable<string> All => ByName.Keys;

    public static string Name(this Contract contract) => ByName.First(known => known.Value == contract).Key;

    public static Contract Parse(string name) => ByName[name];
}
