namespace Torii.Emulator.Seeding;

/// <summary>
/// Creates the sessions of seeded users. Half of the banned users have active sessions. A real ban revokes them, so they
/// stand for what a race or a leak leaves behind and an operator searches for.
/// </summary>
internal sealed class SessionSeeder(SeedRandom random, Contract contract, DateTimeOffset start, Guid actor)
{
    private static readonly string[] UserAgents =
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
    ];

    // The networks reserved for documentation (RFC 5737, RFC 3849).
    private static readonly string[] Networks = ["192.0.2.", "198.51.100.", "203.0.113.", "2001:db8::"];

    public void AddSessions(UserEntry user, int index)
    {
        bool banned = user.User.Status == UserStatus.Banned;
        bool leaks = index / 10 % 2 == 0;
        int active = banned ? (leaks ? 1 + random.Below(3) : 0) : random.Below(4);
        int expired = random.Chance(10) ? 1 : 0;
        int revoked = banned && !leaks && random.Chance(50) ? 1 : 0;

        var sessions = new List<UserSession>();
        for (int i = 0; i < active + expired + revoked; i++)
        {
            UserSession session = Create(user.User, expired: i >= active && i < active + expired);
            sessions.Add(i >= active + expired ? session with { Revoked = true } : session);
        }

        if (sessions.Count > 0)
        {
            user.AddSessions(sessions);
        }
    }

    private UserSession Create(User user, bool expired)
    {
        DateTimeOffset opened = start.AddSeconds(-3600 - random.Below(20 * 86400)).AddMicroseconds(-random.Below(1_000_000));
        var idle = TimeSpan.FromSeconds(random.Below((long)(start - opened).TotalSeconds));
        string network = random.Pick(Networks);
        return new UserSession
        {
            Id = Uuid7.Create(opened.ToUnixTimeMilliseconds(), random.Below(0x1000), random.Next()),
            UserId = user.Id,
            EnvironmentId = user.EnvironmentId,
            UserAgent = random.Chance(95) ? random.Pick(UserAgents) : null,
            IpAddress = random.Chance(95) ? network + (1 + random.Below(254)) : null,
            CreatedAt = Clock.ToMicroseconds(opened),
            LastUsedAt = Clock.ToMicroseconds(start - idle),
            ExpiresAt = Clock.ToMicroseconds(expired ? start.AddSeconds(-1 - random.Below(600)) : start.AddSeconds(86400 + random.Below(30 * 86400))),
            ActiveOrganizationId = random.Chance(50) ? (user.Memberships is [Membership only] ? only.OrganizationId : null) : null,
            ImpersonatedBy = contract >= Contract.V0012 && random.Chance(2) ? actor : null,
        };
    }
}
