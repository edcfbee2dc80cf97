using System.Collections.Concurrent;

namespace Torii.Emulator.Users;

/// <summary>
/// All users in the order of their ids. Users are never removed (deletion is soft) and a new id is always the
/// greatest, so an array that only grows gives stable pages to readers that take no lock.
/// </summary>
internal sealed class UserStore(int capacity)
{
    private readonly object appending = new();
    private readonly IdSequence ids = new();
    private readonly ConcurrentDictionary<string, Guid> emails = new(StringComparer.OrdinalIgnoreCase);
    private UserEntry[] entries = new UserEntry[Math.Max(16, capacity)];
    private int count;

    /// <summary>Gets the users that exist now, ordered by id.</summary>
    public ArraySegment<UserEntry> Snapshot()
    {
        // The count is read first: an array that is read after it is never too short.
        int length = Volatile.Read(ref count);
        return new ArraySegment<UserEntry>(Volatile.Read(ref entries), 0, length);
    }

    /// <summary>Gets the users with a greater id than the cursor, ordered by id.</summary>
    public IEnumerable<UserEntry> After(Guid? cursor)
    {
        ArraySegment<UserEntry> users = Snapshot();
        return cursor is { } id ? users[FirstAfter(users, id)..] : users;
    }

    public bool HasEmail(string email) => emails.ContainsKey(email);

    public UserEntry? Find(Guid id)
    {
        ArraySegment<UserEntry> users = Snapshot();
        int index = FirstAfter(users, id) - 1;
        return index >= 0 && users[index].Id == id ? users[index] : null;
    }

    /// <summary>Gets the index of the first user with a greater id, whether or not a user has the id itself.</summary>
    private static int FirstAfter(ReadOnlySpan<UserEntry> users, Guid id)
    {
        int index = users.BinarySearch(new IdComparable(id));
        return index < 0 ? ~index : index + 1;
    }

    /// <summary>Adds a user who is created now, or returns null when another user has the email address.</summary>
    public UserEntry? Create(User template)
    {
        lock (appending)
        {
            (Guid id, DateTimeOffset created) = ids.Next();
            var entry = new UserEntry(template with { Id = id, CreatedAt = created, UpdatedAt = created });
            return Append(entry) ? entry : null;
        }
    }

    /// <summary>Adds a seeded user. The ids must ascend.</summary>
    public void AddSeeded(UserEntry entry)
    {
        lock (appending)
        {
            if (!Append(entry))
            {
                throw new InvalidOperationException("Two seeded users have the same email address.");
            }

            ids.StartAfter(entry.User.CreatedAt);
        }
    }

    public void ReleaseEmail(UserEntry entry)
    {
        if (entry.User.Email is { } email)
        {
            emails.TryRemove(KeyValuePair.Create(email, entry.Id));
        }
    }

    private bool Append(UserEntry entry)
    {
        if (entry.User.Email is { } email && !emails.TryAdd(email, entry.Id))
        {
            return false;
        }

        if (count == entries.Length)
        {
            var grown = new UserEntry[entries.Length * 2];
            entries.CopyTo(grown, 0);
            Volatile.Write(ref entries, grown);
        }

        entries[count] = entry;
        Volatile.Write(ref count, count + 1);
        return true;
    }

    private readonly struct IdComparable(Guid id) : IComparable<UserEntry>
    {
        public int CompareTo(UserEntry? other) => id.CompareTo(other!.Id);
    }
}
