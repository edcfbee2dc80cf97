using Torii.Emulator.Contracts;
using Torii.Emulator.Store;

namespace Torii.Emulator.Seeding;

/// <summary>
/// Fills an environment. The same seed, count and contract give the same ids, names, addresses, statuses and dates;
/// only sessions are dated from the start of the process, or they would all have expired by now.
/// </summary>
internal static class SeededEnvironment
{
    private const int Organizations = 5;

    // People are born between two fixed dates, all of them in the past, so that whoever is created later sorts last.
    private static readonly DateTimeOffset FirstBirth = new(2023, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Years = TimeSpan.FromDays(3 * 365);

    public static EmulatedEnvironment Create(int seed, int count, ContractVersion contract, DateTimeOffset start)
    {
        var random = new SeedRandom((ulong)(uint)seed ^ ((ulong)(uint)count << 32));
        var early = FirstBirth.AddYears(-1).ToUnixTimeMilliseconds();
        Guid EarlyId() => Uuid7.Create(early + random.Below(1_000_000), 0, random.Next());

        var environmentId = EarlyId();
        Guid[] organizations = [.. Enumerable.Range(0, Organizations).Select(_ => EarlyId())];
        Guid[] foreign = [.. Enumerable.Range(0, 3).Select(_ => EarlyId())];
        var environment = new EmulatedEnvironment(environmentId, contract, new UserDirectory(count))
        {
            ForeignUsers = foreign,
            ForeignSession = EarlyId(),
            ForeignOrganization = EarlyId(),
        };

        var people = new PeopleSeeder(random, contract, organizations);
        var sessions = new SessionSeeder(random, contract, start, actor: EarlyId());
        var step = count == 0 ? 0 : Years.Ticks / count;
        for (var i = 0; i < count; i++)
        {
            // Each has a stretch of time of its own, so ids ascend; the last tenth is left out, so they never touch.
            var born = Clock.ToMicroseconds(FirstBirth.AddTicks((step * i) + random.Below(Math.Max(1, step * 9 / 10))));
            var id = Uuid7.Create(born.ToUnixTimeMilliseconds(), random.Below(0x1000), random.Next());
            var entry = new UserEntry(id, people.Person(i, born));
            sessions.SignIn(entry, i);
            environment.Users.AddSeeded(entry);
        }

        return environment;
    }
}
