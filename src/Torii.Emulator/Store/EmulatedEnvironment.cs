namespace Torii.Emulator.Store;

/// <summary>The one environment that the secret key gives access to, and ids that belong to another one.</summary>
internal sealed class EmulatedEnvironment(Guid id, Contract contract, UserStore users)
{
    public Guid Id { get; } = id;
    public Contract Contract { get; } = contract;
    public UserStore Users { get; } = users;

    public required IReadOnlyList<Guid> ForeignUsers { get; init; }
    public required Guid ForeignSession { get; init; }
    public required Guid ForeignOrganization { get; init; }
}
