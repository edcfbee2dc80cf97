using System.Globalization;

namespace Torii.Emulator.Seeding;

/// <summary>Creates random users.</summary>
internal sealed class UserSeeder(SeedRandom random, Contract contract, IReadOnlyList<Guid> organizations)
{
    private static readonly string[] Domains =
        ["example.com", "example.org", "example.net", "nordlys.example", "kranen.example", "acme.example", "post.example"];

    private static readonly string[] Streets =
        ["Nørregade", "Baker Street", "Rue de l'Église", "Calle Mayor", "Müllerstraße", "ul. Długa", "Hauptstraße", "Strandvejen"];

    private static readonly string[] Cities =
        ["1165 København K", "London NW1 6XE", "75003 Paris", "28013 Madrid", "13353 Berlin", "80-831 Gdańsk", "8000 Aarhus C", "Reykjavík"];

    private static readonly string[] Dialling = ["+45", "+44", "+33", "+34", "+49", "+48", "+1", "+81"];

    // A well-known user has this address, and addresses are unique regardless of case.
    private readonly Dictionary<string, int> taken = new() { ["grace.hopper"] = 1 };

    public User Create(int index, Guid id, Guid environmentId, DateTimeOffset created)
    {
        // Drawn for well-known users as well, so that all users draw the same numbers.
        User fallback = CreateRandom();
        User user = WellKnownUsers.At(index) ?? fallback;
        DateTimeOffset changed = created.AddMinutes(random.Below(90 * 24 * 60));
        user = user with
        {
            Id = id,
            EnvironmentId = environmentId,
            CreatedAt = created,
            UpdatedAt = random.Chance(40) ? created : changed,
            EmailVerifiedAt = user.Email is not null && random.Chance(80) ? created.AddSeconds(20 + random.Below(3600)) : null,
            Memberships = random.Chance(30) ? [new Membership(random.Pick(organizations), "", default)] : [],
            Locale = random.Chance(60) ? (random.Chance(50) ? "da" : "en") : null,
        };
        user = contract >= Contract.V0012 ? WithMetadata(user) : WithDetails(user);
        return WithStatus(user, index, changed);
    }

    private User CreateRandom()
    {
        NamePool pool = random.Pick(NamePools.All);
        NamePart first = random.Pick(pool.First), last = random.Pick(pool.Last);
        string local = first.Ascii + "." + last.Ascii;
        string address = Unique(local) + "@" + random.Pick(Domains);
        bool hasName = !random.Chance(4);
        bool hasEmail = !random.Chance(6);
        return new User
        {
            FirstName = hasName ? first.Written : null,
            LastName = hasName && !random.Chance(3) ? last.Written : null,
            Email = hasEmail ? (random.Chance(3) ? Capitalized(address) : address) : null,
        };
    }

    /// <summary>Appends a number when the name is taken.</summary>
    private string Unique(string local)
    {
        int namesakes = taken.GetValueOrDefault(local);
        taken[local] = namesakes + 1;
        return namesakes == 0 ? local : local + (namesakes + 1).ToString(CultureInfo.InvariantCulture);
    }

    private static string Capitalized(string address) => char.ToUpperInvariant(address[0]) + address[1..].Replace("example", "Example");

    private User WithDetails(User user)
    {
        string phone = $"{random.Pick(Dialling)}{20_000_000 + random.Below(79_999_999)}";
        string separator = random.Chance(5) ? "\n" : ", ";
        string address = $"{random.Pick(Streets)} {1 + random.Below(199)}{separator}{random.Pick(Cities)}";
        DateOnly birthday = new DateOnly(1940, 1, 1).AddDays(random.Below(66 * 365));
        return user with
        {
            Name = User.FullName(user.FirstName, user.LastName),
            Phone = random.Chance(60) ? phone : null,
            Address = random.Chance(50) ? address : null,
            DateOfBirth = random.Chance(50) ? birthday : null,
        };
    }

    private User WithMetadata(User user)
    {
        string plan = random.Pick(["free", "pro", "enterprise"]);
        string customer = random.Below(1_000_000).ToString("D6", CultureInfo.InvariantCulture);
        int step = random.Below(5);
        return user with
        {
            Name = User.FullName(user.FirstName, user.LastName),
            PublicMetadata = random.Chance(50) ? Metadata.Parse($$"""{"plan":"{{plan}}","seats":{{step}}}""") : Metadata.Empty,
            PrivateMetadata = random.Chance(40) ? Metadata.Parse($$$"""{"billing":{"customer":"cus_{{{customer}}}"}}""") : Metadata.Empty,
            UnsafeMetadata = random.Chance(40) ? Metadata.Parse($$"""{"onboardingStep":{{step}}}""") : Metadata.Empty,
        };
    }

    /// <summary>Bans every tenth user. In contracts with that status, another tenth has not verified the address.</summary>
    private User WithStatus(User user, int index, DateTimeOffset changed) => (index % 10) switch
    {
        9 => user with { Status = UserStatus.Banned, UpdatedAt = changed },
        3 when contract == Contract.V002 && user.Email is not null =>
            user with { Status = UserStatus.PendingVerification, EmailVerifiedAt = null },
        _ => user,
    };
}
