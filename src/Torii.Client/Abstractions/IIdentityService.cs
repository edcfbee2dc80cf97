using Torii.Client.Resources;
using Torii.Client.Tokens;

namespace Torii.Client;

/// <summary>
/// An identity service through one account: what the cmdlets know of a service. The service alone decides about the
/// syntax of ids, the statuses and fields it has, authentication, the shape of errors, and paging.
/// </summary>
/// <remarks>An instance may be used from many threads. Disposing it ends its requests and closes its sockets.</remarks>
public interface IIdentityService : IDisposable
{
    /// <summary>What is known of the service and the account without a request.</summary>
    ServiceInfo Info { get; }

    /// <summary>
    /// The id of the environment that the account belongs to, as soon as a response named it; <see langword="null"/>
    /// before, and where the service has no environments.
    /// </summary>
    string? EnvironmentId { get; }

    /// <summary>The operations on users.</summary>
    IUserService Users { get; }

    /// <summary>The operations on sessions.</summary>
    ISessionService Sessions { get; }

    /// <summary>The operations on organizations and their members; null where the service has none.</summary>
    IOrganizationService? Organizations { get; }

    /// <summary>The operations on invitations; null where the service has none.</summary>
    IInvitationService? Invitations { get; }

    /// <summary>The operations that let one person act as an end-user; null where the service has none.</summary>
    IImpersonationService? Impersonation { get; }

    /// <summary>The operations on the origins that may call the service; null where it has none.</summary>
    IAllowedOriginService? AllowedOrigins { get; }

    /// <summary>Requests that this library has no operation for; null where the service takes none.</summary>
    IRequestService? Requests => null;

    /// <summary>The checks of the connection; null where the service has none.</summary>
    IConnectionDiagnostics? Diagnostics => null;

    /// <summary>The operations on passwords and on the emails about accounts; null where the service has none.</summary>
    IAccountService? Accounts => null;

    /// <summary>How users of another service are stored; null where the service cannot receive them.</summary>
    IUserImport? UserImport => null;

    /// <summary>Sends the cheapest request that only a valid account gets answered; learns the environment where it can.</summary>
    /// <exception cref="ToriiException"><c>Torii.Unauthorized</c>, or what every request throws.</exception>
    Task CheckAsync(RequestContext context);

    /// <summary>Ends what the connection opened at the service, before it is disposed. Does nothing where it opened nothing.</summary>
    /// <exception cref="ToriiException">What every request throws.</exception>
    Task SignOutAsync(RequestContext context) => Task.CompletedTask;

    /// <summary>What a token of the service's end-users must satisfy; null where no issuer is known.</summary>
    /// <param name="issuer">The issuer that the caller names; null for that of the service.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidIssuer</c>.</exception>
    TokenValidationOptions? GetTokenOptions(string? issuer) => issuer is null ? null : new TokenValidationOptions { Issuer = issuer };

    /// <summary>Describes what is wrong with an id, or returns <see langword="null"/> for one of the right syntax.</summary>
    /// <param name="kind">What the id names.</param>
    /// <param name="id">The id.</param>
    string? FindIdProblem(ResourceKind kind, string? id);

    /// <summary>
    /// Describes metadata that alone exceeds what the service stores of a resource, or returns <see langword="null"/>. The
    /// service measures the merged result, so this is no error: it is for a warning.
    /// </summary>
    /// <param name="kind">The kind of the resource.</param>
    /// <param name="body">The request; members other than metadata are not looked at.</param>
    string? FindMetadataExcess(ResourceKind kind, ResourceBody body) => null;
}

/// <summary>What an id can name.</summary>
public enum ResourceKind
{
    /// <summary>A user.</summary>
    User,

    /// <summary>A session of a user.</summary>
    Session,

    /// <summary>An organization.</summary>
    Organization,

    /// <summary>A membership. It has no id of its own: those of its organization and its user name it.</summary>
    Membership,

    /// <summary>An invitation.</summary>
    Invitation,
}

/// <summary>What is known of a service and the account without a request.</summary>
public sealed record ServiceInfo
{
    /// <summary>The kind of the service, for messages: <c>torii</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The base address.</summary>
    public required Uri Address { get; init; }

    /// <summary>The account, so far as it may be shown: <c>sk_test_…9f2c</c>.</summary>
    public required string AccountHint { get; init; }

    /// <summary>A value of address and account that reveals neither.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The kind of the environment (<c>test</c>, <c>live</c>); null where the service has none.</summary>
    public string? Environment { get; init; }

    /// <summary>The statuses that a user can have, as the service spells them.</summary>
    public IReadOnlyList<string> UserStatuses { get; init; } = [];

    /// <summary>The status of users who are deleted, as the service spells it; null where a deleted user is gone.</summary>
    public string? DeletedUserStatus { get; init; }

    /// <summary>The statuses that an invitation can have, as the service spells them.</summary>
    public IReadOnlyList<string> InvitationStatuses { get; init; } = [];

    /// <summary>The languages that a user can have, as the service spells them.</summary>
    public IReadOnlyList<string> Locales { get; init; } = [];

    /// <summary>The members of a <see cref="Resources.ResourceBody"/> that a user can be created or changed with; empty where that is not known.</summary>
    public IReadOnlyList<string> UserFields { get; init; } = [];

    /// <summary>What to use in place of a part that the service lacks, by the name of the interface of that part: one sentence, an imperative.</summary>
    public IReadOnlyDictionary<string, string> Alternatives { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether any text can be an id, so that the syntax does not tell an id from a name.</summary>
    public bool HasOpaqueIds { get; init; }

    /// <summary>Whether a deleted user is gone for good. Otherwise the service keeps the user, marked as deleted.</summary>
    public bool DeletesForGood { get; init; }

    /// <summary>The user that the connection acts as; null where the credential is not that of a user, and before it is known.</summary>
    public string? AccountUserId { get; init; }

    /// <summary>When the credential expires unless it is used or renewed before, UTC; null where it does not, and before it is known.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
