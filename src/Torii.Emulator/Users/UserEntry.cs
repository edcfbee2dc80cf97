namespace Torii.Emulator.Users;

/// <summary>A user and the user's sessions. Reads take no lock; changes to one user happen one after the other.</summary>
internal sealed class UserEntry(User user)
{
    private readonly object gate = new();
    private volatile Snapshot current = new(user);
    private volatile UserSession[] sessions = [];

    public Guid Id { get; } = user.Id;

    public User User => current.User;

    public IReadOnlyList<UserSession> Sessions => sessions;

    /// <summary>Gets the JSON of the user, which is written once for each state: paging reads far more than it changes.</summary>
    public byte[] Json(Func<User, byte[]> serialize)
    {
        Snapshot snapshot = current;
        return snapshot.Json ??= serialize(snapshot.User);
    }

    /// <summary>Changes the user. When <paramref name="change"/> returns null, nothing changes and null is returned.</summary>
    public User? Change(Func<User, User?> change, bool revokeSessions = false)
    {
        lock (gate)
        {
            User? changed = change(current.User);
            if (changed is not null && !ReferenceEquals(changed, current.User))
            {
                current = new Snapshot(changed);
            }

            if (changed is not null && revokeSessions)
            {
                RevokeSessions(_ => true);
            }

            return changed;
        }
    }

    public void AddSessions(IEnumerable<UserSession> added)
    {
        lock (gate)
        {
            sessions = [.. sessions, .. added];
        }
    }

    /// <summary>Revokes the selected sessions; a session that is revoked already stays revoked.</summary>
    public void RevokeSessions(Func<UserSession, bool> selects)
    {
        lock (gate)
        {
            sessions = Array.ConvertAll(sessions, session => selects(session) ? session with { Revoked = true } : session);
        }
    }

    private sealed class Snapshot(User user)
    {
        public User User { get; } = user;

        public byte[]? Json { get; set; }
    }
}
