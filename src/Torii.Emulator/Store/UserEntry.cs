namespace Torii.Emulator.Store;

/// <summary>A user under an id that never changes. Reads take no lock; changes to one user follow each other.</summary>
internal sealed class UserEntry(Guid id, UserState state)
{
    private readonly object gate = new();
    private volatile Snapshot current = new(state);
    private volatile UserSession[] sessions = [];

    public Guid Id { get; } = id;

    public UserState State => current.State;

    public IReadOnlyList<UserSession> Sessions => sessions;

    /// <summary>The user as it goes over the wire, written once per state: a walk reads every user, changes touch few.</summary>
    public byte[] Json(Func<UserEntry, UserState, byte[]> write)
    {
        var snapshot = current;
        return snapshot.Json ??= write(this, snapshot.State);
    }

    /// <summary>Changes the user; <paramref name="change"/> may refuse by returning null, and then nothing happens.</summary>
    public UserState? Change(Func<UserState, UserState?> change, bool revokeSessions = false)
    {
        lock (gate)
        {
            var changed = change(current.State);
            if (changed is null)
            {
                return null;
            }

            if (!ReferenceEquals(changed, current.State))
            {
                current = new Snapshot(changed);
            }

            if (revokeSessions)
            {
                Revoke(_ => true);
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

    /// <summary>Revokes the sessions that <paramref name="chosen"/> picks; what is revoked already stays so.</summary>
    public void RevokeSessions(Func<UserSession, bool> chosen)
    {
        lock (gate)
        {
            Revoke(chosen);
        }
    }

    private void Revoke(Func<UserSession, bool> chosen)
    {
        if (sessions.Length > 0)
        {
            sessions = Array.ConvertAll(sessions, session => chosen(session) ? session with { Revoked = true } : session);
        }
    }

    private sealed class Snapshot(UserState state)
    {
        public UserState State { get; } = state;

        public byte[]? Json { get; set; }
    }
}
