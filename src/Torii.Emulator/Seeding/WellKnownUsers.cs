namespace Torii.Emulator.Seeding;

/// <summary>
/// The first users of every seed, which are always the same, so that the cases on which searches fail first exist even
/// in an environment of ten users.
/// </summary>
internal static class WellKnownUsers
{
    /// <summary>Gets the fixed part of the user at an index, or null when that user is random.</summary>
    public static User? At(int index) => index switch
    {
        // Each of the first three addresses is a part of the next one.
        0 => Create("Ada", "Lovelace", "ada@example.com"),
        1 => Create("Lada", "Novotná", "lada@example.com"),
        2 => Create("Vlada", "Novotný", "vlada@example.com"),
        3 => Create("Grace", "Hopper", "Grace.Hopper@Example.COM"),
        4 => new User { Email = "no.name@example.org" },
        5 => Create("Nomen", "Nescio", email: null),
        6 => new User(),
        7 => Create("adélaïde", "d'Été", "ADELAIDE@example.net"),
        _ => null,
    };

    private static User Create(string first, string last, string? email) => new() { FirstName = first, LastName = last, Email = email };
}
