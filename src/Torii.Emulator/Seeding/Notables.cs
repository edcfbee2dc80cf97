using Torii.Emulator.Store;

namespace Torii.Emulator.Seeding;

/// <summary>
/// The first few people of every seed, who are always the same: what a search gets wrong first is reliably there,
/// even in an environment of ten users.
/// </summary>
internal static class Notables
{
    /// <summary>The fixed part of the user at this position, or null for an invented one.</summary>
    public static UserState? At(int index) => index switch
    {
        // Each of these addresses is contained in the next one.
        0 => Person("Ada", "Lovelace", "ada@example.com"),
        1 => Person("Lada", "Novotná", "lada@example.com"),
        2 => Person("Vlada", "Novotný", "vlada@example.com"),
        3 => Person("Grace", "Hopper", "Grace.Hopper@Example.COM"),
        4 => new UserState { Email = "no.name@example.org" },
        5 => Person("Nomen", "Nescio", email: null),
        6 => new UserState(),
        7 => Person("adélaïde", "d'Été", "ADELAIDE@example.net"),
        _ => null,
    };

    private static UserState Person(string first, string last, string? email) =>
        new() { FirstName = first, LastName = last, Email = email };
}
