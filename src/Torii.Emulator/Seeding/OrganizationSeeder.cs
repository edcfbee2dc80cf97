namespace Torii.Emulator.Seeding;

/// <summary>
/// Creates organizations and further memberships. It has a generator of its own, so that the draws for users and
/// sessions are the same as without it.
/// </summary>
internal sealed class OrganizationSeeder(SeedRandom random)
{
    private const int UsersPerFurtherOrganization = 50;

    private static readonly NamePart[] Names =
    [
        new("Nordlys A/S", "nordlys"), new("Kranen & Co.", "kranen"), new("Café Ærø", "cafe-aeroe"),
        new("Åkerblom Søgaard", "akerblom-sogaard"), new("ACME Example GmbH", "acme"),
    ];

    private static readonly string[] Forms = ["ApS", "Ltd", "GmbH", "S.A.", "sp. z o.o."];
    private static readonly string[] Roles = ["org:administrator", "org:member", "org:member", "org:member", "org:auditor"];

    /// <summary>Creates the organizations with the given ids, and one more for each 50 users.</summary>
    public Organization[] Create(IReadOnlyList<Guid> ids, int users)
    {
        Guid roleSet = NewId(ids[0].UnixMilliseconds());
        long newest = ids.Max(id => id.UnixMilliseconds());
        Guid[] all = [.. ids.Order(), .. Enumerable.Range(1, users / UsersPerFurtherOrganization).Select(i => NewId(newest + (i * 60_000L)))];
        return [.. all.Select((id, i) =>
        {
            NamePart name = i < Names.Length
                ? Names[i]
                : new NamePart($"{random.Pick(random.Pick(NamePools.All).Last).Written} {random.Pick(Forms)}", $"org-{i + 1}");
            return new Organization
            {
                Id = id,
                Name = name.Written,
                Slug = i % 7 == 6 ? null : name.Ascii,
                RoleSetId = i % 5 == 4 ? null : roleSet,
                PublicMetadata = random.Chance(50) ? Metadata.Parse($$"""{"plan":"{{random.Pick(["free", "pro", "enterprise"])}}"}""") : Metadata.Empty,
                PrivateMetadata = random.Chance(50) ? Metadata.Parse($$"""{"crmAccountId":"acct_{{random.Below(1_000_000):D6}}"}""") : Metadata.Empty,
                CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(id.UnixMilliseconds()),
            };
        })];
    }

    /// <summary>
    /// Completes the membership that the user has, and adds further ones: the first user is an administrator of every
    /// organization, and one user in ten is in one more.
    /// </summary>
    public void AddMemberships(UserEntry entry, int index, IReadOnlyList<Organization> organizations)
    {
        IEnumerable<Guid> own = entry.User.Memberships.Select(membership => membership.OrganizationId);
        IEnumerable<Guid> further = random.Chance(10) ? [random.Pick(organizations).Id] : [];
        IEnumerable<Guid> ids = index == 0 ? organizations.Select(organization => organization.Id) : own.Concat(further).Distinct().Order();
        entry.Change(user => user with
        {
            Memberships = [.. ids.Select(id => new Membership(id, index == 0 ? Roles[0] : random.Pick(Roles), user.CreatedAt.AddMinutes(random.Below(90 * 24 * 60)))
                {
                    PublicMetadata = random.Chance(50) ? Metadata.Parse("""{"seat":"billable"}""") : Metadata.Empty,
                    PrivateMetadata = random.Chance(30) ? Metadata.Parse($$"""{"crmContactId":"con_{{random.Below(1_000_000):D6}}"}""") : Metadata.Empty,
                })],
        });
    }

    private Guid NewId(long unixMilliseconds) => Uuid7.Create(unixMilliseconds, random.Below(0x1000), random.Next());
}
