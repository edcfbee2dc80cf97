namespace Torii.Emulator.Store;

/// <summary>The one environment that the secret key gives access to, and ids that belong to another one.</summary>
internal sealed class EmulatedEnvironment(Guid id, Contract contract, UserStore users)
{
    public Guid Id { get; } = id;
    public Contract Contract { get; } = contract;
    public UserStore Users { get; } = users;
    public RecordStore<Organization> Organizations { get; } = new(organization => organization.Id);
    public RecordStore<Invitation> Invitations { get; } = new(invitation => invitation.Id);
    public AllowedOrigins Origins { get; } = new();
    public EnvironmentSettings Settings { get; } = new();

    public required IReadOnlyList<Guid> ForeignUsers { get; init; }
    public required Guid ForeignSession { get; init; }
    public required Guid ForeignOrganization { get; init; }
    public required Guid ForeignInvitation { get; init; }

    /// <summary>Finds a user for an operation that does not reveal whether a user is foreign, deleted or unknown.</summary>
    public UserEntry FindAccessible(Guid userId) =>
        Users.Find(userId) is { User.Status: not UserStatus.Deleted } user ? user : throw RequestRefusedException.NoAccess();
}
