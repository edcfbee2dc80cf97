using Torii.Emulator.Contracts;

namespace Torii.Emulator.Store;

/// <summary>The one environment that the secret key opens, and the ids that belong to another one.</summary>
internal sealed class EmulatedEnvironment(Guid id, ContractVersion contract, UserDirectory users)
{
    public Guid Id { get; } = id;

    public ContractVersion Contract { get; } = contract;

    public UserDirectory Users { get; } = users;

    public required IReadOnlyList<Guid> ForeignUsers { get; init; }

    public required Guid ForeignSession { get; init; }

    public required Guid ForeignOrganization { get; init; }

    public bool IsForeign(Guid userId) => ForeignUsers.Contains(userId);
}
