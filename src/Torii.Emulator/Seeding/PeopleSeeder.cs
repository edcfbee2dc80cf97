using System.Globalization;
using Torii.Emulator.Contracts;
using Torii.Emulator.Store;
using Torii.Emulator.Users;

namespace Torii.Emulator.Seeding;

/// <summary>Invents people.</summary>
internal sealed class PeopleSeeder(SeedRandom random, ContractVersion contract, IReadOnlyList<Guid> organizations)
{
    private static readonly string[] Domains =
        ["example.com", "example.org", "example.net", "nordlys.example", "kranen.example", "acme.example", "post.example"];

    private static readonly string[] Streets =
        ["Nørregade", "Baker Street", "Rue de l'Église", "Calle Mayor", "Müllerstraße", "ul. Długa", "Hauptstraße", "Strandvejen"];

    private static readonly string[] Cities =
        ["1165 København K", "London NW1 6XE", "75003 Paris", "28013 Madrid", "13353 Berlin", "80-831 Gdańsk", "8000 Aarhus C", "Reykjavík"];

    private static readonly string[] Dialling = ["+45", "+44", "+33", "+34", "+49", "+48", "+1", "+81"];

    // One of the notables has the name, and addresses are unique in any case.
    private readonly Dictionary<string, int> taken = new() { ["grace.hopper"] = 1 };

    public UserState Person(int index, DateTimeOffset born)
    {
        var invented = Invent();
        var person = Notables.At(index) ?? invented;
        var changed = born.AddMinutes(random.Below(90 * 24 * 60));
        person = person with
        {
            CreatedAt = born,
            UpdatedAt = random.Chance(40) ? born : changed,
            EmailVerifiedAt = person.Email is not null && random.Chance(80) ? born.AddSeconds(20 + random.Below(3600)) : null,
            OrganizationId = random.Chance(30) ? random.Pick(organizations) : null,
            Locale = random.Chance(60) ? (random.Chance(50) ? "da" : "en") : null,
        };
        person = contract.HasNameParts ? WithMetadata(person) : WithDetails(person);
        return WithStatus(person, index, changed);
    }

    private UserState Invent()
    {
        var pool = random.Pick(NamePools.All);
        NamePart first = random.Pick(pool.First), last = random.Pick(pool.Last);
        var local = first.Ascii + "." + last.Ascii;
        var address = Unique(local) + "@" + random.Pick(Domains);
        var hasName = !random.Chance(4);
        var hasEmail = !random.Chance(6);
        return new UserState
        {
            FirstName = hasName ? first.Written : null,
            LastName = hasName && !random.Chance(3) ? last.Written : null,
            Email = hasEmail ? (random.Chance(3) ? Capitalised(address) : address) : null,
        };
    }

    /// <summary>A number follows when the name is taken, as people do it.</summary>
    private string Unique(string local)
    {
        var namesakes = taken.GetValueOrDefault(local);
        taken[local] = namesakes + 1;
        return namesakes == 0 ? local : local + (namesakes + 1).ToString(CultureInfo.InvariantCulture);
    }

    private static string Capitalised(string address) => char.ToUpperInvariant(address[0]) + address[1..].Replace("example", "Example");

    private UserState WithDetails(UserState person)
    {
        var phone = $"{random.Pick(Dialling)}{20_000_000 + random.Below(79_999_999)}";
        var separator = random.Chance(5) ? "\n" : ", ";
        var address = $"{random.Pick(Streets)} {1 + random.Below(199)}{separator}{random.Pick(Cities)}";
        var birthday = new DateOnly(1940, 1, 1).AddDays(random.Below(66 * 365));
        return person with
        {
            Name = ProfileFields.FullName(person.FirstName, person.LastName),
            Phone = random.Chance(60) ? phone : null,
            Address = random.Chance(50) ? address : null,
            DateOfBirth = random.Chance(50) ? birthday : null,
        };
    }

    private UserState WithMetadata(UserState person)
    {
        var plan = random.Pick(["free", "pro", "enterprise"]);
        var customer = random.Below(1_000_000).ToString("D6", CultureInfo.InvariantCulture);
        var step = random.Below(5);
        return person with
        {
            Name = ProfileFields.FullName(person.FirstName, person.LastName),
            PublicMetadata = random.Chance(50) ? Bag($$"""{"plan":"{{plan}}","seats":{{step}}}""") : Metadata.Empty,
            PrivateMetadata = random.Chance(40) ? Bag($$$"""{"billing":{"customer":"cus_{{{customer}}}"}}""") : Metadata.Empty,
            UnsafeMetadata = random.Chance(40) ? Bag($$"""{"onboardingStep":{{step}}}""") : Metadata.Empty,
        };
    }

    private static Metadata Bag(string json) => Metadata.Parse(json);

    /// <summary>Every tenth is banned; where the contract has it, another tenth has not confirmed the address yet.</summary>
    private UserState WithStatus(UserState person, int index, DateTimeOffset changed) => (index % 10) switch
    {
        9 => person with { Status = UserStatus.Banned, UpdatedAt = changed },
        3 when contract.HasPendingVerification && person.Email is not null =>
            person with { Status = UserStatus.PendingVerification, EmailVerifiedAt = null },
        _ => person,
    };
}
