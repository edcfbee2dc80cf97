namespace Torii.Emulator.Users;

/// <summary>The criteria of a user search, read from its body.</summary>
internal sealed class SearchCriteria
{
    private const int MaxSelectors = 100;

    private readonly Optional<string> name;
    private readonly Optional<string> email;
    private readonly DateTimeOffset? createdAfter;
    private readonly DateTimeOffset? createdBefore;
    private readonly List<UserStatus>? statuses;
    private readonly HashSet<string>? emailAddresses;
    private readonly Guid? organizationId;

    public SearchCriteria(BodyFields body, Contract contract)
    {
        bool hasSelectors = contract >= Contract.V0012;
        UserIds = hasSelectors ? Ids(body) : null;
        name = body.Text("name");
        email = body.Text("email");
        createdAfter = body.Instant("createdAfter").Value;
        createdBefore = body.Instant("createdBefore").Value;
        statuses = body.Texts("statuses", "a status of this contract", text => Status(text, contract) is not null)
            ?.ConvertAll(text => Status(text, contract)!.Value);
        if (hasSelectors)
        {
            emailAddresses = Selector(body, "emailAddresses", "a string", _ => true)?.ToHashSet(StringComparer.OrdinalIgnoreCase);
            organizationId = body.Id("organizationId").Value;
            email = string.IsNullOrWhiteSpace(email.Value) ? default : email;
        }
    }

    /// <summary>Gets the selected ids in ascending order, or null when all ids are selected.</summary>
    public List<Guid>? UserIds { get; }

    public bool Matches(User user) =>
        MatchesStatus(user.Status)
        && Contains(name, user.Name)
        && Contains(email, user.Email)
        && (createdAfter is null || user.CreatedAt >= createdAfter)
        && (createdBefore is null || user.CreatedAt <= createdBefore)
        && (emailAddresses is null || (user.Email is { } address && emailAddresses.Contains(address)))
        && (organizationId is null || user.MembershipIn(organizationId.Value) is not null);

    /// <summary>Deleted users are found only when their status is selected.</summary>
    private bool MatchesStatus(UserStatus status) => statuses?.Contains(status) ?? status != UserStatus.Deleted;

    private static bool Contains(Optional<string> part, string? actual) =>
        !part.IsPresent
        || (part.Value is null ? actual is null : actual?.Contains(part.Value, StringComparison.OrdinalIgnoreCase) == true);

    private static UserStatus? Status(string text, Contract contract) => text switch
    {
        "active" => UserStatus.Active,
        "banned" => UserStatus.Banned,
        "deleted" => UserStatus.Deleted,
        "pending_verification" when contract == Contract.V002 => UserStatus.PendingVerification,
        _ => null,
    };

    private static List<Guid>? Ids(BodyFields body) =>
        Selector(body, "userIds", "a UUID", text => ValueFormat.TryId(text, out _))?.ConvertAll(Guid.Parse).Distinct().Order().ToList();

    private static List<string>? Selector(BodyFields body, string name, string expected, Func<string, bool> accepts)
    {
        List<string>? list = body.Texts(name, expected, accepts);
        return list is { Count: > MaxSelectors } ? throw RequestRefusedException.BadField(name, $"has more than {MaxSelectors} entries") : list;
    }
}
