namespace Torii.Emulator.Seeding;

/// <summary>
/// Creates a seeded environment. Seed, number and contract determine ids, names, addresses, statuses and dates. Sessions
/// are dated relative to the start of the process, because they would have expired otherwise.
/// </summary>
internal static class SeededEnvironment
{
    private const int Organizations = 5;
    private const int MinInvitations = 8;
    private const int UsersPerInvitation = 25;

    // All seeded users are created in this period, which is in the past, so that new users sort after them.
    private static readonly DateTimeOffset PeriodStart = new(2023, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Period = TimeSpan.FromDays(3 * 365);

    public static EmulatedEnvironment Create(int seed, int count, Contract contract, DateTimeOffset start)
    {
        var random = new SeedRandom((ulong)(uint)seed ^ ((ulong)(uint)count << 32));
        long early = PeriodStart.AddYears(-1).ToUnixTimeMilliseconds();
        Guid EarlyId() => Uuid7.Create(early + random.Below(1_000_000), 0, random.Next());

        // The order of these draws is part of what a seed determines.
        Guid environmentId = EarlyId();
        Guid[] organizations = [.. Enumerable.Range(0, Organizations).Select(_ => EarlyId())];
        Guid[] foreignUsers = [.. Enumerable.Range(0, 3).Select(_ => EarlyId())];

        // A generator of its own, so that what is drawn from it changes nothing above and below.
        var further = new SeedRandom(random.Fork());
        var environment = new EmulatedEnvironment(environmentId, contract, new UserStore(count))
        {
            ForeignUsers = foreignUsers,
            ForeignSession = EarlyId(),
            ForeignOrganization = EarlyId(),
            ForeignInvitation = Uuid7.Create(early, 0, further.Next()),
        };

        var users = new UserSeeder(random, contract, organizations);
        var sessions = new SessionSeeder(random, contract, start, actor: EarlyId());
        var organizationSeeder = new OrganizationSeeder(further);
        Organization[] seededOrganizations = organizationSeeder.Create(organizations, count);
        Array.ForEach(seededOrganizations, organization => environment.Organizations.Add(organization));
        long step = count == 0 ? 0 : Period.Ticks / count;
        for (int i = 0; i < count; i++)
        {
            // Each user is created in an interval of its own, without its last tenth, so that ids ascend.
            DateTimeOffset created = Clock.ToMicroseconds(PeriodStart.AddTicks((step * i) + random.Below(Math.Max(1, step * 9 / 10))));
            Guid id = Uuid7.Create(created.ToUnixTimeMilliseconds(), random.Below(0x1000), random.Next());
            var entry = new UserEntry(users.Create(i, id, environmentId, created));
            sessions.AddSessions(entry, i);
            organizationSeeder.AddMemberships(entry, i, seededOrganizations);
            environment.Users.AddSeeded(entry);
        }

        var invitations = new InvitationSeeder(further, start);
        int invitationCount = MinInvitations + (count / UsersPerInvitation);
        for (int i = 0; i < invitationCount; i++)
        {
            environment.Invitations.Add(invitations.Create(i, environment, PeriodStart + (Period / invitationCount * i)));
        }

        return environment;
    }
}
