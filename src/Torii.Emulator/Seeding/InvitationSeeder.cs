namespace Torii.Emulator.Seeding;

/// <summary>
/// Creates invitations: a quarter each is pending, accepted, revoked and expired. Ids, addresses and dates are the same
/// in every start; only a pending invitation expires relative to the start, as one that was resent.
/// </summary>
internal sealed class InvitationSeeder(SeedRandom random, DateTimeOffset start)
{
    private const int Days = 7;

    public Invitation Create(int index, EmulatedEnvironment environment, DateTimeOffset created)
    {
        string status = Invitation.Statuses[index % Invitation.Statuses.Length];
        NamePart name = random.Pick(random.Pick(NamePools.All).First);
        User? user = status == Invitation.Accepted ? environment.Users.Snapshot().ElementAtOrDefault(index)?.User : null;
        return new Invitation
        {
            Id = Uuid7.Create(created.ToUnixTimeMilliseconds(), random.Below(0x1000), random.Next()),
            EnvironmentId = environment.Id,
            Email = user?.Email ?? $"{(index % 9 == 8 ? name.Ascii.ToUpperInvariant() : name.Ascii)}.{index + 1}@invited.example",
            ExpiresInDays = Days,
            CreatedAt = created,
            ExpiresAt = status == Invitation.Pending ? Clock.ToMicroseconds(start).AddDays(1 + random.Below(Days)) : created.AddDays(Days),
            AcceptedAt = status == Invitation.Accepted ? created.AddMinutes(10 + random.Below(Days * 24 * 60 - 10)) : null,
            RevokedAt = status == Invitation.Revoked ? created.AddMinutes(10 + random.Below(Days * 24 * 60 - 10)) : null,
            PublicMetadata = random.Chance(50) ? Metadata.Parse("""{"plan":"pro"}""") : Metadata.Empty,
            PrivateMetadata = random.Chance(50) ? Metadata.Parse($$"""{"invitedBy":"crm_{{random.Below(1_000_000):D6}}"}""") : Metadata.Empty,
        };
    }
}
