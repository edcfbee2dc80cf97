using Torii.Emulator.Contracts;
using Torii.Emulator.Http;
using Torii.Emulator.Store;

namespace Torii.Emulator.Users;

/// <summary>What a search asks for, read from its body.</summary>
internal sealed class UserFilter
{
    private const int MostSelectors = 100;

    private Field<string> name;
    private Field<string> email;
    private DateTimeOffset? createdAfter;
    private DateTimeOffset? createdBefore;
    private List<UserStatus>? statuses;
    private HashSet<string>? addresses;
    private Guid? organizationId;

    /// <summary>The ids asked for in ascending order, or null when any id will do.</summary>
    public List<Guid>? UserIds { get; private init; }

    public static UserFilter Read(JsonFields body, ContractVersion contract)
    {
        var filter = new UserFilter
        {
            UserIds = contract.HasIdSelectors ? Ids(body) : null,
            name = body.Text("name"),
            email = body.Text("email"),
            createdAfter = body.Instant("createdAfter").Value,
            createdBefore = body.Instant("createdBefore").Value,
            statuses = body.Texts("statuses", "a status of this contract", text => Status(text, contract) is not null)
                .Value?.ConvertAll(text => Status(text, contract)!.Value),
        };
        if (contract.HasIdSelectors)
        {
            filter.addresses = Selector(body, "emailAddresses", "an address", _ => true)?.ToHashSet(StringComparer.OrdinalIgnoreCase);
            filter.organizationId = body.Id("organizationId").Value;
        }

        if (contract.BlankEmailIsNoRestriction && string.IsNullOrWhiteSpace(filter.email.Value))
        {
            filter.email = default;
        }

        return filter;
    }

    public bool Matches(UserState user) =>
        MatchesStatus(user.Status)
        && Contains(name, user.Name)
        && Contains(email, user.Email)
        && (createdAfter is null || user.CreatedAt >= createdAfter)
        && (createdBefore is null || user.CreatedAt <= createdBefore)
        && (addresses is null || (user.Email is { } address && addresses.Contains(address)))
        && (organizationId is null || user.OrganizationId == organizationId);

    /// <summary>Deleted users are found only by those who ask for them.</summary>
    private bool MatchesStatus(UserStatus status) => statuses?.Contains(status) ?? status != UserStatus.Deleted;

    private static bool Contains(Field<string> wanted, string? actual)
    {
        if (!wanted.IsPresent)
        {
            return true;
        }

        return wanted.Value is null
            ? actual is null
            : actual is not null && actual.Contains(wanted.Value, StringComparison.OrdinalIgnoreCase);
    }

    private static UserStatus? Status(string text, ContractVersion contract) =>
        UserStatusNames.Parse(text) is { } status && (status != UserStatus.PendingVerification || contract.HasPendingVerification)
            ? status
            : null;

    private static List<Guid>? Ids(JsonFields body) =>
        Selector(body, "userIds", "a UUID", text => WireFormat.TryId(text, out _))?.ConvertAll(Guid.Parse).Distinct().Order().ToList();

    private static List<string>? Selector(JsonFields body, string name, string expected, Func<string, bool> accepts)
    {
        var list = body.Texts(name, expected, accepts).Value;
        return list is { Count: > MostSelectors } ? throw Refusal.BadField(name, $"has more than {MostSelectors} entries") : list;
    }
}
